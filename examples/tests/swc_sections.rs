//! The sections of a cell as JSON, as programs read them.

mod common;

use std::{path::Path, process::Output};

use common::{example, small_cell};
use serde_json::{Value, json};

fn run(arguments: &[&str], file: &Path) -> Output {
    example("swc_sections").args(arguments).arg(file).output().expect("the program starts")
}

fn printed(arguments: &[&str], file: &Path) -> Value {
    let output = run(arguments, file);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn sections_and_warnings_have_their_shape() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cell.swc");
    std::fs::write(&file, "1 1 0 0 0 5 -1\n2 3 0 6 0 .7 1\n3 3 0 9 4 .1 2\nwhat\n").unwrap();
    let expected = json!({
        "sections": [
            {
                "name": "soma[0]", "parent": null, "parent_x": null, "child_end": 0, "nseg": 1, "L": 10.0,
                "points": [[-5.0, 0.0, 0.0, 10.0], [0.0, 0.0, 0.0, 10.0], [5.0, 0.0, 0.0, 10.0]],
            },
            {
                "name": "dend[0]", "parent": "soma[0]", "parent_x": 0.5, "child_end": 0, "nseg": 1, "L": 5.0,
                "points": [[0.0, 6.0, 0.0, 1.4], [0.0, 9.0, 4.0, 0.2]],
            },
        ],
        "warnings": [{"line": 4, "kind": "unreadable_row", "message": "line 4: not seven numbers, skipped"}],
    });
    assert_eq!(printed(&[], &file), expected);
    assert_eq!(printed(&["--mode", "exact"], &file), expected);
}

#[test]
fn the_mode_given_counts_as_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cell.swc");
    std::fs::write(&file, "1 1 0 0 0 5 -1\n2 1 0 0 0 5 1\n3 3 0 6 0 1 2\n4 3 0 60 0 1 3\n").unwrap();
    let length = |arguments: &[&str]| printed(arguments, &file)["sections"][0]["L"].as_f64();
    assert_eq!(length(&[]), Some(1e-9));
    assert_eq!(length(&["--mode", "repaired"]), Some(10.0));
}

#[test]
fn what_is_refused_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.swc");
    std::fs::write(&file, "# nothing\n").unwrap();
    for (arguments, file) in [(&[][..], file.clone()), (&["--mode", "repaired"][..], folder.path().join("absent"))] {
        let output = run(arguments, &file);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with("error: ") && text.contains(file.to_str().unwrap()), "{text}");
    }
    assert!(!run(&["--mode", "best"], &small_cell(folder.path())).status.success());
}
