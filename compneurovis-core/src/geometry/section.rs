//! Sections: unbranched stretches of cable, cut into compartments of equal length.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// What part of the cell a section is, as the type column of an SWC file says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SectionKind {
    /// The cell body (SWC type 1).
    Soma,
    /// The axon (2).
    Axon,
    /// A dendrite; a basal one where the file tells basal and apical apart (3).
    Dendrite,
    /// The apical dendrite (4).
    ApicalDendrite,
    /// Another SWC type, by its number.
    Other(i32),
    /// Not said.
    #[default]
    Unknown,
}

impl fmt::Display for SectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Soma => f.write_str("soma"),
            Self::Axon => f.write_str("axon"),
            Self::Dendrite => f.write_str("dendrite"),
            Self::ApicalDendrite => f.write_str("apical dendrite"),
            Self::Other(number) => write!(f, "SWC type {number}"),
            Self::Unknown => f.write_str("section"),
        }
    }
}

/// A row of the section table of a [`MorphologyGeometry`](super::MorphologyGeometry).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Unique in its geometry. Several cells are told apart by a prefix: `cell2.dend[3]`.
    pub name: Arc<str>,
    /// Part of the cell.
    pub kind: SectionKind,
    /// Index of the section it is connected to, which comes earlier in the table.
    pub parent: Option<u32>,
    /// Number of compartments, at least 1.
    pub nseg: u32,
    /// Index of its first compartment. Filled in when the geometry is built.
    pub first_compartment: u32,
}

impl Section {
    /// A section of `nseg` compartments without a parent.
    pub fn new(name: impl Into<Arc<str>>, kind: SectionKind, nseg: u32) -> Self {
        Self { name: name.into(), kind, parent: None, nseg, first_compartment: 0 }
    }

    /// The same section, connected to the section at index `parent`.
    #[must_use]
    pub fn with_parent(mut self, parent: u32) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Normalised position (0 to 1) of the centre of compartment `index` of this section.
    pub fn center(&self, index: u32) -> f64 {
        (f64::from(index) + 0.5) / f64::from(self.nseg)
    }
}
