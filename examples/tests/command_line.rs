//! The programs as they are typed: pictures and figures, and what bad input ends in.

mod common;

use std::{
    path::Path,
    process::{Command, Output},
};

use compneurovis_bevy::export::read_recipe;
use compneurovis_core::{Scene, Value};

use common::{
    example, is_required,
    picture::Picture,
    run::{lacks, run},
    small_cell,
};

fn headless(folder: &Path) -> Command {
    let mut command = example("complex_cell");
    command.env_remove("DISPLAY").arg("--headless").arg(folder.join("out.png")).args(["--size", "640x360"]);
    command
}

fn assert_fails(output: &Output, text: &str, expected: &[&str]) {
    assert!(!output.status.success(), "an exit code that says so");
    assert!(output.status.code().is_some(), "no signal: {:?}", output.status);
    for part in expected {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn a_picture_and_its_figures() {
    let folder = tempfile::tempdir().unwrap();
    let (png, json) = (folder.path().join("out.png"), folder.path().join("s.json"));
    let swc = small_cell(folder.path());
    let (output, text) =
        run(headless(folder.path()).arg("--swc").arg(swc).args(["--sim-ms", "3"]).arg("--stats").arg(&json));
    if !output.status.success() && lacks(&text) {
        return;
    }
    assert!(output.status.success(), "{text}");
    assert!(std::fs::read(png).unwrap().starts_with(b"\x89PNG"));
    let stats: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    for (name, expected) in [("sections", 4.0), ("compartments", 31.0), ("steps", 30.0)] {
        assert_eq!(stats[name].as_f64(), Some(expected), "{name}");
    }
    assert!((stats["sim_ms"].as_f64().unwrap() - 3.0).abs() < 1e-6);
    let figures = [
        "step_us_median",
        "bare_step_us_median",
        "step_us_rendering",
        "init_ms",
        "first_picture_ms",
        "peak_rss_mb",
        "frame_empty_ms_median",
        "frame_still_ms_median",
        "frame_still_ms_p95",
        "frame_turning_ms_median",
        "frame_turning_ms_p95",
    ];
    for figure in figures {
        assert!(stats[figure].as_f64().is_some_and(|value| value > 0.0), "{figure}: {}", stats[figure]);
    }
    assert!(stats["frames"].as_u64().unwrap() >= 90, "30 of each kind");
    assert!(stats["adapter"].as_str().is_some_and(|adapter| !adapter.is_empty()));
}

#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (output, text) = run(headless(folder.path()).args(["--swc", "nowhere.swc"]));
    if !lacks(&text) {
        assert_fails(&output, &text, &["nowhere.swc"]);
    }
}

#[test]
fn an_unreadable_file_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let swc = folder.path().join("junk.swc");
    std::fs::write(&swc, b"not a cell\n\xff\xfe\0").unwrap();
    let (output, text) = run(headless(folder.path()).arg("--swc").arg(&swc));
    if !lacks(&text) {
        assert_fails(&output, &text, &["junk.swc", "line 1 "]);
    }
}

#[test]
fn without_neuron_it_says_where_it_looked_and_what_to_type() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = folder.path().join("no-such-libnrniv.so");
    let (output, text) = run(headless(folder.path()).env("NEURON_LIBRARY", &nothing));
    if !text.contains("no graphics adapter") || is_required("COMPNEUROVIS_REQUIRE_GPU") {
        assert_fails(&output, &text, &["no-such-libnrniv.so"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_an_adapter_it_says_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = folder.path().join("no-drivers");
    let command = &mut headless(folder.path());
    let (output, text) = run(command.env("VK_DRIVER_FILES", &nothing).env("VK_ICD_FILENAMES", &nothing));
    assert_fails(&output, &text, &["no graphics adapter", "mesa-vulkan-drivers"]);
}

#[test]
fn a_picture_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let swc = small_cell(folder.path());
    let (output, text) = run(example("complex_cell")
        .args(["--headless", "/dev/null/out.png", "--sim-ms", "0.5", "--size", "320x200"])
        .arg("--swc")
        .arg(swc));
    if !lacks(&text) {
        assert_fails(&output, &text, &["/dev/null/out.png"]);
    }
}

#[test]
fn a_file_that_cannot_be_written_keeps_no_other_from_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("traces");
    let mut command = example("lif");
    command.env_remove("DISPLAY").args(["--sim-ms", "5", "--export-svg", "no-panel=a.svg"]);
    command.args(["--export-npz", "/dev/null/fields.npz"]).arg("--export-csv").arg(&csv);
    let (output, text) = run(&mut command);
    if lacks(&text) {
        return;
    }
    assert_fails(&output, &text, &["no-panel", "/dev/null/fields.npz"]);
    assert!(std::fs::read_dir(csv).unwrap().count() > 0, "the traces are there");
}

#[test]
fn what_the_session_refuses_is_told_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for (flags, told) in [
        (["--set", "nope=1"], "WARN setting `nope`: the scene has no control `nope`; it has [\"tonic\""),
        (["--set", "tonic=99"], "WARN setting `tonic`: control `tonic` takes a number from"),
        (["--set", "tonic=much"], "control `tonic` takes a number from"),
        (["--act", "nope"], "WARN doing `nope`: this session does not know the action `nope`; it has [\"pulse\""),
    ] {
        let png = folder.path().join("out.png");
        let mut command = example("lif");
        let (output, text) = run(command.env_remove("DISPLAY").arg("--headless").arg(&png).args(flags));
        if lacks(&text) {
            return;
        }
        assert_fails(&output, &text, &[told, "error: nothing was written"]);
        assert!(!png.exists(), "{flags:?}");
    }
}

#[test]
fn a_control_that_is_set_is_seen_in_scene_and_recipe() {
    let folder = tempfile::tempdir().unwrap();
    let (png, json) = (folder.path().join("out.png"), folder.path().join("scene.json"));
    let mut command = example("lif");
    command.env_remove("DISPLAY").arg("--headless").arg(&png).arg("--scene").arg(&json);
    let (output, text) = run(command.args(["--set", "tonic=1.75", "--sim-ms", "5"]));
    if !output.status.success() && lacks(&text) {
        return;
    }
    assert!(output.status.success(), "{text}");
    let scene = Scene::from_json(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(scene.state["tonic"], Value::Float(1.75));
    let recipe = read_recipe(&png).unwrap();
    let parameters = recipe.lines.iter().find(|(_, text)| text.contains("tonic"));
    assert!(parameters.is_some_and(|(_, text)| text.contains("1.75")), "{:?}", recipe.lines);
}

#[test]
fn a_picture_stays_until_there_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let png = folder.path().join("out.png");
    let picture = |panel: &str| {
        let mut command = example("lif");
        command.env_remove("DISPLAY").arg("--headless").arg(&png).args(["--sim-ms", "5", "--panel", panel]);
        run(&mut command)
    };
    let (output, text) = picture("nope");
    if lacks(&text) {
        return;
    }
    assert_fails(&output, &text, &["`nope`"]);
    assert!(!png.exists());
    std::fs::write(&png, "the one before").unwrap();
    let (output, text) = picture("nope");
    assert_fails(&output, &text, &["`nope`"]);
    assert_eq!(text.matches("`nope`").count(), 1, "it is said once: {text}");
    assert_eq!(std::fs::read(&png).unwrap(), b"the one before");
    let (output, text) = picture("voltage");
    assert!(output.status.success(), "{text}");
    assert!(std::fs::read(&png).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "and nothing beside it");
}

#[test]
fn a_picture_is_always_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut pictures = Vec::new();
    for name in ["first.png", "second.png", "third.png"] {
        let png = folder.path().join(name);
        let mut command = example("complex_cell");
        command.env_remove("DISPLAY").arg("--headless").arg(&png).arg("--swc").arg(small_cell(folder.path()));
        let (output, text) = run(command.args(["--sim-ms", "5"]));
        if !output.status.success() && lacks(&text) {
            return;
        }
        assert!(output.status.success(), "{text}");
        pictures.push(Picture::open(&png));
    }
    assert!(pictures.windows(2).all(|pair| pair[0] == pair[1]), "pixel for pixel");
}

/// A run whose window holds 600 ms of its 700: a recording has them all.
#[test]
fn all_samples_of_a_recording_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run.mcap");
    let mut record = example("fitzhugh_nagumo");
    record.env_remove("DISPLAY").arg("--headless").arg(folder.path().join("out.png")).args(["--sim-ms", "700"]);
    let (output, text) = run(record.arg("--record").arg(&recording));
    if !output.status.success() && lacks(&text) {
        return;
    }
    assert!(output.status.success(), "{text}");
    for (name, magic) in [("run.nwb", &b"\x89HDF"[..]), ("run.npz", b"PK")] {
        let whole = folder.path().join(name);
        let (output, text) = run(example("replay").arg(&recording).arg("--whole").arg(&whole));
        assert!(output.status.success(), "{text}");
        let bytes = std::fs::read(whole).unwrap();
        // Four series of four bytes each 0.25 ms.
        assert!(bytes.starts_with(magic) && bytes.len() > 700 * 4 * 4, "{name}: {} bytes", bytes.len());
    }
    let (output, text) = run(example("replay").arg(folder.path().join("none.mcap")).args(["--whole", "x.nwb"]));
    assert_fails(&output, &text, &["none.mcap"]);
}

#[test]
fn odd_flags_are_refused() {
    for flags in [["--size", "0x0"], ["--sim-ms", "-1"], ["--sim-ms", "nan"]] {
        let (output, text) = run(example("complex_cell").args(flags));
        assert_fails(&output, &text, &[flags[1]]);
    }
}
