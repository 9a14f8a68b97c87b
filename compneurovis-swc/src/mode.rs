//! Whose rules make the sections.

use std::fmt;
use std::str::FromStr;

/// Whose rules make the sections of a cell.
///
/// Both give the same for a file that NEURON reads as it was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SwcMode {
    /// What NEURON's Import3d makes of the file, to the bit, even where that is not what the file
    /// says. Files that NEURON cannot read (it ends the process on most of them) are put in order first.
    #[default]
    Exact,
    /// The same rules without their traps. Each repair is a [`SectionWarning`](crate::SectionWarning)
    /// or [`SwcWarning`](crate::SwcWarning):
    ///
    /// - A further root is not tied to the first sample. If it lies exactly on a sample of another tree
    ///   it hangs there, else its tree stands alone.
    /// - A soma whose samples are all in one place is a sphere, and a section is never joined to
    ///   another only because its row comes next.
    /// - Rows that NEURON loses to a byte order mark or a missing number are used as far as they go.
    /// - A radius of 0 that would cut the cell in two, or leave a section without area, is replaced by
    ///   that of the parent.
    /// - Lengths are in the unit that the header names.
    Repaired,
}

impl fmt::Display for SwcMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Repaired => "repaired",
        })
    }
}

/// A word that is no mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no mode; there are `exact` and `repaired`")]
pub struct NoSuchMode(String);

impl FromStr for SwcMode {
    type Err = NoSuchMode;

    fn from_str(text: &str) -> Result<Self, NoSuchMode> {
        [Self::Exact, Self::Repaired]
            .into_iter()
            .find(|mode| mode.to_string() == text)
            .ok_or_else(|| NoSuchMode(text.to_owned()))
    }
}
