//! Point processes: clamps, synapses, artificial cells.

use std::ffi::CString;

use neuron_sys::Object;

use crate::argument::Argument;
use crate::error::{NeuronError, finite, location};
use crate::interpreter::Neuron;
use crate::object::ObjectRef;
use crate::pointer::POINTER_PROPERTY;
use crate::range_ref::RangeRef;
use crate::section::Section;
use crate::symbol::{Kind, c_string};

/// A handle to a point process, by the names hoc has for its attributes (`del`, not `delay`).
///
/// Clones share the point process; it goes when the last handle is dropped, unless the model keeps
/// it ([`Neuron::keep`]). One that takes events goes with the next initialisation if the model is
/// running, since NEURON may have events for it under way.
#[derive(Debug, Clone)]
pub struct PointProcess {
    pub(crate) object: ObjectRef,
}

impl AsRef<ObjectRef> for PointProcess {
    fn as_ref(&self) -> &ObjectRef {
        &self.object
    }
}

impl PointProcess {
    pub(crate) fn place(section: &Section, class: &str, x: f64) -> Result<Self, NeuronError> {
        let x = location(x)?;
        let raw = section.live()?;
        let inner = &section.inner;
        let can = inner.point_class(class)?;
        if can.artificial {
            return Err(wrong_class(class, "an artificial cell, which is on no section", "a point process"));
        }
        if !can.placed {
            return Err(wrong_class(class, "a class of objects", "a point process"));
        }
        // SAFETY: the section exists, the class takes a place on it, and the push is undone.
        let object = unsafe {
            ObjectRef::create(
                inner,
                class,
                |api| {
                    (api.nrn_section_push)(raw);
                    (api.nrn_double_push)(x);
                    1
                },
                |api| (api.nrn_section_pop)(),
            )
        }?;
        Ok(Self { object: object.with_pointers()?.with_lifeline()? })
    }

    /// The name of the class.
    pub fn class(&self) -> &str {
        self.object.class()
    }

    /// The value of an attribute.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], [`NeuronError::WrongKind`] for methods, arrays and pointers,
    /// [`NeuronError::Unlocated`] if its section has been deleted.
    pub fn get(&self, attribute: &str) -> Result<f64, NeuronError> {
        let (object, name) = self.checked(attribute, None)?;
        let action = || format!("get `{attribute}` of a `{}`", self.class());
        // SAFETY: the object is placed and has a scalar property of that name.
        unsafe { self.object.inner.guard(action, |api| (api.nrn_property_get)(object, name.as_ptr())) }
    }

    /// Sets an attribute.
    ///
    /// # Errors
    /// As [`PointProcess::get`], and [`NeuronError::OutOfRange`] for a number that is not finite.
    pub fn set(&self, attribute: &str, value: f64) -> Result<(), NeuronError> {
        let value = finite(attribute, value)?;
        let (object, name) = self.checked(attribute, None)?;
        let action = || format!("set `{attribute}` of a `{}`", self.class());
        // SAFETY: the object is placed and has a scalar property of that name.
        unsafe { self.object.inner.guard(action, |api| (api.nrn_property_set)(object, name.as_ptr(), value)) }
    }

    /// The value of an element of an attribute that is an array, such as `amp` of a `VClamp`.
    ///
    /// # Errors
    /// As [`PointProcess::get`], and [`NeuronError::BadIndex`].
    pub fn get_index(&self, attribute: &str, index: usize) -> Result<f64, NeuronError> {
        let (object, name) = self.checked(attribute, Some(index))?;
        let action = || format!("get `{attribute}` of a `{}`", self.class());
        // SAFETY: as in `get`, and the index is within the array.
        unsafe {
            self.object.inner.guard(action, |api| (api.nrn_property_array_get)(object, name.as_ptr(), index as i32))
        }
    }

    /// Sets an element of an attribute that is an array.
    ///
    /// # Errors
    /// As [`PointProcess::set`], and [`NeuronError::BadIndex`].
    pub fn set_index(&self, attribute: &str, index: usize, value: f64) -> Result<(), NeuronError> {
        let value = finite(attribute, value)?;
        let (object, name) = self.checked(attribute, Some(index))?;
        let action = || format!("set `{attribute}` of a `{}`", self.class());
        // SAFETY: as in `set`, and the index is within the array.
        unsafe {
            self.object.inner.guard(action, |api| {
                (api.nrn_property_array_set)(object, name.as_ptr(), index as i32, value);
            })
        }
    }

    /// A reference to an attribute, to be recorded, played into or watched.
    ///
    /// # Errors
    /// As [`PointProcess::get`].
    pub fn range_ref(&self, attribute: &str) -> Result<RangeRef, NeuronError> {
        let (_, name) = self.checked(attribute, None)?;
        Ok(RangeRef::property(self, name))
    }

    /// Calls a function of the mechanism, such as `noiseFromRandom123` of a `NetStim`.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`] or [`NeuronError::WrongKind`] for a name that is not a function
    /// that returns a number, [`NeuronError::Unlocated`], or [`NeuronError::Hoc`].
    pub fn call(&self, function: &str, arguments: &[f64]) -> Result<f64, NeuronError> {
        let symbol = self.object.member(function, "function")?;
        let inner = &self.object.inner;
        if inner.symbols.kind(inner.api(), symbol) != Kind::Function {
            return Err(wrong_class(function, "not a function that returns a number", "a function"));
        }
        self.located()?;
        let arguments: Vec<Argument<'_>> = arguments.iter().map(|number| Argument::Number(*number)).collect();
        self.object.call(function, &arguments)
    }

    /// Whether the point process is on a section.
    pub fn is_located(&self) -> bool {
        self.located().is_ok()
    }

    fn located(&self) -> Result<*mut Object, NeuronError> {
        let object = self.object.live()?;
        // SAFETY: the object is a point process, as its constructors make sure.
        if unsafe { (self.object.inner.api().nrn_prop_exists)(object) } {
            return Ok(object);
        }
        Err(NeuronError::Unlocated { class: self.class().to_owned() })
    }

    /// The object and the name of a property of it: with an index if it is an array, else without.
    fn checked(&self, attribute: &str, index: Option<usize>) -> Result<(*mut Object, CString), NeuronError> {
        let symbol = self.object.member(attribute, "attribute").map_err(|error| self.with_attributes(error))?;
        let inner = &self.object.inner;
        let api = inner.api();
        // SAFETY: the symbol is not null.
        let (array, subtype) = unsafe { ((api.nrn_symbol_is_array)(symbol), (api.nrn_symbol_subtype)(symbol)) };
        if !inner.symbols.is_property(api, symbol) {
            return Err(wrong_class(attribute, "a method", "an attribute"));
        }
        if subtype == POINTER_PROPERTY {
            return Err(wrong_class(attribute, "a pointer", "an attribute"));
        }
        match (array, index) {
            (false, Some(_)) => return Err(wrong_class(attribute, "a single number", "an array")),
            (true, None) => return Err(wrong_class(attribute, "an array", "a single number")),
            (true, Some(index)) => {
                // SAFETY: the symbol is of an array.
                let len = unsafe { (api.nrn_symbol_array_length)(symbol) };
                let len = usize::try_from(len).unwrap_or(0);
                if index >= len {
                    return Err(NeuronError::BadIndex { what: attribute.to_owned(), index, len });
                }
            }
            (false, None) => {}
        }
        Ok((self.located()?, c_string(attribute)?))
    }

    /// The same error, which tells what attributes there are if there is no such one.
    fn with_attributes(&self, mut error: NeuronError) -> NeuronError {
        if let NeuronError::UnknownName { known, .. } = &mut error {
            let attributes = self.attributes().unwrap_or_default();
            *known = attributes.into_iter().map(|(name, _)| name).collect();
        }
        error
    }

    /// The object, if the property can be used now.
    pub(crate) fn live_property(&self) -> Result<*mut Object, NeuronError> {
        self.located()
    }
}

impl Neuron {
    /// Creates an artificial cell such as `NetStim`, which is on no section.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`] or [`NeuronError::WrongKind`].
    pub fn artificial_cell(&self, class: &str) -> Result<PointProcess, NeuronError> {
        let can = self.inner.point_class(class)?;
        if can.placed {
            return Err(wrong_class(class, "a point process, which needs a section", "an artificial cell"));
        }
        if !can.artificial {
            return Err(wrong_class(class, "a class of objects", "an artificial cell"));
        }
        // SAFETY: the class takes no arguments.
        let object = unsafe { ObjectRef::create(&self.inner, class, |_| 0, |_| ()) }?;
        Ok(PointProcess { object: object.with_lifeline()? })
    }
}

pub(crate) fn wrong_class(name: &str, found: &str, expected: &str) -> NeuronError {
    NeuronError::WrongKind { name: name.to_owned(), found: found.to_owned(), expected: expected.to_owned() }
}
