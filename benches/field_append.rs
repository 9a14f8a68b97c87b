//! `field_append/...`: a batch of samples appended to a full history, on average over all that goes
//! on while the history is replaced once. `field_append/1000x10000+10` is ten samples of each of a
//! thousand series, of which ten thousand are kept.
//!
//! The floors: `field_append_vec/...` appends to one plain `Vec` for each series and one for the times,
//! `field_append_concat/...` copies history, times and batch to new memory each time, as the Python
//! original does.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use compneurovis_core::{Coord, Field};
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use ndarray::{Array2, ArrayD};

/// Series and samples of each that are kept, as in the baselines of the original.
const HISTORIES: [(usize, usize); 6] =
    [(1, 10_000), (100, 10_000), (1_000, 1_000), (1_000, 10_000), (1_000, 100_000), (20_000, 1_000)];

/// Samples of each series in a batch.
const BATCH: usize = 10;

fn append(criterion: &mut Criterion) {
    for (series, window) in HISTORIES {
        let batch = Array2::from_elem((series, BATCH), -65.0);
        let id = format!("{series}x{window}+{BATCH}");
        let measure = |criterion: &mut Criterion, name: &str, measured: &dyn Fn(u64) -> Duration| {
            let mut group: BenchmarkGroup<'_, WallTime> = criterion.benchmark_group(name);
            group.throughput(Throughput::Elements((series * BATCH) as u64));
            group.bench_function(&id, |bencher| bencher.iter_custom(measured));
        };
        measure(criterion, "field_append", &|iterations| append_to_field(iterations, window, &batch));
        measure(criterion, "field_append_vec", &|iterations| append_to_vecs(iterations, window, &batch));
        measure(criterion, "field_append_concat", &|iterations| concatenate(iterations, window, series));
    }
}

/// The time of so many appends: whole rounds, in each of which the history is replaced once, in
/// proportion.
fn rounds(iterations: u64, window: usize, mut append: impl FnMut()) -> Duration {
    let round = (window / BATCH) as u64;
    let appends = iterations.next_multiple_of(round);
    let begin = Instant::now();
    (0..appends).for_each(|_| append());
    begin.elapsed().mul_f64(iterations as f64 / appends as f64)
}

fn append_to_field(iterations: u64, window: usize, batch: &Array2<f32>) -> Duration {
    let mut field = full_history(batch.nrows(), window);
    let batch = batch.view().into_dyn();
    let mut time_ms = window as f64;
    rounds(iterations, window, || {
        let coord: [f64; BATCH] = std::array::from_fn(|sample| time_ms + sample as f64);
        time_ms += BATCH as f64;
        field.append("time", &batch, &coord, Some(window)).expect("the batch fits the field");
    })
}

fn full_history(series: usize, window: usize) -> Field {
    let times: Vec<_> = (0..window).map(|sample| sample as f64).collect();
    let labels = Coord::labels((0..series).map(|index| format!("dend[{index}]@0.50000")));
    let values = ArrayD::zeros(vec![series, window]);
    let mut field =
        Field::new("v", values, [("segment", labels), ("time", Coord::from(times))]).expect("a field like others");
    // The first append makes the room for those that follow.
    let first = Array2::zeros((series, 1)).into_dyn();
    field.append("time", &first.view(), &[window as f64], Some(window)).expect("the batch fits the field");
    field
}

fn append_to_vecs(iterations: u64, window: usize, batch: &Array2<f32>) -> Duration {
    let mut history = vec![vec![0.0; window]; batch.nrows()];
    let mut times = vec![0.0; window];
    rounds(iterations, window, || {
        for (series, samples) in history.iter_mut().zip(batch.rows()) {
            extend(series, samples, window);
        }
        extend(&mut times, &[0.0_f64; BATCH], window);
        black_box((&mut history, &mut times));
    })
}

/// Appends a batch; what is older than the window goes when there is as much of it again.
fn extend<'a, T: Copy + 'a>(series: &mut Vec<T>, batch: impl IntoIterator<Item = &'a T>, window: usize) {
    if series.len() + BATCH > 2 * window {
        series.drain(..series.len() - window);
    }
    series.extend(batch);
}

fn concatenate(iterations: u64, window: usize, series: usize) -> Duration {
    let (mut history, mut times) = (vec![0.0; series * window], vec![0.0_f64; window]);
    let samples = vec![-65.0; BATCH];
    let begin = Instant::now();
    for _ in 0..iterations {
        history = concatenated(black_box(&history), window, std::iter::repeat(&*samples));
        times = concatenated(black_box(&times), window, [&[0.0; BATCH][..]]);
    }
    begin.elapsed()
}

/// The newest of a history of so many samples and a batch, in memory of its own.
fn concatenated<'a, T: Copy + 'a>(history: &[T], window: usize, batch: impl IntoIterator<Item = &'a [T]>) -> Vec<T> {
    let mut longer = Vec::with_capacity(history.len());
    for (series, samples) in history.chunks_exact(window).zip(batch) {
        longer.extend_from_slice(&series[BATCH..]);
        longer.extend_from_slice(samples);
    }
    longer
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = append
}
criterion_main!(benches);
