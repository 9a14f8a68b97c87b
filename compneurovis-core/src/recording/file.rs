//! A recording that is read.

use std::{
    fs::File,
    io::Read,
    path::Path,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use super::{
    RecordingFileError,
    format::{self, channel, milliseconds, nanoseconds},
    index::{ChunkEntry, Index, read_at},
    records::{Chunk, ChunkError, Message, PREFIX, Reading},
};
use crate::{FieldId, Mark, Scene, SessionUpdate, State, Timeline, codec};

/// How much memory reading a recording may take, whatever the file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadLimits {
    /// Bytes of one chunk, packed or not; of the summary and of an attachment, too.
    pub chunk_bytes: u64,
    /// Bytes of all updates that lead to one scene.
    pub scene_bytes: u64,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { chunk_bytes: 2 << 30, scene_bytes: 8 << 30 }
    }
}

/// What a recording says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RecordingInfo {
    /// The title of the application.
    pub title: String,
    /// The version of CompNeuroVis that wrote it.
    pub version: String,
    /// When it was started, in ns since 1970.
    pub started_unix_ns: u64,
    /// Whether it was ended, and not cut off by the end of its process.
    pub complete: bool,
    /// How many frames of fields the disk was too slow for; known of complete ones only.
    pub dropped_frames: Option<u64>,
    /// The values of the controls at the end, by id; known of complete ones only.
    pub controls: Option<State>,
}

/// A recording on the disk, whose moments can be gone to in any order.
///
/// What is read is what is needed for a moment; nothing but the index is kept.
#[derive(Debug)]
pub struct RecordingFile {
    file: Mutex<File>,
    index: Index,
    info: RecordingInfo,
    marks: OnceLock<Vec<Mark>>,
    limits: ReadLimits,
}

impl RecordingFile {
    /// Opens a recording, also one that was cut off.
    ///
    /// # Errors
    /// It cannot be read, is no recording, or is damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RecordingFileError> {
        Self::open_with(path, ReadLimits::default())
    }

    /// The same within other limits.
    ///
    /// # Errors
    /// As [`open`](Self::open); also one that would take more memory.
    pub fn open_with(path: impl AsRef<Path>, limits: ReadLimits) -> Result<Self, RecordingFileError> {
        let mut file = File::open(path)?;
        check_header(&mut file)?;
        let index = Index::read(&mut file, &limits)?;
        let info = read_info(&mut file, &index, &limits)?;
        Ok(Self { file: Mutex::new(file), index, info, marks: OnceLock::new(), limits })
    }

    /// What it says of itself.
    pub fn info(&self) -> &RecordingInfo {
        &self.info
    }

    /// The time of its beginning, in ms of the run; not 0 if it was started later.
    pub fn start_ms(&self) -> f64 {
        milliseconds(self.chunks().first().map_or(0, |chunk| chunk.start_ns))
    }

    /// The time of its end, in ms of the run.
    pub fn end_ms(&self) -> f64 {
        milliseconds(self.chunks().last().map_or(0, |chunk| chunk.end_ns))
    }

    /// From when to when it goes, and its marks.
    ///
    /// # Errors
    /// As [`marks`](Self::marks).
    pub fn timeline(&self) -> Result<Timeline, RecordingFileError> {
        Ok(Timeline::new(self.start_ms(), self.end_ms()).with_marks(self.marks()?.iter().cloned()))
    }

    /// What happened when: spikes, controls that were set, actions, resets, failures. Of a recording that was
    /// cut off they are collected at the first call, which reads a part of it.
    ///
    /// # Errors
    /// The file cannot be read, or is damaged.
    pub fn marks(&self) -> Result<&[Mark], RecordingFileError> {
        if let Some(marks) = self.marks.get() {
            return Ok(marks);
        }
        let marks = match self.attached_marks()? {
            Some(marks) => marks,
            None => self.collect_marks()?,
        };
        Ok(self.marks.get_or_init(|| marks))
    }

    /// The fields that there are at the end.
    ///
    /// # Errors
    /// As [`scene_at`](Self::scene_at).
    pub fn fields(&self) -> Result<Vec<FieldId>, RecordingFileError> {
        Ok(self.scene_at(f64::INFINITY)?.fields.keys().cloned().collect())
    }

    /// The scene as it was at the last moment that is not after a time in ms of the run, or at the first.
    ///
    /// # Errors
    /// The file cannot be read, is damaged there, or has no whole scene.
    pub fn scene_at(&self, time_ms: f64) -> Result<Scene, RecordingFileError> {
        self.scene_and_place(time_ms).map(|(scene, _)| scene)
    }

    /// The scene at a time, and where the messages after it begin: chunk and message.
    pub(super) fn scene_and_place(&self, time_ms: f64) -> Result<(Scene, (usize, usize)), RecordingFileError> {
        let first = self.chunks().first().ok_or(RecordingFileError::Empty)?;
        let time_ns = nanoseconds(time_ms).max(first.start_ns);
        let after = self.chunks().partition_point(|chunk| chunk.start_ns <= time_ns);
        let keyframe = self.chunks()[..after].iter().rposition(|chunk| chunk.has_keyframe);
        let mut at = keyframe.ok_or(RecordingFileError::Empty)?;
        let (mut scene, mut bytes) = (None, 0);
        while at < self.chunks().len() && self.chunks()[at].start_ns <= time_ns {
            let chunk = self.chunk(at)?;
            let until = chunk.messages.partition_point(|message| message.time_ns <= time_ns);
            let begin = last_keyframe(&chunk.messages[..until]).filter(|_| scene.is_none());
            for message in &chunk.messages[begin.unwrap_or(0)..until] {
                bytes += chunk.data(message).len() as u64;
                self.check_limit(at, bytes)?;
                self.play(at, &chunk, message, &mut scene)?;
            }
            if until < chunk.messages.len() {
                return Ok((scene.ok_or(RecordingFileError::Empty)?, (at, until)));
            }
            at += 1;
        }
        Ok((scene.ok_or(RecordingFileError::Empty)?, (at, 0)))
    }

    /// Lets a message change a scene, which the first keyframe makes.
    fn play(
        &self,
        at: usize,
        chunk: &Chunk,
        message: &Message,
        scene: &mut Option<Scene>,
    ) -> Result<(), RecordingFileError> {
        let is_first = scene.is_none() && message.channel == channel::KEYFRAME;
        if is_first {
            if let SessionUpdate::SceneReady(whole) = self.update(at, chunk, message)? {
                *scene = Some(*whole);
            }
        } else if let Some(scene) = scene
            && channel::is_played(message.channel)
        {
            // What did not fit was no part of the scene that was shown either.
            let _ = scene.apply(self.update(at, chunk, message)?);
        }
        Ok(())
    }

    /// The update that a message of a chunk is.
    pub(super) fn update(
        &self,
        at: usize,
        chunk: &Chunk,
        message: &Message,
    ) -> Result<SessionUpdate, RecordingFileError> {
        let offset = self.chunks().get(at).map_or(0, |chunk| chunk.offset);
        codec::decode_update(chunk.data(message)).map_err(|source| RecordingFileError::Update { offset, source })
    }

    pub(super) fn chunks(&self) -> &[ChunkEntry] {
        &self.index.chunks
    }

    /// Reads a chunk.
    pub(super) fn chunk(&self, at: usize) -> Result<Chunk, RecordingFileError> {
        let Some(entry) = self.chunks().get(at) else { return Ok(Chunk::default()) };
        let offset = entry.offset;
        let too_large = |needed| RecordingFileError::TooLarge { offset, needed, limit: self.limits.chunk_bytes };
        if entry.length > self.limits.chunk_bytes {
            return Err(too_large(entry.length));
        }
        let record = read_at(&mut self.file(), offset, entry.length)?;
        Chunk::read(&record, self.limits.chunk_bytes).map_err(|error| match error {
            ChunkError::Damaged(what) => RecordingFileError::Damaged { offset, what },
            ChunkError::TooLarge(needed) => too_large(needed),
        })
    }

    /// Simulated ms in a second of the clock on the wall, as the run went; `None` if that cannot be told.
    pub fn ms_per_second(&self) -> Option<f64> {
        let chunk = self.chunk(self.chunks().len().checked_sub(1)?).ok()?;
        let last = chunk.messages.last()?;
        let seconds = last.written_ns as f64 / 1e9;
        let rate = (milliseconds(last.time_ns) - self.start_ms()) / seconds;
        (rate.is_finite() && rate > 0.0).then_some(rate)
    }

    pub(super) fn check_limit(&self, at: usize, needed: u64) -> Result<(), RecordingFileError> {
        let limit = self.limits.scene_bytes;
        let offset = self.chunks().get(at).map_or(0, |chunk| chunk.offset);
        if needed > limit { Err(RecordingFileError::TooLarge { offset, needed, limit }) } else { Ok(()) }
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attached_marks(&self) -> Result<Option<Vec<Mark>>, RecordingFileError> {
        for &(offset, length) in &self.index.attachments {
            let record = read_limited(&mut self.file(), offset, length, &self.limits)?;
            let data = attachment(&record, format::MARKS_ATTACHMENT);
            if let Some(marks) = data.and_then(|data| serde_json::from_slice(data).ok()) {
                return Ok(Some(marks));
            }
        }
        Ok(None)
    }

    fn collect_marks(&self) -> Result<Vec<Mark>, RecordingFileError> {
        let mut marks = Vec::new();
        for at in (0..self.chunks().len()).filter(|&at| self.chunks()[at].has_marks) {
            let chunk = self.chunk(at)?;
            let of_marks = chunk.messages.iter().filter(|message| message.channel == channel::MARKS);
            marks.extend(of_marks.filter_map(|message| serde_json::from_slice::<Mark>(chunk.data(message)).ok()));
        }
        Ok(marks)
    }
}

/// Where the last whole scene of some messages is.
fn last_keyframe(messages: &[Message]) -> Option<usize> {
    messages.iter().rposition(|message| message.channel == channel::KEYFRAME)
}

/// Whether a file begins as a recording does.
fn check_header(file: &mut File) -> Result<(), RecordingFileError> {
    let mut head = Vec::new();
    file.take(1024).read_to_end(&mut head)?;
    let rest = head.strip_prefix(mcap::MAGIC).ok_or(RecordingFileError::Magic)?;
    let mut reading = Reading::new(rest);
    let profile = (reading.u8() == Some(mcap::records::op::HEADER)).then(|| {
        reading.u64()?;
        reading.text()
    });
    let profile = profile.flatten().ok_or(RecordingFileError::Magic)?;
    let expected = format::PROFILE;
    if profile == expected { Ok(()) } else { Err(RecordingFileError::Profile { profile, expected }) }
}

fn read_limited(file: &mut File, offset: u64, length: u64, limits: &ReadLimits) -> Result<Vec<u8>, RecordingFileError> {
    let limit = limits.chunk_bytes;
    if length > limit {
        return Err(RecordingFileError::TooLarge { offset, needed: length, limit });
    }
    read_at(file, offset, length)
}

fn read_info(file: &mut File, index: &Index, limits: &ReadLimits) -> Result<RecordingInfo, RecordingFileError> {
    let mut info = RecordingInfo { complete: index.complete, ..RecordingInfo::default() };
    for &(offset, length) in &index.metadata {
        let record = read_limited(file, offset, length, limits)?;
        let mut reading = Reading::new(record.get(PREFIX..).unwrap_or_default());
        let Some((name, entries)) = reading.text().and_then(|name| Some((name, reading.texts()?))) else { continue };
        if name != format::BEGIN && name != format::END {
            continue;
        }
        for (key, text) in entries {
            match key.as_str() {
                "title" => info.title = text,
                "version" => info.version = text,
                "started_unix_ns" => info.started_unix_ns = text.parse().unwrap_or(0),
                "dropped_frames" => info.dropped_frames = text.parse().ok(),
                "controls" => info.controls = serde_json::from_str(&text).ok(),
                _ => {}
            }
        }
    }
    Ok(info)
}

/// The data of an attachment of a name.
fn attachment<'a>(record: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut reading = Reading::new(record.get(PREFIX..)?);
    reading.u64()?;
    reading.u64()?;
    let found = reading.text()?;
    reading.text()?;
    let length = reading.u64()?;
    let data = reading.take(length)?;
    (found == name).then_some(data)
}
