//! A heavy model until it can make its first step: its sections, their mechanisms, and the initial state.
//!
//! `neuron_build/session/...`: by a session, with its geometry, probes and scene. The floor,
//! `neuron_build/bare/...`: the same sections by direct calls in the order that is cheapest for NEURON. Both
//! begin with an empty interpreter in the same process; the cell is read before.

#![expect(clippy::print_stderr, reason = "says why nothing is measured")]

use std::{
    hint::black_box,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use compneurovis_benches::Cell;
use compneurovis_core::{Emitter, MorphologyGeometry, Session, SessionError};
use compneurovis_neuron::{
    GEOMETRY, Neuron, NeuronError, NeuronModel, NeuronSession, NeuronSettings, Search, Section, build_swc_cell,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

/// Compartments of the cell.
const COMPARTMENTS: usize = 257_000;

/// How many of both are compared in turn.
const PAIRS: usize = 5;

struct Model(Rc<Cell>);

impl NeuronModel for Model {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        settings.allow_fetch = true;
        settings
    }

    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        // Made anew, as by a session that has read its file.
        Ok(Some(Arc::new(self.0.sections.geometry(GEOMETRY, Cell::nseg)?)))
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(build_swc_cell(neuron, &self.0.sections, Cell::nseg, &["hh"])?)
    }
}

/// Builds, and empties NEURON again, which does not count.
fn bare(cell: &Rc<Cell>) -> Result<Duration, SessionError> {
    let begin = Instant::now();
    let neuron = Neuron::acquire(&Search::new())?;
    let sections = build_swc_cell(&neuron, &cell.sections, Cell::nseg, &["hh"])?;
    neuron.initialize(-65.0)?;
    let took = begin.elapsed();
    drop((sections, neuron));
    Ok(took)
}

fn session(cell: &Rc<Cell>) -> Result<Duration, SessionError> {
    let begin = Instant::now();
    let mut session = NeuronSession::new(Model(cell.clone()));
    black_box(session.startup_scene()?);
    black_box(session.initialize(&mut Emitter::detached())?);
    let took = begin.elapsed();
    session.shutdown();
    Ok(took)
}

fn build(criterion: &mut Criterion) {
    // NEURON stays with this thread, so each finds it again.
    if let Err(error) = Neuron::acquire(&Search::new().allow_fetch(true)) {
        assert!(matches!(error, NeuronError::Start(_)), "{error}");
        return eprintln!("skipped, there is no NEURON: {error}");
    }
    let cell = Rc::new(Cell::of_compartments(COMPARTMENTS, GEOMETRY));
    let mut group = criterion.benchmark_group("neuron_build");
    // Other work on the machine is as little in the way of the one as of the other.
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..PAIRS {
        took[0].push(bare(&cell).unwrap_or_else(|error| panic!("{error}")).as_secs_f64());
        took[1].push(session(&cell).unwrap_or_else(|error| panic!("{error}")).as_secs_f64());
    }
    // The best of each: whatever else was done at the time only adds.
    let [bare_s, session_s] = took.map(|times| times.into_iter().fold(f64::INFINITY, f64::min));
    eprintln!("neuron_build in turn/{COMPARTMENTS}: {session_s:.3} s, bare {bare_s:.3} s: {:.3}", session_s / bare_s);
    type Build = fn(&Rc<Cell>) -> Result<Duration, SessionError>;
    for (name, build) in [("bare", bare as Build), ("session", session)] {
        group.bench_function(BenchmarkId::new(name, COMPARTMENTS), |bencher| {
            bencher
                .iter_custom(|times| (0..times).map(|_| build(&cell).unwrap_or_else(|error| panic!("{error}"))).sum());
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_secs(1));
    targets = build
}
criterion_main!(benches);
