//! Whole frames of a surface at 1280x720, drawn into an image, each waited for to the end.
//!
//! `surface/values/...` has values in every frame that the one before had not; `surface/still/...` has the same ones, and
//! a camera that stands still; `surface/empty` is the same app without the surface.

#![expect(clippy::print_stderr, reason = "says what draws, or why nothing is measured")]

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use bevy::prelude::{Vec3, Visibility, With};
use compneurovis_bevy::{
    FrontendError, Headless, OrbitCamera, Surface,
    surface::{SurfacePicture, SurfaceUploads},
    workbench::WorkbenchSettings,
};
use compneurovis_core::{FieldId, LiveApp, SessionUpdate, SurfaceView, grid_field, view::SurfaceAspect};
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use ndarray::Array2;

/// Lines along either side.
const SIDES: [usize; 3] = [100, 500, 1000];

/// Width and height of the picture in pixels.
const SIZE: (u32, u32) = (1280, 720);

/// How long a picture may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Frames before those that are measured.
const WARM_UP: usize = 5;

/// An app that shows a surface, and the way to its session.
struct Stage {
    headless: Headless,
    orders: mpsc::SyncSender<Array2<f32>>,
    waves: [Array2<f32>; 2],
    next: usize,
}

/// Ripples around the middle.
fn waves(side: usize, phase: f32) -> Array2<f32> {
    Array2::from_shape_fn((side, side), |(row, column)| {
        let at = |line: usize| 8.0 * line as f32 / (side - 1) as f32 - 4.0;
        let distance = at(row).hypot(at(column)) * 2.0 - phase;
        if distance == 0.0 { 2.0 } else { 2.0 * distance.sin() / distance }
    })
}

impl Stage {
    fn new(side: usize) -> Result<Self, FrontendError> {
        let (orders, taken) = mpsc::sync_channel::<Array2<f32>>(1);
        let taken = Arc::new(std::sync::Mutex::new(taken));
        let app = LiveApp::new("Surface", move || {
            let coord: Vec<f64> = (0..side).map(|at| 8.0 * at as f64 / (side - 1) as f64 - 4.0).collect();
            let (field, grid) = grid_field("z", waves(side, 0.0), coord.clone(), coord)?;
            let mut view = SurfaceView::new("surface", "z").on_grid("z-grid");
            view.aspect = SurfaceAspect::Fit.into();
            let scene = compneurovis_core::Scene::new().with_field(field).with_geometry(grid).with_view(view);
            Ok((taken.clone(), scene))
        })
        .on_advance(|taken, emitter| {
            let taken = taken.lock().map_err(|_| "the bench failed")?;
            // Nothing to do is no work beside the frame that is measured.
            if let Ok(values) = taken.recv_timeout(Duration::from_millis(50)) {
                let field = FieldId::from("z");
                emitter.emit(SessionUpdate::FieldReplace { field, values: values.into_dyn(), coords: Vec::new() });
            }
            Ok(())
        })
        .app();
        let mut stage =
            Self { headless: Headless::new(app, SIZE)?, orders, waves: [waves(side, 0.5), waves(side, 1.0)], next: 0 };
        stage.headless.world_mut().resource_mut::<WorkbenchSettings>().panels = false;
        stage.headless.run_until("a surface", PATIENCE, |headless| {
            let world = headless.world_mut();
            world.query::<&SurfacePicture>().iter(world).next().is_some()
        })?;
        stage.look();
        stage.frames(WARM_UP);
        Ok(stage)
    }

    fn frames(&mut self, count: usize) {
        for _ in 0..count {
            self.headless.frame();
        }
    }

    fn look(&mut self) {
        let world = self.headless.world_mut();
        for mut orbit in world.query::<&mut OrbitCamera>().iter_mut(world) {
            (orbit.yaw, orbit.pitch, orbit.distance, orbit.target) = (0.5, 0.5, 10.0, Vec3::ZERO);
            orbit.auto_frame = false;
        }
    }

    /// The time of a frame whose values are ready when it begins.
    fn fresh_frame(&mut self) -> Duration {
        self.next = 1 - self.next;
        let values = self.waves[self.next].clone();
        let expected = values[(0, 0)];
        let emitted = self.emitted();
        self.orders.send(values).expect("the session lives");
        while self.emitted() == emitted {
            std::thread::sleep(Duration::from_micros(200));
        }
        let before = self.copied();
        let took = self.headless.frame();
        let shown = self.headless.scene().and_then(|scene| scene.fields["z"].values().first().copied());
        assert_eq!(shown, Some(expected), "the frame shows the newest values");
        assert!(self.copied() > before, "and draws them");
        took
    }

    /// How many updates the session has emitted.
    fn emitted(&mut self) -> u64 {
        let session = self.headless.session();
        let live = self.headless.world_mut().get::<compneurovis_bevy::LiveSession>(session);
        live.map_or(0, |live| live.counters().emitted)
    }

    fn copied(&mut self) -> u64 {
        self.headless.world_mut().resource::<SurfaceUploads>().get().heights
    }

    fn hide(&mut self) {
        let world = self.headless.world_mut();
        for mut visibility in world.query_filtered::<&mut Visibility, With<Surface>>().iter_mut(world) {
            *visibility = Visibility::Hidden;
        }
        self.frames(WARM_UP);
    }
}

fn surface(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("surface");
    match Stage::new(SIDES[0]) {
        Ok(mut stage) => {
            eprintln!("surfaces are drawn by {}", stage.headless.adapter());
            stage.hide();
            bench(&mut group, "empty".to_owned(), || stage.headless.frame());
        }
        Err(error @ FrontendError::NoAdapter(_)) => return eprintln!("skipped: {error}"),
        Err(error) => panic!("{error}"),
    }
    for side in SIDES {
        let mut stage = Stage::new(side).unwrap_or_else(|error| panic!("{error}"));
        bench(&mut group, format!("still/{side}x{side}"), || stage.headless.frame());
        bench(&mut group, format!("values/{side}x{side}"), || stage.fresh_frame());
    }
}

/// Measures what `frame` says that it took.
fn bench(group: &mut BenchmarkGroup<'_, WallTime>, id: String, mut frame: impl FnMut() -> Duration) {
    group.bench_function(id, |bencher| {
        bencher.iter_custom(|iterations| (0..iterations).map(|_| frame()).sum());
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4));
    targets = surface
}
criterion_main!(benches);
