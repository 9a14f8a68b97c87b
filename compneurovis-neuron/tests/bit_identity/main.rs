//! Watching changes no bit, whatever the model: for each model of the zoo, all of NEURON's potentials after
//! every step have the same hash in a process of its own without a session and under sessions of all kinds,
//! with a slider moved at the same steps; and what a session emits are those numbers, rounded to f32.
//!
//! The process of its own is this program again, with a variable that says so. Where Python has NEURON, it
//! is asked too.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail where it stands, and says what it saw")]

#[path = "../common/mod.rs"]
mod common;

mod alone;
mod bits;
mod live;
mod model;
mod python;
mod watched;

use std::collections::HashSet;

use common::zoo::{BY_HOC, Kind, SWC_CELL, ZOO};
use compneurovis_neuron::HistoryCapture;
use model::Watching;
use watched::Watched;

const STEPS: usize = 400;

/// When the slider moves, and to which share of its first value.
const MOVES: [(usize, f64); 3] = [(61, 0.4), (201, 1.7), (311, 0.0)];

/// Where the slider is moved to before a step.
fn moved(kind: &Kind, step: usize) -> Option<f64> {
    MOVES.iter().find(|(at, _)| *at == step).map(|(_, share)| share * kind.amplitude)
}

#[track_caller]
fn assert_same(found: &[(usize, u64)], expected: &[u64], what: &str) {
    let wrong = found.iter().find(|(step, bits)| expected[*step] != *bits);
    assert_eq!(wrong, None, "{what}: the first step that differs");
}

#[test]
fn no_model_notices_that_it_is_watched() {
    if alone::is_alone() {
        return alone::run();
    }
    let Some(_turn) = common::turn() else { return };
    let alone = alone::hashes();
    // On a thread of their own, by commands of a viewer; first, as NEURON stays with a thread until that ends.
    for kind in [SWC_CELL, BY_HOC] {
        assert_same(&live::run(&kind), &alone[kind.name], &format!("{} with a viewer", kind.name));
    }
    for kind in &ZOO {
        let expected = &alone[kind.name];
        assert_eq!(expected.len(), STEPS + 1, "{}", kind.name);
        let different = expected.iter().collect::<HashSet<_>>().len();
        assert!(different > STEPS / 4, "{}: something happens: {different}", kind.name);
        let (on_demand, full) = (HistoryCapture::OnDemand, HistoryCapture::Full);
        for (history, steps) in [(on_demand, 1), (full, 1), (on_demand, 5), (full, 10)] {
            let watching = Watching { history, steps };
            // A slider moves between two updates only; those of more steps see it move where they begin.
            let hashes = Watched::new(*kind, watching).run(kind, watching);
            assert_same(&hashes, expected, &format!("{} {watching:?}", kind.name));
        }
        println!("{}: {} steps, {different} different", kind.name, expected.len());
    }
    for kind in [SWC_CELL, BY_HOC] {
        let Some(python) = python::hashes(&kind) else { return println!("python3 has no NEURON: left out") };
        assert_eq!(python, alone[kind.name], "{} from Python", kind.name);
        println!("{}: Python's NEURON agrees", kind.name);
    }
}
