//! Looks at what a session has shown a viewer.

use compneurovis_core::{AppSpec, Failure, Field, Phase, SessionCommand, Viewer};
use compneurovis_neuron::{DISPLAY_FIELD, HISTORY_FIELD};

/// Starts an app that stands still as soon as its model is there.
pub(crate) fn start_paused(app: AppSpec) -> Viewer {
    let mut viewer = Viewer::start(&app.with_first_command(SessionCommand::Pause)).unwrap();
    viewer.watch("the model", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    viewer
}

/// What tests ask of a viewer beyond what it tells. Whatever does not come fails the test.
pub(crate) trait Look {
    fn history(&self) -> &Field;
    fn display(&self) -> &[f32];
    fn times(&self) -> &[f64];
    /// The bits of a trace.
    fn bits(&self, entity: &str) -> Vec<u32>;
    /// Clicks, whatever the scene says to that.
    fn touch(&self, entity: &str);
    /// Clicks and waits for the trace.
    fn trace(&mut self, entity: &str);
    /// Sends a key.
    fn key(&self, key: &str);
    /// Sends an action, whatever the scene says to that.
    fn wish(&self, action: &str);
    /// Sets a control, whatever the scene says to that.
    fn wish_for(&self, control: &str, value: f64);
    /// Waits for one more failure than were there and says what it was.
    fn next_failure(&mut self) -> Failure;
    /// Waits for the end of the session by a failure and says what it was.
    fn end(&mut self) -> String;
    /// Builds the session anew, and lets it stand still at its start.
    fn start_again(&mut self);
}

impl Look for Viewer {
    fn history(&self) -> &Field {
        &self.scene.fields[HISTORY_FIELD]
    }

    fn display(&self) -> &[f32] {
        self.scene.fields[DISPLAY_FIELD].as_slice().unwrap()
    }

    fn times(&self) -> &[f64] {
        self.history().coord("time").unwrap().numbers().unwrap()
    }

    #[track_caller]
    fn bits(&self, entity: &str) -> Vec<u32> {
        let trace = self.history().series_of("time", entity).expect("a trace");
        trace.iter().map(|value| value.to_bits()).collect()
    }

    fn touch(&self, entity: &str) {
        let modifiers = Default::default();
        self.send(SessionCommand::EntityClicked { entity: entity.into(), modifiers }).unwrap();
    }

    #[track_caller]
    fn trace(&mut self, entity: &str) {
        self.touch(entity);
        self.watch("a trace", |viewer| viewer.history().series_of("time", entity).is_some()).unwrap();
    }

    fn key(&self, key: &str) {
        self.send(SessionCommand::KeyPressed { key: key.to_owned() }).unwrap();
    }

    fn wish(&self, action: &str) {
        self.send(SessionCommand::invoke(action)).unwrap();
    }

    fn wish_for(&self, control: &str, value: f64) {
        self.send(SessionCommand::set(control, value)).unwrap();
    }

    #[track_caller]
    fn next_failure(&mut self) -> Failure {
        let before = self.failures.len();
        self.watch("a failure", |viewer| viewer.failures.len() > before).unwrap();
        // It is told hereby.
        let _ = self.check();
        self.failures[before].clone()
    }

    #[track_caller]
    fn end(&mut self) -> String {
        let failure = self.failure().unwrap();
        assert!(failure.fatal, "{failure}");
        failure.to_string()
    }

    #[track_caller]
    fn start_again(&mut self) {
        let scenes = self.scenes;
        self.restart().unwrap();
        self.watch_any("a model", |viewer| viewer.scenes > scenes && viewer.status.phase == Phase::Running).unwrap();
        self.reset().unwrap();
    }
}
