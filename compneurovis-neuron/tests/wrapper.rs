//! The rest of what a NEURON user expects, each held against NEURON's own words in hoc.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use common::{clamp, cylinder};
use compneurovis_neuron::{EventSource, IonStyle, NetCon, Neuron, NeuronError, Section};

#[test]
fn the_wrapper_does_what_hoc_does() {
    let Some(neuron) = common::neuron() else { return };
    let parts: [(&str, fn(&Neuron)); 9] = [
        ("topology", topology),
        ("hoc sections", sections_made_by_hoc),
        ("mechanisms", mechanisms),
        ("ions", ions),
        ("clamps", clamps),
        ("vectors", vectors),
        ("events", events),
        ("time", time),
        ("census", census),
    ];
    for (name, part) in parts {
        println_part(name);
        part(&neuron);
        neuron.clear().unwrap();
    }
}

/// Shown when a part fails.
#[expect(clippy::print_stdout, reason = "a test says what it does")]
fn println_part(name: &str) {
    println!("{name}");
}

fn names(sections: &[Section]) -> Vec<&str> {
    sections.iter().map(Section::name).collect()
}

fn topology(neuron: &Neuron) {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| cylinder(neuron, name, 10.0, 1.0, 3));
    b.connect(0.0, &a, 1.0).unwrap();
    c.connect(1.0, &a, 0.5).unwrap();
    d.connect(0.0, &b, 0.25).unwrap();
    assert_eq!(names(&a.children().unwrap()).len(), 2);
    assert_eq!(names(&b.children().unwrap()), ["d"]);
    assert_eq!(c.orientation().unwrap(), 1.0);
    let (parent, x) = c.parent().unwrap().unwrap();
    assert!(parent == a && x == 0.5);
    neuron.initialize(-65.0).unwrap();
    b.disconnect().unwrap();
    assert!(b.parent().unwrap().is_none() && names(&a.children().unwrap()) == ["c"]);
    assert!(d.parent().unwrap().unwrap().0 == b, "what hangs on it stays");
    b.disconnect().unwrap();
    b.connect(0.0, &c, 0.0).unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
    a.delete().unwrap();
    assert!(c.parent().unwrap().is_none());
    assert!(matches!(a.children(), Err(NeuronError::DeadSection { .. })));
    neuron.advance().unwrap();
}

fn sections_made_by_hoc(neuron: &Neuron) {
    neuron
        .hoc(
            "begintemplate Made\npublic soma, dend\ncreate soma, dend[2]\nproc init() {\n\
             soma { L = 12 insert hh }\nfor i = 0, 1 { connect dend[i](0), soma(1)\n dend[i].nseg = 3 }\n}\n\
             endtemplate Made",
        )
        .unwrap();
    neuron.hoc("objref made_\nmade_ = new Made()\ncreate alone\nmade_.dend[1] connect alone(1), 0.5").unwrap();
    let ours = neuron.section("ours").unwrap();
    let all = neuron.sections().unwrap();
    assert_eq!(names(&all), ["Made[0].soma", "Made[0].dend[0]", "Made[0].dend[1]", "alone", "ours"]);
    assert!(all[4] == ours);
    let parents: Vec<Option<(Section, f64)>> = all.iter().map(|section| section.parent().unwrap()).collect();
    assert!(parents[0].is_none() && parents[4].is_none());
    assert!(parents[1].as_ref().unwrap().0 == all[0] && parents[2].as_ref().unwrap().1 == 1.0);
    assert!(parents[3].as_ref().unwrap().0 == all[2] && parents[3].as_ref().unwrap().1 == 0.5);
    assert_eq!((all[3].orientation().unwrap(), all[0].length().unwrap(), all[1].nseg().unwrap()), (1.0, 12.0, 3));
    assert_eq!(all[0].mechanisms().unwrap(), ["na_ion", "k_ion", "hh"]);
    neuron.hoc("made_ = new Made()").unwrap();
    assert!(!all[1].is_alive(), "the object of the template took its sections with it");
    neuron.hoc("objref made_").unwrap();
}

fn mechanisms(neuron: &Neuron) {
    let section = cylinder(neuron, "soma", 20.0, 20.0, 2);
    assert!(section.has_mechanism("hh").unwrap() && !section.has_mechanism("pas").unwrap());
    section.insert("pas").unwrap();
    section.set("g_pas", 0.25).unwrap();
    section.uninsert("hh").unwrap();
    section.uninsert("hh").unwrap();
    assert!(!section.has_mechanism("hh").unwrap());
    assert!(matches!(section.get("m_hh", 0.5), Err(NeuronError::Hoc { .. })));
    assert_eq!(section.get("g_pas", 0.1).unwrap(), 0.25);
    for wrong in [section.uninsert("IClamp"), section.has_mechanism("v").map(drop)] {
        assert!(matches!(wrong, Err(NeuronError::WrongKind { .. })));
    }
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
}

fn ions(neuron: &Neuron) {
    let section = cylinder(neuron, "soma", 20.0, 20.0, 1);
    let bare = neuron.section("bare").unwrap();
    assert_eq!(bare.ion_style("na_ion").unwrap(), None);
    let style = section.ion_style("na_ion").unwrap().unwrap();
    assert_eq!((style.concentration, style.reversal), (0, 1));
    let chosen = IonStyle {
        concentration: 3,
        reversal: 2,
        computed_at_start: true,
        computed_at_steps: false,
        reset_at_start: true,
    };
    for chosen in [chosen, IonStyle { computed_at_steps: true, reset_at_start: false, reversal: 1, ..chosen }] {
        section.set_ion_style("na_ion", chosen).unwrap();
        assert_eq!(section.ion_style("na_ion").unwrap(), Some(chosen));
    }
    section.set_ion_style("na_ion", chosen).unwrap();
    neuron.set_global("nai0_na_ion", 20.0).unwrap();
    neuron.set_global("nao0_na_ion", 200.0).unwrap();
    neuron.initialize(-65.0).unwrap();
    assert_eq!(section.get("nai", 0.5).unwrap(), 20.0);
    // Nernst at 6.3 degrees.
    let nernst = 8.314_462_618 * (273.15 + 6.3) / 96_485.332_12 * 1000.0 * 10.0_f64.ln();
    assert!((section.get("ena", 0.5).unwrap() - nernst).abs() < 0.01, "{}", section.get("ena", 0.5).unwrap());
    let bad = IonStyle { concentration: 4, ..chosen };
    assert!(matches!(section.set_ion_style("na_ion", bad), Err(NeuronError::OutOfRange { .. })));
    assert!(matches!(bare.set_ion_style("na_ion", chosen), Err(NeuronError::WrongKind { .. })));
    assert!(matches!(section.ion_style("hh"), Err(NeuronError::WrongKind { .. })));
}

fn clamps(neuron: &Neuron) {
    let section = cylinder(neuron, "soma", 20.0, 20.0, 1);
    let single = section.point_process("SEClamp", 0.5).unwrap();
    for (name, value) in [("dur1", 2.0), ("amp1", -65.0), ("dur2", 50.0), ("amp2", -20.0), ("rs", 0.01)] {
        single.set(name, value).unwrap();
    }
    neuron.initialize(-65.0).unwrap();
    neuron.psolve(10.0).unwrap();
    assert!((section.get("v", 0.5).unwrap() + 20.0).abs() < 0.5);
    drop(single);
    let array = section.point_process("VClamp", 0.5).unwrap();
    for (index, (dur, amp)) in [(1.0, -65.0), (4.0, -40.0), (20.0, 0.0)].into_iter().enumerate() {
        array.set_index("dur", index, dur).unwrap();
        array.set_index("amp", index, amp).unwrap();
    }
    assert_eq!(array.get_index("amp", 1).unwrap(), -40.0);
    neuron.initialize(-65.0).unwrap();
    neuron.psolve(4.0).unwrap();
    assert!((section.get("v", 0.5).unwrap() + 40.0).abs() < 1.0);
    neuron.psolve(10.0).unwrap();
    assert!(section.get("v", 0.5).unwrap().abs() < 1.0);
}

fn vectors(neuron: &Neuron) {
    let section = cylinder(neuron, "soma", 20.0, 20.0, 1);
    let current = clamp(&section, 0.5, 0.0, 1e9, 0.0);
    let amplitude = current.range_ref("amp").unwrap();
    let (played, times) = (neuron.vector(&[0.0, 1.0]).unwrap(), neuron.vector(&[0.0, 4.0]).unwrap());
    played.play(&amplitude, &times, true).unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.psolve(2.0).unwrap();
    assert!((current.get("amp").unwrap() - 0.5).abs() < 0.01);
    // Other values are played on; another number of them ends it.
    played.set(&[0.0, 2.0]).unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.psolve(2.0).unwrap();
    assert!((current.get("amp").unwrap() - 1.0).abs() < 0.02);
    times.set(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
    current.set("amp", 0.125).unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.psolve(4.0).unwrap();
    assert_eq!((current.get("amp").unwrap(), times.len().unwrap()), (0.125, 6));
    played.set(&[0.1, 0.2, 0.3, 0.4]).unwrap();
    played.play_every(&amplitude, 1.0).unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.psolve(2.5).unwrap();
    assert_eq!(current.get("amp").unwrap(), 0.3);
    played.stop().unwrap();
    current.set("amp", 0.0).unwrap();
    assert!(matches!(neuron.psolve(5.0), Err(NeuronError::NotInitialized { .. })), "its events are under way");
    neuron.initialize(-65.0).unwrap();
    neuron.psolve(5.0).unwrap();
    assert_eq!(current.get("amp").unwrap(), 0.0);
    played.set(&[]).unwrap();
    assert!(played.is_empty().unwrap());
}

fn events(neuron: &Neuron) {
    let section = cylinder(neuron, "soma", 20.0, 20.0, 1);
    let synapse = section.point_process("ExpSyn", 0.5).unwrap();
    let wire = neuron.net_con(None, Some(&synapse)).unwrap();
    wire.set_weight(0, 0.5).unwrap();
    assert!(matches!(wire.send_at(3.0), Err(NeuronError::NotInitialized { .. })));
    for (active, expected) in [(true, true), (false, false), (true, true)] {
        wire.set_active(active).unwrap();
        assert_eq!(wire.is_active().unwrap(), active);
        neuron.initialize(-65.0).unwrap();
        wire.send_at(3.0).unwrap();
        neuron.psolve(2.9).unwrap();
        assert_eq!(synapse.get("g").unwrap(), 0.0);
        neuron.psolve(3.2).unwrap();
        assert_eq!(synapse.get("g").unwrap() > 0.01, expected);
    }
    assert!(matches!(wire.send_at(1.0), Err(NeuronError::OutOfRange { .. })));
    assert!(matches!(wire.send_at(f64::NAN), Err(NeuronError::OutOfRange { .. })));
}

fn time(neuron: &Neuron) {
    let section = cylinder(neuron, "soma", 12.6157, 12.6157, 1);
    let _clamp = clamp(&section, 0.5, 0.0, 1e9, 0.1);
    assert!(matches!(neuron.psolve(1.0), Err(NeuronError::NotInitialized { .. })));
    neuron.initialize(-65.0).unwrap();
    neuron.psolve(5.0).unwrap();
    assert!((neuron.time().unwrap() - 5.0).abs() < 1e-9);
    let v = section.get("v", 0.5).unwrap();
    neuron.initialize(-65.0).unwrap();
    (0..200).for_each(|_| neuron.advance().unwrap());
    assert_eq!(section.get("v", 0.5).unwrap().to_bits(), v.to_bits());
    for wrong in [4.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(neuron.psolve(wrong), Err(NeuronError::OutOfRange { .. })), "{wrong}");
    }
    neuron.hoc("dt = 0").unwrap();
    assert!(matches!(neuron.psolve(6.0), Err(NeuronError::Hoc { .. })), "a step that stands still is no endless loop");
    neuron.set_dt(0.025).unwrap();

    neuron.variable_step(true).unwrap();
    assert!(neuron.is_variable_step().unwrap());
    let mut found = Vec::new();
    for tolerance in [1e-2, 1e-6] {
        neuron.set_tolerance(tolerance).unwrap();
        neuron.initialize(-65.0).unwrap();
        neuron.psolve(20.3).unwrap();
        assert_eq!(neuron.time().unwrap(), 20.3);
        found.push(section.get("v", 0.5).unwrap());
    }
    assert!(found[0] != found[1] && (found[0] - found[1]).abs() < 5.0, "{found:?}");
    assert!(matches!(neuron.set_tolerance(0.0), Err(NeuronError::OutOfRange { .. })));
    neuron.clear().unwrap();
    assert!(!neuron.is_variable_step().unwrap());
    neuron.hoc("cnv_value_ = cnv_cvode_.atol()").unwrap();
    assert_eq!(neuron.global("cnv_value_").unwrap(), 1e-3);
}

fn census(neuron: &Neuron) {
    let section = cylinder(neuron, "soma", 20.0, 20.0, 4);
    let synapse = section.point_process("ExpSyn", 0.9).unwrap();
    let stim = neuron.artificial_cell("NetStim").unwrap();
    let wires = [
        neuron.net_con(Some(&stim), Some(&synapse)).unwrap(),
        NetCon::from_voltage(&section.range_ref("v", 0.6).unwrap(), None).unwrap(),
        neuron.net_con(None, Some(&synapse)).unwrap(),
    ];
    neuron.hoc("create other_\nobjref clamp_\nother_ clamp_ = new IClamp(0.5)").unwrap();
    let found = neuron.point_processes().unwrap();
    let mut classes: Vec<&str> = found.iter().map(|process| process.class()).collect();
    classes.sort_unstable();
    assert_eq!(classes, ["ExpSyn", "IClamp", "NetStim"]);
    for process in &found {
        match process.class() {
            "ExpSyn" => {
                assert!(process.is_same(&synapse));
                assert!(process.location().unwrap() == Some((section.clone(), 0.875)));
            }
            "IClamp" => assert_eq!(process.location().unwrap().unwrap().0.name(), "other_"),
            _ => assert!(process.is_same(&stim) && process.location().unwrap().is_none()),
        }
    }
    let attributes = synapse.attributes().unwrap();
    for name in ["tau", "e", "i", "g"] {
        assert!(attributes.contains(&(name.to_owned(), None)), "{name} in {attributes:?}");
    }
    let clamp = section.point_process("VClamp", 0.5).unwrap();
    assert!(clamp.attributes().unwrap().contains(&("amp".to_owned(), Some(3))));
    drop(clamp);
    let found = neuron.net_cons().unwrap();
    assert_eq!(found.len(), wires.len());
    assert!(matches!(found[0].source().unwrap(), EventSource::Process(source) if source.is_same(&stim)));
    assert!(matches!(found[1].source().unwrap(), EventSource::Voltage(of, 0.625) if of == section));
    assert!(matches!(found[2].source().unwrap(), EventSource::Nothing));
    assert!(found[0].target().unwrap().unwrap().is_same(&synapse) && found[1].target().unwrap().is_none());
    section.delete().unwrap();
    assert!(synapse.location().unwrap().is_none());
    neuron.hoc("objref clamp_").unwrap();
    assert!(matches!(neuron.initialize(-65.0), Err(NeuronError::LostTarget { .. })));
    drop((wires, found));
    neuron.initialize(-65.0).unwrap();
}
