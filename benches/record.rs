//! What a recording costs. `record/session/...`: one step of a session of 71,000 compartments, and a trace of ten of
//! them, that shows every step; alone and recorded, block by block in turn, so that the ratios, which are told at
//! the end, are of one machine in one state. The model costs as much as one of NEURON's does: `passive` a passive
//! membrane, 18 ns a compartment and step, `hh` channels of Hodgkin and Huxley, 70 ns. Beside the time on the wall it
//! tells the processor time of the thread that simulates, which other work on the machine does not take.
//! `record/file/...`: from emitting to the finished file, in bytes of values; `record/copy/...` is the floor, a copy of
//! the same bytes. `record/scrub/...`: what a frame costs that a window keeps to go back to, within a budget that
//! is full, and going back to one; `record/scrub/apply` is the floor, the same frames shown and not kept.

#![expect(clippy::print_stdout, reason = "the ratio of a pair is told on the terminal")]

use std::{
    hint::black_box,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use compneurovis_benches::ThreadClock;
use compneurovis_core::{
    AppSpec, Coord, Field, LiveApp, RecordingSettings, RecordingSpec, Scene, ScrubBuffer, SessionCommand,
    SessionUpdate, Viewer,
};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::{Array1, Array2, ArrayD};

const COMPARTMENTS: usize = 71_000;

const TRACES: usize = 10;

/// Steps of one kind before those of the other.
const BLOCK: u64 = 100;

/// What a step of a model costs, as the time that it takes.
const MODELS: [(&str, Duration); 2] = [("passive", Duration::from_micros(1280)), ("hh", Duration::from_micros(5000))];

/// A membrane that leaks, compartment by compartment.
struct Membrane {
    step: u64,
    voltage_mv: Vec<f32>,
    /// How often the membrane is gone through in a step: what a step costs. Noise if never.
    passes: usize,
    clock: ThreadClock,
    /// What the thread has taken of a processor so far.
    taken_ns: Arc<AtomicU64>,
}

impl Membrane {
    fn new(passes: usize, taken_ns: Arc<AtomicU64>) -> Self {
        Self { step: 0, voltage_mv: vec![-65.0; COMPARTMENTS], passes, clock: ThreadClock::default(), taken_ns }
    }

    fn advance(&mut self) {
        self.step += 1;
        let drive = (self.step as f32 * 0.01).sin();
        if self.passes == 0 {
            // What does not compress is the worst that comes.
            let noise = |at: usize| (self.step ^ at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            self.voltage_mv.iter_mut().enumerate().for_each(|(at, voltage)| *voltage = noise(at) as f32 * 1e-5);
        }
        for _ in 0..self.passes {
            for (at, voltage) in self.voltage_mv.iter_mut().enumerate() {
                let gate = 1.0 / (1.0 + (-(*voltage + 40.0) / 10.0).exp());
                *voltage += 0.025 * (-65.0 - *voltage + gate * 20.0 + drive * (at % 97) as f32);
            }
        }
        self.taken_ns.store(self.clock.now_ns().unwrap_or(0), Ordering::Relaxed);
    }
}

/// How many passes take so long.
fn passes(step: Duration) -> usize {
    let mut membrane = Membrane::new(4, Arc::default());
    membrane.advance();
    let one = (0..20).map(|_| {
        let begin = Instant::now();
        membrane.advance();
        begin.elapsed() / 4
    });
    let one = one.min().unwrap_or(Duration::MAX);
    (step.as_secs_f64() / one.as_secs_f64()).round().max(1.0) as usize
}

fn app(passes: usize, taken_ns: Arc<AtomicU64>) -> AppSpec {
    LiveApp::new("Membrane", move || {
        let traces = [("segment", Coord::labels((0..TRACES).map(|at| at.to_string()))), ("time", Coord::from(vec![]))];
        let traces = Field::new("traces", ArrayD::zeros(vec![TRACES, 0]), traces)?.with_unit("mV");
        let all = Field::series("v", "segment", vec![0.0; COMPARTMENTS], vec![-65.0; COMPARTMENTS])?.with_unit("mV");
        Ok((Membrane::new(passes, taken_ns.clone()), Scene::new().with_field(traces).with_field(all)))
    })
    .on_advance(|membrane, emitter| {
        membrane.advance();
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
    taken_ns: Arc<AtomicU64>,
    /// What a step took in us, alone and recorded, block by block: on the wall, and of the processor.
    wall_us: [Vec<f64>; 2],
    processor_us: [Vec<f64>; 2],
    dropped: u64,
}

impl Pair {
    fn new(step: Duration) -> Self {
        let taken_ns = Arc::<AtomicU64>::default();
        let app = app(passes(step), taken_ns.clone()).with_first_command(SessionCommand::Pause);
        let viewer = Viewer::start(&app).expect("a session");
        let path = folder().join("pair.mcap");
        Self { viewer, path, taken_ns, wall_us: Default::default(), processor_us: Default::default(), dropped: 0 }
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
        let before_ns = self.taken_ns.load(Ordering::Relaxed);
        let begin = Instant::now();
        self.viewer.run_until(until_ms).expect("steps");
        let took = begin.elapsed();
        let taken_ns = self.taken_ns.load(Ordering::Relaxed) - before_ns;
        self.wall_us[usize::from(recorded)].push(took.as_secs_f64() * 1e6 / steps as f64);
        self.processor_us[usize::from(recorded)].push(taken_ns as f64 / 1e3 / steps as f64);
        if recorded {
            let status = self.viewer.link.stop_recording().expect("the recording");
            self.dropped += status.dropped_frames;
            std::fs::remove_file(&self.path).expect("the recording");
        }
        took
    }

    fn tell(&self, name: &str) {
        for (what, [alone, recorded]) in [("on the wall", &self.wall_us), ("of the processor", &self.processor_us)] {
            let ratios: Vec<f64> = recorded.iter().zip(alone).map(|(with, without)| with / without).collect();
            println!(
                "record/session/{name}, a step {what}: alone {:.1} us, recorded {:.1} us; median ratio of {} pairs {:.3}",
                median(alone.clone()),
                median(recorded.clone()),
                ratios.len(),
                median(ratios),
            );
        }
        println!("record/session/{name}: {} frames dropped", self.dropped);
    }
}

fn session(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("record");
    for (model, step) in MODELS {
        let mut pair = Pair::new(step);
        pair.run(false, BLOCK);
        (pair.wall_us, pair.processor_us) = Default::default();
        for (name, recorded) in [("alone", false), ("recorded", true)] {
            let id = BenchmarkId::new(format!("session/{model}/{name}"), COMPARTMENTS);
            group.bench_function(id, |bencher| bencher.iter_custom(|iterations| pair.run(recorded, iterations)));
        }
        pair.tell(model);
    }
    group.finish();
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
            let mut app = app(0, Arc::default()).with_first_command(SessionCommand::Pause);
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

fn frame(values: &[f32]) -> SessionUpdate {
    let values = Array1::from_vec(values.to_vec()).into_dyn();
    SessionUpdate::FieldReplace { field: "v".into(), values, coords: Vec::new() }
}

/// A scene of so many values, that is shown frame by frame, and kept within a budget.
struct Window {
    scene: Scene,
    past: ScrubBuffer,
    time_ms: f64,
}

impl Window {
    fn new(budget_bytes: usize) -> Self {
        let all = Field::series("v", "segment", vec![0.0; COMPARTMENTS], vec![-65.0; COMPARTMENTS]).expect("a field");
        let scene = Scene::new().with_field(all);
        let past = ScrubBuffer::starting_at(budget_bytes, 0.0, &scene);
        Self { scene, past, time_ms: 0.0 }
    }

    fn show(&mut self, update: SessionUpdate) {
        self.time_ms += 0.1;
        self.past.note(&update);
        black_box(self.scene.apply(update).expect("a frame that fits"));
        self.past.shown(self.time_ms, &self.scene);
    }
}

fn scrub(criterion: &mut Criterion) {
    let values: Vec<f32> = (0..COMPARTMENTS).map(|at| (at as f32).sin()).collect();
    let mut group = criterion.benchmark_group("record");
    // The budget of a window, and none.
    for (name, budget_bytes) in [("scrub/frame", 256 << 20), ("scrub/apply", 0)] {
        let mut window = Window::new(budget_bytes);
        while budget_bytes > 0 && window.past.thinned() == 0 {
            window.show(frame(&values));
        }
        group.bench_function(BenchmarkId::new(name, COMPARTMENTS), |bencher| {
            bencher.iter_batched(|| frame(&values), |update| window.show(update), BatchSize::LargeInput);
        });
        assert!(window.past.bytes() <= budget_bytes);
        let Some((first_ms, last_ms)) = window.past.range() else { continue };
        println!(
            "record/scrub: {} of {} MB, {} moments over {:.0} of {:.0} ms",
            window.past.bytes() >> 20,
            budget_bytes >> 20,
            window.past.moments(),
            last_ms - first_ms,
            window.time_ms
        );
        let mut at = 0.0;
        group.bench_function(BenchmarkId::new("scrub/back", COMPARTMENTS), |bencher| {
            bencher.iter(|| {
                at = (at + 0.618_034) % 1.0;
                black_box(window.past.scene_at(first_ms + at * (last_ms - first_ms)))
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    targets = session, file, scrub
}
criterion_main!(benches);
