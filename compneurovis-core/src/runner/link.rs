//! The frontend's end: updates out, commands in, and the life of the worker thread.

use std::{
    collections::VecDeque,
    io,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    Busy, CommandSender, Counters, Outbox, PerfLog, Pulse, commands,
    worker::{Shared, Worker},
};
use crate::{AppSpec, DiagnosticsSpec, SessionUpdate};
#[cfg(feature = "recording")]
use crate::{
    Scene,
    recording::{RecordError, RecordingSettings, RecordingStatus},
};
#[cfg(feature = "recording")]
use std::path::Path;

/// How long the end of a link waits for a session that is stuck inside a call.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running session as its frontend sees it. Dropping it stops the session and waits for the
/// worker, up to five seconds: a simulator must not run while the process tears itself down.
#[derive(Debug)]
pub struct SessionLink {
    /// What the session emits.
    pub updates: UpdateReceiver,
    /// What the user wants.
    pub commands: CommandSender,
    /// The title of the application, which a recording carries.
    #[cfg_attr(not(feature = "recording"), expect(dead_code, reason = "recordings alone carry it"))]
    title: String,
    pulse: Arc<Pulse>,
    worker: Option<JoinHandle<()>>,
}

/// Receives what a session emits, coalesced to what there is to see.
#[derive(Clone, Debug)]
pub struct UpdateReceiver {
    outbox: Arc<Outbox>,
}

impl UpdateReceiver {
    pub(crate) fn new(outbox: Arc<Outbox>) -> Self {
        Self { outbox }
    }

    /// All updates that wait, oldest first. Does not wait.
    pub fn try_recv(&self) -> VecDeque<SessionUpdate> {
        self.outbox.drain()
    }

    /// The same, and the simulated time in ms that the scene is at when they are applied; `None` if the session tells no
    /// time. What a session has emitted of its next batch belongs to a time just after that of the last.
    pub fn try_recv_moment(&self) -> (VecDeque<SessionUpdate>, Option<f64>) {
        self.outbox.drain_moment()
    }

    /// All updates that wait, as soon as there are any; none at the timeout or after the end.
    pub fn recv_timeout(&self, timeout: Duration) -> VecDeque<SessionUpdate> {
        self.outbox.drain_timeout(timeout)
    }

    /// Whether the worker has ended. What it emitted last can still be waiting.
    pub fn is_closed(&self) -> bool {
        self.outbox.is_closed()
    }

    /// What has become of the updates: how many, how many were joined, how many wait.
    pub fn counters(&self) -> Counters {
        self.outbox.counters()
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Gives the memory of values that were replaced back to the session.
    pub fn recycle(&self, buffer: Vec<f32>) {
        self.outbox.recycle(buffer);
    }
}

impl SessionLink {
    /// A link to whatever `worker` runs.
    pub(crate) fn of(
        app: &AppSpec,
        outbox: Arc<Outbox>,
        commands: CommandSender,
        pulse: Arc<Pulse>,
        worker: JoinHandle<()>,
    ) -> Self {
        let title = app.title.clone();
        Self { updates: UpdateReceiver { outbox }, commands, title, pulse, worker: Some(worker) }
    }

    pub(crate) fn pulse(&self) -> &Arc<Pulse> {
        &self.pulse
    }

    /// The call that the session has been inside for longer than
    /// [`BUSY_AFTER`](super::BUSY_AFTER), if there is one: it neither hears commands nor stops until
    /// it comes back from there.
    pub fn busy(&self) -> Option<Busy> {
        self.pulse.busy()
    }

    /// Asks the session to end and waits for the worker. `false` if it is still stuck after
    /// `patience`; the thread then goes on alone.
    pub fn stop(&mut self, patience: Duration) -> bool {
        self.pulse.request_stop();
        // Wakes a worker that stands still. One that is full is awake.
        let _ = self.commands.send(crate::SessionCommand::Stop);
        let Some(worker) = self.worker.take() else { return true };
        let deadline = Instant::now() + patience;
        while !worker.is_finished() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        let finished = worker.is_finished();
        if finished {
            // The worker catches what sessions throw; a panic of its own is in the log.
            let _ = worker.join();
        }
        finished
    }
}

#[cfg(feature = "recording")]
impl SessionLink {
    /// Records the session from now on, beginning with `scene`: what the frontend has made of all updates
    /// that it has taken so far.
    ///
    /// # Errors
    /// There is such a file already, it cannot be made, or the session is being recorded.
    pub fn record_to(&self, path: impl AsRef<Path>, scene: &Scene) -> Result<(), RecordError> {
        self.record_with(path, scene, &RecordingSettings::default())
    }

    /// The same with other settings.
    ///
    /// # Errors
    /// As [`record_to`](Self::record_to).
    pub fn record_with(
        &self,
        path: impl AsRef<Path>,
        scene: &Scene,
        settings: &RecordingSettings,
    ) -> Result<(), RecordError> {
        self.updates.outbox.start_recording(path.as_ref(), &self.title, settings, scene.clone())
    }

    /// Ends the recording and waits until all of it is in the file. `None` if there is none.
    pub fn stop_recording(&self) -> Option<RecordingStatus> {
        self.updates.outbox.stop_recording()
    }

    /// How far the recording is, or how the last one ended; `None` if there never was one.
    pub fn recording(&self) -> Option<RecordingStatus> {
        self.updates.outbox.recording()
    }
}

impl Drop for SessionLink {
    fn drop(&mut self) {
        if !self.stop(PATIENCE) {
            tracing::warn!(seconds = PATIENCE.as_secs(), "the session is stuck inside a call and was left behind");
        }
    }
}

/// Starts a worker thread and on it the session of an application, which obeys the first commands
/// before its first step.
///
/// # Errors
/// The system refuses a thread, or the recording that it begins with cannot be made.
pub(crate) fn start(app: &AppSpec) -> io::Result<SessionLink> {
    let (commands, receiver) = commands::channel();
    let (outbox, pulse) = (Arc::new(Outbox::default()), Arc::new(Pulse::default()));
    begin_recording(app, &outbox)?;
    let shared = Shared {
        outbox: outbox.clone(),
        pulse: pulse.clone(),
        perf_log: perf_log(app),
        startup_scene: app.startup_scene.clone(),
        first_commands: app.first_commands.clone(),
    };
    let worker = Worker::new(app.builder.clone(), receiver, shared);
    // A name with a zero in it is a panic of the standard library's.
    let name = format!("session {}", app.title.replace('\0', ""));
    let thread = thread::Builder::new().name(name).spawn(move || worker.run())?;
    Ok(SessionLink::of(app, outbox, commands, pulse, thread))
}

/// Begins the recording of an application, if it wants one.
///
/// # Errors
/// Its file cannot be made.
#[cfg_attr(
    not(feature = "recording"),
    expect(clippy::unnecessary_wraps, unused_variables, reason = "nothing is recorded")
)]
pub(crate) fn begin_recording(app: &AppSpec, outbox: &Arc<Outbox>) -> io::Result<()> {
    #[cfg(feature = "recording")]
    if let Some(spec) = &app.recording {
        let started = outbox.start_recording(&spec.path, &app.title, &spec.settings, Scene::new());
        started.map_err(io::Error::other)?;
    }
    Ok(())
}

/// The perf log of an application's worker, if it wants one. One that cannot be written is no reason
/// not to run.
fn perf_log(app: &AppSpec) -> Option<PerfLog> {
    let DiagnosticsSpec { perf_log_folder, echo } = DiagnosticsSpec::or_environment(app.diagnostics.as_ref());
    let folder = perf_log_folder?;
    match PerfLog::create(&folder, "session", echo) {
        Ok(log) => Some(log),
        Err(error) => {
            tracing::warn!(%error, folder = %folder.display(), "there is no perf log");
            None
        }
    }
}
