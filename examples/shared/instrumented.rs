//! A session with a stopwatch.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use compneurovis_core::{Emitter, Scene, Session, SessionCommand, SessionError};
use compneurovis_neuron::{NeuronModel, NeuronSession, StepCost};

/// The action that measures what watching costs. No scene lists it.
pub(crate) const MEASURE_STEPS: &str = "measure steps";

/// Blocks of steps, watched and bare in turn, and how many steps each has.
const BLOCKS: usize = 10;
const BLOCK_STEPS: usize = 30;

/// What the stopwatch says. Shared between the worker thread and the one that asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stopwatch(Arc<Mutex<Times>>);

/// The times of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    /// From the first hook until the scene was ready.
    pub(crate) init_ms: Option<f64>,
    /// Microseconds of each step, watched by the viewer, since this was last cleared.
    pub(crate) step_us: Vec<f64>,
    /// The outcome of the measurement, once it is there.
    pub(crate) cost: Option<StepCost>,
}

impl Stopwatch {
    pub(crate) fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A NEURON session that is timed.
pub(crate) struct Instrumented<M> {
    session: NeuronSession<M>,
    stopwatch: Stopwatch,
    first_hook: Option<Instant>,
}

impl<M: NeuronModel> Instrumented<M> {
    pub(crate) fn new(model: M, stopwatch: Stopwatch) -> Self {
        Self { session: NeuronSession::new(model), stopwatch, first_hook: None }
    }
}

impl<M: NeuronModel> Session for Instrumented<M> {
    fn startup_scene(&mut self) -> Result<Option<Scene>, SessionError> {
        self.first_hook = Some(Instant::now());
        self.session.startup_scene()
    }

    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let scene = self.session.initialize(emitter)?;
        self.stopwatch.times().init_ms = self.first_hook.map(|first| first.elapsed().as_secs_f64() * 1e3);
        Ok(scene)
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let (begin, before) = (Instant::now(), emitter.steps());
        self.session.advance(emitter)?;
        let steps = (emitter.steps() - before).max(1);
        self.stopwatch.times().step_us.push(begin.elapsed().as_secs_f64() * 1e6 / steps as f64);
        Ok(())
    }

    fn handle(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        if matches!(command, SessionCommand::InvokeAction { action, .. } if action.as_str() == MEASURE_STEPS) {
            let cost = self.session.step_cost(BLOCKS, BLOCK_STEPS)?;
            self.stopwatch.times().cost = Some(cost);
            return Ok(());
        }
        self.session.handle(command, emitter)
    }

    fn shutdown(&mut self) {
        self.session.shutdown();
    }
}
