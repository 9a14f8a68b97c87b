//! Models of many kinds, to see that watching changes none of them.

use compneurovis_core::{MorphologyGeometry, SessionError};
use compneurovis_neuron::{GEOMETRY, NetCon, Neuron, Point3d, PointProcess, Section, SectionSpec, build_swc_cell};
use compneurovis_swc::{Section as SwcSection, Sections, SyntheticCell, parse_swc, write_swc};

use super::clamp;
use super::models::{self, Built, by_end};

type Build = fn(&Neuron) -> Result<Built, SessionError>;

/// A model of the zoo.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) build: Build,
    pub(crate) dt_ms: f64,
    /// What all clamps are set to at the start; later less, and then more.
    pub(crate) amplitude: f64,
    pub(crate) celsius: Option<f64>,
    /// The cells that a session shows before NEURON has them.
    cells: Option<Cells>,
    /// The same model as hoc has it, with a clamp `stim`.
    pub(crate) hoc: Option<&'static str>,
}

type Cells = fn() -> Result<Vec<Sections>, SessionError>;

const fn kind(name: &'static str, build: Build, dt_ms: f64, amplitude: f64) -> Kind {
    Kind { name, build, dt_ms, amplitude, celsius: None, cells: None, hoc: None }
}

impl Kind {
    const fn shown(self, cells: Cells) -> Self {
        Self { cells: Some(cells), ..self }
    }

    /// What a session can show at once.
    pub(crate) fn geometry(&self) -> Result<Option<MorphologyGeometry>, SessionError> {
        let Some(cells) = self.cells else { return Ok(None) };
        let mut builder = MorphologyGeometry::builder(GEOMETRY);
        for cell in cells()? {
            cell.add_to(&mut builder, None, nseg);
        }
        Ok(Some(builder.build()?))
    }
}

/// Two models that Python builds as well.
pub(crate) const SWC_CELL: Kind = kind("complex cell", swc_cell, 0.1, 1.0).shown(|| Ok(vec![sections_of_swc()?]));
pub(crate) const BY_HOC: Kind = Kind { hoc: Some(HOC), ..kind("by hoc", by_hand, 0.1, 0.5) };

pub(crate) const ZOO: [Kind; 28] = [
    SWC_CELL,
    kind("population", population, 0.1, 1.0).shown(population_cells),
    BY_HOC,
    kind("hoc file", hoc_file, 0.025, 0.3),
    kind("passive dendrites", passive_swc_cell, 0.1, 1.0),
    kind("multicell", models::multicell, 0.1, 1.0),
    kind("section inspector", models::inspector, 0.025, 1.0),
    kind("point model", models::point, 0.025, 0.1),
    kind("signalling cascade", models::cascade, 0.01, 0.0),
    kind("MOD channel", mod_channel, 0.05, 0.5),
    kind("two threads", |neuron| threads(neuron, 2), 0.1, 1.0),
    kind("four threads", |neuron| threads(neuron, 4), 0.1, 1.0),
    kind("CVODE point", |neuron| variable(neuron, models::point), 0.1, 0.1),
    kind("CVODE multicell", |neuron| variable(neuron, models::multicell), 0.1, 1.0),
    kind("CVODE swc", |neuron| variable(neuron, swc_cell), 0.1, 1.0),
    kind("CVODE MOD", |neuron| variable(neuron, mod_channel), 0.1, 0.5),
    kind("double exponential synapses", synapses, 0.05, 0.2),
    kind("alpha synapse", alpha, 0.05, 0.2),
    kind("random events", random_events, 0.1, 0.2),
    kind("artificial cells", artificial_cells, 0.1, 0.2),
    kind("voltage clamp", voltage_clamp, 0.025, 0.0),
    kind("played current", played, 0.05, 0.0),
    kind("extracellular", extracellular, 0.05, 0.5),
    kind("by the other end", other_end, 0.1, 0.5),
    kind("with and without points", mixed, 0.1, 0.5),
    kind("many cells", many_cells, 0.1, 0.5),
    kind("templates", templates, 0.05, 0.5),
    Kind { celsius: Some(16.3), ..kind("warm", models::inspector, 0.05, 1.0) },
];

const HH: &[&str] = &["hh"];

fn keep(neuron: &Neuron, process: &PointProcess, values: &[(&str, f64)]) -> Result<(), SessionError> {
    values.iter().try_for_each(|(name, value)| process.set(name, *value))?;
    neuron.keep(process);
    Ok(())
}

/// The file of a cell.
pub(crate) fn swc_text(seed: u64) -> Result<Vec<u8>, SessionError> {
    let mut text = Vec::new();
    write_swc(&SyntheticCell { nodes: 200, seed }.generate()?, &mut text)?;
    Ok(text)
}

fn sections_of_swc() -> Result<Sections, SessionError> {
    Ok(Sections::from_samples(&parse_swc(&swc_text(3)?)?.samples)?)
}

fn nseg(section: &SwcSection) -> usize {
    if section.kind.is_soma() { 1 } else { 10 }
}

/// Cells of files, each with a prefix of its own.
fn population_cells() -> Result<Vec<Sections>, SessionError> {
    let cell = |seed: u64| {
        let mut cell = Sections::from_samples(&parse_swc(&swc_text(seed)?)?.samples)?;
        cell.sections.iter_mut().for_each(|section| section.name = format!("cell{seed}.{}", section.name));
        Ok(cell)
    };
    (1..=3).map(cell).collect()
}

fn population(neuron: &Neuron) -> Result<Built, SessionError> {
    let cells = population_cells()?;
    let cells: Result<Vec<_>, _> = cells.iter().map(|cell| build_swc_cell(neuron, cell, nseg, HH)).collect();
    let cells = cells?;
    let clamps = cells.iter().flat_map(|cell| pulses(&cell[0])).collect();
    Ok(Built::new(cells.concat(), clamps))
}

fn pulses(section: &Section) -> Vec<PointProcess> {
    models::PULSES_MS.map(|begin_ms| clamp(section, 0.5, begin_ms, 5.0, 1.0)).into()
}

fn swc_cell(neuron: &Neuron) -> Result<Built, SessionError> {
    let sections = build_swc_cell(neuron, &sections_of_swc()?, nseg, HH)?;
    let clamps = pulses(&sections[0]);
    Ok(Built::new(sections, clamps))
}

fn passive_swc_cell(neuron: &Neuron) -> Result<Built, SessionError> {
    let sections = build_swc_cell(neuron, &sections_of_swc()?, |_| 3, &["pas"])?;
    sections[0].insert("hh")?;
    let clamps = pulses(&sections[0]);
    Ok(Built::new(sections, clamps))
}

/// A ball and a stick, with a pulse into the ball.
fn stick(neuron: &Neuron) -> Result<Built, SessionError> {
    let sections = neuron.build_sections(&[
        SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(HH),
        SectionSpec::cylinder("dend", 300.0, 2.0).nseg(11).mechanisms(&["pas"]).on(0, 1.0),
    ])?;
    let pulse = clamp(&sections[0], 0.5, 2.0, 5.0, 0.5);
    Ok(Built::new(sections, vec![pulse]))
}

fn mod_channel(neuron: &Neuron) -> Result<Built, SessionError> {
    models::load_mechanisms(neuron)?;
    let built = stick(neuron)?;
    built.sections[0].insert("slow_k")?;
    Ok(built)
}

fn threads(neuron: &Neuron, count: u16) -> Result<Built, SessionError> {
    let built = models::multicell(neuron)?;
    neuron.set_threads(count)?;
    Ok(built)
}

fn variable(neuron: &Neuron, build: Build) -> Result<Built, SessionError> {
    let built = build(neuron)?;
    neuron.variable_step(true)?;
    Ok(built)
}

fn train(neuron: &Neuron, target: &PointProcess, noise: f64, weight: f64) -> Result<(), SessionError> {
    let source = neuron.artificial_cell("NetStim")?;
    keep(neuron, &source, &[("start", 3.0), ("number", 20.0), ("interval", 2.5), ("noise", noise)])?;
    if noise > 0.0 {
        // Else the stream is that of the how-manieth source of the process.
        source.call("noiseFromRandom123", &[1.0, 2.0, 3.0])?;
    }
    let wire = neuron.net_con(Some(&source), Some(target))?;
    wire.set_weight(0, weight)?;
    neuron.keep(&wire);
    Ok(())
}

fn synapses(neuron: &Neuron) -> Result<Built, SessionError> {
    let built = stick(neuron)?;
    for (x, e_mv) in [(0.3, 0.0), (0.8, -80.0)] {
        let synapse = built.sections[1].point_process("Exp2Syn", x)?;
        keep(neuron, &synapse, &[("tau1", 0.5), ("tau2", 4.0), ("e", e_mv)])?;
        train(neuron, &synapse, 0.0, 0.01)?;
    }
    Ok(built)
}

fn alpha(neuron: &Neuron) -> Result<Built, SessionError> {
    let built = stick(neuron)?;
    let synapse = built.sections[1].point_process("AlphaSynapse", 0.5)?;
    keep(neuron, &synapse, &[("onset", 4.0), ("tau", 1.0), ("gmax", 0.05)])?;
    Ok(built)
}

fn random_events(neuron: &Neuron) -> Result<Built, SessionError> {
    let built = stick(neuron)?;
    let synapse = built.sections[1].point_process("ExpSyn", 0.5)?;
    keep(neuron, &synapse, &[("tau", 2.0)])?;
    train(neuron, &synapse, 1.0, 0.02)?;
    Ok(built)
}

fn artificial_cells(neuron: &Neuron) -> Result<Built, SessionError> {
    let built = stick(neuron)?;
    let synapse = built.sections[1].point_process("ExpSyn", 0.5)?;
    keep(neuron, &synapse, &[("tau", 2.0)])?;
    for class in ["IntFire1", "IntFire2", "IntFire4"] {
        let cell = neuron.artificial_cell(class)?;
        keep(neuron, &cell, &[])?;
        train(neuron, &cell, 0.0, 0.6)?;
        let wire = neuron.net_con(Some(&cell), Some(&synapse))?;
        wire.set_weight(0, 0.02)?;
        neuron.keep(&wire);
    }
    let own = NetCon::from_voltage(&built.sections[0].range_ref("v", 0.5)?, Some(&synapse))?;
    own.set_weight(0, 0.01)?;
    neuron.keep(&own);
    Ok(built)
}

fn voltage_clamp(neuron: &Neuron) -> Result<Built, SessionError> {
    let built = stick(neuron)?;
    let clamp = built.sections[0].point_process("SEClamp", 0.5)?;
    let steps = [("dur1", 3.0), ("amp1", -65.0), ("dur2", 4.0), ("amp2", 10.0), ("dur3", 9.0), ("amp3", -80.0)];
    keep(neuron, &clamp, &[&steps[..], &[("rs", 0.5)]].concat())?;
    Ok(Built { clamps: Vec::new(), ..built })
}

fn played(neuron: &Neuron) -> Result<Built, SessionError> {
    let built = stick(neuron)?;
    let (current, _) = &built.clamps[0];
    current.set("del", 0.0)?;
    current.set("dur", 1e9)?;
    let times: Vec<f64> = (0..40).map(|at| f64::from(at) * 0.5).collect();
    let values: Vec<f64> = times.iter().map(|time| 0.4 * (time * 0.9).sin()).collect();
    let (times, values) = (neuron.vector(&times)?, neuron.vector(&values)?);
    values.play(&current.range_ref("amp")?, &times, true)?;
    [&times, &values].iter().for_each(|vector| neuron.keep(*vector));
    neuron.keep(current);
    // The vector sets it.
    Ok(Built { clamps: Vec::new(), ..built })
}

fn extracellular(neuron: &Neuron) -> Result<Built, SessionError> {
    let built = stick(neuron)?;
    built.sections.iter().try_for_each(|section| section.insert("extracellular"))?;
    Ok(built)
}

fn other_end(neuron: &Neuron) -> Result<Built, SessionError> {
    let mut specs = [
        SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(HH),
        SectionSpec::cylinder("a", 150.0, 2.0).nseg(5).mechanisms(HH),
        SectionSpec::cylinder("b", 90.0, 1.5).nseg(3).mechanisms(HH),
        SectionSpec::cylinder("c", 60.0, 1.0).nseg(2).mechanisms(HH),
    ];
    specs[1].connection = by_end(0, 1.0, 1.0);
    specs[2].connection = by_end(1, 0.0, 1.0);
    specs[3].connection = by_end(1, 0.5, 0.0);
    let sections = neuron.build_sections(&specs)?;
    let pulse = clamp(&sections[0], 0.5, 2.0, 5.0, 0.5);
    Ok(Built::new(sections, vec![pulse]))
}

fn mixed(neuron: &Neuron) -> Result<Built, SessionError> {
    let points = [0.0, 30.0, 80.0].map(|x| Point3d { x, y: x / 3.0, z: 5.0, diameter: 2.0 + x / 40.0 });
    let sections = neuron.build_sections(&[
        SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(HH),
        SectionSpec::along("dend", &points).nseg(7).mechanisms(HH).on(0, 1.0),
        SectionSpec::cylinder("twig", 40.0, 1.0).nseg(3).mechanisms(HH).on(1, 1.0),
    ])?;
    let pulse = clamp(&sections[0], 0.5, 2.0, 5.0, 0.5);
    Ok(Built::new(sections, vec![pulse]))
}

fn many_cells(neuron: &Neuron) -> Result<Built, SessionError> {
    let names: Vec<[String; 2]> =
        (0..30).map(|cell| ["soma", "dend"].map(|part| format!("cell{cell}.{part}"))).collect();
    let mut specs = Vec::new();
    for (cell, [soma, dend]) in names.iter().enumerate() {
        specs.push(SectionSpec::cylinder(soma, 15.0 + cell as f64 / 3.0, 15.0).mechanisms(HH));
        specs.push(SectionSpec::cylinder(dend, 120.0, 2.0).nseg(4).mechanisms(HH).on(2 * cell, 1.0));
    }
    let sections = neuron.build_sections(&specs)?;
    let clamps = sections.iter().step_by(6).map(|soma| clamp(soma, 0.5, 2.0, 5.0, 0.5)).collect();
    Ok(Built::new(sections, clamps))
}

/// Sections of objects, which hoc has made.
fn templates(neuron: &Neuron) -> Result<Built, SessionError> {
    if !neuron.has_template("CnvZooCell") {
        neuron.hoc(
            "begintemplate CnvZooCell\npublic soma, dend\ncreate soma, dend\nproc init() {\n\
             soma { L = 20 diam = 20 insert hh }\ndend { nseg = 5 L = 100 diam = 2 insert pas }\n\
             connect dend(0), soma(1)\n}\nendtemplate CnvZooCell\nobjref cnv_zoo_[2]",
        )?;
    }
    neuron.hoc("for cnv_value_ = 0, 1 { cnv_zoo_[cnv_value_] = new CnvZooCell() }")?;
    let sections = neuron.sections()?;
    let pulse = clamp(&sections[0], 0.5, 2.0, 5.0, 0.5);
    Ok(Built::new(sections, vec![pulse]))
}

/// A network by hand, which has 3-D points nowhere.
const HOC: &str = "\
objref stim, noise, synapse[2], wire[2]
create soma, dend, axon, target
soma { L = 20 diam = 20 insert hh }
dend { nseg = 21 L = 300 diam = 2 insert hh }
axon { nseg = 11 L = 300 diam = 1.5 insert hh }
target { nseg = 5 L = 60 diam = 15 insert hh }
connect dend(0), soma(1)
connect axon(0), soma(0)
soma stim = new IClamp(0.5)
stim.del = 2
stim.dur = 5
target synapse[0] = new ExpSyn(0.5)
synapse[0].tau = 2
axon wire[0] = new NetCon(&v(0.9), synapse[0])
wire[0].delay = 1
wire[0].weight[0] = 0.05
dend synapse[1] = new ExpSyn(0.7)
synapse[1].tau = 3
noise = new NetStim()
noise.start = 15
noise.number = 5
noise.interval = 4.5
wire[1] = new NetCon(noise, synapse[1])
wire[1].weight[0] = 0.02
";

/// The same by our handles.
fn by_hand(neuron: &Neuron) -> Result<Built, SessionError> {
    let sections = neuron.build_sections(&[
        SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(HH),
        SectionSpec::cylinder("dend", 300.0, 2.0).nseg(21).mechanisms(HH).on(0, 1.0),
        SectionSpec::cylinder("axon", 300.0, 1.5).nseg(11).mechanisms(HH).on(0, 0.0),
        SectionSpec::cylinder("target", 60.0, 15.0).nseg(5).mechanisms(HH),
    ])?;
    let stim = clamp(&sections[0], 0.5, 2.0, 5.0, 0.5);
    let excitation = sections[3].point_process("ExpSyn", 0.5)?;
    keep(neuron, &excitation, &[("tau", 2.0)])?;
    let wire = NetCon::from_voltage(&sections[2].range_ref("v", 0.9)?, Some(&excitation))?;
    wire.set_delay(1.0)?;
    wire.set_weight(0, 0.05)?;
    neuron.keep(&wire);
    let synapse = sections[1].point_process("ExpSyn", 0.7)?;
    keep(neuron, &synapse, &[("tau", 3.0)])?;
    let noise = neuron.artificial_cell("NetStim")?;
    keep(neuron, &noise, &[("start", 15.0), ("number", 5.0), ("interval", 4.5)])?;
    let train = neuron.net_con(Some(&noise), Some(&synapse))?;
    train.set_weight(0, 0.02)?;
    neuron.keep(&train);
    Ok(Built::new(sections, vec![stim]))
}

/// As a hoc file has it that knows nothing of a viewer.
fn hoc_file(neuron: &Neuron) -> Result<Built, SessionError> {
    if !neuron.has_template("CnvZooBall") {
        neuron.hoc(
            "begintemplate CnvZooBall\npublic soma, dend\ncreate soma, dend[3]\nproc init() { local i\n\
             soma { L = 20 diam = 20 insert hh }\nfor i = 0, 2 dend[i] {\nL = 180 - 30 * i diam = 3 nseg = 9\n\
             insert pas g_pas = 0.0001\ne_pas = -65\nconnect dend[i](0), soma(i / 2)\n}\n}\n\
             endtemplate CnvZooBall\nobjref cnv_ball_",
        )?;
    }
    neuron.hoc("cnv_ball_ = new CnvZooBall()")?;
    let sections = neuron.sections()?;
    let stim = clamp(&sections[0], 0.5, 1.0, 60.0, 0.3);
    Ok(Built::new(sections, vec![stim]))
}
