//! The viewer's end of a connection: one thread reads, one writes, and none waits for the other.

use std::{
    collections::VecDeque,
    io::{self, Write},
    net::{Shutdown, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Sender, TrySendError, bounded};

use super::{FrameKind, FrameReader, RemoteError, beat, write_frame};
use crate::{
    CommandError, Failure, Phase, SessionCommand, SessionStatus, SessionUpdate, codec,
    runner::{BUSY_AFTER, Outbox, Pulse},
};

/// How many commands wait for a session that does not read, besides those in the stream.
const CAPACITY: usize = 1024;

/// How long what has come already may take to be read, when a session is gone.
const REST: Duration = Duration::from_millis(300);

/// What a frontend's link shares with the threads that fill it.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) outbox: Arc<Outbox>,
    pub(super) pulse: Arc<Pulse>,
    /// Whether the session has a process that can be ended from here.
    process: bool,
    status: Mutex<SessionStatus>,
    /// Whether the session has told a time in this life.
    tells_time: AtomicBool,
    /// What a recording on this side has to know of the scene: no update says what the viewer here does by itself.
    #[cfg(feature = "recording")]
    outline: Mutex<crate::outline::Outline>,
}

impl Ends {
    pub(super) fn new(process: bool) -> Self {
        Self {
            outbox: Arc::default(),
            pulse: Arc::default(),
            process,
            status: Mutex::default(),
            tells_time: AtomicBool::default(),
            #[cfg(feature = "recording")]
            outline: Mutex::default(),
        }
    }

    /// Passes an update on to the frontend.
    fn take(&self, mut update: SessionUpdate) {
        if let SessionUpdate::Status(status) = &mut update {
            status.capabilities.process = self.process;
            *self.status.lock().unwrap_or_else(PoisonError::into_inner) = *status;
            self.tell_moment(status);
        }
        // What contradicts itself is refused by the viewer as well.
        #[cfg(feature = "recording")]
        let _ = self.outline.lock().unwrap_or_else(PoisonError::into_inner).note(&update);
        self.outbox.push(update);
    }

    /// Says that what has come until now belongs to the time of a status.
    fn tell_moment(&self, status: &SessionStatus) {
        let goes_on = status.phase != Phase::Starting && self.tells_time.load(Ordering::Relaxed);
        let tells = goes_on || status.time_ms != 0.0;
        self.tells_time.store(tells, Ordering::Relaxed);
        self.outbox.tell_moment(tells.then_some(status.time_ms));
    }

    /// Takes notice of what the viewer here does by itself, before a command is sent.
    pub(super) fn note_deed(&self, command: &SessionCommand) {
        #[cfg(feature = "recording")]
        if let Some(deed) = self.outline.lock().unwrap_or_else(PoisonError::into_inner).deed(command) {
            self.outbox.record_deed(deed);
        }
        #[cfg(not(feature = "recording"))]
        let _ = command;
    }

    /// What the session said last of where it stands.
    pub(super) fn status(&self) -> SessionStatus {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says where the session stands, of which it cannot speak itself.
    pub(super) fn enter(&self, phase: Phase) {
        let status = match phase {
            Phase::Starting => SessionStatus::default(),
            phase => SessionStatus { phase, ms_per_second: 0.0, ..self.status() },
        };
        self.take(SessionUpdate::Status(status));
    }

    pub(super) fn fail(&self, failure: Failure) {
        tracing::error!("the session failed while {failure}");
        self.outbox.push(SessionUpdate::Error(failure));
        self.enter(Phase::Failed);
    }

    /// Nothing more will come.
    pub(super) fn close(&self) {
        self.pulse.leave();
        if self.status().phase != Phase::Stopped {
            self.enter(Phase::Stopped);
        }
        self.outbox.close();
    }
}

/// How a connection came to its end.
#[derive(Debug)]
pub(super) enum Ending {
    /// The session said that it has ended.
    Ended,
    /// The stream ended without a word.
    Closed,
    /// It broke, or said what it may not.
    Broken(RemoteError),
}

/// A session that was greeted.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    outgoing: Option<Sender<Vec<u8>>>,
    reader: Option<JoinHandle<Ending>>,
    writer: Option<JoinHandle<()>>,
    heard: Arc<Heard>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.outgoing = None;
        // What is closed already is what it should be.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// When something was heard last.
#[derive(Debug)]
struct Heard {
    begin: Instant,
    at_ms: AtomicU64,
}

impl Heard {
    fn now(&self) {
        self.at_ms.store(self.elapsed_ms(), Ordering::Relaxed);
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Connection {
    /// Tells the session what to do before its first step, and passes on what it says.
    pub(super) fn open(
        stream: TcpStream,
        ends: &Arc<Ends>,
        first: VecDeque<SessionCommand>,
    ) -> Result<Self, RemoteError> {
        let copy = |stream: &TcpStream| stream.try_clone().map_err(RemoteError::io("copying a connection"));
        let (incoming, mut outgoing) = (copy(&stream)?, copy(&stream)?);
        let (sender, frames) = bounded::<Vec<u8>>(CAPACITY);
        let heard = Arc::new(Heard { begin: Instant::now(), at_ms: AtomicU64::new(0) });
        let reader = {
            let (ends, heard) = (ends.clone(), heard.clone());
            spawn("cnv-read", move || receive(incoming, &ends, &heard))?
        };
        let writer = spawn("cnv-write", move || {
            let mut start = Vec::new();
            let begin = first.iter().filter_map(|command| frame_of(command).ok());
            // The last of them, and empty: it is not too long.
            let _ = write_frame(FrameKind::Start, &mut start, |_| {});
            for frame in begin.chain([start]).chain(frames) {
                // The reader finds out that the stream is broken, and why.
                if outgoing.write_all(&frame).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { stream, outgoing: Some(sender), reader: Some(reader), writer: Some(writer), heard })
    }

    /// Sends a command, without waiting.
    pub(super) fn send(&self, command: &SessionCommand) -> Result<(), Failure> {
        let fail = |error: &(dyn std::error::Error + 'static)| Failure::new(command.doing(), error, false);
        let frame = frame_of(command).map_err(|error| fail(&error))?;
        let Some(outgoing) = &self.outgoing else { return Ok(()) };
        match outgoing.try_send(frame) {
            Err(TrySendError::Full(_)) => Err(fail(&CommandError::Busy)),
            // It is about to be known why.
            Err(TrySendError::Disconnected(_)) | Ok(()) => Ok(()),
        }
    }

    /// Whether nothing more will come.
    pub(super) fn is_over(&self) -> bool {
        is_finished(self.reader.as_ref())
    }

    /// For how long nothing was heard.
    pub(super) fn silence(&self) -> Duration {
        let heard = self.heard.at_ms.load(Ordering::Relaxed);
        Duration::from_millis(self.heard.elapsed_ms().saturating_sub(heard))
    }

    /// Lets the frontend know of a session that says nothing.
    pub(super) fn watch_silence(&self, ends: &Ends) {
        let silence = self.silence();
        if silence >= BUSY_AFTER {
            ends.pulse.enter_since(crate::Activity::Silent, silence);
        }
    }

    /// Takes what has come already, and ends the connection.
    pub(super) fn finish(self) -> Ending {
        wait_until(|| self.is_over());
        self.leave()
    }

    /// Ends the connection as soon as what was to be sent is sent.
    pub(super) fn leave(mut self) -> Ending {
        self.outgoing = None;
        wait_until(|| is_finished(self.writer.as_ref()) || self.is_over());
        let _ = self.stream.shutdown(Shutdown::Both);
        let _ = self.writer.take().map(JoinHandle::join);
        self.reader.take().and_then(|reader| reader.join().ok()).unwrap_or(Ending::Closed)
    }
}

fn is_finished<T>(thread: Option<&JoinHandle<T>>) -> bool {
    thread.is_none_or(JoinHandle::is_finished)
}

/// Waits until something is so, but not for long.
fn wait_until(done: impl Fn() -> bool) {
    let deadline = Instant::now() + REST;
    while !done() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(1));
    }
}

fn spawn<T: Send + 'static>(
    name: &str,
    run: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, RemoteError> {
    thread::Builder::new().name(name.to_owned()).spawn(run).map_err(RemoteError::io("starting a thread"))
}

fn frame_of(command: &SessionCommand) -> Result<Vec<u8>, RemoteError> {
    let mut frame = Vec::new();
    write_frame(FrameKind::Command, &mut frame, |into| codec::encode_command(command, into))?;
    Ok(frame)
}

/// Passes on what a session says, until it says no more.
fn receive(stream: TcpStream, ends: &Ends, heard: &Heard) -> Ending {
    let mut frames = FrameReader::new(stream);
    loop {
        let frame = match frames.read() {
            Ok(Some(frame)) => frame,
            Ok(None) => return Ending::Closed,
            Err(RemoteError::Io { source, .. }) if is_reset(&source) => return Ending::Closed,
            Err(error) => return Ending::Broken(error),
        };
        heard.now();
        match frame {
            (FrameKind::Update, content) => match codec::decode_update(content) {
                Ok(update) => ends.take(update),
                // The next one can be fine.
                Err(error) => ends.take(SessionUpdate::Error(Failure::new("reading an update", &error, false))),
            },
            (FrameKind::Pulse, content) => match beat::read(content) {
                Ok(Some(busy)) => ends.pulse.enter_since(busy.activity, busy.duration),
                Ok(None) => ends.pulse.leave(),
                Err(error) => return Ending::Broken(error),
            },
            (FrameKind::End, _) => return Ending::Ended,
            (kind, content) => {
                let (kind, length) = (kind as u8, content.len());
                return Ending::Broken(RemoteError::UnexpectedFrame { kind, length });
            }
        }
    }
}

/// What the end of a process does to a stream that was not read to its end.
pub(super) fn is_reset(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(error.kind(), ConnectionReset | ConnectionAborted | BrokenPipe)
}
