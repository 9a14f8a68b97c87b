//! Initialising, advancing and building: what can be got wrong.

use compneurovis_neuron::{NeuronError, Parent, SectionSpec};

use super::{Case, dead, soma};

pub(crate) const CASES: &[Case] = &[
    (
        "advance too early",
        |n| {
            soma(n);
            n.advance()
        },
        is!(NotInitialized),
    ),
    (
        "advance after threads by hoc",
        |n| {
            let synapse = soma(n).point_process("ExpSyn", 0.5)?;
            n.keep(&n.net_con(None, Some(&synapse))?);
            n.initialize(-65.0)?;
            n.hoc("objref pc_\npc_ = new ParallelContext()\npc_.nthread(2)")?;
            n.advance()
        },
        is!(NotInitialized),
    ),
    ("threads zero", |n| n.set_threads(0), is!(OutOfRange)),
    (
        "initialise not finite",
        |n| {
            soma(n);
            n.initialize(f64::NAN)
        },
        is!(OutOfRange),
    ),
    ("step zero", |n| n.set_dt(0.0), is!(OutOfRange)),
    ("step by name", |n| n.set_global("dt", -0.1), is!(OutOfRange)),
    ("global unknown", |n| n.global("no_such").map(drop), is!(UnknownName)),
    ("global is a function", |n| n.global("sqrt").map(drop), is!(WrongKind)),
    ("global is of the section", |n| n.global("L").map(drop), is!(WrongKind)),
    ("global is an integer", |n| n.set_global("secondorder", 2.0), is!(WrongKind)),
    (
        "global is an array",
        |n| {
            n.hoc("double many[3]")?;
            n.global("many").map(drop)
        },
        is!(WrongKind),
    ),
    (
        "global is text",
        |n| {
            n.hoc("strdef text")?;
            n.global("text").map(drop)
        },
        is!(WrongKind),
    ),
    (
        "variable steps diverge",
        |n| {
            let section = soma(n);
            n.variable_step(true)?;
            n.initialize(-65.0)?;
            n.hoc("forall gnabar_hh = 0/1 * sqrt(1) + 1e308*1e10")?;
            let _ = section.get("v", 0.5)?;
            (0..100).try_for_each(|_| n.advance())
        },
        is!(Hoc),
    ),
    ("batch parent", |n| n.build_sections(&[SectionSpec::cylinder("a", 1.0, 1.0).on(5, 1.0)]).map(drop), is!(BadIndex)),
    (
        "batch refused as a whole",
        |n| {
            let specs =
                [SectionSpec::cylinder("a", 1.0, 1.0), SectionSpec::cylinder("b", 1.0, 1.0).mechanisms(&["hhh"])];
            let built = n.build_sections(&specs).map(drop);
            assert!(n.sections()?.is_empty());
            built
        },
        is!(UnknownName),
    ),
    (
        "batch on a dead section",
        |n| {
            let mut spec = SectionSpec::cylinder("a", 1.0, 1.0).on(0, 1.0);
            spec.connection.as_mut().unwrap().parent = Parent::Existing(dead(n));
            n.build_sections(&[spec]).map(drop)
        },
        is!(DeadSection),
    ),
    (
        "failing ever again",
        |n| {
            let section = soma(n);
            for _ in 0..20_000 {
                assert!(section.get("g_pas", 0.5).is_err());
                assert!(n.net_con(None, Some(&section.point_process("IClamp", 0.5)?)).is_err());
            }
            n.hoc("x =")
        },
        is!(Hoc),
    ),
    (
        "the guard by its name",
        |n| {
            n.hoc("compneurovis_guarded_call_()")?;
            n.hoc("no_such_function()")
        },
        is!(Hoc),
    ),
];
