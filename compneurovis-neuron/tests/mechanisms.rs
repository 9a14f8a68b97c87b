//! Compiled mechanisms: loaded, connected by pointers, and refused when a pointer leads nowhere.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test may fail where it stands, and says if it skips")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use compneurovis_neuron::{Neuron, NeuronError, Section};

const LIGAND: &str = "NEURON { POINT_PROCESS Lig RANGE C }\nPARAMETER { C = 0.25 }\n";

const RECEPTOR: &str = "\
NEURON { POINT_PROCESS Rec RANGE gain, out POINTER src }
PARAMETER { gain = 4 }
ASSIGNED { src out }
INITIAL { out = 0 }
BREAKPOINT { out = src * gain }
";

/// Compiles the mechanisms in a folder; `None` where the tools are missing.
fn compile(neuron: &Neuron, folder: &Path) -> Option<PathBuf> {
    let runs = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    if !["bash", "make", "g++"].into_iter().all(runs) {
        let required = std::env::var("COMPNEUROVIS_REQUIRE_NEURON").is_ok_and(|value| value == "1");
        assert!(!required, "bash, make and g++ are required to compile mechanisms");
        eprintln!("skipped, mechanisms cannot be compiled here: bash, make and g++ are needed");
        return None;
    }
    let library = &neuron.installation().library;
    let prefix = library.parent().and_then(Path::parent).unwrap();
    let output = Command::new("bash")
        .arg(prefix.join("bin/nrnivmodl"))
        .arg(".")
        .current_dir(folder)
        .envs([("CXX", "g++"), ("CC", "gcc")])
        .env("NRNHOME", prefix)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(folder.join(std::env::consts::ARCH).join("libnrnmech.so"))
}

#[test]
fn pointers_are_followed_or_refused() {
    let Some(neuron) = common::neuron() else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lig.mod"), LIGAND).unwrap();
    std::fs::write(folder.path().join("rec.mod"), RECEPTOR).unwrap();
    let Some(library) = compile(&neuron, folder.path()) else { return };
    let library = library.to_str().unwrap();
    neuron.load_mechanisms(library).unwrap();
    let again = neuron.load_mechanisms(library).unwrap_err();
    assert!(matches!(&again, NeuronError::Hoc { message, .. } if message.contains("already exists")), "{again}");

    let soma = common::cylinder(&neuron, "soma", 20.0, 20.0, 1);
    followed(&neuron, &soma);
    refused(&neuron, &soma);
    neuron.clear().unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
}

fn followed(neuron: &Neuron, soma: &Section) {
    let ligand = soma.point_process("Lig", 0.5).unwrap();
    let receptor = soma.point_process("Rec", 0.5).unwrap();
    assert!(matches!(receptor.get("src"), Err(NeuronError::WrongKind { .. })));
    assert!(matches!(receptor.set_pointer("gain", &ligand, "C"), Err(NeuronError::WrongKind { .. })));
    assert!(matches!(receptor.set_pointer("src", &ligand, "no"), Err(NeuronError::UnknownName { .. })));
    receptor.set_pointer("src", &ligand, "C").unwrap();
    neuron.initialize(-65.0).unwrap();
    for (concentration, out) in [(0.25, 1.0), (0.5, 2.0)] {
        ligand.set("C", concentration).unwrap();
        neuron.advance().unwrap();
        assert_eq!(receptor.get("out").unwrap(), out);
    }
    // The target lives as long as it is pointed at.
    drop(ligand);
    neuron.advance().unwrap();
    assert_eq!(receptor.get("out").unwrap(), 2.0);
}

fn refused(neuron: &Neuron, soma: &Section) {
    let unset = |outcome| matches!(outcome, Err(NeuronError::UnsetPointer { .. }));
    let receptor = soma.point_process("Rec", 0.5).unwrap();
    assert!(unset(neuron.initialize(-65.0)));
    let other = neuron.section("other").unwrap();
    let ligand = other.point_process("Lig", 0.5).unwrap();
    receptor.set_pointer("src", &ligand, "C").unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
    // Now its target is deleted in the middle of a run.
    other.delete().unwrap();
    assert!(unset(neuron.advance()));
    drop(receptor);
    neuron.advance().unwrap();
}
