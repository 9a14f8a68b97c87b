//! For how long addresses in NEURON's storage are good.

use std::rc::Rc;

use crate::error::NeuronError;
use crate::inner::Inner;

/// The state of NEURON's storage in which addresses were resolved.
#[derive(Debug)]
pub(crate) struct Epoch {
    pub(crate) inner: Rc<Inner>,
    generation: u64,
    /// NEURON's count of changes; `None` if a change was pending then.
    count: Option<i32>,
}

impl Epoch {
    pub(crate) fn new(inner: &Rc<Inner>) -> Self {
        Self { inner: Rc::clone(inner), generation: inner.generation.get(), count: None }
    }

    /// Whether addresses from this epoch are good.
    #[inline]
    pub(crate) fn is_current(&self) -> bool {
        let counters = self.inner.runtime.counters();
        // SAFETY: this thread owns NEURON.
        let (pending, count) = unsafe { (counters.pending(), counters.count()) };
        !pending && self.count == Some(count)
    }

    /// Starts an epoch. While a change is pending, addresses are good for this moment only.
    pub(crate) fn renew(&mut self) {
        let counters = self.inner.runtime.counters();
        // SAFETY: this thread owns NEURON.
        let (pending, count) = unsafe { (counters.pending(), counters.count()) };
        self.count = (!pending).then_some(count);
    }

    /// Whether the model is still the one that it was.
    pub(crate) fn check(&self, what: &str) -> Result<(), NeuronError> {
        if self.generation == self.inner.generation.get() {
            return Ok(());
        }
        Err(NeuronError::Cleared { what: what.to_owned() })
    }

    /// Says that no address is good.
    pub(crate) fn end(&mut self) {
        self.count = None;
    }
}
