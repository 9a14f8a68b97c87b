//! References to objects of hoc.

use std::ffi::CStr;
use std::rc::{Rc, Weak};

use neuron_sys::{Api, Object, Symbol};

use crate::argument::{Argument, Pushed};
use crate::error::NeuronError;
use crate::inner::Inner;
use crate::pointer::Pointers;
use crate::symbol::{Kind, c_string};

/// A counted reference to an object of hoc: what the typed handles hold.
///
/// Cloning takes a reference; the object goes when the last one is dropped.
#[derive(Debug)]
pub struct ObjectRef {
    pub(crate) inner: Rc<Inner>,
    raw: *mut Object,
    class: Rc<str>,
    generation: u64,
    pointers: Option<Rc<Pointers>>,
    // The last field: what it keeps outlives the reference of this value.
    lifeline: Option<Rc<Lifeline>>,
}

/// A reference to an object that events may be under way to, shared by all handles. NEURON does not
/// take such events back when the object goes, and would end the process at the next, so in a
/// running model the object is kept until the next initialisation, which forgets all events.
#[derive(Debug)]
pub(crate) struct Lifeline {
    inner: Rc<Inner>,
    raw: *mut Object,
    generation: u64,
    /// Whether it is a `NetCon`.
    connection: bool,
}

impl Drop for Lifeline {
    fn drop(&mut self) {
        self.inner.lifelines.borrow_mut().remove(&self.raw);
        let current = self.generation == self.inner.generation.get();
        if !current || self.inner.initialized_threads.get() == 0 {
            return self.inner.release(self.raw);
        }
        if self.connection {
            // It passes nothing on from now, as if it were gone.
            let off = self.inner.call("cnv_deactivate_", &[Argument::Object(self.raw)]);
            if let Err(error) = off {
                tracing::warn!(%error, "a NetCon was not switched off");
            }
        }
        self.inner.orphans.borrow_mut().push(self.raw);
    }
}

impl Inner {
    /// Gives a reference back.
    fn release(&self, raw: *mut Object) {
        // SAFETY: the caller's own reference. The object's end may run code that fails.
        let released = unsafe { self.guard(String::new, |api| (api.nrn_object_unref)(raw)) };
        if let Err(error) = released {
            tracing::warn!(%error, "an object was not released cleanly");
        }
    }

    /// Whether there are objects that are only kept because events may be under way to them.
    pub(crate) fn has_orphans(&self) -> bool {
        !self.orphans.borrow().is_empty()
    }

    /// Whether an object is only kept because events may be under way to it.
    pub(crate) fn is_orphan(&self, object: &ObjectRef) -> bool {
        self.orphans.borrow().contains(&object.raw)
    }

    /// Lets go of objects without handles: all events are about to be forgotten.
    pub(crate) fn release_orphans(&self) {
        for raw in self.orphans.take() {
            self.release(raw);
        }
    }
}

impl ObjectRef {
    /// Creates an object. `prepare` runs in the guard, pushes the arguments and says how many;
    /// `finish` runs after, to undo what else was prepared.
    ///
    /// # Safety
    /// Both closures keep to the rules of [`neuron_sys::Runtime::guard`].
    pub(crate) unsafe fn create(
        inner: &Rc<Inner>,
        class: &str,
        prepare: impl FnOnce(&Api) -> i32,
        finish: impl FnOnce(&Api),
    ) -> Result<Self, NeuronError> {
        let symbol = inner.symbol(class, Kind::Class)?;
        // SAFETY: the symbol is a class, and the caller's promise.
        let raw = unsafe {
            inner.guard(
                || format!("create a `{class}`"),
                |api| {
                    let count = prepare(api);
                    let object = (api.nrn_object_new)(symbol, count);
                    finish(api);
                    object
                },
            )
        }?;
        // SAFETY: a new object comes with a reference.
        unsafe { Self::adopt(inner, raw) }
    }

    /// Creates an object of a built-in class from arguments that the class takes.
    pub(crate) fn new(inner: &Rc<Inner>, class: &str, arguments: &[Argument<'_>]) -> Result<Self, NeuronError> {
        let mut pushed = Pushed::new(arguments)?;
        // SAFETY: the arguments are pushed and no more; their cells outlive the call.
        unsafe { Self::create(inner, class, |api| pushed.push(api), |_| ()) }
    }

    /// Takes over a reference.
    ///
    /// # Safety
    /// `raw` is null or an object with a reference that no one else gives back.
    pub(crate) unsafe fn adopt(inner: &Rc<Inner>, raw: *mut Object) -> Result<Self, NeuronError> {
        if raw.is_null() {
            return Err(NeuronError::UnknownName {
                name: "nil".to_owned(),
                expected: "object".to_owned(),
                known: Vec::new(),
            });
        }
        // SAFETY: the object is alive, and its class has a name.
        let class = unsafe { CStr::from_ptr((inner.api().nrn_class_name)(raw)) };
        let class = class.to_string_lossy().into();
        Ok(Self {
            inner: Rc::clone(inner),
            raw,
            class,
            generation: inner.generation.get(),
            pointers: None,
            lifeline: None,
        })
    }

    /// The name of the class.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// Whether the object belongs to the present model.
    pub(crate) fn is_current(&self) -> bool {
        self.generation == self.inner.generation.get()
    }

    /// The object, if it belongs to the present model.
    pub(crate) fn live(&self) -> Result<*mut Object, NeuronError> {
        if self.is_current() { Ok(self.raw) } else { Err(NeuronError::Cleared { what: self.class.to_string() }) }
    }

    /// Keeps a point process, artificial cell or connection for the events that may be under way to it.
    pub(crate) fn with_lifeline(mut self) -> Result<Self, NeuronError> {
        let connection = &*self.class == "NetCon";
        if connection || self.inner.point_class(&self.class)?.receives {
            // SAFETY: the object is alive, since this value holds a reference to it.
            unsafe { (self.inner.api().nrn_object_ref)(self.raw) };
            let (inner, generation) = (Rc::clone(&self.inner), self.generation);
            let lifeline = Rc::new(Lifeline { inner, raw: self.raw, generation, connection });
            self.inner.lifelines.borrow_mut().insert(self.raw, Rc::downgrade(&lifeline));
            self.lifeline = Some(lifeline);
        }
        Ok(self)
    }

    /// Finds the pointers of a point process that was just made.
    pub(crate) fn with_pointers(mut self) -> Result<Self, NeuronError> {
        // SAFETY: the object is of that class, and every holder of the pointers holds it too.
        self.pointers = unsafe { Pointers::of(&self.inner, self.raw, &self.class)? };
        Ok(self)
    }

    /// Shares what belongs to an object that may have a handle already; one that hoc has made is
    /// hoc's to keep.
    pub(crate) fn shared(mut self) -> Self {
        self.pointers = Pointers::known(&self.inner, self.raw);
        self.lifeline = self.inner.lifelines.borrow().get(&self.raw).and_then(Weak::upgrade);
        self
    }

    /// Takes the object that a function of the prelude returns, which must not be nil.
    pub(crate) fn returned(inner: &Rc<Inner>, function: &CStr, argument: f64) -> Result<Self, NeuronError> {
        // SAFETY: the name is a C string; our own prelude defines it as a function that returns an
        // object, and the callers make sure that there is one.
        let raw = unsafe {
            let symbol = (inner.api().nrn_symbol)(function.as_ptr());
            inner.guard(
                || "take an object".to_owned(),
                |api| {
                    (api.nrn_double_push)(argument);
                    (api.nrn_function_call)(symbol, 1);
                    (api.nrn_object_pop)()
                },
            )?
        };
        // SAFETY: the popped object comes with a reference.
        unsafe { Self::adopt(inner, raw) }
    }

    /// Whether both are the same object.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self.raw, other.raw) && self.generation == other.generation
    }

    /// The pointers of a point process.
    pub(crate) fn pointers(&self) -> Option<&Pointers> {
        self.pointers.as_deref()
    }

    /// Another reference without its handle, and the pointers that go with it.
    pub(crate) fn keep(&self) -> (*mut Object, Option<Rc<Pointers>>) {
        // SAFETY: the object is alive, since this value holds a reference to it.
        unsafe { (self.inner.api().nrn_object_ref)(self.raw) };
        (self.raw, self.pointers.clone())
    }

    /// The symbol of a member of the class.
    pub(crate) fn member(&self, name: &str, expected: &str) -> Result<*mut Symbol, NeuronError> {
        let object = self.live()?;
        let text = c_string(name)?;
        // SAFETY: the object is alive and the name a C string.
        let symbol = unsafe { (self.inner.api().nrn_method_symbol)(object, text.as_ptr()) };
        if symbol.is_null() {
            let expected = format!("{expected} of `{}`", self.class);
            return Err(NeuronError::UnknownName { name: name.to_owned(), expected, known: Vec::new() });
        }
        Ok(symbol)
    }

    /// Calls a method that returns a number.
    pub(crate) fn call(&self, name: &str, arguments: &[Argument<'_>]) -> Result<f64, NeuronError> {
        let method = self.member(name, "method")?;
        let object = self.live()?;
        let mut pushed = Pushed::new(arguments)?;
        // SAFETY: the callers name methods of built-in classes that return numbers; the cells of the
        // arguments outlive the call.
        unsafe {
            self.inner.guard(
                || format!("call `{}.{name}`", self.class),
                |api| {
                    let count = pushed.push(api);
                    (api.nrn_method_call)(object, method, count);
                    (api.nrn_double_pop)()
                },
            )
        }
    }
}

impl Clone for ObjectRef {
    fn clone(&self) -> Self {
        // SAFETY: the object is alive, since this value holds a reference to it.
        unsafe { (self.inner.api().nrn_object_ref)(self.raw) };
        Self {
            inner: Rc::clone(&self.inner),
            raw: self.raw,
            class: Rc::clone(&self.class),
            generation: self.generation,
            pointers: self.pointers.clone(),
            lifeline: self.lifeline.clone(),
        }
    }
}

impl Drop for ObjectRef {
    fn drop(&mut self) {
        self.inner.release(self.raw);
    }
}
