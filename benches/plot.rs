//! Whole frames of the window at 1280x720 with one plot in it, drawn into an image, each waited for to
//! the end; every frame shows samples that the one before had not.
//!
//! `plot/1x10000` is one trace of 10,000 samples. The floors: `plot/empty`, the same app with an empty
//! window, bars and all, and `plot/axes`, an empty plot.

#![expect(clippy::print_stderr, reason = "says what draws, or why nothing is measured")]

use std::time::Duration;

use compneurovis_benches::{TRACES, TraceOrders, processor_ms, traces_app};
use compneurovis_bevy::{FrontendError, Headless};
use compneurovis_core::Phase;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};

/// Traces, and samples of each.
const SIZES: [(usize, usize); 7] =
    [(1, 2), (1, 10_000), (1, 100_000), (1, 1_000_000), (1, 10_000_000), (20, 10_000), (100, 10_000)];

/// Width and height of the picture in pixels.
const SIZE: (u32, u32) = (1280, 720);

/// How long the first picture may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Frames before those that are measured, in which pipelines and caches come to rest.
const WARM_UP: usize = 10;

/// Frames over which processor time is taken.
const CPU_FRAMES: u32 = 60;

struct Stage {
    headless: Headless,
    orders: TraceOrders,
}

impl Stage {
    fn new(count: usize, samples: usize) -> Result<Self, FrontendError> {
        let (app, orders) = traces_app(count, samples);
        let mut stage = Self { headless: Headless::new(app, SIZE)?, orders };
        stage.headless.run_until("the traces", PATIENCE, |headless| headless.status().phase == Phase::Running)?;
        for _ in 0..WARM_UP {
            stage.fresh_frame();
        }
        Ok(stage)
    }

    /// The time of a frame that shows samples which the one before had not.
    fn fresh_frame(&mut self) -> Duration {
        let newest = self.orders.next_samples();
        let took = self.headless.frame();
        self.headless.check_session().expect("the session lives");
        if let Some(field) = self.headless.scene().and_then(|scene| scene.fields.get(TRACES)) {
            let times = field.coord("time").ok().and_then(|coord| coord.numbers());
            let shown = times.and_then(|times| times.last().copied()).expect("samples");
            assert!((shown - newest).abs() < 1e-6, "the frame shows the newest samples");
        }
        took
    }
}

fn plot(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("plot");
    group.sample_size(30).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(4));
    match Stage::new(0, 0) {
        Ok(stage) => measure(&mut group, "empty".to_owned(), stage),
        Err(error) => return eprintln!("nothing is measured: {error}"),
    }
    for (count, samples) in SIZES {
        let name = if samples == 2 { "axes".to_owned() } else { format!("{count}x{samples}") };
        measure(&mut group, name, Stage::new(count, samples).expect("as the one before"));
    }
}

fn measure(group: &mut BenchmarkGroup<WallTime>, name: String, mut stage: Stage) {
    if name == "empty" {
        eprintln!("drawn by {}", stage.headless.adapter());
    }
    group.bench_function(name.as_str(), |bencher| {
        bencher.iter_custom(|count| (0..count).map(|_| stage.fresh_frame()).sum());
    });
    // Beside other work the wall says little; what the process itself took says more.
    let before = processor_ms();
    for _ in 0..CPU_FRAMES {
        stage.fresh_frame();
    }
    if let Some((before, after)) = before.zip(processor_ms()) {
        eprintln!("plot/{name}: {:.1} ms of processor time for a frame", (after - before) / f64::from(CPU_FRAMES));
    }
}

criterion_group!(benches, plot);
criterion_main!(benches);
