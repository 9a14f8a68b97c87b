//! Runs to files and back: what was shown at a moment is there again, whatever became of viewer, disk and
//! process.
#![cfg(feature = "recording")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::{fs, path::Path, sync::Arc, time::Duration};

use common::{counter, paused};
use compneurovis_core::{
    Capabilities, LiveApp, Phase, RecordError, RecordedSession, RecordingFile, RecordingFileError, RecordingSettings,
    RecordingSpec, ReplayFrame, Timeline, prelude::*, recorded_app,
};
use compneurovis_core::{MarkKind, Recording, replay_app};

/// A session of a cell of 200 compartments, a trace of two of them, and a knob.
struct Cell {
    time_ms: f64,
    gain: f32,
}

impl Cell {
    fn app() -> AppSpec {
        AppSpec::new("Cell", || Ok(Self { time_ms: 0.0, gain: 1.0 }))
    }

    fn voltage(&self, at: usize) -> f32 {
        self.gain * 40.0 * (self.time_ms as f32 * 0.5 + at as f32 * 0.1).sin() - 20.0
    }
}

impl Session for Cell {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let mut cell = MorphologyGeometry::builder("cell");
        cell.section(compneurovis_core::Section::new("soma", compneurovis_core::SectionKind::Soma, 200));
        let traces = [("segment", Coord::labels(["a", "b"])), ("time", Coord::from(vec![]))];
        let traces = Field::new("traces", ndarray::ArrayD::zeros(vec![2, 0]), traces)?.with_unit("mV");
        let scene = Scene::new()
            .with_geometry(cell.build()?)
            .with_field(Field::over_compartments("v", "cell", vec![-65.0; 200])?.with_unit("mV"))
            .with_field(traces)
            .with_view(MorphologyView::new("cell", "cell").colored_by("v"))
            .with_view(LinePlotView::new("plot", "traces", "time"))
            .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 2.0))
            .with_action(Action::new("kick", "Kick"));
        Ok(Some(scene))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.time_ms += 0.1;
        emitter.replace("v", (0..200).map(|at| self.voltage(at)).collect());
        let values = ndarray::arr2(&[[self.voltage(0)], [self.voltage(30)]]).into_dyn();
        emitter.append("traces", "time", &[self.time_ms], values, Some(100));
        emitter.set_time(self.time_ms, 1);
        Ok(())
    }

    fn on_reset(&mut self, context: &mut SessionContext) -> Result<bool, SessionError> {
        self.time_ms = 0.0;
        context.emitter().replace("v", vec![-65.0; 200]);
        context.emitter().set_time(0.0, 0);
        Ok(true)
    }

    fn on_control(&mut self, _: &ControlId, value: &Value, _: &mut SessionContext) -> Result<bool, SessionError> {
        self.gain = value.as_f64().ok_or("a number")? as f32;
        Ok(true)
    }

    fn on_action(&mut self, _: &ActionId, _: &Payload, context: &mut SessionContext) -> Result<bool, SessionError> {
        context.show_status("kicked", None);
        Ok(true)
    }
}

/// Runs a cell for some steps, and keeps what was shown after each: times of the run, and scenes.
fn run(viewer: &mut Viewer, steps: usize, shown: &mut Vec<(f64, Scene)>, offset_ms: f64) {
    for _ in 0..steps {
        viewer.step().unwrap();
        shown.push((viewer.status.time_ms + offset_ms, viewer.scene.clone()));
    }
}

/// A recorded run with a control that is set, a compartment that is selected, an action and a reset.
fn eventful_run(path: &Path) -> Vec<(f64, Scene)> {
    let mut viewer = paused(Cell::app().with_recording(path));
    viewer.watch("the scene", |viewer| !viewer.scene.fields.is_empty()).unwrap();
    let mut shown = Vec::new();
    run(&mut viewer, 40, &mut shown, 0.0);
    viewer.set("gain", 1.5).unwrap();
    viewer.click("soma@0.50250").unwrap();
    viewer.act("kick").unwrap();
    // Of one time the file has what was shown last.
    shown[39].1 = viewer.scene.clone();
    run(&mut viewer, 40, &mut shown, 0.0);
    viewer.reset().unwrap();
    run(&mut viewer, 40, &mut shown, 8.000_001);
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
    let status = viewer.link.recording().unwrap();
    assert!(status.running && status.error.is_none(), "{status:?}");
    shown
}

fn assert_equal(file: &RecordingFile, shown: &[(f64, Scene)]) {
    assert!(!shown.is_empty());
    for (time_ms, scene) in shown {
        let again = file.scene_at(*time_ms).unwrap();
        assert_eq!(again, *scene, "at {time_ms} ms");
    }
}

#[test]
fn every_moment_of_a_run_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    let shown = eventful_run(&path);
    let file = RecordingFile::open(&path).unwrap();
    assert_equal(&file, &shown);
    let info = file.info();
    assert!(info.complete, "{info:?}");
    assert_eq!((info.title.as_str(), info.dropped_frames), ("Cell", Some(0)));
    assert_eq!(info.controls.as_ref().unwrap()["gain"], Value::Float(1.5));
    assert_eq!(file.fields().unwrap(), ["v".into(), "traces".into()]);
    assert_eq!((file.start_ms(), file.end_ms().round()), (0.0, 12.0));
    let marks = file.marks().unwrap();
    let of = |kind| marks.iter().filter(|mark| mark.kind == kind).map(|mark| mark.label.as_str()).collect::<Vec<_>>();
    assert_eq!(of(MarkKind::Control), ["Gain = 1.5"]);
    assert_eq!(of(MarkKind::Action), ["Kick"]);
    assert_eq!(of(MarkKind::Reset), ["reset"]);
    assert!(of(MarkKind::Spike).contains(&"a"), "{marks:?}");
    let spike = marks.iter().find(|mark| mark.kind == MarkKind::Spike).unwrap();
    let before = file.scene_at(spike.time_ms - 0.05).unwrap();
    assert!(*before.fields["traces"].series_of("time", &spike.label).unwrap().last().unwrap() < 0.0);
    let at = file.scene_at(spike.time_ms + 1e-4).unwrap();
    assert!(*at.fields["traces"].series_of("time", &spike.label).unwrap().last().unwrap() >= 0.0);
}

#[test]
fn a_file_that_was_cut_anywhere_opens_and_shows_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    let shown = eventful_run(&path);
    let bytes = fs::read(&path).unwrap();
    let cut = folder.path().join("cut.mcap");
    let mut opened = 0;
    for length in (0..bytes.len()).step_by(bytes.len() / 200 + 1) {
        fs::write(&cut, &bytes[..length]).unwrap();
        let Ok(file) = RecordingFile::open(&cut) else {
            assert!(length < 2000, "cut at {length} it does not open");
            continue;
        };
        assert!(!file.info().complete);
        let end_ms = file.end_ms();
        match file.scene_at(end_ms) {
            Ok(_) => {
                opened += 1;
                let known: Vec<_> = shown.iter().filter(|(time_ms, _)| time_ms + 1e-4 < end_ms).cloned().collect();
                if opened % 10 == 1 && !known.is_empty() {
                    assert_equal(&file, &known);
                }
            }
            Err(error) => assert!(matches!(error, RecordingFileError::Empty), "{error}"),
        }
        file.marks().unwrap();
    }
    assert!(opened > 50, "{opened}");
}

#[test]
fn a_recording_is_begun_and_ended_by_the_frontend_while_the_session_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.mcap");
    let mut viewer = paused(Cell::app());
    let mut shown = Vec::new();
    run(&mut viewer, 30, &mut shown, 0.0);
    shown.clear();
    // What the viewer has not taken yet is part of it, too.
    let before = viewer.link.updates.counters().emitted;
    viewer.send(SessionCommand::Step).unwrap();
    while viewer.link.updates.counters().emitted < before + 3 {
        std::thread::sleep(Duration::from_millis(1));
    }
    viewer.link.record_to(&path, &viewer.scene).unwrap();
    let again = viewer.link.record_to(folder.path().join("other.mcap"), &viewer.scene);
    assert!(matches!(again, Err(RecordError::Running { .. })), "{again:?}");
    viewer.watch("the step", |viewer| viewer.status.time_ms > 3.05).unwrap();
    shown.push((viewer.status.time_ms, viewer.scene.clone()));
    run(&mut viewer, 30, &mut shown, 0.0);
    let status = viewer.link.stop_recording().unwrap();
    assert!(!status.running && status.error.is_none(), "{status:?}");
    assert!(viewer.link.stop_recording().is_none());
    run(&mut viewer, 3, &mut Vec::new(), 0.0);
    let file = RecordingFile::open(&path).unwrap();
    assert_equal(&file, &shown);
    assert!((file.start_ms() - 3.0).abs() < 0.11, "{}", file.start_ms());
    assert!((file.end_ms() - 6.1).abs() < 1e-3, "{}", file.end_ms());
    let exists = viewer.link.record_to(&path, &viewer.scene);
    assert!(matches!(exists, Err(RecordError::Create { .. })), "no recording is overwritten: {exists:?}");
}

#[test]
fn with_the_viewer_stopped_ten_thousand_updates_are_all_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    let app = counter().with_recording(&path).with_first_command(SessionCommand::RunUntil { time_ms: 1000.0 });
    let link = app.start().unwrap();
    // Nobody takes an update.
    while link.recording().unwrap().updates < 10_001 {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(link);
    let file = RecordingFile::open(&path).unwrap();
    for steps in [1, 49, 50, 5000, 9999, 10_000] {
        let scene = file.scene_at(f64::from(steps) * 0.1 + 0.01).unwrap();
        let newest = *scene.fields["x"].as_slice().unwrap().last().unwrap();
        assert_eq!(newest, steps as f32);
    }
    let whole = file.whole_run().unwrap();
    assert_eq!(whole.fields["x"].as_slice().unwrap(), (0..=10_000).map(|step| step as f32).collect::<Vec<_>>());
    let mut viewer = play(&path);
    let mut seen = 0;
    while viewer.status.time_ms < file.end_ms() {
        viewer.step().unwrap();
        seen += 1;
    }
    assert!(seen >= 10_000, "{seen} moments");
}

#[test]
fn a_disk_that_is_too_slow_costs_whole_frames_and_never_a_sample() {
    const STEPS: usize = 1500;
    const VALUES: usize = 100_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    // What does not compress takes longest; a step is much faster than its way to the disk.
    let noise = |at: usize| ((at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f32;
    let noise: Vec<f32> = (0..VALUES + STEPS).map(noise).collect();
    let app = LiveApp::new("Flood", || {
        let frame = Field::series("v", "x", vec![0.0; VALUES], vec![0.0; VALUES])?;
        Ok((0_usize, Scene::new().with_field(frame).with_field(Field::series("x", "time", vec![0.0], vec![0.0])?)))
    })
    .on_advance(move |step, emitter| {
        *step += 1;
        let mut buffer = emitter.take_buffer(VALUES);
        buffer.extend_from_slice(&noise[*step..*step + VALUES]);
        buffer[0] = *step as f32;
        emitter.replace("v", buffer);
        emitter.append_series("x", "time", &[*step as f64], &[*step as f32], Some(10));
        emitter.set_time(*step as f64, 1);
        Ok(())
    });
    let mut settings = RecordingSettings::default();
    settings.queue_bytes = 2 << 20;
    let mut app = app.app().with_first_command(SessionCommand::Pause);
    app.recording = Some(RecordingSpec { path: path.clone(), settings });
    let mut viewer = Viewer::start(&app).unwrap();
    viewer.run_until(STEPS as f64).unwrap();
    let status = viewer.link.stop_recording().unwrap();
    assert!(status.error.is_none() && !status.running, "{status:?}");
    assert!(status.dropped_frames > 0, "the queue never was full");
    viewer.watch("a word about it", |viewer| viewer.notice.text.contains("leaves out frames")).unwrap();

    let file = RecordingFile::open(&path).unwrap();
    assert_eq!(file.info().dropped_frames, Some(status.dropped_frames));
    let whole = file.whole_run().unwrap();
    let samples: Vec<f32> = (0..=STEPS).map(|step| step as f32).collect();
    assert_eq!(whole.fields["x"].as_slice(), Some(&samples[..]), "every sample is there");
    let mut frames = std::collections::BTreeSet::new();
    for step in 1..=STEPS {
        // Looking at every moment would take longer than the run.
        if step % 50 == 0 || step > STEPS - 5 {
            let scene = file.scene_at(step as f64).unwrap();
            let frame = scene.fields["v"].as_slice().unwrap()[0];
            assert_eq!(scene.fields["x"].as_slice().unwrap().last(), Some(&(step as f32)));
            assert!(frame <= step as f32, "a frame of step {frame} at {step}");
            frames.insert(frame as usize);
        }
    }
    assert!(frames.contains(&STEPS), "the last frame is no one's to supersede");
}

/// Plays a file as fast as it goes, standing still at first.
fn play(path: &Path) -> Viewer {
    let app = recorded_app(path).unwrap();
    let mut viewer = Viewer::start(
        &app.with_first_command(SessionCommand::SetPace(Pace::Unlimited)).with_first_command(SessionCommand::Pause),
    )
    .unwrap();
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused && viewer.scenes == 1).unwrap();
    viewer
}

#[test]
fn a_recording_is_a_session_that_plays_seeks_loops_and_starts_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    let shown = eventful_run(&path);
    let mut viewer = play(&path);
    assert_eq!(viewer.status.capabilities, Capabilities::RECORDING);
    let Timeline { start_ms, end_ms, .. } = viewer.timeline.clone().unwrap();
    assert_eq!((start_ms, end_ms.round()), (0.0, 12.0));
    let seek = |viewer: &mut Viewer, time_ms: f64| {
        viewer.send(SessionCommand::Seek { time_ms }).unwrap();
        viewer.watch("the moment", |viewer| (viewer.status.time_ms - time_ms).abs() < 1e-9).unwrap();
    };
    for at in [70, 3, 119, 118, 42, 80, 79, 0] {
        let (time_ms, scene) = &shown[at];
        seek(&mut viewer, *time_ms);
        assert_eq!(viewer.scene, *scene, "at {time_ms}");
    }
    // Once from a selection to none, and back again at the end.
    assert_eq!(viewer.scenes, 3, "values alone go out where the structure is the same");
    // Played on from there.
    for (_, scene) in &shown[1..40] {
        viewer.step().unwrap();
        assert_eq!(viewer.scene.fields, scene.fields);
    }
    seek(&mut viewer, end_ms);
    assert_eq!(viewer.scene, shown.last().unwrap().1);
    viewer.reset().unwrap();
    let first = RecordingFile::open(&path).unwrap().scene_at(0.0).unwrap();
    assert_eq!(viewer.scene, first);
    viewer.send(SessionCommand::Resume).unwrap();
    viewer.watch("the end", |viewer| viewer.status.phase == Phase::Paused && viewer.status.time_ms == end_ms).unwrap();
    viewer.send(SessionCommand::SetLoop(true)).unwrap();
    viewer.send(SessionCommand::Resume).unwrap();
    viewer.watch("another round", |viewer| viewer.status.time_ms < 3.0).unwrap();
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
}

#[test]
fn a_session_that_tells_no_time_is_recorded_by_the_clock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    let app =
        LiveApp::new("Waves", || Ok((0_u32, Scene::new().with_field(Field::series("z", "x", vec![0.0], vec![0.0])?))))
            .on_advance(|count, emitter| {
                *count += 1;
                emitter.replace("z", vec![*count as f32]);
                Ok(())
            })
            .every(Duration::from_millis(10))
            .app();
    let mut viewer = Viewer::start(&app.with_recording(&path)).unwrap();
    let count = |viewer: &Viewer| viewer.scene.fields.get("z").map_or(0.0, |field| field.as_slice().unwrap()[0]);
    viewer.watch("twenty frames", |viewer| count(viewer) >= 20.0).unwrap();
    drop(viewer);
    let file = RecordingFile::open(&path).unwrap();
    assert!((150.0..20_000.0).contains(&file.end_ms()), "{}", file.end_ms());
    let at = |time_ms| file.scene_at(time_ms).unwrap().fields["z"].as_slice().unwrap()[0];
    assert!(at(100.0) < at(150.0), "{} and {}", at(100.0), at(150.0));
}

#[test]
fn a_replay_can_be_recorded_itself_and_failures_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    let scene = Scene::new().with_field(Field::series("a", "x", vec![0.0], vec![0.0]).unwrap());
    let frame = |at: usize| ReplayFrame::new(at as f64).with("a", ndarray::arr1(&[at as f32]).into_dyn());
    let recording = Recording::new(scene, (0..50).map(frame).collect()).unwrap();
    let app = replay_app("replay", recording).with_first_command(SessionCommand::SetPace(Pace::Unlimited));
    let app = app.with_first_command(SessionCommand::SetLoop(false)).with_recording(&path);
    let mut viewer = Viewer::start(&app).unwrap();
    viewer.watch("the end", |viewer| viewer.status.time_ms == 49.0).unwrap();
    viewer.send(SessionCommand::set("nothing", 1.0)).unwrap();
    viewer.watch("a refusal", |viewer| !viewer.failures.is_empty()).unwrap();
    drop(viewer);
    let file = Arc::new(RecordingFile::open(&path).unwrap());
    assert_eq!(file.scene_at(20.0).unwrap().fields["a"].as_slice(), Some(&[20.0][..]));
    assert!(file.marks().unwrap().iter().any(|mark| mark.kind == MarkKind::Failure));
    let _ = RecordedSession::new(file);
}

#[test]
fn what_is_no_recording_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    assert!(matches!(RecordingFile::open(&path), Err(RecordingFileError::Io(_))));
    for (bytes, what) in [(&b""[..], "empty"), (b"hello, world, this is no recording", "text")] {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(RecordingFile::open(&path), Err(RecordingFileError::Magic)), "{what}");
    }
    let missing = counter().with_recording(folder.path().join("nowhere/run.mcap")).start();
    assert!(missing.unwrap_err().to_string().contains("nowhere"), "the error names the file");
}
