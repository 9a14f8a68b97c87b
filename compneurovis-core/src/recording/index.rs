//! Where in a recording the chunks are: from its summary, or from going through it.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
};

use mcap::records::op;

use super::{
    ReadLimits, RecordingFileError,
    format::channel,
    records::{Chunk, ChunkHeader, PREFIX, Reading, each_record},
};

/// Bytes of the footer record and what ends the file.
const FOOTER: u64 = PREFIX as u64 + 20 + mcap::MAGIC.len() as u64;

/// Where a chunk is and what is in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChunkEntry {
    pub(super) offset: u64,
    /// Bytes of its record, with the prefix.
    pub(super) length: u64,
    pub(super) start_ns: u64,
    pub(super) end_ns: u64,
    pub(super) has_keyframe: bool,
    pub(super) has_marks: bool,
}

/// The chunks of a recording in their order, and where other records are.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) chunks: Vec<ChunkEntry>,
    /// Where attachments and metadata are: offset and length of each record.
    pub(super) attachments: Vec<(u64, u64)>,
    pub(super) metadata: Vec<(u64, u64)>,
    /// Whether the recording was ended, and not cut.
    pub(super) complete: bool,
}

/// Reads some bytes of a file, which are there.
pub(super) fn read_at(file: &mut File, offset: u64, length: u64) -> Result<Vec<u8>, RecordingFileError> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn damaged(offset: u64, what: impl Into<String>) -> RecordingFileError {
    RecordingFileError::Damaged { offset, what: what.into() }
}

impl Index {
    /// The index of a file: as its summary has it, or, where that is missing or wrong, from the file itself.
    pub(super) fn read(file: &mut File, limits: &ReadLimits) -> Result<Self, RecordingFileError> {
        let length = file.metadata()?.len();
        if let Some(index) = Self::from_summary(file, length, limits)?
            && index.check(length).is_ok()
        {
            return Ok(index);
        }
        let index = Self::scan(file, length, limits)?;
        index.check(length)?;
        Ok(index)
    }

    /// What the summary says; `None` if there is none that can be read.
    fn from_summary(file: &mut File, length: u64, limits: &ReadLimits) -> Result<Option<Self>, RecordingFileError> {
        let Some(footer_at) = length.checked_sub(FOOTER) else { return Ok(None) };
        let footer = read_at(file, footer_at, FOOTER)?;
        let mut reading = Reading::new(&footer);
        let begins = (reading.u8(), reading.u64());
        let start = reading.u64().unwrap_or(0);
        let is_footer = begins == (Some(op::FOOTER), Some(20)) && footer.ends_with(mcap::MAGIC);
        if !is_footer || start == 0 || start > footer_at {
            return Ok(None);
        }
        let bytes = footer_at - start;
        if bytes > limits.chunk_bytes {
            return Err(RecordingFileError::TooLarge { offset: start, needed: bytes, limit: limits.chunk_bytes });
        }
        let summary = read_at(file, start, bytes)?;
        let mut index = Self { complete: true, ..Self::default() };
        each_record(&summary, |kind, body| {
            let reading = Reading::new(body);
            match kind {
                op::CHUNK_INDEX => index.chunks.extend(chunk_entry(reading)),
                op::ATTACHMENT_INDEX => index.attachments.extend(place(reading)),
                op::METADATA_INDEX => index.metadata.extend(place(reading)),
                _ => {}
            }
            ControlFlow::Continue(())
        });
        Ok(Some(index))
    }

    /// Goes from record to record. Stops where one is cut, as a killed process leaves it.
    fn scan(file: &mut File, length: u64, limits: &ReadLimits) -> Result<Self, RecordingFileError> {
        let mut index = Self::default();
        let mut offset = mcap::MAGIC.len() as u64;
        // Whether the last chunk's index was seen, which says what is in it.
        let mut known = true;
        while offset + PREFIX as u64 <= length {
            let head = read_at(file, offset, 128)?;
            let mut reading = Reading::new(&head);
            let (Some(kind), Some(body)) = (reading.u8(), reading.u64()) else { break };
            let Some(next) = offset.checked_add(PREFIX as u64).and_then(|at| at.checked_add(body)) else { break };
            if next > length || kind == 0 {
                break;
            }
            match kind {
                op::CHUNK => {
                    index.settle(file, known, limits)?;
                    let Some(header) = ChunkHeader::read(&mut reading) else { break };
                    index.chunks.push(ChunkEntry {
                        offset,
                        length: next - offset,
                        start_ns: header.start_ns,
                        end_ns: header.end_ns,
                        has_keyframe: false,
                        has_marks: false,
                    });
                    known = false;
                }
                op::MESSAGE_INDEX => {
                    known = true;
                    if let (Some(last), Some(id)) = (index.chunks.last_mut(), reading.u16()) {
                        last.has_keyframe |= id == channel::KEYFRAME;
                        last.has_marks |= id == channel::MARKS;
                    }
                }
                op::ATTACHMENT => index.attachments.push((offset, next - offset)),
                op::METADATA => index.metadata.push((offset, next - offset)),
                op::DATA_END | op::FOOTER => break,
                _ => {}
            }
            offset = next;
        }
        // Of the last chunk some of the index may be cut.
        index.settle(file, false, limits)?;
        Ok(index)
    }

    /// Looks into the last chunk if nothing else says what is in it. One that cannot be read is left out:
    /// it was being written.
    fn settle(&mut self, file: &mut File, known: bool, limits: &ReadLimits) -> Result<(), RecordingFileError> {
        let Some(last) = self.chunks.last_mut().filter(|_| !known) else { return Ok(()) };
        let record = read_at(file, last.offset, last.length.min(limits.chunk_bytes))?;
        match Chunk::read(&record, limits.chunk_bytes) {
            Ok(chunk) if !chunk.messages.is_empty() => {
                let has = |id| chunk.messages.iter().any(|message| message.channel == id);
                (last.has_keyframe, last.has_marks) = (has(channel::KEYFRAME), has(channel::MARKS));
            }
            _ => drop(self.chunks.pop()),
        }
        Ok(())
    }

    /// Whether chunks lie one after the other, in the file and in time.
    fn check(&self, length: u64) -> Result<(), RecordingFileError> {
        let mut end = mcap::MAGIC.len() as u64;
        let mut time_ns = 0;
        for chunk in &self.chunks {
            let next = chunk.offset.checked_add(chunk.length).filter(|next| *next <= length);
            let Some(next) = next.filter(|_| chunk.offset >= end && chunk.length > PREFIX as u64) else {
                return Err(damaged(chunk.offset, "a chunk lies over another, or outside of the file"));
            };
            if chunk.start_ns < time_ns || chunk.end_ns < chunk.start_ns {
                return Err(damaged(chunk.offset, "the times of a chunk go back"));
            }
            (end, time_ns) = (next, chunk.end_ns);
        }
        Ok(())
    }
}

/// An entry of the summary; `None` also for chunks without messages.
fn chunk_entry(mut reading: Reading<'_>) -> Option<ChunkEntry> {
    let (start_ns, end_ns, offset, length) = (reading.u64()?, reading.u64()?, reading.u64()?, reading.u64()?);
    let bytes = reading.u32()?;
    let mut channels = Reading::new(reading.take(bytes.into())?);
    let mut ids = Vec::new();
    while let (Some(id), Some(_)) = (channels.u16(), channels.u64()) {
        ids.push(id);
    }
    let (has_keyframe, has_marks) = (ids.contains(&channel::KEYFRAME), ids.contains(&channel::MARKS));
    (!ids.is_empty()).then_some(ChunkEntry { offset, length, start_ns, end_ns, has_keyframe, has_marks })
}

/// Where an attachment or metadata is.
fn place(mut reading: Reading<'_>) -> Option<(u64, u64)> {
    Some((reading.u64()?, reading.u64()?))
}
