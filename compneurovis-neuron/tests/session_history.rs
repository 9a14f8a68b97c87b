//! Traces of a NEURON model, and the past that a new one shows.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use common::cell::{FAR, SOMA, first_life, plain, reference, wait_for, with_settings};
use common::look::{Look, start_paused};
use compneurovis_core::{Coord, SessionError, field::PAST_STRIDE};
use compneurovis_neuron::{Neuron, NeuronModel, NeuronSettings, Section, SectionSpec, build_neuron_app};

#[test]
fn a_click_shows_the_past() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = plain();
    viewer.trace(FAR);
    viewer.run_until(15.0).unwrap();
    let from_the_start = viewer.bits(FAR);
    assert_eq!(from_the_start.len(), 151);
    drop(viewer);

    let (app, logged) = first_life(|_| {});
    let mut viewer = start_paused(app);
    viewer.run_until(10.0).unwrap();
    viewer.trace(FAR);
    viewer.run_until(15.0).unwrap();
    assert_eq!(viewer.bits(FAR), from_the_start, "as if it had been traced from the start");

    // Any place of a compartment is that compartment, and a second click changes nothing.
    viewer.touch("dend[1]@0.99");
    viewer.touch("dend[2]@1");
    viewer.watch("it", |viewer| viewer.history().shape()[0] == 3).unwrap();
    let Coord::Labels(labels) = viewer.history().coord("segment").unwrap() else { panic!("labels") };
    let labels: Vec<&str> = labels.names().iter().map(|name| &**name).collect();
    assert_eq!(labels, [SOMA, FAR, "dend[2]@0.95455"]);
    assert_eq!(wait_for(&logged), format!("clicked {FAR}"));
}

#[test]
fn old_samples_make_room() {
    let Some(_turn) = common::turn() else { return };
    let plain = reference();
    let (app, _logged) = with_settings(|settings| settings.max_samples = 40);
    let mut viewer = start_paused(app);
    viewer.run_until(20.0).unwrap();
    viewer.trace(FAR);
    assert_eq!(viewer.history().shape(), [2, 40]);
    assert!((viewer.times()[0] - 16.1).abs() < 1e-9 && (viewer.times()[39] - 20.0).abs() < 1e-9);
    assert_eq!(viewer.bits(SOMA), plain[161..]);
    assert!(viewer.history().values().iter().all(|value| value.is_finite()));
    viewer.run_until(21.0).unwrap();
    assert_eq!(viewer.history().shape(), [2, 40]);
}

/// Many compartments, and a megabyte for their past.
struct Long {
    max_samples: usize,
    budget_mb: usize,
}

impl NeuronModel for Long {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.max_samples, settings.past_budget_mb) = (self.max_samples, self.budget_mb);
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(neuron.build_sections(&[SectionSpec::cylinder("axon", 20_000.0, 2.0).nseg(5001).mechanisms(&["hh"])])?)
    }

    fn setup_model(&mut self, neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        neuron.keep(&common::clamp(&sections[0], 0.5, 0.5, 2.0, 20.0));
        Ok(())
    }
}

#[test]
fn the_past_of_a_large_cell_has_a_stride() {
    let Some(_turn) = common::turn() else { return };
    let middle = "axon@0.50000";
    let past = |budget_mb| {
        let mut viewer = start_paused(build_neuron_app(move || Long { max_samples: 200, budget_mb }));
        viewer.run_until(10.0).unwrap();
        viewer.trace(middle);
        let history = viewer.history();
        (history.attrs()[PAST_STRIDE].clone(), history.series_of("time", middle).unwrap().to_vec())
    };
    // 5001 compartments are 20 kB: 1 MB holds 49 samples, every fifth of 200 steps.
    let ((every, whole), (fifth, thin), (_, none)) = (past(128), past(1), past(0));
    assert_eq!((&*every, &*fifth), ("1", "5"));
    assert_eq!((whole.len(), thin.len(), none.len()), (101, 101, 101));
    assert!(whole.iter().all(|value| value.is_finite()) && whole.iter().any(|value| *value > 0.0));
    for (at, value) in thin.iter().enumerate() {
        let expected = if at % 5 == 0 || at == 100 { whole[at] } else { f32::NAN };
        assert_eq!(value.to_bits(), expected.to_bits(), "sample {at}");
    }
    let known: Vec<usize> = (0..101).filter(|at| !none[*at].is_nan()).collect();
    assert_eq!(known, [100], "without a budget there is only now");
}
