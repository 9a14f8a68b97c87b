//! What is passed to functions and methods of NEURON's.

use std::ffi::{CString, c_char};

use neuron_sys::{Api, Object};

use crate::error::NeuronError;
use crate::range_ref::{RangeRef, Resolved};
use crate::symbol::c_string;

/// An argument of a function or method of NEURON's.
pub(crate) enum Argument<'a> {
    Number(f64),
    Text(&'a str),
    Object(*mut Object),
    /// Where a number is.
    Address(&'a RangeRef),
}

/// Arguments in the form in which NEURON takes them.
pub(crate) struct Pushed<'a> {
    arguments: &'a [Argument<'a>],
    texts: Vec<*mut c_char>,
    addresses: Vec<Resolved<'a>>,
    // What `texts` points into.
    _owned: Vec<CString>,
}

impl<'a> Pushed<'a> {
    pub(crate) fn new(arguments: &'a [Argument<'a>]) -> Result<Self, NeuronError> {
        let (mut owned, mut addresses) = (Vec::new(), Vec::new());
        for argument in arguments {
            match argument {
                Argument::Text(text) => owned.push(c_string(text)?),
                Argument::Address(reference) => addresses.push(reference.resolve()?),
                Argument::Number(_) | Argument::Object(_) => {}
            }
        }
        let texts = owned.iter().map(|text| text.as_ptr().cast_mut()).collect();
        Ok(Self { arguments, texts, addresses, _owned: owned })
    }

    /// Pushes all and says how many.
    ///
    /// # Safety
    /// Inside a guard; `self` lives until the call that takes the arguments has ended.
    pub(crate) unsafe fn push(&mut self, api: &Api) -> i32 {
        let mut texts = self.texts.iter_mut();
        let mut addresses = self.addresses.iter();
        for argument in self.arguments {
            // SAFETY: the caller's promise.
            unsafe {
                match argument {
                    Argument::Number(number) => (api.nrn_double_push)(*number),
                    Argument::Object(object) => (api.nrn_object_push)(*object),
                    Argument::Address(_) => {
                        if let Some(address) = addresses.next() {
                            address.push(api);
                        }
                    }
                    Argument::Text(_) => {
                        if let Some(cell) = texts.next() {
                            (api.nrn_str_push)(cell);
                        }
                    }
                }
            }
        }
        self.arguments.len() as i32
    }
}
