//! What is in the interpreter, whoever has made it: point processes, artificial cells, connections.

use std::rc::Rc;

use crate::argument::Argument;
use crate::error::NeuronError;
use crate::inner::Inner;
use crate::interpreter::Neuron;
use crate::net_con::NetCon;
use crate::object::ObjectRef;
use crate::point_process::PointProcess;
use crate::section::Section;
use crate::symbol::Kind;

/// Where the events of a connection come from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum EventSource {
    /// A point process or artificial cell.
    Process(PointProcess),
    /// The potential of a section, at a place from 0 to 1.
    Voltage(Section, f64),
    /// Nothing: events are sent by hand, or the source is gone.
    Nothing,
}

impl Neuron {
    /// All point processes and artificial cells, class by class, also those made by hoc.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] if NEURON refuses.
    pub fn point_processes(&self) -> Result<Vec<PointProcess>, NeuronError> {
        let mut all = Vec::new();
        for class in self.inner.point_classes()? {
            all.extend(self.instances_of(&class)?.into_iter().map(|object| PointProcess { object }));
        }
        Ok(all)
    }

    /// All connections, also those made by hoc, in the order of their creation.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] if NEURON refuses.
    pub fn net_cons(&self) -> Result<Vec<NetCon>, NeuronError> {
        Ok(self.instances_of("NetCon")?.into_iter().map(NetCon::adopt).collect())
    }

    /// All objects of a class.
    fn instances_of(&self, class: &str) -> Result<Vec<ObjectRef>, NeuronError> {
        instances_of(&self.inner, class)
    }
}

fn instances_of(inner: &Rc<Inner>, class: &str) -> Result<Vec<ObjectRef>, NeuronError> {
    let count = inner.call("cnv_list_all_", &[Argument::Text(class)])? as usize;
    let object = |index| Ok(ObjectRef::returned(inner, c"cnv_list_at_", index as f64)?.shared());
    let objects: Result<Vec<ObjectRef>, NeuronError> = (0..count).map(object).collect();
    inner.call("cnv_list_end_", &[])?;
    let mut objects = objects?;
    objects.retain(|object| !inner.is_orphan(object));
    Ok(objects)
}

impl Inner {
    /// Whether all connections lead to something: NEURON ends the process when it computes one to a
    /// point process whose section is gone, or delivers an event to it. Looks only after sections
    /// may have been deleted.
    ///
    /// # Errors
    /// [`NeuronError::LostTarget`], or [`NeuronError::NotInitialized`] if there may be such events.
    pub(crate) fn check_targets(self: &Rc<Self>) -> Result<(), NeuronError> {
        if !self.deleted.get() {
            return Ok(());
        }
        let lost = self.lost_targets()?;
        if lost > self.lost_at_start.get() {
            self.needs_initialization();
        }
        self.check_initialized()?;
        self.deleted.set(lost > 0.0);
        Ok(())
    }

    /// The same before all events are forgotten.
    ///
    /// # Errors
    /// [`NeuronError::LostTarget`].
    pub(crate) fn forget_lost_targets(self: &Rc<Self>) -> Result<(), NeuronError> {
        if self.deleted.get() {
            let lost = self.lost_targets()?;
            self.lost_at_start.set(lost);
            // Point processes without a section can get connections later on.
            self.deleted.set(lost > 0.0);
        }
        Ok(())
    }

    /// Whether there is anything that events can be under way to.
    pub(crate) fn has_targets(&self) -> Result<bool, NeuronError> {
        for class in self.point_classes()? {
            if self.point_class(&class)?.receives && self.call("cnv_list_all_", &[Argument::Text(&class)])? > 0.0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How many point processes that take events are on no section.
    ///
    /// # Errors
    /// [`NeuronError::LostTarget`] if a connection leads to one.
    fn lost_targets(self: &Rc<Self>) -> Result<f64, NeuronError> {
        let mut lost = 0.0;
        for class in self.point_classes()? {
            let can = self.point_class(&class)?;
            if can.placed && can.receives {
                // In two calls: hoc lets go of objects late, and the list shrinks when it does.
                self.call("cnv_list_all_", &[Argument::Text(&class)])?;
                lost += self.call("cnv_unlocated_", &[])?;
            }
        }
        self.call("cnv_list_end_", &[])?;
        if lost > 0.0 {
            for connection in instances_of(self, "NetCon")?.into_iter().map(NetCon::adopt) {
                if let Some(target) = connection.target()? {
                    let placed = self.point_class(target.class())?.placed;
                    if placed && target.location()?.is_none() {
                        return Err(NeuronError::LostTarget { class: target.class().to_owned() });
                    }
                }
            }
        }
        Ok(lost)
    }
}

impl PointProcess {
    /// The section that it is on, and the place from 0 to 1 at the centre of its compartment; `None`
    /// for artificial cells, and when the section has been deleted.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn location(&self) -> Result<Option<(Section, f64)>, NeuronError> {
        let inner = &self.object.inner;
        if inner.point_class(self.class())?.artificial {
            return Ok(None);
        }
        let x = inner.call("cnv_locate_", &[Argument::Object(self.object.live()?)])?;
        if x < 0.0 {
            return Ok(None);
        }
        Ok(Section::listed(inner)?.pop().map(|section| (section, x)))
    }

    /// The names of its attributes that are numbers, and for arrays of numbers how many there are.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn attributes(&self) -> Result<Vec<(String, Option<usize>)>, NeuronError> {
        let inner = &self.object.inner;
        self.object.live()?;
        let class = inner.symbol(self.class(), Kind::Class)?;
        let api = inner.api();
        // SAFETY: the symbol is a class, which has a table.
        let members = unsafe { inner.members((api.nrn_symbol_table)(class)) };
        let mut names = Vec::new();
        for member in members {
            // SAFETY: the symbol is not null.
            let (subtype, array) = unsafe { ((api.nrn_symbol_subtype)(member), (api.nrn_symbol_is_array)(member)) };
            if subtype == crate::pointer::POINTER_PROPERTY || !inner.symbols.is_property(api, member) {
                continue;
            }
            // SAFETY: the symbol is of an array.
            let len = array.then(|| unsafe { (api.nrn_symbol_array_length)(member) });
            names.push((inner.name_of(member), len.map(|len| usize::try_from(len).unwrap_or(0))));
        }
        Ok(names)
    }

    /// Whether both handles are of the same point process.
    pub fn is_same(&self, other: &Self) -> bool {
        self.object.is_same(&other.object)
    }
}

impl NetCon {
    /// Where its events come from.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn source(&self) -> Result<EventSource, NeuronError> {
        let object: &ObjectRef = self.as_ref();
        let inner = &object.inner;
        let found = inner.call("cnv_source_", &[Argument::Object(object.live()?)])?;
        if found == 2.0 {
            return Ok(EventSource::Process(taken(inner)?));
        }
        if found < 0.0 {
            return Ok(EventSource::Nothing);
        }
        let section = Section::listed(inner)?.pop();
        Ok(section.map_or(EventSource::Nothing, |section| EventSource::Voltage(section, found)))
    }

    /// What receives its events, if anything.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn target(&self) -> Result<Option<PointProcess>, NeuronError> {
        let object: &ObjectRef = self.as_ref();
        let inner = &object.inner;
        let found = inner.call("cnv_target_", &[Argument::Object(object.live()?)])?;
        if found == 0.0 { Ok(None) } else { taken(inner).map(Some) }
    }
}

/// The point process that the prelude has found.
fn taken(inner: &Rc<Inner>) -> Result<PointProcess, NeuronError> {
    let object = ObjectRef::returned(inner, c"cnv_object_at_", 0.0)?.shared();
    inner.call("cnv_list_end_", &[])?;
    Ok(PointProcess { object })
}
