//! Sections: unbranched cables.

use std::ffi::CStr;
use std::rc::Rc;

use neuron_sys::{Api, Section as RawSection};

use crate::argument::{Argument, Pushed};
use crate::error::{NeuronError, finite, location};
use crate::inner::Inner;
use crate::point_process::PointProcess;
use crate::range_ref::RangeRef;
use crate::shape::centers;
use crate::symbol::{Kind, c_string};

/// A handle to a section. Cloning and dropping handles leaves the section alone; it lives until
/// [`Section::delete`] or [`Neuron::clear`](crate::Neuron::clear).
#[derive(Debug)]
pub struct Section {
    pub(crate) inner: Rc<Inner>,
    raw: *mut RawSection,
    name: Rc<str>,
    generation: u64,
}

impl Section {
    pub(crate) fn create(inner: &Rc<Inner>, name: &str) -> Result<Self, NeuronError> {
        let text = c_string(name)?;
        // SAFETY: the name is a C string, which NEURON copies.
        let raw = unsafe {
            inner.guard(|| format!("create the section `{name}`"), |api| (api.nrn_section_new)(text.as_ptr()))
        }?;
        // SAFETY: the section was just made.
        Ok(unsafe { Self::adopt(inner, raw, name) })
    }

    /// A handle to a section, which takes a reference to it.
    ///
    /// # Safety
    /// `raw` is a section that has not been freed.
    pub(crate) unsafe fn adopt(inner: &Rc<Inner>, raw: *mut RawSection, name: &str) -> Self {
        // SAFETY: the caller's promise.
        unsafe { (inner.api().nrn_section_ref)(raw) };
        Self { inner: Rc::clone(inner), raw, name: name.into(), generation: inner.generation.get() }
    }

    /// A handle to a section, with the name that NEURON gives it.
    ///
    /// # Safety
    /// `raw` is a section that is alive.
    pub(crate) unsafe fn named(inner: &Rc<Inner>, raw: *mut RawSection) -> Result<Self, NeuronError> {
        // SAFETY: the section is alive; the text lives until the next call.
        let name = unsafe {
            let text = inner.guard(|| "name a section".to_owned(), |api| (api.nrn_secname)(raw))?;
            CStr::from_ptr(text).to_string_lossy().into_owned()
        };
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::adopt(inner, raw, &name) })
    }

    /// The name, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// By which sections are told apart, whatever their names are. While there is a handle, no other section
    /// has the same.
    pub(crate) fn address(&self) -> usize {
        self.raw.addr()
    }

    /// Whether the section exists in the model.
    pub fn is_alive(&self) -> bool {
        self.live().is_ok()
    }

    /// The section, if it exists.
    #[inline]
    pub(crate) fn live(&self) -> Result<*mut RawSection, NeuronError> {
        if self.generation != self.inner.generation.get() {
            return Err(NeuronError::Cleared { what: self.name.to_string() });
        }
        // SAFETY: this value's reference keeps the memory.
        if unsafe { (self.inner.api().nrn_section_is_active)(self.raw) } {
            return Ok(self.raw);
        }
        Err(NeuronError::DeadSection { name: self.name.to_string() })
    }

    /// Runs raw calls on the section, if it exists.
    ///
    /// # Safety
    /// The closure keeps to the rules of [`neuron_sys::Runtime::guard`].
    pub(crate) unsafe fn with<T>(
        &self,
        action: &str,
        calls: impl FnOnce(&Api, *mut RawSection) -> T,
    ) -> Result<T, NeuronError> {
        let raw = self.live()?;
        // SAFETY: the caller's promise.
        unsafe { self.inner.guard(|| format!("{action} of the section `{}`", self.name), |api| calls(api, raw)) }
    }

    /// Runs raw calls while this is the accessed section.
    ///
    /// # Safety
    /// The closure keeps to the rules of [`neuron_sys::Runtime::guard`].
    pub(crate) unsafe fn accessed<T>(&self, action: &str, calls: impl FnOnce(&Api) -> T) -> Result<T, NeuronError> {
        // SAFETY: the caller's promise; an error in between restores the stack of sections.
        unsafe {
            self.with(action, |api, raw| {
                (api.nrn_section_push)(raw);
                let value = calls(api);
                (api.nrn_section_pop)();
                value
            })
        }
    }

    /// Calls a function that returns a number while this is the accessed section.
    pub(crate) fn function(&self, name: &str, arguments: &[Argument<'_>]) -> Result<f64, NeuronError> {
        let symbol = self.inner.symbol(name, Kind::Function)?;
        let mut pushed = Pushed::new(arguments)?;
        // SAFETY: the kind says that the function leaves a number; the cells outlive the call.
        unsafe {
            self.accessed(&format!("call `{name}`"), |api| {
                let count = pushed.push(api);
                (api.nrn_function_call)(symbol, count);
                (api.nrn_double_pop)()
            })
        }
    }

    /// The value of a range variable such as `v` or `m_hh` at `x`.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], [`NeuronError::WrongKind`], [`NeuronError::OutOfRange`], or
    /// [`NeuronError::Hoc`] if the section lacks the mechanism.
    pub fn get(&self, variable: &str, x: f64) -> Result<f64, NeuronError> {
        if variable == "diam" {
            return self.diameter(x);
        }
        let x = location(x)?;
        let symbol = self.inner.symbol(variable, Kind::RangeVariable)?;
        let action = format!("get `{variable}`");
        // SAFETY: the section exists, the symbol is a range variable, the place is on the section.
        unsafe { self.with(&action, |api, raw| (api.nrn_rangevar_get)(symbol, raw, x)) }
    }

    /// Sets a range variable in the compartment at `x`.
    ///
    /// # Errors
    /// As [`Section::get`], and [`NeuronError::OutOfRange`] for a number that is not finite.
    pub fn set_at(&self, variable: &str, x: f64, value: f64) -> Result<(), NeuronError> {
        if variable == "diam" {
            return self.set_diameter_at(x, value);
        }
        let (x, value) = (location(x)?, finite(variable, value)?);
        let symbol = self.inner.symbol(variable, Kind::RangeVariable)?;
        let action = format!("set `{variable}`");
        // SAFETY: as in `get`.
        unsafe { self.with(&action, |api, raw| (api.nrn_rangevar_set)(symbol, raw, x, value)) }
    }

    /// Sets a range variable in all compartments.
    ///
    /// # Errors
    /// As [`Section::set_at`].
    pub fn set(&self, variable: &str, value: f64) -> Result<(), NeuronError> {
        if variable == "diam" {
            return self.set_diameter(value);
        }
        let value = finite(variable, value)?;
        let symbol = self.inner.symbol(variable, Kind::RangeVariable)?;
        let nseg = self.nseg()?;
        let action = format!("set `{variable}`");
        // SAFETY: as in `get`.
        unsafe {
            self.with(&action, |api, raw| {
                for x in centers(nseg) {
                    (api.nrn_rangevar_set)(symbol, raw, x, value);
                }
            })
        }
    }

    /// A reference to a range variable at `x`, to be recorded, played into or watched.
    ///
    /// # Errors
    /// As [`Section::get`].
    pub fn range_ref(&self, variable: &str, x: f64) -> Result<RangeRef, NeuronError> {
        RangeRef::range(self, variable, x)
    }

    /// Places a point process such as `IClamp` at `x`.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], [`NeuronError::WrongKind`] or [`NeuronError::OutOfRange`].
    pub fn point_process(&self, class: &str, x: f64) -> Result<PointProcess, NeuronError> {
        PointProcess::place(self, class, x)
    }
}

impl Clone for Section {
    fn clone(&self) -> Self {
        // SAFETY: this value's reference keeps the memory.
        unsafe { (self.inner.api().nrn_section_ref)(self.raw) };
        Self { inner: Rc::clone(&self.inner), raw: self.raw, name: Rc::clone(&self.name), generation: self.generation }
    }
}

impl PartialEq for Section {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.raw, other.raw) && self.generation == other.generation
    }
}

impl Eq for Section {}

impl Drop for Section {
    fn drop(&mut self) {
        // SAFETY: this value's own reference; giving it back frees memory at most.
        unsafe { (self.inner.api().nrn_section_unref)(self.raw) };
    }
}
