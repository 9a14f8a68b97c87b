//! Cells to measure with.

use std::{path::Path, sync::Arc};

use compneurovis_core::{GeometryId, MorphologyGeometry};
use compneurovis_swc::{Sample, Section, Sections, SyntheticCell, read_swc};

/// Compartments of every section but the soma, as in the example of the complex cell.
const NSEG: usize = 10;

/// Compartments of the heaviest cell, and the file of it.
const HEAVY: usize = 257_000;
const HEAVY_CELL: &str = "Animal_2_Basal_2.CNG.swc";

/// A cell: its sections as NEURON has them, and the same to be drawn.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The sections.
    pub sections: Sections,
    /// Their compartments and frusta.
    pub geometry: Arc<MorphologyGeometry>,
}

impl Cell {
    /// The cell of so many nodes.
    ///
    /// # Panics
    /// If the generator cannot make one of this size.
    pub fn new(nodes: usize, geometry: impl Into<GeometryId>) -> Self {
        Self::of_samples(&samples(nodes), geometry)
    }

    fn of_samples(samples: &[Sample], geometry: impl Into<GeometryId>) -> Self {
        let sections = Sections::from_samples(samples).expect("samples that make a cell");
        let geometry = sections.geometry(geometry, Self::nseg).expect("sections that can be drawn");
        Self { sections, geometry: Arc::new(geometry) }
    }

    /// The cell of about so many compartments: within a fiftieth.
    ///
    /// The heaviest, of 257,000, is that of the folder that `COMPNEUROVIS_CORPUS` names, 25,709 sections, if there
    /// is one: a generated cell of so many has fifteen times as many nodes.
    ///
    /// # Panics
    /// If the generator cannot make one of this size, or the corpus lacks the cell.
    pub fn of_compartments(wanted: usize, geometry: impl Into<GeometryId>) -> Self {
        let geometry = geometry.into();
        let corpus = std::env::var_os("COMPNEUROVIS_CORPUS").filter(|_| wanted == HEAVY);
        if let Some(folder) = corpus {
            let cell = read_swc(Path::new(&folder).join(HEAVY_CELL)).expect("the heavy cell of the corpus");
            return Self::of_samples(&cell.samples, geometry);
        }
        let mut nodes = (wanted / 4).max(100);
        // Nearly proportional, so a few tries do.
        for _ in 0..8 {
            let found = Self::new(nodes, &geometry).geometry.compartments();
            if found.abs_diff(wanted) * 50 <= wanted {
                break;
            }
            nodes = (nodes * wanted / found).max(100);
        }
        Self::new(nodes, geometry)
    }

    /// How many compartments a section has.
    pub fn nseg(section: &Section) -> usize {
        if section.kind.is_soma() { 1 } else { NSEG }
    }
}

/// The samples of the generated cell of so many nodes.
///
/// # Panics
/// If the generator cannot make one of this size.
pub fn samples(nodes: usize) -> Vec<Sample> {
    let generator = SyntheticCell { nodes, ..SyntheticCell::default() };
    generator.generate().expect("a size that the generator makes")
}
