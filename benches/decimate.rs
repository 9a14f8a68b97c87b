//! `decimate/columns/...`: a series of so many samples to one column for each of 1,000 pixels, all of
//! it and, `zoomed`, a tenth of it. `decimate/follow/...`: what a plot does in a frame, with ten new
//! samples of a full window: it follows the field and makes the columns. `decimate/append/...`: so
//! many new samples told to the pyramid of a full window. `decimate/rebuild/...`: all samples told.
//!
//! The floors: `scan` is the pass over all samples that makes the same columns, `least` the plainest
//! loop over them, which finds one least and one greatest; `append_copy` appends to a plain `Vec`.

use std::{hint::black_box, time::Duration};

use compneurovis_core::{
    Field,
    decimate::{MinMaxPyramid, SeriesFollower, scan_columns},
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array1;

/// Samples of a series.
const SAMPLES: [usize; 3] = [10_000, 1_000_000, 10_000_000];

/// Samples in a batch.
const BATCHES: [usize; 3] = [1, 10, 1_000];

/// Samples that are kept while others are appended.
const WINDOW: usize = 100_000;

/// Pixels.
const COLUMNS: usize = 1_000;

/// Times and values of a cell that spikes now and then.
fn series(samples: usize) -> (Vec<f64>, Vec<f32>) {
    let value = |at: usize| if at.is_multiple_of(1_003) { 30.0 } else { -65.0 + (at as f32 * 0.01).sin() };
    ((0..samples).map(|at| 0.1 * at as f64).collect(), (0..samples).map(value).collect())
}

fn columns(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decimate");
    for samples in SAMPLES {
        let (x, y) = series(samples);
        let end = x[samples - 1];
        let (mut pyramid, mut columns) = (MinMaxPyramid::new(), Vec::new());
        pyramid.rebuild(&y);
        for (name, range) in [("columns", (0.0, end)), ("columns_zoomed", (0.3 * end, 0.4 * end))] {
            group.bench_function(BenchmarkId::new(name, samples), |bencher| {
                bencher.iter(|| pyramid.columns(black_box(&x), black_box(&y), range, COLUMNS, &mut columns));
            });
        }
        group.bench_function(BenchmarkId::new("scan", samples), |bencher| {
            bencher.iter(|| scan_columns(black_box(&x), black_box(&y), (0.0, end), COLUMNS, &mut columns));
        });
        group.bench_function(BenchmarkId::new("least", samples), |bencher| {
            bencher.iter(|| {
                let least = black_box(&y).iter().fold(f32::INFINITY, |least, &y| if y < least { y } else { least });
                let most = black_box(&y).iter().fold(f32::NEG_INFINITY, |most, &y| if y > most { y } else { most });
                (least, most)
            });
        });
        group.bench_function(BenchmarkId::new("rebuild", samples), |bencher| {
            bencher.iter(|| pyramid.rebuild(black_box(&y)));
        });
    }
}

fn follow(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decimate");
    for samples in SAMPLES {
        let (x, y) = series(samples);
        let mut field = Field::series("v", "time", x, y).expect("as many times as values");
        let (mut follower, mut columns) = (SeriesFollower::new(), Vec::new());
        let batch = Array1::from_elem(10, -60.0).into_dyn();
        let mut time_ms = 0.1 * samples as f64;
        group.bench_function(BenchmarkId::new("follow", samples), |bencher| {
            bencher.iter(|| {
                let times: [f64; 10] = std::array::from_fn(|at| time_ms + 0.1 * at as f64);
                time_ms += 1.0;
                field.append("time", &batch.view(), &times, Some(samples)).expect("the batch fits the field");
                let series = follower.follow(&field, "time", &[]).expect("a series over time");
                series.columns((time_ms - 0.1 * samples as f64, time_ms), COLUMNS, &mut columns);
            });
        });
    }
}

fn append(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decimate");
    let (_, window) = series(WINDOW);
    for batch in BATCHES {
        let newer = vec![-65.0_f32; batch];
        group.throughput(Throughput::Elements(batch as u64));
        group.bench_function(BenchmarkId::new("append", batch), |bencher| {
            let mut pyramid = MinMaxPyramid::new();
            pyramid.rebuild(&window);
            bencher.iter(|| {
                pyramid.append(black_box(&newer));
                pyramid.keep_newest(WINDOW);
            });
        });
        group.bench_function(BenchmarkId::new("append_copy", batch), |bencher| {
            let mut series = window.clone();
            bencher.iter(|| {
                if series.len() + batch > 2 * WINDOW {
                    series.drain(..series.len() - WINDOW);
                }
                series.extend_from_slice(black_box(&newer));
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = columns, follow, append
}
criterion_main!(benches);
