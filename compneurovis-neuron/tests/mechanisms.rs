//! Compiled mechanisms: loaded, connected by pointers, and refused when a pointer leads nowhere.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test may fail where it stands, and says if it skips")]

mod common;

use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime};

use compneurovis_neuron::{Neuron, NeuronError, Section};

/// The variable that makes this program play a machine without a compiler.
const BARE: &str = "COMPNEUROVIS_NO_COMPILER";

const LIGAND: &str = "NEURON { POINT_PROCESS Lig RANGE C }\nPARAMETER { C = 0.25 }\n";

const RECEPTOR: &str = "\
NEURON { POINT_PROCESS Rec RANGE gain, out POINTER src }
PARAMETER { gain = 4 }
ASSIGNED { src out }
INITIAL { out = 0 }
BREAKPOINT { out = src * gain }
";

const FOLLOWER: &str = "\
NEURON { SUFFIX follow RANGE gain, out POINTER src }
INCLUDE \"gain.inc\"
ASSIGNED { src out }
INITIAL { out = src * gain }
BREAKPOINT { out = src * gain }
";

/// Whether mechanisms can be compiled here; says so if not.
fn has_compiler() -> bool {
    let runs = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    if ["c++", "g++", "clang++"].into_iter().any(runs) {
        return true;
    }
    let required = std::env::var("COMPNEUROVIS_REQUIRE_NEURON").is_ok_and(|value| value == "1");
    assert!(!required, "a C++ compiler is required to compile mechanisms");
    eprintln!("skipped, mechanisms cannot be compiled here: there is no C++ compiler");
    false
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn mechanisms_are_compiled_loaded_and_pointed() {
    let Some(neuron) = common::neuron() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "lig.mod", LIGAND);
    if std::env::var_os(BARE).is_some() {
        let error = neuron.load_mechanisms(folder).unwrap_err();
        assert!(matches!(&error, NeuronError::NoCompiler { tried } if tried == "/no/such/compiler"), "{error}");
        assert!(error.to_string().contains("apt install g++"), "{error}");
        return;
    }
    without_a_compiler();
    if !has_compiler() {
        return;
    }
    write(folder, "rec.mod", RECEPTOR);
    // What no cache has seen yet.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    write(folder, "gain.inc", &format!(": {now}\nPARAMETER {{ gain = 2 }}\n"));
    write(folder, "follow.mod", FOLLOWER);
    assert!(!neuron.has_mechanism("follow"));
    neuron.load_mechanisms(folder).unwrap();
    assert!(neuron.has_mechanism("follow"));
    again(&neuron, folder);
    broken(&neuron);

    let soma = common::cylinder(&neuron, "soma", 20.0, 20.0, 1);
    followed(&neuron, &soma);
    refused(&neuron, &soma);
    neuron.clear().unwrap();
    in_sections(&neuron);
    neuron.clear().unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
}

fn without_a_compiler() {
    let mut run = Command::new(std::env::current_exe().unwrap());
    run.args(["--exact", "mechanisms_are_compiled_loaded_and_pointed", "--nocapture"]);
    let output = run.env(BARE, "1").env("CXX", "/no/such/compiler").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A folder is loaded once and compiled once; a changed one is refused.
fn again(neuron: &Neuron, folder: &Path) {
    let start = Instant::now();
    neuron.load_mechanisms(folder).unwrap();
    assert!(start.elapsed().as_secs_f64() < 1.0, "compiled again: {:?}", start.elapsed());
    let other = tempfile::tempdir().unwrap();
    write(other.path(), "lig.mod", &LIGAND.replace("0.25", "0.5"));
    let error = neuron.load_mechanisms(other.path()).unwrap_err();
    assert!(matches!(&error, NeuronError::MechanismExists { name } if name == "Lig"), "{error}");
}

/// The words of the translator and of the compiler, with what they are about.
fn broken(neuron: &Neuron) {
    let folder = tempfile::tempdir().unwrap();
    let error = neuron.load_mechanisms(folder.path()).unwrap_err();
    assert!(matches!(error, NeuronError::NoModFiles { .. }), "{error}");
    let error = neuron.load_mechanisms(folder.path().join("none")).unwrap_err();
    assert!(matches!(error, NeuronError::LoadFile { .. }), "{error}");
    let says = |text: &str, expected: &str| {
        write(folder.path(), "bad.mod", text);
        let error = neuron.load_mechanisms(folder.path()).unwrap_err();
        assert!(matches!(&error, NeuronError::ModCompile { log, .. } if log.contains(expected)), "{error}");
    };
    says("NEURON { SUFFIX bad RANGE x }\nBREAKPOINT { y = = 3 }\n", "syntax error");
    says("NEURON { SUFFIX bad }\nVERBATIM\nthis is not C;\nENDVERBATIM\n", "error:");
    assert!(!neuron.has_mechanism("bad"));
}

/// Pointers of density mechanisms: one for each compartment.
fn in_sections(neuron: &Neuron) {
    let unset = |outcome| matches!(outcome, Err(NeuronError::UnsetPointer { .. }));
    let soma = common::cylinder(neuron, "soma", 20.0, 20.0, 5);
    let dend = common::cylinder(neuron, "dend", 100.0, 2.0, 2);
    dend.insert("follow").unwrap();
    assert!(unset(neuron.initialize(-65.0)));
    let v = soma.range_ref("v", 0.9).unwrap();
    dend.set_pointer("src_follow", 0.25, &v).unwrap();
    assert!(unset(neuron.initialize(-65.0)), "one compartment of two");
    let clamp = common::clamp(&soma, 0.5, 0.0, 7.0, 0.0);
    dend.set_pointer("src_follow", 0.75, &clamp.range_ref("dur").unwrap()).unwrap();
    neuron.initialize(-65.0).unwrap();
    for _ in 0..40 {
        neuron.advance().unwrap();
    }
    let followed = |x| dend.get("out_follow", x).unwrap();
    assert!((followed(0.25) - 2.0 * soma.get("v", 0.9).unwrap()).abs() < 1.0);
    assert_eq!(followed(0.75), 14.0);
    for wrong in [dend.set_pointer("out_follow", 0.25, &v), dend.set_pointer("v", 0.25, &v)] {
        assert!(matches!(wrong, Err(NeuronError::WrongKind { .. })));
    }
    assert!(matches!(soma.set_pointer("src_follow", 0.5, &v), Err(NeuronError::Hoc { .. })));
    // The compartment that is pointed at is made anew.
    soma.set_nseg(1).unwrap();
    neuron.advance().unwrap();
    soma.set("v", -13.0).unwrap();
    neuron.initialize(-33.0).unwrap();
    assert_eq!(followed(0.25), -66.0);
    soma.delete().unwrap();
    assert!(unset(neuron.advance()));
    dend.uninsert("follow").unwrap();
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
