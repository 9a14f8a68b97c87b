//! The records of an MCAP file, read from bytes that may say anything.
//!
//! The parser of the `mcap` crate trusts lengths in places; this one looks at each, and takes memory for
//! what is there only.

use std::ops::{ControlFlow, Range};

use mcap::{
    McapError,
    records::op,
    sans_io::{LinearReadEvent, LinearReader, LinearReaderOptions},
};

/// Bytes before the body of a record: its kind and its length.
pub(super) const PREFIX: usize = 9;

/// What LZ4 makes of a byte at most.
const MOST_OF_A_BYTE: u64 = 255;

/// Goes along bytes.
pub(super) struct Reading<'a> {
    bytes: &'a [u8],
}

impl<'a> Reading<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(super) fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let length = usize::try_from(length).ok()?;
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A text with its length before it; what is no UTF-8 in it is replaced.
    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.u32()?;
        Some(String::from_utf8_lossy(self.take(length.into())?).into_owned())
    }

    /// Pairs of texts, with the bytes of all before them.
    pub(super) fn texts(&mut self) -> Option<Vec<(String, String)>> {
        let length = self.u32()?;
        let mut inside = Reading::new(self.take(length.into())?);
        let mut pairs = Vec::new();
        while !inside.bytes.is_empty() {
            pairs.push((inside.text()?, inside.text()?));
        }
        Some(pairs)
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.bytes
    }
}

/// The next record of some bytes: its kind and body.
pub(super) fn record<'a>(reading: &mut Reading<'a>) -> Option<(u8, &'a [u8])> {
    let kind = reading.u8()?;
    let length = reading.u64()?;
    Some((kind, reading.take(length)?))
}

/// What stands before the records of a chunk.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChunkHeader {
    pub(super) start_ns: u64,
    pub(super) end_ns: u64,
    pub(super) uncompressed: u64,
    pub(super) compression: String,
    pub(super) compressed: u64,
}

impl ChunkHeader {
    pub(super) fn read(reading: &mut Reading<'_>) -> Option<Self> {
        let (start_ns, end_ns, uncompressed) = (reading.u64()?, reading.u64()?, reading.u64()?);
        reading.u32()?;
        let compression = reading.text()?;
        Some(Self { start_ns, end_ns, uncompressed, compression, compressed: reading.u64()? })
    }
}

/// A message of a chunk.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    pub(super) channel: u16,
    pub(super) time_ns: u64,
    /// When it was written, in ns since the recording began.
    pub(super) written_ns: u64,
    data: Range<usize>,
}

/// The messages of a chunk, in the order in which they were written.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) messages: Vec<Message>,
    data: Vec<u8>,
}

/// Why a chunk cannot be read.
#[derive(Debug)]
pub(super) enum ChunkError {
    Damaged(String),
    TooLarge(u64),
}

impl From<&str> for ChunkError {
    fn from(what: &str) -> Self {
        Self::Damaged(what.to_owned())
    }
}

impl Chunk {
    /// Reads a chunk out of its whole record, whose prefix is included.
    pub(super) fn read(record: &[u8], limit: u64) -> Result<Self, ChunkError> {
        let mut reading = Reading::new(record.get(PREFIX..).ok_or("the chunk is cut")?);
        let header = ChunkHeader::read(&mut reading).ok_or("the header of the chunk is cut")?;
        let records = reading.take(header.compressed).ok_or("the chunk is shorter than it says")?;
        let most = header.compressed.saturating_mul(MOST_OF_A_BYTE);
        let uncompressed = header.uncompressed.min(most);
        if uncompressed > limit {
            return Err(ChunkError::TooLarge(uncompressed));
        }
        let mut chunk = Self::default();
        match header.compression.as_str() {
            "" => chunk.read_plain(records)?,
            "lz4" => chunk.read_compressed(record, header.compressed.max(uncompressed))?,
            other => return Err(ChunkError::Damaged(format!("it is compressed by `{other}`, where only lz4 is read"))),
        }
        Ok(chunk)
    }

    fn read_plain(&mut self, records: &[u8]) -> Result<(), ChunkError> {
        let mut reading = Reading::new(records);
        while !reading.bytes.is_empty() {
            let (kind, body) = record(&mut reading).ok_or("a record of the chunk is cut")?;
            self.add(kind, body)?;
        }
        Ok(())
    }

    /// By the reader of the `mcap` crate, which checks the sum of the chunk; it sees nothing but this chunk.
    fn read_compressed(&mut self, record: &[u8], limit: u64) -> Result<(), ChunkError> {
        let limit = usize::try_from(limit).map_err(|_| ChunkError::TooLarge(limit))?;
        let options = LinearReaderOptions::default()
            .with_skip_start_magic(true)
            .with_skip_end_magic(true)
            .with_validate_chunk_crcs(true)
            .with_record_length_limit(limit.max(record.len()));
        let mut reader = LinearReader::new_with_options(options);
        let mut rest = record;
        while let Some(event) = reader.next_event() {
            match event.map_err(|error| ChunkError::Damaged(describe(&error)))? {
                LinearReadEvent::ReadRequest(_) if rest.is_empty() => break,
                LinearReadEvent::ReadRequest(wanted) => {
                    let (now, later) = rest.split_at(wanted.min(rest.len()));
                    reader.insert(now.len()).copy_from_slice(now);
                    reader.notify_read(now.len());
                    rest = later;
                }
                LinearReadEvent::Record { data, opcode } => self.add(opcode, data)?,
            }
        }
        Ok(())
    }

    fn add(&mut self, kind: u8, body: &[u8]) -> Result<(), ChunkError> {
        if kind != op::MESSAGE {
            return Ok(());
        }
        let message = self.message(Reading::new(body)).ok_or("a message of the chunk is cut")?;
        // Times never go back in what a recorder writes, and what plays relies on it.
        if self.messages.last().is_some_and(|last| last.time_ns > message.time_ns) {
            return Err("its messages are not in the order of their times".into());
        }
        self.messages.push(message);
        Ok(())
    }

    fn message(&mut self, mut reading: Reading<'_>) -> Option<Message> {
        let channel = reading.u16()?;
        reading.u32()?;
        let (time_ns, written_ns) = (reading.u64()?, reading.u64()?);
        let start = self.data.len();
        self.data.extend_from_slice(reading.rest());
        Some(Message { channel, time_ns, written_ns, data: start..self.data.len() })
    }

    /// The bytes of a message of this chunk.
    pub(super) fn data(&self, message: &Message) -> &[u8] {
        &self.data[message.data.clone()]
    }
}

fn describe(error: &McapError) -> String {
    match error {
        // Its own text says nothing of what is inside.
        McapError::Parse(_) => "a record cannot be parsed".to_owned(),
        other => other.to_string(),
    }
}

/// Goes through the records of some bytes, until one is cut or `visit` has enough.
pub(super) fn each_record(bytes: &[u8], mut visit: impl FnMut(u8, &[u8]) -> ControlFlow<()>) {
    let mut reading = Reading::new(bytes);
    while let Some((kind, body)) = record(&mut reading) {
        if visit(kind, body).is_break() {
            return;
        }
    }
}
