//! Vectors of numbers on NEURON's side.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use crate::argument::Argument;
use crate::error::{NeuronError, positive};
use crate::inner::Inner;
use crate::interpreter::Neuron;
use crate::object::ObjectRef;
use crate::range_ref::RangeRef;
use neuron_sys::Api;

/// In place of a number of threads: the model was initialised, and has lost events since.
pub(crate) const EVENTS_LOST: i32 = -1;

/// The same, because its events may be on other threads than their targets.
pub(crate) const EVENTS_ON_THREADS: i32 = -2;

/// A handle to a `Vector`: what is played into a variable or recorded from one.
///
/// What was begun by [`Vector::play`] and the like goes on as long as a handle lives, and in a running
/// model until it is initialised the next time.
#[derive(Debug, Clone)]
pub struct Vector {
    pub(crate) object: ObjectRef,
    timed: Rc<Timed>,
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
        Vector::create(&self.inner, values)
    }
}

impl Vector {
    pub(crate) fn create(inner: &Rc<Inner>, values: &[f64]) -> Result<Self, NeuronError> {
        let len = values.len() as f64;
        // SAFETY: the class takes a length.
        let object = unsafe {
            ObjectRef::create(
                inner,
                "Vector",
                |api| {
                    (api.nrn_double_push)(len);
                    1
                },
                |_| (),
            )
        }?;
        let timed = Rc::new(Timed { object: object.clone(), variables: RefCell::default() });
        let vector = Self { object, timed };
        let data = vector.data()?;
        // SAFETY: a vector of that length was just made, and nothing else knows it.
        unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), data, values.len()) };
        Ok(vector)
    }

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

    /// Replaces all elements. If there is another number of them than before, what
    /// [`Vector::play`] or [`Vector::record`] began ends: NEURON would play past the end.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn set(&self, values: &[f64]) -> Result<(), NeuronError> {
        let inner = &self.object.inner;
        let vector = self.object.live()?;
        if self.len()? != values.len() {
            self.stop()?;
            inner.call("cnv_resize_", &[Argument::Object(vector), Argument::Number(values.len() as f64)])?;
        }
        if !values.is_empty() {
            let data = self.data()?;
            // SAFETY: the vector has that many elements now, and NEURON does not run meanwhile.
            unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), data, values.len()) };
        }
        Ok(())
    }

    /// Ends what [`Vector::play`] or [`Vector::record`] began; the elements stay. If the vector was
    /// played or recorded at certain times, [`Neuron::initialize`] must follow before the model can
    /// go on: NEURON has events of it under way, and would end the process at the next.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn stop(&self) -> Result<(), NeuronError> {
        self.object.call("play_remove", &[])?;
        if !self.timed.variables.take().is_empty() {
            self.object.inner.needs_initialization();
        }
        Ok(())
    }

    /// Plays the elements into a variable, one after the other at this interval in ms, from the next
    /// initialisation on.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if the interval is not above 0, and what the reference's own
    /// check says.
    pub fn play_every(&self, target: &RangeRef, interval_ms: f64) -> Result<(), NeuronError> {
        let interval = positive("the interval of playing", interval_ms)?;
        // SAFETY: a number is pushed.
        unsafe {
            self.connect("play", target, |api| {
                (api.nrn_double_push)(interval);
                1
            })
        }?;
        self.note_times(target);
        Ok(())
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
        let (times_of, times) = (times, times.object.live()?);
        // SAFETY: the vector of times is an object of the model.
        unsafe {
            self.connect("play", target, |api| {
                (api.nrn_object_push)(times);
                (api.nrn_double_push)(f64::from(u8::from(interpolated)));
                2
            })
        }?;
        self.note_times(target);
        times_of.note_times(target);
        Ok(())
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
        }?;
        self.note_times(source);
        Ok(())
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

    /// Notes that NEURON has events under way for this vector and variable.
    fn note_times(&self, variable: &RangeRef) {
        let mut variables = self.timed.variables.borrow_mut();
        if variables.is_empty() {
            self.object.inner.timed.borrow_mut().push(Rc::downgrade(&self.timed));
        }
        variables.push(variable.clone());
    }

    fn data(&self) -> Result<*mut f64, NeuronError> {
        let object = self.object.live()?;
        // SAFETY: the object is a vector.
        Ok(unsafe { (self.object.inner.api().nrn_vector_data)(object) })
    }
}

/// A vector and the variables for which NEURON has events of it under way. NEURON does not take such
/// an event back when the vector or the variable goes, and would end the process at its time, so
/// they are kept until the next initialisation, which forgets all events.
#[derive(Debug)]
pub(crate) struct Timed {
    object: ObjectRef,
    variables: RefCell<Vec<RangeRef>>,
}

impl Drop for Timed {
    fn drop(&mut self) {
        let variables = self.variables.take();
        if !variables.is_empty() && self.object.is_current() {
            let kept = Self { object: self.object.clone(), variables: RefCell::default() };
            self.object.inner.until_start.borrow_mut().push((kept, variables));
        }
    }
}

impl Inner {
    /// Says that the model has to be initialised before it goes on, because events are lost.
    pub(crate) fn needs_initialization(&self) {
        if self.initialized_threads.get() > 0 {
            self.initialized_threads.set(EVENTS_LOST);
        }
    }

    /// Lets go of vectors whose handles are gone, and of variables that are gone: all events are about
    /// to be forgotten.
    pub(crate) fn release_vectors(&self) {
        drop(self.until_start.take());
        for timed in self.live_timed() {
            let gone: Vec<RangeRef> =
                timed.variables.borrow_mut().extract_if(.., |variable| variable.resolve().is_err()).collect();
            // Not before the borrow has ended: releasing an object may come back here.
            drop(gone);
        }
    }

    fn live_timed(&self) -> Vec<Rc<Timed>> {
        let mut timed = self.timed.borrow_mut();
        timed.retain(|timed| timed.strong_count() > 0);
        timed.iter().filter_map(Weak::upgrade).collect()
    }

    /// Whether what vectors are played into is still there, after a change of the structure.
    pub(crate) fn check_vectors(&self) -> Result<(), NeuronError> {
        let timed = self.live_timed();
        let good = |variables: &[RangeRef]| variables.iter().all(|variable| variable.resolve().is_ok());
        let kept = self.until_start.borrow().iter().all(|(_, variables)| good(variables));
        if kept && timed.iter().all(|timed| good(&timed.variables.borrow())) {
            return Ok(());
        }
        self.needs_initialization();
        self.check_initialized()
    }
}
