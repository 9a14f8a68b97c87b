//! Frames: how messages follow each other in a stream.

use std::io::{self, BufReader, Read};

use super::RemoteError;

/// Length of what precedes the content of a frame.
pub const FRAME_HEADER: usize = 8;

/// How many bytes the content of a frame may have: 1 GiB.
pub const MAX_FRAME: usize = 1 << 30;

/// Beyond this many bytes the memory of a frame is given back after it.
const KEPT: usize = 16 << 20;

/// What the content of a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameKind {
    /// From the session: an update, as the [codec](crate::codec) writes it.
    Update = 1,
    /// From the viewer: a command, as the codec writes it.
    Command = 2,
    /// From the viewer, empty: what should be done before the first step has been said.
    Start = 3,
    /// From the session: which call it is inside of, and for how long.
    Pulse = 4,
    /// From the session, empty: it has ended.
    End = 5,
}

impl FrameKind {
    fn of(number: u8) -> Result<Self, RemoteError> {
        let kinds = [Self::Update, Self::Command, Self::Start, Self::Pulse, Self::End];
        let kind = kinds.into_iter().find(|kind| *kind as u8 == number);
        kind.ok_or(RemoteError::FrameKind { found: number })
    }
}

/// Writes a frame over `into`, whose content is what `write` appends.
///
/// # Errors
/// The content is too long for a frame.
pub fn write_frame(kind: FrameKind, into: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), RemoteError> {
    into.clear();
    if into.capacity() > KEPT {
        *into = Vec::new();
    }
    into.extend_from_slice(&[0, 0, 0, 0, kind as u8, 0, 0, 0]);
    write(into);
    let length = into.len() - FRAME_HEADER;
    let claim = u32::try_from(length).ok().filter(|_| length <= MAX_FRAME);
    let Some(claim) = claim else {
        return Err(RemoteError::FrameTooLong { claimed: length as u64, limit: MAX_FRAME });
    };
    into[..4].copy_from_slice(&claim.to_le_bytes());
    Ok(())
}

/// Reads frames. Takes memory for what has come, not for what a frame claims to have.
#[derive(Debug)]
pub struct FrameReader<R: Read> {
    stream: BufReader<R>,
    content: Vec<u8>,
}

impl<R: Read> FrameReader<R> {
    /// Reads from `stream`.
    pub fn new(stream: R) -> Self {
        Self { stream: BufReader::with_capacity(64 << 10, stream), content: Vec::new() }
    }

    /// The next frame; `None` if the stream ends before one.
    ///
    /// # Errors
    /// The stream ends within a frame or breaks, or there is no such frame.
    pub fn read(&mut self) -> Result<Option<(FrameKind, &[u8])>, RemoteError> {
        let Some([a, b, c, d, kind, _, _, _]) = self.header()? else { return Ok(None) };
        let length = u32::from_le_bytes([a, b, c, d]);
        let kind = FrameKind::of(kind)?;
        if length as usize > MAX_FRAME {
            return Err(RemoteError::FrameTooLong { claimed: length.into(), limit: MAX_FRAME });
        }
        self.content.clear();
        if self.content.capacity() > KEPT {
            self.content = Vec::new();
        }
        let mut rest = (&mut self.stream).take(length.into());
        let read = rest.read_to_end(&mut self.content).map_err(RemoteError::io("reading a frame"))?;
        if read < length as usize {
            return Err(RemoteError::Cut { what: "a frame" });
        }
        Ok(Some((kind, &self.content)))
    }

    fn header(&mut self) -> Result<Option<[u8; FRAME_HEADER]>, RemoteError> {
        let mut header = [0; FRAME_HEADER];
        let mut have = 0;
        while have < FRAME_HEADER {
            match self.stream.read(&mut header[have..]) {
                Ok(0) if have == 0 => return Ok(None),
                Ok(0) => return Err(RemoteError::Cut { what: "the header of a frame" }),
                Ok(count) => have += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(RemoteError::Io { doing: "reading a frame".to_owned(), source }),
            }
        }
        Ok(Some(header))
    }
}
