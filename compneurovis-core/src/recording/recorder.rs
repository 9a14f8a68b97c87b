//! The thread that writes a recording.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    RecordError, RecordingSettings, RecordingStatus,
    container::Container,
    format::{channel, nanoseconds},
    tape::{Item, Taken, Tape},
};
use crate::{
    Failure, Mark, MarkKind, Notice, Scene, SessionUpdate, SpikeFinder, State, codec, run_clock::RunClock,
    runner::Outbox,
};

/// How often what was written is handed to the system at least. A process that is killed loses no more,
/// and what waited in the queue.
const FLUSH_EVERY: Duration = Duration::from_millis(250);

/// How long the recorder waits for more before it looks around.
const GLANCE: Duration = Duration::from_millis(50);

/// Bytes between two whole scenes at least; so going to a time reads no more than twice that, or
/// than some scenes if they are larger.
const KEYFRAME_BYTES: u64 = 8 << 20;

/// After how long there is another whole scene, if there was as much as one in between.
const KEYFRAME_EVERY: Duration = Duration::from_secs(10);

/// What reading a message costs beside its bytes, in bytes.
const MESSAGE_WEIGHT: u64 = 2000;

/// How many marks are kept for the end of the file at most.
const MAX_MARKS: usize = 200_000;

/// A recording that is being made.
#[derive(Debug)]
pub(crate) struct Recorder {
    path: PathBuf,
    pub(crate) tape: Arc<Tape>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What the recorder's thread tells.
#[derive(Debug, Default)]
struct Shared {
    bytes: AtomicU64,
    time_ns: AtomicU64,
    error: Mutex<Option<Arc<RecordError>>>,
}

impl Recorder {
    /// Makes the file and starts the thread. `waiting` is what has been emitted and is not in `scene` yet.
    pub(crate) fn start(
        path: &Path,
        title: &str,
        settings: &RecordingSettings,
        scene: Scene,
        waiting: Vec<SessionUpdate>,
        time_ms: f64,
        outbox: Weak<Outbox>,
    ) -> Result<Self, RecordError> {
        let failed = |source| RecordError::Create { path: path.to_owned(), source };
        let container = Container::create(path, title).map_err(failed)?;
        let (tape, shared) = (Arc::new(Tape::new(settings.queue_bytes)), Arc::<Shared>::default());
        waiting.iter().for_each(|update| tape.record(update));
        tape.moment(time_ms);
        let mut clock = RunClock::default();
        clock.at(time_ms);
        let now = Instant::now();
        let writing = Writing {
            path: path.to_owned(),
            container,
            tape: tape.clone(),
            shared: shared.clone(),
            outbox,
            scene,
            clock,
            spikes: settings.spike_threshold_mv.map(SpikeFinder::new),
            pending: Vec::new(),
            pending_since: now,
            marks: Vec::new(),
            weight: 0,
            keyframe: (now, 0),
            dropped_frames: 0,
        };
        let thread = thread::Builder::new().name("cnv-recorder".to_owned()).spawn(move || writing.run());
        Ok(Self { path: path.to_owned(), tape, shared, thread: Some(thread.map_err(failed)?) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How far it is.
    pub(crate) fn status(&self) -> RecordingStatus {
        let (updates, dropped_frames) = self.tape.counts();
        let error = self.shared.error.lock().unwrap_or_else(PoisonError::into_inner).clone();
        RecordingStatus {
            path: self.path.clone(),
            running: error.is_none() && self.thread.as_ref().is_some_and(|thread| !thread.is_finished()),
            bytes: self.shared.bytes.load(Ordering::Relaxed),
            time_ms: super::format::milliseconds(self.shared.time_ns.load(Ordering::Relaxed)),
            updates,
            dropped_frames,
            error,
        }
    }

    /// Ends the recording and waits until all of it is in the file.
    pub(crate) fn finish(mut self) -> RecordingStatus {
        self.end();
        self.status()
    }

    fn end(&mut self) {
        self.tape.close();
        // The thread itself can be the last that has the outbox, and with it this.
        let is_here = |thread: &JoinHandle<()>| thread.thread().id() == thread::current().id();
        if let Some(thread) = self.thread.take().filter(|thread| !is_here(thread))
            && thread.join().is_err()
        {
            tracing::error!(path = %self.path.display(), "the recorder panicked");
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.end();
    }
}

/// What the thread works with.
struct Writing {
    path: PathBuf,
    container: Container,
    tape: Arc<Tape>,
    shared: Arc<Shared>,
    outbox: Weak<Outbox>,
    /// The scene as it is after what was written, for keyframes.
    scene: Scene,
    clock: RunClock,
    spikes: Option<SpikeFinder>,
    /// What came since the last moment.
    pending: Vec<Item>,
    pending_since: Instant,
    marks: Vec<Mark>,
    /// What reading from the last keyframe on costs, in bytes.
    weight: u64,
    /// When the last keyframe was written, and how large it was.
    keyframe: (Instant, u64),
    dropped_frames: u64,
}

impl Writing {
    fn run(mut self) {
        let error = match self.record() {
            Ok(overflown) => {
                let controls = control_values(&self.scene);
                let finished = self.container.finish(&self.marks, self.dropped_frames, &controls);
                match finished {
                    Ok(()) if overflown => Some(RecordError::TooSlow { path: self.path }),
                    Ok(()) => None,
                    Err(source) => Some(RecordError::Write { path: self.path, source }),
                }
            }
            Err(source) => Some(RecordError::Write { path: self.path, source }),
        };
        if let Some(error) = error {
            // Nothing more is taken in, so that no memory fills up.
            self.tape.close();
            tracing::error!(%error, "recording");
            if let Some(outbox) = self.outbox.upgrade() {
                outbox.push(SessionUpdate::Error(Failure::new("recording", &error, false)));
            }
            *self.shared.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(error));
        }
    }

    /// Writes until the tape ends. Says whether more came than could be written.
    fn record(&mut self) -> io::Result<bool> {
        self.write_keyframe()?;
        self.container.flush()?;
        let mut flushed = Instant::now();
        loop {
            let Taken { items, dropped_frames, overflown, ended } = self.tape.take(GLANCE);
            for item in items {
                self.take(item)?;
                if flushed.elapsed() >= FLUSH_EVERY {
                    self.flush()?;
                    flushed = Instant::now();
                }
            }
            self.tell_dropped(dropped_frames)?;
            if ended {
                self.write_pending()?;
                return Ok(overflown);
            }
            if !self.pending.is_empty() && self.pending_since.elapsed() >= FLUSH_EVERY {
                // The session is at its step for long: what it said meanwhile is seen already.
                self.write_pending()?;
            }
            if flushed.elapsed() >= FLUSH_EVERY {
                self.flush()?;
                flushed = Instant::now();
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.container.flush()?;
        self.shared.bytes.store(self.container.bytes, Ordering::Relaxed);
        Ok(())
    }

    fn take(&mut self, item: Item) -> io::Result<()> {
        let Item::Moment(simulated_ms) = item else {
            if self.pending.is_empty() {
                self.pending_since = Instant::now();
            }
            self.pending.push(item);
            return Ok(());
        };
        let time = self.clock.at(simulated_ms);
        if time.went_back {
            self.spikes.iter_mut().for_each(SpikeFinder::forget);
            self.mark(Mark::new(time.time_ms, MarkKind::Reset, "reset"))?;
        }
        self.shared.time_ns.store(nanoseconds(time.time_ms), Ordering::Relaxed);
        self.write_pending()?;
        let (at, bytes) = self.keyframe;
        let enough = self.weight >= KEYFRAME_BYTES.max(2 * bytes);
        if enough || (at.elapsed() >= KEYFRAME_EVERY && self.weight >= bytes.max(MESSAGE_WEIGHT)) {
            self.write_keyframe()?;
        }
        Ok(())
    }

    /// Writes what waits, as of the time of the run now.
    fn write_pending(&mut self) -> io::Result<()> {
        let mut pending = std::mem::take(&mut self.pending);
        for item in pending.drain(..) {
            match item {
                Item::Update(update) => self.write(update)?,
                Item::Mark(kind, label) => self.mark(Mark::new(self.clock.now_ms(), kind, label))?,
                Item::Moment(_) => {}
            }
        }
        // Its memory is used again.
        self.pending = pending;
        self.container.end_moment()
    }

    fn write(&mut self, mut update: SessionUpdate) -> io::Result<()> {
        let channel = match &mut update {
            SessionUpdate::FieldReplace { field, .. } | SessionUpdate::FieldAppend { field, .. } => {
                self.container.field_channel(field)?
            }
            SessionUpdate::SceneReady(scene) => {
                // As frontends do: what the user has set stays set.
                scene.keep_control_values(&self.scene);
                channel::SCENE
            }
            SessionUpdate::StatePatch(_) => channel::STATE,
            SessionUpdate::Notice(_) | SessionUpdate::Error(_) => channel::LOG,
            _ => channel::SCENE,
        };
        if let SessionUpdate::Error(failure) = &update {
            self.mark(Mark::new(self.clock.now_ms(), MarkKind::Failure, failure.to_string()))?;
        }
        self.find_spikes(&update)?;
        self.append(channel, |message| codec::encode_update(&update, message))?;
        // What does not fit is no more part of this scene than of the one that is shown.
        if let Ok(Some(replaced)) = self.scene.apply(update) {
            self.tape.recycle(replaced);
        }
        Ok(())
    }

    fn append(&mut self, channel: u16, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<usize> {
        let bytes = self.container.append(channel, nanoseconds(self.clock.now_ms()), write)?;
        self.weight += bytes as u64 + MESSAGE_WEIGHT;
        Ok(bytes)
    }

    fn write_keyframe(&mut self) -> io::Result<()> {
        // A chunk begins with it, so that nothing before it is read in vain.
        self.container.flush()?;
        let update = SessionUpdate::SceneReady(Box::new(std::mem::take(&mut self.scene)));
        let written = self.append(channel::KEYFRAME, |message| codec::encode_update(&update, message));
        if let SessionUpdate::SceneReady(scene) = update {
            self.scene = *scene;
        }
        self.keyframe = (Instant::now(), written? as u64);
        self.weight = 0;
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> io::Result<()> {
        self.append(channel::MARKS, |message| {
            // A mark has no keys but strings.
            message.extend(serde_json::to_vec(&mark).unwrap_or_default());
        })?;
        if self.marks.len() < MAX_MARKS {
            self.marks.push(mark);
        }
        Ok(())
    }

    fn find_spikes(&mut self, update: &SessionUpdate) -> io::Result<()> {
        let Some(finder) = &mut self.spikes else { return Ok(()) };
        for spike in finder.look_at(update, &self.scene) {
            let time_ms = self.clock.near(spike.simulated_ms);
            self.mark(Mark::new(time_ms, MarkKind::Spike, spike.label))?;
        }
        Ok(())
    }

    /// Says in the file and to the user that the disk was too slow for every frame.
    fn tell_dropped(&mut self, dropped_frames: u64) -> io::Result<()> {
        if dropped_frames == self.dropped_frames {
            return Ok(());
        }
        let first = self.dropped_frames == 0;
        self.dropped_frames = dropped_frames;
        let text = serde_json::json!({ "dropped_frames": dropped_frames }).to_string();
        self.append(channel::RECORDER, |message| message.extend_from_slice(text.as_bytes()))?;
        if first && let Some(outbox) = self.outbox.upgrade() {
            let text = "the disk is slower than the run: the recording leaves out frames, and no samples";
            outbox.push(SessionUpdate::Notice(Notice::new(text)));
        }
        Ok(())
    }
}

/// The values of the controls by their ids.
fn control_values(scene: &Scene) -> State {
    scene.control_values().map(|(id, value)| (id.to_string(), value)).collect()
}
