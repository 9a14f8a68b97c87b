//! The worker thread: builds sessions, advances them, survives them.

mod obey;
mod report;
mod tally;

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;

use self::tally::Tally;
use super::{Activity, Outbox, PerfLog, Pulse, clock::Clock, commands};
use crate::{
    Capabilities, Emitter, Phase, Scene, Session, SessionBuilder, SessionCommand, SessionStatus, SessionUpdate,
};

/// How long a worker that stands still waits for a command before it looks at the stop flag.
const IDLE_WAIT: Duration = Duration::from_millis(100);

/// What happens after a session's life.
enum Outcome {
    Restart,
    Stop,
    Failed,
}

/// What a worker shares with the link to it.
pub(super) struct Shared {
    pub(super) outbox: Arc<Outbox>,
    pub(super) pulse: Arc<Pulse>,
    pub(super) perf_log: Option<PerfLog>,
    pub(super) startup_scene: Option<Scene>,
    pub(super) first_commands: Vec<SessionCommand>,
}

pub(super) struct Worker {
    builder: SessionBuilder,
    /// What the application wants done before the first step, as far as it is not done yet.
    first: VecDeque<SessionCommand>,
    /// Whether the command that is being obeyed is one of those.
    obeys_first: bool,
    commands: Receiver<SessionCommand>,
    outbox: Arc<Outbox>,
    pulse: Arc<Pulse>,
    perf_log: Option<PerfLog>,
    startup_scene: Option<Scene>,
    tally: Tally,
    clock: Clock,
    phase: Phase,
    /// Commands that were taken but not obeyed yet. What comes after a restart is for the next life.
    pending: VecDeque<SessionCommand>,
    /// Pause as soon as the model is there.
    run_until_ms: Option<f64>,
    capabilities: Capabilities,
    /// Not before this moment, for sessions that go by the clock on the wall.
    next_advance: Option<Instant>,
    last_status: Option<(Instant, SessionStatus)>,
}

impl Worker {
    pub(super) fn new(builder: SessionBuilder, commands: Receiver<SessionCommand>, shared: Shared) -> Self {
        let now = Instant::now();
        Self {
            builder,
            first: shared.first_commands.into(),
            obeys_first: false,
            commands,
            outbox: shared.outbox,
            pulse: shared.pulse,
            perf_log: shared.perf_log,
            startup_scene: shared.startup_scene,
            tally: Tally::new(now),
            clock: Clock::new(now),
            phase: Phase::Starting,
            pending: VecDeque::new(),
            run_until_ms: None,
            capabilities: Capabilities::default(),
            next_advance: None,
            last_status: None,
        }
    }

    /// One session after the other, until told to stop.
    pub(super) fn run(mut self) {
        loop {
            let mut emitter = Emitter::new(self.outbox.clone(), self.pulse.clone()).hearing(self.commands.clone());
            let outcome = self.live(&mut emitter);
            let go_on = match outcome {
                Outcome::Restart => true,
                Outcome::Stop => false,
                Outcome::Failed => self.wait_for_restart(&emitter),
            };
            if !go_on {
                self.enter(Phase::Stopped, &emitter);
                #[cfg(feature = "recording")]
                self.outbox.stop_recording();
                self.outbox.close();
                return;
            }
        }
    }

    /// The whole life of one session.
    fn live(&mut self, emitter: &mut Emitter) -> Outcome {
        (self.run_until_ms, self.next_advance) = (None, None);
        self.capabilities = Capabilities::default();
        self.outbox.tell_moment(None);
        self.enter(Phase::Starting, emitter);
        if let Some(scene) = self.startup_scene.clone() {
            emitter.emit(SessionUpdate::SceneReady(Box::new(scene)));
        }
        let builder = self.builder.clone();
        let Some(mut session) = self.guard(Activity::Building, "building the session", || builder()) else {
            return Outcome::Failed;
        };
        let outcome = self.start_and_run(&mut *session, emitter);
        self.guard(Activity::ShuttingDown, "shutting down", || {
            session.shutdown();
            drop(session);
            Ok(())
        });
        outcome
    }

    fn start_and_run(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> Outcome {
        let begin = Instant::now();
        if self.start(session, emitter).is_none() {
            return Outcome::Failed;
        }
        self.log_initialised(begin);
        emitter.end_moment();
        self.clock.restart(Instant::now(), emitter.time_ms());
        self.enter(Phase::Running, emitter);
        if let ControlFlow::Break(outcome) = self.obey_first(session, emitter) {
            return outcome;
        }
        loop {
            match self.turn(session, emitter) {
                ControlFlow::Continue(()) => {}
                ControlFlow::Break(outcome) => return outcome,
            }
        }
    }

    fn start(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> Option<()> {
        if let Some(scene) = self.guard(Activity::Initialising, "starting", || session.startup_scene())? {
            emitter.emit(SessionUpdate::SceneReady(Box::new(scene)));
        }
        let initialised = self.guard(Activity::Initialising, "initialising", || {
            let scene = session.initialize(emitter)?;
            // What a startup scene contradicts is an error now, not a picture without values.
            scene.iter().try_for_each(Scene::check)?;
            Ok((scene, session.capabilities()))
        });
        let (scene, capabilities) = initialised?;
        self.capabilities = capabilities;
        if let Some(scene) = scene {
            emitter.emit(SessionUpdate::SceneReady(Box::new(scene)));
        }
        Some(())
    }

    /// Handles all commands, then advances once if it is time to.
    fn turn(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> ControlFlow<Outcome> {
        let wait = self.until_due(emitter);
        let first = if wait.is_zero() { None } else { self.commands.recv_timeout(wait).ok() };
        self.pending.extend(commands::drain(&self.commands, first));
        while let Some(command) = self.pending.pop_front() {
            self.obey_with_consequences(command, session, emitter)?;
        }
        if self.pulse.stop_requested() {
            return ControlFlow::Break(Outcome::Stop);
        }
        if self.until_due(emitter).is_zero() {
            self.advance(session, emitter)?;
        }
        self.tell_status(emitter);
        ControlFlow::Continue(())
    }

    /// How long until the session is to advance; a while if it is not to.
    fn until_due(&mut self, emitter: &Emitter) -> Duration {
        if self.phase != Phase::Running || !self.capabilities.advance {
            return IDLE_WAIT;
        }
        let now = Instant::now();
        let paced = self.clock.wait(now, emitter.time_ms());
        let cadence = self.next_advance.map_or(Duration::ZERO, |next| next.saturating_duration_since(now));
        paced.max(cadence.min(IDLE_WAIT))
    }

    fn advance(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> ControlFlow<Outcome> {
        if !self.capabilities.advance {
            return ControlFlow::Continue(());
        }
        let begin = Instant::now();
        let advanced = self.guard(Activity::Advancing, "advancing", || {
            session.advance(emitter)?;
            Ok(session.cadence())
        });
        emitter.end_batch();
        let Some(cadence) = advanced else { return ControlFlow::Break(Outcome::Failed) };
        self.next_advance = cadence.map(|cadence| begin + cadence);
        emitter.note_advance_cost(begin.elapsed());
        self.tally_advance(begin, emitter);
        // Half a nanosecond: times are sums of steps, and 0.1 + 0.2 is not 0.3.
        let arrived = self.run_until_ms.is_some_and(|until_ms| emitter.time_ms() >= until_ms - 5e-7);
        // Asked first, so that no request is left over.
        if emitter.take_pause_request() || arrived {
            self.pause(emitter);
        }
        ControlFlow::Continue(())
    }

    /// Stands still after a failure. `false` when told to stop.
    fn wait_for_restart(&mut self, emitter: &Emitter) -> bool {
        self.enter(Phase::Failed, emitter);
        // There is no one to obey; what was meant for the dead session is not for the next.
        self.pending.clear();
        while !self.pulse.stop_requested() {
            match self.commands.recv_timeout(IDLE_WAIT) {
                Ok(SessionCommand::Restart) => return true,
                Ok(SessionCommand::Stop) | Err(crossbeam_channel::RecvTimeoutError::Disconnected) => return false,
                Ok(_) | Err(crossbeam_channel::RecvTimeoutError::Timeout) => {}
            }
        }
        false
    }
}
