//! Steps of a model in NEURON, a generated cell with Hodgkin-Huxley channels everywhere and a
//! current into its soma, by the number of its compartments.
//!
//! `neuron_step/session/...`: by a session, which samples every compartment after every step and
//! emits it. The floor, `neuron_step/bare/...`: NEURON's own steps of the same model in the same process.
//! Both start from the initial state and run the same [`BLOCK`]s of steps. On a machine with other work the
//! two see other loads, so the ratio of both in turn, block by block, is printed as well.

#![expect(clippy::print_stderr, reason = "says why nothing is measured")]

use std::{
    cell::{Cell as Shared, LazyCell},
    rc::Rc,
    time::{Duration, Instant},
};

use compneurovis_benches::Cell;
use compneurovis_core::{ActionId, Emitter, Payload, Session, SessionCommand, SessionError};
use compneurovis_neuron::{
    GEOMETRY, Neuron, NeuronError, NeuronModel, NeuronSession, NeuronSettings, PointProcess, Search, Section,
    SectionSpec, build_swc_cell,
};
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main, measurement::WallTime};

/// Compartments of the cells; the first is one section.
const COMPARTMENTS: [usize; 5] = [1, 240, 2_500, 20_000, 257_000];

/// Steps from the initial state before the model starts over: 10 ms, with a spike in them.
const BLOCK: u64 = 100;

/// The action that advances NEURON by bare steps. No scene lists it.
const BARE_STEPS: &str = "bare steps";

/// A cell that can be advanced without its session.
struct Model {
    /// A single compartment if there is none.
    cell: Option<Cell>,
    clamp: Option<PointProcess>,
    bare: Rc<Bare>,
}

/// Bare steps: how many are wanted, and how long they took.
#[derive(Default)]
struct Bare {
    steps: Shared<u64>,
    took: Shared<Duration>,
}

impl NeuronModel for Model {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        settings.allow_fetch = true;
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        match &self.cell {
            Some(cell) => Ok(build_swc_cell(neuron, &cell.sections, Cell::nseg, &["hh"])?),
            None => Ok(neuron.build_sections(&[SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(&["hh"])])?),
        }
    }

    fn setup_model(&mut self, _neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        let clamp = sections[0].point_process("IClamp", 0.5)?;
        for (name, value) in [("del", 1.0), ("dur", 5.0), ("amp", 1.0)] {
            clamp.set(name, value)?;
        }
        self.clamp = Some(clamp);
        Ok(())
    }

    fn apply_action(&mut self, neuron: &Neuron, action: &ActionId, _payload: &Payload) -> Result<bool, SessionError> {
        if action.as_str() != BARE_STEPS {
            return Ok(false);
        }
        let begin = Instant::now();
        for _ in 0..self.bare.steps.get() {
            neuron.advance()?;
        }
        self.bare.took.set(begin.elapsed());
        Ok(true)
    }
}

/// A session, and what it emits to.
struct Watched {
    session: NeuronSession<Model>,
    emitter: Emitter,
    bare: Rc<Bare>,
}

impl Watched {
    fn new(compartments: usize) -> Result<Self, SessionError> {
        let bare = Rc::new(Bare::default());
        let cell = (compartments > 1).then(|| Cell::of_compartments(compartments, GEOMETRY));
        let model = Model { cell, clamp: None, bare: bare.clone() };
        let mut watched = Self { session: NeuronSession::new(model), emitter: Emitter::detached(), bare };
        watched.session.startup_scene()?;
        watched.session.initialize(&mut watched.emitter)?;
        Ok(watched)
    }

    fn reset(&mut self) -> Result<(), SessionError> {
        self.session.handle(&SessionCommand::Reset, &mut self.emitter)
    }

    /// Steps of the session. It makes one in each advance, as it has been told nothing else.
    fn watched_steps(&mut self, steps: u64) -> Result<Duration, SessionError> {
        self.reset()?;
        let (begin, before) = (Instant::now(), self.emitter.steps());
        for _ in 0..steps {
            self.session.advance(&mut self.emitter)?;
        }
        let took = begin.elapsed();
        assert_eq!(self.emitter.steps() - before, steps);
        Ok(took)
    }

    /// The medians in us of steps of the session and of NEURON alone, block by block in turn.
    fn in_turn(&mut self, compartments: usize) -> (f64, f64) {
        let blocks = (2_000_000 / compartments.max(1000)).clamp(4, 1000);
        let cost = self.session.step_cost(blocks, BLOCK as usize).unwrap_or_else(|error| panic!("{error}"));
        cost.medians()
    }

    /// Steps of NEURON alone.
    fn bare_steps(&mut self, steps: u64) -> Result<Duration, SessionError> {
        self.reset()?;
        self.bare.steps.set(steps);
        self.bare.took.set(Duration::ZERO);
        let action = SessionCommand::invoke(BARE_STEPS);
        self.session.handle(&action, &mut self.emitter)?;
        let took = self.bare.took.get();
        // The session lives on after an action that fails.
        assert!(!took.is_zero(), "NEURON could not be advanced");
        Ok(took)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.session.shutdown();
    }
}

fn step(criterion: &mut Criterion) {
    // NEURON stays with this thread, so the sessions find it again.
    if let Err(error) = Neuron::acquire(&Search::new().allow_fetch(true)) {
        assert!(matches!(error, NeuronError::Start(_)), "{error}");
        return eprintln!("skipped, there is no NEURON: {error}");
    }
    let mut group = criterion.benchmark_group("neuron_step");
    for compartments in COMPARTMENTS {
        // Only if one of its benchmarks is wanted; gone before the next one needs NEURON.
        let mut watched = LazyCell::new(|| Watched::new(compartments).unwrap_or_else(|error| panic!("{error}")));
        bench(&mut group, BenchmarkId::new("bare", compartments), |steps| watched.bare_steps(steps));
        bench(&mut group, BenchmarkId::new("session", compartments), |steps| watched.watched_steps(steps));
        if let Some(watched) = LazyCell::get_mut(&mut watched) {
            let (session, bare) = watched.in_turn(compartments);
            eprintln!("neuron_step in turn/{compartments}: {session:.3} us, bare {bare:.3} us: {:.3}", session / bare);
        }
    }
}

/// Measures steps, in blocks that each begin at the initial state.
fn bench(
    group: &mut BenchmarkGroup<'_, WallTime>,
    id: BenchmarkId,
    mut run: impl FnMut(u64) -> Result<Duration, SessionError>,
) {
    group.bench_function(id, |bencher| {
        bencher.iter_custom(|steps| {
            let blocks = (0..steps).step_by(BLOCK as usize);
            blocks.map(|done| run(BLOCK.min(steps - done)).unwrap_or_else(|error| panic!("{error}"))).sum()
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5));
    targets = step
}
criterion_main!(benches);
