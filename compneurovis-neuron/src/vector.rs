//! Vectors of numbers on NEURON's side.

use crate::error::{NeuronError, positive};
use crate::interpreter::Neuron;
use crate::object::ObjectRef;
use crate::range_ref::RangeRef;
use neuron_sys::Api;

/// A handle to a `Vector`: what is played into a variable or recorded from one.
#[derive(Debug, Clone)]
pub struct Vector {
    pub(crate) object: ObjectRef,
}

impl AsRef<ObjectRef> for Vector {
    fn as_ref(&self) -> &ObjectRef {
        &self.object
    }
}

impl Neuron {
    /// Creates a vector with these elements.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] if NEURON refuses.
    pub fn vector(&self, values: &[f64]) -> Result<Vector, NeuronError> {
        let len = values.len() as f64;
        // SAFETY: the class takes a length.
        let object = unsafe {
            ObjectRef::create(
                &self.inner,
                "Vector",
                |api| {
                    (api.nrn_double_push)(len);
                    1
                },
                |_| (),
            )
        }?;
        let vector = Vector { object };
        let data = vector.data()?;
        // SAFETY: a vector of that length was just made, and nothing else knows it.
        unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), data, values.len()) };
        Ok(vector)
    }
}

impl Vector {
    /// The number of elements.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn len(&self) -> Result<usize, NeuronError> {
        let object = self.object.live()?;
        // SAFETY: the object is a vector.
        Ok(usize::try_from(unsafe { (self.object.inner.api().nrn_vector_capacity)(object) }).unwrap_or(0))
    }

    /// Whether there are no elements.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn is_empty(&self) -> Result<bool, NeuronError> {
        Ok(self.len()? == 0)
    }

    /// A copy of the elements.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn to_vec(&self) -> Result<Vec<f64>, NeuronError> {
        let mut values = vec![0.0; self.len()?];
        if !values.is_empty() {
            let data = self.data()?;
            // SAFETY: the vector has that many elements, and NEURON does not run meanwhile.
            unsafe { std::ptr::copy_nonoverlapping(data, values.as_mut_ptr(), values.len()) };
        }
        Ok(values)
    }

    /// Plays the elements into a variable at these times in ms, from the next initialisation on:
    /// in steps, or with straight lines in between.
    ///
    /// # Errors
    /// [`NeuronError::BufferLength`] if there are not as many times as elements, and what the
    /// reference's own check says.
    pub fn play(&self, target: &RangeRef, times: &Self, interpolated: bool) -> Result<(), NeuronError> {
        let (expected, found) = (self.len()?, times.len()?);
        if expected != found {
            return Err(NeuronError::BufferLength { expected, found });
        }
        let times = times.object.live()?;
        // SAFETY: the vector of times is an object of the model.
        unsafe {
            self.connect("play", target, |api| {
                (api.nrn_object_push)(times);
                (api.nrn_double_push)(f64::from(u8::from(interpolated)));
                2
            })
        }
    }

    /// Records a variable after every step, from the next initialisation on; earlier elements go.
    ///
    /// # Errors
    /// What the reference's own check says.
    pub fn record(&self, source: &RangeRef) -> Result<(), NeuronError> {
        // SAFETY: nothing is pushed.
        unsafe { self.connect("record", source, |_| 0) }
    }

    /// Records a variable every `interval_ms`.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if the interval is not above 0, and what the reference's own
    /// check says.
    pub fn record_every(&self, source: &RangeRef, interval_ms: f64) -> Result<(), NeuronError> {
        let interval = positive("the interval of recording", interval_ms)?;
        // SAFETY: a number is pushed.
        unsafe {
            self.connect("record", source, |api| {
                (api.nrn_double_push)(interval);
                1
            })
        }
    }

    /// Calls `play` or `record` on a variable.
    ///
    /// # Safety
    /// `more` pushes the arguments after the variable and says how many.
    unsafe fn connect(
        &self,
        method: &str,
        variable: &RangeRef,
        more: impl FnOnce(&Api) -> i32,
    ) -> Result<(), NeuronError> {
        let object = self.object.live()?;
        let symbol = self.object.member(method, "method")?;
        let resolved = variable.resolve()?;
        let section = variable.section().ok().map(|(_, section)| section.live()).transpose()?;
        // SAFETY: both methods of a vector return an object that is not nil, with a reference that
        // is given back; the section stays accessed for the call, as the variable-step method asks.
        unsafe {
            self.object.inner.guard(
                || format!("{method} a variable"),
                |api| {
                    if let Some(section) = section {
                        (api.nrn_section_push)(section);
                    }
                    resolved.push(api);
                    let count = 1 + more(api);
                    (api.nrn_method_call)(object, symbol, count);
                    (api.nrn_object_unref)((api.nrn_object_pop)());
                    if section.is_some() {
                        (api.nrn_section_pop)();
                    }
                },
            )
        }
    }

    fn data(&self) -> Result<*mut f64, NeuronError> {
        let object = self.object.live()?;
        // SAFETY: the object is a vector.
        Ok(unsafe { (self.object.inner.api().nrn_vector_data)(object) })
    }
}
