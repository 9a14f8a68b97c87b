//! What a user writes: a model as a set of hooks.

use std::sync::Arc;

use compneurovis_core::{
    Action, ActionId, Control, ControlId, EntityId, MorphologyGeometry, Payload, SessionError, Value,
};

use super::NeuronSettings;
use crate::{Neuron, Section};

/// A model that a [`NeuronSession`](super::NeuronSession) runs. Only
/// [`build_sections`](Self::build_sections) has to be written.
///
/// The session calls, in this order: [`settings`](Self::settings),
/// [`startup_geometry`](Self::startup_geometry), [`build_sections`](Self::build_sections),
/// [`setup_model`](Self::setup_model), [`control_specs`](Self::control_specs) and
/// [`action_specs`](Self::action_specs), [`apply_control`](Self::apply_control) with the default of
/// each control; then, while the model runs, the hooks about what the user does.
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
    /// the 3-D points in NEURON.
    ///
    /// # Errors
    /// Whatever keeps the model from being built.
    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        Ok(None)
    }

    /// Builds the cell and returns its sections. Values are in this order.
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

    /// What the user can set.
    fn control_specs(&self) -> Vec<Control> {
        Vec::new()
    }

    /// What the user can do; Reset is there already.
    fn action_specs(&self) -> Vec<Action> {
        Vec::new()
    }

    /// Sets a control in the model. `Ok(false)` if it is not the model's: the session then tries
    /// its own settings `display_dt`, `dt`, `v_init` (all from the next Reset, but for
    /// `display_dt` and `dt`, which hold at once) and `celsius`.
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

    /// A key that no action has. `Ok(true)` if it meant something.
    ///
    /// # Errors
    /// What it meant cannot be done; the user sees why, and the session lives.
    fn on_key_press(&mut self, _neuron: &Neuron, _key: &str) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// A compartment was clicked. It is traced from then on, whatever this does.
    ///
    /// # Errors
    /// What it meant cannot be done; the user sees why, and the session lives.
    fn on_entity_clicked(&mut self, _neuron: &Neuron, _entity: &EntityId) -> Result<(), SessionError> {
        Ok(())
    }
}
