//! A model that is built again from its JSON has the same voltages, to the last bit.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use common::{clamp, cylinder};
use compneurovis_neuron::{IonStyle, ModelFile, NetCon, Neuron, NeuronError, Point3d, VoltageProbe};

/// All that a model can hold: children at both ends, tapered compartments, a course in space,
/// changed parameters by compartment, an ion with a concentration, events of all kinds, noise.
fn build(neuron: &Neuron) {
    let soma = cylinder(neuron, "soma", 20.0, 18.0, 1);
    let dend = cylinder(neuron, "dend", 301.7, 2.0, 7);
    dend.connect(1.0, &soma, 0.5).unwrap();
    for (index, diameter) in [3.0, 2.7, 2.1, 1.9, 1.3, 1.1, 0.7].into_iter().enumerate() {
        let x = (index as f64 + 0.5) / 7.0;
        dend.set_diameter_at(x, diameter).unwrap();
        dend.set_at("gnabar_hh", x, 0.12 - 0.01 * index as f64).unwrap();
    }
    let point = |x: f64, y: f64, diameter: f64| Point3d { x, y, z: 0.3, diameter };
    let mut twigs = Vec::new();
    for (index, (child_x, x)) in [(0.0, 0.0), (0.0, 0.3), (1.0, 0.3), (0.0, 1.0), (0.0, 0.3)].into_iter().enumerate() {
        let twig = neuron.section("twig").unwrap();
        let y = index as f64;
        twig.set_points(&[point(0.0, y, 2.0), point(31.3, y + 0.1, 1.1), point(77.7, 4.0 * y, 0.6)]).unwrap();
        twig.set_nseg(4).unwrap();
        twig.set_ra(100.0 + y).unwrap();
        twig.insert("pas").unwrap();
        twig.set("g_pas", 1e-4 * (1.0 + y)).unwrap();
        twig.set("cm", 0.9 + 0.1 * y).unwrap();
        twig.connect(child_x, &dend, x).unwrap();
        twigs.push(twig);
    }
    let style = IonStyle {
        concentration: 1,
        reversal: 2,
        computed_at_start: true,
        computed_at_steps: false,
        reset_at_start: false,
    };
    soma.set_ion_style("k_ion", style).unwrap();
    soma.set("ki", 50.0).unwrap();
    dend.set("ena", 48.0).unwrap();
    neuron.keep(&clamp(&soma, 0.5, 1.0, 3.0, 0.6));
    let synapse = twigs[3].point_process("Exp2Syn", 0.9).unwrap();
    synapse.set("tau2", 5.5).unwrap();
    let voltage = soma.point_process("VClamp", 0.5).unwrap();
    voltage.set_index("amp", 1, -11.0).unwrap();
    neuron.keep(&voltage);
    let noise = neuron.artificial_cell("NetStim").unwrap();
    for (name, value) in [("interval", 2.0), ("number", 1e9), ("start", 0.5), ("noise", 0.7)] {
        noise.set(name, value).unwrap();
    }
    let feedback = NetCon::from_voltage(&soma.range_ref("v", 0.5).unwrap(), Some(&synapse)).unwrap();
    feedback.set_threshold(-15.0).unwrap();
    let driven = neuron.net_con(Some(&noise), Some(&synapse)).unwrap();
    let silent = neuron.net_con(None, Some(&synapse)).unwrap();
    silent.set_active(false).unwrap();
    for (wire, weight) in [&feedback, &driven, &silent].into_iter().zip([0.01, 0.004, 0.5]) {
        wire.set_weight(0, weight).unwrap();
        wire.set_delay(1.5).unwrap();
        neuron.keep(wire);
    }
    neuron.keep(&synapse);
    neuron.keep(&noise);
    neuron.set_global("celsius", 11.5).unwrap();
    neuron.set_global("nai0_na_ion", 12.5).unwrap();
    neuron.set_dt(0.05).unwrap();
}

fn run(neuron: &Neuron) -> Vec<u64> {
    let mut probe = VoltageProbe::new(neuron, &neuron.sections().unwrap()).unwrap();
    let mut values = vec![0.0; probe.len()];
    neuron.initialize(-63.0).unwrap();
    let mut bits = Vec::new();
    for _ in 0..1000 {
        neuron.advance().unwrap();
        probe.read_f64(&mut values).unwrap();
        bits.extend(values.iter().map(|value| value.to_bits()));
    }
    bits
}

#[test]
fn models_come_back_from_json_to_the_last_bit() {
    let Some(neuron) = common::neuron() else { return };
    build(&neuron);
    neuron.initialize(-63.0).unwrap();
    let exported = neuron.export_model().unwrap();
    let text = exported.to_json().unwrap();
    let before = run(&neuron);
    let peak = before.iter().map(|bits| f64::from_bits(*bits)).fold(f64::MIN, f64::max);
    assert!(peak > 0.0, "there are spikes: {peak}");

    neuron.clear().unwrap();
    let read = ModelFile::from_json(&text).unwrap();
    assert!(read == exported, "JSON keeps all digits");
    let imported = neuron.import_model(&read).unwrap();
    assert_eq!((imported.sections.len(), imported.connections.len()), (7, 3));
    // What came back is described in the same way.
    neuron.initialize(-63.0).unwrap();
    let again = neuron.export_model().unwrap();
    for (again, exported) in again.sections.iter().zip(&exported.sections) {
        assert_eq!(again, exported);
    }
    assert_eq!(again.point_processes, exported.point_processes);
    assert_eq!(again.connections, exported.connections);
    assert_eq!(again.globals, exported.globals);
    let after = run(&neuron);
    let same = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
    assert!(after == before, "the model that came back has other voltages: {same} of {} are the same", before.len());
    drop(imported);
    neuron.clear().unwrap();
    stretched(&neuron);
    neuron.clear().unwrap();
    what_a_file_cannot_hold_is_named(&neuron);
    refused(&neuron, &exported);
}

/// NEURON keeps points in single precision: a length that was set after them is kept all the same.
fn stretched(neuron: &Neuron) {
    let points = [0.0, 40.0, 77.7].map(|x| Point3d { x, y: 0.1 * x, z: 0.0, diameter: 1.0 });
    let dend = neuron.section("dend").unwrap();
    dend.set_points(&points).unwrap();
    dend.set_length(120.5).unwrap();
    let model = neuron.export_model().unwrap();
    neuron.clear().unwrap();
    let imported = neuron.import_model(&model).unwrap();
    assert_eq!(imported.sections[0].length().unwrap(), 120.5);
    for (found, expected) in imported.sections[0].points().unwrap().iter().zip(&model.sections[0].points_um) {
        assert!((found.x - expected[0]).abs() < 1e-4 && (found.y - expected[1]).abs() < 1e-4, "{found:?} {expected:?}");
    }
}

fn refused(neuron: &Neuron, model: &ModelFile) {
    let changed = |change: &dyn Fn(&mut ModelFile)| {
        let mut model = model.clone();
        change(&mut model);
        let error = neuron.import_model(&model).unwrap_err();
        assert!(neuron.sections().unwrap().is_empty(), "{error} left sections behind");
        error
    };
    assert!(matches!(changed(&|m| m.version = 2), NeuronError::ModelVersion { found: 2, .. }));
    assert!(matches!(
        changed(&|m| m.sections[0].mechanisms.push("no_such".to_owned())),
        NeuronError::UnknownName { .. }
    ));
    assert!(matches!(changed(&|m| m.sections[1].parent.as_mut().unwrap().section = 99), NeuronError::BadIndex { .. }));
    assert!(matches!(changed(&|m| m.sections[1].children[0] = 99), NeuronError::BadIndex { .. }));
    assert!(matches!(changed(&|m| m.connections[0].target = Some(99)), NeuronError::BadIndex { .. }));
    assert!(matches!(changed(&|m| m.sections[2].nseg = 5), NeuronError::BufferLength { .. }));
    assert!(matches!(changed(&|m| m.point_processes[0].location = Some((0, 1.5))), NeuronError::OutOfRange { .. }));
    assert!(matches!(changed(&|m| m.connections[0].weights.push(1.0)), NeuronError::BadIndex { .. }));
    assert!(ModelFile::from_json("{\"version\": 1}").is_err());
    assert!(ModelFile::from_json("not JSON").is_err());
    neuron.import_model(model).unwrap();
}

fn what_a_file_cannot_hold_is_named(neuron: &Neuron) {
    let soma = cylinder(neuron, "soma", 20.0, 20.0, 1);
    let current = clamp(&soma, 0.5, 0.0, 1e9, 0.0);
    assert!(neuron.export_model().unwrap().left_out.is_empty());
    let (values, times) = (neuron.vector(&[0.0, 1.0]).unwrap(), neuron.vector(&[0.0, 5.0]).unwrap());
    values.play(&current.range_ref("amp").unwrap(), &times, true).unwrap();
    assert!(neuron.export_model().unwrap().left_out[0].starts_with("the playing or recording of"));
    neuron.initialize(-65.0).unwrap();
    assert_eq!(neuron.export_model().unwrap().left_out, ["the playing or recording of 1 vectors"]);
    let recorded = neuron.vector(&[]).unwrap();
    recorded.record(&soma.range_ref("v", 0.5).unwrap()).unwrap();
    let file = neuron.export_model().unwrap();
    assert_eq!(file.left_out, ["the playing or recording of 2 vectors"]);
    let file = ModelFile::from_json(&file.to_json().unwrap()).unwrap();
    neuron.clear().unwrap();
    assert_eq!(neuron.import_model(&file).unwrap().left_out, file.left_out);
    neuron.clear().unwrap();
}
