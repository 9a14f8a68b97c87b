//! What was odd about a morphology, and what was done about it.

use std::fmt;

use crate::{Column, SectionWarning};

/// Something in an SWC file that was repaired or that deserves a look.
///
/// A warning says what was done. It is an error type as well, so that a strict caller can
/// refuse the file with it: see [`ReadSwc::strict`](crate::ReadSwc::strict).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SwcWarning {
    /// The file starts with a UTF-8 byte order mark, which was skipped. (NEURON loses the first
    /// line to it.)
    #[error("line 1: a byte order mark was skipped")]
    ByteOrderMark,

    /// A line that is neither a comment, nor blank, nor starts with seven numbers: skipped.
    #[error("line {line}: not seven numbers, skipped")]
    UnreadableRow {
        /// The line.
        line: usize,
    },

    /// An id or parent that is not whole: the part before the point was taken, as in NEURON.
    #[error("line {line}: {column} is {value}, which is not whole, taken as {taken}")]
    NotWhole {
        /// The line.
        line: usize,
        /// The column of the number.
        column: Column,
        /// The number as written.
        value: f64,
        /// What was taken for it; any number below zero means none.
        taken: i64,
    },

    /// The header names a unit, but numbers were taken as micrometres, as in NEURON.
    #[error("the header says that one unit is {unit_um} um; lengths were taken as micrometres all the same")]
    UnitsIgnored {
        /// Micrometres in a unit.
        unit_um: f64,
    },

    /// The header names a unit, from which lengths were brought to micrometres.
    #[error("lengths were brought from units of {unit_um} um, which the header names, to micrometres")]
    UnitsTaken {
        /// Micrometres in a unit.
        unit_um: f64,
    },

    /// A row without a position (`nan`, `NA`): left out, its children hang on its parent.
    #[error("line {line}: sample {id} has no position, left out, its children hang on its parent")]
    SampleBridged {
        /// The line.
        line: usize,
        /// The id of the sample.
        id: i64,
    },

    /// A row without a radius (`nan`, `NA`): its parent's was taken, or 0.5 um where there is none.
    #[error("line {line}: sample {id} has no radius, taken as {radius_um} um")]
    RadiusFilled {
        /// The line.
        line: usize,
        /// The id of the sample.
        id: i64,
        /// What was taken.
        radius_um: f32,
    },

    /// A second row with the same id and the same contents: dropped.
    #[error("line {line}: sample {id} repeats line {first_line}, dropped")]
    RepeatedRow {
        /// The line of the second row.
        line: usize,
        /// The id of both.
        id: i64,
        /// The line of the first row.
        first_line: usize,
    },

    /// A second row with the same id and other contents: dropped.
    #[error("line {line}: id {id} was used for another sample in line {first_line}, dropped")]
    DuplicateId {
        /// The line of the second row.
        line: usize,
        /// The id of both.
        id: i64,
        /// The line of the first row.
        first_line: usize,
    },

    /// The ids do not ascend from row to row: samples were put into the order of their ids.
    #[error(
        "line {line}: id {id} does not exceed the one before, samples were sorted by id (NEURON cannot read such rows)"
    )]
    IdsNotAscending {
        /// The first line whose id does not exceed the one before.
        line: usize,
        /// The id of that line.
        id: i64,
    },

    /// A sample comes before its parent even in the order of ids: samples were put into depth-first
    /// order, each branch in one piece.
    #[error("line {line}: sample {id} comes before its parent, samples were put into tree order")]
    ParentAfterChild {
        /// The line of the first such sample.
        line: usize,
        /// The id of that sample.
        id: i64,
    },

    /// A parent that no row defines: the sample was taken as a root.
    #[error("line {line}: parent {parent} of sample {id} does not exist, taken as a root")]
    UnknownParent {
        /// The line of the sample.
        line: usize,
        /// The id of the sample.
        id: i64,
        /// The id that it names as its parent.
        parent: i64,
    },

    /// A sample that names itself as its parent: taken as a root.
    #[error("line {line}: sample {id} is its own parent, taken as a root")]
    SelfParent {
        /// The line of the sample.
        line: usize,
        /// The id of the sample.
        id: i64,
    },

    /// Samples that are their own ancestors: the first of them was taken as a root.
    #[error("line {line}: sample {id} is its own ancestor (its parents form a cycle), taken as a root")]
    CycleCut {
        /// The line of the sample.
        line: usize,
        /// The id of the sample.
        id: i64,
    },

    /// A radius below zero: its magnitude counts. (Some tracers mark spines so.)
    #[error("line {line}: radius {radius_um} um of sample {id} is below zero, its magnitude counts")]
    NegativeRadius {
        /// The line of the sample.
        line: usize,
        /// The id of the sample.
        id: i64,
        /// The radius as written, in micrometres.
        radius_um: f32,
    },

    /// A radius of zero: kept.
    #[error("line {line}: the radius of sample {id} is zero")]
    ZeroRadius {
        /// The line of the sample.
        line: usize,
        /// The id of the sample.
        id: i64,
    },

    /// More than one root. NEURON's Import3d ties every further root to the first sample, by a cable
    /// that nobody traced.
    #[error("line {line}: sample {id} is a further root ({roots} in all)")]
    SeveralRoots {
        /// The line of the second root.
        line: usize,
        /// The id of the second root.
        id: i64,
        /// How many roots there are.
        roots: usize,
    },

    /// No sample is of the soma.
    #[error("no sample is of the soma")]
    NoSoma,
}

impl SwcWarning {
    /// Whether it is about a row that was lost, or about a sample that no longer hangs on what the file names.
    #[must_use]
    pub fn tears(&self) -> bool {
        use SwcWarning::{CycleCut, DuplicateId, SelfParent, UnknownParent, UnreadableRow};
        matches!(
            self,
            UnreadableRow { .. } | DuplicateId { .. } | UnknownParent { .. } | SelfParent { .. } | CycleCut { .. }
        )
    }

    /// The line, for what is about one.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match *self {
            Self::ByteOrderMark => Some(1),
            Self::UnitsIgnored { .. } | Self::UnitsTaken { .. } | Self::NoSoma => None,
            Self::UnreadableRow { line }
            | Self::NotWhole { line, .. }
            | Self::SampleBridged { line, .. }
            | Self::RadiusFilled { line, .. }
            | Self::RepeatedRow { line, .. }
            | Self::DuplicateId { line, .. }
            | Self::IdsNotAscending { line, .. }
            | Self::ParentAfterChild { line, .. }
            | Self::UnknownParent { line, .. }
            | Self::SelfParent { line, .. }
            | Self::CycleCut { line, .. }
            | Self::NegativeRadius { line, .. }
            | Self::ZeroRadius { line, .. }
            | Self::SeveralRoots { line, .. } => Some(line),
        }
    }

    /// A word for the kind of warning, for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ByteOrderMark => "byte_order_mark",
            Self::UnreadableRow { .. } => "unreadable_row",
            Self::NotWhole { .. } => "not_whole",
            Self::UnitsIgnored { .. } => "units_ignored",
            Self::UnitsTaken { .. } => "units_taken",
            Self::SampleBridged { .. } => "sample_bridged",
            Self::RadiusFilled { .. } => "radius_filled",
            Self::RepeatedRow { .. } => "repeated_row",
            Self::DuplicateId { .. } => "duplicate_id",
            Self::IdsNotAscending { .. } => "ids_not_ascending",
            Self::ParentAfterChild { .. } => "parent_after_child",
            Self::UnknownParent { .. } => "unknown_parent",
            Self::SelfParent { .. } => "self_parent",
            Self::CycleCut { .. } => "cycle_cut",
            Self::NegativeRadius { .. } => "negative_radius",
            Self::ZeroRadius { .. } => "zero_radius",
            Self::SeveralRoots { .. } => "several_roots",
            Self::NoSoma => "no_soma",
        }
    }
}

/// A warning about the text or about the sections.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Warning<'a> {
    /// About the text.
    Text(&'a SwcWarning),
    /// About the sections.
    Sections(&'a SectionWarning),
}

impl Warning<'_> {
    /// The line, for what is about one.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Text(warning) => warning.line(),
            Self::Sections(warning) => Some(warning.line()),
        }
    }

    /// A word for the kind of warning, for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(warning) => warning.kind(),
            Self::Sections(warning) => warning.kind(),
        }
    }
}

impl fmt::Display for Warning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(warning) => warning.fmt(f),
            Self::Sections(warning) => warning.fmt(f),
        }
    }
}
