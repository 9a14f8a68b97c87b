//! What the tests share. NEURON is one per process, so every file beside this folder is a program
//! of its own with a single test that uses NEURON.
#![allow(dead_code, clippy::print_stderr, reason = "each test uses a part, and a skipped one says so")]

pub(crate) mod cell;
pub(crate) mod look;
pub(crate) mod models;
pub(crate) mod zoo;

use std::io::Write;
use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use compneurovis_neuron::{Neuron, NeuronError, PointProcess, Search, Section};

/// NEURON, found or fetched. `None` says on the standard error that the test is skipped, unless
/// `COMPNEUROVIS_REQUIRE_NEURON` is 1: then its absence fails the test.
pub(crate) fn neuron() -> Option<Neuron> {
    match Neuron::acquire(&Search::new().allow_fetch(true)) {
        Ok(neuron) => {
            note_evidence(neuron.version());
            Some(neuron)
        }
        Err(NeuronError::Start(error)) => {
            let required = std::env::var("COMPNEUROVIS_REQUIRE_NEURON").is_ok_and(|value| value == "1");
            assert!(!required, "NEURON is required: {error}");
            eprintln!("skipped, there is no NEURON: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Tells the file that `COMPNEUROVIS_TEST_EVIDENCE` names that NEURON took part.
fn note_evidence(version: &str) {
    let Ok(path) = std::env::var("COMPNEUROVIS_TEST_EVIDENCE") else { return };
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let line = format!("neuron {}\n", number.unwrap_or(version));
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).expect("the evidence file");
    file.write_all(line.as_bytes()).expect("the evidence file");
}

/// The turn of a test whose sessions take NEURON on threads of their own: no other test of the same
/// program runs meanwhile. `None` as in [`neuron`]. Drop it after the sessions.
pub(crate) fn turn() -> Option<MutexGuard<'static, ()>> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let look = thread::Builder::new().name("look for NEURON".to_owned()).spawn(|| neuron().is_some());
    let found = look.expect("a thread").join().unwrap_or_else(|panic| resume_unwind(panic));
    found.then_some(turn)
}

/// A cylinder with one mechanism.
pub(crate) fn cylinder(neuron: &Neuron, name: &str, length: f64, diameter: f64, nseg: usize) -> Section {
    let section = neuron.section(name).unwrap();
    section.set_length(length).unwrap();
    section.set_nseg(nseg).unwrap();
    section.set_diameter(diameter).unwrap();
    section.insert("hh").unwrap();
    section
}

/// A current clamp: ms, ms, nA.
pub(crate) fn clamp(section: &Section, x: f64, delay: f64, duration: f64, amplitude: f64) -> PointProcess {
    let clamp = section.point_process("IClamp", x).unwrap();
    clamp.set("del", delay).unwrap();
    clamp.set("dur", duration).unwrap();
    clamp.set("amp", amplitude).unwrap();
    clamp
}

/// The times at which each of the places rises through 0 mV, within the next steps.
pub(crate) fn crossings(neuron: &Neuron, places: &[&Section], steps: usize) -> Vec<Vec<f64>> {
    let v = |section: &Section| section.get("v", 0.5).unwrap();
    let mut before: Vec<f64> = places.iter().map(|section| v(section)).collect();
    let mut times = vec![Vec::new(); places.len()];
    for _ in 0..steps {
        neuron.advance().unwrap();
        for ((section, before), times) in places.iter().zip(&mut before).zip(&mut times) {
            let now = v(section);
            if *before < 0.0 && now >= 0.0 {
                times.push(neuron.time().unwrap());
            }
            *before = now;
        }
    }
    times
}

/// Whether the times are those expected, to a thousandth of a ms.
#[track_caller]
pub(crate) fn assert_times(found: &[f64], expected: &[f64]) {
    assert!(found.len() >= expected.len(), "{found:?} against {expected:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-3, "{found} against {expected}");
    }
}
