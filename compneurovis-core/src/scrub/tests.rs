use proptest::prelude::*;

use super::*;
use crate::{
    Field, Value,
    random_updates::{any_update, world},
};

/// A run that is shown after every few updates, with what was shown at each time.
fn run(stream: Vec<SessionUpdate>, budget_bytes: usize) -> (ScrubBuffer, Vec<(f64, Scene)>) {
    let mut scene = world();
    let mut buffer = ScrubBuffer::starting_at(budget_bytes, 0.0, &scene);
    let mut shown = vec![(0.0, scene.clone())];
    for (at, update) in stream.into_iter().enumerate() {
        buffer.note(&update);
        // Also those that do not fit, as in a window.
        let _ = scene.apply(update);
        if at % 3 == 2 {
            let time_ms = at as f64;
            buffer.shown(time_ms, &scene);
            shown.push((time_ms, scene.clone()));
        }
    }
    (buffer, shown)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_moment_is_given_back_bit_by_bit(stream in prop::collection::vec(any_update(), 0..60)) {
        let (buffer, shown) = run(stream, usize::MAX);
        for (time_ms, scene) in shown {
            prop_assert_eq!(buffer.scene_at(time_ms), Some(scene.clone()), "at {}", time_ms);
            prop_assert_eq!(buffer.scene_at(time_ms + 0.5), Some(scene));
        }
    }

    #[test]
    fn within_any_budget_what_is_given_back_was_shown(
        stream in prop::collection::vec(any_update(), 0..200),
        budget_bytes in 1_000usize..40_000,
    ) {
        let (buffer, shown) = run(stream, budget_bytes);
        prop_assert!(buffer.bytes() <= budget_bytes || buffer.moments() == 1);
        let newest = shown.last().unwrap();
        prop_assert_eq!(buffer.scene_at(f64::INFINITY), Some(newest.1.clone()));
        for (time_ms, _) in &shown {
            let given = buffer.scene_at(*time_ms).unwrap();
            prop_assert!(shown.iter().any(|(_, scene)| *scene == given), "at {} something that never was", time_ms);
        }
    }
}

#[test]
fn whole_frames_go_first_and_then_the_oldest() {
    let frames = Field::series("v", "x", (0..1000).map(f64::from).collect(), vec![0.0; 1000]).unwrap();
    let trace = Field::series("h", "time", vec![0.0], vec![0.0]).unwrap();
    let mut scene = Scene::new().with_field(frames).with_field(trace);
    let mut buffer = ScrubBuffer::starting_at(1 << 20, 0.0, &scene);
    for at in 1..=2000 {
        let value = at as f32;
        let updates = [
            SessionUpdate::FieldReplace {
                field: "v".into(),
                values: ndarray::Array1::from_elem(1000, value).into_dyn(),
                coords: vec![],
            },
            SessionUpdate::FieldAppend {
                field: "h".into(),
                dim: "time".into(),
                values: ndarray::arr1(&[value]).into_dyn(),
                coord: vec![f64::from(at)],
                max_length: None,
            },
        ];
        for update in updates {
            buffer.note(&update);
            scene.apply(update).unwrap();
        }
        buffer.shown(f64::from(at), &scene);
        assert!(buffer.bytes() <= 1 << 20);
    }
    assert!(buffer.thinned() > 1000, "{}", buffer.thinned());
    let (first, last) = buffer.range().unwrap();
    assert_eq!(last, 2000.0);
    // A plain ring would hold 250 frames.
    assert!(last - first > 500.0, "{first} to {last}");
    for time_ms in [first, 1500.3, 1999.0, 2000.0] {
        let scene = buffer.scene_at(time_ms).unwrap();
        let (frame, samples) = (scene.fields["v"].as_slice().unwrap()[0], scene.fields["h"].as_slice().unwrap());
        assert_eq!(*samples.last().unwrap(), frame, "frame and trace are of one moment");
        assert_eq!(samples.len(), frame as usize + 1, "no sample is lost");
        assert!(f64::from(frame) <= time_ms);
    }
}

#[test]
fn what_the_user_has_set_comes_back_and_a_reset_is_marked() {
    let mut scene = world();
    let mut buffer = ScrubBuffer::starting_at(1 << 20, 0.0, &scene);
    scene.state.insert("gain".to_owned(), Value::Float(1.5));
    buffer.shown(10.0, &scene);
    buffer.shown(0.0, &scene);
    buffer.shown(5.0, &scene);
    let gain = |time_ms| buffer.scene_at(time_ms).unwrap().state["gain"].clone();
    assert_eq!((gain(9.0), gain(10.0)), (Value::Float(1.0), Value::Float(1.5)));
    let timeline = buffer.timeline().unwrap();
    assert!((timeline.end_ms - 15.0).abs() < 1e-3, "time goes on: {timeline:?}");
    assert_eq!(timeline.marks.iter().map(|mark| mark.kind).collect::<Vec<_>>(), [MarkKind::Reset]);
}

#[test]
fn no_budget_keeps_nothing() {
    let mut buffer = ScrubBuffer::new(0);
    buffer.note(&SessionUpdate::SceneReady(world().into()));
    buffer.shown(0.0, &world());
    assert_eq!((buffer.bytes(), buffer.range(), buffer.scene_at(0.0)), (0, None, None));
}
