//! Going through a recording moment by moment.

use std::sync::Arc;

use super::{
    RecordingFile, RecordingFileError,
    format::{channel, milliseconds},
    records::Chunk,
};
use crate::SessionUpdate;

/// A place in a recording, from which it is played on. Holds one chunk at a time.
#[derive(Debug)]
pub(super) struct Cursor {
    file: Arc<RecordingFile>,
    /// Which chunk, and which of its messages comes next.
    at: usize,
    next: usize,
    chunk: Option<Chunk>,
}

/// What happened at one time.
#[derive(Debug)]
pub(super) struct Moment {
    pub(super) time_ms: f64,
    pub(super) updates: Vec<SessionUpdate>,
}

impl Cursor {
    pub(super) fn new(file: Arc<RecordingFile>, (at, next): (usize, usize)) -> Self {
        Self { file, at, next, chunk: None }
    }

    /// All that comes at the next time at which anything does; `None` at the end.
    pub(super) fn next_moment(&mut self) -> Result<Option<Moment>, RecordingFileError> {
        let mut moment: Option<(u64, Vec<SessionUpdate>)> = None;
        while self.at < self.file.chunks().len() {
            let chunk = match &self.chunk {
                Some(chunk) => chunk,
                None => self.chunk.insert(self.file.chunk(self.at)?),
            };
            let Some(message) = chunk.messages.get(self.next) else {
                (self.at, self.next, self.chunk) = (self.at + 1, 0, None);
                continue;
            };
            if !channel::is_played(message.channel) {
                self.next += 1;
                continue;
            }
            let (time_ns, updates) = moment.get_or_insert((message.time_ns, Vec::new()));
            if message.time_ns != *time_ns {
                break;
            }
            updates.push(self.file.update(self.at, chunk, message)?);
            self.next += 1;
        }
        Ok(moment.map(|(time_ns, updates)| Moment { time_ms: milliseconds(time_ns), updates }))
    }
}
