//! Watching changes no bit, whatever the model: for each model of the zoo, all of NEURON's potentials after
//! every step have the same hash in a process of its own without a session and under sessions of all kinds,
//! with a slider moved at the same steps; and what a session emits are those numbers, rounded to f32.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail where it stands, and says what it saw")]

mod common;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::Command;

use common::models::Built;
use common::zoo::{Kind, ZOO};
use compneurovis_core::{
    Control, ControlId, Emitter, EntityId, Scene, Session, SessionCommand, SessionError, SessionUpdate, Value,
    runner::UpdateReceiver,
};
use compneurovis_neuron::{
    DISPLAY_FIELD, GEOMETRY, HISTORY_FIELD, HistoryCapture, Neuron, NeuronModel, NeuronSession, NeuronSettings, Section,
};

/// Tells the process of its own that it is one.
const ALONE: &str = "COMPNEUROVIS_BIT_IDENTITY_ALONE";

const STEPS: usize = 400;

/// When the slider moves, and to which share of its first value.
const MOVES: [(usize, f64); 3] = [(61, 0.4), (201, 1.7), (311, 0.0)];

fn moved(kind: &Kind, step: usize) -> Option<f64> {
    MOVES.iter().find(|(at, _)| *at == step).map(|(_, share)| share * kind.amplitude)
}

/// The potentials of all compartments, one call each.
fn potentials(sections: &[Section]) -> Vec<f64> {
    let mut values = Vec::new();
    for section in sections {
        let nseg = section.nseg().unwrap();
        values.extend((0..nseg).map(|i| section.get("v", (i as f64 + 0.5) / nseg as f64).unwrap()));
    }
    values
}

/// The potentials, and the states of the cascade, whose potential rests.
fn everything(built: &Built) -> Vec<f64> {
    let mut values = potentials(&built.sections);
    values.extend(built.processes.iter().zip(["C", "bound1", "s"]).map(|(process, state)| process.get(state).unwrap()));
    values
}

fn hash(values: &[f64]) -> u64 {
    let mut hasher = DefaultHasher::new();
    values.iter().for_each(|value| value.to_bits().hash(&mut hasher));
    hasher.finish()
}

/// The hash of each step of each model, without a session.
fn bare() {
    for kind in &ZOO {
        let neuron = common::neuron().expect("the parent has found NEURON");
        let built = (kind.build)(&neuron).unwrap();
        neuron.set_dt(kind.dt_ms).unwrap();
        kind.celsius.iter().for_each(|celsius| neuron.set_global("celsius", *celsius).unwrap());
        built.set_amplitude(kind.amplitude).unwrap();
        neuron.initialize(-65.0).unwrap();
        for step in 0..=STEPS {
            if let Some(amplitude) = moved(kind, step) {
                built.set_amplitude(amplitude).unwrap();
            }
            if step > 0 {
                neuron.advance().unwrap();
            }
            println!("bits {:016x} {}", hash(&everything(&built)), kind.name);
        }
    }
}

fn alone() -> Vec<(String, u64)> {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "no_model_notices_that_it_is_watched", "--nocapture"]).env(ALONE, "1");
    let output = process.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    let lines = text.lines().filter_map(|line| line.split_once("bits ")?.1.split_once(' '));
    lines.map(|(bits, name)| (name.to_owned(), u64::from_str_radix(bits, 16).unwrap())).collect()
}

#[derive(Clone, Copy, Debug)]
struct Watching {
    history: HistoryCapture,
    /// How many steps an update has.
    steps: usize,
}

struct Model {
    kind: Kind,
    watching: Watching,
    built: Option<Built>,
}

impl NeuronModel for Model {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        settings.dt_ms = self.kind.dt_ms;
        settings.display_dt_ms = self.kind.dt_ms * self.watching.steps as f64;
        if self.kind.name.starts_with("CVODE") {
            // So short that each step is an update.
            settings.display_dt_ms = 1e-9;
        }
        (settings.celsius, settings.history) = (self.kind.celsius, self.watching.history);
        settings.max_samples = STEPS + 1;
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(self.built.insert((self.kind.build)(neuron)?).sections.clone())
    }

    fn control_specs(&self) -> Vec<Control> {
        vec![Control::scalar("amplitude", "Amplitude", self.kind.amplitude, 0.0, 10.0)]
    }

    fn apply_control(&mut self, _: &Neuron, _: &ControlId, value: &Value) -> Result<bool, SessionError> {
        self.built.as_ref().ok_or("not built")?.set_amplitude(value.as_f64().ok_or("a number")?)?;
        Ok(true)
    }
}

/// A session, and what a viewer makes of it.
struct Watched {
    session: NeuronSession<Model>,
    emitter: Emitter,
    updates: UpdateReceiver,
    scene: Scene,
}

impl Watched {
    fn new(kind: Kind, watching: Watching) -> Self {
        let (mut emitter, updates) = Emitter::linked();
        let mut session = NeuronSession::new(Model { kind, watching, built: None });
        let scene = session.initialize(&mut emitter).unwrap().unwrap();
        emitter.emit(SessionUpdate::SceneReady(Box::new(scene)));
        let mut watched = Self { session, emitter, updates, scene: Scene::new() };
        watched.take();
        watched
    }

    fn take(&mut self) {
        for update in self.updates.try_recv() {
            assert!(!matches!(update, SessionUpdate::Error(_)), "{update:?}");
            self.scene.apply(update).unwrap();
        }
    }

    fn obey(&mut self, command: &SessionCommand) {
        self.session.handle(command, &mut self.emitter).unwrap();
    }

    /// Everything as NEURON has it, and the potentials as they are to be shown.
    fn potentials(&self) -> (Vec<f64>, Vec<f32>) {
        let built = self.session.model().built.as_ref().unwrap();
        let (exact, sections) = (everything(built), &built.sections);
        let mut places = std::collections::HashMap::new();
        let mut next = 0;
        for section in sections {
            places.insert(section.name().to_owned(), next);
            next += section.nseg().unwrap();
        }
        let cell = self.scene.morphology(&GEOMETRY.into()).unwrap();
        let rows = cell.sections().iter();
        let shown = rows.flat_map(|row| {
            let first = places[&*row.name];
            exact[first..first + row.nseg as usize].iter().map(|v| *v as f32)
        });
        let shown = shown.collect();
        (exact, shown)
    }

    fn entity(&self, compartment: usize) -> EntityId {
        self.scene.morphology(&GEOMETRY.into()).unwrap().entity_id(compartment as u32).unwrap()
    }

    /// Runs, moves the slider, clicks, and holds every sample against NEURON's number. Gives the hashes.
    fn run(mut self, kind: &Kind, watching: Watching) -> Vec<(usize, u64)> {
        let (exact, first) = self.potentials();
        let (mut hashes, mut shown) = (vec![(0, hash(&exact))], vec![(0, first)]);
        let mut step = 0;
        while step < STEPS {
            // The slider moves before the step of its number.
            if let Some(amplitude) = moved(kind, step + 1) {
                self.obey(&SessionCommand::set("amplitude", amplitude));
            }
            if step % 50 == 0 {
                let entity = self.entity(step * 7 % shown[0].1.len());
                self.obey(&SessionCommand::EntityClicked { entity, modifiers: Default::default() });
            }
            let before = self.emitter.steps();
            self.session.advance(&mut self.emitter).unwrap();
            step += (self.emitter.steps() - before) as usize;
            self.take();
            let (exact, rounded) = self.potentials();
            assert!(self.scene.fields[DISPLAY_FIELD].as_slice().unwrap() == rounded, "{}: step {step}", kind.name);
            hashes.push((step, hash(&exact)));
            shown.push((step, rounded));
        }
        self.check_traces(kind, watching, &shown);
        self.session.shutdown();
        hashes
    }

    fn check_traces(&self, kind: &Kind, watching: Watching, shown: &[(usize, Vec<f32>)]) {
        let history = &self.scene.fields[HISTORY_FIELD];
        assert_eq!(history.shape()[1], STEPS + 1, "{} {watching:?}", kind.name);
        let compartments = shown[0].1.len();
        let mut traced = 0;
        for compartment in 0..compartments {
            let Some(trace) = history.series_of("time", self.entity(compartment).as_str()) else { continue };
            let same = shown.iter().all(|(step, values)| trace[*step].to_bits() == values[compartment].to_bits());
            assert!(same, "{} {watching:?}: the trace of compartment {compartment}", kind.name);
            traced += 1;
        }
        assert_eq!(traced, history.shape()[0]);
        assert!(traced == compartments || (watching.history == HistoryCapture::OnDemand && traced >= 1));
    }
}

#[test]
fn no_model_notices_that_it_is_watched() {
    if std::env::var_os(ALONE).is_some() {
        return bare();
    }
    let Some(_turn) = common::turn() else { return };
    let alone = alone();
    assert_eq!(alone.len(), ZOO.len() * (STEPS + 1));
    for kind in &ZOO {
        let expected: Vec<u64> = alone.iter().filter(|(name, _)| name == kind.name).map(|(_, bits)| *bits).collect();
        let different = expected.iter().collect::<std::collections::HashSet<_>>().len();
        assert!(different > STEPS / 4, "{}: something happens: {different}", kind.name);
        let (on_demand, full) = (HistoryCapture::OnDemand, HistoryCapture::Full);
        for (history, steps) in [(on_demand, 1), (full, 1), (on_demand, 5), (full, 10)] {
            let watching = Watching { history, steps };
            // A slider moves between two updates only; those of more steps see it move where they begin.
            let hashes = Watched::new(*kind, watching).run(kind, watching);
            let wrong = hashes.iter().find(|(step, bits)| expected[*step] != *bits);
            assert_eq!(wrong, None, "{} {watching:?}: the first step that differs", kind.name);
        }
        println!("{}: {} steps, {different} different", kind.name, expected.len());
    }
}
