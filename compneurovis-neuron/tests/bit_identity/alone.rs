//! The models in a process of its own, which has no session.

use std::collections::HashMap;
use std::process::Command;

use crate::bits::{everything, hash};
use crate::common::models::Built;
use crate::common::zoo::{Kind, ZOO};
use crate::{STEPS, common, moved};

/// Tells the process of its own that it is one.
const ALONE: &str = "COMPNEUROVIS_BIT_IDENTITY_ALONE";

pub(crate) fn is_alone() -> bool {
    std::env::var_os(ALONE).is_some()
}

/// Prints the hash of each step of each model.
pub(crate) fn run() {
    ZOO.iter().for_each(run_one);
}

/// A model by NEURON's own language, from its first step on, and if it can be from its first section on.
fn run_one(kind: &Kind) {
    let neuron = common::neuron().expect("the parent has found NEURON");
    let hoc = |code: String| neuron.hoc(&code).unwrap();
    let built = match kind.hoc {
        Some(code) => {
            hoc(code.to_owned());
            Built::new(neuron.sections().unwrap(), Vec::new())
        }
        None => (kind.build)(&neuron).unwrap(),
    };
    let set_amplitude = |amplitude: f64| match kind.hoc {
        Some(_) => hoc(format!("stim.amp = {amplitude:?}")),
        None => built.set_amplitude(amplitude).unwrap(),
    };
    hoc(format!("dt = {:?}", kind.dt_ms));
    kind.celsius.iter().for_each(|celsius| hoc(format!("celsius = {celsius:?}")));
    set_amplitude(kind.amplitude);
    hoc("finitialize(-65)".to_owned());
    for step in 0..=STEPS {
        if let Some(amplitude) = moved(kind, step) {
            set_amplitude(amplitude);
        }
        if step > 0 {
            hoc("fadvance()".to_owned());
        }
        println!("bits {:016x} {}", hash(&everything(&built)), kind.name);
    }
    if kind.hoc.is_some() {
        // Nobody else lets go of them.
        hoc("objref stim, noise, synapse, wire".to_owned());
    }
}

/// The hash of each step of each model.
pub(crate) fn hashes() -> HashMap<String, Vec<u64>> {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "no_model_notices_that_it_is_watched", "--nocapture"]).env(ALONE, "1");
    let mut models = HashMap::<String, Vec<u64>>::new();
    for line in lines_of(&mut process) {
        let (bits, name) = line.split_once(' ').unwrap();
        models.entry(name.to_owned()).or_default().push(u64::from_str_radix(bits, 16).unwrap());
    }
    models
}

/// What a process prints behind "bits".
pub(crate) fn lines_of(command: &mut Command) -> Vec<String> {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}\n{text}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    text.lines().filter_map(|line| Some(line.split_once("bits ")?.1.to_owned())).collect()
}
