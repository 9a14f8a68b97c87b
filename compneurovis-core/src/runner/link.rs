//! The frontend's end: updates out, commands in, and the life of the worker thread.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{CommandSender, Outbox, commands, worker::Worker};
use crate::{SessionBuilder, SessionCommand, SessionUpdate};

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
    stop: Arc<AtomicBool>,
    worker: Option<JoinHandle<()>>,
}

/// Receives what a session emits, coalesced to what there is to see.
#[derive(Clone, Debug)]
pub struct UpdateReceiver {
    outbox: Arc<Outbox>,
}

impl UpdateReceiver {
    /// All updates that wait, oldest first. Does not wait.
    pub fn try_recv(&self) -> VecDeque<SessionUpdate> {
        self.outbox.drain()
    }

    /// All updates that wait, as soon as there are any; none at the timeout or after the end.
    pub fn recv_timeout(&self, timeout: Duration) -> VecDeque<SessionUpdate> {
        self.outbox.drain_timeout(timeout)
    }

    /// Whether the worker has ended. What it emitted last can still be waiting.
    pub fn is_closed(&self) -> bool {
        self.outbox.is_closed()
    }

    /// Gives the memory of values that were replaced back to the session.
    pub fn recycle(&self, buffer: Vec<f32>) {
        self.outbox.recycle(buffer);
    }
}

impl SessionLink {
    /// Asks the session to end and waits for the worker. `false` if it is still stuck after
    /// `patience`; the thread then goes on alone.
    pub fn stop(&mut self, patience: Duration) -> bool {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes a worker that stands still. One that is full is awake.
        let _ = self.commands.send(SessionCommand::Stop);
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

impl Drop for SessionLink {
    fn drop(&mut self) {
        if !self.stop(PATIENCE) {
            tracing::warn!(seconds = PATIENCE.as_secs(), "the session is stuck inside a call and was left behind");
        }
    }
}

/// Starts a worker thread and on it the session that `builder` makes, which obeys `first` before
/// its first step.
///
/// # Errors
/// The system refuses a thread, or there are more first commands than can wait.
pub fn start(title: &str, builder: SessionBuilder, first: &[SessionCommand]) -> io::Result<SessionLink> {
    let (commands, receiver) = commands::channel();
    // Before the thread exists, so that they are there when it looks.
    first.iter().try_for_each(|command| commands.send(command.clone())).map_err(io::Error::other)?;
    let outbox = Arc::new(Outbox::default());
    let stop = Arc::new(AtomicBool::new(false));
    let worker = Worker::new(builder, receiver, outbox.clone(), stop.clone());
    let thread = thread::Builder::new().name(format!("session {title}")).spawn(move || worker.run())?;
    Ok(SessionLink { updates: UpdateReceiver { outbox }, commands, stop, worker: Some(thread) })
}
