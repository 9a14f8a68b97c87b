//! What a recording costs. `record/session/...`: one step of a session of 71,000 compartments, a trace of ten of
//! them, and a model about as heavy as a passive membrane; alone and recorded, block by block in turn, so that
//! the ratio, which is told at the end, is of one machine in one state. `record/file/...`: from emitting to the
//! finished file, in bytes of values; `record/copy/...` is the floor, a copy of the same bytes.

#![expect(clippy::print_stdout, reason = "the ratio of a pair is told on the terminal")]

use std::{
    hint::black_box,
    path::PathBuf,
    time::{Duration, Instant},
};

use compneurovis_core::{
    AppSpec, Coord, Field, LiveApp, RecordingSettings, RecordingSpec, Scene, SessionCommand, Viewer,
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::{Array2, ArrayD};

const COMPARTMENTS: usize = 71_000;

const TRACES: usize = 10;

/// Steps of one kind before those of the other.
const BLOCK: u64 = 100;

/// A membrane that leaks, compartment by compartment.
struct Membrane {
    step: u64,
    voltage_mv: Vec<f32>,
    /// How often the membrane is gone through in a step: what a step costs.
    passes: usize,
}

fn membrane(passes: usize) -> AppSpec {
    LiveApp::new("Membrane", move || {
        let rest = vec![-65.0; COMPARTMENTS];
        let traces = [("segment", Coord::labels((0..TRACES).map(|at| at.to_string()))), ("time", Coord::from(vec![]))];
        let traces = Field::new("traces", ArrayD::zeros(vec![TRACES, 0]), traces)?.with_unit("mV");
        let all = Field::series("v", "segment", vec![0.0; COMPARTMENTS], rest.clone())?.with_unit("mV");
        Ok((Membrane { step: 0, voltage_mv: rest, passes }, Scene::new().with_field(traces).with_field(all)))
    })
    .on_advance(|membrane, emitter| {
        membrane.step += 1;
        let drive = (membrane.step as f32 * 0.01).sin();
        if membrane.passes == 0 {
            // Noise: what does not compress is the worst that comes.
            let noise = |at: usize| (membrane.step ^ at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            membrane.voltage_mv.iter_mut().enumerate().for_each(|(at, voltage)| *voltage = noise(at) as f32 * 1e-5);
        }
        for _ in 0..membrane.passes {
            for (at, voltage) in membrane.voltage_mv.iter_mut().enumerate() {
                let gate = 1.0 / (1.0 + (-(*voltage + 40.0) / 10.0).exp());
                *voltage += 0.025 * (-65.0 - *voltage + gate * 20.0 + drive * (at % 97) as f32);
            }
        }
        let mut buffer = emitter.take_buffer(COMPARTMENTS);
        buffer.extend_from_slice(&membrane.voltage_mv);
        emitter.replace("v", buffer);
        let values = Array2::from_shape_fn((TRACES, 1), |(at, _)| membrane.voltage_mv[at * 1000]).into_dyn();
        let time_ms = membrane.step as f64 * 0.025;
        emitter.append("traces", "time", &[time_ms], values, Some(1000));
        emitter.set_time(time_ms, 1);
        Ok(())
    })
    .app()
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("compneurovis-record-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for temporary files");
    folder
}

/// One session, alone and recorded by turns.
struct Pair {
    viewer: Viewer,
    path: PathBuf,
    /// What a step took in us, alone and recorded, block by block.
    steps_us: [Vec<f64>; 2],
    dropped: u64,
}

impl Pair {
    fn new() -> Self {
        let app = membrane(3).with_first_command(SessionCommand::Pause);
        let viewer = Viewer::start(&app).expect("a session");
        Self { viewer, path: folder().join("pair.mcap"), steps_us: [Vec::new(), Vec::new()], dropped: 0 }
    }

    fn run(&mut self, recorded: bool, iterations: u64) -> Duration {
        let mut sum = Duration::ZERO;
        let mut left = iterations;
        while left > 0 {
            let steps = left.min(BLOCK);
            left -= steps;
            for now in [false, true] {
                let took = self.block(now, steps);
                sum += if now == recorded { took } else { Duration::ZERO };
            }
        }
        sum
    }

    fn block(&mut self, recorded: bool, steps: u64) -> Duration {
        if recorded {
            self.viewer.link.record_to(&self.path, &self.viewer.scene).expect("a recording");
            // Its first whole scene is not what a step costs.
            std::thread::sleep(Duration::from_millis(20));
        }
        let until_ms = self.viewer.status.time_ms + steps as f64 * 0.025;
        let begin = Instant::now();
        self.viewer.run_until(until_ms).expect("steps");
        let took = begin.elapsed();
        self.steps_us[usize::from(recorded)].push(took.as_secs_f64() * 1e6 / steps as f64);
        if recorded {
            let status = self.viewer.link.stop_recording().expect("the recording");
            self.dropped += status.dropped_frames;
            std::fs::remove_file(&self.path).expect("the recording");
        }
        took
    }
}

fn session(criterion: &mut Criterion) {
    let mut pair = Pair::new();
    pair.run(false, BLOCK);
    pair.steps_us = [Vec::new(), Vec::new()];
    let mut group = criterion.benchmark_group("record");
    for (name, recorded) in [("session/alone", false), ("session/recorded", true)] {
        group.bench_function(BenchmarkId::new(name, COMPARTMENTS), |bencher| {
            bencher.iter_custom(|iterations| pair.run(recorded, iterations));
        });
    }
    let ratios: Vec<f64> =
        pair.steps_us[1].iter().zip(&pair.steps_us[0]).map(|(with, without)| with / without).collect();
    let [alone, recorded] = pair.steps_us.map(median);
    println!(
        "record/session, medians of a step: alone {alone:.1} us, recorded {recorded:.1} us; median ratio of {} pairs \
         {:.3}; {} frames dropped",
        ratios.len(),
        median(ratios),
        pair.dropped
    );
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

fn file(criterion: &mut Criterion) {
    let path = folder().join("file.mcap");
    let mut settings = RecordingSettings::default();
    // Everything is to be written, however long that takes.
    settings.queue_bytes = 16 << 30;
    let bytes = (COMPARTMENTS * size_of::<f32>()) as u64;
    let mut group = criterion.benchmark_group("record");
    group.throughput(Throughput::Bytes(bytes)).sample_size(10);
    group.bench_function(BenchmarkId::new("file", COMPARTMENTS), |bencher| {
        bencher.iter_custom(|iterations| {
            let mut app = membrane(0).with_first_command(SessionCommand::Pause);
            app.recording = Some(RecordingSpec { path: path.clone(), settings: settings.clone() });
            let mut viewer = Viewer::start(&app).expect("a session");
            let begin = Instant::now();
            viewer.run_until(iterations as f64 * 0.025).expect("steps");
            let status = viewer.link.stop_recording().expect("the recording");
            let took = begin.elapsed();
            assert_eq!((status.dropped_frames, status.error.is_none()), (0, true));
            std::fs::remove_file(&path).expect("the recording");
            took
        });
    });
    let values = vec![-65.0_f32; COMPARTMENTS];
    let mut copy = values.clone();
    group.bench_function(BenchmarkId::new("copy", COMPARTMENTS), |bencher| {
        bencher.iter(|| black_box(&mut copy).copy_from_slice(black_box(&values)));
    });
    group.finish();
    std::fs::remove_dir_all(folder()).expect("the folder");
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    targets = session, file
}
criterion_main!(benches);
