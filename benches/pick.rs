//! What is under the pointer, at 1280x720 with the whole cell in view: from a position to a cell, a compartment and
//! its id, at places all over the picture.

#![expect(clippy::print_stderr, reason = "says why nothing is measured")]

use std::{cell::LazyCell, hint::black_box};

use bevy::prelude::Vec2;
use compneurovis_benches::{Cell, NODES, SIZE, Viewer};
use compneurovis_bevy::FrontendError;
use criterion::{Criterion, criterion_group, criterion_main};

/// Pixels between the places in a row and between the rows; with the size of the picture no common divisor.
const STEP: (usize, usize) = (37, 31);

fn pick(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pick");
    if let Err(error @ FrontendError::NoAdapter(_)) = Viewer::empty() {
        return eprintln!("skipped: {error}");
    }
    for nodes in NODES {
        let geometry = LazyCell::new(|| Cell::new(nodes, "cell").geometry);
        let mut viewer = LazyCell::new(|| Viewer::showing(geometry.clone(), false).expect("a picture"));
        let mut places = places().into_iter().cycle();
        group.bench_function(nodes.to_string(), |bencher| {
            bencher.iter(|| {
                let found = viewer.pick(places.next().unwrap_or_default());
                black_box(found.and_then(|(_, compartment)| geometry.entity_id(compartment)))
            });
            let found = self::places().into_iter().filter(|place| viewer.pick(*place).is_some()).count();
            assert!(found > 0, "some places show the cell");
        });
    }
}

fn places() -> Vec<Vec2> {
    let rows = (0..SIZE.1).step_by(STEP.1);
    rows.flat_map(|y| (0..SIZE.0).step_by(STEP.0).map(move |x| Vec2::new(x as f32, y as f32) + 0.5)).collect()
}

criterion_group!(benches, pick);
criterion_main!(benches);
