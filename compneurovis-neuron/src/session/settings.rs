//! What a session needs to know beside its model.

use std::path::PathBuf;

use thiserror::Error;

/// Of which compartments the samples of every step are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryCapture {
    /// Of those that were asked for, by a click or from the start; the recent past of the others is
    /// kept within [`past_budget_mb`](NeuronSettings::past_budget_mb).
    #[default]
    OnDemand,
    /// Of all, from the start. See [`full_budget_mb`](NeuronSettings::full_budget_mb).
    Full,
}

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
    /// Simulated time at which the session stands still, once; it does not if `None`.
    pub tstop_ms: Option<f64>,
    /// Whether `dt`, `v_init` and `celsius` are those that the model itself has set when it is built,
    /// whatever stands here: for models that were not written for a session.
    pub follow_model: bool,
    /// How many samples of each trace are kept; more if a plot's window needs more.
    pub max_samples: usize,
    /// Of which compartments.
    pub history: HistoryCapture,
    /// How much memory a history of all compartments may take, in megabytes. Without a word, more than
    /// 1000 are refused.
    pub full_budget_mb: Option<usize>,
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
            tstop_ms: None,
            follow_model: false,
            max_samples: 1000,
            history: HistoryCapture::OnDemand,
            full_budget_mb: None,
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
    /// A history of all compartments that would fill the memory.
    #[error(
        "a full history of {compartments} compartments times {samples} samples takes {needed_mb} MB, more than \
         {budget_mb} MB: set `full_budget_mb` to at least {needed_mb}, lower `max_samples`, or capture on demand"
    )]
    HistoryTooLarge {
        /// How many there are.
        compartments: usize,
        /// Of each.
        samples: usize,
        /// What it takes, in megabytes.
        needed_mb: usize,
        /// What it may take, in megabytes.
        budget_mb: usize,
    },
}

/// What a full history may take without a word, in megabytes.
const FULL_BUDGET_MB: usize = 1000;

impl NeuronSettings {
    /// How many steps make one update: `display_dt / dt`, rounded when within a millionth of a whole
    /// number, else up.
    ///
    /// # Errors
    /// A `dt` or `display_dt` that makes no sense.
    pub fn steps_per_update(&self) -> Result<usize, SettingsError> {
        super::timing::steps_per_update(self.dt_ms, self.display_dt_ms)
    }

    /// Whether so many samples of so many compartments may be kept, if all are.
    pub(super) fn check_history(&self, compartments: usize, samples: usize) -> Result<(), SettingsError> {
        let bytes = compartments.saturating_mul(samples).saturating_mul(size_of::<f32>());
        let (needed_mb, budget_mb) = (bytes.div_ceil(1_000_000), self.full_budget_mb.unwrap_or(FULL_BUDGET_MB));
        if self.history == HistoryCapture::OnDemand || needed_mb <= budget_mb {
            return Ok(());
        }
        Err(SettingsError::HistoryTooLarge { compartments, samples, needed_mb, budget_mb })
    }

    /// Whether all of them make sense.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.steps_per_update()?;
        let (celsius, tstop_ms) = (self.celsius.unwrap_or(0.0), self.tstop_ms.unwrap_or(0.0));
        for (name, value) in [("v_init", self.v_init_mv), ("celsius", celsius), ("tstop", tstop_ms)] {
            if !value.is_finite() {
                return Err(SettingsError::NotFinite { name, found: value });
            }
        }
        if self.max_samples == 0 { Err(SettingsError::NoSamples) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_history_needs_a_word_beyond_a_gigabyte() {
        let mut settings = NeuronSettings { history: HistoryCapture::Full, ..NeuronSettings::default() };
        assert_eq!(settings.check_history(250_000, 1000), Ok(()));
        let error = settings.check_history(257_054, 1000).unwrap_err();
        assert!(error.to_string().contains("1029 MB"), "{error}");
        settings.full_budget_mb = Some(1029);
        assert_eq!(settings.check_history(257_054, 1000), Ok(()));
        settings.full_budget_mb = Some(100);
        assert!(settings.check_history(250_000, 1000).is_err(), "a budget can be smaller, too");
        settings.history = HistoryCapture::OnDemand;
        assert_eq!(settings.check_history(usize::MAX, usize::MAX), Ok(()));
    }
}
