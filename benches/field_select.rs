//! `field_select/...`: a part of a history of traces, as a plot or a tool asks for it.
//!
//! The floors: `field_select/copy/...` copies as many values, `field_select/scan` looks for a label by
//! going through all of them, as the Python original does.

use std::{hint::black_box, sync::Arc, time::Duration};

use compneurovis_core::{Coord, Field, Selector};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::ArrayD;

/// Traces, and samples of each.
const SIZES: [(usize, usize); 2] = [(100, 10_000), (20_000, 1_000)];

fn label(index: usize) -> String {
    format!("dend[{index}]@0.50000")
}

fn history(series: usize, samples: usize) -> Field {
    let times: Vec<_> = (0..samples).map(|sample| sample as f64 * 0.1).collect();
    let dims = [("segment", Coord::labels((0..series).map(label))), ("time", Coord::from(times))];
    Field::new("v", ArrayD::zeros(vec![series, samples]), dims).expect("a field like others")
}

fn select(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("field_select");
    for (series, samples) in SIZES {
        let (field, size) = (history(series, samples), format!("{series}x{samples}"));
        let last = label(series - 1);
        let some: Vec<String> = (0..8).map(|at| label(at * series / 8)).collect();
        let selectors = [
            ("label", "segment", Selector::Label(last.clone()), samples),
            ("labels", "segment", Selector::Labels(some), 8 * samples),
            ("last", "time", Selector::Index(-1), series),
            ("nearest", "time", Selector::Nearest(samples as f64 * 0.05), series),
        ];
        for (name, dim, selector, values) in selectors {
            group.throughput(Throughput::Elements(values as u64));
            group.bench_function(BenchmarkId::new(name, &size), |bencher| {
                bencher.iter(|| field.select([(dim, selector.clone())]).expect("it is there"));
            });
            let source = vec![0.0_f32; values];
            group.bench_function(BenchmarkId::new(format!("copy/{name}"), &size), |bencher| {
                bencher.iter(|| black_box(&source).clone());
            });
        }
        group.throughput(Throughput::Elements(1));
        // What a plot does: it borrows.
        group.bench_function(BenchmarkId::new("borrow", &size), |bencher| {
            bencher.iter(|| field.series_of(black_box("time"), black_box(&last)).expect("it is there").len());
        });
        let labels: Vec<Arc<str>> = (0..series).map(|index| label(index).into()).collect();
        group.bench_function(BenchmarkId::new("scan", &size), |bencher| {
            bencher.iter(|| labels.iter().position(|label| **label == *black_box(&last)));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = select
}
criterion_main!(benches);
