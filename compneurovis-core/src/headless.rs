//! A frontend without a picture: applies updates until something is so. The base of tests and tools.

use std::{
    fmt, io,
    time::{Duration, Instant},
};

use thiserror::Error;

use crate::{
    ActionId, AppSpec, CommandError, ControlId, EntityId, Failure, Frontend, InputError, Interaction, Modifiers,
    Notice, Phase, Reaction, Scene, SessionCommand, SessionLink, SessionStatus, SessionUpdate, Snapshot, Timeline,
    Value, error_causes,
};

/// How many failures that end nothing are kept.
const MAX_FAILURES: usize = 1000;

/// Times that differ by less than this are the same, in ms: they are sums of steps.
const SAME_TIME_MS: f64 = 1e-6;

/// How long a viewer waits for updates before it looks whether what it waits for has come.
const GLANCE: Duration = Duration::from_millis(20);

/// Why what was waited for did not come.
///
/// Its `Debug` is for people, too: it is what a `main` that returns it prints.
#[derive(Error)]
#[non_exhaustive]
pub enum HeadlessError {
    /// The worker could not be started.
    #[error("the session could not be started")]
    Start(#[source] io::Error),
    /// The session failed.
    #[error("the session failed while {0}")]
    Session(Failure),
    /// The session ended.
    #[error("the session ended before {waited_for}")]
    Ended {
        /// What was waited for.
        waited_for: String,
    },
    /// It took too long.
    #[error("gave up waiting for {waited_for} after {seconds} s; the session is {phase:?} at t = {time_ms} ms{busy}")]
    Timeout {
        /// What was waited for.
        waited_for: String,
        /// For how long.
        seconds: f64,
        /// What the session did.
        phase: Phase,
        /// How far it was.
        time_ms: f64,
        /// What it was stuck in, if it was: empty, or "; busy ...".
        busy: String,
    },
    /// The session told of a problem and went on, or did not do what was asked of it: what has come of it is not what
    /// was wanted.
    #[error("there was a problem while {0}")]
    Problem(Failure),
    /// The moment is over already.
    #[error("t = {wanted_ms} ms is over: the session is at t = {time_ms} ms already; a reset begins anew")]
    Over {
        /// Where it should run to.
        wanted_ms: f64,
        /// Where it is.
        time_ms: f64,
    },
    /// The input means nothing to the scene.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The command did not reach the session.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl fmt::Debug for HeadlessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&error_causes(self).join(": "))
    }
}

/// Runs a session and keeps what it says, one call at a time.
///
/// ```
/// use std::time::Duration;
/// use compneurovis_core::prelude::*;
/// # struct Count(f64);
/// # impl Session for Count {
/// #     fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> {
/// #         Ok(Some(Scene::new().with_field(Field::series("x", "time", vec![0.0], vec![0.0])?)))
/// #     }
/// #     fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
/// #         self.0 += 1.0;
/// #         emitter.append_series("x", "time", &[self.0], &[self.0 as f32], None);
/// #         emitter.set_time(self.0, 1);
/// #         Ok(())
/// #     }
/// # }
/// let app = AppSpec::new("Count", || Ok(Count(0.0)));
/// let mut viewer = Viewer::start(&app.with_first_command(SessionCommand::Pause))?;
/// viewer.run_until(10.0)?;
/// assert_eq!(viewer.scene.fields["x"].shape(), [11]);
/// # Ok::<(), compneurovis_core::HeadlessError>(())
/// ```
#[derive(Debug)]
pub struct Viewer {
    /// The session.
    pub link: SessionLink,
    /// What there is to see.
    pub scene: Scene,
    /// Where the session stands.
    pub status: SessionStatus,
    /// What went wrong, oldest first; also updates that did not fit the scene.
    pub failures: Vec<Failure>,
    /// What the session wanted read last.
    pub notice: Notice,
    /// The snapshots that were asked for, oldest first.
    pub snapshots: Vec<Snapshot>,
    /// How far the session can be sought through, as it said last in this life; none at first.
    pub timeline: Option<Timeline>,
    /// How many whole scenes came.
    pub scenes: usize,
    /// How often the session was built anew.
    pub lives: usize,
    /// How long it waits for something before it gives up.
    pub patience: Duration,
    /// How many of the failures have been given back as an error.
    told: usize,
    interaction: Interaction,
}

impl Viewer {
    /// How long a viewer waits for something, unless it is told otherwise.
    pub const PATIENCE: Duration = Duration::from_secs(60);

    /// Starts the session of an application.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub fn start(app: &AppSpec) -> Result<Self, HeadlessError> {
        let link = app.start().map_err(HeadlessError::Start)?;
        Ok(Self {
            link,
            scene: Scene::new(),
            status: SessionStatus::default(),
            failures: Vec::new(),
            notice: Notice::default(),
            snapshots: Vec::new(),
            timeline: None,
            scenes: 0,
            lives: 0,
            patience: Self::PATIENCE,
            told: 0,
            interaction: Interaction::new(app),
        })
    }

    /// Takes the updates that wait, or the first that come within `timeout`. Says how many.
    pub fn receive(&mut self, timeout: Duration) -> usize {
        let updates = self.link.updates.recv_timeout(timeout);
        let count = updates.len();
        updates.into_iter().for_each(|update| self.take(update));
        count
    }

    fn take(&mut self, update: SessionUpdate) {
        match update {
            SessionUpdate::Status(status) => {
                if status.phase == Phase::Starting {
                    self.lives += usize::from(status != self.status);
                    self.timeline = None;
                }
                self.status = status;
            }
            SessionUpdate::Error(failure) => self.fail(failure),
            SessionUpdate::Notice(notice) => self.notice = notice,
            SessionUpdate::Snapshot(snapshot) => self.snapshots.push(snapshot),
            SessionUpdate::Timeline(timeline) => self.timeline = Some(timeline),
            SessionUpdate::SceneReady(mut scene) => {
                scene.keep_control_values(&self.scene);
                self.scenes += 1;
                self.apply(SessionUpdate::SceneReady(scene));
            }
            update => self.apply(update),
        }
    }

    fn apply(&mut self, update: SessionUpdate) {
        match self.scene.apply(update) {
            Ok(replaced) => replaced.into_iter().for_each(|buffer| self.link.updates.recycle(buffer)),
            Err(error) => self.fail(Failure::new("showing an update", &error, false)),
        }
    }

    fn fail(&mut self, failure: Failure) {
        if !failure.fatal && self.failures.len() >= MAX_FAILURES {
            return;
        }
        // One that ends the session has been logged where it happened.
        if !failure.fatal {
            tracing::warn!("{failure}");
        }
        self.failures.push(failure);
    }

    /// Takes updates until something is so, which is looked at first.
    ///
    /// # Errors
    /// The session fails or ends before, or it takes longer than the viewer's patience.
    pub fn watch(&mut self, waited_for: &str, done: impl FnMut(&Self) -> bool) -> Result<(), HeadlessError> {
        self.wait(waited_for, false, done)
    }

    /// The same for what can come after a failure, too: a failure is no reason to give up.
    ///
    /// # Errors
    /// The session ends before, or it takes longer than the viewer's patience.
    pub fn watch_any(&mut self, waited_for: &str, done: impl FnMut(&Self) -> bool) -> Result<(), HeadlessError> {
        self.wait(waited_for, true, done)
    }

    fn wait(
        &mut self,
        waited_for: &str,
        survives: bool,
        mut done: impl FnMut(&Self) -> bool,
    ) -> Result<(), HeadlessError> {
        let begin = Instant::now();
        loop {
            if done(self) {
                return Ok(());
            }
            // What came before the end was taken before this is asked.
            let closed = self.link.updates.is_closed();
            if begin.elapsed() > self.patience {
                return Err(self.timeout(waited_for));
            }
            if self.receive(GLANCE) > 0 {
                continue;
            }
            if self.status.phase == Phase::Failed && !survives {
                return Err(HeadlessError::Session(self.last_failure()));
            }
            if closed {
                return Err(HeadlessError::Ended { waited_for: waited_for.to_owned() });
            }
        }
    }

    fn timeout(&self, waited_for: &str) -> HeadlessError {
        HeadlessError::Timeout {
            waited_for: waited_for.to_owned(),
            seconds: self.patience.as_secs_f64(),
            phase: self.status.phase,
            time_ms: self.status.time_ms,
            busy: self.link.busy().map(|busy| format!("; {busy}")).unwrap_or_default(),
        }
    }

    fn last_failure(&self) -> Failure {
        let fatal = self.failures.iter().rev().find(|failure| failure.fatal).cloned();
        fatal.unwrap_or_else(|| Failure { doing: "running".to_owned(), causes: Vec::new(), fatal: true })
    }

    /// Waits until the session has failed, and says why.
    ///
    /// # Errors
    /// It does not fail within the viewer's patience, or it ends.
    pub fn failure(&mut self) -> Result<Failure, HeadlessError> {
        self.watch_any("a failure", |viewer| viewer.status.phase == Phase::Failed)?;
        Ok(self.last_failure())
    }

    /// Sends a command.
    ///
    /// # Errors
    /// The session is busy or has ended.
    pub fn send(&self, command: SessionCommand) -> Result<(), HeadlessError> {
        Ok(self.link.commands.send(command)?)
    }

    fn react(&mut self, reaction: Reaction) -> Result<(), HeadlessError> {
        self.notice = reaction.notice.unwrap_or(std::mem::take(&mut self.notice));
        reaction.commands.into_iter().try_for_each(|command| self.send(command))
    }

    /// Waits for the scene if the session is about to start, unless what is asked for is there already.
    fn await_scene(&mut self, is_there: impl Fn(&Scene) -> bool) -> Result<(), HeadlessError> {
        self.watch("the start", |viewer| viewer.status.phase != Phase::Starting || is_there(&viewer.scene))?;
        let never_began = self.status.phase == Phase::Failed && self.scenes == 0;
        if never_began { Err(HeadlessError::Session(self.last_failure())) } else { Ok(()) }
    }

    /// Moves a control. Waits for the scene before, if the session is about to start.
    ///
    /// # Errors
    /// There is no such control, it does not take the value, or the command does not get through; the session fails to
    /// start, or it takes longer than the viewer's patience.
    pub fn set(&mut self, control: impl Into<ControlId>, value: impl Into<Value>) -> Result<(), HeadlessError> {
        let control = control.into();
        self.await_scene(|scene| scene.controls.contains_key(&control))?;
        let reaction = self.interaction.control_changed(&control, value.into(), &mut self.scene)?;
        self.react(reaction)
    }

    /// Presses an action's button. Waits for the scene before, if the session is about to start.
    ///
    /// # Errors
    /// There is no such action, its payload follows nothing, or the command does not get through; the session fails to
    /// start, or it takes longer than the viewer's patience.
    pub fn act(&mut self, action: impl Into<ActionId>) -> Result<(), HeadlessError> {
        let action = action.into();
        self.await_scene(|scene| scene.actions.contains_key(&action))?;
        let reaction = self.interaction.action_invoked(&action, &mut self.scene)?;
        self.react(reaction)
    }

    /// Presses a key.
    ///
    /// # Errors
    /// It is the key of an action whose payload follows nothing, or the command does not get through.
    pub fn press(&mut self, key: &str) -> Result<(), HeadlessError> {
        let reaction = self.interaction.key_pressed(key, &mut self.scene, self.status.capabilities)?;
        self.react(reaction)
    }

    /// Clicks a compartment. Waits for the scene before, if the session is about to start.
    ///
    /// # Errors
    /// There is no such compartment, or the command does not get through; the session fails to start, or it takes longer
    /// than the viewer's patience.
    pub fn click(&mut self, entity: impl Into<EntityId>) -> Result<(), HeadlessError> {
        let entity = entity.into();
        self.await_scene(|scene| scene.entity_info(&entity).is_some())?;
        let reaction = self.interaction.entity_clicked(&entity, Modifiers::default(), &mut self.scene)?;
        self.react(reaction)
    }

    /// Lets the session stand still.
    ///
    /// # Errors
    /// As [`watch`](Self::watch).
    pub fn pause(&mut self) -> Result<(), HeadlessError> {
        self.send(SessionCommand::Pause)?;
        self.watch("a pause", |viewer| viewer.status.phase == Phase::Paused)
    }

    /// Advances once, and says how many solver steps that was. Stands still afterwards.
    ///
    /// # Errors
    /// There was a problem since the last call that says so, such as a control that the session does nothing with; or as
    /// [`watch`](Self::watch).
    pub fn step(&mut self) -> Result<u64, HeadlessError> {
        let before = self.status.steps;
        self.send(SessionCommand::Step)?;
        self.watch("a step", |viewer| viewer.status.steps != before)?;
        self.check()?;
        Ok(self.status.steps - before)
    }

    /// Runs to a simulated time in ms and stands still there.
    ///
    /// # Errors
    /// That time is over; there was a problem since the last call that says so, such as a control that the session does
    /// nothing with, or values that do not fit their field; or as [`watch`](Self::watch).
    pub fn run_until(&mut self, time_ms: f64) -> Result<(), HeadlessError> {
        let begin_ms = self.status.time_ms;
        if begin_ms > time_ms + SAME_TIME_MS {
            return Err(HeadlessError::Over { wanted_ms: time_ms, time_ms: begin_ms });
        }
        self.send(SessionCommand::RunUntil { time_ms })?;
        let arrived = self.watch("the end of the run", |viewer| {
            viewer.status.phase == Phase::Paused && viewer.status.time_ms >= time_ms - SAME_TIME_MS
        });
        // The end of a session is worse than what came before it.
        if !matches!(arrived, Err(HeadlessError::Session(_))) {
            self.check()?;
        }
        arrived.map_err(|error| self.without_time(error, begin_ms))
    }

    /// The same error, which says so if the session never told a time on its way.
    fn without_time(&self, error: HeadlessError, begin_ms: f64) -> HeadlessError {
        match error {
            HeadlessError::Timeout { seconds, phase, time_ms, busy, .. } if time_ms == begin_ms => {
                let waited_for = "the end of the run, without any word of the time (`Emitter::set_time`),".to_owned();
                HeadlessError::Timeout { waited_for, seconds, phase, time_ms, busy }
            }
            error => error,
        }
    }

    /// Fails with the first problem that no call has failed with so far: a refusal of what was asked of the session, or
    /// values that do not fit the scene. What ends a session is another matter.
    ///
    /// # Errors
    /// There was a problem. All that came with it in [`failures`](Self::failures) count as told.
    pub fn check(&mut self) -> Result<(), HeadlessError> {
        let news = self.failures.get(self.told..).unwrap_or_default();
        let first = news.iter().find(|failure| !failure.fatal).cloned();
        self.told = self.failures.len();
        first.map_or(Ok(()), |failure| Err(HeadlessError::Problem(failure)))
    }

    /// Starts over and stands still at the beginning.
    ///
    /// # Errors
    /// The session cannot start over, or as [`watch`](Self::watch).
    pub fn reset(&mut self) -> Result<(), HeadlessError> {
        self.pause()?;
        self.obey(SessionCommand::Reset, "a new beginning", |viewer| viewer.status.time_ms == 0.0)
    }

    /// Sends a command, and waits until something is so or the session says that it does not obey.
    fn obey(
        &mut self,
        command: SessionCommand,
        waited_for: &str,
        done: impl Fn(&Self) -> bool,
    ) -> Result<(), HeadlessError> {
        let (doing, before) = (command.doing(), self.failures.len());
        self.send(command)?;
        let refusal = |viewer: &Self| viewer.failures[before..].iter().find(|failure| failure.doing == doing).cloned();
        self.watch(waited_for, |viewer| done(viewer) || refusal(viewer).is_some())?;
        let refusal = refusal(self);
        if refusal.is_some() {
            self.told = self.failures.len();
        }
        refusal.map_or(Ok(()), |failure| Err(HeadlessError::Problem(failure)))
    }

    /// Builds the session anew, whatever became of it, and waits until it is being built.
    ///
    /// # Errors
    /// As [`watch_any`](Self::watch_any).
    pub fn restart(&mut self) -> Result<(), HeadlessError> {
        let lives = self.lives;
        self.send(SessionCommand::Restart)?;
        self.watch_any("a new life", |viewer| viewer.lives > lives)
    }
}

/// Runs an application until something is so, without a picture.
///
/// ```no_run
/// # use compneurovis_core::prelude::*;
/// # fn run(app: AppSpec) -> Result<(), compneurovis_core::HeadlessError> {
/// HeadlessFrontend::until("100 ms", |viewer| viewer.status.time_ms >= 100.0).run(app)
/// # }
/// ```
pub struct HeadlessFrontend<F> {
    waited_for: String,
    done: F,
    patience: Duration,
}

impl<F: FnMut(&Viewer) -> bool> HeadlessFrontend<F> {
    /// Runs until `done`, which is called `waited_for` in messages.
    pub fn until(waited_for: impl Into<String>, done: F) -> Self {
        Self { waited_for: waited_for.into(), done, patience: Viewer::PATIENCE }
    }

    /// The same frontend, which gives up after so long.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs an application, and gives back what is to be seen in the end.
    ///
    /// # Errors
    /// The session fails or ends before, or it takes too long.
    pub fn run_to_viewer(self, app: &AppSpec) -> Result<Viewer, HeadlessError> {
        let mut viewer = Viewer::start(app)?;
        viewer.patience = self.patience;
        viewer.watch(&self.waited_for, self.done)?;
        Ok(viewer)
    }
}

impl<F: FnMut(&Viewer) -> bool> Frontend for HeadlessFrontend<F> {
    type Error = HeadlessError;

    fn run(self, app: AppSpec) -> Result<(), HeadlessError> {
        self.run_to_viewer(&app).map(drop)
    }
}
