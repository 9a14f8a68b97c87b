//! Populations from SWC files: names apart, sizes and connections as in the files.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::path::Path;

use compneurovis_neuron::{PopulationError, load_swc_many};
use compneurovis_swc::LoadSwc;

/// A soma of three points, and two dendrites whose first branches at its end.
const CELL: &str = "\
1 1 0 0 0 10 -1
2 1 0 -10 0 10 1
3 1 0 10 0 10 1
4 3 10 0 0 1 1
5 3 60 0 0 1 4
6 3 90 40 0 0.5 5
7 3 90 -40 0 0.25 5
";

#[test]
fn populations_have_a_prefix_for_each_cell() {
    let Some(neuron) = common::neuron() else { return };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    };
    let files = [write("AVAL.swc", CELL), write("other/AVAL.swc", CELL), write("AVAR.swc", CELL)];
    let cells = load_swc_many(&neuron, &files, &LoadSwc::new(), |_| 3, &["pas"]).unwrap();
    let names: Vec<&str> = cells.iter().map(|cell| cell.name.as_str()).collect();
    assert_eq!(names, ["AVAL", "AVAL_2", "AVAR"]);
    assert_eq!(neuron.sections().unwrap().len(), 12);
    for cell in &cells {
        let found: Vec<&str> = cell.sections.iter().map(|section| section.name()).collect();
        let expected = ["soma[0]", "dend[0]", "dend[1]", "dend[2]"].map(|name| format!("{}.{name}", cell.name));
        assert_eq!(found, expected);
        assert_eq!(found, cell.swc.sections.sections.iter().map(|section| &section.name).collect::<Vec<_>>());
        // Diameters, not radii; children at the ends of their parents; one root.
        let diameters: Vec<f64> = cell.sections.iter().map(|section| section.points().unwrap()[0].diameter).collect();
        assert_eq!(diameters, [20.0, 2.0, 2.0, 2.0]);
        let parent = |index: usize| cell.sections[index].parent().unwrap();
        assert!(parent(0).is_none());
        assert!(parent(1).unwrap() == (cell.sections[0].clone(), 0.5));
        assert!(parent(2).unwrap() == (cell.sections[1].clone(), 1.0));
        assert!(parent(3).unwrap() == (cell.sections[1].clone(), 1.0));
        assert!(cell.sections.iter().all(|section| section.nseg().unwrap() == 3));
    }

    // All or none.
    let broken = write("broken.swc", "no cell\n");
    let mixed = [files[0].as_path(), &broken];
    let error = load_swc_many(&neuron, mixed, &LoadSwc::new(), |_| 1, &[]).unwrap_err();
    assert!(matches!(&error, PopulationError::Load { path, .. } if *path == broken), "{error}");
    let error = load_swc_many(&neuron, &files, &LoadSwc::new(), |_| 1, &["no_such"]).unwrap_err();
    assert!(error.to_string().contains("no_such") && error.to_string().contains("AVAL.swc"), "{error}");
    let calls = std::cell::Cell::new(0);
    let nseg = |_: &compneurovis_swc::Section| {
        calls.set(calls.get() + 1);
        if calls.get() > 5 { 0 } else { 1 }
    };
    let error = load_swc_many(&neuron, &files, &LoadSwc::new(), nseg, &[]).unwrap_err();
    assert!(matches!(&error, PopulationError::Build { path, .. } if *path == files[1]), "{error}");
    assert_eq!(neuron.sections().unwrap().len(), 12, "nothing of what was refused is left");
    assert!(load_swc_many(&neuron, [Path::new("none.swc")], &LoadSwc::new(), |_| 1, &[]).is_err());
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
}
