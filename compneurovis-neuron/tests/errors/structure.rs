//! Hoc code that changes the structure of the model while a step is computed: NEURON cannot go on from that.

use compneurovis_neuron::{Neuron, NeuronError};

use super::{Case, Outcome};

/// A case for each way of stepping.
macro_rules! changes {
    ($($name:literal: $code:literal;)*) => {
        &[$(
            (concat!($name, " in a fixed step"), |n| change(n, false, $code), says!("between steps")),
            (concat!($name, " in a variable step"), |n| change(n, true, $code), says!("between steps")),
        )*]
    };
}

pub(crate) const CASES: &[Case] = changes! {
    "nseg": "st_b.nseg = 9";
    "new section": "create st_d";
    "section anew": "create st_a";
    "section that is deleted": "st_b delete_section()";
    "all sections that are deleted": "forall delete_section()";
    "mechanism": "st_b insert pas";
    "connection": "connect st_c(0), st_a(0)";
    "connection undone": "st_b disconnect()";
    "point process": "st_a st_object = new IClamp(0.5)";
};

/// Does it at 1 ms, once by our steps, once by hoc's own.
fn change(n: &Neuron, variable: bool, code: &str) -> Outcome {
    for by_hoc in [true, false] {
        let outcome = change_once(n, variable, code, by_hoc);
        n.hoc("objref st_starter")?;
        if !by_hoc {
            return outcome;
        }
        assert!(outcome.is_err(), "{code} by hoc");
        n.clear()?;
    }
    Ok(())
}

fn change_once(n: &Neuron, variable: bool, code: &str, by_hoc: bool) -> Outcome {
    n.hoc("create st_a, st_b, st_c\nobjref st_object, st_solver, st_starter")?;
    n.hoc("forall { nseg = 3 insert hh }\nconnect st_b(0), st_a(1)")?;
    n.hoc(&format!("proc st_act() {{ {code} }}\nst_solver = new CVode()"))?;
    n.hoc("st_starter = new FInitializeHandler(\"st_solver.event(1.01, \\\"st_act()\\\")\")")?;
    n.variable_step(variable)?;
    n.initialize(-65.0)?;
    if by_hoc {
        return n.hoc("while (t < 3) { fadvance() }");
    }
    if variable {
        return n.psolve(3.0);
    }
    while n.time()? < 3.0 {
        n.advance()?;
    }
    Ok(())
}
