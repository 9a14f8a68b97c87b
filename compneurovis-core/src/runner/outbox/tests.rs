use ndarray::ArrayD;
use proptest::prelude::*;

use super::*;
use crate::{
    Field, LinePlotView, Scene, SessionStatus, Value,
    random_updates::{any_update, world},
    runner::Steps,
};

/// The updates of a random stream that fit the scene which those before make.
fn valid(stream: Vec<SessionUpdate>) -> (Vec<SessionUpdate>, Scene) {
    let mut scene = world();
    let fitting = stream.into_iter().filter(|update| scene.apply(update.clone()).is_ok()).collect();
    (fitting, scene)
}

/// How many updates the reader takes at once, more or less: after each, or hardly ever.
fn reader() -> impl Strategy<Value = Vec<bool>> {
    (0.0f64..1.0).prop_flat_map(|speed| prop::collection::vec(prop::bool::weighted(speed), 60))
}

/// Pushes an update, as a small one if it can be.
fn push_small(outbox: &Outbox, update: SessionUpdate) {
    let done = match &update {
        SessionUpdate::FieldReplace { field, values, coords } if coords.is_empty() && values.ndim() == 1 => {
            outbox.overwrite(field, &values.iter().copied().collect::<Vec<f32>>())
        }
        SessionUpdate::FieldAppend { field, dim, values, coord, max_length } if values.ndim() == 2 => {
            let values: Vec<f32> = values.t().iter().copied().collect();
            outbox.join_steps(&Steps { field, dim, coord, values: &values, max_length: *max_length })
        }
        _ => false,
    };
    if !done {
        outbox.push(update);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(1000)))]

    #[test]
    fn the_coalesced_stream_leaves_the_same_scene(
        stream in prop::collection::vec(any_update(), 0..60),
        reads in reader(),
        push in prop::sample::select(vec![Outbox::push as fn(&Outbox, SessionUpdate), push_small]),
    ) {
        let (stream, all) = valid(stream);
        let outbox = Outbox::default();
        let mut coalesced = world();
        let mut read = || -> Result<(), TestCaseError> {
            for update in outbox.drain() {
                let text = format!("{update:?}");
                prop_assert_eq!(coalesced.apply(update).err(), None, "{}", text);
            }
            Ok(())
        };
        for (update, now) in stream.into_iter().zip(reads) {
            push(&outbox, update);
            if now {
                read()?;
            }
        }
        read()?;
        prop_assert_eq!(&coalesced, &all);
    }

    #[test]
    fn whatever_is_emitted_is_counted_and_bounded(stream in prop::collection::vec(any_update(), 0..200)) {
        let outbox = Outbox::default();
        let emitted = stream.len();
        for update in stream {
            outbox.push(update);
        }
        let counters = outbox.counters();
        prop_assert_eq!(counters.emitted, emitted as u64);
        prop_assert_eq!(outbox.drain().len(), counters.waiting);
        prop_assert_eq!(outbox.counters().waiting, 0);
        prop_assert!(counters.most_waiting >= counters.waiting);
        // A new scene takes away what waits before it, so more can be merged than is left out.
        prop_assert!(counters.merged + counters.waiting as u64 == counters.emitted);
    }
}

#[test]
fn a_new_life_is_seen_to_begin() {
    let outbox = Outbox::default();
    let status = |phase| SessionUpdate::Status(SessionStatus { phase, ..Default::default() });
    let error = |cause: &str| {
        let failure = crate::Failure { doing: "testing".into(), causes: vec![cause.into()], fatal: true };
        SessionUpdate::Error(failure)
    };
    let lives =
        [(Phase::Running, Some("old")), (Phase::Starting, None), (Phase::Running, Some("new")), (Phase::Failed, None)];
    for (phase, failure) in lives {
        outbox.push(status(phase));
        failure.map(error).into_iter().for_each(|update| outbox.push(update));
    }
    outbox.push(SessionUpdate::SceneReady(world().into()));
    let waiting: Vec<_> = outbox.drain().into_iter().take(3).collect();
    assert_eq!(waiting, [status(Phase::Starting), error("new"), status(Phase::Failed)]);
}

#[test]
fn the_newest_timeline_is_enough_and_outlives_a_new_scene() {
    let outbox = Outbox::default();
    let timeline = |end_ms| SessionUpdate::Timeline(crate::Timeline::new(0.0, end_ms));
    outbox.push(timeline(1.0));
    outbox.push(timeline(2.0));
    outbox.push(SessionUpdate::SceneReady(world().into()));
    assert_eq!(outbox.drain().into_iter().next(), Some(timeline(2.0)));
}

/// What an animated session emits in one step, with everything that can be said of a step.
fn emit_step(outbox: &Outbox, step: u32) {
    let mut values = outbox.take_buffer(1000);
    values.resize(1000, step as f32);
    let values = ndarray::Array1::from_vec(values).into_dyn();
    let title = step.to_string();
    let view = LinePlotView::new("plot", "history", "time").with_title(&title);
    let mut panel = PanelPatch::new("p");
    panel.title = Some(title.clone());
    let updates = [
        SessionUpdate::StatePatch(State::from([("step".to_owned(), Value::Int(step.into()))])),
        SessionUpdate::FieldReplace { field: "v".into(), values, coords: vec![] },
        SessionUpdate::ScenePatch(vec![SceneChange::SetView(view.into())]),
        SessionUpdate::FieldAppend {
            field: "history".into(),
            dim: "time".into(),
            values: ArrayD::from_elem(vec![2, 1], 0.0),
            coord: vec![f64::from(step)],
            max_length: Some(100),
        },
        SessionUpdate::PanelPatch(panel),
        SessionUpdate::ScenePatch(vec![SceneChange::SetField(Field::series("s", "x", vec![], vec![]).unwrap())]),
        SessionUpdate::Error(crate::Failure { doing: "testing".into(), causes: vec![title], fatal: false }),
    ];
    updates.into_iter().for_each(|update| outbox.push(update));
}

#[test]
fn a_reader_that_never_comes_costs_no_memory() {
    let outbox = Outbox::default();
    for step in 0..10_000 {
        emit_step(&outbox, step);
    }
    let counters = outbox.counters();
    assert_eq!((counters.emitted, counters.trimmed), (70_000, 9_900));
    let waiting = outbox.drain();
    // State, values, one patch, appends, panel; and the errors, of which the newest are kept.
    assert_eq!(waiting.len(), 5 + MAX_ERRORS, "{waiting:?}");
    assert!(waiting.iter().any(|update| matches!(
        update, SessionUpdate::FieldAppend { coord, .. } if coord.len() == 100 && coord[99] == 9999.0
    )));
    assert!(waiting.iter().any(|update| matches!(
        update, SessionUpdate::StatePatch(patch) if patch["step"] == Value::Int(9999)
    )));
}

#[test]
fn what_is_taken_is_of_the_time_told_last_or_just_after() {
    let outbox = Outbox::default();
    let replace = |value| SessionUpdate::FieldReplace {
        field: "v".into(),
        values: ArrayD::from_elem(ndarray::IxDyn(&[1]), value),
        coords: Vec::new(),
    };
    outbox.push(replace(1.0));
    assert_eq!(outbox.drain_moment().1, None, "it tells no time");
    outbox.push(replace(2.0));
    outbox.tell_moment(Some(30.0));
    outbox.push(SessionUpdate::Status(SessionStatus::default()));
    assert_eq!(outbox.drain_moment().1, Some(30.0), "a status is no part of the scene");
    outbox.push(replace(3.0));
    let (updates, time_ms) = outbox.drain_moment();
    assert_eq!((updates.len(), time_ms), (1, Some(30.0 + 1e-9)), "in the middle of a batch");
    outbox.tell_moment(Some(30.0));
    assert_eq!(outbox.drain_moment().1, Some(30.0 + 1e-9), "time does not go back");
    outbox.tell_moment(Some(30.5));
    assert_eq!(outbox.drain_moment().1, Some(30.5));
    // Small values that overwrite others that wait are as new.
    outbox.push(replace(4.0));
    outbox.tell_moment(Some(31.0));
    assert!(outbox.overwrite(&"v".into(), &[5.0]));
    assert_eq!(outbox.drain_moment().1, Some(31.0 + 1e-9));
}
