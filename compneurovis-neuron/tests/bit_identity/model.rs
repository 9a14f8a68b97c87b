//! A model of the zoo with a slider, for a session.

use std::sync::Arc;

use compneurovis_core::{Control, ControlId, MorphologyGeometry, SessionError, Value};
use compneurovis_neuron::{HistoryCapture, Neuron, NeuronModel, NeuronSettings, Section};

use crate::STEPS;
use crate::common::models::Built;
use crate::common::zoo::Kind;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Watching {
    pub(crate) history: HistoryCapture,
    /// How many steps an update has.
    pub(crate) steps: usize,
}

pub(crate) struct Model {
    pub(crate) kind: Kind,
    pub(crate) watching: Watching,
    pub(crate) built: Option<Built>,
}

impl NeuronModel for Model {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        settings.dt_ms = self.kind.dt_ms;
        settings.display_dt_ms = self.kind.dt_ms * self.watching.steps as f64;
        if self.kind.name.starts_with("CVODE") {
            // So short that each step is an update.
            settings.display_dt_ms = 1e-9;
        }
        (settings.celsius, settings.history) = (self.kind.celsius, self.watching.history);
        settings.max_samples = STEPS + 1;
        settings
    }

    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        Ok(self.kind.geometry()?.map(Arc::new))
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(self.built.insert((self.kind.build)(neuron)?).sections.clone())
    }

    fn control_specs(&self) -> Vec<Control> {
        vec![Control::scalar("amplitude", "Amplitude", self.kind.amplitude, 0.0, 10.0)]
    }

    fn apply_control(&mut self, _: &Neuron, _: &ControlId, value: &Value) -> Result<bool, SessionError> {
        self.built.as_ref().ok_or("not built")?.set_amplitude(value.as_f64().ok_or("a number")?)?;
        Ok(true)
    }
}
