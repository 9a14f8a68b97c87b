//! `POINTER`s of mechanisms.
//!
//! A mechanism that is computed while one of its pointers leads nowhere ends the process, so the
//! pointers of each point process are known here and looked at before NEURON computes.

use std::cell::RefCell;
use std::rc::Rc;

use neuron_sys::Object;

use crate::argument::Argument;
use crate::error::NeuronError;
use crate::inner::Inner;
use crate::object::ObjectRef;
use crate::point_process::{PointProcess, wrong_class};
use crate::symbol::{Kind, identifier};

/// `NRNPOINTER` of NEURON's `membfunc.h`: a property that points elsewhere.
pub(crate) const POINTER_PROPERTY: i32 = 4;

/// The pointers of one point process.
#[derive(Debug)]
pub(crate) struct Pointers {
    owner: *mut Object,
    class: Rc<str>,
    targets: RefCell<Vec<(Box<str>, Target)>>,
}

#[derive(Debug)]
enum Target {
    Nowhere,
    /// Whoever uses the mechanism says that it copes.
    Left,
    To(ObjectRef),
}

impl Pointers {
    /// The pointers of a new point process; `None` if its class has none.
    ///
    /// # Safety
    /// `owner` is an object of that class, which outlives the value.
    pub(crate) unsafe fn of(
        inner: &Inner,
        owner: *mut Object,
        class: &Rc<str>,
    ) -> Result<Option<Rc<Self>>, NeuronError> {
        let names = pointer_names(inner, class)?;
        if names.is_empty() {
            return Ok(None);
        }
        let targets = names.into_iter().map(|name| (name, Target::Nowhere)).collect();
        let pointers = Rc::new(Self { owner, class: Rc::clone(class), targets: RefCell::new(targets) });
        inner.pointing.borrow_mut().push(Rc::downgrade(&pointers));
        Ok(Some(pointers))
    }

    fn set(&self, name: &str, target: Target) {
        let mut targets = self.targets.borrow_mut();
        let old = targets.iter_mut().find(|(other, _)| **other == *name);
        // Dropped after the borrow has ended: releasing an object may come back here.
        let old = old.map(|(_, old)| std::mem::replace(old, target));
        drop(targets);
        drop(old);
    }

    /// Lets go of all targets: objects may point at each other in a circle.
    fn release(&self) {
        let targets = self.targets.take();
        drop(targets);
    }

    fn check(&self, inner: &Inner) -> Result<(), NeuronError> {
        // SAFETY: the owner outlives this value, and is a point process.
        let placed = |object| unsafe { (inner.api().nrn_prop_exists)(object) };
        if !placed(self.owner) {
            return Ok(());
        }
        for (name, target) in self.targets.borrow().iter() {
            let good = match target {
                Target::Nowhere => false,
                Target::Left => true,
                Target::To(target) => placed(target.live()?),
            };
            if !good {
                let (class, pointer) = (self.class.to_string(), name.to_string());
                return Err(NeuronError::UnsetPointer { class, pointer });
            }
        }
        Ok(())
    }
}

impl Inner {
    /// Whether no mechanism would follow a pointer to nowhere.
    pub(crate) fn check_pointers(&self) -> Result<(), NeuronError> {
        if self.pointing.borrow().is_empty() {
            return Ok(());
        }
        self.pointing.borrow_mut().retain(|pointers| pointers.strong_count() > 0);
        let pointing: Vec<Rc<Pointers>> = self.pointing.borrow().iter().filter_map(|weak| weak.upgrade()).collect();
        pointing.iter().try_for_each(|pointers| pointers.check(self))
    }

    /// Forgets all pointers.
    pub(crate) fn release_pointers(&self) {
        for pointers in self.pointing.take().iter().filter_map(std::rc::Weak::upgrade) {
            pointers.release();
        }
    }
}

/// The names of the pointers of a class of point processes.
fn pointer_names(inner: &Inner, class: &str) -> Result<Vec<Box<str>>, NeuronError> {
    let symbol = inner.symbol(class, Kind::Class)?;
    let api = inner.api();
    // SAFETY: the symbol is a class, which has a table.
    let members = unsafe { inner.members((api.nrn_symbol_table)(symbol)) };
    let pointers = members.into_iter().filter(|member| {
        // SAFETY: the symbol is not null.
        let pointer = unsafe { (api.nrn_symbol_subtype)(*member) } == POINTER_PROPERTY;
        pointer && inner.symbols.is_property(api, *member)
    });
    Ok(pointers.map(|member| inner.name_of(member).into()).collect())
}

impl PointProcess {
    /// Lets a `POINTER` of the mechanism point at an attribute of another point process, which is
    /// kept as long as this one.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`] or [`NeuronError::WrongKind`] for a name that is not a pointer,
    /// [`NeuronError::Unlocated`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn set_pointer(&self, pointer: &str, target: &Self, attribute: &str) -> Result<(), NeuronError> {
        let (pointer, attribute) = (identifier(pointer)?, identifier(attribute)?);
        let own = self.checked_pointer(pointer)?;
        let other = target.checked_attribute(attribute)?;
        let inner = &self.object.inner;
        let name = format!("cnv_pointer_{pointer}_to_{attribute}_");
        inner.hoc(&format!("func {name}() {{ setpointer $o1.{pointer}, $o2.{attribute} return 0 }}"))?;
        inner.call(&name, &[Argument::Object(own), Argument::Object(other)])?;
        self.note(pointer, Target::To(target.object.clone()));
        Ok(())
    }

    /// Says that the mechanism copes with this `POINTER` leading nowhere. Otherwise
    /// [`Neuron::initialize`](crate::Neuron::initialize) refuses to compute it, since mechanisms
    /// that do not cope end the process.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`] or [`NeuronError::WrongKind`] for a name that is not a pointer.
    pub fn leave_pointer(&self, pointer: &str) -> Result<(), NeuronError> {
        self.checked_pointer(pointer)?;
        self.note(pointer, Target::Left);
        Ok(())
    }

    fn checked_pointer(&self, pointer: &str) -> Result<*mut Object, NeuronError> {
        let symbol = self.object.member(pointer, "pointer")?;
        // SAFETY: the symbol is not null.
        if unsafe { (self.object.inner.api().nrn_symbol_subtype)(symbol) } != POINTER_PROPERTY {
            return Err(wrong_class(pointer, "not a pointer", "a POINTER of the mechanism"));
        }
        self.live_property()
    }

    fn note(&self, pointer: &str, target: Target) {
        if let Some(pointers) = self.object.pointers() {
            pointers.set(pointer, target);
        }
    }
}
