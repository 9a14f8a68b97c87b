//! NEURON belongs to one thread.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::thread::Builder;

use compneurovis_neuron::{Neuron, NeuronError, Search};

#[test]
fn other_threads_and_second_holders_get_typed_errors() {
    let first = Builder::new().name("owner".to_owned()).spawn(|| {
        let neuron = common::neuron()?;
        let again = Neuron::acquire(&Search::new());
        assert!(matches!(again, Err(NeuronError::AlreadyHeld)), "{again:?}");
        refused_elsewhere();
        // An emptied NEURON stays with its thread, and its handles are refused.
        let soma = neuron.section("soma").unwrap();
        drop(neuron);
        refused_elsewhere();
        let neuron = common::neuron().unwrap();
        assert!(matches!(soma.set_length(10.0), Err(NeuronError::Cleared { .. })));
        let soma = neuron.section("soma").unwrap();
        soma.set_length(10.0).unwrap();
        Some(())
    });
    if first.unwrap().join().unwrap().is_none() {
        return;
    }
    // The thread has ended, and NEURON is free for the next.
    let next = Builder::new().name("next".to_owned()).spawn(|| {
        let neuron = common::neuron().unwrap();
        assert!(neuron.sections().unwrap().is_empty());
        let soma = common::cylinder(&neuron, "soma", 20.0, 20.0, 1);
        neuron.initialize(-65.0).unwrap();
        neuron.advance().unwrap();
        assert!(soma.get("v", 0.5).unwrap().is_finite());
    });
    next.unwrap().join().unwrap();
}

fn refused_elsewhere() {
    let other = Builder::new().name("intruder".to_owned()).spawn(|| match Neuron::acquire(&Search::new()) {
        Err(NeuronError::WrongThread { owner, this }) => {
            assert_eq!((&*owner, &*this), ("owner", "intruder"));
        }
        other => panic!("{other:?}"),
    });
    other.unwrap().join().unwrap();
}
