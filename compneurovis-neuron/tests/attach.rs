//! Models that were not written for a session become live.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::fs;

use common::look::{Look, start_paused};
use compneurovis_core::{SessionCommand, Viewer};
use compneurovis_neuron::{GEOMETRY, Neuron, NeuronError, PointProcess, attach, attach_hoc};

/// A model of before there were sessions, with an initial state of its own.
const HOC: &str = "\
load_file(\"stdrun.hoc\")
begintemplate Cell
public soma, dend
create soma, dend
proc init() {
  soma { L = 20 diam = 20 insert hh }
  dend { nseg = 5 L = 100 diam = 2 insert pas }
  connect dend(0), soma(1)
}
endtemplate Cell
objref cell[2], stim
for i = 0, 1 { cell[i] = new Cell() }
cell[0].soma stim = new IClamp(0.5)
stim.del = 2
stim.dur = 5
stim.amp = 0.5
dt = 0.05
celsius = 16
v_init = -70
proc init() {
  finitialize(v_init)
  forall if (ismembrane(\"pas\")) e_pas = -60
}
";

fn build(neuron: &Neuron) -> Result<PointProcess, NeuronError> {
    let soma = neuron.section("soma")?;
    soma.set_length(20.0)?;
    soma.set_diameter(20.0)?;
    soma.insert("hh")?;
    let clamp = soma.point_process("IClamp", 0.5)?;
    for (name, value) in [("del", 2.0), ("dur", 5.0), ("amp", 0.5)] {
        clamp.set(name, value)?;
    }
    Ok(clamp)
}

fn names(viewer: &Viewer) -> Vec<String> {
    let cell = viewer.scene.morphology(&GEOMETRY.into()).unwrap();
    cell.sections().iter().map(|section| section.name.to_string()).collect()
}

#[test]
fn what_a_function_builds_is_watched() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = start_paused(attach(build));
    assert_eq!(names(&viewer), ["soma"]);
    assert_eq!(viewer.step().unwrap(), 4, "NEURON's own dt of 0.025 ms, 0.1 ms a picture");
    viewer.run_until(10.0).unwrap();
    let trace = viewer.history().series_of("time", "soma@0.50000").unwrap();
    assert!(trace.iter().any(|v| *v > 0.0), "it spikes");
    viewer.start_again();
    viewer.run_until(1.0).unwrap();
}

#[test]
fn a_hoc_file_is_watched_as_it_is() {
    let Some(_turn) = common::turn() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.hoc");
    fs::write(&path, HOC).unwrap();
    let mut viewer = start_paused(attach_hoc(&path));
    assert_eq!(names(&viewer), ["Cell[0].soma", "Cell[0].dend", "Cell[1].soma", "Cell[1].dend"]);
    assert_eq!(viewer.display()[0], -70.0);
    assert_eq!(viewer.step().unwrap(), 2, "the file's own dt");
    viewer.run_until(10.0).unwrap();
    let trace = viewer.bits("Cell[0].soma@0.50000");
    viewer.start_again();
    viewer.run_until(10.0).unwrap();
    assert_eq!(viewer.bits(&names(&viewer)[0].replace("soma", "soma@0.50000")), trace);
    drop(viewer);

    // As hoc alone would have it.
    let alone = std::thread::Builder::new().name("alone".to_owned());
    let alone = alone.spawn(|| {
        let neuron = common::neuron().unwrap();
        // The template is there already, and stays.
        let rest = HOC.split_once("endtemplate Cell\n").unwrap().1;
        neuron.hoc(rest.replace("stdrun", "").as_str()).unwrap();
        neuron.hoc("v_init = -70\ninit()").unwrap();
        let soma = neuron.sections().unwrap().remove(0);
        let mut trace = vec![soma.get("v", 0.5).unwrap() as f32];
        for _ in 0..200 {
            neuron.hoc("fadvance()").unwrap();
            trace.push(soma.get("v", 0.5).unwrap() as f32);
        }
        trace
    });
    let expected: Vec<u32> = alone.unwrap().join().unwrap().into_iter().map(f32::to_bits).collect();
    assert_eq!(trace, expected);
}

#[test]
fn files_that_load_others_can_start_again() {
    let Some(_turn) = common::turn() else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("parts")).unwrap();
    let write = |name: &str, code: &str| fs::write(folder.path().join(name), code).unwrap();
    write(
        "model.hoc",
        "load_file(\"stdrun.hoc\")\nload_file(\"parts/cells.hoc\")  // the sections\nxopen(\"input.hoc\")\n",
    );
    write("parts/cells.hoc", "load_file(\"pair.hoc\")\ncreate alone\nobjref pair\npair = new Pair()\n");
    // Loaded twice by its readers, which counts once.
    write(
        "parts/pair.hoc",
        "begintemplate Pair\npublic a, b\ncreate a, b\nproc init() { a insert hh }\nendtemplate Pair\n{ n_pairs = 1 }\n",
    );
    write(
        "input.hoc",
        "{ load_file(\"parts/pair.hoc\") }\nobjref stim\nalone { stim = new IClamp(0.5) }\nstim.amp = 1\n",
    );
    let mut viewer = start_paused(attach_hoc(folder.path().join("model.hoc")));
    let mut first = names(&viewer);
    first.sort();
    assert_eq!(first.len(), 3, "{first:?}");
    for _ in 0..3 {
        viewer.start_again();
        assert_eq!(names(&viewer).len(), 3);
        viewer.run_until(1.0).unwrap();
    }
}

#[test]
fn files_that_cannot_be_shown_say_why() {
    let Some(_turn) = common::turn() else { return };
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("empty.hoc", "x = 1\n", "no sections"),
        ("wrong.hoc", "create soma\nsoma insert no_such_mechanism\n", "no_such_mechanism"),
        ("lazy.hoc", "create soma\nproc init() { t = 0 }\n", "does not call finitialize"),
        ("quit.hoc", "create soma\nquit()\n", "quit"),
    ];
    for (name, code, words) in cases {
        let path = folder.path().join(name);
        fs::write(&path, code).unwrap();
        let mut viewer = Viewer::start(&attach_hoc(path)).unwrap();
        let text = viewer.end();
        assert!(text.contains(words), "{name}: {text}");
        viewer.send(SessionCommand::Stop).unwrap();
    }
    let text = Viewer::start(&attach_hoc(folder.path().join("none.hoc"))).unwrap().end();
    assert!(text.contains("none.hoc"), "{text}");
    let text = Viewer::start(&attach_hoc("a\"b.hoc")).unwrap().end();
    assert!(text.contains("a\"b.hoc"), "{text}");
}
