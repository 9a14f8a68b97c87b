//! What it costs a session to emit, with nobody who takes the updates: each one is coalesced with
//! what waits. `outbox/replace/...`: the values of all compartments. `outbox/append/...`: one
//! more sample of each trace, merged with the full history that waits. `outbox/flood/stopped` and
//! `outbox/flood/keeping_up`: a flood of values with a reader that has stopped, and with one that takes
//! and returns all of them, block by block in turn; their ratio is told at the end.
//!
//! The floors: `copy` copies the values into memory that is there, `vec` pushes to one plain `Vec` for
//! each trace.

#![expect(clippy::print_stdout, reason = "the ratio of a pair is told on the terminal")]

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use compneurovis_core::{Emitter, Field, FieldId, Scene, UpdateReceiver};
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

/// Compartments of the cell that is flooded with.
const FLOOD: usize = 250_000;

/// Emits before it is the other reader's turn.
const BLOCK: u64 = 100;

/// Takes and applies what comes, and gives the old values back, as a frontend does.
fn keep_up(updates: &UpdateReceiver, reads: &AtomicBool, ended: &AtomicBool) {
    let zeros = Field::series("v", "x", vec![0.0; FLOOD], vec![0.0; FLOOD]).expect("a field like others");
    let mut scene = Scene::new().with_field(zeros);
    while !ended.load(Ordering::Relaxed) {
        if !reads.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(1));
            continue;
        }
        for update in updates.recv_timeout(Duration::from_millis(1)) {
            let replaced = scene.apply(update).expect("as many values");
            replaced.into_iter().for_each(|buffer| updates.recycle(buffer));
        }
    }
}

/// A flood, and what each of its emits took in us: with a reader that has stopped, and with one that
/// keeps up.
struct Flood {
    emitter: Emitter,
    field: FieldId,
    values: Vec<f32>,
    reads: Arc<AtomicBool>,
    times_us: [Vec<f64>; 2],
}

impl Flood {
    /// So many emits with either reader, block by block in turn; the time of those with the one asked for.
    fn run(&mut self, reader_keeps_up: bool, iterations: u64) -> Duration {
        let mut sum = Duration::ZERO;
        let mut left = iterations;
        while left > 0 {
            let emits = left.min(BLOCK);
            left -= emits;
            for now in [false, true] {
                self.reads.store(now, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(3));
                let took = self.block(now, emits);
                sum += if now == reader_keeps_up { took } else { Duration::ZERO };
            }
        }
        sum
    }

    fn block(&mut self, reads: bool, emits: u64) -> Duration {
        let mut sum = Duration::ZERO;
        for _ in 0..emits {
            let begin = Instant::now();
            let mut buffer = self.emitter.take_buffer(FLOOD);
            buffer.extend_from_slice(&self.values);
            self.emitter.replace(&self.field, buffer);
            let took = begin.elapsed();
            self.times_us[usize::from(reads)].push(took.as_secs_f64() * 1e6);
            sum += took;
        }
        sum
    }
}

fn flood(criterion: &mut Criterion) {
    let (emitter, updates) = Emitter::linked();
    let (reads, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (told, end) = (reads.clone(), ended.clone());
    let reader = thread::Builder::new().name("reader".to_owned()).spawn(move || keep_up(&updates, &told, &end));
    let (field, values, times_us) = (FieldId::from("v"), vec![-65.0; FLOOD], [Vec::new(), Vec::new()]);
    let mut flood = Flood { emitter, field, values, reads, times_us };
    // The first makes the buffers.
    flood.run(false, BLOCK);
    flood.times_us = [Vec::new(), Vec::new()];
    let mut group = criterion.benchmark_group("outbox");
    for (name, keeps_up) in [("flood/stopped", false), ("flood/keeping_up", true)] {
        group.bench_function(name, |bencher| bencher.iter_custom(|iterations| flood.run(keeps_up, iterations)));
    }
    ended.store(true, Ordering::Relaxed);
    reader.expect("a thread").join().expect("it ends");
    tell_ratio(flood.times_us);
}

/// The medians over all emits of either kind, which were made by turns.
fn tell_ratio(times_us: [Vec<f64>; 2]) {
    let [stopped, keeping_up] = times_us.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
    });
    println!(
        "outbox/flood, medians of an emit: stopped {stopped:.1} us, keeping up {keeping_up:.1} us, ratio {:.3}",
        stopped / keeping_up
    );
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = replace, append, flood
}
criterion_main!(benches);
