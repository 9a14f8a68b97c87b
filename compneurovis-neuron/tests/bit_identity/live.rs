//! A session on its own thread, moved by the commands of a viewer.

use std::sync::{Arc, Mutex};

use compneurovis_core::{AppSpec, Emitter, Scene, Session, SessionCommand, SessionError, Viewer};
use compneurovis_neuron::{GEOMETRY, HistoryCapture, NeuronSession};

use crate::bits::{everything, hash, places, rounded};
use crate::common::look::{Look, start_paused};
use crate::common::zoo::Kind;
use crate::model::{Model, Watching};
use crate::{STEPS, moved};

/// What NEURON had after each step, and which of it each compartment has.
#[derive(Default)]
struct Heard {
    steps: Vec<Vec<f64>>,
    places: Vec<usize>,
}

/// A session whose numbers are read by single calls after each of its updates.
struct Overheard {
    session: NeuronSession<Model>,
    heard: Arc<Mutex<Heard>>,
}

impl Overheard {
    fn hear(&self) {
        let exact = everything(self.session.model().built.as_ref().unwrap());
        self.heard.lock().unwrap().steps.push(exact);
    }
}

impl Session for Overheard {
    fn startup_scene(&mut self) -> Result<Option<Scene>, SessionError> {
        self.session.startup_scene()
    }

    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let scene = self.session.initialize(emitter)?.ok_or("a scene")?;
        let cell = scene.morphology(&GEOMETRY.into()).ok_or("a cell")?;
        let places = places(cell, &self.session.model().built.as_ref().ok_or("built")?.sections);
        *self.heard.lock().unwrap() = Heard { steps: Vec::new(), places };
        self.hear();
        Ok(Some(scene))
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

/// Single steps with clicks, then some at a time. Holds what is shown against NEURON's numbers, and gives their
/// hashes.
pub(crate) fn run(kind: &Kind) -> Vec<(usize, u64)> {
    let heard = Arc::<Mutex<Heard>>::default();
    let (of, ears) = (*kind, heard.clone());
    let app = AppSpec::new("same bits", move || {
        let watching = Watching { history: HistoryCapture::OnDemand, steps: 1 };
        let session = NeuronSession::new(Model { kind: of, watching, built: None });
        Ok(Overheard { session, heard: ears.clone() })
    });
    let mut viewer = start_paused(app);
    let places = heard.lock().unwrap().places.clone();
    let mut step = 0;
    while step < STEPS {
        if let Some(amplitude) = moved(kind, step + 1) {
            viewer.wish_for("amplitude", amplitude);
        }
        viewer.touch(&entity(&viewer, step * 7 % places.len()));
        // Up to where the slider moves next, or only one.
        let next = (step + 2..=STEPS).find(|at| moved(kind, *at).is_some() || at % 25 == 1).map_or(STEPS, |at| at - 1);
        if step < 60 {
            assert_eq!(viewer.step().unwrap(), 1);
            step += 1;
        } else {
            viewer.run_until(next as f64 * kind.dt_ms).unwrap();
            step = next;
        }
        let expected = rounded(&heard.lock().unwrap().steps[step], &places);
        assert!(viewer.display() == expected, "{}: what is shown at step {step} is not NEURON's", kind.name);
    }
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
    let heard = heard.lock().unwrap();
    check_traces(&viewer, kind, &heard);
    heard.steps.iter().map(|exact| hash(exact)).enumerate().collect()
}

fn entity(viewer: &Viewer, compartment: usize) -> String {
    let cell = viewer.scene.morphology(&GEOMETRY.into()).unwrap();
    cell.entity_id(compartment as u32).unwrap().to_string()
}

/// Every sample of every trace is NEURON's number, rounded.
fn check_traces(viewer: &Viewer, kind: &Kind, heard: &Heard) {
    let steps: Vec<usize> = viewer.times().iter().map(|time| (time / kind.dt_ms).round() as usize).collect();
    assert_eq!(steps, (0..=STEPS).collect::<Vec<_>>());
    let traced: Vec<usize> = (0..heard.places.len())
        .filter(|compartment| viewer.history().series_of("time", &entity(viewer, *compartment)).is_some())
        .collect();
    assert!(traced.len() > 20 && traced.len() == viewer.history().shape()[0], "{}", traced.len());
    for compartment in traced {
        let expected = heard.steps.iter().map(|exact| (exact[heard.places[compartment]] as f32).to_bits());
        let found = viewer.bits(&entity(viewer, compartment));
        assert!(found.into_iter().eq(expected), "{}: the trace of compartment {compartment}", kind.name);
    }
}
