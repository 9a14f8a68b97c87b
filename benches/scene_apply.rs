//! `scene_apply/...`: what a frontend does with each update.
//!
//! The floor of new values, `scene_apply/copy/...`, copies them once: applying moves them.

use std::{hint::black_box, time::Duration};

use compneurovis_core::{
    Control, Field, LinePlotView, MorphologyGeometry, Scene, SceneChange, Section, SectionKind, SessionUpdate, State,
    Value,
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::{Array1, Array2};

/// Compartments whose values are replaced.
const COMPARTMENTS: [usize; 3] = [1_000, 71_000, 1_000_000];

/// How many views and controls the scene has that is patched.
const THINGS: usize = 20;

/// Samples that are kept of each trace.
const MAX_SAMPLES: usize = 1_000;

fn scene(compartments: usize) -> Scene {
    let mut builder = MorphologyGeometry::builder("cell");
    builder.section(Section::new("dend", SectionKind::Dendrite, compartments as u32));
    let cell = builder.build().expect("a cell like others");
    let values = Field::over_compartments("v", "cell", vec![-65.0; compartments]).expect("a field like others");
    let trace = Field::series("trace", "time", vec![0.0], vec![-65.0]).expect("a field like others");
    let mut scene = Scene::new().with_geometry(cell).with_field(values).with_field(trace);
    for index in 0..THINGS {
        scene = scene
            .with_view(LinePlotView::new(format!("plot {index}"), "trace", "time"))
            .with_control(Control::scalar(format!("knob {index}"), "Knob", 0.5, 0.0, 1.0));
    }
    scene
}

fn replace(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scene_apply");
    for compartments in COMPARTMENTS {
        let new = vec![-65.0_f32; compartments];
        group.throughput(Throughput::Bytes(size_of_val(&*new) as u64));
        group.bench_function(BenchmarkId::new("replace", compartments), |bencher| {
            let mut scene = scene(compartments);
            let mut spare = new.clone();
            bencher.iter(|| {
                spare.copy_from_slice(&new);
                let values = Array1::from_vec(std::mem::take(&mut spare)).into_dyn();
                let update = SessionUpdate::FieldReplace { field: "v".into(), values, coords: Vec::new() };
                spare = scene.apply(update).expect("as many values").expect("the old ones");
            });
        });
        group.bench_function(BenchmarkId::new("copy", compartments), |bencher| {
            let mut values = new.clone();
            bencher.iter(|| black_box(&mut values).copy_from_slice(black_box(&new)));
        });
    }
}

fn small(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scene_apply");
    let mut scene = scene(1_000);
    let mut time_ms = 0.0;
    group.bench_function("append", |bencher| {
        bencher.iter(|| {
            time_ms += 0.1;
            let values = Array2::from_elem((1, 1), -65.0).into_shape_with_order(1).expect("one").into_dyn();
            let update = SessionUpdate::FieldAppend {
                field: "trace".into(),
                dim: "time".to_owned(),
                values,
                coord: vec![time_ms],
                max_length: Some(MAX_SAMPLES),
            };
            scene.apply(update).expect("a sample like others")
        });
    });
    group.bench_function("state_patch", |bencher| {
        bencher.iter(|| {
            let patch = State::from([("knob 3".to_owned(), Value::Float(0.25))]);
            scene.apply(SessionUpdate::StatePatch(patch)).expect("a value in range")
        });
    });
    group.bench_function("scene_patch", |bencher| {
        bencher.iter(|| {
            let view = LinePlotView::new("plot 3", "trace", "time").with_title("Trace");
            let patch = vec![SceneChange::SetView(view.into())];
            scene.apply(SessionUpdate::ScenePatch(patch)).expect("a view like others")
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = replace, small
}
criterion_main!(benches);
