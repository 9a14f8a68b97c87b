//! The whole default window at 1280x720, live: a cell, its plot, the bars; each frame drawn into an image,
//! waited for to the end, with values that the one before had not. The floor is `window/empty`, the same
//! app with nothing in it.

#![expect(clippy::print_stderr, reason = "says what draws, or why nothing is measured")]

use std::time::Duration;

use compneurovis_benches::{Cell, Viewer};
use compneurovis_bevy::FrontendError;
use criterion::{Criterion, criterion_group, criterion_main};

/// Nodes of the cell.
const NODES: usize = 10_000;

fn window(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("window");
    match Viewer::empty() {
        Ok(mut viewer) => {
            eprintln!("frames are drawn by {}", viewer.headless.adapter());
            group.bench_function("empty", |bencher| {
                bencher.iter_custom(|count| (0..count).map(|_| viewer.headless.frame()).sum());
            });
        }
        Err(error @ FrontendError::NoAdapter(_)) => return eprintln!("skipped: {error}"),
        Err(error) => panic!("{error}"),
    }
    let geometry = Cell::new(NODES, "cell").geometry;
    let mut viewer = Viewer::showing(geometry, true).unwrap_or_else(|error| panic!("{error}"));
    group.bench_function("complex_cell", |bencher| {
        bencher.iter_custom(|count| (0..count).map(|_| viewer.fresh_frame()).sum());
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4));
    targets = window
}
criterion_main!(benches);
