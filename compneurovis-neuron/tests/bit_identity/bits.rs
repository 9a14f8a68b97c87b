//! NEURON's numbers, to the last bit.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use compneurovis_core::MorphologyGeometry;
use compneurovis_neuron::Section;

use crate::common::models::Built;

/// The potentials of all compartments, one call each.
fn potentials(sections: &[Section]) -> Vec<f64> {
    let mut values = Vec::new();
    for section in sections {
        let nseg = section.nseg().unwrap();
        values.extend((0..nseg).map(|i| section.get("v", (i as f64 + 0.5) / nseg as f64).unwrap()));
    }
    values
}

/// The potentials, and the states of the cascade, whose potential rests.
pub(crate) fn everything(built: &Built) -> Vec<f64> {
    let mut values = potentials(&built.sections);
    values.extend(built.processes.iter().zip(["C", "bound1", "s"]).map(|(process, state)| process.get(state).unwrap()));
    values
}

pub(crate) fn hash(values: &[f64]) -> u64 {
    let mut hasher = DefaultHasher::new();
    values.iter().for_each(|value| value.to_bits().hash(&mut hasher));
    hasher.finish()
}

/// Which of the potentials a compartment of the geometry has.
pub(crate) fn places(cell: &MorphologyGeometry, sections: &[Section]) -> Vec<usize> {
    let (mut firsts, mut next) = (HashMap::new(), 0);
    for section in sections {
        firsts.insert(section.name().to_owned(), next);
        next += section.nseg().unwrap();
    }
    let rows = cell.sections().iter();
    rows.flat_map(|row| (0..row.nseg as usize).map(|i| firsts[&*row.name] + i)).collect()
}

/// Potentials as they are to be shown.
pub(crate) fn rounded(exact: &[f64], places: &[usize]) -> Vec<f32> {
    places.iter().map(|place| exact[*place] as f32).collect()
}
