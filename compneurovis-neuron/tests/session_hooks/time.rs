//! Where batches and runs end.

use compneurovis_core::{Phase, SessionCommand, Value, Viewer};
use compneurovis_neuron::{HISTORY_FIELD, TRACE_VIEW};

use crate::common;
use crate::common::look::Look;
use crate::stick::{Wants, watch};

#[test]
fn variable_steps_end_at_multiples_of_the_display_interval() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = watch(Wants::VariableSteps, |settings| settings.display_dt_ms = 1.0);
    let mut ends = Vec::new();
    for update in 1..=12 {
        assert!(viewer.step().unwrap() >= 1);
        let (times, last) = (viewer.times(), viewer.status.time_ms);
        assert_eq!(times.last(), Some(&last), "coords are the true times");
        // But for the last bits: a pulse begins a hair before 2 ms.
        let goal_ms = ends.last().map_or(0.0, |end: &f64| (end + 1e-9).floor()) + 1.0 - 1e-9;
        assert!(last >= goal_ms && times[times.len() - 2] < goal_ms, "update {update}: {times:?} to {goal_ms}");
        ends.push(last);
    }
    let times = viewer.times();
    assert!(times.windows(2).all(|pair| pair[1] >= pair[0]));
    let steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(steps.iter().any(|step| (step - 0.1).abs() > 0.01), "not fixed: {steps:?}");

    // An action turns it on in the middle.
    drop(viewer);
    let (mut viewer, _log) = watch(Wants::Nothing, |settings| settings.display_dt_ms = 1.0);
    assert_eq!(viewer.step().unwrap(), 10);
    viewer.wish("variable");
    viewer.step().unwrap();
    assert!(
        viewer.status.time_ms > 1.99 && viewer.times()[11..].iter().any(|time| (time * 10.0).fract() > 0.1),
        "{:?}",
        viewer.times()
    );
}

#[test]
fn a_session_stands_still_at_its_end() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = watch(Wants::Nothing, |settings| settings.display_dt_ms = 0.7);
    viewer.wish_for("tstop", 3.0);
    let paused = |viewer: &Viewer| viewer.status.phase == Phase::Paused;
    viewer.send(SessionCommand::Resume).unwrap();
    viewer.watch("the stop", |viewer| paused(viewer) && viewer.status.time_ms > 0.0).unwrap();
    assert!((viewer.status.time_ms - 3.0).abs() < 1e-9, "not beyond, though no multiple: {}", viewer.status.time_ms);
    // It can be gone beyond.
    viewer.run_until(5.0).unwrap();
    assert!(viewer.scene.fields.contains_key(HISTORY_FIELD) && viewer.scene.views.contains_key(TRACE_VIEW));
    assert_eq!(
        viewer.scene.state["tstop"],
        Value::Float(1000.0),
        "that is the viewer's own, and was set by no one else"
    );
}
