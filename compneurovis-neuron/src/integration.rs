//! Time: initialising a model and advancing it, by fixed or variable steps, on one thread or more.

use std::rc::Rc;

use crate::argument::Argument;
use crate::error::{NeuronError, finite, positive, within};
use crate::inner::Inner;
use crate::interpreter::Neuron;
use crate::vector::{EVENTS_LOST, EVENTS_ON_THREADS};

impl Neuron {
    /// The simulated time in ms.
    ///
    /// # Errors
    /// Only if hoc code has redefined `t`.
    pub fn time(&self) -> Result<f64, NeuronError> {
        self.global("t")
    }

    /// Sets the time step in ms.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if it is not above 0.
    pub fn set_dt(&self, dt_ms: f64) -> Result<(), NeuronError> {
        self.set_global("dt", dt_ms)
    }

    /// Initialises the model at a membrane potential in mV and sets the time to 0.
    ///
    /// # Errors
    /// [`NeuronError::UnsetPointer`], or [`NeuronError::Hoc`] with NEURON's text, such as that there
    /// is a loop in the tree.
    pub fn initialize(&self, v_init_mv: f64) -> Result<(), NeuronError> {
        let v_init_mv = finite("the initial membrane potential", v_init_mv)?;
        self.inner.initialized_threads.set(0);
        self.inner.check_pointers()?;
        self.inner.release_vectors();
        self.inner.release_orphans();
        self.inner.forget_lost_targets()?;
        self.inner.call("finitialize", &[Argument::Number(v_init_mv)])?;
        self.inner.initialized_threads.set(self.threads());
        Ok(())
    }

    /// Initialises the model by hoc code that calls `finitialize`, such as `init()` of NEURON's standard run
    /// library, which models replace by their own.
    ///
    /// # Errors
    /// [`NeuronError::NotInitialized`] if the code does not do it, and as [`Neuron::initialize`].
    pub fn initialize_by_hoc(&self, code: &str) -> Result<(), NeuronError> {
        self.inner.initialized_threads.set(0);
        self.inner.check_pointers()?;
        self.inner.release_vectors();
        self.inner.release_orphans();
        self.inner.forget_lost_targets()?;
        // Seen from inside: with how many threads `finitialize` prepared the model.
        self.inner.hoc("cnv_value_ = 0\nobjref cnv_seen_")?;
        self.inner.hoc("cnv_seen_ = new FInitializeHandler(3, \"cnv_value_ = cnv_pc_.nthread()\")")?;
        let done = self.inner.hoc(code);
        let threads = self.global("cnv_value_")? as i32;
        self.inner.hoc("objref cnv_seen_")?;
        done?;
        if threads == 0 {
            return Err(NeuronError::NotInitialized { reason: "the code that should do it does not call finitialize" });
        }
        self.inner.initialized_threads.set(threads);
        Ok(())
    }

    /// Advances the model by one step: `dt`, or what the variable-step method chooses.
    ///
    /// # Errors
    /// [`NeuronError::NotInitialized`] before [`Neuron::initialize`] or after the number of threads
    /// has changed, [`NeuronError::UnsetPointer`], [`NeuronError::Hoc`] with NEURON's text.
    #[inline]
    pub fn advance(&self) -> Result<(), NeuronError> {
        self.inner.check_initialized()?;
        // SAFETY: this thread owns NEURON.
        if unsafe { self.inner.runtime.counters().pending() } {
            self.inner.check_structure()?;
        }
        // SAFETY: `fadvance` is a built-in function that returns a number.
        match unsafe { self.inner.runtime.call(self.inner.fadvance) } {
            Ok(_) => Ok(()),
            Err(error) => Err(NeuronError::hoc("advance the model", error)),
        }
    }

    /// Switches between fixed steps and the variable-step method (CVODE). Going back to fixed steps
    /// restores `dt`.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] with NEURON's text.
    pub fn variable_step(&self, on: bool) -> Result<(), NeuronError> {
        let dt = self.inner.global_address("dt")?;
        if on && self.inner.fixed_dt.get().is_none() {
            // SAFETY: the address of a global number, just looked up.
            self.inner.fixed_dt.set(Some(unsafe { dt.read() }));
        }
        self.inner.call("cnv_variable_step_", &[Argument::Number(f64::from(u8::from(on)))])?;
        if on {
            return Ok(());
        }
        if let Some(fixed) = self.inner.fixed_dt.take() {
            // NEURON leaves the last variable step behind.
            // SAFETY: as above.
            unsafe { dt.write(fixed) };
        }
        Ok(())
    }

    /// Advances the model to a time in ms, step by step: with fixed steps to the one that is nearest,
    /// with the variable-step method to just that time. What NEURON calls `psolve`.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] for a time that is not finite or has passed, and what
    /// [`Neuron::advance`] says.
    pub fn psolve(&self, until_ms: f64) -> Result<(), NeuronError> {
        let now = self.time()?;
        let good = until_ms.is_finite() && until_ms >= now;
        within("the time to advance to", until_ms, good, "a finite number, the present time or later")?;
        self.inner.check_initialized()?;
        if self.is_variable_step()? {
            self.inner.check_structure()?;
            self.inner.call("cnv_solve_", &[Argument::Number(until_ms)])?;
            return Ok(());
        }
        let mut time = now;
        // Half a step short is near enough: the next step would overshoot by as much.
        while time + 0.5 * self.global("dt")? < until_ms {
            self.advance()?;
            let later = self.time()?;
            if later <= time {
                // Code of the model may set dt to 0.
                return Err(NeuronError::Hoc {
                    action: format!("advance the model to {until_ms} ms"),
                    message: format!("a step has left the time at {later} ms"),
                });
            }
            time = later;
        }
        Ok(())
    }

    /// Sets the absolute tolerance of the variable-step method, which is 0.001 at first: how wrong a
    /// step may be in the units of each state, which NEURON scales.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if it is not above 0.
    pub fn set_tolerance(&self, tolerance: f64) -> Result<(), NeuronError> {
        let tolerance = positive("the tolerance", tolerance)?;
        self.inner.call("cnv_tolerance_", &[Argument::Number(tolerance)])?;
        Ok(())
    }

    /// Whether the variable-step method is in use.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] with NEURON's text.
    pub fn is_variable_step(&self) -> Result<bool, NeuronError> {
        Ok(self.inner.call("cnv_is_variable_step_", &[])? != 0.0)
    }

    /// The number of threads NEURON computes with.
    #[inline]
    pub fn threads(&self) -> i32 {
        self.inner.threads()
    }

    /// Sets the number of threads NEURON computes with; [`Neuron::initialize`] must follow.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] outside 1 to 64.
    pub fn set_threads(&self, threads: u16) -> Result<(), NeuronError> {
        let count = f64::from(threads);
        within("the number of threads", count, (1..=64).contains(&threads), "a number from 1 to 64")?;
        self.inner.initialized_threads.set(0);
        self.inner.call("cnv_threads_", &[Argument::Number(count)])?;
        Ok(())
    }
}

impl Inner {
    #[inline]
    pub(crate) fn threads(&self) -> i32 {
        // SAFETY: this thread owns NEURON.
        unsafe { self.runtime.counters().threads() }
    }

    /// What has to hold after a change of the structure, before the model is computed.
    pub(crate) fn check_structure(self: &Rc<Self>) -> Result<(), NeuronError> {
        self.check_pointers()?;
        self.check_vectors()?;
        self.check_targets()?;
        self.check_threads()
    }

    /// NEURON may give cells to other threads when the structure changes, and fails at the next event
    /// that is under way to one of them.
    fn check_threads(self: &Rc<Self>) -> Result<(), NeuronError> {
        if self.threads() > 1 && self.has_targets()? {
            self.initialized_threads.set(EVENTS_ON_THREADS);
        }
        self.check_initialized()
    }

    /// Whether the model can be computed.
    #[inline]
    pub(crate) fn check_initialized(&self) -> Result<(), NeuronError> {
        let threads = self.initialized_threads.get();
        if threads == self.threads() {
            return Ok(());
        }
        // NEURON would take buffers of threads that it has not set up.
        Err(NeuronError::NotInitialized { reason: not_initialized(threads) })
    }
}

fn not_initialized(threads: i32) -> &'static str {
    match threads {
        0 => "the model has not been initialised",
        EVENTS_LOST => "a section or vector was taken away for which NEURON had events under way",
        EVENTS_ON_THREADS => "the structure has changed while several threads had events under way",
        _ => "the number of threads has changed",
    }
}
