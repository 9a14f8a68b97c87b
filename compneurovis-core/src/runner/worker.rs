//! The worker thread: builds sessions, advances them, survives them.

use std::{
    any::Any,
    collections::VecDeque,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;

use super::{Outbox, clock::Clock, commands};
use crate::{
    Emitter, Failure, Phase, Session, SessionBuilder, SessionCommand, SessionError, SessionStatus, SessionUpdate,
};

/// How often the status goes out at most. Frontends show it to people.
const STATUS_EVERY: Duration = Duration::from_millis(16);

/// How long a worker that stands still waits for a command before it looks at the stop flag.
const IDLE_WAIT: Duration = Duration::from_millis(100);

/// What happens after a session's life.
enum Outcome {
    Restart,
    Stop,
    Failed,
}

pub(super) struct Worker {
    builder: SessionBuilder,
    commands: Receiver<SessionCommand>,
    outbox: Arc<Outbox>,
    stop: Arc<AtomicBool>,
    clock: Clock,
    phase: Phase,
    /// Commands that were taken but not obeyed yet. What comes after a restart is for the next life.
    pending: VecDeque<SessionCommand>,
    /// Pause as soon as the model is there.
    run_until_ms: Option<f64>,
    last_status: Option<(Instant, SessionStatus)>,
}

impl Worker {
    pub(super) fn new(
        builder: SessionBuilder,
        commands: Receiver<SessionCommand>,
        outbox: Arc<Outbox>,
        stop: Arc<AtomicBool>,
    ) -> Self {
        Self {
            builder,
            commands,
            outbox,
            stop,
            clock: Clock::new(Instant::now()),
            phase: Phase::Starting,
            pending: VecDeque::new(),
            run_until_ms: None,
            last_status: None,
        }
    }

    /// One session after the other, until told to stop.
    pub(super) fn run(mut self) {
        loop {
            let mut emitter = Emitter::new(self.outbox.clone(), self.stop.clone());
            let outcome = self.live(&mut emitter);
            let go_on = match outcome {
                Outcome::Restart => true,
                Outcome::Stop => false,
                Outcome::Failed => self.wait_for_restart(&emitter),
            };
            if !go_on {
                self.enter(Phase::Stopped, &emitter);
                self.outbox.close();
                return;
            }
        }
    }

    /// The whole life of one session.
    fn live(&mut self, emitter: &mut Emitter) -> Outcome {
        self.run_until_ms = None;
        self.enter(Phase::Starting, emitter);
        let builder = self.builder.clone();
        let Some(mut session) = self.guard("building the session", || builder()) else { return Outcome::Failed };
        let outcome = self.start_and_run(&mut *session, emitter);
        self.guard("shutting down", || {
            session.shutdown();
            drop(session);
            Ok(())
        });
        outcome
    }

    fn start_and_run(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> Outcome {
        if self.start(session, emitter).is_none() {
            return Outcome::Failed;
        }
        self.clock.restart(Instant::now(), emitter.time_ms());
        self.enter(Phase::Running, emitter);
        loop {
            match self.turn(session, emitter) {
                ControlFlow::Continue(()) => {}
                ControlFlow::Break(outcome) => return outcome,
            }
        }
    }

    fn start(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> Option<()> {
        if let Some(scene) = self.guard("starting", || session.startup_scene())? {
            emitter.emit(SessionUpdate::SceneReady(Box::new(scene)));
        }
        let scene = self.guard("initialising", || {
            let scene = session.initialize(emitter)?;
            // What a startup scene contradicts is an error now, not a picture without values.
            scene.iter().try_for_each(crate::Scene::check)?;
            Ok(scene)
        })?;
        if let Some(scene) = scene {
            emitter.emit(SessionUpdate::SceneReady(Box::new(scene)));
        }
        Some(())
    }

    /// Handles all commands, then advances once if it is time to.
    fn turn(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> ControlFlow<Outcome> {
        let wait = match self.phase {
            Phase::Running => self.clock.wait(Instant::now(), emitter.time_ms()),
            _ => IDLE_WAIT,
        };
        let first = if wait.is_zero() { None } else { self.commands.recv_timeout(wait).ok() };
        self.pending.extend(commands::drain(&self.commands, first));
        while let Some(command) = self.pending.pop_front() {
            self.obey(command, session, emitter)?;
        }
        if self.stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(Outcome::Stop);
        }
        let due = self.phase == Phase::Running && self.clock.wait(Instant::now(), emitter.time_ms()).is_zero();
        if due {
            self.advance(session, emitter)?;
        }
        self.tell_status(emitter);
        ControlFlow::Continue(())
    }

    fn obey(
        &mut self,
        command: SessionCommand,
        session: &mut dyn Session,
        emitter: &mut Emitter,
    ) -> ControlFlow<Outcome> {
        match command {
            SessionCommand::Stop => return ControlFlow::Break(Outcome::Stop),
            SessionCommand::Restart => return ControlFlow::Break(Outcome::Restart),
            SessionCommand::Pause => self.pause(emitter),
            SessionCommand::Resume => self.resume(None, emitter),
            SessionCommand::RunUntil { time_ms } => self.resume(Some(time_ms), emitter),
            SessionCommand::SetPace(pace) => self.clock.set_pace(pace, Instant::now(), emitter.time_ms()),
            SessionCommand::Step => {
                self.pause(emitter);
                self.advance(session, emitter)?;
            }
            command => {
                let reset = command == SessionCommand::Reset;
                let handled = self.guard("handling a command", || session.handle(&command, emitter));
                if handled.is_none() {
                    return ControlFlow::Break(Outcome::Failed);
                }
                if reset {
                    self.clock.restart(Instant::now(), emitter.time_ms());
                    self.last_status = None;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn pause(&mut self, emitter: &Emitter) {
        self.run_until_ms = None;
        self.enter(Phase::Paused, emitter);
    }

    fn resume(&mut self, until_ms: Option<f64>, emitter: &Emitter) {
        self.run_until_ms = until_ms;
        if until_ms.is_some_and(|until_ms| emitter.time_ms() >= until_ms) {
            return self.pause(emitter);
        }
        if self.phase != Phase::Running {
            self.clock.restart(Instant::now(), emitter.time_ms());
            self.enter(Phase::Running, emitter);
        }
    }

    fn advance(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> ControlFlow<Outcome> {
        if self.guard("advancing", || session.advance(emitter)).is_none() {
            return ControlFlow::Break(Outcome::Failed);
        }
        // Half a nanosecond: times are sums of steps, and 0.1 + 0.2 is not 0.3.
        if self.run_until_ms.is_some_and(|until_ms| emitter.time_ms() >= until_ms - 5e-7) {
            self.pause(emitter);
        }
        ControlFlow::Continue(())
    }

    /// Stands still after a failure. `false` when told to stop.
    fn wait_for_restart(&mut self, emitter: &Emitter) -> bool {
        self.enter(Phase::Failed, emitter);
        // There is no one to obey; what was meant for the dead session is not for the next.
        self.pending.clear();
        while !self.stop.load(Ordering::Relaxed) {
            match self.commands.recv_timeout(IDLE_WAIT) {
                Ok(SessionCommand::Restart) => return true,
                Ok(SessionCommand::Stop) | Err(crossbeam_channel::RecvTimeoutError::Disconnected) => return false,
                Ok(_) | Err(crossbeam_channel::RecvTimeoutError::Timeout) => {}
            }
        }
        false
    }

    /// Calls into a session. An error or panic is emitted with its cause, and gives `None`.
    fn guard<T>(&self, doing: &str, call: impl FnOnce() -> Result<T, SessionError>) -> Option<T> {
        let failure = match catch_unwind(AssertUnwindSafe(call)) {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(error)) => Failure::new(doing, &*error, true),
            Err(panic) => {
                let cause = format!("the session panicked: {}", panic_text(&*panic));
                Failure { doing: doing.to_owned(), causes: vec![cause], fatal: true }
            }
        };
        tracing::error!("the session failed while {failure}");
        self.outbox.push(SessionUpdate::Error(failure));
        None
    }

    fn enter(&mut self, phase: Phase, emitter: &Emitter) {
        self.phase = phase;
        self.tell_status(emitter);
    }

    /// Emits where the session stands, if that is news and not too often.
    fn tell_status(&mut self, emitter: &Emitter) {
        let now = Instant::now();
        let running = self.phase == Phase::Running;
        let recent = |(at, last): (Instant, SessionStatus)| {
            last.phase == self.phase && running && now.duration_since(at) < STATUS_EVERY
        };
        if self.last_status.is_some_and(recent) {
            return;
        }
        let ms_per_second = if running { self.clock.speed(now, emitter.time_ms()) } else { 0.0 };
        let (time_ms, steps) = (emitter.time_ms(), emitter.steps());
        let status = SessionStatus { phase: self.phase, time_ms, steps, ms_per_second, pace: self.clock.pace() };
        if self.last_status.is_none_or(|(_, last)| last != status) {
            self.last_status = Some((now, status));
            self.outbox.push(SessionUpdate::Status(status));
        }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
