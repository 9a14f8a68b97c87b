//! Sections: unbranched cables.

use std::ffi::CStr;
use std::rc::Rc;

use neuron_sys::{Api, Section as RawSection};

use crate::error::{NeuronError, finite, location, within};
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

    /// All sections, in the order of their creation.
    pub(crate) fn all(inner: &Rc<Inner>) -> Result<Vec<Self>, NeuronError> {
        let mut raw = Vec::new();
        // SAFETY: the list of all sections exists always; the iterator is freed. The vector may
        // allocate, but a failure to do so ends the process anyway.
        unsafe {
            inner.guard(
                || "list the sections".to_owned(),
                |api| {
                    let iterator = (api.nrn_sectionlist_iterator_new)((api.nrn_allsec)());
                    while (api.nrn_sectionlist_iterator_done)(iterator) == 0 {
                        let section = (api.nrn_sectionlist_iterator_next)(iterator);
                        if section.is_null() {
                            break;
                        }
                        raw.push(section);
                    }
                    (api.nrn_sectionlist_iterator_free)(iterator);
                },
            )
        }?;
        // SAFETY: the sections of the list are alive.
        raw.into_iter().map(|raw| unsafe { Self::named(inner, raw) }).collect()
    }

    /// A handle to a section, with the name that NEURON gives it.
    ///
    /// # Safety
    /// `raw` is a section that is alive.
    unsafe fn named(inner: &Rc<Inner>, raw: *mut RawSection) -> Result<Self, NeuronError> {
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

    /// Deletes the section; all handles to it and to point processes on it become errors.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`] if that was done before.
    pub fn delete(&self) -> Result<(), NeuronError> {
        self.live()?;
        let delete = self.inner.symbol("delete_section", Kind::Function)?;
        // SAFETY: a built-in function that returns a number, on a section that exists.
        let deleted = unsafe {
            self.accessed("delete", |api| {
                (api.nrn_function_call)(delete, 0);
                (api.nrn_double_pop)();
            })
        };
        // Popping the last section of a model fails after it has been deleted.
        match (deleted, self.is_alive()) {
            (_, false) => Ok(()),
            (Err(error), true) => Err(error),
            (Ok(()), true) => Err(NeuronError::Hoc {
                action: format!("delete the section `{}`", self.name),
                message: "NEURON kept it".to_owned(),
            }),
        }
    }

    /// Connects an end of this section (0 or 1) to a place on its parent (0 to 1).
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`], or [`NeuronError::Hoc`] with NEURON's text. A loop is reported
    /// by [`Neuron::initialize`](crate::Neuron::initialize).
    pub fn connect(&self, child_x: f64, parent: &Self, parent_x: f64) -> Result<(), NeuronError> {
        let child_x = within("the end of the child", child_x, child_x == 0.0 || child_x == 1.0, "0 or 1")?;
        let parent_x = location(parent_x)?;
        let parent = parent.live()?;
        // SAFETY: both sections exist.
        unsafe { self.with("connect an end", |api, raw| (api.nrn_section_connect)(raw, child_x, parent, parent_x)) }
    }

    /// The parent and the place on it, if there is one.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn parent(&self) -> Result<Option<(Self, f64)>, NeuronError> {
        let has_parent = self.inner.symbol("cnv_has_parent_", Kind::Function)?;
        let place = self.inner.symbol("parent_connection", Kind::Function)?;
        let list = self.inner.api();
        // SAFETY: the name is a C string; our own prelude defines it as a function that returns an
        // object that is not nil.
        let list = unsafe { (list.nrn_symbol)(c"cnv_parent_list_".as_ptr()) };
        // SAFETY: the functions return a number, an object and a number; a list with a member is
        // walked by one step.
        let found = unsafe {
            self.accessed("find the parent", |api| {
                (api.nrn_function_call)(has_parent, 0);
                if (api.nrn_double_pop)() == 0.0 {
                    return None;
                }
                (api.nrn_function_call)(list, 0);
                let parents = (api.nrn_object_pop)();
                let iterator = (api.nrn_sectionlist_iterator_new)((api.nrn_sectionlist_data)(parents));
                let parent = (api.nrn_sectionlist_iterator_next)(iterator);
                (api.nrn_sectionlist_iterator_free)(iterator);
                (api.nrn_object_unref)(parents);
                (api.nrn_function_call)(place, 0);
                Some((parent, (api.nrn_double_pop)()))
            })
        }?;
        match found {
            Some((parent, x)) if !parent.is_null() => {
                // SAFETY: the parent of a section that exists.
                Ok(Some((unsafe { Self::named(&self.inner, parent) }?, x)))
            }
            _ => Ok(None),
        }
    }

    /// Which of its own ends is the one towards the root: 0 or 1. In a root it is 0.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn orientation(&self) -> Result<f64, NeuronError> {
        let orientation = self.inner.symbol("section_orientation", Kind::Function)?;
        // SAFETY: a function without arguments that returns a number.
        unsafe {
            self.accessed("find the orientation", |api| {
                (api.nrn_function_call)(orientation, 0);
                (api.nrn_double_pop)()
            })
        }
    }

    /// Inserts a density mechanism such as `hh`; once is enough.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], or [`NeuronError::WrongKind`] for a point process.
    pub fn insert(&self, mechanism: &str) -> Result<(), NeuronError> {
        let symbol = self.inner.symbol(mechanism, Kind::Mechanism)?;
        // SAFETY: the section exists and the symbol is a density mechanism.
        unsafe { self.with("insert a mechanism", |api, raw| (api.nrn_mechanism_insert)(raw, symbol)) }
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
