//! What the rules that make sections did to a cell.

/// What the rules that make sections do to a cell beyond what its samples say.
///
/// In [`SwcMode::Exact`](crate::SwcMode::Exact) the sections follow NEURON to the bit, so these are
/// not repaired; they tell a user why the cell in the simulation differs from the tracing. In
/// [`SwcMode::Repaired`](crate::SwcMode::Repaired) they tell what was repaired. Lines are those of
/// the SWC file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SectionWarning {
    /// Exact: a further root is tied to the first sample of the cell, or to the row above.
    #[error("line {line}: a further root, which section {name} ties to the sample of line {to_line}")]
    RootTied {
        /// The line of the root.
        line: usize,
        /// The section that it is in, or was tied to if its own was dropped.
        name: String,
        /// The line of the sample that it is tied to.
        to_line: usize,
    },

    /// Exact: a row that continues the section of the row above, although it hangs on another sample:
    /// the section has a piece that nobody traced.
    #[error("line {line}: joined to the line above, which is not its parent")]
    JoinedToRowAbove {
        /// The line of the row.
        line: usize,
    },

    /// Repaired: a row that NEURON would join to the row above, although it hangs on another sample.
    #[error("line {line}: not joined to the line above, which is not its parent")]
    NotJoined {
        /// The line of the row.
        line: usize,
    },

    /// Exact: a section on the first sample of a neurite is connected to the neurite's start, although
    /// that sample is its end.
    #[error("line {line}: hung on the start of the section that its parent ends")]
    HungOnStart {
        /// The line of the section's first own row.
        line: usize,
    },

    /// Repaired: the same was connected to the end.
    #[error("line {line}: hung on the end of its parent's section, where its parent is")]
    HungOnEnd {
        /// The line of the section's first own row.
        line: usize,
    },

    /// A section with a single 3-D point, or with two at the same place, was dropped. Its
    /// children hang on its parent.
    #[error("line {line}: a section without length was dropped")]
    SectionDropped {
        /// The line of the section's first own row.
        line: usize,
    },

    /// Exact: a section whose 3-D points all are in one place. NEURON gives it a length of 1e-9 um and
    /// leaves its diameter at 500 um.
    #[error("line {line}: section {name} has no length (in NEURON 1e-9 um, and the default diameter of 500 um)")]
    NoLength {
        /// The line of the section's first own row.
        line: usize,
        /// The name of the section.
        name: String,
    },

    /// Exact: a section whose diameters all are 0.
    #[error("line {line}: section {name} has no area, since all its radii are zero")]
    NoArea {
        /// The line of the section's first own row.
        line: usize,
        /// The name of the section.
        name: String,
    },

    /// Exact: NEURON cannot read a row behind a byte order mark. Its children become roots.
    #[error("line {line}: the row is lost to the byte order mark, as in NEURON")]
    RowLost {
        /// The line of the row.
        line: usize,
    },

    /// Exact: the first row has a parent. NEURON takes it as a root all the same and keeps the rows in
    /// the order in which they are.
    #[error("line {line}: the first row was taken as a root and the order of rows was kept, as in NEURON")]
    FirstRowTaken {
        /// The line of the row.
        line: usize,
    },

    /// The soma is drawn as an outline. It becomes a thin tube along it, in NEURON as here.
    #[error("line {line}: the soma looks like an outline and becomes a thin tube along it")]
    OutlineSoma {
        /// The line of the first soma sample.
        line: usize,
    },

    /// Repaired: a soma whose samples are all in one place was taken as a sphere of the largest radius.
    #[error("line {line}: {samples} soma samples in one place were taken as a sphere of radius {radius_um} um")]
    SomaCollapsed {
        /// The line of the first of them.
        line: usize,
        /// How many there are.
        samples: usize,
        /// The radius of the sphere.
        radius_um: f32,
    },

    /// Repaired: a further root lies on a sample of another tree, and hangs on it now.
    #[error("line {line}: a further root, hung on the sample of line {to_line}, which is in the same place")]
    RootJoined {
        /// The line of the root.
        line: usize,
        /// The line of the other sample.
        to_line: usize,
    },

    /// Repaired: a further root was left as one: its tree is not connected to the others.
    #[error("line {line}: a further root, whose tree is not connected to the others")]
    RootKept {
        /// The line of the root.
        line: usize,
    },

    /// Repaired: a radius of zero was replaced by that of the parent or of a descendant, or by 0.5 um.
    #[error("line {line}: a radius of zero was replaced by {radius_um} um")]
    ZeroRadiusReplaced {
        /// The line of the sample.
        line: usize,
        /// The new radius.
        radius_um: f32,
    },

    /// Repaired: a section at the root whose points are all in one place was taken as a sphere of the
    /// largest diameter.
    #[error("line {line}: section {name} has no length and was taken as a sphere")]
    SphereTaken {
        /// The line of the section's first own row.
        line: usize,
        /// The name of the section.
        name: String,
    },
}

impl SectionWarning {
    /// The line that it is about.
    #[must_use]
    pub fn line(&self) -> usize {
        match *self {
            Self::RootTied { line, .. }
            | Self::JoinedToRowAbove { line }
            | Self::NotJoined { line }
            | Self::HungOnStart { line }
            | Self::HungOnEnd { line }
            | Self::SectionDropped { line }
            | Self::NoLength { line, .. }
            | Self::NoArea { line, .. }
            | Self::RowLost { line }
            | Self::FirstRowTaken { line }
            | Self::OutlineSoma { line }
            | Self::SomaCollapsed { line, .. }
            | Self::RootJoined { line, .. }
            | Self::RootKept { line }
            | Self::ZeroRadiusReplaced { line, .. }
            | Self::SphereTaken { line, .. } => line,
        }
    }

    /// A word for the kind of warning, for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RootTied { .. } => "root_tied",
            Self::JoinedToRowAbove { .. } => "joined_to_row_above",
            Self::NotJoined { .. } => "not_joined",
            Self::HungOnStart { .. } => "hung_on_start",
            Self::HungOnEnd { .. } => "hung_on_end",
            Self::SectionDropped { .. } => "section_dropped",
            Self::NoLength { .. } => "no_length",
            Self::NoArea { .. } => "no_area",
            Self::RowLost { .. } => "row_lost",
            Self::FirstRowTaken { .. } => "first_row_taken",
            Self::OutlineSoma { .. } => "outline_soma",
            Self::SomaCollapsed { .. } => "soma_collapsed",
            Self::RootJoined { .. } => "root_joined",
            Self::RootKept { .. } => "root_kept",
            Self::ZeroRadiusReplaced { .. } => "zero_radius_replaced",
            Self::SphereTaken { .. } => "sphere_taken",
        }
    }

    /// Whether this leaves a cell that nobody can want unasked.
    pub(crate) fn spoils(&self) -> bool {
        matches!(self, Self::RootTied { .. } | Self::NoLength { .. } | Self::NoArea { .. })
    }
}
