//! `examples/python_session.py` as a user runs it: the protocol is enough to write a session.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
#![expect(clippy::print_stdout, reason = "a test says what it did")]

use std::{
    ffi::OsString,
    fs::OpenOptions,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use compneurovis_core::{
    Phase,
    prelude::*,
    remote::{ConnectOptions, ProcessOptions, Token, connect, program},
};

fn script() -> PathBuf {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/python_session.py");
    assert!(script.is_file());
    script
}

/// Where Python looks for packages first: in the folder `COMPNEUROVIS_NUMPY`, if there is one.
fn python_path() -> OsString {
    let folders = ["COMPNEUROVIS_NUMPY", "PYTHONPATH"].into_iter().filter_map(std::env::var_os);
    let folders: Vec<PathBuf> = folders.flat_map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>()).collect();
    std::env::join_paths(folders).unwrap()
}

/// Whether there is a Python with numpy. `COMPNEUROVIS_REQUIRE_PYTHON=1` wants one.
fn has_python() -> bool {
    const VERSION: &str = "import platform, numpy; print(platform.python_version())";
    let output = Command::new("python3").args(["-c", VERSION]).env("PYTHONPATH", python_path()).output();
    let Some(output) = output.as_ref().ok().filter(|output| output.status.success()) else {
        let required = std::env::var("COMPNEUROVIS_REQUIRE_PYTHON").is_ok_and(|required| required == "1");
        assert!(!required, "there is no python3 with numpy: {output:?}");
        println!("skipped: there is no python3 with numpy");
        return false;
    };
    if let Some(path) = std::env::var_os("COMPNEUROVIS_TEST_EVIDENCE") {
        let mut evidence = OpenOptions::new().create(true).append(true).open(path).unwrap();
        write!(evidence, "python {}", String::from_utf8_lossy(&output.stdout)).unwrap();
    }
    true
}

/// Watches a cable, and stops its waves with the slider.
fn steer(viewer: &mut Viewer) {
    viewer.watch("a scene", |viewer| viewer.scene.fields.len() == 2 && viewer.scene.views.len() == 2).unwrap();
    assert!(viewer.scene.problems().is_empty(), "{:?}", viewer.scene.problems());
    let highest = |viewer: &Viewer| viewer.scene.fields["v"].as_slice().unwrap().iter().copied().fold(-9.0, f32::max);
    viewer.watch("a wave", |viewer| highest(viewer) > 1.0).unwrap();
    viewer.set("current", 0.0).unwrap();
    viewer.watch("rest", |viewer| highest(viewer) < -0.9).unwrap();
    let trace = &viewer.scene.fields["trace"];
    let times = trace.coord("time").unwrap().numbers().unwrap();
    assert!(times.len() > 100 && times.is_sorted(), "{} samples", times.len());
    assert!(trace.as_slice().unwrap().iter().any(|value| *value > 1.0), "the wave came to the last cell");
    viewer.send(SessionCommand::Pause).unwrap();
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
}

#[test]
fn a_python_session_runs_as_a_child() {
    if !has_python() {
        return;
    }
    let options = ProcessOptions::default().with_program("python3").with_args([script()]);
    let options = options.with_variable("PYTHONPATH", python_path());
    let first = SessionCommand::set("current", 1_i64);
    let mut quick = Viewer::start(&program("Cable", options.clone()).with_first_command(first)).unwrap();
    quick.watch("a scene", |viewer| !viewer.scene.fields.is_empty()).unwrap();
    assert_eq!(quick.scene.state["current"].as_f64(), Some(1.0), "what was set first is in its first scene");
    drop(quick);
    let mut viewer = Viewer::start(&program("Cable", options)).unwrap();
    steer(&mut viewer);
    assert!(viewer.status.capabilities.process);
    viewer.send(SessionCommand::EndProcess).unwrap();
    let failure = viewer.failure().unwrap().to_string();
    assert!(failure.contains("its process was ended, as was asked for"), "{failure}");
    viewer.restart().unwrap();
    viewer.watch_any("another life", |viewer| viewer.status.phase == Phase::Running).unwrap();
    assert!(viewer.link.stop(Duration::from_secs(5)));
    viewer.receive(Duration::ZERO);
    assert_eq!(viewer.status.phase, Phase::Stopped);
}

/// A process that ends with its test.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_python_session_is_served() {
    if !has_python() {
        return;
    }
    let mut listening = Command::new("python3");
    listening.env("PYTHONPATH", python_path());
    listening.arg(script()).args(["--listen", "127.0.0.1:0", "--token", "open sesame"]).stdout(Stdio::piped());
    let mut server = Ends(listening.spawn().unwrap());
    let mut line = String::new();
    // Kept to the end: it writes there who was turned away.
    let mut stdout = BufReader::new(server.0.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let (_, rest) = line.split_once("viewers at ").unwrap_or_else(|| panic!("{line}"));
    let address = rest.split_once(',').unwrap().0.to_owned();
    let app = |token: &str| connect(ConnectOptions::new(address.clone(), Token::new(token).unwrap()));
    let failure = Viewer::start(&app("open barley")).unwrap().failure().unwrap().to_string();
    assert!(failure.contains("the token is wrong"), "{failure}");
    for _ in 0..2 {
        let mut viewer = Viewer::start(&app("open sesame")).unwrap();
        viewer.watch("a scene", |viewer| !viewer.scene.fields.is_empty()).unwrap();
    }
    steer(&mut Viewer::start(&app("open sesame")).unwrap());
}
