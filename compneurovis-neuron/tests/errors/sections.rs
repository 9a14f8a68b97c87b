//! Sections and mechanisms: what can be got wrong.

use compneurovis_neuron::{NeuronError, VoltageProbe};

use super::{Case, dead, soma};

pub(crate) const CASES: &[Case] = &[
    ("section zero byte", |n| n.section("so\0ma").map(drop), is!(BadName)),
    ("mechanism unknown", |n| soma(n).insert("hhh"), is!(UnknownName)),
    ("mechanism is a point process", |n| soma(n).insert("IClamp"), is!(WrongKind)),
    ("mechanism is a variable", |n| soma(n).insert("dt"), is!(WrongKind)),
    ("mechanism zero byte", |n| soma(n).insert("h\0h"), is!(BadName)),
    ("variable not inserted", |n| soma(n).get("g_pas", 0.5).map(drop), says!("pas")),
    ("variable unknown", |n| soma(n).get("no_such", 0.5).map(drop), is!(UnknownName)),
    ("variable is a mechanism", |n| soma(n).set("hh", 1.0), is!(WrongKind)),
    ("variable is of the section", |n| soma(n).get("L", 0.5).map(drop), is!(WrongKind)),
    ("variable is an array", |n| soma(n).get("vext", 0.5).map(drop), is!(WrongKind)),
    ("variable that is switched off", |n| soma(n).get("i_membrane_", 0.5).map(drop), is!(Hoc)),
    ("variable that is switched off, set", |n| soma(n).set("i_membrane_", 0.5), is!(Hoc)),
    ("variable that is switched off, watched", |n| soma(n).range_ref("i_membrane_", 0.5)?.get().map(drop), is!(Hoc)),
    ("variable not finite", |n| soma(n).set("gnabar_hh", f64::NAN), is!(OutOfRange)),
    ("variable of an absent ion", |n| n.section("bare")?.get("ena", 0.5).map(drop), is!(Hoc)),
    ("place beyond the end", |n| soma(n).get("v", 1.5).map(drop), is!(OutOfRange)),
    ("place not a number", |n| soma(n).point_process("IClamp", f64::NAN).map(drop), is!(OutOfRange)),
    ("nseg zero", |n| soma(n).set_nseg(0), is!(OutOfRange)),
    ("nseg too large", |n| soma(n).set_nseg(40_000), is!(OutOfRange)),
    ("length zero", |n| soma(n).set_length(0.0), is!(OutOfRange)),
    ("diameter negative", |n| soma(n).set_diameter(-1.0), is!(OutOfRange)),
    ("diameter zero by name", |n| soma(n).set("diam", 0.0), is!(OutOfRange)),
    ("resistivity infinite", |n| soma(n).set_ra(f64::INFINITY), is!(OutOfRange)),
    (
        "point not finite",
        |n| soma(n).set_points(&[compneurovis_neuron::Point3d { x: f64::NAN, ..Default::default() }]),
        is!(OutOfRange),
    ),
    ("connect middle", |n| soma(n).connect(0.5, &soma(n), 1.0), is!(OutOfRange)),
    ("connect beyond", |n| soma(n).connect(0.0, &soma(n), 1.5), is!(OutOfRange)),
    (
        "connect to itself",
        |n| {
            let section = soma(n);
            section.connect(0.0, &section, 1.0).and_then(|()| n.initialize(-65.0))
        },
        is!(Hoc),
    ),
    (
        "connect in a loop",
        |n| {
            let (a, b) = (soma(n), soma(n));
            a.connect(0.0, &b, 1.0)?;
            b.connect(0.0, &a, 1.0)?;
            n.initialize(-65.0)
        },
        says!("loop"),
    ),
    ("dead length", |n| dead(n).length().map(drop), is!(DeadSection)),
    ("dead nseg", |n| dead(n).nseg().map(drop), is!(DeadSection)),
    ("dead value", |n| dead(n).get("v", 0.5).map(drop), is!(DeadSection)),
    ("dead insert", |n| dead(n).insert("pas"), is!(DeadSection)),
    ("dead point process", |n| dead(n).point_process("IClamp", 0.5).map(drop), is!(DeadSection)),
    ("dead parent", |n| soma(n).connect(0.0, &dead(n), 1.0), is!(DeadSection)),
    ("dead points", |n| dead(n).points().map(drop), is!(DeadSection)),
    ("dead twice", |n| dead(n).delete(), is!(DeadSection)),
    ("dead probe", |n| VoltageProbe::new(n, &[dead(n)]).map(drop), is!(DeadSection)),
    (
        "dead by hoc",
        |n| {
            let section = soma(n);
            n.hoc("forall delete_section()")?;
            section.get("v", 0.5).map(drop)
        },
        is!(DeadSection),
    ),
    (
        "dead reference",
        |n| {
            let section = soma(n);
            let reference = section.range_ref("v", 0.5)?;
            section.delete()?;
            n.vector(&[])?.record(&reference)
        },
        is!(DeadSection),
    ),
];
