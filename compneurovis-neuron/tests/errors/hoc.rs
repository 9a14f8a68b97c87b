//! Hoc code and files: what can be got wrong.

use compneurovis_neuron::NeuronError;

use super::{Case, soma};

pub(crate) const CASES: &[Case] = &[
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
