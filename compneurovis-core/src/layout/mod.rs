//! Where on the screen: panels, and the tree that arranges them.

mod panel;
mod resolve;
mod tree;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub use panel::{Panel, PanelCamera, PanelContent, SpaceOptions};
pub use resolve::ResolvedLayout;
pub use tree::{Axis, LayoutNode, Split};

use crate::{ActionId, ControlId, LayoutError, OperatorId, PanelId, PanelPatch, Scene, ViewId};

/// Panels by id, and how they are arranged.
///
/// An empty layout is the usual one, made anew of whatever the scene holds: what is in space on the
/// left, plots in a column on the right, controls below them.
///
/// ```
/// use compneurovis_core::{Axis, Layout, LayoutNode, LinePlotView, Panel, Scene, View};
/// let layout = Layout::new(LayoutNode::split(Axis::Horizontal, [
///     (2.0, LayoutNode::panel("voltage")),
///     (1.0, LayoutNode::panel("knobs")),
/// ]))
/// .with_panel(Panel::view("voltage", "v"))
/// .with_panel(Panel::controls("knobs"));
/// let scene = Scene::new().with_view(LinePlotView::new("v", "v", "time")).with_layout(layout);
/// scene.check()?;
/// assert_eq!(scene.resolved_layout().panels.len(), 1, "there is nothing to control, so no panel for it");
/// # Ok::<(), compneurovis_core::ApplyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// The panels. Those that the tree does not name are not shown.
    pub panels: IndexMap<PanelId, Panel>,
    /// How they are arranged. `None` arranges all of them in the usual way.
    pub root: Option<LayoutNode>,
}

impl Layout {
    /// A layout arranged as `root`, still without its panels.
    pub fn new(root: LayoutNode) -> Self {
        Self { panels: IndexMap::new(), root: Some(root) }
    }

    /// A layout of panels in rows: each row beside each other, the rows on top of each other.
    pub fn rows<T: Into<PanelId>>(
        rows: impl IntoIterator<Item = impl IntoIterator<Item = T>>,
        panels: impl IntoIterator<Item = Panel>,
    ) -> Self {
        let row = |row: Vec<LayoutNode>| LayoutNode::equal_split(Axis::Horizontal, row);
        let rows = rows.into_iter().map(|ids| row(ids.into_iter().map(LayoutNode::panel).collect()));
        let layout = Self::new(LayoutNode::equal_split(Axis::Vertical, rows.collect::<Vec<_>>()));
        panels.into_iter().fold(layout, Self::with_panel)
    }

    /// The same layout with a panel.
    #[must_use]
    pub fn with_panel(mut self, panel: Panel) -> Self {
        self.panels.insert(panel.id.clone(), panel);
        self
    }

    /// Whether nothing was said, so that the usual layout is made.
    pub fn is_derived(&self) -> bool {
        self.panels.is_empty() && self.root.is_none()
    }

    /// The first panel that shows a view, if any.
    pub fn panel_of(&self, view: &ViewId) -> Option<&Panel> {
        self.panels.values().find(|panel| panel.content.views().contains(view))
    }

    /// Whether its panels show what there is, each view once, and its tree names its panels, each
    /// once.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self, scene: &Scene) -> Result<(), LayoutError> {
        let mut shown: Vec<(&ViewId, &PanelId)> = Vec::new();
        for (id, panel) in &self.panels {
            panel.check(id, scene)?;
            for view in panel.content.views() {
                if let Some((_, first)) = shown.iter().find(|(known, _)| *known == view) {
                    return Err(LayoutError::ViewTwice {
                        view: view.clone(),
                        first: (*first).clone(),
                        second: id.clone(),
                    });
                }
                shown.push((view, id));
            }
        }
        self.root.as_ref().map_or(Ok(()), |root| root.check(&self.panels))
    }

    /// Changes a panel.
    ///
    /// # Errors
    /// There is no such panel, or it would then show what there is not; it is then unchanged.
    pub(crate) fn patch(&mut self, patch: PanelPatch, scene: &Scene) -> Result<(), LayoutError> {
        let id = patch.panel.clone();
        let Some(panel) = self.panels.get(&id) else {
            return Err(LayoutError::UnknownPanel { panel: id, known: self.panels.keys().cloned().collect() });
        };
        let patched = panel.patched(patch)?;
        let mut trial = self.clone();
        trial.panels.insert(id, patched);
        trial.check(scene)?;
        *self = trial;
        Ok(())
    }

    /// Takes out what the scene has no more. Panels without a view go with it.
    pub(crate) fn forget_view(&mut self, view: &ViewId) {
        self.panels.retain(|_, panel| panel.content.forget_view(view));
        let panels = &self.panels;
        self.root = self.root.take().and_then(|root| root.pruned(&mut |id| panels.contains_key(id), 0));
    }

    pub(crate) fn forget_operator(&mut self, operator: &OperatorId) {
        for panel in self.panels.values_mut() {
            if let PanelContent::Space { operators, .. } = &mut panel.content {
                operators.retain(|known| known != operator);
            }
        }
    }

    pub(crate) fn forget_control(&mut self, control: &ControlId) {
        for panel in self.panels.values_mut() {
            if let PanelContent::Controls { controls: Some(controls), .. } = &mut panel.content {
                controls.retain(|known| known != control);
            }
        }
    }

    pub(crate) fn forget_action(&mut self, action: &ActionId) {
        for panel in self.panels.values_mut() {
            if let PanelContent::Controls { actions: Some(actions), .. } = &mut panel.content {
                actions.retain(|known| known != action);
            }
        }
    }
}

#[cfg(test)]
mod tests;
