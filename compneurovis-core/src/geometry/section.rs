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

/// One of the two ends of a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SectionEnd {
    /// Position 0.
    #[default]
    Start,
    /// Position 1.
    End,
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
    /// Where on its parent it is connected, from 0 (the start) to 1 (the end). Means nothing
    /// without a parent.
    #[serde(default = "end_of_parent")]
    pub parent_x: f64,
    /// Which of its own ends is connected to the parent.
    #[serde(default)]
    pub child_end: SectionEnd,
    /// Length in micrometres. 0 is for "not known": the length of its frusta when the geometry is
    /// built, which stays 0 if it has none; its compartments are then at one place.
    #[serde(default)]
    pub length_um: f64,
    /// Number of compartments, at least 1.
    pub nseg: u32,
    /// Index of its first compartment. Filled in when the geometry is built.
    pub first_compartment: u32,
}

impl Section {
    /// A section of `nseg` compartments without a parent.
    pub fn new(name: impl Into<Arc<str>>, kind: SectionKind, nseg: u32) -> Self {
        Self {
            name: name.into(),
            kind,
            parent: None,
            parent_x: end_of_parent(),
            child_end: SectionEnd::Start,
            length_um: 0.0,
            nseg,
            first_compartment: 0,
        }
    }

    /// The same section, connected with its start to the end of the section at index `parent`.
    #[must_use]
    pub fn with_parent(mut self, parent: u32) -> Self {
        self.parent = Some(parent);
        self
    }

    /// The same section, connected with the end `child_end` to `parent_x` (0 to 1) on its parent.
    ///
    /// ```
    /// use compneurovis_core::{Section, SectionEnd, SectionKind};
    /// let axon = Section::new("axon", SectionKind::Axon, 1).with_parent(0).attached_at(0.5, SectionEnd::Start);
    /// assert_eq!((axon.parent, axon.parent_x), (Some(0), 0.5));
    /// ```
    #[must_use]
    pub fn attached_at(mut self, parent_x: f64, child_end: SectionEnd) -> Self {
        (self.parent_x, self.child_end) = (parent_x, child_end);
        self
    }

    /// The same section with a length in micrometres.
    #[must_use]
    pub fn with_length_um(mut self, length_um: f64) -> Self {
        self.length_um = length_um;
        self
    }

    /// Which of its compartments, counted from its start, contains the position `x` (0 to 1). Of
    /// two that meet there it is the later one.
    pub fn index_at(&self, x: f64) -> u32 {
        // `as` saturates: a negative position and NaN give 0.
        ((x * f64::from(self.nseg)) as u32).min(self.nseg.saturating_sub(1))
    }

    /// Normalised position (0 to 1) of the centre of compartment `index` of this section.
    pub fn center(&self, index: u32) -> f64 {
        (f64::from(index) + 0.5) / f64::from(self.nseg)
    }
}

fn end_of_parent() -> f64 {
    1.0
}
