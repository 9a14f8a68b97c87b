//! Numbers of the model of all kinds at once, straight out of NEURON's storage.

use crate::epoch::Epoch;
use crate::error::NeuronError;
use crate::interpreter::Neuron;
use crate::probe::ReadReport;
use crate::range_ref::RangeRef;
use crate::section::Section;
use crate::shape::centers;
use crate::symbol::Kind;

/// Any numbers of the model, by a list of addresses.
///
/// A number that does not exist, such as `m_hh` where `hh` is not inserted, reads as NaN when the
/// probe was made by [`RangeProbe::over`].
#[derive(Debug)]
pub struct RangeProbe {
    epoch: Epoch,
    references: Vec<Option<RangeRef>>,
    addresses: Vec<*const f64>,
}

impl RangeProbe {
    /// Watches the given numbers.
    ///
    /// # Errors
    /// What each reference's own check says.
    pub fn new(neuron: &Neuron, references: &[RangeRef]) -> Result<Self, NeuronError> {
        Self::resolved(neuron, references.iter().cloned().map(Some).collect())
    }

    /// Watches a range variable in all compartments of the sections, in the order given.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], [`NeuronError::WrongKind`], [`NeuronError::DeadSection`].
    pub fn over(neuron: &Neuron, variable: &str, sections: &[Section]) -> Result<Self, NeuronError> {
        neuron.inner.symbol(variable, Kind::RangeVariable)?;
        let mut references = Vec::new();
        for section in sections {
            let nseg = section.nseg()?;
            // A section has a mechanism in all its compartments or in none.
            if section.range_ref(variable, 0.5).is_err() {
                references.extend(std::iter::repeat_n(None, nseg));
                continue;
            }
            for x in centers(nseg) {
                references.push(Some(section.range_ref(variable, x)?));
            }
        }
        Self::resolved(neuron, references)
    }

    fn resolved(neuron: &Neuron, references: Vec<Option<RangeRef>>) -> Result<Self, NeuronError> {
        let mut probe = Self { epoch: Epoch::new(&neuron.inner), references, addresses: Vec::new() };
        probe.resolve()?;
        Ok(probe)
    }

    /// How many numbers are watched.
    pub fn len(&self) -> usize {
        self.references.len()
    }

    /// Whether no numbers are watched.
    pub fn is_empty(&self) -> bool {
        self.references.is_empty()
    }

    /// Copies the numbers, rounded to f32.
    ///
    /// # Errors
    /// [`NeuronError::BufferLength`], [`NeuronError::Cleared`], and what each reference's own check
    /// says if the structure of the model has changed.
    pub fn read(&mut self, out: &mut [f32]) -> Result<ReadReport, NeuronError> {
        let resolved = self.prepare(out.len())?;
        let mut finite = true;
        for (value, address) in out.iter_mut().zip(&self.addresses) {
            let number = read(*address);
            finite &= number.is_finite();
            *value = number as f32;
        }
        Ok(ReadReport { finite, resolved })
    }

    /// Copies the numbers as NEURON has them.
    ///
    /// # Errors
    /// As [`RangeProbe::read`].
    pub fn read_f64(&mut self, out: &mut [f64]) -> Result<ReadReport, NeuronError> {
        let resolved = self.prepare(out.len())?;
        let mut finite = true;
        for (value, address) in out.iter_mut().zip(&self.addresses) {
            *value = read(*address);
            finite &= value.is_finite();
        }
        Ok(ReadReport { finite, resolved })
    }

    /// Watches the numbers no more that are gone, such as those of sections that were deleted: they read as NaN.
    /// Gives their places.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn forget_gone(&mut self) -> Result<Vec<usize>, NeuronError> {
        self.epoch.check("a probe")?;
        self.epoch.end();
        let gone = |reference: &Option<RangeRef>| reference.as_ref().is_some_and(|watched| watched.address().is_err());
        let places: Vec<usize> = (0..).zip(&self.references).filter(|(_, of)| gone(of)).map(|(at, _)| at).collect();
        places.iter().for_each(|place| self.references[*place] = None);
        Ok(places)
    }

    fn prepare(&mut self, found: usize) -> Result<bool, NeuronError> {
        let expected = self.references.len();
        if found != expected {
            return Err(NeuronError::BufferLength { expected, found });
        }
        self.epoch.check("a probe")?;
        if self.epoch.is_current() {
            return Ok(false);
        }
        self.resolve()?;
        Ok(true)
    }

    fn resolve(&mut self) -> Result<(), NeuronError> {
        self.epoch.end();
        self.addresses.clear();
        for reference in &self.references {
            let address = reference.as_ref().map_or(Ok(std::ptr::null()), RangeRef::address)?;
            self.addresses.push(address);
        }
        self.epoch.renew();
        Ok(())
    }
}

/// The number at an address that was resolved in the present epoch; null reads as NaN.
#[inline]
fn read(address: *const f64) -> f64 {
    if address.is_null() {
        return f64::NAN;
    }
    // SAFETY: `prepare` has made sure that NEURON's storage is as it was when this was resolved.
    unsafe { address.read() }
}
