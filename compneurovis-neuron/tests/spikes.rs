//! Spike times against those of the original's examples.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use common::{assert_times, clamp, crossings, cylinder};
use compneurovis_neuron::{NetCon, Neuron, Point3d, PointProcess, Section};

#[test]
fn spike_times_are_those_of_the_original() {
    let Some(neuron) = common::neuron() else { return };
    point_model(&neuron);
    neuron.clear().unwrap();
    multicell(&neuron);
    neuron.clear().unwrap();
    inspector(&neuron);
    neuron.clear().unwrap();
    played_and_recorded(&neuron);
    neuron.clear().unwrap();
    variable_steps(&neuron);
}

/// One compartment of 500 square micrometres under constant current.
fn point_model(neuron: &Neuron) {
    let soma = cylinder(neuron, "soma", 12.6157, 12.6157, 1);
    let clamp = clamp(&soma, 0.5, 0.0, 1e9, 0.0);
    neuron.set_dt(0.025).unwrap();
    let expected: [(f64, usize, &[f64]); 3] =
        [(0.05, 7, &[1.925, 16.9, 31.575]), (0.1, 9, &[1.3, 13.425, 25.05]), (0.2, 11, &[0.875, 10.95, 20.3])];
    for (amplitude, count, times) in expected {
        clamp.set("amp", amplitude).unwrap();
        neuron.initialize(-65.0).unwrap();
        let found = crossings(neuron, &[&soma], 4000);
        assert_eq!(found[0].len(), count, "{amplitude} nA");
        assert_times(&found[0], times);
    }
    clamp.set("amp", 0.0).unwrap();
    neuron.initialize(-65.0).unwrap();
    assert!(crossings(neuron, &[&soma], 4000)[0].is_empty());
    assert!((soma.get("v", 0.5).unwrap() + 64.974).abs() < 1e-3);
}

/// Three cells in a ring.
fn multicell(neuron: &Neuron) {
    neuron.set_dt(0.1).unwrap();
    let on = |child: Section, parent: &Section, x: f64| {
        child.connect(0.0, parent, x).unwrap();
        child
    };
    let soma1 = cylinder(neuron, "cell1.soma", 20.0, 20.0, 1);
    let dend1 = on(cylinder(neuron, "cell1.dend", 200.0, 3.0, 10), &soma1, 1.0);
    let axon1 = on(cylinder(neuron, "cell1.axon", 300.0, 1.5, 10), &soma1, 0.0);
    let soma2 = cylinder(neuron, "cell2.soma", 25.0, 15.0, 1);
    on(cylinder(neuron, "cell2.dend_a", 150.0, 2.5, 10), &soma2, 1.0);
    on(cylinder(neuron, "cell2.dend_b", 180.0, 2.5, 10), &soma2, 1.0);
    let axon2 = on(cylinder(neuron, "cell2.axon", 250.0, 1.0, 10), &soma2, 0.0);
    let soma3 = cylinder(neuron, "cell3.soma", 30.0, 18.0, 1);
    let dend3 = on(cylinder(neuron, "cell3.dend", 120.0, 4.0, 10), &soma3, 1.0);
    on(cylinder(neuron, "cell3.branch_a", 100.0, 2.5, 10), &dend3, 1.0);
    let branch_b = on(cylinder(neuron, "cell3.branch_b", 80.0, 2.5, 10), &dend3, 1.0);
    on(cylinder(neuron, "cell3.twig_a", 60.0, 1.5, 5), &branch_b, 1.0);
    on(cylinder(neuron, "cell3.twig_b", 50.0, 1.5, 5), &branch_b, 1.0);
    let axon3 = on(cylinder(neuron, "cell3.axon", 200.0, 1.2, 10), &soma3, 0.0);
    assert_eq!(neuron.sections().unwrap().len(), 14);
    let (parent, x) = branch_b.parent().unwrap().unwrap();
    assert!(parent == dend3 && x == 1.0);
    assert!(soma3.parent().unwrap().is_none());

    let wires: Vec<(PointProcess, NetCon)> = [(&axon1, &soma2, 0.05), (&axon2, &soma3, 0.05), (&axon3, &dend1, 0.03)]
        .map(|(axon, target, weight)| {
            let synapse = target.point_process("ExpSyn", 0.5).unwrap();
            synapse.set("tau", 2.0).unwrap();
            let source = axon.range_ref("v", 0.9).unwrap();
            let wire = NetCon::from_voltage(&source, Some(&synapse)).unwrap();
            wire.set_delay(1.0).unwrap();
            wire.set_weight(0, weight).unwrap();
            (synapse, wire)
        })
        .into();
    assert_eq!(wires[0].1.threshold().unwrap(), 10.0);
    for delay in [2.0, 20.0, 40.0, 60.0, 80.0] {
        neuron.keep(&clamp(&soma1, 0.5, delay, 5.0, 0.5));
    }
    neuron.initialize(-65.0).unwrap();
    let found = crossings(neuron, &[&soma1, &soma2, &soma3], 1000);
    assert_times(&found[0], &[3.9, 22.1, 42.0, 62.0, 82.0]);
    assert_times(&found[1], &[5.9, 24.2, 44.1, 64.0, 84.0]);
    assert_times(&found[2], &[8.1, 26.4, 46.3, 66.2, 86.2]);
}

/// Sections along 3-D points, with inhibition.
fn inspector(neuron: &Neuron) {
    neuron.set_dt(0.025).unwrap();
    let course = |name: &str, from: [f64; 3], to: [f64; 3], diameter: f64, nseg: usize| {
        let section = neuron.section(name).unwrap();
        let points = [from, to].map(|[x, y, z]| Point3d { x, y, z, diameter });
        section.set_points(&points).unwrap();
        section.set_nseg(nseg).unwrap();
        section.insert("hh").unwrap();
        section.set_ra(100.0).unwrap();
        section.set("cm", 1.0).unwrap();
        // NEURON keeps them as f32.
        let kept = points.map(|point| Point3d { diameter: f64::from(point.diameter as f32), ..point });
        assert_eq!(section.points().unwrap(), kept);
        section
    };
    let left = [-12.0, 0.0, 0.0];
    let soma = course("soma", left, [12.0, 0.0, 0.0], 18.0, 1);
    let apical = course("apical", [12.0, 0.0, 0.0], [112.0, 44.0, 8.0], 3.5, 9);
    apical.connect(0.0, &soma, 1.0).unwrap();
    let basal = course("basal", left, [-108.0, -42.0, -8.0], 3.0, 7);
    basal.connect(0.0, &soma, 0.0).unwrap();
    let initial = course("axon_initial", left, [-12.0, 0.0, 56.0], 1.8, 7);
    initial.connect(0.0, &soma, 0.0).unwrap();
    let distal = course("axon_distal", [-12.0, 0.0, 56.0], [-12.0, 0.0, 186.0], 1.2, 9);
    distal.connect(0.0, &initial, 1.0).unwrap();
    for (section, delay, duration, amplitude) in [
        (&soma, 8.0, 4.0, 1.0),
        (&soma, 42.0, 5.0, 0.85),
        (&soma, 78.0, 4.0, 1.05),
        (&apical, 24.0, 6.0, 0.35),
        (&apical, 60.0, 6.0, 0.35),
        (&basal, 50.0, 8.0, -0.18),
    ] {
        neuron.keep(&clamp(section, 0.5, delay, duration, amplitude));
    }
    neuron.initialize(-65.0).unwrap();
    let found = crossings(neuron, &[&soma], 4000);
    let late: Vec<f64> = found[0].iter().copied().filter(|t| *t >= 60.0).collect();
    assert_eq!(late.len(), 2, "{found:?}");
    assert_times(&late, &[61.75, 79.125]);
}

/// A played current makes the spikes of a clamped one, and what NEURON records is what is read.
fn played_and_recorded(neuron: &Neuron) {
    let soma = cylinder(neuron, "soma", 12.6157, 12.6157, 1);
    let clamp = clamp(&soma, 0.5, 0.0, 1e9, 0.0);
    let times = neuron.vector(&[0.0, 1.0, 1000.0]).unwrap();
    let amplitudes = neuron.vector(&[0.1, 0.1, 0.1]).unwrap();
    amplitudes.play(&clamp.range_ref("amp").unwrap(), &times, true).unwrap();
    let v = soma.range_ref("v", 0.5).unwrap();
    let (recorded, recorded_t, spikes) =
        (neuron.vector(&[]).unwrap(), neuron.vector(&[]).unwrap(), neuron.vector(&[]).unwrap());
    recorded.record(&v).unwrap();
    recorded_t.record(&neuron.global_ref("t").unwrap()).unwrap();
    let detector = NetCon::from_voltage(&v, None).unwrap();
    detector.set_threshold(0.0).unwrap();
    detector.record(&spikes).unwrap();
    neuron.initialize(-65.0).unwrap();
    let mut seen = vec![v.get().unwrap()];
    for _ in 0..4000 {
        neuron.advance().unwrap();
        seen.push(v.get().unwrap());
    }
    assert_eq!(recorded.to_vec().unwrap(), seen);
    assert_eq!(recorded_t.len().unwrap(), 4001);
    assert_eq!(spikes.len().unwrap(), 9);
    assert!((spikes.to_vec().unwrap()[1] - 13.425).abs() < 0.05);
}

/// The variable-step method gives nearly the same spikes, and leaves dt as it was.
fn variable_steps(neuron: &Neuron) {
    let soma = cylinder(neuron, "soma", 12.6157, 12.6157, 1);
    let _clamp = clamp(&soma, 0.5, 0.0, 1e9, 0.1);
    neuron.set_dt(0.0125).unwrap();
    neuron.variable_step(true).unwrap();
    neuron.initialize(-65.0).unwrap();
    let (mut spikes, mut before, mut steps) = (0, -65.0, 0);
    while neuron.time().unwrap() < 100.0 {
        neuron.advance().unwrap();
        let now = soma.get("v", 0.5).unwrap();
        spikes += usize::from(before < 0.0 && now >= 0.0);
        before = now;
        steps += 1;
    }
    assert_eq!(spikes, 9);
    assert!(steps < 3000, "{steps} steps");
    neuron.variable_step(false).unwrap();
    assert_eq!(neuron.global("dt").unwrap(), 0.0125);
    neuron.clear().unwrap();
    assert_eq!(neuron.global("dt").unwrap(), 0.025);
}
