//! Running the programs for a picture, and what is in the scene that it shows.

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use compneurovis_core::{Field, FieldId, Scene};

use super::{example, is_required, picture::Picture};

/// The whole of a picture, and its left and right parts.
pub(crate) const ALL: [f64; 4] = [0.0, 0.0, 1.0, 1.0];
pub(crate) const LEFT: [f64; 4] = [0.0, 0.1, 0.45, 0.9];
pub(crate) const RIGHT: [f64; 4] = [0.55, 0.1, 1.0, 0.9];

/// The colour of a single curve.
pub(crate) const PEN: [u8; 3] = [0x1f, 0x3c, 0x88];

/// The same on a dark ground.
pub(crate) const PEN_ON_DARK: [u8; 3] = [120, 170, 255];

/// Runs a program to its end, and gives what it says on the standard error.
pub(crate) fn run(command: &mut Command) -> (Output, String) {
    let output = command.output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, text)
}

/// Whether a run ended because this machine lacks what it needs, which is then said.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn lacks(text: &str) -> bool {
    let missing = [("no graphics adapter", "COMPNEUROVIS_REQUIRE_GPU"), ("NEURON", "COMPNEUROVIS_REQUIRE_NEURON")];
    let lacking = missing.iter().find(|(what, variable)| text.contains(what) && !is_required(variable));
    if lacking.is_some() {
        eprintln!("skipped: {text}");
    }
    lacking.is_some()
}

/// What an example has shown.
pub(crate) struct Shown {
    pub(crate) scene: Scene,
    pub(crate) picture: Picture,
}

/// Takes the picture of an example at a simulated time in ms. `None` if this machine lacks what it needs. With
/// `COMPNEUROVIS_PICTURES` the pictures are kept in the folder that it names.
pub(crate) fn show(name: &str, sim_ms: f64, flags: &[&str]) -> Option<Shown> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let kept = std::env::var("COMPNEUROVIS_PICTURES").ok().filter(|_| flags.iter().all(|flag| *flag != "--set"));
    let png = kept.map_or_else(|| folder.path().to_owned(), PathBuf::from).join(format!("{name}.png"));
    let json = folder.path().join("scene.json");
    let mut command = example(name);
    command.env_remove("DISPLAY").arg("--headless").arg(&png).arg("--scene").arg(&json).args(["--size", "960x600"]);
    let (output, text) = run(command.arg("--sim-ms").arg(sim_ms.to_string()).args(flags));
    if !output.status.success() && lacks(&text) {
        return None;
    }
    assert!(output.status.success(), "{name}: {text}");
    assert!(!text.contains("ERROR") && !text.contains("panicked"), "{name}: {text}");
    let scene = Scene::from_json(&std::fs::read_to_string(json).expect("the scene was written")).expect("a scene");
    Some(Shown { scene, picture: Picture::open(&png) })
}

impl Shown {
    pub(crate) fn field(&self, id: &str) -> &Field {
        let known = self.scene.fields.keys();
        self.scene
            .fields
            .get(&FieldId::from(id))
            .unwrap_or_else(|| panic!("no `{id}` in {:?}", known.collect::<Vec<_>>()))
    }

    /// The times of a field in ms.
    pub(crate) fn times(&self, id: &str) -> &[f64] {
        self.field(id).coord("time").ok().and_then(|coord| coord.numbers()).expect("a dim of times")
    }

    /// A series of a field over a dim of names and the time.
    pub(crate) fn series(&self, id: &str, name: &str) -> &[f32] {
        self.field(id).series_of("time", name).unwrap_or_else(|| panic!("no series `{name}` in `{id}`"))
    }

    /// When a series rises to a level, to the thousandth of a ms.
    pub(crate) fn rises(&self, id: &str, name: &str, level: f32) -> Vec<f64> {
        let (times, series) = (self.times(id), self.series(id, name));
        let pairs = series.windows(2).zip(&times[1..]).filter(|(pair, _)| pair[0] < level && pair[1] >= level);
        pairs.map(|(_, time)| (time * 1000.0).round() / 1000.0).collect()
    }

    /// The value of a series at a time that it has.
    pub(crate) fn at(&self, id: &str, name: &str, time_ms: f64) -> f32 {
        let times = self.times(id);
        let place = times.iter().position(|time| (time - time_ms).abs() < 1e-6);
        self.series(id, name)[place.unwrap_or_else(|| panic!("`{id}` has no sample at {time_ms} ms"))]
    }
}
