//! The file that a recorder writes.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, BufWriter},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use mcap::{
    Attachment, Compression, McapError, WriteOptions, Writer,
    records::{MessageHeader, Metadata},
};

use super::format::{self, channel};
use crate::{FieldId, Mark, State, codec};

/// How large a chunk gets before it is written. Small ones, so that going to a time reads little that is not
/// needed.
const CHUNK_BYTES: u64 = 1 << 20;

/// An MCAP file that grows.
pub(super) struct Container {
    writer: Writer<BufWriter<File>>,
    fields: HashMap<FieldId, u16>,
    schema: u16,
    sequence: u32,
    message: Vec<u8>,
    begin_unix_ns: u64,
    /// Bytes of all messages.
    pub(super) bytes: u64,
    /// Bytes of those of the open chunk.
    open_bytes: u64,
}

fn nanoseconds_since_1970() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_1970.as_nanos()).unwrap_or(u64::MAX)
}

fn metadata<const N: usize>(name: &str, entries: [(&str, String); N]) -> Metadata {
    let metadata = entries.into_iter().map(|(key, text)| (key.to_owned(), text)).collect();
    Metadata { name: name.to_owned(), metadata }
}

/// What went wrong, as an error of the system's: all that can is writing.
fn io_error(error: McapError) -> io::Error {
    match error {
        McapError::Io(error) => error,
        other => io::Error::other(other),
    }
}

impl Container {
    /// A new file, which must not be there yet.
    pub(super) fn create(path: &Path, title: &str) -> io::Result<Self> {
        let file = BufWriter::new(File::create_new(path)?);
        let options = WriteOptions::new()
            .compression(Some(Compression::Lz4))
            .profile(format::PROFILE)
            .library(concat!("compneurovis-core ", env!("CARGO_PKG_VERSION")))
            // They end where moments do, so that no cut file shows half of one.
            .chunk_size(None)
            // Chunks go to the file as a whole or not at all.
            .disable_seeking(true)
            // Each chunk has its own; one over everything would be for those who read everything.
            .calculate_data_section_crc(false);
        let mut writer = options.create(file).map_err(io_error)?;
        let begin_unix_ns = nanoseconds_since_1970();
        let begun = metadata(
            format::BEGIN,
            [
                ("title", title.to_owned()),
                ("version", env!("CARGO_PKG_VERSION").to_owned()),
                ("codec_version", codec::VERSION.to_string()),
                ("started_unix_ns", begin_unix_ns.to_string()),
            ],
        );
        writer.write_metadata(&begun).map_err(io_error)?;
        let schema = writer.add_schema(format::UPDATE_SCHEMA, "text", format::ABOUT_UPDATES.as_bytes());
        let schema = schema.map_err(io_error)?;
        let json = writer.add_schema(format::MARK_SCHEMA, "jsonschema", format::ABOUT_MARKS.as_bytes());
        let json = json.map_err(io_error)?;
        let mut container = Self {
            writer,
            fields: HashMap::new(),
            schema,
            sequence: 0,
            message: Vec::new(),
            begin_unix_ns,
            bytes: 0,
            open_bytes: 0,
        };
        for (id, topic) in channel::OF_UPDATES {
            container.add_channel(id, schema, topic, format::UPDATE_ENCODING)?;
        }
        container.add_channel(channel::MARKS, json, channel::MARKS_TOPIC, "json")?;
        container.add_channel(channel::RECORDER, 0, channel::RECORDER_TOPIC, "json")?;
        container.flush()?;
        Ok(container)
    }

    fn add_channel(&mut self, id: u16, schema: u16, topic: &str, encoding: &str) -> io::Result<()> {
        let none = BTreeMap::new();
        self.writer.add_channel_with_id(id, schema, topic, encoding, &none).map(drop).map_err(io_error)
    }

    /// The channel of a field's values; that of all others once there are more fields than channels.
    pub(super) fn field_channel(&mut self, field: &FieldId) -> io::Result<u16> {
        if let Some(id) = self.fields.get(field) {
            return Ok(*id);
        }
        let next = u16::try_from(self.fields.len()).ok().and_then(|count| count.checked_add(channel::FIRST_FIELD));
        let Some(id) = next.filter(|id| *id <= channel::LAST_FIELD) else { return Ok(channel::OTHER_FIELDS) };
        self.add_channel(id, self.schema, &format!("{}{field}", channel::FIELD_PREFIX), format::UPDATE_ENCODING)?;
        self.fields.insert(field.clone(), id);
        Ok(id)
    }

    /// Appends a message, whose bytes `write` makes; says how many they are.
    pub(super) fn append(
        &mut self,
        channel_id: u16,
        time_ns: u64,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> io::Result<usize> {
        self.message.clear();
        write(&mut self.message);
        let publish_time = nanoseconds_since_1970().saturating_sub(self.begin_unix_ns);
        let header = MessageHeader { channel_id, sequence: self.sequence, log_time: time_ns, publish_time };
        self.sequence = self.sequence.wrapping_add(1);
        self.writer.write_to_known_channel(&header, &self.message).map_err(io_error)?;
        self.bytes += self.message.len() as u64;
        self.open_bytes += self.message.len() as u64;
        Ok(self.message.len())
    }

    /// Says that a moment is complete; ends the chunk if it is large enough.
    pub(super) fn end_moment(&mut self) -> io::Result<()> {
        if self.open_bytes < CHUNK_BYTES { Ok(()) } else { self.flush() }
    }

    /// Ends the chunk and hands it to the system: from now on it outlives the process.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.open_bytes = 0;
        self.writer.flush().map_err(io_error)
    }

    /// Ends the file, with what can be known only then.
    pub(super) fn finish(mut self, marks: &[Mark], dropped_frames: u64, controls: &State) -> io::Result<()> {
        let marks = serde_json::to_vec(marks).map_err(io::Error::other)?;
        let attachment = Attachment {
            log_time: 0,
            create_time: nanoseconds_since_1970(),
            name: format::MARKS_ATTACHMENT.to_owned(),
            media_type: "application/json".to_owned(),
            data: marks.into(),
        };
        self.writer.attach(&attachment).map_err(io_error)?;
        let ended = metadata(
            format::END,
            [
                ("dropped_frames", dropped_frames.to_string()),
                ("ended_unix_ns", nanoseconds_since_1970().to_string()),
                ("controls", serde_json::to_string(controls).map_err(io::Error::other)?),
            ],
        );
        self.writer.write_metadata(&ended).map_err(io_error)?;
        self.writer.finish().map_err(io_error)?;
        self.writer.into_inner().into_inner().map_err(|error| error.into_error())?.sync_data()
    }
}
