//! Recordings: played, sought, looped and reset.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use compneurovis_core::{Mark, MarkKind, Phase, Recording, RecordingError, ReplayFrame, prelude::*, replay_app};
use ndarray::{ArrayD, arr1};

fn scene() -> Scene {
    Scene::new()
        .with_field(Field::series("a", "x", vec![0.0, 1.0], vec![-1.0, -1.0]).unwrap())
        .with_field(Field::series("b", "x", vec![0.0], vec![-2.0]).unwrap())
}

fn both(first: f32) -> ArrayD<f32> {
    arr1(&[first, first]).into_dyn()
}

/// Frames at 0, 10, 20 ... ms; `b` changes with every third only, and grows, so that it has coords.
fn frames() -> Vec<ReplayFrame> {
    let frame = |at: usize| {
        let frame = ReplayFrame::new(at as f64 * 10.0).with("a", both(at as f32));
        if at % 3 != 2 {
            return frame;
        }
        let coord = (0..at).map(|x| x as f64).collect::<Vec<_>>();
        frame.with_coords("b", ArrayD::from_elem(vec![at], at as f32), vec![("x".to_owned(), coord.into())])
    };
    (0..10).map(frame).collect()
}

fn start() -> Viewer {
    let recording = Recording::new(scene(), frames()).unwrap();
    let app = replay_app("replay", recording).with_first_command(SessionCommand::SetPace(Pace::Unlimited));
    let mut viewer = Viewer::start(&app.with_first_command(SessionCommand::Pause)).unwrap();
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused && viewer.scenes == 1).unwrap();
    viewer
}

/// What is shown of both fields: the frame by `a`, and the frame that `b` is from.
fn shown(viewer: &Viewer) -> (f32, f32, usize) {
    // Before the first scene there is nothing.
    let values = |field: &str| match viewer.scene.fields.get(field) {
        None => vec![f32::NAN],
        Some(field) => field.as_slice().unwrap().to_vec(),
    };
    (values("a")[0], values("b")[0], values("b").len())
}

#[test]
fn it_tells_how_far_it_can_be_sought() {
    let marks = [40.0, 20.0].map(|time_ms| Mark::new(time_ms, MarkKind::Spike, "soma"));
    let recording = Recording::new(scene(), frames()).unwrap().with_marks(marks);
    let mut viewer = Viewer::start(&replay_app("replay", recording)).unwrap();
    viewer.watch("a timeline", |viewer| viewer.timeline.is_some()).unwrap();
    let timeline = viewer.timeline.clone().unwrap();
    assert_eq!((timeline.start_ms, timeline.end_ms), (0.0, 90.0));
    assert_eq!(timeline.marks.iter().map(|mark| mark.time_ms).collect::<Vec<_>>(), [20.0, 40.0]);
}

#[test]
fn it_starts_with_the_first_frame_and_plays_the_others_in_turn() {
    let mut viewer = start();
    assert_eq!(shown(&viewer), (0.0, -2.0, 1));
    for at in 1..10 {
        viewer.step().unwrap();
        viewer.watch("a frame", |viewer| shown(viewer).0 == at as f32).unwrap();
        assert_eq!(viewer.status.time_ms, f64::from(at) * 10.0);
        let b = match at {
            0..2 => (-2.0, 1),
            2..5 => (2.0, 2),
            5..8 => (5.0, 5),
            _ => (8.0, 8),
        };
        assert_eq!((shown(&viewer).1, shown(&viewer).2), b, "at {at}");
    }
}

#[test]
fn seeking_shows_what_playing_up_to_there_would() {
    let mut viewer = start();
    for (time_ms, expected) in [
        (35.0, (3.0, 2.0, 2)),
        (90.0, (9.0, 8.0, 8)),
        (19.999, (1.0, -2.0, 1)),
        (1e9, (9.0, 8.0, 8)),
        (-5.0, (0.0, -2.0, 1)),
        (50.0, (5.0, 5.0, 5)),
    ] {
        viewer.send(SessionCommand::Seek { time_ms }).unwrap();
        viewer.watch("the frame", |viewer| shown(viewer) == expected).unwrap();
    }
    assert_eq!(viewer.failures, []);
}

#[test]
fn it_loops_or_stops_at_its_end_and_begins_again_from_there() {
    let mut viewer = start();
    viewer.send(SessionCommand::Resume).unwrap();
    viewer.watch("three rounds", |viewer| viewer.status.steps > 27).unwrap();
    viewer.send(SessionCommand::SetLoop(false)).unwrap();
    let ended = |viewer: &Viewer| viewer.status.phase == Phase::Paused && viewer.status.time_ms == 90.0;
    viewer.watch("the end", ended).unwrap();
    assert_eq!(shown(&viewer).0, 9.0);
    viewer.send(SessionCommand::Step).unwrap();
    viewer.watch("the beginning", |viewer| viewer.status.time_ms == 0.0).unwrap();
    assert_eq!(shown(&viewer), (0.0, -2.0, 1));
    viewer.send(SessionCommand::Resume).unwrap();
    viewer.watch("the end again", ended).unwrap();
}

#[test]
fn reset_goes_to_the_first_frame() {
    let mut viewer = start();
    viewer.run_until(40.0).unwrap();
    viewer.press("R").unwrap();
    viewer.watch("the first frame", |viewer| shown(viewer) == (0.0, -2.0, 1) && viewer.status.time_ms == 0.0).unwrap();
}

#[test]
fn its_pace_is_that_of_its_times() {
    let frames = (0..4).map(|at| both(at as f32));
    let recording = Recording::of_field(scene(), "a", 50.0, frames).unwrap();
    let begin = std::time::Instant::now();
    let mut viewer = Viewer::start(&replay_app("replay", recording)).unwrap();
    viewer.watch("the last frame", |viewer| shown(viewer).0 == 3.0).unwrap();
    // A tenth of a second is what it may catch up.
    assert!(begin.elapsed().as_millis() >= 50, "{:?}", begin.elapsed());
}

#[test]
fn what_is_no_recording_is_refused_by_frame() {
    let refused = |frames| Recording::new(scene(), frames).unwrap_err();
    assert_eq!(refused(vec![]), RecordingError::NoFrames);
    let at = |time_ms: f64| ReplayFrame::new(time_ms).with("a", both(0.0));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(refused(vec![at(0.0), at(bad)]), RecordingError::Time { frame: 1, .. }), "{bad}");
    }
    let unknown = refused(vec![at(0.0), ReplayFrame::new(1.0).with("c", both(0.0))]);
    assert_eq!(unknown.to_string(), "frame 1 does not fit the scene");
    assert!(matches!(unknown, RecordingError::Frame { frame: 1, .. }));
    let shape = refused(vec![ReplayFrame::new(0.0).with("b", both(0.0))]);
    assert!(matches!(shape, RecordingError::Frame { frame: 0, .. }));
    let twice = refused(vec![at(0.0).with("a", both(1.0))]);
    assert!(matches!(twice, RecordingError::FieldTwice { frame: 0, .. }));
}
