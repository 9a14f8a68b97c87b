//! Why a morphology could not be read.

use std::io;
use std::path::PathBuf;

use crate::Column;

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
    #[error("line {line}: {column} is not a finite number")]
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

    /// An id, type or parent that is not a whole number in range.
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

    /// Two rows with the same id and different contents.
    #[error("line {line}: id {id} was used for another sample in line {first_line}")]
    DuplicateId {
        /// The line of the second row.
        line: usize,
        /// The id of both.
        id: i64,
        /// The line of the first row.
        first_line: usize,
    },

    /// A sample that is its own ancestor.
    #[error("line {line}: sample {id} is its own ancestor (its parents form a cycle)")]
    Cycle {
        /// The line of one sample of the cycle.
        line: usize,
        /// The id of that sample.
        id: i64,
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
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadSwcError {
    /// The file is missing or the system could not read it.
    #[error("cannot read `{}`: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is there, but its contents are not a morphology.
    #[error("`{}` is not usable as SWC: {source}", .path.display())]
    Swc {
        /// The file.
        path: PathBuf,
        /// What is wrong with the contents.
        source: SwcError,
    },
}
