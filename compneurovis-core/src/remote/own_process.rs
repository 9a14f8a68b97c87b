//! Looks after a session in a child: starts it, speaks with it, and tells how it ended.

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, TcpListener, TcpStream},
    ops::ControlFlow,
    process::{Child, ExitStatus},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::{
    ProcessOptions, RemoteError, Role, Token,
    callers::Callers,
    connection::{Connection, Ending, Ends},
    exit, handshake,
    last_lines::LastLines,
};
use crate::{Activity, Failure, Pace, Phase, SessionCommand, SessionUpdate, runner};

/// How long to wait for a command before looking at the child.
const GLANCE: Duration = Duration::from_millis(20);

/// How long a child may take to end that was asked to. The link waits a little longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a child may take to be gone that said that it ends, or whose stream has ended.
const LAST_BREATH: Duration = Duration::from_millis(500);

/// How many commands are kept for a child that is not there yet.
const MAX_FIRST: usize = 1024;

/// What happens after a child's life.
enum Outcome {
    Failed(Failure),
    Stopped,
}

/// Runs one child after the other, until told to stop.
pub(super) fn run(title: &str, options: ProcessOptions, commands: Receiver<SessionCommand>, ends: Arc<Ends>) {
    let keeper = Keeper { title, options, commands, ends };
    keeper.ends.enter(Phase::Starting);
    let mut first = runner::drain(&keeper.commands, None);
    while let Outcome::Failed(failure) = keeper.live(first) {
        keeper.ends.pulse.leave();
        keeper.ends.fail(failure);
        if !keeper.wait_for_restart() {
            break;
        }
        // The pace is the viewer's wish for the session, whichever process it is.
        let pace = keeper.ends.status().pace;
        first = [SessionCommand::SetPace(pace)].into_iter().filter(|_| pace != Pace::Unlimited).collect();
        keeper.ends.enter(Phase::Starting);
    }
    keeper.ends.close();
}

struct Keeper<'a> {
    title: &'a str,
    options: ProcessOptions,
    commands: Receiver<SessionCommand>,
    ends: Arc<Ends>,
}

/// A child, which does not outlive this.
struct Process {
    child: Child,
    lines: LastLines,
    ended_by_user: bool,
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that is gone already cannot be ended, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn status(&mut self) -> Option<ExitStatus> {
        // An error is that of a child that someone else has waited for.
        self.child.try_wait().ok().flatten()
    }

    fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + patience;
        loop {
            let status = self.status();
            if status.is_some() || Instant::now() >= deadline {
                return status;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ends it, as the user asked.
    fn end(&mut self) {
        self.ended_by_user = true;
        if let Err(error) = self.child.kill() {
            tracing::warn!(%error, "the process of the session could not be ended");
        }
    }

    /// Why a child is gone, as far as one can know.
    fn failure(&mut self, how: String) -> Failure {
        let doing = "running in a process of its own".to_owned();
        if self.ended_by_user {
            return Failure { doing, causes: vec!["its process was ended, as was asked for".to_owned()], fatal: true };
        }
        // Something that it started itself can hold the stream open.
        let deadline = Instant::now() + LAST_BREATH / 2;
        while !self.lines.ended() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        let wrote = self.lines.text().map(|text| format!("it wrote last: {text}"));
        Failure { doing, causes: [how].into_iter().chain(wrote).collect(), fatal: true }
    }
}

fn failed(doing: &str, error: &RemoteError) -> Outcome {
    Outcome::Failed(Failure::new(doing, error, true))
}

impl Keeper<'_> {
    /// The whole life of one child.
    fn live(&self, mut first: VecDeque<SessionCommand>) -> Outcome {
        const STARTING: &str = "starting the process of the session";
        self.ends.pulse.enter(Activity::Connecting);
        let token = Token::generate();
        let listening = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok((listener.local_addr()?, listener))
        });
        let (address, listener) = match listening.map_err(RemoteError::io("listening for it")) {
            Ok(listening) => listening,
            Err(error) => return failed(STARTING, &error),
        };
        let spawned = self.options.spawn(self.title, address, &token).map_err(RemoteError::io("starting the program"));
        let mut process = match spawned {
            Ok((child, lines)) => Process { child, lines, ended_by_user: false },
            Err(error) => return failed(STARTING, &error),
        };
        let stream = match self.await_child(&mut process, &listener, &token, &mut first) {
            ControlFlow::Continue(stream) => stream,
            ControlFlow::Break(outcome) => return outcome,
        };
        drop(listener);
        self.ends.pulse.leave();
        match Connection::open(stream, &self.ends, first) {
            Ok(connection) => self.accompany(process, connection),
            Err(error) => failed(STARTING, &error),
        }
    }

    /// Waits until the child has connected, however long its program takes to come to that.
    fn await_child(
        &self,
        process: &mut Process,
        listener: &TcpListener,
        token: &Token,
        first: &mut VecDeque<SessionCommand>,
    ) -> ControlFlow<Outcome, TcpStream> {
        let mut callers = Callers::default();
        loop {
            match callers.next_to_speak(listener) {
                Ok(Some(stream)) => match handshake::admit(&stream, Role::Session, token) {
                    Ok(()) => return ControlFlow::Continue(stream),
                    // Someone else on this machine.
                    Err(error) => tracing::warn!(%error, "a stranger connected instead of the session"),
                },
                Ok(None) => {}
                Err(source) => {
                    let error = RemoteError::Io { doing: "listening for the session".to_owned(), source };
                    return ControlFlow::Break(failed("starting the process of the session", &error));
                }
            }
            if let Some(status) = process.status() {
                return ControlFlow::Break(Outcome::Failed(process.failure(exit::describe(status))));
            }
            if self.ends.pulse.stop_requested() {
                return ControlFlow::Break(Outcome::Stopped);
            }
            match self.commands.recv_timeout(Duration::from_millis(2)) {
                Ok(SessionCommand::EndProcess) => process.end(),
                Ok(SessionCommand::Stop) => return ControlFlow::Break(Outcome::Stopped),
                Ok(command) if first.len() < MAX_FIRST => first.push_back(command),
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// Passes on what is said, until the child or the wish for it is gone.
    fn accompany(&self, mut process: Process, connection: Connection) -> Outcome {
        loop {
            match self.commands.recv_timeout(GLANCE) {
                Ok(command) => self.pass_on(command, &mut process, &connection),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.stop(process, connection),
            }
            if self.ends.pulse.stop_requested() {
                return self.stop(process, connection);
            }
            if connection.is_over() || process.status().is_some() {
                return self.conclude(process, connection);
            }
            connection.watch_silence(&self.ends);
        }
    }

    fn pass_on(&self, first: SessionCommand, process: &mut Process, connection: &Connection) {
        for command in runner::drain(&self.commands, Some(first)) {
            if command == SessionCommand::EndProcess {
                process.end();
                continue;
            }
            self.ends.note_deed(&command);
            if let Err(failure) = connection.send(&command) {
                self.ends.outbox.push(SessionUpdate::Error(failure));
            }
        }
    }

    /// Asks the child to end, and ends it if it does not.
    fn stop(&self, mut process: Process, connection: Connection) -> Outcome {
        // If it does not hear this, it is ended.
        let _ = connection.send(&SessionCommand::Stop);
        if process.wait(PATIENCE).is_none() {
            tracing::warn!(seconds = PATIENCE.as_secs(), "the session is stuck inside a call; its process is ended");
            process.end();
        }
        connection.finish();
        Outcome::Stopped
    }

    /// Says why there is no more to come from a child.
    fn conclude(&self, mut process: Process, connection: Connection) -> Outcome {
        let ending = connection.finish();
        let status = process.wait(LAST_BREATH);
        let how = match (ending, status) {
            (Ending::Ended, _) => return Outcome::Stopped,
            (_, Some(status)) => exit::describe(status),
            (Ending::Closed, None) => "its process no longer speaks with its viewer, and was ended".to_owned(),
            (Ending::Broken(error), None) => {
                format!("its process was ended, as what it said could not be read: {error}")
            }
        };
        Outcome::Failed(process.failure(how))
    }

    /// Stands still after a failure. `false` when told to stop.
    fn wait_for_restart(&self) -> bool {
        while !self.ends.pulse.stop_requested() {
            match self.commands.recv_timeout(5 * GLANCE) {
                Ok(SessionCommand::Restart) => return true,
                Ok(SessionCommand::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            }
        }
        false
    }
}
