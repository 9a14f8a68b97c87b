//! Objects and sections that go while events are under way to them: what can be got wrong.

use compneurovis_neuron::{NetCon, Neuron, NeuronError, Section};

use super::common::clamp;
use super::{Case, Outcome, soma};

pub(crate) const CASES: &[Case] = &[
    (
        "objects that go while their events are under way",
        |n| {
            let section = soma(n);
            let network = network(n, &section)?;
            n.initialize(-65.0)?;
            n.psolve(3.0)?;
            drop(network);
            n.psolve(20.0)?;
            n.clear()?;
            network_by_halves(n)
        },
        is!(LostTarget),
    ),
    (
        "section of a target",
        |n| {
            let section = soma(n);
            let _network = network(n, &section)?;
            n.initialize(-65.0)?;
            n.psolve(3.0)?;
            section.delete()?;
            n.advance()
        },
        is!(LostTarget),
    ),
    (
        "section of a target, by hoc",
        |n| {
            let _network = network(n, &soma(n))?;
            n.initialize(-65.0)?;
            n.psolve(3.0)?;
            n.hoc("forall delete_section()")?;
            n.psolve(5.0)
        },
        is!(LostTarget),
    ),
    (
        "section of a target, with variable steps",
        |n| {
            let section = soma(n);
            let _network = network(n, &section)?;
            n.variable_step(true)?;
            n.initialize(-65.0)?;
            n.psolve(3.0)?;
            section.delete()?;
            n.psolve(5.0)
        },
        is!(LostTarget),
    ),
    (
        "vector that is dropped while it is played",
        |n| {
            let section = soma(n);
            let clamp = clamp(&section, 0.5, 0.0, 1e9, 0.0);
            for steps in [true, false] {
                let (values, times) = (n.vector(&[0.0, 0.1, 0.2])?, n.vector(&[0.0, 2.0, 4.0])?);
                values.play(&clamp.range_ref("amp")?, &times, steps)?;
                n.vector(&[])?.record_every(&section.range_ref("v", 0.5)?, 0.5)?;
                n.initialize(-65.0)?;
                n.psolve(1.0)?;
                drop((values, times));
                n.psolve(6.0)?;
            }
            let (values, times) = (n.vector(&[0.0, 0.1, 0.2])?, n.vector(&[0.0, 2.0, 4.0])?);
            values.play(&clamp.range_ref("amp")?, &times, false)?;
            n.initialize(-65.0)?;
            n.psolve(1.0)?;
            // The clamp is kept by the vector, its section is not.
            drop(clamp);
            n.psolve(2.5)?;
            section.delete()?;
            n.psolve(6.0)
        },
        is!(NotInitialized),
    ),
    (
        "vector of times that shrinks while it is used",
        |n| {
            let clamp = clamp(&soma(n), 0.5, 0.0, 1e9, 0.0);
            let (values, times) = (n.vector(&[0.0, 0.1, 0.2])?, n.vector(&[0.0, 2.0, 4.0])?);
            values.play(&clamp.range_ref("amp")?, &times, true)?;
            n.initialize(-65.0)?;
            n.psolve(1.0)?;
            times.set(&[0.0])?;
            n.psolve(6.0)
        },
        is!(NotInitialized),
    ),
    (
        "event in the past",
        |n| {
            let wire = n.net_con(None, Some(&soma(n).point_process("ExpSyn", 0.5)?))?;
            n.initialize(-65.0)?;
            n.psolve(2.0)?;
            wire.send_at(1.0)
        },
        is!(OutOfRange),
    ),
    (
        "delay by hoc that is negative",
        |n| {
            let section = soma(n);
            let synapse = section.point_process("ExpSyn", 0.5)?;
            let wire = NetCon::from_voltage(&section.range_ref("v", 0.5)?, Some(&synapse))?;
            n.initialize(-65.0)?;
            wire.set_delay(-1.0)
        },
        is!(OutOfRange),
    ),
];

/// Events on all kinds of ways: from noise, between cells, and of a synapse to itself.
fn network(n: &Neuron, section: &Section) -> Result<Vec<Box<dyn std::any::Any>>, NeuronError> {
    let synapse = section.point_process("ExpSyn", 0.5)?;
    let noise = n.artificial_cell("NetStim")?;
    noise.set("interval", 0.5)?;
    noise.set("number", 1e9)?;
    noise.set("start", 0.0)?;
    let cell = n.artificial_cell("IntFire2")?;
    let mut all: Vec<Box<dyn std::any::Any>> = Vec::new();
    let ends = [(&noise, &synapse), (&noise, &cell), (&cell, &synapse)];
    for (source, target) in ends {
        let wire = n.net_con(Some(source), Some(target))?;
        wire.set_delay(5.0)?;
        wire.set_weight(0, 0.01)?;
        all.push(Box::new(wire));
    }
    let spikes = NetCon::from_voltage(&section.range_ref("v", 0.5)?, Some(&synapse))?;
    spikes.record(&n.vector(&[])?)?;
    all.push(Box::new(spikes));
    all.push(Box::new((synapse, noise, cell)));
    Ok(all)
}

/// The same, with the objects going one by one, in every order that has an end first.
fn network_by_halves(n: &Neuron) -> Outcome {
    for first in 0..5 {
        let section = soma(n);
        let mut network = network(n, &section)?;
        n.initialize(-65.0)?;
        n.psolve(6.0)?;
        drop(network.remove(first));
        n.psolve(9.0)?;
        while !network.is_empty() {
            drop(network.remove(0));
            n.psolve(n.time()? + 2.0)?;
        }
        n.clear()?;
    }
    let section = soma(n);
    let _network = network(n, &section)?;
    section.delete()?;
    n.initialize(-65.0)
}
