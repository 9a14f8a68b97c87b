//! Sessions that are ready made, and what an application writes down about itself.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::time::Duration;

use common::{counter, paused};
use compneurovis_core::{
    Capabilities, DiagnosticsSpec, GridSlice, LiveApp, OperatorId, Phase, grid_field, prelude::*, still_app,
    surface_app, surface_scene,
};
use ndarray::Array2;

/// Counts by a step that can be set.
struct Count {
    value: f32,
    step: f32,
    time_ms: f64,
}

fn count_app() -> AppSpec {
    let scene = || {
        let field = Field::series("x", "time", vec![0.0], vec![0.0])?;
        Ok::<_, SessionError>(
            Scene::new()
                .with_field(field)
                .with_control(Control::scalar("step", "Step", 1.0, 0.0, 10.0))
                .with_control(Control::scalar("idle", "Idle", 1.0, 0.0, 10.0))
                .with_action(Action::new("jump", "Jump")),
        )
    };
    LiveApp::new("count", move || Ok((Count { value: 0.0, step: 1.0, time_ms: 0.0 }, scene()?)))
        .on_advance(|count, emitter| {
            count.time_ms += 1.0;
            count.value += count.step;
            emitter.append_series("x", "time", &[count.time_ms], &[count.value], Some(100));
            emitter.set_time(count.time_ms, 1);
            Ok(())
        })
        .on_control("step", |count, value, _| {
            count.step = value.as_f64().ok_or("a number")? as f32;
            Ok(())
        })
        .on_action("jump", |count, payload, context| {
            count.value += payload.get("by").and_then(Value::as_f64).unwrap_or(100.0) as f32;
            context.set_state("jumped", true);
            Ok(())
        })
        .on_key_press(|_, key, context| {
            context.set_state("key", key);
            Ok(true)
        })
        .app()
}

fn last(viewer: &Viewer) -> f32 {
    *viewer.scene.fields["x"].as_slice().unwrap().last().unwrap()
}

#[test]
fn closures_make_a_session() {
    let mut viewer = paused(count_app());
    viewer.run_until(3.0).unwrap();
    assert_eq!(last(&viewer), 3.0);
    viewer.set("step", 2.0).unwrap();
    viewer.act("jump").unwrap();
    viewer.press("Q").unwrap();
    viewer.run_until(4.0).unwrap();
    assert_eq!(last(&viewer), 105.0);
    assert_eq!((&viewer.scene.state["jumped"], &viewer.scene.state["key"]), (&Value::Bool(true), &Value::from("Q")));
    assert_eq!(viewer.status.capabilities, Capabilities::MODEL);
    assert_eq!(viewer.failures, []);
    viewer.set("idle", 2.0).unwrap();
    viewer.watch("a word", |viewer| !viewer.failures.is_empty()).unwrap();
    assert!(viewer.failures[0].to_string().contains("does nothing with the control `idle`"));
}

#[test]
fn starting_over_makes_the_state_anew_and_keeps_the_controls() {
    let mut viewer = paused(count_app());
    viewer.set("step", 3.0).unwrap();
    viewer.run_until(5.0).unwrap();
    assert_eq!(last(&viewer), 15.0);
    viewer.reset().unwrap();
    viewer.watch("the scene", |viewer| viewer.scenes == 2 && last(viewer) == 0.0).unwrap();
    assert_eq!(viewer.scene.state["step"], Value::Float(3.0));
    viewer.run_until(1.0).unwrap();
    assert_eq!(last(&viewer), 3.0, "the new state has heard of it");
}

#[test]
fn a_picture_stands_still_and_its_controls_move_what_follows_them() {
    let heights = Array2::from_shape_fn((3, 5), |(y, x)| (10 * y + x) as f32);
    let (field, grid) = grid_field("z", heights, (0..5).map(f64::from).collect(), vec![0.0, 1.0, 4.0]).unwrap();
    let scene = surface_scene(field.clone(), grid.clone())
        .with_operator(GridSlice::new("cut", "z", "y".to_owned(), Binding::state("at")).on_grid("z-grid"))
        .with_view(LinePlotView::new("profile", OperatorId::from("cut"), "x"))
        .with_control(Control::scalar("at", "At", 0.0, 0.0, 1.0));
    assert_eq!(scene.problems(), []);
    let mut viewer = Viewer::start(&still_app("surface", scene)).unwrap();
    viewer.watch("the scene", |viewer| viewer.scenes == 1 && viewer.status.phase == Phase::Running).unwrap();
    assert_eq!(viewer.status.capabilities, Capabilities::STILL);
    let profile = |viewer: &Viewer| viewer.scene.operators["cut"].evaluate(&viewer.scene).unwrap();
    assert_eq!(profile(&viewer).id().as_str(), "z at y=0.000");
    viewer.set("at", 1.0).unwrap();
    assert_eq!(profile(&viewer).as_slice(), Some(&[20.0, 21.0, 22.0, 23.0, 24.0][..]));
    assert_eq!(profile(&viewer).id().as_str(), "z at y=4.000");
    viewer.send(SessionCommand::Step).unwrap();
    viewer.send(SessionCommand::Reset).unwrap();
    viewer.watch("a refusal", |viewer| !viewer.failures.is_empty()).unwrap();
    assert_eq!((viewer.status.steps, viewer.failures.len()), (0, 1));
    assert_eq!(surface_app("surface", field, grid).title, "surface");
}

#[test]
fn coordinates_that_make_no_grid_are_refused() {
    let values = || Array2::zeros((2, 3));
    assert!(grid_field("z", values(), vec![0.0, 1.0], vec![0.0, 1.0]).is_err());
    assert!(grid_field("z", values(), vec![0.0, 1.0, 0.5], vec![0.0, 1.0]).is_err());
    assert!(grid_field("z", values(), vec![0.0, 1.0, 2.0], vec![0.0, f64::NAN]).is_err());
}

#[test]
fn the_perf_log_has_a_line_for_each_event() {
    let folder = tempfile::tempdir().unwrap();
    let diagnostics = DiagnosticsSpec { perf_log_folder: Some(folder.path().to_owned()), echo: false };
    let mut viewer = paused(counter().with_diagnostics(diagnostics));
    viewer.set("gain", 2.0).unwrap();
    viewer.send(SessionCommand::Resume).unwrap();
    let begin = std::time::Instant::now();
    viewer.watch("a third of a second", |_| begin.elapsed() > Duration::from_millis(350)).unwrap();
    drop(viewer);
    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
    let name = file.file_name().into_string().unwrap();
    assert!(name.starts_with("compneurovis-perf-session-") && name.ends_with("-0.jsonl"), "{name}");
    let text = std::fs::read_to_string(file.path()).unwrap();
    let records: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let find = |event: &str| records.iter().find(|record| record["event"] == event).unwrap_or_else(|| panic!("{text}"));
    assert!(find("initialise")["duration_ms"].as_f64().unwrap() >= 0.0);
    assert_eq!(find("handle_command")["command"], "set_control");
    let advance = find("advance");
    assert!(advance["advances"].as_u64().unwrap() > 0 && advance["updates"]["emitted"].as_u64().unwrap() > 0);
    assert_eq!((&advance["component"], &advance["pid"]), (&"session".into(), &std::process::id().into()));
}

#[test]
fn a_perf_log_that_cannot_be_written_keeps_nothing_from_running() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let diagnostics = DiagnosticsSpec { perf_log_folder: Some(file.path().join("below a file")), echo: false };
    let mut viewer = paused(counter().with_diagnostics(diagnostics));
    assert_eq!(viewer.step().unwrap(), 1);
}

#[test]
fn a_headless_frontend_runs_until_something_is_so() {
    let frontend = HeadlessFrontend::until("1 ms", |viewer: &Viewer| viewer.status.time_ms >= 1.0);
    frontend.run(counter()).unwrap();
    let impatient = HeadlessFrontend::until("never", |_: &Viewer| false).with_patience(Duration::from_millis(50));
    let error = impatient.run(counter()).unwrap_err().to_string();
    assert!(error.starts_with("gave up waiting for never after 0.05 s"), "{error}");
    let broken = AppSpec::new("broken", || Err::<common::Counter, _>("no model".into()));
    let error = HeadlessFrontend::until("1 ms", |_: &Viewer| false).run(broken).unwrap_err().to_string();
    assert_eq!(error, "the session failed while building the session: no model");
}
