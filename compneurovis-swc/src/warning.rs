//! What was odd about a morphology, and what was done about it.

/// Something in an SWC file that was repaired or that deserves a look.
///
/// A warning says what was done. It is an error type as well, so that a strict caller can
/// refuse the file with it: see [`Swc::strict`](crate::Swc::strict).
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

    /// The ids do not ascend from row to row: samples were put into the order of their ids.
    #[error("line {line}: id {id} does not exceed the one before, samples were sorted by id")]
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

    /// A radius below zero: its magnitude was taken. (Some tracers mark spines so.)
    #[error("line {line}: radius {radius_um} um of sample {id} is below zero, magnitude taken")]
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

    /// More than one root. NEURON's Import3d, and so [`Sections`](crate::Sections), ties every
    /// further root to the first sample, by a cable that nobody traced.
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

/// What Import3d's rules do to a cell beyond what its samples say.
///
/// The sections follow NEURON to the bit, so these are not repaired; they tell a user why
/// the cell in the simulation differs from the tracing. Lines are those of the SWC file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SectionWarning {
    /// A further root is tied to the first sample of the cell.
    #[error("line {line}: a further root, tied to the first sample of the cell")]
    RootTied {
        /// The line of the root.
        line: usize,
    },

    /// A row that continues the section of the row above, although it hangs on another sample:
    /// the section has a piece that nobody traced.
    #[error("line {line}: joined to the line above, which is not its parent")]
    JoinedToRowAbove {
        /// The line of the row.
        line: usize,
    },

    /// A section with a single 3-D point, or with two at the same place, was dropped. Its
    /// children hang on its parent.
    #[error("line {line}: a section without length was dropped")]
    SectionDropped {
        /// The line of the section's first own row.
        line: usize,
    },

    /// A section whose 3-D points all are in one place. NEURON gives it a length of 1e-9 um and
    /// leaves its diameter at 500 um.
    #[error("line {line}: section {name} has no length")]
    NoLength {
        /// The line of the section's first own row.
        line: usize,
        /// The name of the section.
        name: String,
    },
}
