//! A session on this thread, and what a viewer makes of it.

use compneurovis_core::{Emitter, EntityId, Scene, Session, SessionCommand, SessionUpdate, runner::UpdateReceiver};
use compneurovis_neuron::{DISPLAY_FIELD, GEOMETRY, HISTORY_FIELD, HistoryCapture, NeuronSession};

use crate::bits::{everything, hash, places, rounded};
use crate::common::zoo::Kind;
use crate::model::{Model, Watching};
use crate::{STEPS, moved};

pub(crate) struct Watched {
    session: NeuronSession<Model>,
    emitter: Emitter,
    updates: UpdateReceiver,
    scene: Scene,
    places: Vec<usize>,
}

impl Watched {
    pub(crate) fn new(kind: Kind, watching: Watching) -> Self {
        let (mut emitter, updates) = Emitter::linked();
        let mut session = NeuronSession::new(Model { kind, watching, built: None });
        session.startup_scene().unwrap();
        let scene = session.initialize(&mut emitter).unwrap().unwrap();
        let cell = scene.morphology(&GEOMETRY.into()).unwrap();
        let places = places(cell, &session.model().built.as_ref().unwrap().sections);
        emitter.emit(SessionUpdate::SceneReady(Box::new(scene)));
        let mut watched = Self { session, emitter, updates, scene: Scene::new(), places };
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

    /// The hash of everything as NEURON has it, and the potentials as they are to be shown.
    fn now(&self) -> (u64, Vec<f32>) {
        let exact = everything(self.session.model().built.as_ref().unwrap());
        (hash(&exact), rounded(&exact, &self.places))
    }

    fn entity(&self, compartment: usize) -> EntityId {
        self.scene.morphology(&GEOMETRY.into()).unwrap().entity_id(compartment as u32).unwrap()
    }

    /// Runs, moves the slider, clicks, and holds every sample against NEURON's number. Gives the hashes.
    pub(crate) fn run(mut self, kind: &Kind, watching: Watching) -> Vec<(usize, u64)> {
        let (bits, first) = self.now();
        let (mut hashes, mut shown) = (vec![(0, bits)], vec![(0, first)]);
        let mut step = 0;
        while step < STEPS {
            // The slider moves before the step of its number.
            if let Some(amplitude) = moved(kind, step + 1) {
                self.obey(&SessionCommand::set("amplitude", amplitude));
            }
            if step % 50 == 0 {
                let entity = self.entity(step * 7 % self.places.len());
                self.obey(&SessionCommand::EntityClicked { entity, modifiers: Default::default() });
            }
            let before = self.emitter.steps();
            self.session.advance(&mut self.emitter).unwrap();
            step += (self.emitter.steps() - before) as usize;
            self.take();
            let (bits, values) = self.now();
            assert!(self.scene.fields[DISPLAY_FIELD].as_slice().unwrap() == values, "{}: step {step}", kind.name);
            hashes.push((step, bits));
            shown.push((step, values));
        }
        self.check_traces(kind, watching, &shown);
        self.session.shutdown();
        hashes
    }

    /// Every sample of every trace is NEURON's number, rounded.
    fn check_traces(&self, kind: &Kind, watching: Watching, shown: &[(usize, Vec<f32>)]) {
        let history = &self.scene.fields[HISTORY_FIELD];
        assert_eq!(history.shape()[1], STEPS + 1, "{} {watching:?}", kind.name);
        let compartments = self.places.len();
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
