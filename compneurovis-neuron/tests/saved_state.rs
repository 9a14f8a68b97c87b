//! A state that is restored goes on as it did, to the last bit, and one of another model is refused.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use common::{clamp, cylinder};
use compneurovis_neuron::{Neuron, NeuronError, SavedState, Section, Vector, VoltageProbe};

/// A network whose synapses are never without events on their way.
struct Network {
    sections: Vec<Section>,
    recorded: Vector,
}

fn network(neuron: &Neuron, delay_ms: f64) -> Network {
    let soma = cylinder(neuron, "soma", 20.0, 20.0, 1);
    let dend = cylinder(neuron, "dend", 300.0, 2.0, 11);
    dend.connect(0.0, &soma, 1.0).unwrap();
    let other = cylinder(neuron, "other", 20.0, 20.0, 1);
    let fast = dend.point_process("ExpSyn", 0.7).unwrap();
    let slow = other.point_process("Exp2Syn", 0.5).unwrap();
    let noise = neuron.artificial_cell("NetStim").unwrap();
    for (name, value) in [("interval", 3.0), ("number", 1e9), ("start", 0.5), ("noise", 1.0)] {
        noise.set(name, value).unwrap();
    }
    let cell = neuron.artificial_cell("IntFire1").unwrap();
    let wires = [
        neuron.net_con(Some(&noise), Some(&fast)).unwrap(),
        neuron.net_con(Some(&noise), Some(&cell)).unwrap(),
        neuron.net_con(Some(&cell), Some(&slow)).unwrap(),
        compneurovis_neuron::NetCon::from_voltage(&soma.range_ref("v", 0.5).unwrap(), Some(&slow)).unwrap(),
    ];
    for (wire, weight) in wires.iter().zip([0.01, 0.6, 0.005, 0.02]) {
        wire.set_delay(delay_ms).unwrap();
        wire.set_weight(0, weight).unwrap();
        neuron.keep(wire);
    }
    let current = clamp(&other, 0.5, 0.0, 1e9, 0.0);
    let ramp = neuron.vector(&[0.0, 0.3, 0.0]).unwrap();
    let times = neuron.vector(&[0.0, 17.0, 60.0]).unwrap();
    ramp.play(&current.range_ref("amp").unwrap(), &times, true).unwrap();
    let recorded = neuron.vector(&[]).unwrap();
    recorded.record(&other.range_ref("v", 0.5).unwrap()).unwrap();
    neuron.keep(&current);
    neuron.keep(&ramp);
    neuron.keep(&times);
    for point in [&fast, &slow, &noise, &cell] {
        neuron.keep(point);
    }
    Network { sections: vec![soma, dend, other], recorded }
}

/// The bits of all potentials after each of the steps.
fn run(neuron: &Neuron, sections: &[Section], steps: usize) -> Vec<u64> {
    let mut probe = VoltageProbe::new(neuron, sections).unwrap();
    let mut values = vec![0.0; probe.len()];
    let mut bits = Vec::new();
    for _ in 0..steps {
        neuron.advance().unwrap();
        probe.read_f64(&mut values).unwrap();
        bits.extend(values.iter().map(|v| v.to_bits()));
    }
    bits.push(neuron.time().unwrap().to_bits());
    bits
}

#[test]
fn restored_states_go_on_to_the_last_bit() {
    let Some(neuron) = common::neuron() else { return };
    for threads in [1, 2] {
        goes_on(&neuron, threads);
        neuron.clear().unwrap();
    }
    variable_steps(&neuron);
    neuron.clear().unwrap();
    refused(&neuron);
}

fn goes_on(neuron: &Neuron, threads: u16) {
    let model = network(neuron, 4.0);
    neuron.set_threads(threads).unwrap();
    assert!(matches!(neuron.save_state(), Err(NeuronError::NotInitialized { .. })));
    neuron.initialize(-65.0).unwrap();
    let start = neuron.save_state().unwrap();
    let whole = run(neuron, &model.sections, 1200);
    neuron.restore_state(&start).unwrap();
    // Saving changes nothing.
    let before = run(neuron, &model.sections, 400);
    let middle = neuron.save_state().unwrap();
    assert!((middle.time_ms() - 10.0).abs() < 1e-9);
    let after = run(neuron, &model.sections, 800);
    let recorded = model.recorded.to_vec().unwrap();
    assert!(before[..before.len() - 1] == whole[..before.len() - 1], "the start was not restored");
    assert!(after == whole[before.len() - 1..], "saving changed the run");
    let spread = after.iter().map(|v| f64::from_bits(*v)).fold((0.0_f64, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
    assert!(spread.1 > 0.0 && spread.0 < -60.0, "there are spikes: {spread:?}");

    // Twice in the same run, once from its end and once from its middle; from bytes; after a new start.
    neuron.restore_state(&middle).unwrap();
    assert!(run(neuron, &model.sections, 800) == after);
    // Recording goes on behind what is there.
    let again = model.recorded.to_vec().unwrap();
    assert_eq!(again.len(), recorded.len() + 800);
    assert!(again.ends_with(&recorded[recorded.len() - 800..]));
    neuron.restore_state(&middle).unwrap();
    run(neuron, &model.sections, 333);
    let copy = SavedState::from_bytes(middle.as_bytes().to_vec()).unwrap();
    assert_eq!(copy.time_ms(), middle.time_ms());
    neuron.restore_state(&copy).unwrap();
    assert!(run(neuron, &model.sections, 800) == after);
    neuron.initialize(-20.0).unwrap();
    run(neuron, &model.sections, 100);
    neuron.restore_state(&copy).unwrap();
    assert!(run(neuron, &model.sections, 800) == after);

    // In the same model, built anew.
    neuron.clear().unwrap();
    let model = network(neuron, 4.0);
    neuron.set_threads(threads).unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.restore_state(&copy).unwrap();
    assert!(run(neuron, &model.sections, 800) == after, "the rebuilt model goes another way");
}

/// The integrator starts anew: close, not the same.
fn variable_steps(neuron: &Neuron) {
    let soma = cylinder(neuron, "soma", 20.0, 20.0, 1);
    let _clamp = clamp(&soma, 0.5, 2.0, 100.0, 0.5);
    neuron.variable_step(true).unwrap();
    neuron.initialize(-65.0).unwrap();
    while neuron.time().unwrap() < 5.0 {
        neuron.advance().unwrap();
    }
    let state = neuron.save_state().unwrap();
    let crossing = || {
        while soma.get("v", 0.5).unwrap() > 0.0 || neuron.time().unwrap() < 8.0 {
            neuron.advance().unwrap();
        }
        while soma.get("v", 0.5).unwrap() < 0.0 {
            neuron.advance().unwrap();
        }
        neuron.time().unwrap()
    };
    let first = crossing();
    neuron.restore_state(&state).unwrap();
    assert_eq!(neuron.time().unwrap(), state.time_ms());
    let again = crossing();
    assert!((first - again).abs() < 0.2, "{first} and {again}");
    drop(_clamp);
    neuron.clear().unwrap();
    integrator_starts_anew(neuron);
}

/// What the integrator knows of the steps before is in no `SaveState` of NEURON's. So a restored run has steps of
/// its own, the same every time, and the same as those of NEURON's own `restore` and `re_init`.
fn integrator_starts_anew(neuron: &Neuron) {
    let sections = [cylinder(neuron, "soma", 20.0, 20.0, 1)];
    neuron.keep(&clamp(&sections[0], 0.5, 2.0, 100.0, 0.5));
    neuron.variable_step(true).unwrap();
    neuron.initialize(-65.0).unwrap();
    run(neuron, &sections, 100);
    let state = neuron.save_state().unwrap();
    neuron.hoc("objref saver_, solver_\nsaver_ = new SaveState()\nsolver_ = new CVode()\nsaver_.save()").unwrap();
    let went_on = run(neuron, &sections, 100);
    neuron.restore_state(&state).unwrap();
    let restored = run(neuron, &sections, 100);
    assert!(restored != went_on, "its steps are not those that it had without a stop");
    neuron.restore_state(&state).unwrap();
    assert!(run(neuron, &sections, 100) == restored, "restored twice, the same");
    neuron.hoc("saver_.restore()\nsolver_.re_init()").unwrap();
    assert!(run(neuron, &sections, 100) == restored, "NEURON's own does the same");
    neuron.hoc("objref saver_, solver_").unwrap();
}

fn refused(neuron: &Neuron) {
    let model = network(neuron, 4.0);
    neuron.initialize(-65.0).unwrap();
    run(neuron, &model.sections, 400);
    let state = neuron.save_state().unwrap();
    let expected = run(neuron, &model.sections, 200);

    let bytes = state.as_bytes().to_vec();
    for at in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert!(matches!(SavedState::from_bytes(damaged), Err(NeuronError::SavedState { .. })), "byte {at}");
    }
    for end in [0, 5, 16, 40, bytes.len() / 2, bytes.len() - 1] {
        assert!(matches!(SavedState::from_bytes(&bytes[..end]), Err(NeuronError::SavedState { .. })));
    }

    let refuses = |why: &str| match neuron.restore_state(&state) {
        Err(NeuronError::SavedState { reason }) => assert!(reason.contains(why), "{reason:?} does not say {why:?}"),
        other => panic!("{why}: {other:?}"),
    };
    let extra = neuron.section("extra").unwrap();
    refuses("sections");
    extra.delete().unwrap();
    model.sections[1].set_nseg(13).unwrap();
    refuses("nodes");
    model.sections[1].set_nseg(11).unwrap();
    let synapse = model.sections[0].point_process("ExpSyn", 0.5).unwrap();
    refuses("1 `ExpSyn`, the model 2");
    let wire = neuron.net_con(None, Some(&synapse)).unwrap();
    drop(synapse);
    drop(wire);
    let vector = neuron.vector(&[]).unwrap();
    vector.record(&model.sections[0].range_ref("v", 0.5).unwrap()).unwrap();
    refuses("vectors");
    drop(vector);
    assert!(matches!(neuron.advance(), Err(NeuronError::NotInitialized { .. })), "the synapse has gone");
    neuron.initialize(-65.0).unwrap();
    model.sections[2].insert("pas").unwrap();
    neuron.restore_state(&state).expect("pas has no states");

    // Whatever was refused, the model and the state are good.
    assert_eq!(model.sections[1].nseg().unwrap(), 11);
    neuron.clear().unwrap();
    refuses_when_not_ready(neuron, &state);
    let model = network(neuron, 4.0);
    neuron.initialize(-65.0).unwrap();
    neuron.restore_state(&state).unwrap();
    assert!(run(neuron, &model.sections, 200) == expected);
}

fn refuses_when_not_ready(neuron: &Neuron, state: &SavedState) {
    assert!(matches!(neuron.restore_state(state), Err(NeuronError::NotInitialized { .. })));
    neuron.initialize(-65.0).unwrap();
    assert!(matches!(neuron.restore_state(state), Err(NeuronError::SavedState { .. })));
}
