//! Every example as its user starts it: the numbers of its model, and what must be in its picture.
//!
//! The numbers of the models of the Python original are its own.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use common::{
    example,
    run::{ALL, LEFT, PEN, PEN_ON_DARK, RIGHT, Shown, lacks, run, show},
};
use compneurovis_core::{Geometry, MorphologyGeometry};

/// Pixels of a cell or surface in half of a picture of 960 by 600.
const MANY: usize = 1500;

fn cell(shown: &Shown) -> &MorphologyGeometry {
    shown.scene.geometries.values().find_map(Geometry::as_morphology).unwrap()
}

#[test]
fn multicell() {
    let Some(shown) = show("multicell", 100.0, &[]) else { return };
    let spikes = |cell: usize| shown.rises("segment_history", &format!("cell{cell}.soma@0.50000"), 0.0);
    assert_eq!(spikes(1), [3.9, 22.1, 42.0, 62.0, 82.0]);
    assert_eq!(spikes(2), [5.9, 24.2, 44.1, 64.0, 84.0]);
    assert_eq!(spikes(3), [8.1, 26.4, 46.3, 66.2, 86.2]);
    assert_eq!((cell(&shown).sections().len(), cell(&shown).compartments()), (14, 103));
    assert!(shown.picture.coloured(LEFT) > MANY / 3, "three cells of thin branches");
    assert!(shown.picture.coloured(RIGHT) > 500, "three curves");
}

#[test]
fn section_inspector() {
    let Some(shown) = show("section_inspector", 100.0, &[]) else { return };
    assert_eq!(shown.rises("segment_history", "soma@0.50000", 0.0), [61.75, 79.125]);
    assert_eq!(shown.times("segment_history").len(), 1601);
    assert_eq!(cell(&shown).compartments(), 33);
    let gates = shown.field("gating");
    assert_eq!(gates.shape()[..2], [33, 3]);
    assert!(gates.values().iter().all(|gate| (0.0..=1.0).contains(gate)));
    assert!((shown.at("input_current", "soma 78 ms", 80.0) - 1.05).abs() < 1e-6);
    assert_eq!(shown.at("input_current", "soma 78 ms", 90.0), 0.0);
    assert!(shown.picture.coloured(LEFT) > MANY && shown.picture.count(RIGHT, PEN) > 50);
}

#[test]
fn hh_point() {
    for (current, count, first) in
        [("0.05", 7, [1.925, 16.9, 31.575]), ("0.1", 9, [1.3, 13.425, 25.05]), ("0.2", 11, [0.875, 10.95, 20.3])]
    {
        let set = format!("clamp_amp={current}");
        let flags: &[&str] = if current == "0.1" { &[] } else { &["--set", &set] };
        let Some(shown) = show("hh_point", 100.0, flags) else { return };
        let spikes = shown.rises("segment_history", "soma@0.50000", 0.0);
        assert_eq!((spikes.len(), &spikes[..3]), (count, &first[..]), "{current} nA");
        let clamp = shown.at("current", "clamp", 50.0);
        assert!((f64::from(clamp) - current.parse::<f64>().unwrap()).abs() < 1e-6, "{clamp}");
        assert!(shown.picture.coloured(ALL) > MANY, "five curves");
    }
    let Some(shown) = show("hh_point", 100.0, &["--set", "clamp_amp=0"]) else { return };
    assert!((shown.at("segment_history", "soma@0.50000", 100.0) + 64.974).abs() < 0.0005);
}

#[test]
fn signaling_cascade() {
    let Some(shown) = show("signaling_cascade", 500.0, &[]) else { return };
    for (time_ms, expected) in [
        (5.0, [0.024413, 0.013145, 0.0, 0.000018]),
        (20.0, [0.09103, 0.086718, 0.00016, 0.00519]),
        (100.0, [0.322088, 0.336242, 0.05044, 0.233199]),
        (500.0, [0.519142, 0.522921, 0.478341, 0.533566]),
    ] {
        for (name, expected) in ["ligand", "bound", "effector", "set point"].into_iter().zip(expected) {
            let found = shown.at("levels", name, time_ms);
            assert!((found - expected as f32).abs() < 6e-6, "{name} at {time_ms} ms: {found}, not {expected}");
        }
    }
    assert!(shown.picture.coloured(ALL) > MANY, "five curves");
}

/// One tree for each cell, somas with an area, and potentials that a cell can have.
fn check_population(shown: &Shown, cells: std::ops::RangeInclusive<usize>) {
    let geometry = cell(shown);
    let name_of = |section: usize| geometry.sections()[section].name.rsplit_once('.').unwrap().0.to_owned();
    let all: std::collections::HashSet<String> = (0..geometry.sections().len()).map(name_of).collect();
    let roots: Vec<usize> =
        (0..geometry.sections().len()).filter(|at| geometry.sections()[*at].parent.is_none()).collect();
    assert!(cells.contains(&all.len()), "{} cells", all.len());
    assert_eq!(roots.len(), all.len(), "one tree for each cell");
    let mut areas_um2 = std::collections::BTreeMap::<u32, f32>::new();
    for frustum in geometry.frusta() {
        if geometry.sections()[frustum.section as usize].name.contains("soma") {
            let apart = std::array::from_fn::<f32, 3, _>(|axis| frustum.end_um[axis] - frustum.start_um[axis]);
            let length_um = apart.iter().map(|x| x * x).sum::<f32>().sqrt();
            let (start, end) = (frustum.start_radius_um, frustum.end_radius_um);
            *areas_um2.entry(frustum.section).or_default() +=
                std::f32::consts::PI * (start + end) * length_um.hypot(end - start);
        }
    }
    assert!(areas_um2.len() >= all.len(), "every cell has a soma");
    assert!(areas_um2.values().all(|area| *area > 1.0), "{areas_um2:?}");
    let values = shown.field("segment_display").values();
    assert!(values.iter().all(|v| v.abs() < 200.0), "a potential that no cell has");
    assert!(values.iter().any(|v| *v > 0.0), "something fires");
}

#[test]
fn c_elegans() {
    let Some(shown) = show("c_elegans", 8.0, &[]) else { return };
    check_population(&shown, 9..=9);
    assert!(shown.picture.coloured(LEFT) > MANY / 2);
}

#[test]
fn c_elegans_of_the_corpus() {
    let Some(corpus) = std::env::var_os("COMPNEUROVIS_CORPUS") else { return };
    let folder = std::path::Path::new(&corpus).join("celegans");
    assert!(folder.is_dir(), "the corpus has no folder {}", folder.display());
    let flags = ["--set", "stim_amp=0.2", "--swc", folder.to_str().unwrap()];
    let Some(shown) = show("c_elegans", 8.0, &flags) else { return };
    check_population(&shown, 250..=400);
}

#[test]
fn attach_hoc() {
    let Some(shown) = show("attach_hoc", 40.0, &[]) else { return };
    assert_eq!((cell(&shown).sections().len(), cell(&shown).compartments()), (4, 28));
    let soma = cell(&shown).sections()[0].name.to_string();
    assert!(soma.contains("soma"), "{soma}");
    // Its own init begins at -70 mV, its stimulus at 5 ms.
    let spikes = shown.rises("segment_history", &format!("{soma}@0.50000"), 0.0);
    assert!(!spikes.is_empty() && spikes[0] > 5.0, "{spikes:?}");
    assert!(shown.picture.coloured(LEFT) > MANY / 2 && shown.picture.count(RIGHT, PEN) > 50);
}

#[test]
fn lif() {
    let Some(shown) = show("lif", 300.0, &[]) else { return };
    let v = *shown.field("voltage").as_slice().unwrap().last().unwrap();
    assert!((v + 51.0).abs() < 0.001, "below threshold it comes to rest at {v} mV");
    assert!(shown.rises("events", "spike", 0.5).is_empty());
    assert!(shown.picture.count(ALL, PEN) > 50);
    let shown = show("lif", 100.0, &["--set", "tonic=2.5"]).unwrap();
    assert_eq!(shown.rises("events", "spike", 0.5), [23.0, 51.0, 79.0]);
    // The picture that is kept: a pulse lifts it over the threshold.
    let shown = show("lif", 100.0, &["--act", "pulse"]).unwrap();
    assert_eq!(shown.rises("events", "spike", 0.5), [14.0]);
}

#[test]
fn fitzhugh_nagumo() {
    let Some(shown) = show("fitzhugh_nagumo", 600.0, &[]) else { return };
    for (time_ms, expected) in [(25.0, -1.7277), (100.0, -1.94867), (300.0, -1.80172), (600.0, 1.7398)] {
        let found = shown.at("state", "v", time_ms);
        assert!((found - expected).abs() < 1e-4, "at {time_ms} ms: {found}, not {expected}");
    }
    assert!(shown.picture.coloured(ALL) > MANY / 2, "curves and a phase plane");
}

#[test]
fn two_views() {
    let Some(shown) = show("two_views", 60.0, &[]) else { return };
    let (potential, slope) = (shown.field("potential").as_slice().unwrap(), shown.field("slope").as_slice().unwrap());
    for at in 0..potential.len() - 1 {
        assert!((slope[at] - (potential[at + 1] - potential[at])).abs() < 1e-3);
    }
    assert!(shown.picture.coloured([0.0, 0.1, 0.5, 0.6]) > MANY, "the left cell");
    assert!(shown.picture.coloured([0.5, 0.1, 1.0, 0.6]) > MANY / 2, "the right cell");
    assert!(shown.picture.count([0.0, 0.5, 1.0, 1.0], PEN) > 100, "two curves");
}

#[test]
fn custom_view() {
    let Some(shown) = show("custom_view", 800.0, &[]) else { return };
    let order = shown.field("order").as_slice().unwrap();
    assert!(order[0] < 0.2 && *order.last().unwrap() > 0.9, "they fall into step: {:?}", order.last());
    assert!(shown.picture.count(ALL, [200, 40, 40]) > 100, "the hand of the dial");
    assert!(shown.picture.count(ALL, PEN) > 50, "the plot");
}

#[test]
fn replay() {
    let Some(shown) = show("replay", 25.0, &[]) else { return };
    let values = shown.field("v").values();
    let highest = values.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)).unwrap();
    assert!((70..120).contains(&highest.0) && *highest.1 > 0.0, "the wave is at compartment {highest:?}");
    let early = shown.rises("traces", "compartment 10", 0.0);
    assert!(early.len() == 1 && (1.0..4.0).contains(&early[0]), "the replay shows nothing of the future: {early:?}");
    assert!(shown.picture.coloured(LEFT) > 1000, "the axon");
}

#[test]
fn compose_in_bevy() {
    let Some(shown) = show("compose_in_bevy", 20.0, &[]) else { return };
    let v = shown.field("v").values();
    assert!(v.iter().all(|v| (-70.001..=30.001).contains(v)) && v.iter().any(|v| *v > 0.0));
    assert!(shown.picture.count(RIGHT, [23, 26, 33]) > 50_000, "the app's own background");
    assert!(shown.picture.coloured([0.4, 0.0, 1.0, 1.0]) > MANY, "our cell");
    assert!(shown.picture.count([0.0, 0.0, 0.4, 1.0], PEN_ON_DARK) > 20, "our plot in the app's panel");
}

#[test]
fn surfaces() {
    let Some(shown) = show("static_surface", 1.0, &[]) else { return };
    let (z, side) = (shown.field("z").values(), 120);
    assert_eq!(z.shape(), [side, side]);
    assert!(z.iter().all(|z| (-0.6..=2.0).contains(z)) && z.iter().any(|z| *z > 1.99));
    assert!(shown.picture.coloured(ALL) > 10 * MANY);
    let shown = show("surface_slice", 1.0, &[]).unwrap();
    assert!(
        shown.picture.coloured(LEFT) > 10 * MANY && shown.picture.count(RIGHT, PEN) > 50,
        "the surface and its profile"
    );
    let shown = show("animated_surface", 1.0, &[]).unwrap();
    let middle = shown.field("z").values()[[60, 60]];
    assert!((middle - 2.0 * 1.0f32.sin()).abs() < 0.05, "the middle has gone down to sinc(1): {middle}");
    assert!(shown.picture.coloured(ALL) > 10 * MANY);
}

#[test]
fn swc_viewer() {
    let Some(shown) = show("swc_viewer", 1.0, &[]) else { return };
    let distances = shown.field("distance from root").values();
    assert!(distances.iter().all(|um| *um >= 0.0) && distances.iter().any(|um| *um > 500.0));
    assert!(shown.picture.coloured(ALL) > MANY);
}

#[test]
fn headless_sweep() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("rates.csv");
    let flags = ["--currents", "0", "0.2", "0.05", "--out", csv.to_str().unwrap()];
    let Some(shown) = show("headless_sweep", 100.0, &flags) else { return };
    let table = std::fs::read_to_string(&csv).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "current_na,spikes,first_spike_ms,rate_hz");
    assert_eq!(lines[1..4], ["0.0000,0,,0.0", "0.0500,7,1.925,70.0", "0.1000,9,1.300,90.0"]);
    assert_eq!(lines[5], "0.2000,11,0.875,110.0");
    assert_eq!(shown.field("rate").as_slice(), Some(&[0.0, 70.0, 90.0, 100.0, 110.0][..]));
    assert!(shown.picture.count(ALL, PEN) > 300, "the curve is drawn");
}

#[test]
fn headless_sweep_without_flags_prints_and_draws_nothing() {
    let (output, text) = run(example("headless_sweep").args(["--currents", "0.1", "0.1", "0.1", "--sim-ms", "20"]));
    if !output.status.success() && lacks(&text) {
        return;
    }
    assert!(output.status.success(), "{text}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed, "current_na,spikes,first_spike_ms,rate_hz\n0.1000,2,1.300,100.0\n");
}
