//! A session's life: what the runner does for every session, seen through its link.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use compneurovis_core::{Phase, prelude::*};

/// Counts steps of a tenth of a millisecond, and fails where it is told to.
#[derive(Default)]
struct Counter {
    time_ms: f64,
    steps: usize,
    gain: f64,
    fail_at: Option<usize>,
    panic_at: Option<usize>,
}

impl Session for Counter {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        if self.fail_at == Some(0) {
            return Err("no model".into());
        }
        let trace = Field::series("x", "time", vec![0.0], vec![0.0])?;
        Ok(Some(Scene::new().with_field(trace).with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 10.0))))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.steps += 1;
        self.time_ms += 0.1;
        if self.fail_at == Some(self.steps) {
            return Err("it diverged".into());
        }
        assert_ne!(self.panic_at, Some(self.steps), "out of luck");
        emitter.append_series("x", "time", &[self.time_ms], &[self.steps as f32], Some(50));
        emitter.set_time(self.time_ms, 1);
        Ok(())
    }

    fn handle(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        match command {
            SessionCommand::SetControl { value, .. } => self.gain = value.as_f64().ok_or("not a number")?,
            SessionCommand::Reset => {
                (self.time_ms, self.steps) = (0.0, 0);
                emitter.set_time(0.0, 0);
            }
            _ => emitter.report("doing as told", &std::io::Error::other("what?")),
        }
        Ok(())
    }
}

/// What a viewer would have.
#[derive(Default)]
struct Viewer {
    scene: Scene,
    status: compneurovis_core::SessionStatus,
    failures: Vec<compneurovis_core::Failure>,
}

impl Viewer {
    /// Takes updates until `done` or ten seconds are over, which is a failure.
    fn watch(&mut self, link: &SessionLink, done: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !done(self) {
            assert!(Instant::now() < deadline, "gave up at {:?}, {:?}", self.status, self.failures);
            for update in link.updates.recv_timeout(Duration::from_millis(50)) {
                match update {
                    SessionUpdate::Status(status) => self.status = status,
                    SessionUpdate::Error(failure) => self.failures.push(failure),
                    update => drop(self.scene.apply(update).expect("sessions emit what fits")),
                }
            }
        }
    }
}

fn start(make: impl Fn() -> Counter + Send + Sync + 'static) -> (SessionLink, Viewer) {
    (AppSpec::new("counter", move || Ok(make())).start().expect("a thread"), Viewer::default())
}

#[test]
fn it_runs_pauses_steps_and_goes_on() {
    let (link, mut viewer) = start(Counter::default);
    viewer.watch(&link, |viewer| viewer.status.phase == Phase::Running && viewer.status.time_ms > 1.0);
    link.commands.send(SessionCommand::Pause).unwrap();
    viewer.watch(&link, |viewer| viewer.status.phase == Phase::Paused);
    let paused = viewer.status;
    assert_eq!(paused.ms_per_second, 0.0);
    for count in 1..=3 {
        link.commands.send(SessionCommand::Step).unwrap();
        viewer.watch(&link, |viewer| viewer.status.steps == paused.steps + count);
    }
    let target = viewer.status.time_ms + 7.0;
    link.commands.send(SessionCommand::RunUntil { time_ms: target }).unwrap();
    viewer.watch(&link, |viewer| viewer.status.phase == Phase::Paused && viewer.status.time_ms >= target - 1e-6);
    assert!(viewer.status.time_ms < target + 0.1, "{:?}", viewer.status);
    assert!(viewer.scene.fields["x"].shape()[0] <= 50);
}

#[test]
fn a_first_command_comes_before_the_first_step() {
    let app = AppSpec::new("counter", || Ok(Counter::default()));
    let link = app.with_first_command(SessionCommand::RunUntil { time_ms: 1.0 }).start().unwrap();
    let mut viewer = Viewer::default();
    viewer.watch(&link, |viewer| viewer.status.phase == Phase::Paused);
    assert_eq!(viewer.status.steps, 10);
}

#[test]
fn pace_is_kept() {
    let app = AppSpec::new("counter", || Ok(Counter::default()));
    let begin = Instant::now();
    let link = app.with_first_command(SessionCommand::SetPace(Pace::MsPerSecond(20.0))).start().unwrap();
    let mut viewer = Viewer::default();
    viewer.watch(&link, |viewer| viewer.status.time_ms >= 5.0);
    let took = begin.elapsed().as_secs_f64();
    // However slow the machine, it is never early; a tenth of a second is what it may catch up.
    assert!(took > 0.15, "5 ms at 20 ms a second took {took} s");
    assert_eq!(viewer.status.pace, Pace::MsPerSecond(20.0));
}

#[test]
fn failures_show_their_cause_and_a_restart_builds_anew() {
    let built = Arc::new(AtomicUsize::new(0));
    let count = built.clone();
    let (link, mut viewer) = start(move || match count.fetch_add(1, Ordering::Relaxed) {
        0 => Counter { fail_at: Some(0), ..Counter::default() },
        1 => Counter { fail_at: Some(100), ..Counter::default() },
        2 => Counter { panic_at: Some(100), ..Counter::default() },
        _ => Counter::default(),
    });
    for (at, expected) in
        ["initialising: no model", "advancing: it diverged", "advancing: the session panicked"].into_iter().enumerate()
    {
        viewer.watch(&link, |viewer| viewer.status.phase == Phase::Failed && viewer.failures.len() == at + 1);
        let text = viewer.failures[at].to_string();
        assert!(text.starts_with(expected), "{text}");
        assert!(viewer.failures[at].fatal);
        if at > 0 {
            let last = viewer.scene.fields["x"].as_slice().unwrap().last().copied();
            assert_eq!(last, Some(99.0), "the data stays");
        }
        link.commands.send(SessionCommand::Restart).unwrap();
    }
    viewer.watch(&link, |viewer| viewer.status.phase == Phase::Running && viewer.status.steps > 100);
    assert_eq!(built.load(Ordering::Relaxed), 4);
}

#[test]
fn what_follows_a_restart_is_for_the_next_life() {
    let app = AppSpec::new("counter", || Ok(Counter::default()))
        .with_first_command(SessionCommand::Restart)
        .with_first_command(SessionCommand::RunUntil { time_ms: 1.0 });
    let link = app.start().unwrap();
    let mut viewer = Viewer::default();
    viewer.watch(&link, |viewer| viewer.status.phase == Phase::Paused);
    assert_eq!(viewer.status.steps, 10);
}

#[test]
fn a_wish_that_cannot_be_fulfilled_ends_nothing() {
    let (link, mut viewer) = start(Counter::default);
    link.commands.send(SessionCommand::KeyPressed { key: "Q".into() }).unwrap();
    viewer.watch(&link, |viewer| !viewer.failures.is_empty());
    assert!(!viewer.failures[0].fatal);
    let steps = viewer.status.steps;
    viewer.watch(&link, |viewer| viewer.status.phase == Phase::Running && viewer.status.steps > steps);
}

#[test]
fn a_panic_while_building_is_a_failure_too() {
    let app = AppSpec::new("broken", || -> Result<Counter, SessionError> { panic!("no such luck") });
    let link = app.start().unwrap();
    let mut viewer = Viewer::default();
    viewer.watch(&link, |viewer| viewer.status.phase == Phase::Failed);
    assert_eq!(viewer.failures[0].to_string(), "building the session: the session panicked: no such luck");
}

#[test]
fn dropping_the_link_ends_the_worker() {
    let alive = Arc::new(());
    let held = alive.clone();
    let (link, mut viewer) = start(move || {
        let _keep = &held;
        Counter::default()
    });
    viewer.watch(&link, |viewer| viewer.status.phase == Phase::Running);
    let updates = link.updates.clone();
    drop(link);
    assert!(updates.is_closed());
    assert_eq!(Arc::strong_count(&alive), 1, "the builder is gone with its thread");
}
