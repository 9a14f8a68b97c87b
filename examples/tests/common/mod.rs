//! What the tests of the programs share.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod picture;
pub(crate) mod run;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

/// The program of an example, which cargo builds with the tests.
pub(crate) fn example(name: &str) -> Command {
    let test = std::env::current_exe().expect("the path of this test");
    let folder = test.parent().and_then(Path::parent).expect("target/<profile>").join("examples");
    let program = folder.join(name);
    assert!(program.is_file(), "cargo builds {} with the tests", program.display());
    let mut command = Command::new(program);
    command.env("NODEVICE_SELECT", "1").env_remove("RUST_LOG");
    command
}

/// Whether a variable of the environment is 1.
pub(crate) fn is_required(variable: &str) -> bool {
    std::env::var(variable).is_ok_and(|value| value == "1")
}

/// Tells CI what has taken part.
pub(crate) fn note_evidence(line: &str) {
    let Ok(path) = std::env::var("COMPNEUROVIS_TEST_EVIDENCE") else { return };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).expect("the evidence file");
    writeln!(file, "{line}").expect("the evidence file");
}

/// A small cell: a soma and two dendrites.
pub(crate) fn small_cell(folder: &Path) -> PathBuf {
    let path = folder.join("small.swc");
    let text = "1 1 0 0 0 8 -1\n2 1 0 -8 0 8 1\n3 1 0 8 0 8 1\n4 3 0 20 0 2 1\n5 3 0 90 0 2 4\n\
                6 3 -60 150 0 1.5 5\n7 3 60 150 0 1.5 5\n";
    std::fs::write(&path, text).expect("a file in the temporary folder");
    path
}
