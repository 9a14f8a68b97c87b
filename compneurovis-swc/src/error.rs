//! Why a morphology could not be read.

use std::fmt;
use std::io;
use std::path::PathBuf;

use compneurovis_core::error_causes;

use crate::{Column, SectionWarning, SwcWarning};

/// What is wrong with the contents of an SWC file, or with a list of samples.
///
/// Every variant that is about a row says which line, counted from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SwcError {
    /// No row could be read as a sample.
    #[error("no samples: {}", match .unreadable_line {
        Some(line) => format!("line {line} is the first that is not seven numbers"),
        None => "the text has no rows of data".to_owned(),
    })]
    NoSamples {
        /// The first line that is neither a comment, nor blank, nor seven numbers.
        unreadable_line: Option<usize>,
    },

    /// NaN, an infinity, or a number that `f32` cannot hold.
    #[error("line {line}: {column} is not a finite number (the mode `repaired` goes without it)")]
    NotFinite {
        /// The line of the row.
        line: usize,
        /// The column of the number.
        column: Column,
    },

    /// A coordinate or radius so large that distances would overflow.
    #[error("line {line}: {column} is {value} um, beyond {limit} um")]
    TooFar {
        /// The line of the row.
        line: usize,
        /// The column of the number.
        column: Column,
        /// The number, in micrometres.
        value: f32,
        /// The largest magnitude accepted, in micrometres.
        limit: f32,
    },

    /// A type that is not a whole number, or an id, type or parent that is out of range.
    #[error("line {line}: {column} is {value}, which is not a whole number in range")]
    NotWhole {
        /// The line of the row.
        line: usize,
        /// The column of the number.
        column: Column,
        /// The number as read.
        value: f64,
    },

    /// An id below zero: it could not be told from the mark of a root.
    #[error("line {line}: id {id} is below zero")]
    NegativeId {
        /// The line of the row.
        line: usize,
        /// The id.
        id: i64,
    },

    /// Two samples with the same id. The reader keeps the first with a warning; lists of samples made
    /// in other ways must not have it.
    #[error("line {line}: id {id} was used for another sample in line {first_line}")]
    DuplicateId {
        /// The line of the second row.
        line: usize,
        /// The id of both.
        id: i64,
        /// The line of the first row.
        first_line: usize,
    },

    /// A sample whose parent is not among the samples. The reader repairs this with a
    /// warning; lists of samples made in other ways must not have it.
    #[error("line {line}: sample {id} has parent {parent}, which does not exist")]
    UnknownParent {
        /// The line of the row.
        line: usize,
        /// The id of the sample.
        id: i64,
        /// The id that it names as its parent.
        parent: i64,
    },

    /// A sample before its parent, or ids that do not ascend. The reader repairs this with a
    /// warning; lists of samples made in other ways must not have it.
    #[error("line {line}: sample {id} stands before its parent {parent}")]
    ParentAfterChild {
        /// The line of the row.
        line: usize,
        /// The id of the sample.
        id: i64,
        /// The id of its parent.
        parent: i64,
    },

    /// More samples than a 32-bit index can count.
    #[error("{count} samples are too many, at most {limit} can be indexed")]
    TooManySamples {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },

    /// A length of a unit that is not above zero or not finite.
    #[error("a unit of {unit_um} um is no scale")]
    BadScale {
        /// Micrometres in a unit, as asked for.
        unit_um: f64,
    },

    /// Strict reading was asked for, and there is something to warn of.
    #[error("{0} (read strictly)")]
    Strict(SwcWarning),
}

/// Why a file could not be read.
///
/// Its `Debug` is for people, too: it is what a `main` that returns it prints.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ReadSwcError {
    /// The file is missing, the system could not read it, or it cannot be unpacked.
    #[error("cannot read {}: {source}", Source(.path))]
    Io {
        /// The file; `None` for a reader.
        path: Option<PathBuf>,
        /// What the system said.
        source: io::Error,
    },
    /// The text is there, but it is not a morphology.
    #[error("{} is not usable as SWC: {source}", Source(.path))]
    Swc {
        /// The file; `None` for a reader or text.
        path: Option<PathBuf>,
        /// What is wrong with the contents.
        source: SwcError,
    },
}

/// Why a cell could not be loaded.
///
/// Its `Debug` is for people, too: it is what a `main` that returns it prints.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LoadSwcError {
    /// There is no morphology.
    #[error(transparent)]
    Read(#[from] ReadSwcError),
    /// NEURON's rules spoil this cell, and nobody said that this is wanted.
    #[error(
        "{}{warning}{}; {}choose the mode `exact` to have it as in NEURON, or `repaired` to have it put right: {}",
        Causes(.causes), match .more { 0 => String::new(), more => format!(" (and {more} more like it)") },
        if .causes.is_empty() { "" } else { "mend the file, or " },
        Source(.path)
    )]
    ChooseMode {
        /// The file; `None` for a reader or text.
        path: Option<PathBuf>,
        /// The first thing that is spoilt: its section and line.
        warning: SectionWarning,
        /// How many more there are.
        more: usize,
        /// What the reader had to do to the tree before, such as skip a row: the likely cause.
        causes: Vec<SwcWarning>,
    },
}

/// How many causes are told one by one.
const CAUSES_TOLD: usize = 3;

/// What came before, in messages.
struct Causes<'a>(&'a [SwcWarning]);

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for cause in self.0.iter().take(CAUSES_TOLD) {
            write!(f, "{cause}; ")?;
        }
        match self.0.len().saturating_sub(CAUSES_TOLD) {
            0 if self.0.is_empty() => Ok(()),
            0 => f.write_str("and so "),
            more => write!(f, "{more} more like these; and so "),
        }
    }
}

impl fmt::Debug for ReadSwcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&error_causes(self).join(": "))
    }
}

impl fmt::Debug for LoadSwcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&error_causes(self).join(": "))
    }
}

/// Where text comes from, in messages.
struct Source<'a>(&'a Option<PathBuf>);

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(path) => write!(f, "`{}`", path.display()),
            None => f.write_str("the SWC text"),
        }
    }
}
