//! What a user writes: a model as a set of hooks.

use std::sync::Arc;
use std::time::Duration;

use compneurovis_core::{
    Action, ActionId, ColorLimits, ColorMap, ColorNorm, Control, ControlId, Emitter, EntityId, FieldId, LinePlotView,
    MorphologyGeometry, Payload, Scene, SceneChange, SessionContext, SessionError, Value, view::VOLTAGE_LIMITS_MV,
};

use super::{
    Batch, CellLayout, DISPLAY_FIELD, DisplayQuantity, HISTORY_FIELD, NeuronSceneBuilder, NeuronSettings,
    RecordedSamples, Recorders, SettingsError,
};
use crate::{Neuron, ReadReport, Section, VoltageProbe};

/// A model that a [`NeuronSession`](super::NeuronSession) runs. Only
/// [`build_sections`](Self::build_sections) has to be written.
///
/// The session calls, in this order: [`settings`](Self::settings),
/// [`startup_geometry`](Self::startup_geometry), [`build_sections`](Self::build_sections),
/// [`setup_model`](Self::setup_model), [`cell_layout`](Self::cell_layout) if the geometry is not there yet,
/// [`prepare_recorders`](Self::prepare_recorders), [`control_specs`](Self::control_specs) and
/// [`action_specs`](Self::action_specs), [`apply_control`](Self::apply_control) with the default of
/// each control, [`initialize_model`](Self::initialize_model), [`sample_step`](Self::sample_step),
/// [`build_scene`](Self::build_scene); then, while the model runs, [`sample_step`](Self::sample_step) after
/// every step, [`emit_batch`](Self::emit_batch) and [`on_recorded_samples`](Self::on_recorded_samples) after
/// every batch of them, and the hooks about what the user does.
///
/// ```no_run
/// use compneurovis_core::SessionError;
/// use compneurovis_neuron::{Neuron, NeuronModel, Point3d, Section, SectionSpec, build_neuron_app};
///
/// struct Stick;
///
/// impl NeuronModel for Stick {
///     fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
///         let points = [0.0, 200.0].map(|x| Point3d { x, y: 0.0, z: 0.0, diameter: 2.0 });
///         Ok(neuron.build_sections(&[SectionSpec::along("dend", &points).nseg(21).mechanisms(&["hh"])])?)
///     }
/// }
///
/// let app = build_neuron_app(|| Stick);
/// ```
pub trait NeuronModel {
    /// What the session needs to know.
    fn settings(&self) -> NeuronSettings {
        NeuronSettings::default()
    }

    /// The cell as it is known before NEURON has it: shown at once, while the model is built.
    ///
    /// If there is one, it stays; its sections must be those of
    /// [`build_sections`](Self::build_sections), by name and nseg. Else the geometry is read from
    /// the 3-D points in NEURON, and made up where there are none.
    ///
    /// # Errors
    /// Whatever keeps the model from being built.
    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        Ok(None)
    }

    /// Builds the cells and returns their sections. Values are in this order. The names of the sections of
    /// several cells differ by a prefix: `cell2.dend[3]`.
    ///
    /// # Errors
    /// Whatever keeps the model from being built.
    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError>;

    /// Adds stimuli, synapses and the like. Keep their handles in the model.
    ///
    /// # Errors
    /// Whatever keeps the model from being built.
    fn setup_model(&mut self, _neuron: &Neuron, _sections: &[Section]) -> Result<(), SessionError> {
        Ok(())
    }

    /// How sections without 3-D points are drawn. NEURON learns nothing of it.
    fn cell_layout(&self) -> CellLayout {
        CellLayout::default()
    }

    /// Says what is to be read after every step beside the compartments.
    ///
    /// # Errors
    /// Whatever keeps the model from being built.
    fn prepare_recorders(
        &mut self,
        _neuron: &Neuron,
        _sections: &[Section],
        _recorders: &mut Recorders,
    ) -> Result<(), SessionError> {
        Ok(())
    }

    /// Puts the model to its initial state, at the start and at each Reset. What it does must end with
    /// [`Neuron::initialize`].
    ///
    /// # Errors
    /// What NEURON refuses.
    fn initialize_model(&mut self, neuron: &Neuron, v_init_mv: f64) -> Result<(), SessionError> {
        Ok(neuron.initialize(v_init_mv)?)
    }

    /// What the user can set.
    fn control_specs(&self) -> Vec<Control> {
        Vec::new()
    }

    /// What the user can do.
    fn action_specs(&self) -> Vec<Action> {
        Vec::new()
    }

    /// What every model of this kind can do, put before [`action_specs`](Self::action_specs) where that has
    /// no action of the id. Frontends have Reset, Pause and Step without it.
    fn default_action_specs(&self) -> Vec<Action> {
        Vec::new()
    }

    /// Which controls are shown, in this order; all if `None`.
    fn control_order(&self) -> Option<Vec<ControlId>> {
        None
    }

    /// Which actions are shown, in this order; all if `None`.
    fn action_order(&self) -> Option<Vec<ActionId>> {
        None
    }

    /// The id of the field that colours the cell.
    fn display_field_id(&self) -> FieldId {
        DISPLAY_FIELD.into()
    }

    /// The id of the field of traces.
    fn history_field_id(&self) -> FieldId {
        HISTORY_FIELD.into()
    }

    /// The unit of what [`sample_step`](Self::sample_step) takes.
    fn display_unit(&self) -> String {
        "mV".to_owned()
    }

    /// The unit of the traces.
    fn history_unit(&self) -> String {
        self.display_unit()
    }

    /// From values to the colours of the cell.
    fn morphology_color_map(&self) -> ColorMap {
        ColorMap::Scalar
    }

    /// The values at both ends of the colour map.
    fn morphology_color_limits(&self) -> ColorLimits {
        VOLTAGE_LIMITS_MV.into()
    }

    /// How limits that follow the values do so: matters where
    /// [`morphology_color_limits`](Self::morphology_color_limits) are automatic.
    fn morphology_color_norm(&self) -> ColorNorm {
        ColorNorm::Auto
    }

    /// The title of the trace.
    fn trace_title(&self) -> String {
        "Trace".to_owned()
    }

    /// What is on the y axis of the trace; also the name of what is sampled where a
    /// [quantity](Self::display_quantities) is chosen.
    fn trace_y_label(&self) -> String {
        "Membrane potential".to_owned()
    }

    /// The unit on the y axis of the trace.
    fn trace_y_unit(&self) -> String {
        self.history_unit()
    }

    /// Changes the view of the trace before it enters the scene.
    fn trace_view_updates(&self, _view: &mut LinePlotView) {}

    /// Range variables that the cell can be coloured by beside what is sampled. If there are any, the
    /// control [`DISPLAY_QUANTITY`](super::DISPLAY_QUANTITY) chooses; it and the action of the same id,
    /// with the payload `quantity`, take any other range variable by its name as well. The traces stay.
    fn display_quantities(&self) -> Vec<DisplayQuantity> {
        Vec::new()
    }

    /// Makes the scene of its parts: takes away, changes and adds.
    ///
    /// # Errors
    /// The parts do not fit.
    fn build_scene(&mut self, parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
        parts.build()
    }

    /// Sets a control in the model. `Ok(false)` if it is not the model's: the session then tries
    /// its own settings `display_dt`, `dt`, `v_init` (all from the next Reset, but for
    /// `display_dt` and `dt`, which hold at once) and `celsius`, and [`DISPLAY_QUANTITY`](super::DISPLAY_QUANTITY).
    ///
    /// # Errors
    /// The value cannot be set; the user sees why, and the session lives.
    fn apply_control(&mut self, _neuron: &Neuron, _control: &ControlId, _value: &Value) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// Does an action, with what was sent along. `Ok(false)` if it is not known.
    ///
    /// # Errors
    /// It cannot be done; the user sees why, and the session lives.
    fn apply_action(&mut self, _neuron: &Neuron, _action: &ActionId, _payload: &Payload) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// Does an action that has to do with more than the model: `context` has the selection and the state,
    /// and answers the user. `Ok(false)` if it is not known; [`apply_action`](Self::apply_action) is then asked.
    ///
    /// # Errors
    /// It cannot be done; the user sees why, and the session lives.
    fn on_action(
        &mut self,
        _neuron: &Neuron,
        _action: &ActionId,
        _payload: &Payload,
        _context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// A key that no action has. `Ok(true)` if it meant something.
    ///
    /// # Errors
    /// What it meant cannot be done; the user sees why, and the session lives.
    fn on_key_press(
        &mut self,
        _neuron: &Neuron,
        _key: &str,
        _context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// A compartment was clicked, and is selected and traced already. `Ok(true)` if it meant more than that.
    ///
    /// # Errors
    /// What it meant cannot be done; the user sees why, and the session lives.
    fn on_entity_clicked(
        &mut self,
        _neuron: &Neuron,
        _entity: &EntityId,
        _context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// Whether a compartment that is clicked is traced from then on.
    fn should_capture_trace_on_click(&mut self, _entity: &EntityId, _context: &mut SessionContext<'_>) -> bool {
        true
    }

    /// How many steps make one update, with fixed steps.
    ///
    /// # Errors
    /// Settings that make no sense; the old number stays.
    fn steps_per_update(&self, settings: &NeuronSettings) -> Result<usize, SettingsError> {
        settings.steps_per_update()
    }

    /// The least time from one update to the next, by the clock on the wall; as fast as possible if `None`.
    fn idle_sleep(&self) -> Option<Duration> {
        None
    }

    /// Takes one value for each compartment after a step, in the order of the geometry. The hot path: write
    /// into `values`, allocate nothing. The potentials by default, which `probe` reads at the speed of memory;
    /// a [`RangeProbe`](crate::RangeProbe) of the model's own reads anything else.
    ///
    /// # Errors
    /// What NEURON refuses; the session ends.
    fn sample_step(
        &mut self,
        _neuron: &Neuron,
        probe: &mut VoltageProbe,
        values: &mut [f32],
    ) -> Result<ReadReport, SessionError> {
        Ok(probe.read(values)?)
    }

    /// Emits what came of a batch of steps: by default the values after the last one, and the traces and
    /// spikes of all.
    ///
    /// # Errors
    /// Whatever keeps the model from going on; the session ends.
    fn emit_batch(&mut self, batch: &mut Batch<'_>, emitter: &mut Emitter) -> Result<(), SessionError> {
        batch.emit(emitter)
    }

    /// Hears of the samples that [`prepare_recorders`](Self::prepare_recorders) asked for: those of one batch,
    /// after it was emitted.
    ///
    /// # Errors
    /// Whatever keeps the model from going on; the session ends.
    fn on_recorded_samples(
        &mut self,
        _times_ms: &[f64],
        _samples: &RecordedSamples,
        _emitter: &mut Emitter,
    ) -> Result<(), SessionError> {
        Ok(())
    }

    /// The sections, their compartments or their connections have changed while the model runs, by a hook or by
    /// its own code: `sections` are those that are shown from now on, in the order of the values. The session
    /// shows them by itself; a model with a [`sample_step`](Self::sample_step) or fields over compartments of
    /// its own makes its probes anew, and returns how its part of the scene changes, which is applied together
    /// with the new geometry.
    ///
    /// # Errors
    /// Whatever keeps the model from going on; the session ends.
    fn on_structure_change(
        &mut self,
        _neuron: &Neuron,
        _sections: &[Section],
        _geometry: &Arc<MorphologyGeometry>,
    ) -> Result<Vec<SceneChange>, SessionError> {
        Ok(Vec::new())
    }

    /// The model is at its initial state again, after a Reset, and its first values are emitted: the place to
    /// empty fields of its own.
    ///
    /// # Errors
    /// What the user should read; the session lives.
    fn on_reset(&mut self, _neuron: &Neuron, _context: &mut SessionContext<'_>) -> Result<(), SessionError> {
        Ok(())
    }
}
