//! What can be wrong with recordings.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::codec::CodecError;

/// Why a run is not recorded, or no further.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The file cannot be made; also if there is one already, which is never overwritten.
    #[error("the recording `{}` cannot be made", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The session is being recorded already.
    #[error("the session is already being recorded to `{}`", path.display())]
    Running {
        /// To which file.
        path: PathBuf,
    },
    /// The file cannot be written any further: the disk is full, or gone.
    #[error("the recording `{}` ends here, as it cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The disk is slower than what must not be left out.
    #[error("the recording `{}` ends here, as the disk is too slow for it", path.display())]
    TooSlow {
        /// The file.
        path: PathBuf,
    },
}

/// Why a file is no recording, or a part of it cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordingFileError {
    /// It cannot be read at all.
    #[error("the recording cannot be read")]
    Io(#[from] io::Error),
    /// It is no MCAP file.
    #[error("the file is no recording: it does not begin as an MCAP file does")]
    Magic,
    /// It is an MCAP file of something else.
    #[error("the file is no recording of a session: its profile is `{profile}`, where `{expected}` is expected")]
    Profile {
        /// What it says it is.
        profile: String,
        /// What it would have to say.
        expected: &'static str,
    },
    /// A part of it contradicts itself.
    #[error("the recording is damaged at byte {offset}: {what}")]
    Damaged {
        /// Where the part begins.
        offset: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A part of it would take more memory than is allowed.
    #[error("the recording asks for {needed} bytes at byte {offset}, of which {limit} are allowed")]
    TooLarge {
        /// Where the part begins.
        offset: u64,
        /// How much it asks for.
        needed: u64,
        /// How much is allowed.
        limit: u64,
    },
    /// An update in it cannot be read.
    #[error("an update of the recording cannot be read, at byte {offset}")]
    Update {
        /// Where the chunk begins that holds it.
        offset: u64,
        /// Why not.
        source: CodecError,
    },
    /// Not even one whole scene is in it.
    #[error("the recording ends before its first whole scene")]
    Empty,
}
