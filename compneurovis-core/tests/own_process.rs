//! Sessions in processes of their own: what kills them costs the viewer nothing.
//!
//! `COMPNEUROVIS_KILLS` says how many children are killed at random; a few unless it says so.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "models print, and that must do no harm")]

use std::{
    process::{self, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use compneurovis_core::{
    Activity, Failure, FrontendContext, FrontendHooks, HeadlessError, Phase, SessionContext, action::Payload,
    prelude::*, remote::ProcessOptions,
};

/// How long the cause of a death may take to be shown.
const SHOWN_WITHIN: Duration = Duration::from_secs(1);

const TITLE: &str = "Mortal";

/// Counts, and dies in many ways.
struct Mortal {
    steps: u64,
    gain: f64,
}

impl Mortal {
    fn die(how: &str) -> Result<bool, SessionError> {
        let signal = |name: &str| {
            // Twice, as Rust's own handler of SIGSEGV takes the first for an overflow of the stack.
            for _ in 0..2 {
                Command::new("kill").args([name, &process::id().to_string()]).status().unwrap();
            }
            thread::sleep(Duration::from_secs(60));
        };
        match how {
            "abort" => {
                eprintln!("terminate called after throwing an instance of 'std::bad_alloc'");
                process::abort()
            }
            "exit" => process::exit(3),
            "segv" => signal("-SEGV"),
            "term" => signal("-TERM"),
            "panic" => panic!("the mortal panicked"),
            "error" => return Err("the mortal erred".into()),
            "hang" => loop {
                std::hint::spin_loop();
            },
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Session for Mortal {
    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        // What a model prints must not get between the viewer and its session.
        println!("garbage\n{{}}");
        if std::env::var_os("MORTAL_SLOW").is_some() {
            thread::sleep(Duration::from_secs(3));
        }
        emitter.set_state("pid", f64::from(process::id()));
        let mut builder = MorphologyGeometry::builder("cell");
        builder.section(compneurovis_core::Section::new("soma", compneurovis_core::SectionKind::Soma, 3));
        let scene = Scene::new()
            .with_geometry(builder.build()?)
            .with_field(Field::series("x", "time", vec![0.0], vec![0.0])?)
            .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 2.0))
            .with_action(Action::new("hang", "Hang"))
            .with_action(Action::new("abort", "Abort"));
        Ok(Some(Scene { state: [("pid".to_owned(), f64::from(process::id()).into())].into(), ..scene }))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.steps += 1;
        let time_ms = self.steps as f64;
        emitter.append_series("x", "time", &[time_ms], &[(time_ms * self.gain) as f32], Some(1000));
        emitter.set_time(time_ms, 1);
        thread::sleep(Duration::from_micros(200));
        Ok(())
    }

    fn on_control(&mut self, _: &ControlId, value: &Value, _: &mut SessionContext) -> Result<bool, SessionError> {
        self.gain = value.as_f64().unwrap();
        Ok(true)
    }

    fn on_action(&mut self, action: &ActionId, _: &Payload, _: &mut SessionContext) -> Result<bool, SessionError> {
        Self::die(action.as_str())
    }

    fn on_key_press(&mut self, key: &str, _: &mut SessionContext) -> Result<bool, SessionError> {
        match key {
            // An error that ends the session, and not its process.
            "P" => panic!("the mortal panicked"),
            _ => Ok(false),
        }
    }

    fn handle(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        match command {
            SessionCommand::InvokeAction { action, .. } => Self::die(action.as_str()).map(drop),
            SessionCommand::SetControl { value, .. } => {
                self.gain = value.as_f64().unwrap();
                emitter.set_state("told", value.clone());
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn options() -> ProcessOptions {
    ProcessOptions::default()
        .with_args(["--exact", "the_child_that_the_other_tests_start", "--nocapture"])
        // Looking up the names of a backtrace takes a debug build a second.
        .with_variable("RUST_BACKTRACE", "0")
        .with_echo(false)
}

fn app(options: ProcessOptions) -> AppSpec {
    AppSpec::new(TITLE, || Ok(Mortal { steps: 0, gain: 1.0 })).in_process(options)
}

/// Returns at once, unless this is the process that a test has started: then it never does.
#[test]
fn the_child_that_the_other_tests_start() {
    let _ = app(options());
}

fn viewer() -> Viewer {
    let mut viewer = Viewer::start(&app(options())).unwrap();
    runs(&mut viewer);
    viewer
}

/// Waits until a session runs and has shown something.
fn runs(viewer: &mut Viewer) {
    let done = |viewer: &Viewer| {
        viewer.status.phase == Phase::Running && viewer.status.time_ms > 0.0 && !viewer.scene.fields.is_empty()
    };
    viewer.watch_any("a running session", done).unwrap();
}

fn pid(viewer: &Viewer) -> u32 {
    viewer.scene.state["pid"].as_f64().unwrap() as u32
}

fn kill(signal: &str, pid: u32) {
    assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
}

fn is_alive(pid: u32) -> bool {
    Command::new("kill").args(["-0", &pid.to_string()]).stderr(Stdio::null()).status().unwrap().success()
}

/// Does something deadly, and waits for the cause to be shown.
fn death(viewer: &mut Viewer, deadly: impl FnOnce(&mut Viewer)) -> Failure {
    let before = viewer.failures.len();
    deadly(viewer);
    let begin = Instant::now();
    let failure = viewer.failure().unwrap();
    assert!(begin.elapsed() < SHOWN_WITHIN, "{failure} was shown after {:?}", begin.elapsed());
    assert!(failure.fatal && viewer.failures.len() > before);
    assert!(!viewer.scene.fields["x"].as_slice().unwrap().is_empty(), "data stays readable");
    failure
}

fn act(action: &'static str) -> impl FnOnce(&mut Viewer) {
    move |viewer| viewer.send(SessionCommand::invoke(action)).unwrap()
}

#[test]
fn every_way_to_die_is_told_and_a_restart_lives() {
    let mut viewer = viewer();
    assert!(viewer.status.capabilities.process);
    assert_ne!(pid(&viewer), process::id());
    let ways: [(&str, &[&str]); 6] = [
        ("abort", &["SIGABRT", "terminate called after throwing an instance of 'std::bad_alloc'"]),
        ("exit", &["exit code 3"]),
        ("segv", &["SIGSEGV", "segmentation fault"]),
        ("term", &["SIGTERM"]),
        ("panic", &["the mortal panicked"]),
        ("error", &["the mortal erred"]),
    ];
    for (way, told) in ways {
        let before = pid(&viewer);
        let failure = death(&mut viewer, act(way)).to_string();
        assert!(told.iter().all(|told| failure.contains(told)), "{way}: {failure}");
        viewer.restart().unwrap();
        runs(&mut viewer);
        let same = pid(&viewer) == before;
        assert_eq!(same, ["panic", "error"].contains(&way), "{way}: only what lives is used again");
    }
}

#[test]
fn children_that_are_killed_at_random_cost_nothing() {
    let count: u64 = std::env::var("COMPNEUROVIS_KILLS").map_or(24, |count| count.parse().unwrap());
    let mut viewer = viewer();
    let mut dice: u64 = 42;
    let (mut longest, mut kinds) = (Duration::ZERO, [0; 3]);
    for _ in 0..count {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let kind = (dice >> 60) as usize % 3;
        kinds[kind] += 1;
        // Also while it is being built, and in the middle of a frame.
        if dice & (1 << 50) == 0 {
            runs(&mut viewer);
        } else {
            viewer.watch_any("a child", |viewer| !viewer.scene.fields.is_empty()).unwrap();
        }
        viewer.receive(Duration::from_micros((dice >> 40) % 20_000));
        let begin = Instant::now();
        let failure = death(&mut viewer, |viewer| match kind {
            0 => kill("-9", pid(viewer)),
            1 => act("abort")(viewer),
            _ => act("panic")(viewer),
        });
        longest = longest.max(begin.elapsed());
        let expected = ["SIGKILL", "SIGABRT", "the mortal panicked"][kind];
        assert!(failure.to_string().contains(expected), "{failure}");
        viewer.restart().unwrap();
        viewer.failures.clear();
        let lives = viewer.watch_any("its scene", |viewer| viewer.status.phase == Phase::Running);
        assert!(lives.is_ok(), "{lives:?}: {:?}", viewer.failures);
        viewer.failures.clear();
    }
    runs(&mut viewer);
    println!("{count} deaths {kinds:?}; the cause took {longest:?} at most");
    assert_eq!(kinds.iter().sum::<u64>(), count);
}

#[test]
fn an_endless_loop_is_busy_and_ended_only_on_demand() {
    let mut viewer = viewer();
    act("hang")(&mut viewer);
    let begin = Instant::now();
    viewer.watch("a busy session", |viewer| viewer.link.busy().is_some()).unwrap();
    let (told, busy) = (begin.elapsed(), viewer.link.busy().unwrap());
    assert!(told < Duration::from_millis(1600), "{told:?}");
    assert_eq!(busy.activity, Activity::Handling);
    thread::sleep(Duration::from_millis(1200));
    let later = viewer.link.busy().unwrap();
    assert!(later.duration > busy.duration + Duration::from_millis(800), "{busy} {later}");
    assert!(is_alive(pid(&viewer)), "nothing is killed that no one wants killed");
    // A restart waits for the session to hear it, and ends nothing either.
    viewer.send(SessionCommand::Restart).unwrap();
    thread::sleep(Duration::from_millis(300));
    assert!(is_alive(pid(&viewer)) && viewer.link.busy().is_some());
    let failure = death(&mut viewer, |viewer| viewer.send(SessionCommand::EndProcess).unwrap());
    assert_eq!(failure.causes, ["its process was ended, as was asked for"]);
    assert!(viewer.link.busy().is_none());
    viewer.restart().unwrap();
    runs(&mut viewer);
}

#[test]
fn a_stopped_process_is_silent_and_goes_on() {
    let mut viewer = viewer();
    kill("-STOP", pid(&viewer));
    let silent = |viewer: &Viewer| viewer.link.busy().is_some_and(|busy| busy.activity == Activity::Silent);
    viewer.watch("silence", silent).unwrap();
    assert!(viewer.link.busy().unwrap().to_string().starts_with("busy and not answering for 1 s"));
    kill("-CONT", pid(&viewer));
    viewer.watch("a sound", |viewer| viewer.link.busy().is_none()).unwrap();
    let steps = viewer.status.steps;
    viewer.watch("more steps", |viewer| viewer.status.steps > steps).unwrap();
}

#[test]
fn a_long_initialise_is_busy() {
    let app = app(options().with_variable("MORTAL_SLOW", "1"));
    let mut viewer = Viewer::start(&app).unwrap();
    let busy = |viewer: &Viewer| viewer.link.busy().is_some_and(|busy| busy.activity == Activity::Initialising);
    viewer.watch("a busy session", busy).unwrap();
    assert_eq!(viewer.status.phase, Phase::Starting);
    runs(&mut viewer);
    assert!(viewer.link.busy().is_none());
}

#[test]
fn what_comes_first_comes_first() {
    let app = app(options()).with_first_command(SessionCommand::RunUntil { time_ms: 5.0 });
    let mut viewer = Viewer::start(&app).unwrap();
    viewer.watch("its end", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    assert_eq!((viewer.status.time_ms, viewer.scene.fields["x"].shape()), (5.0, &[6][..]));
    // One after the other, whole and in order.
    viewer.run_until(500.0).unwrap();
    let expected: Vec<f32> = (0..=500u16).map(f32::from).collect();
    assert_eq!(viewer.scene.fields["x"].as_slice(), Some(&expected[..]));
    viewer.set("gain", 2.0).unwrap();
    viewer.watch("the answer", |viewer| viewer.scene.state.contains_key("told")).unwrap();
    viewer.step().unwrap();
    assert_eq!(viewer.scene.fields["x"].as_slice().unwrap().last(), Some(&1002.0));
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
}

#[test]
fn a_control_that_is_set_first_is_seen() {
    let mut viewer = Viewer::start(&app(options()).with_first_command(SessionCommand::set("gain", 2.0))).unwrap();
    viewer.watch("the setting", |viewer| viewer.scene.state.get("gain") == Some(&Value::Float(2.0))).unwrap();
}

#[cfg(feature = "recording")]
#[test]
fn what_is_recorded_here_outlives_the_child() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    let app = app(options()).with_recording(&path).with_first_command(SessionCommand::Pause);
    let mut viewer = Viewer::start(&app).unwrap();
    viewer.run_until(100.0).unwrap();
    viewer.set("gain", 2.0).unwrap();
    viewer.click("soma@0.50000").unwrap();
    viewer.run_until(200.0).unwrap();
    let shown = viewer.scene.clone();
    death(&mut viewer, act("abort"));
    viewer.link.stop_recording().unwrap();
    let file = compneurovis_core::RecordingFile::open(&path).unwrap();
    assert_eq!(file.scene_at(200.0).unwrap(), shown);
    let marks = file.marks().unwrap();
    let known = |label: &str| marks.iter().any(|mark| mark.label.contains(label));
    assert!(["Gain = 2", "soma@0.50000 selected", "Abort", "SIGABRT"].into_iter().all(known), "{marks:?}");
}

/// Takes a key on the frontend's side, and asks it about a compartment.
struct Hooks;

impl FrontendHooks for Hooks {
    fn on_key_press(&mut self, key: &str, context: &mut FrontendContext<'_>) -> bool {
        let known = context.entity_info(&EntityId::from("soma@0.50000")).is_some();
        if key == "H" && known {
            context.set_state("hooked", f64::from(process::id()));
        }
        key == "H"
    }
}

#[test]
fn hooks_of_the_frontend_stay_with_it() {
    let app = app(options()).with_hooks(|| Hooks);
    let mut viewer = Viewer::start(&app).unwrap();
    runs(&mut viewer);
    viewer.press("H").unwrap();
    assert_eq!(viewer.scene.state["hooked"].as_f64(), Some(f64::from(process::id())));
    viewer.click("soma@0.50000").unwrap();
    assert_eq!(viewer.scene.state["selected_entity_id"].as_str(), Some("soma@0.50000"));
}

#[test]
fn the_end_of_the_viewer_is_that_of_the_child() {
    for hang in [false, true] {
        let mut viewer = viewer();
        let pid = pid(&viewer);
        if hang {
            act("hang")(&mut viewer);
            viewer.watch("a busy session", |viewer| viewer.link.busy().is_some()).unwrap();
        }
        let begin = Instant::now();
        drop(viewer);
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
        assert!(!is_alive(pid), "hang: {hang}");
    }
}

#[test]
fn a_session_that_stops_closes_the_link() {
    let mut viewer = viewer();
    viewer.send(SessionCommand::Stop).unwrap();
    let ended = viewer.watch("never", |_| false).unwrap_err();
    assert!(matches!(ended, HeadlessError::Ended { .. }), "{ended}");
    assert_eq!(viewer.status.phase, Phase::Stopped);
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
}

/// Starts a viewer in this process if a test wants it to, which is then killed.
#[test]
fn the_parent_that_another_test_starts() {
    if std::env::var_os("MORTAL_PARENT").is_none() {
        return;
    }
    let mut viewer = viewer();
    println!("pid of the child: {}", pid(&viewer));
    viewer.send(SessionCommand::invoke("hang")).unwrap();
    viewer.patience = Duration::from_secs(60);
    let _ = viewer.watch("never", |_| false);
}

#[test]
fn a_child_whose_parent_was_killed_ends_itself() {
    use std::io::{BufRead, BufReader};
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_parent_that_another_test_starts", "--nocapture"])
        .env("MORTAL_PARENT", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(parent.stdout.take().unwrap()).lines();
    let line = lines.find_map(|line| Some(line.unwrap().split_once("pid of the child: ")?.1.to_owned())).unwrap();
    let pid: u32 = line.trim().parse().unwrap();
    thread::sleep(Duration::from_millis(300));
    assert!(is_alive(pid));
    parent.kill().unwrap();
    parent.wait().unwrap();
    let begin = Instant::now();
    while is_alive(pid) {
        assert!(begin.elapsed() < Duration::from_secs(10), "the child {pid} outlives its parent");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_program_that_is_none_or_is_no_session_says_so() {
    let cases: [(ProcessOptions, &str); 3] = [
        (ProcessOptions::default().with_program("/no/such/program"), "starting the program failed"),
        (options().with_program("false"), "exit code 1"),
        (
            options().with_program("sh").with_args(["-c", "echo 'sh: no model here' >&2; exit 2"]),
            "exit code 2: it wrote last: sh: no model here",
        ),
    ];
    for (options, told) in cases {
        let mut viewer = Viewer::start(&app(options)).unwrap();
        let failure = viewer.failure().unwrap().to_string();
        assert!(failure.contains(told), "{failure}");
    }
}

#[test]
fn a_session_of_this_process_has_none_to_end() {
    let mut viewer = Viewer::start(&AppSpec::new(TITLE, || Ok(Mortal { steps: 0, gain: 1.0 }))).unwrap();
    runs(&mut viewer);
    assert!(!viewer.status.capabilities.process);
    viewer.send(SessionCommand::EndProcess).unwrap();
    viewer.watch("a refusal", |viewer| !viewer.failures.is_empty()).unwrap();
    assert!(viewer.failures[0].to_string().contains("it runs in the process of its viewer"), "{}", viewer.failures[0]);
}
