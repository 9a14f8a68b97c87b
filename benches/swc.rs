//! `swc/parse/...`: text to samples. `swc/sections/...`: samples to the sections that NEURON makes
//! of them. `swc/geometry/...`: sections to what is drawn. `swc/generate/...`: a cell out of nothing.
//!
//! The floors: `newlines` counts the lines of the same text, `text` and `samples` copy the text and
//! the samples to memory that is new each time, as ours is.

use std::{hint::black_box, time::Duration};

use compneurovis_benches::{Cell, samples};
use compneurovis_swc::{Sample, Sections, parse_swc, write_swc};
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main, measurement::WallTime};

/// Nodes of the cells.
const NODES: [usize; 2] = [71_000, 1_000_000];

fn swc(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("swc");
    for nodes in NODES {
        let samples = samples(nodes);
        parse(&mut group, &samples);
        build(&mut group, &samples);
    }
}

fn parse(group: &mut BenchmarkGroup<'_, WallTime>, samples: &[Sample]) {
    let mut text = Vec::new();
    write_swc(samples, &mut text).expect("memory takes any text");
    group.bench_function(BenchmarkId::new("parse", samples.len()), |bencher| {
        bencher.iter_with_large_drop(|| parse_swc(black_box(&text)).expect("text that we wrote"));
    });
    group.bench_function(BenchmarkId::new("floor/newlines", samples.len()), |bencher| {
        bencher.iter(|| black_box(&text).iter().filter(|&&byte| byte == b'\n').count());
    });
    group.bench_function(BenchmarkId::new("floor/text", samples.len()), |bencher| {
        bencher.iter_with_large_drop(|| black_box(&text).clone());
    });
}

fn build(group: &mut BenchmarkGroup<'_, WallTime>, samples: &[Sample]) {
    let nodes = samples.len();
    let sections = || Sections::from_samples(black_box(samples)).expect("generated samples make a cell");
    group.bench_function(BenchmarkId::new("sections", nodes), |bencher| bencher.iter_with_large_drop(sections));
    group.bench_function(BenchmarkId::new("geometry", nodes), |bencher| {
        let sections = sections();
        let geometry = || black_box(&sections).geometry("cell", Cell::nseg).expect("generated sections can be drawn");
        bencher.iter_with_large_drop(geometry);
    });
    group.bench_function(BenchmarkId::new("generate", nodes), |bencher| {
        bencher.iter_with_large_drop(|| compneurovis_benches::samples(black_box(nodes)));
    });
    group.bench_function(BenchmarkId::new("floor/samples", nodes), |bencher| {
        bencher.iter_with_large_drop(|| black_box(samples).to_vec());
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    targets = swc
}
criterion_main!(benches);
