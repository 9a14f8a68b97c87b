//! What goes wrong between processes.

use std::{io, path::PathBuf};

use thiserror::Error;

use super::PROTOCOL_VERSION;

/// Why two processes do not, or no longer, talk with each other.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// The system refuses something.
    #[error("{doing} failed: {source}")]
    Io {
        /// What was being done, with the address.
        doing: String,
        /// The system's reason.
        source: io::Error,
    },
    /// What is at the other end is no program of this kind.
    #[error("the other end does not speak this protocol: it began with {found:?}")]
    Magic {
        /// Its first bytes, as text.
        found: String,
    },
    /// The other end speaks another version of the protocol.
    #[error("the other end speaks version {theirs} of the protocol, this program version {PROTOCOL_VERSION}")]
    Version {
        /// The version of the other end.
        theirs: u32,
    },
    /// The token is not the one that the session was served with.
    #[error("the token is wrong; it has to be the one that the session was served with")]
    WrongToken,
    /// The other end is of the same kind: a viewer and a session belong together.
    #[error("the other end is no {expected}")]
    Role {
        /// What it should be.
        expected: &'static str,
    },
    /// The other end has another reason.
    #[error("the other end refuses: {0}")]
    Refused(String),
    /// The stream ended in the middle of something.
    #[error("the stream was cut in the middle of {what}")]
    Cut {
        /// What it was.
        what: &'static str,
    },
    /// A frame that is longer than any may be.
    #[error("a frame claims to have {claimed} bytes; there may be {limit}")]
    FrameTooLong {
        /// How long it says it is.
        claimed: u64,
        /// How long it may be.
        limit: usize,
    },
    /// A frame of a kind that there is not.
    #[error("a frame is of the kind {found}, which there is not")]
    FrameKind {
        /// The kind that it says it is.
        found: u8,
    },
    /// A frame that says what this end says, or whose content has another length.
    #[error("a frame of the kind {kind} with {length} bytes has no place here")]
    UnexpectedFrame {
        /// Its kind.
        kind: u8,
        /// Length of its content.
        length: usize,
    },
    /// Nothing came for long.
    #[error("nothing was heard for {seconds:.0} s")]
    Silence {
        /// For how long.
        seconds: f64,
    },
    /// A token that cannot be one.
    #[error("a token has {least} to {most} bytes of text, not {found}", least = super::Token::LEAST, most = super::Token::MOST)]
    TokenLength {
        /// How many bytes it has.
        found: usize,
    },
    /// A file that should contain a token and cannot be read.
    #[error("the token cannot be read from {path}: {source}", path = .path.display())]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl RemoteError {
    pub(super) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// Whether another attempt could fare better.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Cut { .. } | Self::Silence { .. })
    }
}
