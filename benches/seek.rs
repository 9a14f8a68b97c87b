//! Going to moments of a large recording: a cell of 71,000 compartments and ten traces, whose values do not
//! compress. `seek/cold`: the file is opened anew, so that its index is read, and the scene at a random time
//! made; `seek/open`: the same with the file open. The percentiles of 1,000 cold ones are told at the end.
//!
//! `COMPNEUROVIS_SEEK_MB` says how large the file is: 2,048 unless it does. It lies in the folder for temporary
//! files.

#![expect(clippy::print_stdout, reason = "percentiles are told on the terminal")]

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use compneurovis_benches::Cell;
use compneurovis_core::{
    Coord, Field, LiveApp, MorphologyView, RecordingFile, RecordingSettings, RecordingSpec, Scene, SessionCommand,
    Viewer,
};
use criterion::{Criterion, criterion_group, criterion_main};
use ndarray::{Array2, ArrayD};

const NODES: usize = 18_000;

const SEEKS: usize = 1000;

/// Numbers that are the same in every run.
fn mix(seed: u64) -> u64 {
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Writes a recording of so many bytes, and gives its last time.
fn record(path: &Path, bytes: usize) -> f64 {
    let cell = Cell::new(NODES, "cell");
    let compartments = cell.geometry.compartments();
    let geometry = cell.geometry.clone();
    let app = LiveApp::new("Large", move || {
        let traces = [("segment", Coord::labels((0..10).map(|at| at.to_string()))), ("time", Coord::from(vec![]))];
        let traces = Field::new("traces", ArrayD::zeros(vec![10, 0]), traces)?.with_unit("mV");
        let scene = Scene::new()
            .with_geometry(geometry.clone())
            .with_field(Field::over_compartments("v", "cell", vec![0.0; compartments])?)
            .with_field(traces)
            .with_view(MorphologyView::new("cell", "cell").colored_by("v"));
        Ok((0_u64, scene))
    })
    .on_advance(move |step, emitter| {
        *step += 1;
        let seed = *step << 32;
        let mut buffer = emitter.take_buffer(compartments);
        buffer.extend((0..compartments as u64).map(|at| (mix(seed + at) >> 40) as f32 * 1e-5 - 80.0));
        emitter.replace("v", buffer);
        let values = Array2::from_elem((10, 1), *step as f32).into_dyn();
        emitter.append("traces", "time", &[*step as f64], values, Some(1000));
        emitter.set_time(*step as f64, 1);
        Ok(())
    });
    let mut settings = RecordingSettings::default();
    (settings.queue_bytes, settings.spike_threshold_mv) = (4 << 30, None);
    let mut app = app.app().with_first_command(SessionCommand::Pause);
    app.recording = Some(RecordingSpec { path: path.to_owned(), settings });
    let mut viewer = Viewer::start(&app).expect("a session");
    viewer.patience = Duration::from_secs(1200);
    let steps = bytes.div_ceil(4 * compartments) as f64;
    viewer.run_until(steps).expect("steps");
    let status = viewer.link.stop_recording().expect("a recording");
    assert_eq!((status.dropped_frames, status.error.is_none()), (0, true));
    steps
}

/// The scene at the n-th random time.
fn seek(file: &RecordingFile, end_ms: f64, number: usize) -> Scene {
    let time_ms = mix(number as u64 + 1) as f64 / u64::MAX as f64 * end_ms;
    let scene = file.scene_at(time_ms).expect("a scene");
    let newest = scene.fields["traces"].series_of("time", "0").and_then(|trace| trace.last().copied());
    assert_eq!(newest.unwrap_or(0.0), time_ms.floor() as f32);
    scene
}

fn seeks(criterion: &mut Criterion) {
    let megabytes = std::env::var("COMPNEUROVIS_SEEK_MB").map_or(2048, |text| text.parse().expect("a number"));
    let path: PathBuf = std::env::temp_dir().join(format!("compneurovis-seek-{}.mcap", std::process::id()));
    let end_ms = record(&path, megabytes << 20);
    let open = || RecordingFile::open(&path).expect("a recording");
    let mut number = 0;
    let mut group = criterion.benchmark_group("seek");
    group.bench_function("cold", |bencher| {
        bencher.iter(|| {
            number += 1;
            seek(&open(), end_ms, number)
        });
    });
    let file = open();
    group.bench_function("open", |bencher| {
        bencher.iter(|| {
            number += 1;
            seek(&file, end_ms, number)
        });
    });
    group.finish();
    let mut times_ms: Vec<f64> = (0..SEEKS)
        .map(|number| {
            let begin = Instant::now();
            seek(&open(), end_ms, number);
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times_ms.sort_by(f64::total_cmp);
    let at = |part: f64| times_ms[((SEEKS - 1) as f64 * part) as usize];
    let size = std::fs::metadata(&path).expect("the recording").len();
    println!(
        "seek, {SEEKS} random times of {:.2} GB, index read each time: median {:.1} ms, p95 {:.1} ms, most {:.1} ms",
        size as f64 / 1e9,
        at(0.5),
        at(0.95),
        at(1.0)
    );
    std::fs::remove_file(&path).expect("the recording");
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    targets = seeks
}
criterion_main!(benches);
