//! What a user can get wrong is an error that says so, and NEURON works afterwards.
//!
//! Most of these would end the process if they reached NEURON unchecked or unguarded, so each runs
//! in a process of its own: this program again, with the name of the case in a variable.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail where it stands, and says what it saw")]

mod common;

use std::process::Command;

use common::{clamp, cylinder};
use compneurovis_neuron::{NetCon, Neuron, NeuronError, Parent, RangeProbe, Section, SectionSpec, VoltageProbe};

/// The variable that holds the name of the case to run.
const CASE: &str = "COMPNEUROVIS_ERROR_CASE";

type Outcome = Result<(), NeuronError>;
type Case = (&'static str, fn(&Neuron) -> Outcome, fn(&NeuronError) -> bool);

fn soma(neuron: &Neuron) -> Section {
    cylinder(neuron, "soma", 20.0, 20.0, 3)
}

fn dead(neuron: &Neuron) -> Section {
    let section = soma(neuron);
    section.delete().unwrap();
    assert!(!section.is_alive());
    section
}

/// Whether NEURON's own text mentions this.
macro_rules! says {
    ($text:literal) => {
        |error| matches!(error, NeuronError::Hoc { message, .. } if message.contains($text))
    };
}

/// Whether the error is of this kind.
macro_rules! is {
    ($kind:ident) => {
        |error| matches!(error, NeuronError::$kind { .. })
    };
}

const HOC: &[Case] = &[
    ("hoc syntax", |n| n.hoc("x ="), says!("syntax error")),
    ("hoc unknown function", |n| n.hoc("no_such_function(3)"), says!("no_such_function")),
    ("hoc unknown variable", |n| n.hoc("x = no_such_variable"), says!("no_such_variable")),
    ("hoc unfinished procedure", |n| n.hoc("proc open() {"), says!("syntax error")),
    ("hoc open string", |n| n.hoc("strdef s\ns = \"open"), says!("missing quote")),
    ("hoc negative vector", |n| n.hoc("objref q\nq = new Vector(-5)"), says!("out of range")),
    ("hoc not an object", |n| n.hoc("x = Vector(3)"), is!(Hoc)),
    ("hoc empty value", |n| n.hoc_value("").map(drop), is!(Hoc)),
    ("hoc zero byte", |n| n.hoc("x\0"), is!(BadName)),
    ("hoc execerror", |n| n.hoc("execerror(\"my own\", \"words\")"), says!("my own")),
    ("hoc recursion without end", |n| n.hoc("proc again() { again() }\nagain()"), is!(Hoc)),
    ("hoc vector beyond memory", |n| n.hoc("objref q\nq = new Vector(1e14)"), is!(Hoc)),
    ("hoc brace", |n| n.hoc("}"), is!(Hoc)),
    ("hoc text of a megabyte", |n| n.hoc(&format!("x = {}", "(".repeat(1 << 20))), is!(Hoc)),
    ("hoc section stack", |n| n.hoc("create a_\nfunc deep() { a_ { return deep() } }\ndeep()"), is!(Hoc)),
    (
        "hoc loop in the tree",
        |n| n.hoc("create p_, q_\nconnect p_(0), q_(1)\nconnect q_(0), p_(1)\nfinitialize(-65)"),
        is!(Hoc),
    ),
    ("hoc assertion", |n| n.hoc("create r_\nr_ nseg = 0"), is!(Hoc)),
    (
        "hoc file that is a folder",
        |n| n.load_file("/"),
        |error| matches!(error, NeuronError::LoadFile { .. } | NeuronError::Hoc { .. }),
    ),
    ("hoc quit", |n| n.hoc("quit()"), says!("quit()")),
    ("hoc quit with a status", |n| n.hoc("quit(3)"), says!("quit()")),
    (
        "hoc quit in a procedure",
        |n| n.hoc("proc leave() { quit() }\nproc outer() { leave() }\nouter()"),
        says!("quit()"),
    ),
    (
        "hoc quit in a template",
        |n| {
            n.hoc("begintemplate Leaver\npublic leave\nproc leave() { quit() }\nendtemplate Leaver")?;
            n.hoc("objref leaver\nleaver = new Leaver()\nleaver.leave()")
        },
        says!("quit()"),
    ),
    (
        "hoc quit at the end of a file",
        |n| {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("leave.hoc");
            std::fs::write(&file, "create from_file\nfrom_file { insert hh }\nquit()\n").unwrap();
            n.load_file(file.to_str().unwrap())
        },
        says!("quit()"),
    ),
    (
        "hoc quit while the model runs",
        |n| {
            soma(n);
            n.hoc("objref starter_\nstarter_ = new FInitializeHandler(\"quit()\")")?;
            let outcome = n.initialize(-65.0);
            n.hoc("objref starter_")?;
            outcome
        },
        says!("quit()"),
    ),
    ("file missing", |n| n.load_file("no_such_file.hoc"), is!(LoadFile)),
    (
        "file with an error",
        |n| {
            let file = std::env::temp_dir().join(format!("compneurovis-{}.hoc", std::process::id()));
            std::fs::write(&file, "proc f() {\n x = (\n}\n").unwrap();
            let loaded = n.load_file(file.to_str().unwrap());
            std::fs::remove_file(&file).unwrap();
            loaded
        },
        is!(Hoc),
    ),
    ("mechanisms missing", |n| n.load_mechanisms("no_such_library.so"), is!(LoadFile)),
    (
        "mechanisms not a library",
        |n| {
            let file = std::env::temp_dir().join(format!("compneurovis-{}.so", std::process::id()));
            std::fs::write(&file, "not a library").unwrap();
            let loaded = n.load_mechanisms(file.to_str().unwrap());
            std::fs::remove_file(&file).unwrap();
            loaded
        },
        |error| matches!(error, NeuronError::LoadFile { .. } | NeuronError::Hoc { .. }),
    ),
];

const SECTIONS: &[Case] = &[
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

const OBJECTS: &[Case] = &[
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
    ("attribute unknown", |n| clamp(&soma(n), 0.5, 0.0, 1.0, 1.0).get("delay").map(drop), is!(UnknownName)),
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

const RUNNING: &[Case] = &[
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

const EVENTS: &[Case] = &[
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

/// After a failure everything is as if it had not been.
fn still_works(neuron: &Neuron) {
    neuron.clear().unwrap();
    assert_eq!(neuron.hoc_value("2 + 3").unwrap(), 5.0);
    let soma = cylinder(neuron, "soma", 12.6157, 12.6157, 1);
    let _clamp = clamp(&soma, 0.5, 0.0, 1e9, 0.1);
    neuron.initialize(-65.0).unwrap();
    let found = common::crossings(neuron, &[&soma], 4000);
    assert_eq!(found[0].len(), 9);
    common::assert_times(&found[0], &[1.3, 13.425, 25.05]);
}

/// Uses that look odd and are not wrong.
fn odd_but_good(neuron: &Neuron) {
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
    let soma = soma(neuron);
    soma.insert("hh").unwrap();
    soma.insert("hh").unwrap();
    let (v, amp) = (soma.range_ref("v", 0.5).unwrap(), clamp(&soma, 0.5, 0.0, 1.0, 1.0));
    let amp = amp.range_ref("amp").unwrap();
    let times = neuron.vector(&[0.0, 1.0]).unwrap();
    // A value left on NEURON's stack would fill it.
    for _ in 0..20_000 {
        neuron.vector(&[]).unwrap().record(&v).unwrap();
        neuron.vector(&[1.0, 2.0]).unwrap().play(&amp, &times, true).unwrap();
    }
    let stim = neuron.artificial_cell("NetStim").unwrap();
    stim.call("noiseFromRandom123", &[1.0, 2.0, 3.0]).unwrap();
    neuron.set_threads(2).unwrap();
    neuron.initialize(-65.0).unwrap();
    neuron.advance().unwrap();
    neuron.clear().unwrap();
    assert_eq!(neuron.threads(), 1);
    assert!(!neuron.has_mechanism("no_such") && neuron.has_mechanism("hh"));
}

fn cases() -> impl Iterator<Item = &'static Case> {
    [HOC, SECTIONS, OBJECTS, RUNNING, EVENTS].into_iter().flatten()
}

#[test]
fn mistakes_are_errors_and_neuron_survives() {
    if let Ok(name) = std::env::var(CASE) {
        return run_case(&name);
    }
    let Some(neuron) = common::neuron() else { return };
    // All in one process, one after the other: no failure may spoil what follows.
    odd_but_good(&neuron);
    let mut failed: Vec<String> = Vec::new();
    for (name, ..) in cases() {
        let program = std::env::current_exe().unwrap();
        let mut run = Command::new(program);
        run.args(["--exact", "mistakes_are_errors_and_neuron_survives", "--nocapture"]);
        let output = run.env(CASE, name).output().unwrap();
        if !output.status.success() {
            let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
            failed.push(format!("{name}: {}\n{}", output.status, text.concat()));
        }
    }
    assert!(failed.is_empty(), "{} of {} cases:\n{}", failed.len(), cases().count(), failed.join("\n"));
    assert!(cases().count() > 60);
    for (name, run, expected) in cases() {
        let error = run(&neuron).expect_err(name);
        assert!(expected(&error), "{name}: {error}");
        still_works(&neuron);
        neuron.clear().unwrap();
    }
}

/// One case in a process of its own.
fn run_case(name: &str) {
    let (_, run, expected) = cases().find(|(other, ..)| *other == name).expect("a known case");
    let neuron = common::neuron().unwrap();
    let error = run(&neuron).expect_err(name);
    println!("{name}: {error}");
    assert!(expected(&error), "{name}: {error:?}");
    still_works(&neuron);
}
