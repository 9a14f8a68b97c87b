//! Point processes, connections and vectors: what can be got wrong.

use compneurovis_neuron::{NetCon, NeuronError, RangeProbe};

use super::common::clamp;
use super::{Case, soma};

pub(crate) const CASES: &[Case] = &[
    ("class unknown", |n| soma(n).point_process("NoSuch", 0.5).map(drop), is!(UnknownName)),
    ("class is a mechanism", |n| soma(n).point_process("hh", 0.5).map(drop), is!(WrongKind)),
    ("class is not placed", |n| soma(n).point_process("Vector", 0.5).map(drop), is!(WrongKind)),
    ("class is artificial", |n| soma(n).point_process("NetStim", 0.5).map(drop), is!(WrongKind)),
    ("class is not artificial", |n| n.artificial_cell("IClamp").map(drop), is!(WrongKind)),
    (
        "class of hoc",
        |n| {
            n.hoc("begintemplate Mine\npublic x\nx = 1\nendtemplate Mine")?;
            soma(n).point_process("Mine", 0.5).map(drop)
        },
        is!(WrongKind),
    ),
    (
        "attribute unknown",
        |n| clamp(&soma(n), 0.5, 0.0, 1.0, 1.0).get("delay").map(drop),
        |error| error.to_string() == "NEURON knows no attribute of `IClamp` `delay`; it has `del`, `dur`, `amp`, `i`",
    ),
    ("attribute is a method", |n| clamp(&soma(n), 0.5, 0.0, 1.0, 1.0).get("get_loc").map(drop), is!(WrongKind)),
    ("attribute is an array", |n| soma(n).point_process("VClamp", 0.5)?.set("amp", 1.0), is!(WrongKind)),
    ("attribute is no array", |n| soma(n).point_process("IClamp", 0.5)?.set_index("amp", 0, 1.0), is!(WrongKind)),
    ("attribute index", |n| soma(n).point_process("VClamp", 0.5)?.set_index("amp", 3, 1.0), is!(BadIndex)),
    ("attribute not finite", |n| soma(n).point_process("IClamp", 0.5)?.set("amp", f64::INFINITY), is!(OutOfRange)),
    ("function unknown", |n| n.artificial_cell("NetStim")?.call("no_such", &[]).map(drop), is!(UnknownName)),
    ("function is an attribute", |n| n.artificial_cell("NetStim")?.call("interval", &[]).map(drop), is!(WrongKind)),
    (
        "attribute is no pointer",
        |n| {
            let clamp = clamp(&soma(n), 0.5, 0.0, 1.0, 1.0);
            clamp.set_pointer("amp", &clamp, "i")
        },
        is!(WrongKind),
    ),
    (
        "unlocated",
        |n| {
            let section = soma(n);
            let clamp = clamp(&section, 0.5, 0.0, 1.0, 1.0);
            section.delete()?;
            clamp.set("amp", 2.0)
        },
        is!(Unlocated),
    ),
    (
        "cleared",
        |n| {
            let clamp = clamp(&soma(n), 0.5, 0.0, 1.0, 1.0);
            n.clear()?;
            soma(n);
            clamp.get("amp").map(drop)
        },
        is!(Cleared),
    ),
    (
        "connection weight",
        |n| {
            let synapse = soma(n).point_process("ExpSyn", 0.5)?;
            let wire = n.net_con(None, Some(&synapse))?;
            wire.set_weight(0, 0.5)?;
            assert_eq!(wire.weight(0)?, 0.5);
            wire.set_weight(1, 0.5)
        },
        is!(BadIndex),
    ),
    (
        "connection without a target",
        |n| n.net_con(Some(&n.artificial_cell("NetStim")?), None)?.weight(9).map(drop),
        is!(BadIndex),
    ),
    (
        "connection to a clamp",
        |n| n.net_con(None, Some(&clamp(&soma(n), 0.5, 0.0, 1.0, 1.0))).map(drop),
        is!(WrongKind),
    ),
    (
        "connection from a clamp",
        |n| {
            let clamp = clamp(&soma(n), 0.5, 0.0, 1.0, 1.0);
            let synapse = soma(n).point_process("ExpSyn", 0.5)?;
            n.net_con(Some(&clamp), Some(&synapse)).map(drop)
        },
        is!(WrongKind),
    ),
    (
        "connection from an attribute",
        |n| NetCon::from_voltage(&clamp(&soma(n), 0.5, 0.0, 1.0, 1.0).range_ref("i")?, None).map(drop),
        is!(WrongKind),
    ),
    (
        "connection whose section is deleted",
        |n| {
            let section = soma(n);
            let synapse = section.point_process("ExpSyn", 0.5)?;
            let wire = n.net_con(None, Some(&synapse))?;
            section.delete()?;
            // Only the process must survive this.
            let _ = (wire.weight(0), wire.set_weight(0, 1.0), wire.delay(), wire.set_threshold(1.0));
            synapse.get("tau").map(drop)
        },
        is!(Unlocated),
    ),
    (
        "play lengths",
        |n| {
            let target = clamp(&soma(n), 0.5, 0.0, 1.0, 1.0).range_ref("amp")?;
            n.vector(&[1.0, 2.0])?.play(&target, &n.vector(&[0.0])?, true)
        },
        is!(BufferLength),
    ),
    ("record interval", |n| n.vector(&[])?.record_every(&soma(n).range_ref("v", 0.5)?, 0.0), is!(OutOfRange)),
    (
        "probe of an unplaced attribute",
        |n| {
            let section = soma(n);
            let clamp = clamp(&section, 0.5, 0.0, 1.0, 1.0);
            let reference = clamp.range_ref("i")?;
            section.delete()?;
            RangeProbe::new(n, &[reference]).map(drop)
        },
        is!(Unlocated),
    ),
];
