//! References to single numbers of the model.

use std::ffi::{CStr, CString};
use std::rc::Rc;

use neuron_sys::{Api, Object, Section as RawSection, Symbol};

use crate::error::{NeuronError, location};
use crate::inner::Inner;
use crate::point_process::PointProcess;
use crate::section::Section;
use crate::symbol::Kind;

/// Names one number of the model: a range variable at a place, an attribute of a point process, or
/// a global. It holds no address, since NEURON moves its values; it is resolved when it is used.
#[derive(Debug, Clone)]
pub struct RangeRef {
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Range { section: Section, symbol: *mut Symbol, name: Rc<str>, x: f64 },
    Property { object: PointProcess, name: CString },
    Global { inner: Rc<Inner>, name: Rc<str> },
}

impl RangeRef {
    pub(crate) fn range(section: &Section, variable: &str, x: f64) -> Result<Self, NeuronError> {
        let x = location(x)?;
        let symbol = section.inner.symbol(variable, Kind::RangeVariable)?;
        let place = Place::Range { section: section.clone(), symbol, name: variable.into(), x };
        let reference = Self { place };
        // A mechanism that is missing is found here rather than at the first use.
        reference.address()?;
        Ok(reference)
    }

    pub(crate) fn property(object: &PointProcess, name: CString) -> Self {
        Self { place: Place::Property { object: object.clone(), name } }
    }

    pub(crate) fn global(inner: &Rc<Inner>, name: &str) -> Self {
        Self { place: Place::Global { inner: Rc::clone(inner), name: name.into() } }
    }

    /// The number.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`], [`NeuronError::Unlocated`] or [`NeuronError::Cleared`].
    pub fn get(&self) -> Result<f64, NeuronError> {
        let address = self.address()?;
        // SAFETY: the address was just resolved, and NEURON has not run since.
        Ok(unsafe { address.read() })
    }

    /// The variable and where it is, for people.
    pub fn label(&self) -> String {
        match &self.place {
            Place::Range { section, name, x, .. } => format!("{}({x}).{name}", section.name()),
            Place::Property { object, name } => format!("{}.{}", object.class(), name.to_string_lossy()),
            Place::Global { name, .. } => name.to_string(),
        }
    }

    pub(crate) fn inner(&self) -> &Rc<Inner> {
        match &self.place {
            Place::Range { section, .. } => &section.inner,
            Place::Property { object, .. } => &object.object.inner,
            Place::Global { inner, .. } => inner,
        }
    }

    /// The section of a range variable.
    pub(crate) fn section(&self) -> Result<(&Rc<Inner>, &Section), NeuronError> {
        match &self.place {
            Place::Range { section, .. } => Ok((&section.inner, section)),
            _ => Err(NeuronError::WrongKind {
                name: self.label(),
                found: "not on a section".to_owned(),
                expected: Kind::RangeVariable.described().to_owned(),
            }),
        }
    }

    /// The number of compartments of the section that it is in, if it is in one.
    pub(crate) fn nseg(&self) -> Result<Option<usize>, NeuronError> {
        match &self.place {
            Place::Range { section, .. } => section.nseg().map(Some),
            Place::Property { .. } | Place::Global { .. } => Ok(None),
        }
    }

    /// Checks that the number exists, and prepares it to be pushed.
    pub(crate) fn resolve(&self) -> Result<Resolved<'_>, NeuronError> {
        Ok(match &self.place {
            Place::Range { section, symbol, x, .. } => {
                Resolved::Range { section: section.live()?, symbol: *symbol, x: *x }
            }
            Place::Property { object, name } => Resolved::Property { object: object.live_property()?, name },
            Place::Global { inner, name } => Resolved::Global(inner.global_address(name)?),
        })
    }

    /// The address of the number: good until the structure of the model changes.
    pub(crate) fn address(&self) -> Result<*const f64, NeuronError> {
        let resolved = self.resolve()?;
        // SAFETY: the reference was just checked, and the one address pushed is popped.
        unsafe {
            self.inner().guard(
                || format!("refer to `{}`", self.label()),
                |api| {
                    resolved.push(api);
                    (api.nrn_double_ptr_pop)().cast_const()
                },
            )
        }
    }
}

/// A number that exists now.
pub(crate) enum Resolved<'a> {
    Range { section: *mut RawSection, symbol: *mut Symbol, x: f64 },
    Property { object: *mut Object, name: &'a CStr },
    Global(*mut f64),
}

impl Resolved<'_> {
    /// Pushes the address of the number.
    ///
    /// # Safety
    /// Inside a guard, with nothing done to the model since it was resolved.
    pub(crate) unsafe fn push(&self, api: &Api) {
        // SAFETY: the caller's promise.
        unsafe {
            match self {
                Self::Range { section, symbol, x } => (api.nrn_rangevar_push)(*symbol, *section, *x),
                Self::Property { object, name } => (api.nrn_property_push)(*object, name.as_ptr()),
                Self::Global(address) => (api.nrn_double_ptr_push)(*address),
            }
        }
    }
}
