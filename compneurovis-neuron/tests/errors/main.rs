//! What a user can get wrong is an error that says so, and NEURON works afterwards.
//!
//! Most of these would end the process if they reached NEURON unchecked or unguarded, so each runs
//! in a process of its own: this program again, with the name of the case in a variable.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail where it stands, and says what it saw")]

#[path = "../common/mod.rs"]
mod common;

/// Whether NEURON's own text mentions this.
macro_rules! says {
    ($text:literal) => {
        |error| matches!(error, NeuronError::Hoc { message, .. } if message.contains($text))
    };
}

/// Whether the error is of this kind.
macro_rules! is {
    ($kind:ident) => {
        |error| matches!(error, NeuronError::$kind { .. })
    };
}

mod events;
mod hoc;
mod objects;
mod running;
mod sections;
mod structure;

use std::process::Command;

use common::{clamp, cylinder};
use compneurovis_neuron::{Neuron, NeuronError, Section};

/// The variable that holds the name of the case to run.
const CASE: &str = "COMPNEUROVIS_ERROR_CASE";

type Outcome = Result<(), NeuronError>;
type Case = (&'static str, fn(&Neuron) -> Outcome, fn(&NeuronError) -> bool);

fn soma(neuron: &Neuron) -> Section {
    cylinder(neuron, "soma", 20.0, 20.0, 3)
}

fn dead(neuron: &Neuron) -> Section {
    let section = soma(neuron);
    section.delete().unwrap();
    assert!(!section.is_alive());
    section
}

/// After a failure everything is as if it had not been.
fn still_works(neuron: &Neuron) {
    neuron.clear().unwrap();
    assert_eq!(neuron.hoc_value("2 + 3").unwrap(), 5.0);
    let soma = cylinder(neuron, "soma", 12.6157, 12.6157, 1);
    let _clamp = clamp(&soma, 0.5, 0.0, 1e9, 0.1);
    neuron.initialize(-65.0).unwrap();
    let found = common::crossings(neuron, &[&soma], 4000);
    assert_eq!(found[0].len(), 9);
    common::assert_times(&found[0], &[1.3, 13.425, 25.05]);
}

/// Uses that look odd and are not wrong.
fn odd_but_good(neuron: &Neuron) {
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
    let soma = soma(neuron);
    soma.insert("hh").unwrap();
    soma.insert("hh").unwrap();
    let (v, amp) = (soma.range_ref("v", 0.5).unwrap(), clamp(&soma, 0.5, 0.0, 1.0, 1.0));
    let amp = amp.range_ref("amp").unwrap();
    let times = neuron.vector(&[0.0, 1.0]).unwrap();
    // A value left on NEURON's stack would fill it.
    for _ in 0..20_000 {
        neuron.vector(&[]).unwrap().record(&v).unwrap();
        neuron.vector(&[1.0, 2.0]).unwrap().play(&amp, &times, true).unwrap();
    }
    let stim = neuron.artificial_cell("NetStim").unwrap();
    stim.call("noiseFromRandom123", &[1.0, 2.0, 3.0]).unwrap();
    neuron.set_threads(2).unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
    neuron.clear().unwrap();
    assert_eq!(neuron.threads(), 1);
    assert!(!neuron.has_mechanism("no_such") && neuron.has_mechanism("hh"));
}

fn cases() -> impl Iterator<Item = &'static Case> {
    let all = [hoc::CASES, sections::CASES, objects::CASES, running::CASES, events::CASES, structure::CASES];
    all.into_iter().flatten()
}

#[test]
fn mistakes_are_errors_and_neuron_survives() {
    if let Ok(name) = std::env::var(CASE) {
        return run_case(&name);
    }
    let Some(neuron) = common::neuron() else { return };
    // All in one process, one after the other: no failure may spoil what follows.
    odd_but_good(&neuron);
    let mut failed: Vec<String> = Vec::new();
    for (name, ..) in cases() {
        let program = std::env::current_exe().unwrap();
        let mut run = Command::new(program);
        run.args(["--exact", "mistakes_are_errors_and_neuron_survives", "--nocapture"]);
        let output = run.env(CASE, name).output().unwrap();
        if !output.status.success() {
            let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
            failed.push(format!("{name}: {}\n{}", output.status, text.concat()));
        }
    }
    assert!(failed.is_empty(), "{} of {} cases:\n{}", failed.len(), cases().count(), failed.join("\n"));
    assert!(cases().count() > 60);
    for (name, run, expected) in cases() {
        let error = run(&neuron).expect_err(name);
        assert!(expected(&error), "{name}: {error}");
        still_works(&neuron);
        neuron.clear().unwrap();
    }
}

/// One case in a process of its own.
fn run_case(name: &str) {
    let (_, run, expected) = cases().find(|(other, ..)| *other == name).expect("a known case");
    let neuron = common::neuron().unwrap();
    let error = run(&neuron).expect_err(name);
    println!("{name}: {error}");
    assert!(expected(&error), "{name}: {error:?}");
    still_works(&neuron);
}
