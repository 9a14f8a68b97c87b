//! From what was said about the layout to what is shown.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::{Axis, Layout, LayoutNode, Panel, PanelCamera, PanelContent};
use crate::{PanelId, Scene, View, ViewId};

/// A layout that can be drawn as it stands.
///
/// Every panel is in the tree once and has something to show that exists; the lists of controls
/// panels are there; a split or tabs has two parts or more; the shares of a split add up to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResolvedLayout {
    /// The panels, in the order of reading.
    pub panels: IndexMap<PanelId, Panel>,
    /// How they are arranged; `None` if there is nothing to show.
    pub root: Option<LayoutNode>,
}

/// The part of the window's width that is space, where there are plots or controls beside it; without space that of plots
/// beside controls.
const SPACE_SHARE: f32 = 0.64;

/// The part of a column's height that is plots, where there are controls below them.
const PLOTS_SHARE: f32 = 0.62;

/// The panel of controls that is made where none was said.
const CONTROLS_PANEL: &str = "controls-panel";

impl Scene {
    /// The layout to draw: what the scene says, without what it lacks, or the usual one.
    ///
    /// Always gives a layout, however little what was said makes sense.
    pub fn resolved_layout(&self) -> ResolvedLayout {
        let said = &self.layout;
        let derived = said.panels.is_empty();
        let mut panels = if derived { derived_panels(self) } else { said.panels.clone() };
        let arranged = said.root.as_ref().filter(|_| !derived);
        if let Some(root) = arranged {
            let named: HashSet<&PanelId> = root.panels().into_iter().collect();
            panels.retain(|id, _| named.contains(id));
        }
        let mut shown = showable(panels, self);
        let root = match arranged {
            None => usual(shown.values()),
            Some(root) => {
                let mut seen = HashSet::new();
                root.clone().pruned(&mut |id| shown.contains_key(id) && seen.insert(id.clone()), 0)
            }
        };
        let order: Vec<PanelId> = root.iter().flat_map(LayoutNode::panels).cloned().collect();
        let panels = order.into_iter().filter_map(|id| shown.swap_remove_entry(&id)).collect();
        ResolvedLayout { panels, root }
    }
}

/// A panel for each view, and one for controls.
fn derived_panels(scene: &Scene) -> IndexMap<PanelId, Panel> {
    let panel_of = |view: &View| {
        let id = format!("{}-panel", view.id());
        if view.is_3d() { Panel::space(id, [view.id()]) } else { Panel::view(id, view.id()) }
    };
    let mut panels: Vec<Panel> = scene.views.values().map(panel_of).collect();
    let mut id = PanelId::from(CONTROLS_PANEL);
    while panels.iter().any(|panel| panel.id == id) {
        id = format!("{id}-").into();
    }
    panels.push(Panel::controls(id));
    for operator in scene.operators.values() {
        // An operator is seen wherever its field is.
        let shows = |panel: &&mut Panel| match panel.content.views() {
            [only] => matches!(scene.views.get(only), Some(View::Surface(view)) if view.field == *operator.field()),
            _ => false,
        };
        for panel in panels.iter_mut().filter(shows) {
            if let PanelContent::Space { operators, .. } = &mut panel.content {
                operators.push(operator.id().clone());
            }
        }
    }
    panels.into_iter().map(|panel| (panel.id.clone(), panel)).collect()
}

/// The panels that have something to show, without what they have not.
fn showable(panels: IndexMap<PanelId, Panel>, scene: &Scene) -> IndexMap<PanelId, Panel> {
    let mut shown = HashSet::new();
    let showable = panels.into_iter().filter_map(|(id, mut panel)| {
        panel.id = id.clone();
        let has_name = !id.as_str().trim().is_empty();
        (has_name && reduce(&mut panel, scene, &mut shown)).then_some((id, panel))
    });
    showable.collect()
}

/// Leaves in a panel what exists, suits it and is not shown elsewhere. `false` if that is nothing.
fn reduce(panel: &mut Panel, scene: &Scene, shown: &mut HashSet<ViewId>) -> bool {
    let suits: Vec<bool> = panel
        .content
        .views()
        .iter()
        .map(|id| scene.views.get(id).is_some_and(|view| panel.content.suits(view)) && shown.insert(id.clone()))
        .collect();
    match &mut panel.content {
        PanelContent::Space { views, operators, .. } => {
            let mut suits = suits.into_iter();
            views.retain(|_| suits.next().unwrap_or(false));
            operators.retain(|id| scene.operators.contains_key(id));
            !views.is_empty()
        }
        PanelContent::View(_) => suits == [true],
        PanelContent::Controls { controls, actions } => {
            let known = listed(controls.take(), &scene.controls);
            let offered = listed(actions.take(), &scene.actions);
            let any = !(known.is_empty() && offered.is_empty());
            (*controls, *actions) = (Some(known), Some(offered));
            any
        }
    }
}

/// Those of a list that exist, each once; all that exist if there is no list.
fn listed<K: Clone + Eq + std::hash::Hash, V>(list: Option<Vec<K>>, known: &IndexMap<K, V>) -> Vec<K> {
    let mut seen = HashSet::new();
    match list {
        None => known.keys().cloned().collect(),
        Some(list) => list.into_iter().filter(|id| known.contains_key(id) && seen.insert(id.clone())).collect(),
    }
}

/// Space on the left; on the right plots in a column, controls below them. Without space the plots are on the left, which
/// need height more than sliders need width.
fn usual<'a>(panels: impl Iterator<Item = &'a Panel>) -> Option<LayoutNode> {
    let (mut space, mut plots, mut controls) = (Vec::new(), Vec::new(), Vec::new());
    for panel in panels {
        let group = match panel.content {
            PanelContent::Space { .. } => &mut space,
            PanelContent::View(_) => &mut plots,
            PanelContent::Controls { .. } => &mut controls,
        };
        group.push(LayoutNode::Panel(panel.id.clone()));
    }
    let beside = |left, right| LayoutNode::split(Axis::Horizontal, [(SPACE_SHARE, left), (1.0 - SPACE_SHARE, right)]);
    let plots = LayoutNode::equal_split(Axis::Vertical, plots);
    let controls = LayoutNode::equal_split(Axis::Vertical, controls);
    let all = if space.is_empty() {
        beside(plots, controls)
    } else {
        let below = [(PLOTS_SHARE, plots), (1.0 - PLOTS_SHARE, controls)];
        beside(LayoutNode::equal_split(Axis::Horizontal, space), LayoutNode::split(Axis::Vertical, below))
    };
    all.pruned(&mut |_| true, 0)
}

impl Scene {
    /// The same scene, whose panels of views in 3-D look from `camera` at first. If it says nothing of its layout, it
    /// says the usual one now, with the views that it has.
    #[must_use]
    pub fn seen_from(mut self, camera: PanelCamera) -> Self {
        if self.layout.panels.is_empty() {
            self.layout = Layout::derived(&self);
        }
        for panel in self.layout.panels.values_mut() {
            *panel = panel.clone().with_camera(camera);
        }
        self
    }
}

impl Layout {
    /// The usual layout of a scene, said in full, to be changed from there.
    pub fn derived(scene: &Scene) -> Self {
        let panels = derived_panels(scene);
        let root = usual(showable(panels.clone(), scene).values());
        let shown: HashSet<PanelId> = root.iter().flat_map(LayoutNode::panels).cloned().collect();
        Self { panels: panels.into_iter().filter(|(id, _)| shown.contains(id)).collect(), root }
    }
}
