//! The session itself: builds the model, advances it, obeys the user.

use std::sync::Arc;
use std::time::Duration;

use compneurovis_core::{
    Action, ActionId, Capabilities, ColorLimits, ColorNorm, Control, ControlId, Emitter, EntityId, Field, Modifiers,
    MorphologyGeometry, MorphologyView, Payload, Scene, Session, SessionContext, SessionError, Snapshot, Value, View,
    scene::{SELECTED_ENTITY, SELECTED_LABEL, TRACED_ENTITIES},
};
use indexmap::IndexMap;
use neuron_sys::Search;

use super::running::{Running, watch_all};
use super::{
    DISPLAY_QUANTITY, MORPHOLOGY_VIEW, NeuronModel, NeuronSceneBuilder, NeuronSettings, RecordedSamples, Recorders,
    apply, geometry, matching, quantity, trace_view,
};
use crate::Neuron;

/// Runs a [`NeuronModel`]: builds it, advances it, emits the potential of every compartment after
/// each batch of steps and every step of the traced ones.
pub struct NeuronSession<M> {
    pub(super) model: M,
    pub(super) settings: NeuronSettings,
    pub(super) geometry: Option<Arc<MorphologyGeometry>>,
    controls: IndexMap<ControlId, Control>,
    actions: Vec<Action>,
    /// The view of the cell as the scene has it, if what the session emits colours it.
    pub(super) cell_view: Option<MorphologyView>,
    /// Whether the scene has the geometry.
    pub(super) shows_cell: bool,
    pub(super) running: Option<Running>,
}

impl<M: NeuronModel> NeuronSession<M> {
    /// A session that has done nothing yet.
    pub fn new(model: M) -> Self {
        let settings = model.settings();
        Self {
            model,
            settings,
            geometry: None,
            controls: IndexMap::new(),
            actions: Vec::new(),
            cell_view: None,
            shows_cell: false,
            running: None,
        }
    }

    /// The model.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The settings as they are now.
    pub fn settings(&self) -> &NeuronSettings {
        &self.settings
    }

    /// What was sampled after the last step, one value for each compartment: the potentials in mV, unless
    /// the model samples otherwise; empty before the start.
    pub fn values(&self) -> &[f32] {
        self.running.as_ref().map_or(&[], |running| &running.watch.values)
    }

    /// What was recorded in the last batch; `None` before the start.
    pub fn recorded(&self) -> Option<&RecordedSamples> {
        self.running.as_ref().map(|running| &running.watch.recorded)
    }

    /// The model and what runs it, or an error before the start.
    pub(super) fn parts(&mut self) -> Result<(&mut M, &mut Running, &mut NeuronSettings), SessionError> {
        let running = self.running.as_mut().ok_or("the session has not been initialised")?;
        Ok((&mut self.model, running, &mut self.settings))
    }

    pub(super) fn control(&self, id: &str) -> Option<&Control> {
        self.controls.get(id)
    }

    fn acquire(&self) -> Result<Neuron, SessionError> {
        let mut search = Search::new().allow_fetch(self.settings.allow_fetch);
        if let Some(library) = &self.settings.library {
            search = search.library(library);
        }
        Ok(Neuron::acquire(&search)?)
    }

    fn build(&mut self) -> Result<(), SessionError> {
        self.settings.check()?;
        let neuron = self.acquire()?;
        let sections = self.model.build_sections(&neuron)?;
        if sections.is_empty() {
            return Err("`build_sections` returned no sections".into());
        }
        self.model.setup_model(&neuron, &sections)?;
        let geometry = match self.geometry.take() {
            Some(geometry) => geometry,
            None => Arc::new(geometry::geometry_of(&sections, &self.model.cell_layout())?),
        };
        let sections = matching::in_order(&geometry, sections)?;
        let mut recorders = Recorders::default();
        self.model.prepare_recorders(&neuron, &sections, &mut recorders)?;
        apply::start(&neuron, &mut self.settings)?;
        self.list_controls()?;
        for control in self.controls.values().filter(|control| control.id.as_str() != DISPLAY_QUANTITY) {
            apply::apply(&mut self.model, &neuron, &mut self.settings, &control.id, &control.default_value())?;
        }
        let recorded = RecordedSamples::new(&neuron, recorders)?;
        let watch = watch_all(&self.model, &geometry, &self.settings, recorded)?;
        self.running = Some(Running::new(&mut self.model, neuron, sections, watch, &self.settings)?);
        self.geometry = Some(geometry);
        Ok(())
    }

    fn list_controls(&mut self) -> Result<(), SessionError> {
        self.controls = self.model.control_specs().into_iter().map(|control| (control.id.clone(), control)).collect();
        let quantities = self.model.display_quantities();
        if !quantities.is_empty() && !self.controls.contains_key(DISPLAY_QUANTITY) {
            let choice = quantity::choice(&self.model.trace_y_label(), &quantities);
            self.controls.insert(choice.id.clone(), choice);
        }
        for control in self.controls.values() {
            control.check()?;
        }
        self.actions = self.model.default_action_specs();
        for action in self.model.action_specs() {
            self.actions.retain(|other| other.id != action.id);
            self.actions.push(action);
        }
        Ok(())
    }

    /// The parts of a scene that are there before the model runs.
    fn first_parts(
        &self,
        geometry: &Arc<MorphologyGeometry>,
        values: Vec<f32>,
    ) -> Result<NeuronSceneBuilder, SessionError> {
        let id = self.model.display_field_id();
        let display = Field::over_compartments(&id, geometry.id(), values)?
            .with_unit(self.model.display_unit())
            .with_label(self.model.trace_y_label());
        let limits = match (self.model.morphology_color_limits(), self.model.morphology_color_norm()) {
            (ColorLimits::Automatic, ColorNorm::Symmetric) => ColorLimits::Symmetric,
            (limits, _) => limits,
        };
        let cell = MorphologyView::new(MORPHOLOGY_VIEW, geometry.id())
            .with_title("Morphology")
            .with_colors(self.model.morphology_color_map(), limits)
            .colored_by(id);
        let mut parts = NeuronSceneBuilder::new(geometry.clone(), display, cell);
        parts.controls = self.controls.values().cloned().collect();
        parts.actions = self.actions.clone();
        Ok(parts)
    }

    fn full_scene(&mut self) -> Result<Option<Scene>, SessionError> {
        let (Some(geometry), Some(running)) = (&self.geometry, &mut self.running) else { return Ok(None) };
        let (geometry, values) = (geometry.clone(), running.watch.values.clone());
        let time_ms = running.time_ms()?;
        let history = running.watch.history.as_mut().map(|history| history.restart(time_ms, &values)).transpose()?;
        let spikes = running.watch.recorded.spikes_field()?;
        let spike_names = running.watch.recorded.spike_names().map(str::to_owned).collect();
        let mut parts = self.first_parts(&geometry, values)?;
        (parts.history, parts.spikes, parts.spike_names) = (history, spikes, spike_names);
        parts.trace = Some(trace_view::trace_view(&self.model));
        (parts.control_order, parts.action_order) = (self.model.control_order(), self.model.action_order());
        if let Some(first) = geometry.entity_id(0) {
            let first = Value::Text(first.to_string());
            parts.state.extend([(SELECTED_ENTITY.to_owned(), first.clone()), (SELECTED_LABEL.to_owned(), first)]);
        }
        let scene = self.model.build_scene(parts)?;
        let scene = self.parts()?.1.describe(scene)?;
        self.look_at_scene(&scene)?;
        Ok(Some(scene))
    }

    /// Takes no more pains than what is in the scene needs.
    fn look_at_scene(&mut self, scene: &Scene) -> Result<(), SessionError> {
        let dt_ms = self.settings.dt_ms;
        let (_, running, settings) = self.parts()?;
        running.watch.fit(scene, dt_ms);
        if let Some(history) = &running.watch.history {
            settings.check_history(history.traced().len(), history.max_samples())?;
        }
        let display = running.watch.display.clone();
        self.shows_cell = self.geometry.as_ref().is_some_and(|geometry| scene.geometries.contains_key(geometry.id()));
        self.cell_view = scene.views.values().find_map(|view| match view {
            View::Morphology(view) if view.color_field == display && display.is_some() => Some(view.clone()),
            _ => None,
        });
        Ok(())
    }

    /// Traces a compartment no more; the others go on. `false` if it is not traced, or nothing else is, or the
    /// history is one of all compartments. A click with Control on a selected compartment does it too.
    ///
    /// # Errors
    /// There is no such compartment, or no model yet.
    pub fn untrace(&mut self, entity: &EntityId, emitter: &mut Emitter) -> Result<bool, SessionError> {
        let compartment = self.compartment(entity)?;
        let (_, running, _) = self.parts()?;
        running.watch.untrace(compartment, emitter)
    }

    fn compartment(&self, entity: &EntityId) -> Result<u32, SessionError> {
        let compartment = self.geometry.as_ref().and_then(|geometry| geometry.compartment_of(entity.as_str()));
        Ok(compartment.ok_or_else(|| format!("the model has no compartment `{entity}`"))?)
    }

    fn click(
        &mut self,
        entity: &EntityId,
        modifiers: Modifiers,
        context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        let compartment = self.compartment(entity)?;
        let (model, running, _) = self.parts()?;
        if modifiers.control && !is_selected(entity, context) {
            running.watch.untrace(compartment, context.emitter())?;
        } else if model.should_capture_trace_on_click(entity, context) {
            running.watch.trace(compartment, context.emitter())?;
        }
        model.on_entity_clicked(running.neuron(), entity, context)
    }

    /// What a hook can have changed without a word.
    fn after_hook(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let (_, running, _) = self.parts()?;
        running.look_at_method()?;
        self.follow_structure(emitter)
    }
}

impl<M: NeuronModel> Session for NeuronSession<M> {
    fn startup_scene(&mut self) -> Result<Option<Scene>, SessionError> {
        self.settings.check()?;
        self.geometry = self.model.startup_geometry()?;
        let Some(geometry) = self.geometry.clone() else { return Ok(None) };
        let resting = vec![self.settings.v_init_mv as f32; geometry.compartments()];
        Ok(Some(self.first_parts(&geometry, resting)?.build()?))
    }

    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        self.build()?;
        emitter.set_time(0.0, 0);
        self.full_scene()
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let (model, running, settings) = self.parts()?;
        if running.advance(model, settings.display_dt_ms, emitter)? {
            self.show_structure(true, emitter)?;
        }
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        let mut can = Capabilities::MODEL;
        can.snapshot = true;
        can
    }

    fn cadence(&self) -> Option<Duration> {
        self.model.idle_sleep()
    }

    fn on_reset(&mut self, context: &mut SessionContext<'_>) -> Result<bool, SessionError> {
        let v_init_mv = self.settings.v_init_mv;
        let (model, running, _) = self.parts()?;
        running.initialize(model, v_init_mv)?;
        // The model's way to its initial state can be another structure.
        self.follow_structure(context.emitter())?;
        let (model, running, _) = self.parts()?;
        let time_ms = running.begin_here(model)?;
        let emitter = context.emitter();
        emitter.set_time(time_ms, 0);
        running.watch.emit_beginning(time_ms, emitter)?;
        emitter.notice("");
        model.on_reset(running.neuron(), context)?;
        self.after_hook(context.emitter())?;
        Ok(true)
    }

    fn on_control(
        &mut self,
        control: &ControlId,
        value: &Value,
        context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        let known = || self.controls.keys().map(ControlId::as_str).collect::<Vec<_>>().join(", ");
        let spec = self.controls.get(control);
        let spec = spec.ok_or_else(|| format!("no control `{control}`; there are: {}", known()))?;
        spec.accept(value)?;
        if control.as_str() == DISPLAY_QUANTITY {
            self.display(value.as_str().unwrap_or_default(), context.emitter())?;
            return Ok(true);
        }
        let (model, running, settings) = self.parts()?;
        apply::apply(model, running.neuron(), settings, control, value)?;
        running.take_settings(model, settings)?;
        self.after_hook(context.emitter())?;
        Ok(true)
    }

    fn on_action(
        &mut self,
        action: &ActionId,
        payload: &Payload,
        context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        let (model, running, _) = self.parts()?;
        let neuron = running.neuron();
        let mut done = model.on_action(neuron, action, payload, context)?;
        done = done || model.apply_action(neuron, action, payload)?;
        if !done && action.as_str() == DISPLAY_QUANTITY {
            let quantity = payload.get("quantity").and_then(Value::as_str);
            let quantity = quantity.ok_or("the payload `quantity` must be the name of a quantity")?;
            self.display(quantity, context.emitter())?;
            done = true;
        }
        self.after_hook(context.emitter())?;
        Ok(done)
    }

    fn on_key_press(&mut self, key: &str, context: &mut SessionContext<'_>) -> Result<bool, SessionError> {
        let (model, running, _) = self.parts()?;
        let meant = model.on_key_press(running.neuron(), key, context)?;
        self.after_hook(context.emitter())?;
        Ok(meant)
    }

    fn on_entity_clicked(
        &mut self,
        entity: &EntityId,
        modifiers: Modifiers,
        context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        let meant = self.click(entity, modifiers, context)?;
        self.after_hook(context.emitter())?;
        Ok(meant)
    }

    fn snapshot(&mut self) -> Result<Snapshot, SessionError> {
        self.take_snapshot()
    }

    fn restore(&mut self, snapshot: &Snapshot, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.put_back(snapshot, emitter)
    }

    fn shutdown(&mut self) {
        self.running = None;
    }
}

/// Whether a compartment is among the selected ones: a click with Control may have taken it away.
fn is_selected(entity: &EntityId, context: &SessionContext<'_>) -> bool {
    match context.state(TRACED_ENTITIES) {
        Some(Value::List(listed)) => listed.iter().any(|listed| listed == entity.as_str()),
        _ => context.selected_entity().as_ref() == Some(entity),
    }
}
