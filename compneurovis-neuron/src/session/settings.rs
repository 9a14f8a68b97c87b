//! What a session needs to know beside its model.

use std::path::PathBuf;

use thiserror::Error;

/// Settings of a [`NeuronSession`](super::NeuronSession). Times are in ms, potentials in mV.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NeuronSettings {
    /// Length of a solver step.
    pub dt_ms: f64,
    /// How much simulated time passes between two pictures.
    pub display_dt_ms: f64,
    /// Membrane potential that the model starts from.
    pub v_init_mv: f64,
    /// Temperature in degrees Celsius; NEURON's own (6.3) if `None`.
    pub celsius: Option<f64>,
    /// How many samples of each trace are kept.
    pub max_samples: usize,
    /// How much memory samples of the whole cell may take, so that a newly clicked compartment
    /// shows its past; in megabytes, 0 for none.
    pub past_budget_mb: usize,
    /// Where NEURON's library is; looked for in the usual places if `None`.
    pub library: Option<PathBuf>,
    /// Whether NEURON may be fetched by pip where it is not found.
    pub allow_fetch: bool,
}

impl Default for NeuronSettings {
    fn default() -> Self {
        Self {
            dt_ms: 0.1,
            display_dt_ms: 0.1,
            v_init_mv: -65.0,
            celsius: None,
            max_samples: 1000,
            past_budget_mb: 128,
            library: None,
            allow_fetch: false,
        }
    }
}

/// A setting that makes no sense. The one before it stays.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A time step or a display interval that is not a positive number of ms.
    #[error("{name} must be a positive number of ms, not {found}")]
    Interval {
        /// Which.
        name: &'static str,
        /// What came.
        found: f64,
    },
    /// So many steps between two pictures that the window would seem dead.
    #[error("display_dt {display_dt_ms} ms at dt {dt_ms} ms is more than {limit} steps between two pictures")]
    TooManySteps {
        /// Between two pictures.
        display_dt_ms: f64,
        /// Of the solver.
        dt_ms: f64,
        /// The most that is taken.
        limit: usize,
    },
    /// Something else that is not a finite number.
    #[error("{name} must be a finite number, not {found}")]
    NotFinite {
        /// Which.
        name: &'static str,
        /// What came.
        found: f64,
    },
    /// A trace without room for a sample.
    #[error("max_samples must be at least 1")]
    NoSamples,
}

impl NeuronSettings {
    /// Whether all of them make sense.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self) -> Result<(), SettingsError> {
        super::timing::steps_per_update(self.dt_ms, self.display_dt_ms)?;
        for (name, value) in [("v_init", self.v_init_mv), ("celsius", self.celsius.unwrap_or(0.0))] {
            if !value.is_finite() {
                return Err(SettingsError::NotFinite { name, found: value });
            }
        }
        if self.max_samples == 0 { Err(SettingsError::NoSamples) } else { Ok(()) }
    }
}
