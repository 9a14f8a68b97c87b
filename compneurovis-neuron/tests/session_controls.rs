//! What the user does to a running NEURON model.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::sync::mpsc::channel;

use common::cell::{Cell, FAR, SOMA, first_life, plain, reference, wait_for};
use common::look::{Look, start_paused};
use compneurovis_core::{AppSpec, Session, SessionCommand, Snapshot, Value, Viewer};
use compneurovis_neuron::{NeuronSession, NeuronSettings, SettingsError};

#[test]
fn sliders_change_the_running_model() {
    let Some(_turn) = common::turn() else { return };
    let (app, logged) = first_life(|_| {});
    let mut viewer = start_paused(app);
    assert_eq!(viewer.step().unwrap(), 1);
    for (display_dt, steps) in [(0.5, 5), (0.25, 3), (0.3, 3), (0.05, 1), (5.0, 50)] {
        viewer.wish_for("display_dt", display_dt);
        assert_eq!(viewer.step().unwrap(), steps, "display_dt {display_dt}");
    }
    assert_eq!(viewer.times().len(), 1 + 63, "a trace has every step");
    assert!((viewer.times()[63] - 6.3).abs() < 1e-9);

    // A step of another length holds at once.
    viewer.wish_for("dt", 0.05);
    viewer.wish_for("celsius", 16.3);
    assert_eq!(viewer.step().unwrap(), 100);
    viewer.wish("report");
    assert_eq!(wait_for(&logged), "amp 1 dt 0.05 celsius 16.3");
    assert!((viewer.status.time_ms - 11.3).abs() < 1e-9);

    // Out of range, not a number, and back.
    for value in [7.0, f64::NAN] {
        viewer.wish_for("display_dt", value);
        assert!(!viewer.next_failure().fatal);
    }
    viewer.send(SessionCommand::SetControl { control: "dt".into(), value: "soon".into() }).unwrap();
    assert!(viewer.next_failure().to_string().contains("dt"));
    assert_eq!(viewer.step().unwrap(), 100);
    viewer.send(SessionCommand::RestoreDefaults).unwrap();
    viewer.watch("it", |viewer| viewer.scene.state["dt"] == Value::Float(0.1)).unwrap();
    assert_eq!(viewer.step().unwrap(), 1);
    viewer.wish("report");
    assert_eq!(wait_for(&logged), "amp 1 dt 0.1 celsius 6.3");
}

#[test]
fn the_stimulus_follows_its_slider() {
    let Some(_turn) = common::turn() else { return };
    let (app, logged) = first_life(|_| {});
    let mut viewer = start_paused(app);
    viewer.run_until(4.0).unwrap();
    viewer.wish_for("stim_amp", 0.25);
    viewer.wish("report");
    assert_eq!(wait_for(&logged), "amp 0.25 dt 0.1 celsius 6.3");
    viewer.run_until(20.0).unwrap();
    let changed = viewer.bits(SOMA);
    drop(viewer);
    let plain = reference();
    assert_eq!(changed.len(), plain.len());
    assert_eq!(changed[..41], plain[..41], "nothing differs before");
    assert_ne!(changed[41], plain[41], "it differs from the next step on");
}

#[test]
fn a_reset_starts_over_and_keeps_what_was_chosen() {
    let Some(_turn) = common::turn() else { return };
    let plain = reference();
    let (app, logged) = first_life(|_| {});
    let mut viewer = start_paused(app);
    viewer.wish_for("stim_amp", 0.75);
    viewer.trace(FAR);
    viewer.run_until(20.0).unwrap();
    let first = [SOMA, FAR].map(|entity| viewer.bits(entity));
    assert!(viewer.history().series_of("time", SOMA).unwrap().iter().any(|v| *v > 0.0), "there is a spike");
    assert_ne!(first[0], plain);

    viewer.reset().unwrap();
    assert_eq!((viewer.times(), viewer.history().shape()), (&[0.0][..], &[2, 1][..]));
    assert!(viewer.display().iter().all(|value| *value == -65.0));
    assert!(viewer.history().values().iter().all(|value| *value == -65.0));
    viewer.wish("report");
    assert_eq!(wait_for(&logged), format!("clicked {FAR}"));
    assert_eq!(wait_for(&logged), "amp 0.75 dt 0.1 celsius 6.3");
    viewer.run_until(20.0).unwrap();
    assert_eq!([SOMA, FAR].map(|entity| viewer.bits(entity)), first);

    // What is traced next has the past of this run, not of one before.
    viewer.reset().unwrap();
    viewer.wish_for("stim_amp", 0.0);
    viewer.run_until(20.0).unwrap();
    viewer.trace("axon[0]@0.50000");
    assert!(viewer.history().values().iter().all(|v| *v < -50.0), "no run without a pulse has a spike");

    // A new start value holds from the next reset on.
    viewer.wish_for("v_init", -70.0);
    let steps = viewer.status.steps;
    viewer.reset().unwrap();
    assert_eq!(viewer.display()[0], -70.0);
    assert_eq!(viewer.status.steps, steps);
}

#[test]
fn wishes_that_cannot_be_fulfilled_end_nothing() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let mut viewer = plain();
    let expect = |viewer: &mut Viewer, words: &[&str]| {
        let failure = viewer.next_failure();
        assert!(!failure.fatal, "{failure}");
        let text = failure.to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    };
    viewer.wish_for("stim_omp", 1.0);
    expect(&mut viewer, &["stim_omp", "stim_amp"]);
    viewer.touch("dend[9]@0.5");
    expect(&mut viewer, &["dend[9]@0.5"]);
    viewer.touch("not an entity");
    expect(&mut viewer, &["not an entity"]);
    viewer.wish("dance");
    expect(&mut viewer, &["dance"]);
    viewer.wish("fail");
    expect(&mut viewer, &["fail", "no such luck"]);
    viewer.key("F");
    expect(&mut viewer, &["no_such_procedure"]);
    // Traced whatever the hook says.
    viewer.touch("axon[0]@0.5");
    expect(&mut viewer, &["the axon bites"]);
    assert!(viewer.history().series_of("time", "axon[0]@0.50000").is_some());
    viewer.key("Q");
    viewer.run_until(20.0).unwrap();
    assert_eq!(viewer.failures.len(), 7, "a key that means nothing is no error");
    assert_eq!(viewer.bits(SOMA), expected);
}

#[test]
fn settings_that_make_no_sense_are_told_apart() {
    let Some(_turn) = common::turn() else { return };
    type Case = (fn(&mut NeuronSettings), fn(&SettingsError) -> bool);
    let cases: [Case; 7] = [
        (|s| s.dt_ms = 0.0, |e| matches!(e, SettingsError::Interval { name: "dt", .. })),
        (|s| s.dt_ms = f64::NAN, |e| matches!(e, SettingsError::Interval { name: "dt", .. })),
        (|s| s.display_dt_ms = -1.0, |e| matches!(e, SettingsError::Interval { name: "display_dt", .. })),
        (|s| s.dt_ms = 1e-9, |e| matches!(e, SettingsError::TooManySteps { .. })),
        (|s| s.v_init_mv = f64::NAN, |e| matches!(e, SettingsError::NotFinite { name: "v_init", .. })),
        (|s| s.celsius = Some(f64::INFINITY), |e| matches!(e, SettingsError::NotFinite { name: "celsius", .. })),
        (|s| s.max_samples = 0, |e| *e == SettingsError::NoSamples),
    ];
    for (change, expected) in cases {
        let make = move || {
            let mut cell = Cell::new(channel().0);
            change(&mut cell.settings);
            NeuronSession::new(cell)
        };
        // Whichever of the two is called first.
        let startup = make().startup_scene().map(drop).unwrap_err();
        let initialize = make().initialize(&mut compneurovis_core::Emitter::detached()).map(drop).unwrap_err();
        for error in [startup, initialize] {
            let error = error.downcast_ref::<SettingsError>().expect("a typed error");
            assert!(expected(error), "{error:?}");
        }
        let mut viewer = Viewer::start(&AppSpec::new("settings", move || Ok(make()))).unwrap();
        let text = viewer.end();
        assert!(text.starts_with("starting: "), "{text}");
    }
}

#[test]
fn a_snapshot_is_a_place_to_go_back_to() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let mut viewer = plain();
    assert!(viewer.status.capabilities.snapshot);
    viewer.run_until(3.0).unwrap();
    viewer.send(SessionCommand::Snapshot).unwrap();
    viewer.watch("a snapshot", |viewer| viewer.snapshots.len() == 1).unwrap();
    let snapshot = viewer.snapshots[0].clone();
    assert!((snapshot.time_ms - 3.0).abs() < 1e-9);
    viewer.run_until(20.0).unwrap();
    assert_eq!(viewer.bits(SOMA), expected, "taking it changes nothing");

    let back = |viewer: &mut Viewer| {
        viewer.send(SessionCommand::Restore(snapshot.clone())).unwrap();
        viewer
            .watch("the old state", |viewer| {
                viewer.times() == [snapshot.time_ms] && viewer.status.time_ms == snapshot.time_ms
            })
            .unwrap();
    };
    back(&mut viewer);
    assert_eq!(viewer.bits(SOMA), expected[30..=30]);
    assert_eq!(viewer.display()[0].to_bits(), expected[30]);
    viewer.run_until(20.0).unwrap();
    assert_eq!(viewer.bits(SOMA), expected[30..], "it goes on as it did");
    assert!((viewer.times()[170] - 20.0).abs() < 1e-9);

    // Also in another life of the model, and with other parameters: then it goes on otherwise.
    viewer.start_again();
    back(&mut viewer);
    viewer.wish_for("stim_amp", 0.0);
    viewer.run_until(20.0).unwrap();
    assert_eq!(viewer.bits(SOMA)[0], expected[30]);
    assert_ne!(viewer.bits(SOMA)[1], expected[31]);

    for (format, data) in [("another simulator", snapshot.data.clone()), (snapshot.format.as_str(), [1u8; 99].into())] {
        let bad = Snapshot { format: format.to_owned(), data, ..snapshot.clone() };
        let before = viewer.bits(SOMA);
        viewer.send(SessionCommand::Restore(bad)).unwrap();
        let failure = viewer.next_failure();
        assert!(!failure.fatal, "{failure}");
        assert_eq!(viewer.bits(SOMA), before);
    }
    assert!(viewer.failures[0].to_string().contains("another simulator"), "{:?}", viewer.failures);
}
