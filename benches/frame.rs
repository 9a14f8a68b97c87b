//! Whole frames of the window at 1280x720, drawn into an image, each waited for to the end.
//!
//! `frame/still/...` and `frame/turning/...` show a cell of so many nodes with its panels, every
//! frame with values that the one before had not; turning, the camera moves too. The
//! floors: `frame/empty`, the same app with nothing in it, and `frame/panels`, the panels alone with
//! new values.
//!
//! The session has its values ready when the frame begins, and stands still while it is drawn: what
//! a simulator beside the window costs is not in these figures.

#![expect(clippy::print_stderr, reason = "says what draws, or why nothing is measured")]

use std::{cell::LazyCell, sync::Arc, time::Duration};

use bevy::prelude::{Vec2, Visibility, With};
use compneurovis_benches::{Cell, FIELD, Orders, wave_app};
use compneurovis_bevy::{
    FrontendError, Headless, Morphology, OrbitCamera,
    morphology::{CellColors, CellStage, Pictures},
    workbench::WorkbenchSettings,
};
use compneurovis_core::{MorphologyGeometry, Phase};
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};

/// Nodes of the cells; each has about as many frusta.
const NODES: [usize; 3] = [1_000, 71_000, 1_000_000];

/// Width and height of the picture in pixels.
const SIZE: (u32, u32) = (1280, 720);

/// How long the first picture may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Frames before those that are measured, in which pipelines and caches come to rest.
const WARM_UP: usize = 10;

/// How far the camera turns before a frame, as a drag in pixels.
const DRAG_PX: f32 = 4.0;

/// An app that draws, and the orders to its session.
struct Stage {
    headless: Headless,
    orders: Orders,
}

impl Stage {
    /// Nothing, not even panels.
    fn empty() -> Result<Self, FrontendError> {
        let (app, orders) = wave_app(None);
        let mut stage = Self { headless: Headless::new(app, SIZE)?, orders };
        stage.headless.world_mut().resource_mut::<WorkbenchSettings>().panels = false;
        stage.settle("an empty app", |headless| headless.status().phase == Phase::Running)
    }

    /// A cell and its panels.
    fn showing(geometry: Arc<MorphologyGeometry>) -> Result<Self, FrontendError> {
        let (app, orders) = wave_app(Some(geometry));
        let stage = Self { headless: Headless::new(app, SIZE)?, orders };
        stage.settle("a picture of the cell", |headless| {
            let camera = headless.cell_camera();
            camera.is_some_and(|camera| headless.world_mut().resource::<Pictures>().covered_pixels(camera) > 0)
        })
    }

    /// The panels of a cell that is hidden.
    fn panels() -> Result<Self, FrontendError> {
        let mut stage = Self::of(NODES[0])?;
        let world = stage.headless.world_mut();
        for mut cell in world.query_filtered::<&mut Visibility, With<Morphology>>().iter_mut(world) {
            *cell = Visibility::Hidden;
        }
        Ok(stage)
    }

    fn of(nodes: usize) -> Result<Self, FrontendError> {
        Self::showing(Cell::new(nodes, "cell").geometry)
    }

    fn settle(mut self, waited_for: &str, done: impl FnMut(&mut Headless) -> bool) -> Result<Self, FrontendError> {
        self.headless.run_until(waited_for, PATIENCE, done)?;
        for _ in 0..WARM_UP {
            self.headless.frame();
        }
        Ok(self)
    }

    /// The time of a frame that shows values which the one before had not.
    fn fresh_frame(&mut self) -> Duration {
        let before = self.colored();
        let expected = self.orders.next_step();
        let took = self.headless.frame();
        self.headless.check_session().expect("the session lives");
        let scene = self.headless.scene().expect("a scene");
        let shown = scene.fields[FIELD].as_slice().and_then(|values| values.first().copied());
        assert_eq!(shown, Some(expected), "the frame shows the newest values");
        assert!(self.colored() > before || !self.cell_is_shown(), "and draws them");
        took
    }

    fn cell_is_shown(&mut self) -> bool {
        self.headless.world_mut().resource::<CellStage>().frusta() > 0
    }

    /// How often values have become colours.
    fn colored(&mut self) -> u64 {
        self.headless.world_mut().resource::<CellColors>().version()
    }

    fn turn(&mut self) {
        let world = self.headless.world_mut();
        for mut orbit in world.query::<&mut OrbitCamera>().iter_mut(world) {
            orbit.turn(Vec2::new(DRAG_PX, 0.0), SIZE.1 as f32);
        }
    }
}

fn frame(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    match Stage::empty() {
        Ok(mut stage) => {
            eprintln!("frames are drawn by {}", stage.headless.adapter());
            bench(&mut group, "empty", || stage.headless.frame());
        }
        Err(error @ FrontendError::NoAdapter(_)) => return eprintln!("skipped: {error}"),
        Err(error) => panic!("{error}"),
    }
    panels(&mut group);
    NODES.into_iter().for_each(|nodes| cell(&mut group, nodes));
}

fn panels(group: &mut BenchmarkGroup<'_, WallTime>) {
    let mut stage = LazyCell::new(|| started(Stage::panels()));
    bench(group, "panels", || stage.fresh_frame());
}

fn cell(group: &mut BenchmarkGroup<'_, WallTime>, nodes: usize) {
    // Only if one of its benchmarks is wanted.
    let mut stage = LazyCell::new(|| started(Stage::of(nodes)));
    bench(group, format!("still/{nodes}"), || stage.fresh_frame());
    bench(group, format!("turning/{nodes}"), || {
        stage.turn();
        stage.fresh_frame()
    });
}

fn started(stage: Result<Stage, FrontendError>) -> Stage {
    stage.unwrap_or_else(|error| panic!("{error}"))
}

/// Measures what `frame` says that it took.
fn bench(group: &mut BenchmarkGroup<'_, WallTime>, id: impl Into<String>, mut frame: impl FnMut() -> Duration) {
    group.bench_function(id.into(), |bencher| {
        bencher.iter_custom(|iterations| (0..iterations).map(|_| frame()).sum());
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4));
    targets = frame
}
criterion_main!(benches);
