//! What there is to see of a model, in parts that can be replaced.

use std::collections::HashSet;
use std::sync::Arc;

use compneurovis_core::{
    Action, ActionId, Control, ControlId, Field, FieldId, GeometryId, Layout, LinePlotView, MorphologyGeometry,
    MorphologyView, PanelContent, RasterView, Scene, SceneProblem, SessionError, State, View, view::RasterSource,
};

use super::SPIKES_FIELD;

/// The scene of a [`NeuronSession`](super::NeuronSession) in parts. A model takes what it wants, changes
/// it, adds its own, and [`build`](Self::build)s.
///
/// The session emits values of the fields that are in the scene, and takes no pains over the others: a
/// scene without the cell costs no copy of it.
///
/// ```
/// use compneurovis_core::{LinePlotView, Scene, SessionError};
/// use compneurovis_neuron::NeuronSceneBuilder;
///
/// /// A model of its own plots: no cell, no trace.
/// fn build_scene(parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
///     let plot = LinePlotView::new("calcium", parts.history_id(), "time");
///     parts.without_morphology().without_trace().with_view(plot).build()
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NeuronSceneBuilder {
    /// Where the compartments are.
    pub geometry: Arc<MorphologyGeometry>,
    /// One value for each compartment: what the cell is coloured by.
    pub display: Field,
    /// Traces over (`segment`, `time`); `None` before the model runs.
    pub history: Option<Field>,
    /// The spikes over `time`, each with the number of its place for its value, if any are recorded.
    pub spikes: Option<Field>,
    /// The places whose spikes are recorded.
    pub spike_names: Vec<String>,
    /// The view of the cell.
    pub morphology: Option<MorphologyView>,
    /// The view of the trace of the selected compartment.
    pub trace: Option<LinePlotView>,
    /// More fields.
    pub fields: Vec<Field>,
    /// More views.
    pub views: Vec<View>,
    /// What the user can set.
    pub controls: Vec<Control>,
    /// What the user can do.
    pub actions: Vec<Action>,
    /// Which controls are shown, in this order; all if `None`.
    pub control_order: Option<Vec<ControlId>>,
    /// Which actions are shown, in this order; all if `None`.
    pub action_order: Option<Vec<ActionId>>,
    /// Values of the shared state, such as what is selected.
    pub state: State,
    /// Where on the screen all of it is; the usual places if `None`.
    pub layout: Option<Layout>,
    /// Whether the scene has the session's own fields although no view shows them.
    pub keep_unseen: bool,
}

impl NeuronSceneBuilder {
    /// A scene of a cell and its values.
    pub(super) fn new(geometry: Arc<MorphologyGeometry>, display: Field, morphology: MorphologyView) -> Self {
        Self {
            geometry,
            display,
            history: None,
            spikes: None,
            spike_names: Vec::new(),
            morphology: Some(morphology),
            trace: None,
            fields: Vec::new(),
            views: Vec::new(),
            controls: Vec::new(),
            actions: Vec::new(),
            control_order: None,
            action_order: None,
            state: State::new(),
            layout: None,
            keep_unseen: false,
        }
    }

    /// The id of the field that colours the cell.
    pub fn display_id(&self) -> FieldId {
        self.display.id().clone()
    }

    /// The id of the field of traces.
    pub fn history_id(&self) -> FieldId {
        self.history.as_ref().map_or_else(|| super::HISTORY_FIELD.into(), |history| history.id().clone())
    }

    /// The same scene without the view of the cell.
    #[must_use]
    pub fn without_morphology(mut self) -> Self {
        self.morphology = None;
        self
    }

    /// The same scene without the view of the selected trace.
    #[must_use]
    pub fn without_trace(mut self) -> Self {
        self.trace = None;
        self
    }

    /// The same scene with one more view.
    #[must_use]
    pub fn with_view(mut self, view: impl Into<View>) -> Self {
        self.views.push(view.into());
        self
    }

    /// The same scene with one more field, whose values the model emits itself.
    #[must_use]
    pub fn with_field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// The same scene with a row of marks for each place whose spikes are recorded.
    #[must_use]
    pub fn with_raster(mut self) -> Self {
        let rows = self.spike_names.clone();
        let events = RasterSource::Events { field: SPIKES_FIELD.into(), time_dim: "time".to_owned(), rows };
        let mut raster = RasterView::of(super::RASTER_VIEW, events);
        raster.title = "Spikes".to_owned();
        self.views.push(raster.into());
        self
    }

    /// The same scene, laid out otherwise.
    #[must_use]
    pub fn with_layout(mut self, layout: Layout) -> Self {
        self.layout = Some(layout);
        self
    }

    /// The same scene, in which all fields are, also those that no view shows: for views that come later.
    #[must_use]
    pub fn with_unseen_fields(mut self) -> Self {
        self.keep_unseen = true;
        self
    }

    /// The scene. Of the session's own fields it has those that a view shows.
    ///
    /// # Errors
    /// Something is in it twice.
    pub fn build(self) -> Result<Scene, SessionError> {
        let mut scene = Scene::new();
        for view in self.morphology.map(View::from).into_iter().chain(self.trace.map(View::from)).chain(self.views) {
            scene.add_view(view)?;
        }
        for field in self.fields {
            scene.add_field(field)?;
        }
        let wanted = Wanted::of(&scene);
        let shown = |field: &Field| self.keep_unseen || wanted.fields.contains(field.id());
        if shown(&self.display) || wanted.geometries.contains(self.geometry.id()) {
            scene.add_geometry(self.geometry)?;
        }
        for field in std::iter::once(self.display).chain(self.history).chain(self.spikes) {
            if shown(&field) {
                scene.add_field(field)?;
            }
        }
        for control in self.controls {
            scene.add_control(control)?;
        }
        for action in self.actions {
            scene.add_action(action)?;
        }
        scene.state.extend(self.state);
        let (controls, actions) = (self.control_order, self.action_order);
        scene.layout = match self.layout {
            Some(layout) => layout,
            None if controls.is_some() || actions.is_some() => ordered_layout(&scene, controls, actions),
            None => Layout::default(),
        };
        Ok(scene)
    }
}

/// What the views of a scene name and it has not.
#[derive(Default)]
struct Wanted {
    fields: HashSet<FieldId>,
    geometries: HashSet<GeometryId>,
}

impl Wanted {
    fn of(scene: &Scene) -> Self {
        let mut wanted = Self::default();
        for problem in scene.problems() {
            match problem {
                SceneProblem::MissingField { field, .. } => drop(wanted.fields.insert(field)),
                SceneProblem::MissingGeometry { geometry, .. } => drop(wanted.geometries.insert(geometry)),
                _ => {}
            }
        }
        wanted
    }
}

/// The usual layout with the controls and actions that were chosen.
fn ordered_layout(scene: &Scene, controls: Option<Vec<ControlId>>, actions: Option<Vec<ActionId>>) -> Layout {
    let mut layout = Layout::derived(scene);
    for panel in layout.panels.values_mut() {
        if let PanelContent::Controls { controls: shown, actions: offered } = &mut panel.content {
            // What does not exist is left out, as in the original.
            *shown = known(controls.as_ref(), |id| scene.controls.contains_key(id));
            *offered = known(actions.as_ref(), |id| scene.actions.contains_key(id));
        }
    }
    layout
}

fn known<T: Clone>(ids: Option<&Vec<T>>, is_known: impl Fn(&T) -> bool) -> Option<Vec<T>> {
    ids.map(|ids| ids.iter().filter(|id| is_known(id)).cloned().collect())
}
