//! The potentials of a whole model at once, straight out of NEURON's storage.
//!
//! A call across the C API for every compartment and step would cost as much as the simulation. A
//! probe resolves addresses once and then only reads memory. NEURON moves its values when the
//! structure of the model changes, and says so by counters that a probe looks at before each read:
//! addresses are never used after such a change, but resolved anew.

use std::rc::Rc;
use std::slice;

use crate::epoch::Epoch;
use crate::error::NeuronError;
use crate::gather::Gather;
use crate::interpreter::Neuron;
use crate::section::Section;
use crate::shape::centers;
use crate::symbol::Kind;

/// What a read found on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadReport {
    /// Whether all numbers were finite; a model that diverges has others.
    pub finite: bool,
    /// Whether addresses were resolved anew because the structure of the model had changed.
    pub resolved: bool,
}

/// The membrane potential of every compartment of some sections, in mV.
///
/// All potentials are one array in NEURON: the probe keeps where it starts and the place of each
/// compartment in it. A read is one pass over memory, without allocation and without a call per
/// compartment.
#[derive(Debug)]
pub struct VoltageProbe {
    epoch: Epoch,
    sections: Vec<(Section, usize)>,
    base: *const f64,
    span: usize,
    /// In the order of NEURON's array. After a solver step that array is out of the cache, and to
    /// jump about in it would mean a wait for memory at every section.
    runs: Vec<Run>,
    len: usize,
    scratch: Vec<*const f64>,
    /// Reads instead where the potentials are not one array.
    gather: Option<Gather>,
    /// Whether that is done in any case.
    always_gathers: bool,
}

/// Compartments in a row that are neighbours in NEURON's array as well; most sections are one.
#[derive(Debug)]
struct Run {
    /// The index of the first one in NEURON's array.
    place: u32,
    /// The index of the first one among the compartments.
    compartment: u32,
    len: u32,
}

impl VoltageProbe {
    /// Watches all compartments of the sections, in the order given, from the 0 end on.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`] or [`NeuronError::Cleared`].
    pub fn new(neuron: &Neuron, sections: &[Section]) -> Result<Self, NeuronError> {
        Self::watching(neuron, sections, false)
    }

    /// The same potentials by NEURON's own `PtrVector`, which follows them wherever they are. Slower by far; a
    /// probe takes this way by itself where it does not find the potentials in one array.
    ///
    /// # Errors
    /// As [`VoltageProbe::new`].
    pub fn gathering(neuron: &Neuron, sections: &[Section]) -> Result<Self, NeuronError> {
        Self::watching(neuron, sections, true)
    }

    fn watching(neuron: &Neuron, sections: &[Section], always_gathers: bool) -> Result<Self, NeuronError> {
        let mut probe = Self {
            epoch: Epoch::new(&neuron.inner),
            sections: Vec::with_capacity(sections.len()),
            base: std::ptr::null(),
            span: 0,
            runs: Vec::new(),
            len: 0,
            scratch: Vec::new(),
            gather: None,
            always_gathers,
        };
        for section in sections {
            probe.sections.push((section.clone(), section.nseg()?));
        }
        probe.resolve()?;
        Ok(probe)
    }

    /// The number of compartments.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no compartments.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of values in NEURON's array from the first compartment to the last, and others in
    /// between.
    pub fn span(&self) -> usize {
        self.span
    }

    /// Copies the potentials, rounded to f32.
    ///
    /// # Errors
    /// [`NeuronError::BufferLength`]; [`NeuronError::DeadSection`],
    /// [`NeuronError::CompartmentsChanged`] or [`NeuronError::Cleared`] if the sections are not
    /// those of the start any more.
    pub fn read(&mut self, out: &mut [f32]) -> Result<ReadReport, NeuronError> {
        self.read_as(out, |potential| potential as f32)
    }

    /// Copies the potentials as NEURON has them.
    ///
    /// # Errors
    /// As [`VoltageProbe::read`].
    pub fn read_f64(&mut self, out: &mut [f64]) -> Result<ReadReport, NeuronError> {
        self.read_as(out, |potential| potential)
    }

    #[inline]
    fn read_as<T>(&mut self, out: &mut [T], convert: impl Fn(f64) -> T) -> Result<ReadReport, NeuronError> {
        let resolved = self.prepare(out.len())?;
        let mut finite = true;
        if let Some(gather) = &mut self.gather {
            for (value, &potential) in out.iter_mut().zip(gather.read()?) {
                finite &= potential.is_finite();
                *value = convert(potential);
            }
            return Ok(ReadReport { finite, resolved });
        }
        for run in &self.runs {
            // SAFETY: the runs are within the array, whose place `prepare` made sure of, and NEURON
            // does not compute meanwhile.
            let potentials = unsafe { slice::from_raw_parts(self.base.add(run.place as usize), run.len as usize) };
            for (value, &potential) in out[run.compartment as usize..].iter_mut().zip(potentials) {
                finite &= potential.is_finite();
                *value = convert(potential);
            }
        }
        Ok(ReadReport { finite, resolved })
    }

    /// Checks the buffer and the addresses; says whether they had to be resolved.
    #[inline]
    fn prepare(&mut self, found: usize) -> Result<bool, NeuronError> {
        let expected = self.len;
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

    /// Finds where the potentials are now.
    fn resolve(&mut self) -> Result<(), NeuronError> {
        self.epoch.end();
        let inner = Rc::clone(&self.epoch.inner);
        let v = inner.symbol("v", Kind::RangeVariable)?;
        let mut places = Vec::with_capacity(self.sections.len());
        for (section, expected) in &self.sections {
            let (raw, found) = (section.live()?, section.nseg()?);
            if found != *expected {
                let name = section.name().to_owned();
                return Err(NeuronError::CompartmentsChanged { name, expected: *expected, found });
            }
            places.push((raw, found));
        }
        let total = places.iter().map(|(_, nseg)| nseg).sum();
        let addresses = &mut self.scratch;
        addresses.clear();
        addresses.reserve(total);
        // SAFETY: the sections exist, `v` is in all of them, and each address pushed is popped.
        unsafe {
            inner.guard(
                || "find the membrane potentials".to_owned(),
                |api| {
                    for (raw, nseg) in &places {
                        for x in centers(*nseg) {
                            (api.nrn_rangevar_push)(v, *raw, x);
                            addresses.push((api.nrn_double_ptr_pop)().cast_const());
                        }
                    }
                },
            )
        }?;
        self.gather = None;
        if !self.find_runs() || self.always_gathers {
            self.runs.clear();
            self.gather = Some(Gather::new(&inner, self.sections.iter().map(|(section, _)| section), self.len)?);
        }
        self.epoch.renew();
        Ok(())
    }

    /// Turns addresses into a base and runs. `false` if they are not places of one array.
    fn find_runs(&mut self) -> bool {
        (self.len, self.span) = (self.scratch.len(), 0);
        self.runs.clear();
        let (Some(first), Some(last)) = (self.scratch.iter().min(), self.scratch.iter().max()) else {
            return true;
        };
        self.base = *first;
        self.span = (last.addr() - first.addr()) / size_of::<f64>() + 1;
        let base = self.base.addr();
        let aligned = |address: &*const f64| (address.addr() - base).is_multiple_of(size_of::<f64>());
        // An array of so many potentials does not exist: then they are here and there in memory.
        if u32::try_from(self.span.max(self.len)).is_err() || !self.scratch.iter().all(aligned) {
            return false;
        }
        for (compartment, address) in (0..).zip(&self.scratch) {
            let place = ((address.addr() - self.base.addr()) / size_of::<f64>()) as u32;
            match self.runs.last_mut() {
                Some(run) if run.place + run.len == place => run.len += 1,
                _ => self.runs.push(Run { place, compartment, len: 1 }),
            }
        }
        self.runs.sort_unstable_by_key(|run| run.place);
        true
    }
}
