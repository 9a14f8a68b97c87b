//! Watching changes nothing: the potentials of a session are, to the last bit and after every step,
//! those of the same model in a process of its own without a session.
//!
//! The process of its own is this program again, with the name of the case in a variable. Where
//! Python has NEURON, it is asked too.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail where it stands, and says what it saw")]

mod common;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use common::look::{Look, start_paused};
use compneurovis_core::{
    AppSpec, Control, ControlId, Emitter, MorphologyGeometry, Scene, Session, SessionCommand, SessionError, Value,
    Viewer,
};
use compneurovis_neuron::{
    GEOMETRY, NetCon, Neuron, NeuronModel, NeuronSession, NeuronSettings, PointProcess, Section, SectionSpec,
    build_swc_cell,
};
use compneurovis_swc::{Section as SwcSection, Sections, SyntheticCell, read_swc, write_swc};

/// The variables that tell the process of its own its case and the cell.
const CASE: &str = "COMPNEUROVIS_SAME_BITS_CASE";
const CELL: &str = "COMPNEUROVIS_SAME_BITS_CELL";

const DT_MS: f64 = 0.1;
const STEPS: usize = 900;

/// When pulses of 5 ms begin.
const PULSES_MS: [f64; 5] = [2.0, 20.0, 40.0, 60.0, 80.0];

/// The hand-built model as hoc has it.
const HAND_BUILT: &str = "\
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
stim.amp = 0.5
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
noise.interval = 14.5
wire[1] = new NetCon(noise, synapse[1])
wire[1].weight[0] = 0.02
";

/// The same with Python, and an SWC cell as Import3d builds it. Prints the bits of each step.
const PYTHON: &str = r#"
import struct, sys
from neuron import h
case, text, steps, dt, pulses = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), eval(sys.argv[5])
if case == "swc":
    h.load_file("import3d.hoc")
    cell = h.Import3d_SWC_read()
    cell.quiet = 1
    cell.input(text)
    h.Import3d_GUI(cell, False).instantiate(None)
    for section in h.allsec():
        section.insert("hh")
        section.nseg = 1 if section.name().startswith("soma") else 10
    soma = next(section for section in h.allsec() if section.name().startswith("soma"))
    clamps = [h.IClamp(soma(0.5)) for _ in pulses]
    for clamp, begin in zip(clamps, pulses):
        clamp.delay, clamp.dur, clamp.amp = begin, 5, 1
else:
    for line in text.splitlines():
        h(line)
h.dt = dt
h.finitialize(-65)
for step in range(steps + 1):
    if step:
        h.fadvance()
    print("bits", "".join(struct.pack(">d", s.v).hex() for section in h.allsec() for s in section))
"#;

/// The potentials after each step, from the initial state on; sections in the order of their making.
type Trajectory = Vec<Vec<f64>>;

/// Builds a model: its sections, and the clamp amplitudes that the slider sets.
type Built = (Vec<Section>, Vec<PointProcess>);

#[derive(Clone)]
enum Case {
    /// The SWC cell of a file.
    Swc(PathBuf),
    HandBuilt,
}

impl Case {
    fn name(&self) -> &'static str {
        match self {
            Self::Swc(_) => "swc",
            Self::HandBuilt => "hand-built",
        }
    }

    /// What the slider says from the start to the end.
    fn amplitude_na(&self) -> f64 {
        match self {
            Self::Swc(_) => 1.0,
            Self::HandBuilt => 0.5,
        }
    }

    fn build(&self, neuron: &Neuron) -> Result<Built, SessionError> {
        match self {
            Self::Swc(path) => build_swc(neuron, path),
            Self::HandBuilt => build_by_hand(neuron),
        }
    }
}

fn nseg(section: &SwcSection) -> usize {
    if section.kind.is_soma() { 1 } else { 10 }
}

fn swc_sections(path: &Path) -> Result<Sections, SessionError> {
    Ok(Sections::from_samples(&read_swc(path)?.samples)?)
}

fn build_swc(neuron: &Neuron, path: &Path) -> Result<Built, SessionError> {
    let sections = build_swc_cell(neuron, &swc_sections(path)?, nseg, &["hh"])?;
    let soma = sections.iter().find(|section| section.name().starts_with("soma")).ok_or("a cell without a soma")?;
    let clamps = PULSES_MS.map(|begin_ms| common::clamp(soma, 0.5, begin_ms, 5.0, 1.0)).to_vec();
    Ok((sections, clamps))
}

fn build_by_hand(neuron: &Neuron) -> Result<Built, SessionError> {
    let hh: &[&str] = &["hh"];
    let sections = neuron.build_sections(&[
        SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(hh),
        SectionSpec::cylinder("dend", 300.0, 2.0).nseg(21).mechanisms(hh).on(0, 1.0),
        SectionSpec::cylinder("axon", 300.0, 1.5).nseg(11).mechanisms(hh).on(0, 0.0),
        SectionSpec::cylinder("target", 60.0, 15.0).nseg(5).mechanisms(hh),
    ])?;
    let [soma, dend, axon, target] = &sections[..] else { return Err("four sections".into()) };
    let clamp = common::clamp(soma, 0.5, 2.0, 5.0, 0.5);
    let excitation = target.point_process("ExpSyn", 0.5)?;
    excitation.set("tau", 2.0)?;
    let wire = NetCon::from_voltage(&axon.range_ref("v", 0.9)?, Some(&excitation))?;
    wire.set_delay(1.0)?;
    wire.set_weight(0, 0.05)?;
    let synapse = dend.point_process("ExpSyn", 0.7)?;
    synapse.set("tau", 3.0)?;
    let noise = neuron.artificial_cell("NetStim")?;
    for (attribute, value) in [("start", 15.0), ("number", 5.0), ("interval", 14.5)] {
        noise.set(attribute, value)?;
    }
    let train = neuron.net_con(Some(&noise), Some(&synapse))?;
    train.set_weight(0, 0.02)?;
    neuron.keep(&excitation);
    neuron.keep(&synapse);
    neuron.keep(&noise);
    neuron.keep(&wire);
    neuron.keep(&train);
    Ok((sections, vec![clamp]))
}

/// The potentials of all compartments, one call each.
fn potentials(sections: &[Section]) -> Vec<f64> {
    let mut values = Vec::new();
    for section in sections {
        let nseg = section.nseg().expect("a section");
        let at = |i: usize| section.get("v", (i as f64 + 0.5) / nseg as f64).expect("a potential");
        values.extend((0..nseg).map(at));
    }
    values
}

fn hash(values: &[f64]) -> u64 {
    let mut hasher = DefaultHasher::new();
    values.iter().for_each(|value| value.to_bits().hash(&mut hasher));
    hasher.finish()
}

/// The model as it is without us.
struct Model {
    case: Case,
    sections: Vec<Section>,
    clamps: Vec<PointProcess>,
    display_dt_ms: f64,
}

impl NeuronModel for Model {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.dt_ms, settings.display_dt_ms) = (DT_MS, self.display_dt_ms);
        settings
    }

    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        let Case::Swc(path) = &self.case else { return Ok(None) };
        Ok(Some(Arc::new(swc_sections(path)?.geometry(GEOMETRY, nseg)?)))
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        (self.sections, self.clamps) = self.case.build(neuron)?;
        Ok(self.sections.clone())
    }

    fn control_specs(&self) -> Vec<Control> {
        vec![
            Control::scalar("display_dt", "Display interval", self.display_dt_ms, 0.1, 5.0),
            Control::scalar("stim_amp", "Pulse amplitude", self.case.amplitude_na(), 0.0, 2.0),
        ]
    }

    fn apply_control(&mut self, _neuron: &Neuron, control: &ControlId, value: &Value) -> Result<bool, SessionError> {
        if control.as_str() != "stim_amp" {
            return Ok(false);
        }
        let amplitude_na = value.as_f64().ok_or("not a number")?;
        self.clamps.iter().try_for_each(|clamp| clamp.set("amp", amplitude_na))?;
        Ok(true)
    }
}

/// A session whose potentials are read by single calls after each of its updates.
struct Overheard {
    session: NeuronSession<Model>,
    heard: Arc<Mutex<Trajectory>>,
}

impl Overheard {
    fn hear(&self) {
        self.heard.lock().expect("no panic").push(potentials(&self.session.model().sections));
    }
}

impl Session for Overheard {
    fn startup_scene(&mut self) -> Result<Option<Scene>, SessionError> {
        self.session.startup_scene()
    }

    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let scene = self.session.initialize(emitter)?;
        self.hear();
        Ok(scene)
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.session.advance(emitter)?;
        self.hear();
        Ok(())
    }

    fn handle(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.session.handle(command, emitter)
    }

    fn shutdown(&mut self) {
        self.session.shutdown();
    }
}

/// A viewer of a case, and what was overheard of its session.
fn watch(case: &Case, display_dt_ms: f64) -> (Viewer, Arc<Mutex<Trajectory>>) {
    let heard = Arc::<Mutex<Trajectory>>::default();
    let (case, ears) = (case.clone(), heard.clone());
    let app = AppSpec::new("same bits", move || {
        let model = Model { case: case.clone(), sections: Vec::new(), clamps: Vec::new(), display_dt_ms };
        ears.lock().expect("no panic").clear();
        Ok(Overheard { session: NeuronSession::new(model), heard: ears.clone() })
    });
    (start_paused(app), heard)
}

/// The values of a trajectory's step in the order of the geometry, as f32.
struct Rounded {
    places: Vec<usize>,
}

impl Rounded {
    fn new(viewer: &Viewer, case: &Case) -> Self {
        let geometry = viewer.scene.morphology(&GEOMETRY.into()).expect("a geometry");
        let order: Vec<(String, usize)> = match case {
            Case::Swc(path) => {
                let cell = swc_sections(path).expect("the cell");
                cell.sections.iter().map(|section| (section.name.clone(), nseg(section))).collect()
            }
            Case::HandBuilt => {
                [("soma", 1), ("dend", 21), ("axon", 11), ("target", 5)].map(|(name, n)| (name.to_owned(), n)).to_vec()
            }
        };
        let (mut first, mut next) = (HashMap::new(), 0);
        for (name, nseg) in order {
            first.insert(name, next);
            next += nseg;
        }
        let rows = geometry.sections().iter();
        let places: Vec<usize> = rows.flat_map(|row| (0..row.nseg as usize).map(|i| first[&*row.name] + i)).collect();
        assert_eq!(places.len(), next);
        Self { places }
    }

    fn of(&self, step: &[f64]) -> Vec<f32> {
        self.places.iter().map(|place| step[*place] as f32).collect()
    }
}

fn entity(viewer: &Viewer, compartment: usize) -> String {
    let geometry = viewer.scene.morphology(&GEOMETRY.into()).expect("a geometry");
    geometry.entity_id(compartment as u32).expect("a compartment").to_string()
}

/// Looks at every step, clicks, and moves sliders to where they are.
fn step_by_step(case: &Case) -> Trajectory {
    let (mut viewer, heard) = watch(case, DT_MS);
    let rounded = Rounded::new(&viewer, case);
    for step in 1..=60 {
        viewer.touch(&entity(&viewer, step * 7 % rounded.places.len()));
        viewer.wish_for("stim_amp", case.amplitude_na());
        assert_eq!(viewer.step().unwrap(), 1);
        let now = heard.lock().expect("no panic")[step].clone();
        assert!(viewer.display() == rounded.of(&now), "{}: what is shown at step {step} is not NEURON's", case.name());
    }
    for part in 1..=100 {
        viewer.send(SessionCommand::RunUntil { time_ms: 6.0 + f64::from(part) * 0.84 }).unwrap();
        viewer.wish_for("display_dt", DT_MS);
        viewer.touch(&entity(&viewer, part as usize * 13 % rounded.places.len()));
        viewer.run_until(6.0 + f64::from(part) * 0.84).unwrap();
    }
    let heard = heard.lock().expect("no panic").clone();
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
    assert!(viewer.history().shape()[0] > 30, "traced");
    assert_samples(&viewer, &rounded, &heard, case);
    heard
}

/// Sees every fifth step.
fn five_at_a_time(case: &Case) -> Trajectory {
    let (mut viewer, heard) = watch(case, 5.0 * DT_MS);
    viewer.run_until(STEPS as f64 * DT_MS).unwrap();
    assert_eq!(viewer.times().len(), STEPS + 1, "every step is in the trace");
    heard.lock().expect("no panic").clone()
}

/// Every sample of every trace is NEURON's number, rounded.
fn assert_samples(viewer: &Viewer, rounded: &Rounded, exact: &Trajectory, case: &Case) {
    let exact: Vec<Vec<f32>> = exact.iter().map(|step| rounded.of(step)).collect();
    let steps: Vec<usize> = viewer.times().iter().map(|time| (time / DT_MS).round() as usize).collect();
    assert_eq!(steps, (0..=STEPS).collect::<Vec<_>>());
    let mut seen = 0;
    for compartment in 0..rounded.places.len() {
        let Some(trace) = viewer.history().series_of("time", &entity(viewer, compartment)) else { continue };
        let same = trace.iter().zip(&exact).all(|(sample, step)| *sample == step[compartment]);
        assert!(same, "{}: the trace of compartment {compartment} is not NEURON's", case.name());
        seen += trace.len();
    }
    assert_eq!(seen, viewer.history().values().len());
}

/// A process without a session.
fn bare(case: &str) {
    let neuron = common::neuron().expect("the parent has found NEURON");
    // Handles of objects that keep them.
    let (sections, _clamps) = if case == "swc" {
        build_swc(&neuron, &PathBuf::from(std::env::var_os(CELL).expect("a cell"))).expect("a model")
    } else {
        neuron.hoc(HAND_BUILT).expect("a model");
        (neuron.sections().expect("sections"), Vec::new())
    };
    neuron.hoc(&format!("dt = {DT_MS}\nfinitialize(-65)")).expect("an initial state");
    for step in 0..=STEPS {
        if step > 0 {
            neuron.hoc("fadvance()").expect("a step");
        }
        println!("bits {:016x}", hash(&potentials(&sections)));
    }
}

fn bits_of(command: &mut Command) -> Vec<String> {
    let output = command.output().expect("a process");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}\n{text}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    text.lines().filter_map(|line| Some(line.split_once("bits ")?.1.to_owned())).collect()
}

/// The hash of each step in a process of its own.
fn alone(case: &Case) -> Vec<u64> {
    let mut process = Command::new(std::env::current_exe().expect("this program"));
    process.args(["--exact", "watching_changes_no_bit", "--nocapture"]).env(CASE, case.name());
    if let Case::Swc(path) = case {
        process.env(CELL, path);
    }
    let number = |bits: &String| u64::from_str_radix(bits, 16).expect("a hash");
    bits_of(&mut process).iter().map(number).collect()
}

/// The same from Python, if it has NEURON.
fn python(case: &Case) -> Option<Vec<u64>> {
    let has = Command::new("python3").args(["-c", "import neuron"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        println!("python3 has no NEURON: left out");
        return None;
    }
    let text = match case {
        Case::Swc(path) => path.to_str().expect("a path").to_owned(),
        Case::HandBuilt => HAND_BUILT.to_owned(),
    };
    let mut process = Command::new("python3");
    process.args(["-c", PYTHON, case.name(), &text, &STEPS.to_string(), &DT_MS.to_string(), &format!("{PULSES_MS:?}")]);
    let step = |bits: &String| {
        let number = |i: usize| u64::from_str_radix(&bits[i * 16..][..16], 16).expect("a number");
        let values: Vec<f64> = (0..bits.len() / 16).map(|i| f64::from_bits(number(i))).collect();
        hash(&values)
    };
    Some(bits_of(&mut process).iter().map(step).collect())
}

#[track_caller]
fn assert_same(found: &[u64], expected: &[u64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let first = found.iter().zip(expected).position(|(found, expected)| found != expected);
    assert_eq!(first, None, "{what}: the first step that differs");
}

fn check(case: &Case) {
    let name = case.name();
    let expected = alone(case);
    assert_eq!(expected.len(), STEPS + 1);
    let watched = step_by_step(case);
    let spikes = watched.windows(2).filter(|pair| pair[0][0] < 0.0 && pair[1][0] >= 0.0).count();
    assert!(spikes >= 1, "{name}: something happens");
    let hashes: Vec<u64> = watched.iter().map(|step| hash(step)).collect();
    assert_same(&hashes, &expected, &format!("{name} step by step"));
    let watched: Vec<u64> = five_at_a_time(case).iter().map(|step| hash(step)).collect();
    let fifths: Vec<u64> = expected.iter().step_by(5).copied().collect();
    assert_same(&watched, &fifths, &format!("{name} five steps at a time"));
    if let Some(python) = python(case) {
        assert_same(&python, &expected, &format!("{name} from Python"));
        println!("{name}: Python's NEURON agrees");
    }
}

#[test]
fn watching_changes_no_bit() {
    if let Ok(case) = std::env::var(CASE) {
        return bare(&case);
    }
    let Some(_turn) = common::turn() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cell.swc");
    let samples = SyntheticCell { nodes: 300, seed: 3 }.generate().expect("a cell");
    let file = std::fs::File::create(&path).expect("a file");
    write_swc(&samples, BufWriter::new(file)).expect("a file");
    check(&Case::HandBuilt);
    check(&Case::Swc(path));
}
