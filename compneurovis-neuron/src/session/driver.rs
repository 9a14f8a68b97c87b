//! The session itself: drives NEURON, samples it, obeys the user.

use std::sync::Arc;

use compneurovis_core::{
    Action, Binding, Control, ControlId, Emitter, EntityId, Field, LinePlotView, MorphologyGeometry, MorphologyView,
    Scene, Session, SessionCommand, SessionError, SessionUpdate, Value, scene::SELECTED_ENTITY,
    view::VOLTAGE_LIMITS_MV,
};
use indexmap::IndexMap;
use neuron_sys::Search;

use super::{
    DISPLAY_FIELD, GEOMETRY, HISTORY_FIELD, MORPHOLOGY_VIEW, NeuronModel, NeuronSettings, Past, TRACE_VIEW,
    history::History, layout, timing::steps_per_update,
};
use crate::{Neuron, NeuronError, Section, VoltageProbe};

/// Runs a [`NeuronModel`]: builds it, advances it, emits the potential of every compartment after
/// each batch of steps and every step of the traced ones.
pub struct NeuronSession<M> {
    model: M,
    settings: NeuronSettings,
    geometry: Option<Arc<MorphologyGeometry>>,
    controls: IndexMap<ControlId, Control>,
    actions: Vec<Action>,
    running: Option<Running>,
}

/// What there is once NEURON has the model. Dropped before NEURON is given back.
pub(super) struct Running {
    probe: VoltageProbe,
    /// The potentials after the last step.
    values: Vec<f32>,
    past: Past,
    history: History,
    steps_per_update: usize,
    diverged: bool,
    // Last, as handles above are of it.
    neuron: Neuron,
}

impl<M: NeuronModel> NeuronSession<M> {
    /// A session that has done nothing yet.
    pub fn new(model: M) -> Self {
        let settings = model.settings();
        Self { model, settings, geometry: None, controls: IndexMap::new(), actions: Vec::new(), running: None }
    }

    /// The model.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The settings as they are now.
    pub fn settings(&self) -> &NeuronSettings {
        &self.settings
    }

    /// The potentials after the last step in mV, one for each compartment; empty before the start.
    pub fn values(&self) -> &[f32] {
        self.running.as_ref().map_or(&[], |running| &running.values)
    }

    /// The model and what runs it, or an error before the start.
    pub(super) fn parts(&mut self) -> Result<(&mut M, &mut Running, &mut NeuronSettings), SessionError> {
        let running = self.running.as_mut().ok_or("the session has not been initialised")?;
        Ok((&mut self.model, running, &mut self.settings))
    }

    fn build(&mut self) -> Result<(), SessionError> {
        self.settings.check()?;
        let mut search = Search::new().allow_fetch(self.settings.allow_fetch);
        if let Some(library) = &self.settings.library {
            search = search.library(library);
        }
        let neuron = Neuron::acquire(&search)?;
        let sections = self.model.build_sections(&neuron)?;
        if sections.is_empty() {
            return Err("`build_sections` returned no sections".into());
        }
        self.model.setup_model(&neuron, &sections)?;
        let geometry = match self.geometry.take() {
            Some(geometry) => geometry,
            None => Arc::new(layout::geometry_of(&sections)?),
        };
        let sections = layout::in_order(&geometry, sections)?;
        if let Some(celsius) = self.settings.celsius {
            neuron.set_global("celsius", celsius)?;
        }
        neuron.set_dt(self.settings.dt_ms)?;
        self.controls = self.model.control_specs().into_iter().map(|control| (control.id.clone(), control)).collect();
        self.actions = self.model.action_specs();
        for control in self.controls.values() {
            control.check()?;
            apply(&mut self.model, &neuron, &mut self.settings, &control.id, &control.default_value())?;
        }
        self.running = Some(Running::new(neuron, &sections, &geometry, &self.settings)?);
        self.geometry = Some(geometry);
        Ok(())
    }

    fn scene(&self, geometry: &Arc<MorphologyGeometry>, values: Vec<f32>) -> Result<Scene, SessionError> {
        let display = Field::over_compartments(DISPLAY_FIELD, GEOMETRY, values)?.with_unit("mV");
        let cell = MorphologyView::new(MORPHOLOGY_VIEW, geometry.id()).with_title("Morphology");
        let mut scene =
            Scene::new().with_geometry(geometry.clone()).with_field(display).with_view(cell.colored_by(DISPLAY_FIELD));
        for control in self.controls.values() {
            scene = scene.with_control(control.clone());
        }
        for action in &self.actions {
            scene = scene.with_action(action.clone());
        }
        Ok(scene)
    }

    fn full_scene(&self) -> Result<Option<Scene>, SessionError> {
        let (Some(geometry), Some(running)) = (&self.geometry, &self.running) else { return Ok(None) };
        // Limits as the colours have it, so that a resting cell does not look like a wild one.
        let (low, high) = VOLTAGE_LIMITS_MV;
        let trace = LinePlotView::new(TRACE_VIEW, HISTORY_FIELD, "time")
            .with_title("Trace")
            .with_x_label("Time", "ms")
            .with_y_label("Membrane potential", "mV")
            .with_y_limits(f64::from(low), f64::from(high))
            .selecting("segment", Binding::state(SELECTED_ENTITY));
        let selected = geometry.entity_id(0).map_or_else(String::new, |id| id.to_string());
        let scene = self
            .scene(geometry, running.values.clone())?
            .with_field(running.history.field().clone())
            .with_view(trace)
            .with_state(SELECTED_ENTITY, Value::Text(selected));
        Ok(Some(scene))
    }

    fn reset(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let v_init_mv = self.settings.v_init_mv;
        let (_, running, _) = self.parts()?;
        running.restart(v_init_mv)?;
        running.emit_all(emitter);
        emitter.set_time(running.neuron.time()?, 0);
        Ok(())
    }

    fn set_control(&mut self, id: &ControlId, value: &Value) -> Result<(), SessionError> {
        let known = || self.controls.keys().map(ControlId::as_str).collect::<Vec<_>>().join(", ");
        let control = self.controls.get(id).ok_or_else(|| format!("no control `{id}`; there are: {}", known()))?;
        control.accept(value)?;
        let (model, running, settings) = self.parts()?;
        apply(model, &running.neuron, settings, id, value)?;
        running.steps_per_update = steps_per_update(settings.dt_ms, settings.display_dt_ms)?;
        Ok(())
    }

    fn click(&mut self, entity: &EntityId, emitter: &mut Emitter) -> Result<(), SessionError> {
        let compartment = self.geometry.as_ref().and_then(|geometry| geometry.compartment_of(entity.as_str()));
        let compartment = compartment.ok_or_else(|| format!("the model has no compartment `{entity}`"))?;
        let (model, running, _) = self.parts()?;
        if running.history.trace(compartment, &running.past, &running.values)? {
            running.emit_history(emitter);
        }
        model.on_entity_clicked(&running.neuron, entity)
    }

    fn obey(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        match command {
            SessionCommand::SetControl { control, value } => self.set_control(control, value),
            SessionCommand::EntityClicked { entity, .. } => self.click(entity, emitter),
            SessionCommand::InvokeAction { action, payload } => {
                let (model, running, _) = self.parts()?;
                if model.apply_action(&running.neuron, action, payload)? {
                    return Ok(());
                }
                Err(format!("the model does not know the action `{action}`").into())
            }
            SessionCommand::KeyPressed { key } => {
                let (model, running, _) = self.parts()?;
                // A key that means nothing is no error.
                model.on_key_press(&running.neuron, key).map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// Sets a control in the model, or else in the session's own settings.
fn apply<M: NeuronModel>(
    model: &mut M,
    neuron: &Neuron,
    settings: &mut NeuronSettings,
    id: &ControlId,
    value: &Value,
) -> Result<(), SessionError> {
    if model.apply_control(neuron, id, value)? {
        return Ok(());
    }
    let number = value.as_f64().ok_or_else(|| format!("`{id}` takes a number, not {value:?}"))?;
    let mut changed = settings.clone();
    match id.as_str() {
        "display_dt" => changed.display_dt_ms = number,
        "dt" => changed.dt_ms = number,
        "v_init" => changed.v_init_mv = number,
        "celsius" => changed.celsius = Some(number),
        other => {
            return Err(
                format!("`apply_control` does not handle `{other}`, and it is no setting of the session").into()
            );
        }
    }
    changed.check()?;
    // What NEURON refuses leaves the old value in both.
    match id.as_str() {
        "dt" => neuron.set_dt(number)?,
        "celsius" => neuron.set_global("celsius", number)?,
        _ => {}
    }
    *settings = changed;
    Ok(())
}

impl Running {
    fn new(
        neuron: Neuron,
        sections: &[Section],
        geometry: &Arc<MorphologyGeometry>,
        settings: &NeuronSettings,
    ) -> Result<Self, SessionError> {
        let compartments = geometry.compartments();
        let past = Past::new(compartments, settings.max_samples, settings.past_budget_mb);
        neuron.initialize(settings.v_init_mv)?;
        // Not before: initialising moves the potentials.
        let (mut probe, mut values) = (VoltageProbe::new(&neuron, sections)?, vec![0.0; compartments]);
        probe.read(&mut values)?;
        let time_ms = neuron.time()?;
        let history = History::new(geometry.clone(), 0, time_ms, &values, settings.max_samples, past.stride())?;
        let steps_per_update = steps_per_update(settings.dt_ms, settings.display_dt_ms)?;
        let mut running = Self { probe, values, past, history, steps_per_update, diverged: false, neuron };
        running.past.offer(time_ms, &running.values);
        Ok(running)
    }

    pub(super) fn neuron(&self) -> &Neuron {
        &self.neuron
    }

    pub(super) fn restart(&mut self, v_init_mv: f64) -> Result<(), SessionError> {
        self.neuron.initialize(v_init_mv)?;
        self.probe.read(&mut self.values)?;
        let time_ms = self.neuron.time()?;
        self.past.clear();
        self.past.offer(time_ms, &self.values);
        self.history.restart(time_ms, &self.values)?;
        self.diverged = false;
        Ok(())
    }

    /// One step, and everything about it that has to be kept. The hot path: a solver step, one pass
    /// over the potentials, and a few reads.
    fn step(&mut self) -> Result<f64, NeuronError> {
        self.neuron.advance()?;
        let report = self.probe.read(&mut self.values)?;
        self.diverged |= !report.finite;
        let time_ms = self.neuron.time()?;
        self.history.take_step(time_ms, &self.values);
        self.past.offer(time_ms, &self.values);
        Ok(time_ms)
    }

    /// A batch of steps and its updates.
    pub(super) fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let was_diverged = self.diverged;
        let (mut time_ms, mut steps) = (emitter.time_ms(), 0);
        while steps < self.steps_per_update && !emitter.stop_requested() {
            time_ms = self.step()?;
            steps += 1;
        }
        self.emit_batch(emitter)?;
        emitter.set_time(time_ms, steps as u64);
        if self.diverged && !was_diverged {
            emitter.notice(format!("Some potentials are not numbers since t = {time_ms:.3} ms; Reset starts over"));
        }
        Ok(())
    }

    fn emit_batch(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.emit_values(emitter);
        let (times, values) = self.history.finish_batch()?;
        emitter.append(HISTORY_FIELD, "time", &times, values, Some(self.history.max_samples()));
        Ok(())
    }

    fn emit_values(&self, emitter: &mut Emitter) {
        let mut buffer = emitter.take_buffer(self.values.len());
        buffer.extend_from_slice(&self.values);
        emitter.replace(DISPLAY_FIELD, buffer);
    }

    fn emit_history(&self, emitter: &mut Emitter) {
        let field = self.history.field();
        emitter.emit(SessionUpdate::FieldReplace {
            field: HISTORY_FIELD.into(),
            values: field.values().to_owned(),
            coords: field.coords().map(|(dim, coord)| (dim.to_owned(), coord.clone())).collect(),
        });
    }

    fn emit_all(&self, emitter: &mut Emitter) {
        self.emit_values(emitter);
        self.emit_history(emitter);
        emitter.notice("");
    }
}

impl<M: NeuronModel> Session for NeuronSession<M> {
    fn startup_scene(&mut self) -> Result<Option<Scene>, SessionError> {
        self.settings.check()?;
        self.geometry = self.model.startup_geometry()?;
        let Some(geometry) = &self.geometry else { return Ok(None) };
        let resting = vec![self.settings.v_init_mv as f32; geometry.compartments()];
        Ok(Some(self.scene(geometry, resting)?))
    }

    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        self.build()?;
        emitter.set_time(0.0, 0);
        self.full_scene()
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let (_, running, _) = self.parts()?;
        running.advance(emitter)
    }

    fn handle(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        if *command == SessionCommand::Reset {
            return self.reset(emitter);
        }
        if let Err(error) = self.obey(command, emitter) {
            // A wish that cannot be fulfilled is no reason to die.
            emitter.report(command.doing(), &*error);
        }
        Ok(())
    }

    fn shutdown(&mut self) {
        self.running = None;
    }
}
