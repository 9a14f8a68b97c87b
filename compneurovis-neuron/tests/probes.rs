//! Probes read what NEURON has, also after the structure of the model has changed.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use common::cylinder;
use compneurovis_neuron::{Neuron, NeuronError, RangeProbe, Section, VoltageProbe};

/// What the probe reads is what NEURON says of each compartment.
fn check(neuron: &Neuron, probe: &mut VoltageProbe, sections: &[Section]) -> bool {
    let mut values = vec![0.0_f32; probe.len()];
    let mut exact = vec![0.0_f64; probe.len()];
    let report = probe.read(&mut values).unwrap();
    probe.read_f64(&mut exact).unwrap();
    assert!(report.finite);
    let mut at = 0;
    for section in sections {
        let nseg = section.nseg().unwrap();
        for i in 0..nseg {
            let v = section.get("v", (i as f64 + 0.5) / nseg as f64).unwrap();
            assert_eq!((values[at], exact[at]), (v as f32, v), "{} {i}", section.name());
            at += 1;
        }
    }
    assert_eq!(at, probe.len());
    // The other way to the same numbers.
    let mut gathered = vec![0.0_f64; exact.len()];
    let mut slow = VoltageProbe::gathering(neuron, sections).unwrap();
    for _ in 0..2 {
        assert!(slow.read_f64(&mut gathered).unwrap().finite);
        assert!(gathered.iter().zip(&exact).all(|(one, other)| one.to_bits() == other.to_bits()));
    }
    report.resolved
}

#[test]
fn probes_follow_the_structure() {
    let Some(neuron) = common::neuron() else { return };
    let mut sections: Vec<Section> = Vec::new();
    for i in 0..40 {
        let section = cylinder(&neuron, &format!("dend[{i}]"), 50.0 + f64::from(i), 2.0, 1 + i as usize % 7);
        if let Some(parent) = sections.get(i as usize / 2) {
            section.connect(0.0, parent, 1.0).unwrap();
        }
        sections.push(section);
    }
    let _clamp = common::clamp(&sections[0], 0.5, 0.0, 5.0, 2.0);
    let mut probe = VoltageProbe::new(&neuron, &sections).unwrap();
    let mut slow = VoltageProbe::gathering(&neuron, &sections).unwrap();
    neuron.initialize(-65.0).unwrap();
    assert!(check(&neuron, &mut probe, &sections), "the first initialisation moves everything");
    neuron.advance().unwrap();
    assert!(!check(&neuron, &mut probe, &sections), "nothing moved");

    // A change that is pending, and the same change done.
    let extra: Vec<Section> = (0..500).map(|i| cylinder(&neuron, &format!("new[{i}]"), 10.0, 1.0, 3)).collect();
    assert!(check(&neuron, &mut probe, &sections));
    neuron.advance().unwrap();
    assert!(check(&neuron, &mut probe, &sections));
    assert!(!check(&neuron, &mut probe, &sections));

    // Sections go, and hoc does it without our knowledge.
    extra[0].delete().unwrap();
    assert!(check(&neuron, &mut probe, &sections));
    drop(extra);
    for (change, moves) in [("forall insert pas", true), ("forall g_pas = 0.001", false), ("celsius = 10", false)] {
        neuron.hoc(change).unwrap();
        assert_eq!(check(&neuron, &mut probe, &sections), moves, "{change}");
        neuron.advance().unwrap();
        check(&neuron, &mut probe, &sections);
        check(&neuron, &mut slow, &sections);
    }

    other_variables(&neuron, &sections);

    // Buffers of another length, other compartments, dead sections.
    let mut short = vec![0.0_f32; probe.len() - 1];
    assert!(matches!(probe.read(&mut short), Err(NeuronError::BufferLength { .. })));
    let mut values = vec![0.0_f32; probe.len()];
    sections[3].set_nseg(20).unwrap();
    assert!(matches!(probe.read(&mut values), Err(NeuronError::CompartmentsChanged { found: 20, .. })));
    neuron.initialize(-65.0).unwrap();
    assert!(matches!(probe.read(&mut values), Err(NeuronError::CompartmentsChanged { .. })));
    sections[3].set_nseg(4).unwrap();
    assert!(check(&neuron, &mut probe, &sections));
    sections[39].delete().unwrap();
    assert!(matches!(probe.read(&mut values), Err(NeuronError::DeadSection { .. })));
    neuron.clear().unwrap();
    assert!(matches!(probe.read(&mut values), Err(NeuronError::Cleared { .. })));
    let _other = cylinder(&neuron, "other", 10.0, 1.0, 1);
    neuron.initialize(-65.0).unwrap();
    assert!(matches!(probe.read(&mut values), Err(NeuronError::Cleared { .. })));
}

fn other_variables(neuron: &Neuron, sections: &[Section]) {
    let bare = neuron.section("bare").unwrap();
    let mixed = [sections[5].clone(), bare.clone()];
    let mut probe = RangeProbe::over(neuron, "m_hh", &mixed).unwrap();
    let clamp = common::clamp(&bare, 0.5, 0.0, 1e9, 0.25);
    let references = [clamp.range_ref("i").unwrap(), bare.range_ref("v", 0.5).unwrap()];
    let mut chosen = RangeProbe::new(neuron, &references).unwrap();
    neuron.initialize(-65.0).unwrap();
    for round in 0..3 {
        neuron.advance().unwrap();
        let mut values = vec![0.0_f64; probe.len()];
        let report = probe.read_f64(&mut values).unwrap();
        assert!(!report.finite && values[values.len() - 1].is_nan(), "hh is not in the bare section");
        assert_eq!(report.resolved, round != 1);
        assert_eq!(values[0], sections[5].get("m_hh", 0.5 / sections[5].nseg().unwrap() as f64).unwrap());
        let mut pair = [0.0_f64; 2];
        chosen.read_f64(&mut pair).unwrap();
        assert_eq!(pair, [0.25, bare.get("v", 0.5).unwrap()]);
        if round == 1 {
            // Moves the states of hh.
            bare.insert("hh").unwrap();
            probe.read_f64(&mut values).unwrap();
            bare.set_nseg(1).unwrap();
            neuron.hoc("objref more_\n").unwrap();
            let more = cylinder(neuron, "more", 5.0, 5.0, 30);
            assert!(probe.read_f64(&mut values).unwrap().resolved);
            more.delete().unwrap();
        }
    }
    bare.delete().unwrap();
    let mut pair = [0.0_f64; 2];
    let error = chosen.read_f64(&mut pair).unwrap_err();
    assert!(matches!(error, NeuronError::Unlocated { .. }), "{error}");
}
