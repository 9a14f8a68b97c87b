//! NEURON sessions that fail, are stopped, and are built anew.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use common::cell::{Cell, FAR, Fault, SOMA, first_life, plain, reference};
use common::look::{Look, start_paused};
use compneurovis_core::{AppSpec, Phase, SessionCommand, SessionContext, SessionError, Value, Viewer};
use compneurovis_neuron::{Neuron, NeuronModel, NeuronSettings, Section, SectionSpec, build_neuron_app};

#[test]
fn a_model_that_does_not_start_says_why_and_can_be_restarted() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let cases: [(Fault, &[&str]); 10] = [
        (Fault::MissingFile, &["starting: ", "no/such/cell.swc"]),
        (Fault::BuildSections, &["initialising: ", "no_such_mechanism"]),
        (Fault::NoSections, &["initialising: ", "build_sections"]),
        (Fault::SetupModel, &["initialising: ", "1.5"]),
        (Fault::SameNames, &["initialising: ", "soma[0]"]),
        (Fault::OtherNames, &["initialising: ", "other.axon[0]"]),
        (Fault::OtherNseg, &["initialising: ", "dend[1]", "11", "12"]),
        (Fault::OtherCount, &["initialising: ", "5 sections", "6"]),
        (Fault::ControlWithoutModel, &["initialising: ", "nobody"]),
        (Fault::BadControl, &["initialising: ", "stim_dur"]),
    ];
    for (fault, words) in cases {
        let (app, _logged) = first_life(move |cell| cell.fault = fault);
        let mut viewer = Viewer::start(&app).unwrap();
        let text = viewer.end();
        assert!(words.iter().all(|word| text.contains(word)), "{fault:?}: {text}");
        viewer.start_again();
        viewer.run_until(20.0).unwrap();
        assert_eq!(viewer.bits(SOMA), expected, "{fault:?}");
    }
}

#[test]
fn a_model_that_fails_on_its_way_says_why_and_can_be_restarted() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    for (fault, key, words) in [
        (Fault::StepAtTenMs, "Q", &["advancing: ", "no_such_procedure"]),
        (Fault::Nothing, "S", &["advancing: ", "change it between steps"]),
        (Fault::Nothing, "P", &["handling the key `P`: ", "a bug in a hook"]),
    ] {
        let (app, _logged) = first_life(move |cell| cell.fault = fault);
        let mut viewer = start_paused(app);
        viewer.run_until(9.9).unwrap();
        viewer.key(key);
        viewer.send(SessionCommand::Resume).unwrap();
        let text = viewer.end();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        assert_eq!(viewer.bits(SOMA)[..100], expected[..100], "the data stays");
        viewer.start_again();
        viewer.run_until(20.0).unwrap();
        assert_eq!(viewer.bits(SOMA), expected, "{key}");
    }
}

#[test]
fn a_restart_of_a_running_model_is_a_first_start() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let mut viewer = plain();
    viewer.wish_for("stim_amp", 0.3);
    viewer.trace(FAR);
    viewer.run_until(7.0).unwrap();
    viewer.start_again();
    assert_eq!((viewer.history().shape()[0], &viewer.scene.state["stim_amp"]), (1, &Value::Float(1.0)));
    viewer.run_until(20.0).unwrap();
    assert_eq!(viewer.bits(SOMA), expected);
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
}

/// A model of ever so many compartments, whose update takes seconds.
struct Slow;

impl NeuronModel for Slow {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.dt_ms, settings.display_dt_ms) = (0.005, 5.0);
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(neuron.build_sections(&[SectionSpec::cylinder("axon", 30_000.0, 2.0).nseg(30_001).mechanisms(&["hh"])])?)
    }
}

#[test]
fn the_middle_of_a_long_update_is_no_place_to_wait() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = Viewer::start(&build_neuron_app(|| Slow)).unwrap();
    viewer.watch("it", |viewer| viewer.status.phase == Phase::Running).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let begin = Instant::now();
    assert!(viewer.link.stop(Duration::from_secs(30)));
    let took = begin.elapsed();
    viewer.watch("it", |viewer| viewer.status.phase == Phase::Stopped).unwrap();
    assert!(viewer.status.steps < 900, "the update ended by itself: {:?}", viewer.status);
    assert!(took < Duration::from_secs(1), "{took:?}");
    // What was done is there, and no more is claimed.
    assert_eq!(viewer.times().len() as u64, 1 + viewer.status.steps);
}

#[test]
fn there_is_one_neuron_and_the_next_session_gets_it() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let (app, _logged) = first_life(|_| {});
    let mut first = start_paused(app.with_title("first"));
    first.run_until(5.0).unwrap();
    let (app, _logged) = first_life(|_| {});
    let mut second = Viewer::start(&app.with_title("second")).unwrap();
    second.end();
    second.send(SessionCommand::Restart).unwrap();
    let again = second.next_failure();
    assert!(again.fatal);
    let text = again.to_string();
    let words = ["NEURON is one per process", "session first", "session second"];
    assert!(words.iter().all(|word| text.contains(word)), "{text}");
    first.run_until(20.0).unwrap();
    assert_eq!(first.bits(SOMA), expected, "the first does not notice");
    drop(first);
    second.start_again();
    second.run_until(20.0).unwrap();
    assert_eq!(second.bits(SOMA), expected);
}

/// Fails as `life` says, in a way of its own in each life.
fn twenty_lives() -> AppSpec {
    let (log, _logged) = channel();
    let state = Mutex::new((0, log));
    build_neuron_app(move || {
        let mut state = state.lock().expect("no panic");
        state.0 += 1;
        let mut cell = Cell::new(state.1.clone());
        // The hook for the key panics or lets the next step fail; the others fail by themselves.
        cell.fault = [Fault::StepAtTenMs, Fault::Nothing, Fault::SetupModel, Fault::BuildSections][state.0 % 4];
        cell
    })
}

#[test]
fn a_session_is_built_anew_twenty_times_in_a_row() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let mut viewer = Viewer::start(&twenty_lives()).unwrap();
    for life in 1..=20 {
        let fault = [Fault::StepAtTenMs, Fault::Nothing, Fault::SetupModel, Fault::BuildSections][life % 4];
        if fault == Fault::Nothing {
            viewer.watch_any("a model", |viewer| viewer.status.phase == Phase::Running).unwrap();
            viewer.key(if life % 8 == 1 { "P" } else { "D" });
        }
        let text = viewer.end();
        let words = match fault {
            Fault::StepAtTenMs => "no_such_procedure",
            Fault::Nothing if life % 8 == 1 => "a bug in a hook",
            Fault::Nothing => "no_such_procedure",
            Fault::SetupModel => "1.5",
            _ => "no_such_mechanism",
        };
        assert!(text.contains(words), "life {life}: {text}");
        if fault == Fault::StepAtTenMs {
            assert_eq!(viewer.bits(SOMA)[..100], expected[..100], "life {life}: the data stays");
        }
        viewer.restart().unwrap();
    }
    // The 21st is one of those that can live.
    viewer.watch_any("a model", |viewer| viewer.status.phase == Phase::Running).unwrap();
    viewer.reset().unwrap();
    viewer.run_until(20.0).unwrap();
    assert_eq!(viewer.bits(SOMA), expected);
}

/// A model with a hook that does not come back for a while.
struct Stuck;

impl NeuronModel for Stuck {
    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(neuron.build_sections(&[SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(&["hh"])])?)
    }

    fn on_key_press(&mut self, neuron: &Neuron, _: &str, _: &mut SessionContext<'_>) -> Result<bool, SessionError> {
        // Not a sleep: NEURON itself is busy.
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(1500) {
            neuron.hoc("for cnv_value_ = 1, 100000 { }")?;
        }
        Ok(true)
    }
}

#[test]
fn a_call_that_hangs_is_told_with_its_duration() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = start_paused(build_neuron_app(|| Stuck));
    assert!(viewer.link.busy().is_none());
    viewer.key("H");
    let deadline = Instant::now() + Duration::from_secs(20);
    let busy = loop {
        // The viewer's side goes on meanwhile.
        viewer.receive(Duration::from_millis(10));
        if let Some(busy) = viewer.link.busy() {
            break busy;
        }
        assert!(Instant::now() < deadline, "never busy");
    };
    assert!(busy.duration >= Duration::from_secs(1), "{busy}");
    assert!(busy.to_string().starts_with("busy handling a command for 1 s"), "{busy}");
    assert_eq!(viewer.step().unwrap(), 1, "it comes back");
    assert!(viewer.link.busy().is_none());
}

/// A heavy model whose updates take seconds.
#[test]
fn a_long_update_ends_early_for_a_wish() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = Viewer::start(&build_neuron_app(|| Slow)).unwrap();
    viewer.watch("a start", |viewer| viewer.status.phase == Phase::Running).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let begin = Instant::now();
    viewer.pause().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    let done = viewer.status.steps;
    assert!((1..1000).contains(&done), "in the middle of an update: {done}");
    assert_eq!(viewer.times().len() as u64, 1 + done, "what was done is there");
}
