//! Whole frames of the window at 1280x720, drawn into an image, each waited for to the end.
//!
//! `frame/still/...` and `frame/turning/...` show a cell of so many nodes, every frame with values that the one before
//! had not; turning, the camera moves too. `frame/window/...` is `still` with the panels around the cell. The floors:
//! `frame/empty`, the same app with a camera and nothing to see, and `frame/panels`, the panels alone with new values.
//! `frame/first/...` is all from the start of the app to the first picture of a cell whose geometry there is.
//!
//! The session has its values ready when the frame begins, and stands still while it is drawn: what
//! a simulator beside the window costs is not in these figures.

#![expect(clippy::print_stderr, reason = "says what draws, or why nothing is measured")]

use std::{
    cell::LazyCell,
    time::{Duration, Instant},
};

use bevy::prelude::Visibility;
use compneurovis_benches::{Cell, NODES, Viewer, processor_ms};
use compneurovis_bevy::FrontendError;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};

/// Nodes of the cell whose first picture is waited for.
const LARGEST: usize = 1_000_000;

fn frame(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    match Viewer::empty() {
        Ok(mut viewer) => {
            eprintln!("frames are drawn by {}", viewer.headless.adapter());
            bench(&mut group, "empty", || viewer.headless.frame());
        }
        Err(error @ FrontendError::NoAdapter(_)) => return eprintln!("skipped: {error}"),
        Err(error) => panic!("{error}"),
    }
    NODES.into_iter().for_each(|nodes| cell(&mut group, nodes));
    panels(&mut group);
    first(&mut group);
}

fn cell(group: &mut BenchmarkGroup<'_, WallTime>, nodes: usize) {
    // Only if one of its benchmarks is wanted.
    let mut viewer = LazyCell::new(|| showing(nodes, false));
    bench(group, format!("still/{nodes}"), || viewer.fresh_frame());
    bench(group, format!("turning/{nodes}"), || {
        viewer.turn();
        viewer.fresh_frame()
    });
}

fn panels(group: &mut BenchmarkGroup<'_, WallTime>) {
    let mut viewer = LazyCell::new(|| {
        let mut viewer = showing(NODES[0], true);
        let cell = viewer.cell();
        viewer.headless.world_mut().entity_mut(cell).insert(Visibility::Hidden);
        viewer
    });
    bench(group, "panels", || viewer.fresh_frame());
    for nodes in [NODES[0], LARGEST] {
        let mut viewer = LazyCell::new(|| showing(nodes, true));
        bench(group, format!("window/{nodes}"), || viewer.fresh_frame());
    }
}

fn first(group: &mut BenchmarkGroup<'_, WallTime>) {
    let geometry = LazyCell::new(|| Cell::new(LARGEST, "cell").geometry);
    group.sample_size(10);
    bench(group, format!("first/{LARGEST}"), || {
        let geometry = geometry.clone();
        let begin = Instant::now();
        let viewer = started(Viewer::first_picture(geometry, true));
        let took = begin.elapsed();
        drop(viewer);
        took
    });
}

fn showing(nodes: usize, panels: bool) -> Viewer {
    started(Viewer::showing(Cell::new(nodes, "cell").geometry, panels))
}

fn started(viewer: Result<Viewer, FrontendError>) -> Viewer {
    viewer.unwrap_or_else(|error| panic!("{error}"))
}

/// Measures what `frame` says that it took.
fn bench(group: &mut BenchmarkGroup<'_, WallTime>, id: impl Into<String>, mut frame: impl FnMut() -> Duration) {
    let id = id.into();
    let (mut frames, mut processor) = (0, 0.0);
    group.bench_function(id.as_str(), |bencher| {
        bencher.iter_custom(|iterations| {
            // The first frame of all makes the app.
            frame();
            let before = processor_ms();
            let took = (0..iterations).map(|_| frame()).sum();
            if let Some((before, after)) = before.zip(processor_ms()) {
                (frames, processor) = (frames + iterations, processor + after - before);
            }
            took
        });
    });
    if frames > 0 {
        eprintln!("frame/{id}: {:.1} ms of processor time for a frame", processor / frames as f64);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4));
    targets = frame
}
criterion_main!(benches);
