//! A session's life: what the runner does for every session, seen through its link.

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Sender, channel},
    },
    time::{Duration, Instant},
};

use common::{Counter, counter, paused};
use compneurovis_core::{
    Activity, Capabilities, CommandError, HeadlessError, Modifiers, Phase, prelude::*, runner::BUSY_AFTER,
};

fn running(make: impl Fn() -> Counter + Send + Sync + 'static) -> Viewer {
    Viewer::start(&AppSpec::new("counter", move || Ok(make()))).expect("a thread")
}

#[test]
fn it_runs_pauses_steps_and_goes_on() {
    let mut viewer = running(Counter::default);
    let on_its_way = |viewer: &Viewer| viewer.status.phase == Phase::Running && viewer.status.time_ms > 1.0;
    viewer.watch("a start", on_its_way).unwrap();
    viewer.pause().unwrap();
    assert_eq!(viewer.status.ms_per_second, 0.0);
    for _ in 0..3 {
        assert_eq!(viewer.step().unwrap(), 1);
    }
    let target = viewer.status.time_ms + 7.0;
    viewer.run_until(target).unwrap();
    assert!(viewer.status.time_ms < target + 0.1, "{:?}", viewer.status);
    assert!(viewer.scene.fields["x"].shape()[0] <= 50);
}

#[test]
fn a_first_command_comes_before_the_first_step() {
    let app = counter().with_first_command(SessionCommand::RunUntil { time_ms: 1.0 });
    let mut viewer = Viewer::start(&app).unwrap();
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    assert_eq!(viewer.status.steps, 10);
}

#[test]
fn what_is_done_first_is_seen() {
    let first = [
        SessionCommand::set("gain", 4.0),
        SessionCommand::set("grid", true),
        SessionCommand::EntityClicked { entity: "soma@0.50000".into(), modifiers: Modifiers::default() },
        SessionCommand::set("gian", 1.0),
        SessionCommand::set("gain", 11.0),
    ];
    let mut viewer = paused(first.into_iter().fold(counter(), AppSpec::with_first_command));
    let state = &viewer.scene.state;
    assert_eq!((&state["gain"], &state["grid"]), (&Value::Float(4.0), &Value::Bool(true)), "as any viewer has set it");
    assert_eq!(state["gain in the model"], Value::Float(4.0));
    assert_eq!(viewer.scene.selected_entity(), Some("soma@0.50000".into()));
    let told: Vec<&str> = viewer.failures.iter().map(|failure| failure.doing.as_str()).collect();
    assert_eq!(told, ["setting `gian`", "setting `gain`"]);
    viewer.restart().unwrap();
    let anew = |viewer: &Viewer| viewer.status.phase == Phase::Running && viewer.status.steps > 0;
    viewer.watch("another life", anew).unwrap();
}

#[test]
fn what_is_to_be_done_first_waits_for_a_life_that_begins() {
    let built = AtomicUsize::new(0);
    let app = AppSpec::new("counter", move || match built.fetch_add(1, Ordering::Relaxed) {
        0 => Ok(Counter { fail_at: Some(0), ..Counter::default() }),
        _ => Ok(Counter::default()),
    });
    let app = app.with_first_command(SessionCommand::set("gain", 4.0)).with_first_command(SessionCommand::Pause);
    let mut viewer = Viewer::start(&app).unwrap();
    viewer.failure().unwrap();
    viewer.restart().unwrap();
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    assert_eq!(viewer.scene.state["gain in the model"], Value::Float(4.0));
}

#[test]
fn input_waits_for_the_scene() {
    let slow = || {
        std::thread::sleep(Duration::from_millis(100));
        Ok(Counter::default())
    };
    let mut viewer = Viewer::start(&AppSpec::new("slow", slow)).unwrap();
    viewer.set("gain", 4.0).unwrap();
    let heard = |viewer: &Viewer| viewer.scene.state.get("gain in the model") == Some(&Value::Float(4.0));
    viewer.watch("the model", heard).unwrap();
    let mut viewer = Viewer::start(&AppSpec::new("slow", slow)).unwrap();
    assert!(viewer.set("gian", 4.0).unwrap_err().to_string().contains("it has [\"gain\", \"grid\"]"));
    let mut viewer = Viewer::start(&AppSpec::new("slow", slow)).unwrap();
    viewer.click("soma@0.50000").unwrap();
    let mut viewer = Viewer::start(&AppSpec::new("slow", slow)).unwrap();
    viewer.act("kick").unwrap();
    let mut viewer = running(|| Counter { fail_at: Some(0), ..Counter::default() });
    assert!(matches!(viewer.act("kick"), Err(HeadlessError::Session(_))), "it never starts");
}

/// Only counts, whatever one wants of it.
struct Deaf(Counter);

impl Session for Deaf {
    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        self.0.initialize(emitter)
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.0.advance(emitter)
    }
}

#[test]
fn what_a_session_does_not_do_is_said_at_once() {
    let begin = Instant::now();
    let mut viewer = Viewer::start(&AppSpec::new("deaf", || Ok(Deaf(Counter::default())))).unwrap();
    viewer.watch("some steps", |viewer| viewer.status.steps > 10).unwrap();
    let refused = viewer.reset().unwrap_err();
    let told = "there was a problem while starting over: this session cannot start over: its `on_reset` returns false";
    assert_eq!(refused.to_string(), told);
    assert_eq!(format!("{refused:?}"), refused.to_string(), "what a main prints is for people");
    viewer.set("gain", 2.0).unwrap();
    let further_ms = viewer.status.time_ms + 1.0;
    let deaf = viewer.run_until(further_ms).unwrap_err();
    assert!(matches!(&deaf, HeadlessError::Problem(failure) if failure.doing == "setting `gain`"), "{deaf}");
    viewer.run_until(further_ms).unwrap();
    let told = "setting `gain`: this session does nothing with the control `gain`: its `on_control` returns false";
    assert_eq!(viewer.failures[1].to_string(), told);
    let over = viewer.run_until(0.5).unwrap_err();
    assert!(matches!(over, HeadlessError::Over { wanted_ms: 0.5, time_ms } if time_ms > 0.5), "{over}");
    assert!(begin.elapsed() < Viewer::PATIENCE / 2, "nothing of this is waited for");
}

/// Emits what fits no field, and may never tell the time, or fail at last.
struct Lost {
    tells_time: bool,
    fails_at_ms: f64,
}

impl Session for Lost {
    fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        Ok(Some(Scene::new().with_field(Field::series("v", "time", vec![0.0], vec![0.0])?)))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        if self.tells_time {
            emitter.append_series("vv", "time", &[1.0], &[1.0], None);
            emitter.set_time(emitter.time_ms() + 1.0, 1);
        }
        if emitter.time_ms() >= self.fails_at_ms {
            return Err("it is lost".into());
        }
        Ok(())
    }
}

#[test]
fn numbers_that_went_nowhere_are_an_error() {
    let lost = |tells_time, fails_at_ms| {
        Viewer::start(&AppSpec::new("lost", move || Ok(Lost { tells_time, fails_at_ms }))).unwrap()
    };
    let error = lost(true, 5.0).run_until(10.0).unwrap_err();
    assert!(matches!(error, HeadlessError::Session(_)), "the worse of two: {error}");
    let error = lost(true, f64::INFINITY).run_until(10.0).unwrap_err().to_string();
    assert!(error.starts_with("there was a problem while showing an update: the scene has no field `vv`"), "{error}");
    let mut timeless = lost(false, f64::INFINITY);
    timeless.patience = Duration::from_millis(200);
    let error = timeless.run_until(10.0).unwrap_err().to_string();
    assert!(error.contains("without any word of the time (`Emitter::set_time`)"), "{error}");
}

#[test]
fn what_follows_a_restart_is_for_the_next_life() {
    let app = counter()
        .with_first_command(SessionCommand::Restart)
        .with_first_command(SessionCommand::RunUntil { time_ms: 1.0 });
    let mut viewer = Viewer::start(&app).unwrap();
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    assert_eq!(viewer.status.steps, 10);
}

#[test]
fn pace_is_kept() {
    let begin = Instant::now();
    let app = counter().with_first_command(SessionCommand::SetPace(Pace::MsPerSecond(20.0)));
    let mut viewer = Viewer::start(&app).unwrap();
    viewer.watch("5 ms", |viewer| viewer.status.time_ms >= 5.0).unwrap();
    let took = begin.elapsed().as_secs_f64();
    // However slow the machine, it is never early; a tenth of a second is what it may catch up.
    assert!(took > 0.15, "5 ms at 20 ms a second took {took} s");
    assert_eq!(viewer.status.pace, Pace::MsPerSecond(20.0));
}

#[test]
fn failures_show_their_cause_and_a_restart_builds_anew() {
    let built = Arc::new(AtomicUsize::new(0));
    let count = built.clone();
    let mut viewer = running(move || match count.fetch_add(1, Ordering::Relaxed) {
        0 => Counter { fail_at: Some(0), ..Counter::default() },
        1 => Counter { fail_at: Some(100), ..Counter::default() },
        2 => Counter { panic_at: Some(100), ..Counter::default() },
        _ => Counter::default(),
    });
    for (life, expected) in
        ["initialising: no model", "advancing: it diverged", "advancing: the session panicked"].into_iter().enumerate()
    {
        let failure = viewer.failure().unwrap();
        assert!(failure.fatal && failure.to_string().starts_with(expected), "{failure}");
        if life > 0 {
            let last = viewer.scene.fields["x"].as_slice().unwrap().last().copied();
            assert_eq!(last, Some(99.0), "the data stays");
        }
        viewer.restart().unwrap();
    }
    viewer.watch("a hundred steps", |viewer| viewer.status.steps > 100).unwrap();
    assert_eq!(built.load(Ordering::Relaxed), 4);
}

#[test]
fn it_restarts_twenty_times_on_the_same_thread() {
    let lives = Arc::new(AtomicUsize::new(0));
    let threads = Arc::new(std::sync::Mutex::new(std::collections::HashSet::new()));
    let (count, seen) = (lives.clone(), threads.clone());
    let mut viewer = running(move || {
        seen.lock().unwrap().insert(std::thread::current().id());
        let life = count.fetch_add(1, Ordering::Relaxed);
        let at = |kind| (life % 3 == kind).then_some(5);
        Counter { fail_at: at(0), panic_at: at(1), ..Counter::default() }
    });
    for life in 0..20 {
        match life % 3 {
            2 => viewer.watch("some steps", |viewer| viewer.status.steps > 10).unwrap(),
            _ => drop(viewer.failure().unwrap()),
        }
        viewer.restart().unwrap();
    }
    // The last life is being built.
    viewer.watch("some steps", |viewer| viewer.status.steps > 0 || viewer.status.phase == Phase::Failed).unwrap();
    assert_eq!((lives.load(Ordering::Relaxed), threads.lock().unwrap().len()), (21, 1));
}

#[test]
fn a_wish_that_cannot_be_fulfilled_ends_nothing() {
    let mut viewer = paused(counter());
    for (command, told) in [
        (SessionCommand::invoke("refuse"), "doing `refuse`: not now"),
        (SessionCommand::invoke("fly"), "this session does not know the action `fly`; it has [\"kick\", \"again\"]"),
        (SessionCommand::set("gian", 1.0), "the scene has no control `gian`; it has [\"gain\", \"grid\"]"),
        (SessionCommand::set("gain", 11.0), "control `gain` takes a number from 0 to 10, not 11"),
        (SessionCommand::set("gain", "much"), "takes a number from 0 to 10, not \"much\""),
        (SessionCommand::set("gain", f64::NAN), "takes a number from 0 to 10"),
        (SessionCommand::Seek { time_ms: 1.0 }, "this session cannot go to another time"),
        (SessionCommand::SetLoop(true), "this session cannot begin again at an end"),
        (SessionCommand::invoke("again"), "actions invoked each other more than"),
    ] {
        let before = viewer.failures.len();
        viewer.send(command).unwrap();
        viewer.watch("a word", |viewer| viewer.failures.len() > before).unwrap();
        let failure = &viewer.failures[before];
        assert!(!failure.fatal && failure.to_string().contains(told), "{failure}");
        assert!(matches!(viewer.check(), Err(HeadlessError::Problem(problem)) if problem.to_string().contains(told)));
    }
    assert_eq!(viewer.step().unwrap(), 1);
}

#[test]
fn a_control_that_was_refused_is_shown_as_it_is() {
    let mut viewer = paused(counter());
    viewer.set("gain", 4.0).unwrap();
    let heard = |viewer: &Viewer| viewer.scene.state.get("gain in the model") == Some(&Value::Float(4.0));
    viewer.watch("the model", heard).unwrap();
    viewer.scene.state.insert("gain".to_owned(), Value::Float(99.0));
    viewer.send(SessionCommand::set("gain", 99.0)).unwrap();
    viewer.watch("the truth", |viewer| viewer.scene.state["gain"] == Value::Float(4.0)).unwrap();
}

#[test]
fn defaults_are_restored_for_every_session() {
    let mut viewer = paused(counter());
    viewer.set("gain", 4.0).unwrap();
    viewer.set("grid", true).unwrap();
    viewer.send(SessionCommand::invoke("restore_defaults")).unwrap();
    let restored = |viewer: &Viewer| {
        let state = &viewer.scene.state;
        let controls = (&state["gain"], &state["grid"]) == (&Value::Float(1.0), &Value::Bool(false));
        controls && state.get("gain in the model") == Some(&Value::Float(1.0))
    };
    viewer.watch("the defaults", restored).unwrap();
}

#[test]
fn built_in_actions_need_no_session_that_knows_them() {
    let mut viewer = paused(counter());
    viewer.press("Space").unwrap();
    viewer.watch("some steps", |viewer| viewer.status.steps > 10).unwrap();
    viewer.act("pause").unwrap();
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    let before = viewer.status.steps;
    viewer.press(".").unwrap();
    viewer.watch("a step", |viewer| viewer.status.steps == before + 1).unwrap();
    viewer.press("R").unwrap();
    viewer.watch("the beginning", |viewer| viewer.status.time_ms == 0.0).unwrap();
    assert_eq!(viewer.scene.fields["x"].as_slice(), Some(&[0.0][..]));
}

#[test]
fn hooks_hear_of_actions_keys_and_clicks_and_answer() {
    let mut viewer = paused(counter());
    viewer.press("k").unwrap();
    viewer.watch("a kick", |viewer| viewer.scene.state.get("kicked") == Some(&Value::Float(1.0))).unwrap();
    let told = |viewer: &Viewer| viewer.notice.text == "kicked" && viewer.notice.timeout_ms == Some(1000);
    viewer.watch("a word about it", told).unwrap();
    viewer.click("soma@0.50000").unwrap();
    viewer.watch("a click", |viewer| viewer.scene.state.get("clicked") == Some(&Value::from("soma"))).unwrap();
    viewer.send(SessionCommand::Resume).unwrap();
    viewer.watch("running", |viewer| viewer.status.phase == Phase::Running).unwrap();
    viewer.send(SessionCommand::invoke("kick and pause")).unwrap();
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    assert_eq!(viewer.scene.state["kicked"], Value::Float(3.0));
}

#[test]
fn a_snapshot_leads_back_and_another_s_does_not() {
    let mut viewer = paused(counter());
    viewer.run_until(1.0).unwrap();
    viewer.send(SessionCommand::Snapshot).unwrap();
    viewer.watch("a snapshot", |viewer| !viewer.snapshots.is_empty()).unwrap();
    viewer.run_until(2.0).unwrap();
    let mut snapshot = viewer.snapshots[0].clone();
    viewer.send(SessionCommand::Restore(snapshot.clone())).unwrap();
    viewer.watch("the past", |viewer| viewer.status.time_ms < 1.5).unwrap();
    assert_eq!(viewer.scene.fields["x"].as_slice(), Some(&[10.0][..]));
    snapshot.format = "other".to_owned();
    viewer.send(SessionCommand::Restore(snapshot)).unwrap();
    viewer.watch("a refusal", |viewer| !viewer.failures.is_empty()).unwrap();
    assert!(viewer.failures[0].to_string().contains("read another's snapshot"), "{}", viewer.failures[0]);
}

#[test]
fn capabilities_are_told_with_the_status() {
    let viewer = paused(counter());
    let mut expected = Capabilities::MODEL;
    expected.snapshot = true;
    assert_eq!(viewer.status.capabilities, expected);
}

#[test]
fn a_panic_while_building_is_a_failure_too() {
    let app = AppSpec::new("broken", || -> Result<Counter, SessionError> { panic!("no such luck") });
    let failure = Viewer::start(&app).unwrap().failure().unwrap();
    assert_eq!(failure.to_string(), "building the session: the session panicked: no such luck");
}

#[test]
fn a_startup_scene_is_there_before_the_session() {
    let (release, wait) = channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let app = AppSpec::new("slow", move || {
        wait.lock().unwrap().recv()?;
        Ok(Counter::default())
    });
    let scene = Scene::new().with_metadata("source", "file");
    let mut viewer = Viewer::start(&app.with_startup_scene(scene)).unwrap();
    viewer.watch("a first scene", |viewer| viewer.scenes == 1).unwrap();
    assert_eq!((viewer.scene.metadata["source"].as_str(), viewer.status.phase), ("file", Phase::Starting));
    release.send(()).unwrap();
    viewer.watch("the scene", |viewer| viewer.scenes == 2 && viewer.scene.fields.contains_key("x")).unwrap();
}

#[test]
fn dropping_the_link_ends_the_worker() {
    let alive = Arc::new(());
    let held = alive.clone();
    let mut viewer = running(move || {
        let _keep = &held;
        Counter::default()
    });
    viewer.watch("a start", |viewer| viewer.status.phase == Phase::Running).unwrap();
    let (updates, commands) = (viewer.link.updates.clone(), viewer.link.commands.clone());
    drop(viewer);
    assert!(updates.is_closed());
    assert_eq!(commands.send(SessionCommand::Pause), Err(CommandError::Ended));
    assert_eq!(Arc::strong_count(&alive), 1, "the builder is gone with its thread");
}

/// Works in long batches, and looks whether it shall stop; or does not.
struct Long {
    looks: bool,
    release: Arc<AtomicBool>,
    entered: Sender<()>,
}

impl Session for Long {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        Ok(None)
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.entered.send(())?;
        while !(self.release.load(Ordering::Relaxed) || self.looks && emitter.stop_requested()) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

fn long(looks: bool) -> (Viewer, Arc<AtomicBool>) {
    let release = Arc::new(AtomicBool::new(false));
    let (entered, inside) = channel();
    let held = release.clone();
    let app = AppSpec::new("long", move || Ok(Long { looks, release: held.clone(), entered: entered.clone() }));
    let viewer = Viewer::start(&app).expect("a thread");
    inside.recv().expect("an advance");
    (viewer, release)
}

#[test]
fn a_session_that_looks_stops_within_a_second() {
    let (mut viewer, _release) = long(true);
    let begin = Instant::now();
    assert!(viewer.link.stop(Duration::from_secs(10)));
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
}

#[test]
fn a_session_that_does_not_look_is_busy_and_can_be_left_behind() {
    let (mut viewer, release) = long(false);
    assert_eq!(viewer.link.busy(), None, "not yet");
    viewer.patience = BUSY_AFTER * 2;
    let Err(HeadlessError::Timeout { busy, .. }) = viewer.watch("the impossible", |_| false) else { unreachable!() };
    assert!(busy.contains("busy advancing for"), "{busy}");
    assert_eq!(viewer.link.busy().unwrap().activity, Activity::Advancing);
    assert!(!viewer.link.stop(Duration::from_millis(10)), "it is stuck, and the program goes on");
    release.store(true, Ordering::Relaxed);
    viewer.patience = Duration::from_secs(60);
    viewer.watch_any("the end", |viewer| viewer.status.phase == Phase::Stopped).unwrap();
}

#[test]
fn settings_of_one_control_conflate_while_the_session_is_busy() {
    // It does nothing with a control, and therefore reports each setting that it hears of.
    let (mut viewer, release) = long(true);
    for step in 0..500 {
        viewer.send(SessionCommand::set("gain", f64::from(step))).unwrap();
    }
    viewer.send(SessionCommand::Pause).unwrap();
    release.store(true, Ordering::Relaxed);
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    assert_eq!(viewer.failures.len(), 1, "{:?}", viewer.failures);
    assert!(viewer.failures[0].to_string().contains("does nothing with the control `gain`"));
}

/// Ticks by the clock on the wall.
struct Ticks(u64);

impl Session for Ticks {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        Ok(None)
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.0 += 1;
        emitter.set_time(self.0 as f64, 1);
        Ok(())
    }

    fn cadence(&self) -> Option<Duration> {
        Some(Duration::from_millis(50))
    }
}

#[test]
fn a_cadence_is_the_least_time_between_advances() {
    let begin = Instant::now();
    let app = AppSpec::new("ticks", || Ok(Ticks(0)));
    let mut viewer = Viewer::start(&app).unwrap();
    viewer.watch("five ticks", |viewer| viewer.status.steps >= 5).unwrap();
    // The first tick comes at once.
    assert!(begin.elapsed() >= Duration::from_millis(4 * 50), "{:?}", begin.elapsed());
    viewer.pause().unwrap();
    let (steps, begin) = (viewer.status.steps, Instant::now());
    viewer.step().unwrap();
    viewer.step().unwrap();
    assert_eq!(viewer.status.steps, steps + 2);
    assert!(begin.elapsed() < Duration::from_secs(5), "who steps does not wait");
}

#[test]
fn counters_say_what_became_of_the_updates() {
    let mut viewer = paused(counter());
    viewer.run_until(20.0).unwrap();
    let counters = viewer.link.updates.counters();
    assert!(counters.emitted > 200, "{counters:?}");
    assert_eq!(counters.waiting, 0, "{counters:?}");
}
