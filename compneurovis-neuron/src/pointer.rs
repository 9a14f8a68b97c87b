//! `POINTER`s of mechanisms.
//!
//! A mechanism that is computed while one of its pointers leads nowhere ends the process, so the
//! pointers of each point process are known here and looked at before NEURON computes.

use std::cell::RefCell;
use std::rc::Rc;

use neuron_sys::{Object, Symbol};

use crate::argument::Argument;
use crate::error::{NeuronError, location};
use crate::inner::Inner;
use crate::point_process::{PointProcess, wrong_class};
use crate::range_ref::RangeRef;
use crate::section::Section;
use crate::shape::centers;
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
    To(Aim),
}

/// What a pointer was set to.
#[derive(Debug)]
struct Aim {
    reference: RangeRef,
    /// The number of compartments of the section that the number is in, when the pointer was set.
    nseg: Option<usize>,
}

impl Aim {
    fn new(reference: &RangeRef) -> Result<Self, NeuronError> {
        Ok(Self { reference: reference.clone(), nseg: reference.nseg()? })
    }

    /// Whether the number exists; `Some(false)` if NEURON has made it anew since.
    fn is_same(&self) -> Option<bool> {
        self.reference.address().ok().filter(|address| !address.is_null())?;
        Some(self.reference.nseg().ok()? == self.nseg)
    }
}

/// A pointer of a density mechanism in one compartment.
#[derive(Debug)]
pub(crate) struct SectionPointer {
    section: Section,
    pointer: Box<str>,
    x: f64,
    aim: Aim,
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

    /// The pointers of a point process that has a handle already.
    pub(crate) fn known(inner: &Inner, owner: *mut Object) -> Option<Rc<Self>> {
        let pointing = inner.pointing.borrow();
        pointing.iter().filter_map(std::rc::Weak::upgrade).find(|pointers| std::ptr::eq(pointers.owner, owner))
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
        if !unsafe { (inner.api().nrn_prop_exists)(self.owner) } {
            return Ok(());
        }
        for (name, target) in self.targets.borrow_mut().iter_mut() {
            let good = match target {
                Target::Nowhere => false,
                Target::Left => true,
                Target::To(aim) => match aim.is_same() {
                    None => false,
                    Some(true) => true,
                    Some(false) => {
                        aim_object(inner, self.owner, name, &aim.reference)?;
                        *aim = Aim::new(&aim.reference)?;
                        true
                    }
                },
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
    /// Whether no mechanism would follow a pointer to nowhere. Pointers to compartments that NEURON
    /// has made anew, because `nseg` has changed, are set again.
    pub(crate) fn check_pointers(self: &Rc<Self>) -> Result<(), NeuronError> {
        self.check_sections()?;
        if self.pointing.borrow().is_empty() {
            return Ok(());
        }
        self.pointing.borrow_mut().retain(|pointers| pointers.strong_count() > 0);
        let pointing: Vec<Rc<Pointers>> = self.pointing.borrow().iter().filter_map(|weak| weak.upgrade()).collect();
        pointing.iter().try_for_each(|pointers| pointers.check(self))
    }

    /// The same for density mechanisms.
    fn check_sections(self: &Rc<Self>) -> Result<(), NeuronError> {
        let known = self.section_pointers();
        let mut pointing = self.pointing_sections.take();
        pointing.retain(|pointer| {
            let of = known.iter().find(|(symbol, _)| self.name_of(*symbol) == *pointer.pointer);
            of.is_some_and(|(_, mechanism)| pointer.section.has_mechanism(mechanism).unwrap_or(false))
        });
        let outcome = pointing.iter_mut().try_for_each(|pointer| pointer.check());
        *self.pointing_sections.borrow_mut() = pointing;
        outcome?;
        for (symbol, mechanism) in known {
            for section in self.all_with(&mechanism)? {
                for x in centers(section.nseg()?) {
                    // NEURON itself says so of a pointer that was never set, in this one place.
                    // SAFETY: the section exists and the symbol is a range variable.
                    let address = unsafe {
                        section.with("look at a pointer", |api, raw| {
                            (api.nrn_rangevar_push)(symbol, raw, x);
                            (api.nrn_double_ptr_pop)()
                        })
                    };
                    if !address.is_ok_and(|address| !address.is_null()) {
                        let (class, pointer) = (mechanism, self.name_of(symbol));
                        return Err(NeuronError::UnsetPointer { class, pointer });
                    }
                }
            }
        }
        Ok(())
    }

    /// The sections in which a mechanism is inserted.
    fn all_with(self: &Rc<Self>, mechanism: &str) -> Result<Vec<Section>, NeuronError> {
        let mut sections = Section::all(self)?;
        sections.retain(|section| section.has_mechanism(mechanism).unwrap_or(false));
        Ok(sections)
    }

    /// All pointers of density mechanisms, each with the name of its mechanism.
    fn section_pointers(&self) -> Vec<(*mut Symbol, String)> {
        let pointers = self.built_in().into_iter().filter(|symbol| {
            // SAFETY: the symbol is not null.
            let pointer = unsafe { (self.api().nrn_symbol_subtype)(*symbol) } == POINTER_PROPERTY;
            pointer && self.symbols.kind(self.api(), *symbol) == Kind::RangeVariable
        });
        let pointers: Vec<*mut Symbol> = pointers.collect();
        if pointers.is_empty() {
            return Vec::new();
        }
        let mechanisms = self.names_of(Kind::Mechanism);
        let owner = |symbol: &*mut Symbol| {
            let name = self.name_of(*symbol);
            let owns =
                |mechanism: &&String| name.strip_suffix(mechanism.as_str()).is_some_and(|rest| rest.ends_with('_'));
            // Of `b` and `a_b` the longer one owns `x_a_b`.
            mechanisms.iter().filter(owns).max_by_key(|mechanism| mechanism.len()).cloned()
        };
        pointers.into_iter().filter_map(|symbol| Some((symbol, owner(&symbol)?))).collect()
    }

    /// The pointers of some mechanisms and classes, each with the name of its owner.
    pub(crate) fn pointers_of(
        &self,
        owners: &std::collections::BTreeSet<&str>,
    ) -> Result<Vec<(String, String)>, NeuronError> {
        let of_sections = self.section_pointers().into_iter();
        let of_sections = of_sections.filter(|(_, mechanism)| owners.contains(mechanism.as_str()));
        let mut pointers: Vec<(String, String)> =
            of_sections.map(|(symbol, mechanism)| (mechanism, self.name_of(symbol))).collect();
        for class in owners.iter().filter(|class| self.symbol(class, Kind::Class).is_ok()) {
            let names = pointer_names(self, class)?.into_iter();
            pointers.extend(names.map(|name| ((*class).to_owned(), name.into())));
        }
        Ok(pointers)
    }

    /// Forgets all pointers.
    pub(crate) fn release_pointers(&self) {
        drop(self.pointing_sections.take());
        for pointers in self.pointing.take().iter().filter_map(std::rc::Weak::upgrade) {
            pointers.release();
        }
    }
}

impl SectionPointer {
    fn check(&mut self) -> Result<(), NeuronError> {
        match self.aim.is_same() {
            Some(true) => Ok(()),
            Some(false) => {
                aim_section(&self.section, &self.pointer, self.x, &self.aim.reference)?;
                self.aim = Aim::new(&self.aim.reference)?;
                Ok(())
            }
            None => {
                let (class, pointer) = (self.section.name().to_owned(), self.pointer.to_string());
                Err(NeuronError::UnsetPointer { class, pointer })
            }
        }
    }
}

/// Sets a pointer of a point process, by hoc: the C API of 9.0 has no function for it.
fn aim_object(inner: &Inner, owner: *mut Object, pointer: &str, target: &RangeRef) -> Result<(), NeuronError> {
    let name = format!("cnv_point_{}_", identifier(pointer)?);
    let code = format!("func {name}() {{ setpointer $o1.{pointer}, $&2 return 0 }}");
    inner.define(&name, &code)?;
    inner.call(&name, &[Argument::Object(owner), Argument::Address(target)])?;
    Ok(())
}

/// Sets a pointer of a density mechanism in one compartment.
fn aim_section(section: &Section, pointer: &str, x: f64, target: &RangeRef) -> Result<(), NeuronError> {
    let name = format!("cnv_point_in_section_{}_", identifier(pointer)?);
    let code = format!("func {name}() {{ setpointer {pointer}($1), $&2 return 0 }}");
    section.inner.define(&name, &code)?;
    section.function(&name, &[Argument::Number(x), Argument::Address(target)])?;
    Ok(())
}

/// What [`Section::set_pointer`] does.
pub(crate) fn set_in_section(section: &Section, pointer: &str, x: f64, target: &RangeRef) -> Result<(), NeuronError> {
    let (x, inner) = (location(x)?, &section.inner);
    let symbol = inner.symbol(pointer, Kind::RangeVariable)?;
    // SAFETY: the symbol is not null.
    if unsafe { (inner.api().nrn_symbol_subtype)(symbol) } != POINTER_PROPERTY {
        return Err(wrong_class(pointer, "not a pointer", "a POINTER of a density mechanism"));
    }
    let aim = Aim::new(target)?;
    target.address()?;
    aim_section(section, pointer, x, target)?;
    let mut pointing = inner.pointing_sections.borrow_mut();
    let of_same = |other: &SectionPointer| other.section == *section && *other.pointer == *pointer && other.x == x;
    let old: Vec<SectionPointer> = pointing.extract_if(.., |other| of_same(other)).collect();
    pointing.push(SectionPointer { section: section.clone(), pointer: pointer.into(), x, aim });
    drop(pointing);
    // Not before the borrow has ended: releasing an object may come back here.
    drop(old);
    Ok(())
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
        self.checked_pointer(pointer)?;
        self.set_pointer_to(pointer, &target.range_ref(attribute)?)
    }

    /// Lets a `POINTER` of the mechanism point at a number of the model, such as a potential.
    ///
    /// # Errors
    /// As [`PointProcess::set_pointer`], and what the reference's own check says.
    pub fn set_pointer_to(&self, pointer: &str, target: &RangeRef) -> Result<(), NeuronError> {
        let own = self.checked_pointer(pointer)?;
        target.address()?;
        aim_object(&self.object.inner, own, pointer, target)?;
        self.note(pointer, Target::To(Aim::new(target)?));
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
