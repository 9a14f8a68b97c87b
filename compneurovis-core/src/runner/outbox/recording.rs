//! The outbox' side of a recording: what is emitted goes to the tape as well, before it is coalesced.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::{Outbox, join};
use crate::{
    Scene, SessionUpdate,
    outline::Deed,
    recording::{RecordError, Recorder, RecordingSettings, RecordingStatus},
};

/// The recorder of a session, if there is one.
#[derive(Debug, Default)]
pub(super) struct Recording {
    /// Looked at before the lock is taken, as moments are told after every step.
    active: AtomicBool,
    /// The simulated time that was told last, as bits.
    time_bits: AtomicU64,
    recorder: Mutex<Option<Recorder>>,
    /// What became of the one before.
    last: Mutex<Option<RecordingStatus>>,
}

impl Recording {
    /// A panic while the lock was held leaves a recorder that is still one.
    fn lock(&self) -> MutexGuard<'_, Option<Recorder>> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with(&self, tell: impl FnOnce(&Recorder)) {
        if self.active.load(Ordering::Relaxed)
            && let Some(recorder) = self.lock().as_ref()
        {
            tell(recorder);
        }
    }

    /// Whether there is one, as seen by who holds the lock of what waits.
    pub(super) fn is_active(&self) -> bool {
        self.active.load(Ordering::Relaxed)
    }

    pub(super) fn record(&self, update: &SessionUpdate) {
        if let SessionUpdate::Status(status) = update
            && status.time_ms != 0.0
        {
            // Of a session elsewhere its statuses are all that tells the time; here it is known already. One that
            // tells none stays at 0.
            self.time_bits.store(status.time_ms.to_bits(), Ordering::Relaxed);
            self.with(|recorder| recorder.tape.moment(status.time_ms));
        }
        self.with(|recorder| recorder.tape.record(update));
    }
}

impl Outbox {
    /// Starts a recording, of a viewer's scene and what waits for it.
    pub(crate) fn start_recording(
        self: &Arc<Self>,
        path: &Path,
        title: &str,
        settings: &RecordingSettings,
        scene: Scene,
    ) -> Result<(), RecordError> {
        // Held over all of it: what is emitted from now on is on the tape, and nothing twice.
        let inner = self.lock();
        let mut recorder = self.recording.lock();
        if let Some(running) = recorder.as_ref().filter(|recorder| recorder.status().running) {
            return Err(RecordError::Running { path: running.path().to_owned() });
        }
        let waiting = join(inner.waiting.iter().cloned().collect()).into();
        let time_ms = f64::from_bits(self.recording.time_bits.load(Ordering::Relaxed));
        let started = Recorder::start(path, title, settings, scene, waiting, time_ms, Arc::downgrade(self))?;
        let before = recorder.replace(started);
        self.recording.active.store(true, Ordering::Relaxed);
        drop((recorder, inner));
        // Has ended; not under the locks, which its thread may want.
        drop(before);
        Ok(())
    }

    /// Ends the recording, if there is one, and waits until all of it is in the file.
    pub(crate) fn stop_recording(&self) -> Option<RecordingStatus> {
        self.recording.active.store(false, Ordering::Relaxed);
        let recorder = self.recording.lock().take()?;
        let status = recorder.finish();
        *self.recording.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(status.clone());
        Some(status)
    }

    /// How far the recording is, or how the last one ended.
    pub(crate) fn recording(&self) -> Option<RecordingStatus> {
        let running = self.recording.lock().as_ref().map(Recorder::status);
        running.or_else(|| self.recording.last.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Puts what viewers do by themselves into the recording: controls that are set, what is selected.
    pub(crate) fn record_deed(&self, deed: Deed) {
        self.recording.with(|recorder| {
            if !deed.state.is_empty() {
                recorder.tape.record(&SessionUpdate::StatePatch(deed.state));
            }
            recorder.tape.mark(deed.kind, deed.label);
        });
    }

    /// Says at which simulated time the session is, with what it has emitted until now.
    pub(crate) fn record_moment(&self, time_ms: f64) {
        self.recording.time_bits.store(time_ms.to_bits(), Ordering::Relaxed);
        self.recording.with(|recorder| recorder.tape.moment(time_ms));
    }

    /// The same for a session that tells no time.
    pub(crate) fn record_moment_by_the_wall(&self) {
        self.recording.with(|recorder| recorder.tape.moment_by_the_wall());
    }
}
