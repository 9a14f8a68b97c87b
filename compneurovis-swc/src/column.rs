//! The seven columns of an SWC row.

use std::fmt;

/// One of the seven columns of an SWC row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Number of the sample.
    Id,
    /// Kind of structure.
    Kind,
    /// First coordinate, micrometres.
    X,
    /// Second coordinate, micrometres.
    Y,
    /// Third coordinate, micrometres.
    Z,
    /// Radius, micrometres.
    Radius,
    /// Number of the parent sample.
    Parent,
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id => "the id",
            Self::Kind => "the type",
            Self::X => "x",
            Self::Y => "y",
            Self::Z => "z",
            Self::Radius => "the radius",
            Self::Parent => "the parent",
        })
    }
}
