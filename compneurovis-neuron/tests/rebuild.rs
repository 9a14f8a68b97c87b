//! A model that is built again gives the same trace, to the last bit.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use common::{clamp, cylinder};
use compneurovis_neuron::{Neuron, NeuronError};

fn trace(neuron: &Neuron) -> Vec<f64> {
    let soma = cylinder(neuron, "soma", 20.0, 20.0, 1);
    let dend = cylinder(neuron, "dend", 300.0, 2.0, 21);
    dend.connect(0.0, &soma, 1.0).unwrap();
    neuron.keep(&clamp(&soma, 0.5, 1.0, 5.0, 1.0));
    let synapse = dend.point_process("ExpSyn", 0.7).unwrap();
    let source = neuron.artificial_cell("NetStim").unwrap();
    source.set("start", 6.0).unwrap();
    source.set("number", 1.0).unwrap();
    let wire = neuron.net_con(Some(&source), Some(&synapse)).unwrap();
    wire.set_weight(0, 0.02).unwrap();
    neuron.set_dt(0.05).unwrap();
    neuron.set_global("celsius", 10.0).unwrap();
    neuron.initialize(-65.0).unwrap();
    (0..400)
        .map(|_| {
            neuron.advance().unwrap();
            dend.get("v", 0.9).unwrap()
        })
        .collect()
}

#[test]
fn fifty_rebuilds_give_identical_traces() {
    let Some(mut neuron) = common::neuron() else { return };
    let first = trace(&neuron);
    assert!(first.iter().any(|v| *v > 0.0), "there is a spike");
    for cycle in 0..50 {
        if cycle % 2 == 0 {
            neuron.clear().unwrap();
        } else {
            // What a session that ends and another that starts amount to.
            drop(neuron);
            neuron = common::neuron().unwrap();
        }
        assert!(neuron.sections().unwrap().is_empty());
        assert_eq!(neuron.global("celsius").unwrap(), 6.3);
        assert!(matches!(neuron.advance(), Err(NeuronError::NotInitialized { .. })));
        assert!(trace(&neuron) == first, "cycle {cycle} differs");
    }
    for class in ["IClamp", "ExpSyn", "NetStim", "NetCon"] {
        neuron.clear().unwrap();
        neuron.hoc("objref left_").unwrap();
        neuron.hoc(&format!("left_ = new List(\"{class}\")")).unwrap();
        assert_eq!(neuron.hoc_value("left_.count()").unwrap(), 0.0, "{class}");
    }
}
