//! Panels: what is shown together.

use serde::{Deserialize, Serialize};

use crate::{ActionId, BuiltinAction, ControlId, LayoutError, OperatorId, PanelId, PanelPatch, Scene, View, ViewId};

/// A part of the window with a frame and a title.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Panel {
    /// Its id.
    pub id: PanelId,
    /// Shown above it; that of its only view, or its id, if empty.
    #[serde(default)]
    pub title: String,
    /// What it shows.
    pub content: PanelContent,
}

/// What a panel shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PanelContent {
    /// What is in space, seen by one camera.
    Space {
        /// The views in 3-D; at least one.
        views: Vec<ViewId>,
        /// The operators that are drawn on them.
        #[serde(default)]
        operators: Vec<OperatorId>,
        /// Where the camera is at first.
        #[serde(default)]
        camera: PanelCamera,
        /// How it behaves.
        #[serde(default)]
        options: SpaceOptions,
    },
    /// One view that is flat.
    View(ViewId),
    /// Controls and actions.
    Controls {
        /// Those listed, in this order; all if `None`.
        controls: Option<Vec<ControlId>>,
        /// Those listed, in this order; all if `None`.
        actions: Option<Vec<ActionId>>,
    },
}

/// How a panel of views in 3-D behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SpaceOptions {
    /// The cameras of all panels of one group look from the same place in the same direction: who moves one of them
    /// moves all. `None` for a camera of its own.
    pub linked: Option<u32>,
    /// Whether a click beside all cells selects nothing; if not, the selection stays.
    pub clears_selection: bool,
}

/// Where the camera of a panel is at first. It looks at the middle of what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelCamera {
    /// How far from the middle, in the unit of space (micrometres for cells); so far that everything
    /// is seen if `None`.
    pub distance: Option<f32>,
    /// Degrees above the horizon.
    pub elevation_deg: f32,
    /// Degrees around the vertical axis.
    pub azimuth_deg: f32,
}

impl PanelCamera {
    /// Degrees above the horizon, unless the panel says otherwise.
    pub const ELEVATION_DEG: f32 = 30.0;

    /// Degrees around the vertical axis, unless the panel says otherwise.
    pub const AZIMUTH_DEG: f32 = 30.0;
}

impl Default for PanelCamera {
    fn default() -> Self {
        Self { distance: None, elevation_deg: Self::ELEVATION_DEG, azimuth_deg: Self::AZIMUTH_DEG }
    }
}

impl PanelContent {
    /// The views it shows.
    pub fn views(&self) -> &[ViewId] {
        match self {
            Self::Space { views, .. } => views,
            Self::View(view) => std::slice::from_ref(view),
            Self::Controls { .. } => &[],
        }
    }

    /// What kind of panel it makes, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Space { .. } => "views in 3-D",
            Self::View(_) => "one flat view",
            Self::Controls { .. } => "controls and actions",
        }
    }

    /// Whether a view can be in a panel of this kind.
    pub(super) fn suits(&self, view: &View) -> bool {
        match self {
            Self::Space { .. } => view.is_3d(),
            Self::View(_) => !view.is_3d(),
            Self::Controls { .. } => false,
        }
    }

    /// Takes a view out. `false` if nothing is left to show.
    pub(super) fn forget_view(&mut self, gone: &ViewId) -> bool {
        match self {
            Self::Space { views, .. } => {
                views.retain(|view| view != gone);
                !views.is_empty()
            }
            Self::View(view) => view != gone,
            Self::Controls { .. } => true,
        }
    }
}

impl Panel {
    /// A panel of any content.
    pub fn new(id: impl Into<PanelId>, content: PanelContent) -> Self {
        Self { id: id.into(), title: String::new(), content }
    }

    /// A panel of one flat view.
    pub fn view(id: impl Into<PanelId>, view: impl Into<ViewId>) -> Self {
        Self::new(id, PanelContent::View(view.into()))
    }

    /// A panel of views in 3-D, with a camera that sees all of them.
    pub fn space<T: Into<ViewId>>(id: impl Into<PanelId>, views: impl IntoIterator<Item = T>) -> Self {
        let views = views.into_iter().map(Into::into).collect();
        Self::new(
            id,
            PanelContent::Space {
                views,
                operators: Vec::new(),
                camera: PanelCamera::default(),
                options: SpaceOptions::default(),
            },
        )
    }

    /// A panel of all controls and actions.
    pub fn controls(id: impl Into<PanelId>) -> Self {
        Self::new(id, PanelContent::Controls { controls: None, actions: None })
    }

    /// The same panel, titled.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same panel with another camera, if it is one of views in 3-D.
    #[must_use]
    pub fn with_camera(mut self, new: PanelCamera) -> Self {
        if let PanelContent::Space { camera, .. } = &mut self.content {
            *camera = new;
        }
        self
    }

    /// The same panel with a camera that moves together with those of the same group, if it is one of views in 3-D.
    #[must_use]
    pub fn with_linked_camera(mut self, group: u32) -> Self {
        if let PanelContent::Space { options, .. } = &mut self.content {
            options.linked = Some(group);
        }
        self
    }

    /// The same panel, in which a click beside all cells selects nothing, if it is one of views in 3-D.
    #[must_use]
    pub fn clearing_on_background(mut self) -> Self {
        if let PanelContent::Space { options, .. } = &mut self.content {
            options.clears_selection = true;
        }
        self
    }

    /// The same panel with an operator drawn on its views, if they are in 3-D.
    #[must_use]
    pub fn with_operator(mut self, operator: impl Into<OperatorId>) -> Self {
        if let PanelContent::Space { operators, .. } = &mut self.content {
            operators.push(operator.into());
        }
        self
    }

    /// The title to show: its own, that of its only view, what kinds of controls it has, or its id.
    pub fn shown_title<'a>(&'a self, scene: &'a Scene) -> &'a str {
        if !self.title.is_empty() {
            return &self.title;
        }
        match (self.content.views(), &self.content) {
            ([only], _) => scene.views.get(only).map_or(only.as_str(), View::title),
            (_, PanelContent::Controls { controls, actions }) => {
                // Frontends offer what every session can do elsewhere.
                let is_own = |action: &ActionId| BuiltinAction::of(action).is_none();
                let has_controls = !controls.as_ref().map_or(scene.controls.is_empty(), Vec::is_empty);
                let has_actions = match actions {
                    Some(actions) => actions.iter().any(is_own),
                    None => scene.actions.keys().any(is_own),
                };
                match (has_controls, has_actions) {
                    (true, true) => "Controls and actions",
                    (false, true) => "Actions",
                    _ => "Controls",
                }
            }
            _ => self.id.as_str(),
        }
    }

    pub(super) fn check(&self, key: &PanelId, scene: &Scene) -> Result<(), LayoutError> {
        if self.id.as_str().trim().is_empty() || self.id != *key {
            return Err(LayoutError::PanelId { key: key.clone(), panel: self.id.clone() });
        }
        if self.content.views().is_empty() && !matches!(self.content, PanelContent::Controls { .. }) {
            return Err(LayoutError::NoViews { panel: self.id.clone() });
        }
        self.check_known("view", self.content.views(), &scene.views)?;
        match &self.content {
            PanelContent::Space { operators, .. } => self.check_known("operator", operators, &scene.operators),
            PanelContent::View(_) => Ok(()),
            PanelContent::Controls { controls, actions } => {
                self.check_known("control", controls.as_deref().unwrap_or_default(), &scene.controls)?;
                self.check_known("action", actions.as_deref().unwrap_or_default(), &scene.actions)
            }
        }
    }

    /// Views that a panel of this kind does not show. They are no error, as a view can become one of
    /// another kind; they are left out.
    pub(crate) fn misfits(&self, scene: &Scene) -> impl Iterator<Item = LayoutError> {
        let found = self.content.views().iter().filter_map(|id| scene.views.get(id));
        found.filter(|view| !self.content.suits(view)).map(|view| LayoutError::ViewKind {
            panel: self.id.clone(),
            shows: self.content.kind(),
            view: view.id().clone(),
            kind: view.kind(),
        })
    }

    fn check_known<K, V>(
        &self,
        what: &'static str,
        ids: &[K],
        known: &indexmap::IndexMap<K, V>,
    ) -> Result<(), LayoutError>
    where
        K: std::hash::Hash + Eq + ToString,
    {
        let unknown = ids.iter().find(|id| !known.contains_key(*id));
        match unknown {
            None => Ok(()),
            Some(id) => Err(LayoutError::Unknown {
                panel: self.id.clone(),
                what,
                id: id.to_string(),
                known: known.keys().map(ToString::to_string).collect(),
            }),
        }
    }

    /// The panel as a patch wants it.
    pub(super) fn patched(&self, patch: PanelPatch) -> Result<Self, LayoutError> {
        let mut panel = self.clone();
        let PanelPatch { title, views, operators, controls, actions, camera, options, .. } = patch;
        panel.title = title.unwrap_or(panel.title);
        let shows = panel.content.kind();
        let misfit = |what| LayoutError::PatchKind { panel: self.id.clone(), shows, what };
        match &mut panel.content {
            PanelContent::Space { views: shown, operators: drawn, camera: at, options: behaves } => {
                refuse(controls.is_some(), || misfit("controls"))?;
                refuse(actions.is_some(), || misfit("actions"))?;
                *shown = views.unwrap_or_else(|| std::mem::take(shown));
                *drawn = operators.unwrap_or_else(|| std::mem::take(drawn));
                *at = camera.unwrap_or(*at);
                *behaves = options.unwrap_or(*behaves);
            }
            PanelContent::View(shown) => {
                refuse(controls.is_some(), || misfit("controls"))?;
                refuse(actions.is_some(), || misfit("actions"))?;
                refuse(operators.is_some(), || misfit("operators"))?;
                refuse(camera.is_some(), || misfit("a camera"))?;
                refuse(options.is_some(), || misfit("options of a camera"))?;
                match views.as_deref() {
                    None => {}
                    Some([only]) => *shown = only.clone(),
                    Some(_) => return Err(misfit("several views, or none")),
                }
            }
            PanelContent::Controls { controls: shown, actions: offered } => {
                refuse(views.is_some(), || misfit("views"))?;
                refuse(operators.is_some(), || misfit("operators"))?;
                refuse(camera.is_some(), || misfit("a camera"))?;
                refuse(options.is_some(), || misfit("options of a camera"))?;
                *shown = controls.or_else(|| shown.take());
                *offered = actions.or_else(|| offered.take());
            }
        }
        Ok(panel)
    }
}

fn refuse(wrong: bool, error: impl FnOnce() -> LayoutError) -> Result<(), LayoutError> {
    if wrong { Err(error()) } else { Ok(()) }
}
