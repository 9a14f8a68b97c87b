//! A scene as NWB, read by pynwb and looked at by nwbinspector where `COMPNEUROVIS_PYNWB` names a python that
//! has them.
#![cfg(feature = "nwb")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::process::Command;

use compneurovis_core::{Mark, MarkKind, export, prelude::*};

/// Reads the file with pynwb, compares what is in it, and lists what nwbinspector finds worse than a suggestion.
const CHECK: &str = r#"
import sys, numpy
from pynwb import NWBHDF5IO, validate
from nwbinspector import inspect_nwbfile, Importance
path = sys.argv[1]
with NWBHDF5IO(path, "r") as io:
    run = io.read()
    soma = run.acquisition["traces soma@0.50000"]
    assert soma.unit == "volts" and soma.conversion == numpy.float32(1e-3), (soma.unit, soma.conversion)
    assert numpy.array_equal(soma.data[:], numpy.arange(50, dtype="float32") - 65), soma.data[:]
    assert soma.rate == 10000 and soma.starting_time == 0, (soma.rate, soma.starting_time)
    odd = run.acquisition["odd"]
    assert numpy.allclose(odd.timestamps[:], [0, 1e-3, 5e-3]), odd.timestamps[:]
    assert numpy.array_equal(odd.data[:], numpy.array([[0, 1], [2, 3], [4, 5]], dtype="float32"))
    assert run.acquisition["number"].data.shape == (50,)
    marks = run.processing["events"]["marks"]
    assert list(marks.data[:]) == ["spike: soma"], list(marks.data[:])
    assert run.session_description == "a test" and run.session_start_time.year == 2026
    errors = validate(io=io)
    assert not errors, errors
found = list(inspect_nwbfile(nwbfile_path=path, importance_threshold=Importance.BEST_PRACTICE_VIOLATION))
for message in found:
    print(message.importance, message.check_function_name, message.message, message.location)
assert not found
print("pynwb and nwbinspector find nothing wrong")
"#;

/// A field of irregular times, whose other dim has no labels.
fn odd() -> Field {
    let values = ndarray::arr2(&[[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]]).into_dyn();
    let dims = [("x", Coord::from(vec![0.0, 1.0])), ("time", Coord::from(vec![0.0, 1.0, 5.0]))];
    Field::new("odd", values, dims).unwrap().with_unit("nA")
}

#[test]
fn a_scene_is_valid_nwb() {
    let times: Vec<f64> = (0..50).map(|at| f64::from(at) * 0.1).collect();
    let values = ndarray::Array2::from_shape_fn((2, 50), |(row, at)| at as f32 - 65.0 + row as f32).into_dyn();
    let dims = [("segment", Coord::labels(["soma@0.50000", "dend@0.25000"])), ("time", Coord::from(times.clone()))];
    let scene = Scene::new()
        .with_field(Field::new("traces", values, dims).unwrap().with_unit("mV"))
        .with_field(Field::series("number", "time", times, (0..50).map(|at| at as f32).collect()).unwrap())
        .with_field(odd());
    let mut about = export::NwbAbout::new("a test");
    about.started_unix_ns = 1_780_000_000_000_000_000;
    about.experimenter = vec!["Doe, Jane".to_owned()];
    about.institution = "Institute".to_owned();
    (about.subject.species, about.subject.age) = ("Rattus norvegicus".to_owned(), "P14D".to_owned());
    about.marks = vec![Mark::new(1.0, MarkKind::Spike, "soma")];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.nwb");
    export::nwb(&scene, &about, &path).unwrap();
    let file = hdf5_pure::File::open(&path).unwrap();
    let data = file.dataset("acquisition/traces soma@0.50000/data").unwrap();
    assert_eq!(data.read_f32().unwrap(), (0..50).map(|at| at as f32 - 65.0).collect::<Vec<_>>());
    let Some(python) = std::env::var_os("COMPNEUROVIS_PYNWB") else {
        println!("skipped: COMPNEUROVIS_PYNWB names no python with pynwb and nwbinspector");
        return;
    };
    let output = Command::new(python).args(["-c", CHECK]).arg(&path).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    println!("{text}");
}
