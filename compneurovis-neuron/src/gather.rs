//! Potentials by NEURON's own `PtrVector`, where they cannot be read as one array.

use std::rc::Rc;

use crate::argument::Argument;
use crate::error::NeuronError;
use crate::inner::Inner;
use crate::object::ObjectRef;
use crate::section::Section;
use crate::shape::centers;
use crate::vector::Vector;

/// Collects the potentials of some compartments into a vector of NEURON's.
///
/// NEURON follows its values itself, wherever they are; each read costs a call and some ns a compartment, ten
/// times and more of what reading the array costs.
#[derive(Debug)]
pub(crate) struct Gather {
    pointers: ObjectRef,
    into: Vector,
    values: Vec<f64>,
}

impl Gather {
    /// Points at all compartments of the sections, in their order.
    pub(crate) fn new<'a>(
        inner: &Rc<Inner>,
        sections: impl Iterator<Item = &'a Section>,
        len: usize,
    ) -> Result<Self, NeuronError> {
        let pointers = ObjectRef::new(inner, "PtrVector", &[Argument::Number(len.max(1) as f64)])?;
        let mut place = 0.0;
        for section in sections {
            for x in centers(section.nseg()?) {
                let potential = section.range_ref("v", x)?;
                pointers.call("pset", &[Argument::Number(place), Argument::Address(&potential)])?;
                place += 1.0;
            }
        }
        Ok(Self { pointers, into: Vector::create(inner, &vec![0.0; len.max(1)])?, values: Vec::new() })
    }

    /// The potentials now, in mV.
    pub(crate) fn read(&mut self) -> Result<&[f64], NeuronError> {
        self.pointers.call("gather", &[Argument::Object(self.into.object.live()?)])?;
        self.values = self.into.to_vec()?;
        Ok(&self.values)
    }
}
