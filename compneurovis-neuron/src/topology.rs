//! How sections hang together.

use std::collections::HashSet;
use std::rc::Rc;

use neuron_sys::{Api, Item, Section as RawSection};

use crate::error::{NeuronError, location, within};
use crate::inner::Inner;
use crate::section::Section;
use crate::symbol::Kind;

impl Section {
    /// All sections, in the order of their creation.
    pub(crate) fn all(inner: &Rc<Inner>) -> Result<Vec<Self>, NeuronError> {
        // SAFETY: the list of all sections exists always.
        let raw = unsafe { inner.guard(|| "list the sections".to_owned(), |api| walk(api, (api.nrn_allsec)())) }?;
        // SAFETY: the sections of the list are alive.
        raw.into_iter().map(|raw| unsafe { Self::named(inner, raw) }).collect()
    }

    /// The same without those at these [addresses](Self::address). Names, which cost most, are asked for the
    /// others only.
    pub(crate) fn all_but(inner: &Rc<Inner>, known: &HashSet<usize>) -> Result<Vec<Self>, NeuronError> {
        // SAFETY: the list of all sections exists always.
        let raw = unsafe { inner.guard(|| "list the sections".to_owned(), |api| walk(api, (api.nrn_allsec)())) }?;
        let others = raw.into_iter().filter(|raw| !known.contains(&raw.addr()));
        // SAFETY: the sections of the list are alive.
        others.map(|raw| unsafe { Self::named(inner, raw) }).collect()
    }

    /// Deletes the section; all handles to it and to point processes on it become errors.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`] if that was done before.
    pub fn delete(&self) -> Result<(), NeuronError> {
        self.live()?;
        self.inner.deleted.set(true);
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
                action: format!("delete the section `{}`", self.name()),
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

    /// Separates the section from its parent, with all that hangs on it.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn disconnect(&self) -> Result<(), NeuronError> {
        self.function("disconnect", &[])?;
        Ok(())
    }

    /// The parent and the place on it, if there is one.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn parent(&self) -> Result<Option<(Self, f64)>, NeuronError> {
        if self.function("cnv_has_parent_", &[])? == 0.0 {
            return Ok(None);
        }
        let place = self.function("parent_connection", &[])?;
        Ok(Self::listed(&self.inner)?.pop().map(|parent| (parent, place)))
    }

    /// The sections that are connected to this one, in NEURON's order.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn children(&self) -> Result<Vec<Self>, NeuronError> {
        self.function("cnv_children_", &[])?;
        Self::listed(&self.inner)
    }

    /// The sections that the prelude has put into its list.
    pub(crate) fn listed(inner: &Rc<Inner>) -> Result<Vec<Self>, NeuronError> {
        // SAFETY: the name is a C string; our own prelude defines it as a function that returns an
        // object that is not nil.
        let list = unsafe { (inner.api().nrn_symbol)(c"cnv_parent_list_".as_ptr()) };
        // SAFETY: the object is a list of sections, with a reference that is given back.
        let raw = unsafe {
            inner.guard(
                || "list sections".to_owned(),
                |api| {
                    (api.nrn_function_call)(list, 0);
                    let sections = (api.nrn_object_pop)();
                    let raw = walk(api, (api.nrn_sectionlist_data)(sections));
                    (api.nrn_object_unref)(sections);
                    raw
                },
            )
        }?;
        // SAFETY: the sections of the list are alive.
        raw.into_iter().map(|raw| unsafe { Self::named(inner, raw) }).collect()
    }

    /// Which of its own ends is the one towards the root: 0 or 1. In a root it is 0.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn orientation(&self) -> Result<f64, NeuronError> {
        self.function("section_orientation", &[])
    }
}

/// The sections of a list.
///
/// # Safety
/// Inside a guard, on a list of sections. The vector may allocate, but a failure to do so ends the
/// process anyway.
unsafe fn walk(api: &Api, list: *mut Item) -> Vec<*mut RawSection> {
    let mut sections = Vec::new();
    // SAFETY: the caller's promise; the iterator is freed.
    unsafe {
        let iterator = (api.nrn_sectionlist_iterator_new)(list);
        while (api.nrn_sectionlist_iterator_done)(iterator) == 0 {
            let section = (api.nrn_sectionlist_iterator_next)(iterator);
            if section.is_null() {
                break;
            }
            sections.push(section);
        }
        (api.nrn_sectionlist_iterator_free)(iterator);
    }
    sections
}
