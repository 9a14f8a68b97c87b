//! What it costs a session to emit, with nobody who takes the updates: each one is coalesced with
//! what waits. `outbox/replace/...`: the values of all compartments. `outbox/append/...`: one
//! more sample of each trace, merged with the full history that waits.
//!
//! The floors: `copy` copies the values into memory that is there, `vec` pushes to one plain `Vec` for
//! each trace.

use std::{hint::black_box, time::Duration};

use compneurovis_core::Emitter;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;

/// Compartments whose values are emitted.
const COMPARTMENTS: [usize; 3] = [1_000, 71_000, 1_000_000];

/// How many traces there are.
const TRACES: [usize; 3] = [1, 10, 100];

/// Samples of a trace that are kept, as NEURON sessions have it.
const MAX_SAMPLES: usize = 1_000;

fn replace(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("outbox");
    for compartments in COMPARTMENTS {
        let values = vec![-65.0_f32; compartments];
        group.throughput(Throughput::Bytes(size_of_val(&*values) as u64));
        group.bench_function(BenchmarkId::new("replace/ours", compartments), |bencher| {
            let mut emitter = Emitter::detached();
            bencher.iter(|| {
                let mut buffer = emitter.take_buffer(compartments);
                buffer.extend_from_slice(&values);
                emitter.replace("v", buffer);
            });
        });
        group.bench_function(BenchmarkId::new("replace/copy", compartments), |bencher| {
            let mut buffer = values.clone();
            bencher.iter(|| black_box(&mut buffer).copy_from_slice(black_box(&values)));
        });
    }
}

fn append(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("outbox");
    for traces in TRACES {
        group.throughput(Throughput::Elements(traces as u64));
        group.bench_function(BenchmarkId::new("append/ours", traces), |bencher| {
            let mut emitter = Emitter::detached();
            let mut time_ms = 0.0;
            let mut emit = || {
                time_ms += 0.1;
                let values = Array2::from_elem((traces, 1), -65.0).into_dyn();
                emitter.append("history", "time", &[time_ms], values, Some(MAX_SAMPLES));
            };
            (0..MAX_SAMPLES).for_each(|_| emit());
            bencher.iter(emit);
        });
        group.bench_function(BenchmarkId::new("append/vec", traces), |bencher| {
            let mut history = vec![vec![-65.0_f32; MAX_SAMPLES]; traces];
            bencher.iter(|| push_each(black_box(&mut history)));
        });
    }
}

fn push_each(history: &mut [Vec<f32>]) {
    for trace in history {
        if trace.len() == 2 * MAX_SAMPLES {
            trace.drain(..MAX_SAMPLES);
        }
        trace.push(-65.0);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = replace, append
}
criterion_main!(benches);
