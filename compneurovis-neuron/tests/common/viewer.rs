//! A frontend without a picture: it applies what a session emits, and remembers.

use std::time::{Duration, Instant};

use compneurovis_core::{
    AppSpec, Failure, Field, Phase, Scene, SessionCommand, SessionLink, SessionStatus, SessionUpdate, Value,
};
use compneurovis_neuron::{DISPLAY_FIELD, HISTORY_FIELD};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a viewer has, and the link behind it. Dropping it ends the session.
pub(crate) struct Viewer {
    pub(crate) link: SessionLink,
    pub(crate) scene: Scene,
    /// Every scene as it came.
    pub(crate) scenes: Vec<Scene>,
    pub(crate) status: SessionStatus,
    pub(crate) failures: Vec<Failure>,
    pub(crate) notices: Vec<String>,
}

impl Viewer {
    pub(crate) fn start(app: &AppSpec) -> Self {
        let link = app.start().expect("a thread");
        Self {
            link,
            scene: Scene::new(),
            scenes: Vec::new(),
            status: SessionStatus::default(),
            failures: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Starts an app that stands still as soon as its model is there.
    pub(crate) fn start_paused(app: AppSpec) -> Self {
        let mut viewer = Self::start(&app.with_first_command(SessionCommand::Pause));
        viewer.watch(|viewer| matches!(viewer.status.phase, Phase::Paused | Phase::Failed));
        assert_eq!(viewer.status.phase, Phase::Paused, "{:?}", viewer.failures);
        viewer
    }

    /// Takes updates until `done`.
    #[track_caller]
    pub(crate) fn watch(&mut self, done: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < deadline, "gave up at {:?}, {:?}", self.status, self.failures);
            for update in self.link.updates.recv_timeout(Duration::from_millis(50)) {
                self.take(update);
            }
        }
    }

    fn take(&mut self, update: SessionUpdate) {
        match update {
            SessionUpdate::Status(status) => self.status = status,
            SessionUpdate::Error(failure) => self.failures.push(failure),
            SessionUpdate::Notice(notice) => self.notices.push(notice.text),
            SessionUpdate::SceneReady(scene) => {
                self.scenes.push((*scene).clone());
                self.scene.apply(SessionUpdate::SceneReady(scene)).expect("a scene that fits");
            }
            update => drop(self.scene.apply(update).expect("sessions emit what fits")),
        }
    }

    pub(crate) fn send(&self, command: SessionCommand) {
        self.link.commands.send(command).expect("a session that listens");
    }

    pub(crate) fn set(&self, control: &str, value: f64) {
        self.send(SessionCommand::SetControl { control: control.into(), value: Value::Float(value) });
    }

    pub(crate) fn click(&self, entity: &str) {
        self.send(SessionCommand::EntityClicked { entity: entity.into(), modifiers: Default::default() });
    }

    /// Clicks and waits for the trace.
    #[track_caller]
    pub(crate) fn trace(&mut self, entity: &str) {
        self.click(entity);
        self.watch(|viewer| viewer.history().series_of("time", entity).is_some());
    }

    pub(crate) fn key(&self, key: &str) {
        self.send(SessionCommand::KeyPressed { key: key.to_owned() });
    }

    pub(crate) fn act(&self, action: &str) {
        self.send(SessionCommand::invoke(action));
    }

    /// One update, and how many solver steps it took.
    #[track_caller]
    pub(crate) fn step(&mut self) -> u64 {
        let before = self.status.steps;
        self.send(SessionCommand::Step);
        self.watch(|viewer| viewer.status.steps != before);
        self.status.steps - before
    }

    /// Runs until a simulated time and stands still.
    #[track_caller]
    pub(crate) fn run_until(&mut self, time_ms: f64) {
        self.send(SessionCommand::RunUntil { time_ms });
        self.watch(|viewer| viewer.status.phase == Phase::Paused && viewer.status.time_ms >= time_ms - 1e-6);
    }

    /// Starts over, and stands still before and after.
    #[track_caller]
    pub(crate) fn reset(&mut self) {
        self.send(SessionCommand::Pause);
        self.send(SessionCommand::Reset);
        self.watch(|viewer| viewer.status.phase == Phase::Paused && viewer.status.time_ms == 0.0);
    }

    /// Builds the session anew, and lets it stand still at its start.
    #[track_caller]
    pub(crate) fn restart(&mut self) {
        let scenes = self.scenes.len();
        self.send(SessionCommand::Restart);
        self.watch(|viewer| viewer.scenes.len() > scenes && viewer.status.phase == Phase::Running);
        self.reset();
    }

    /// Waits for one more failure and says what it was.
    #[track_caller]
    pub(crate) fn next_failure(&mut self) -> Failure {
        let before = self.failures.len();
        self.watch(|viewer| viewer.failures.len() > before);
        self.failures[before].clone()
    }

    /// Waits for the end of the session by a failure and says what it was.
    #[track_caller]
    pub(crate) fn end(&mut self) -> String {
        self.watch(|viewer| viewer.status.phase == Phase::Failed);
        let failure = self.failures.last().expect("a cause");
        assert!(failure.fatal, "{failure}");
        failure.to_string()
    }

    pub(crate) fn history(&self) -> &Field {
        &self.scene.fields[HISTORY_FIELD]
    }

    pub(crate) fn display(&self) -> &[f32] {
        self.scene.fields[DISPLAY_FIELD].as_slice().expect("one dim")
    }

    pub(crate) fn times(&self) -> &[f64] {
        self.history().coord("time").expect("a time axis").numbers().expect("numbers")
    }

    /// The bits of a trace.
    #[track_caller]
    pub(crate) fn bits(&self, entity: &str) -> Vec<u32> {
        let trace = self.history().series_of("time", entity).expect("a trace");
        trace.iter().map(|value| value.to_bits()).collect()
    }
}
