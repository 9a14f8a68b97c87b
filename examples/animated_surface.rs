//! A surface that moves: ripples that a running model sends out.
//!
//! `cargo run --example animated_surface` shows it in a window; the slider sets how fast they run, Space pauses them, R
//! starts over. Each step sends the heights alone; the grid stays where it is.

use std::{process::ExitCode, time::Duration};

use compneurovis_core::{ColorLimits, Control, LiveApp, Scene, SessionError, SurfaceView, grid_field};
use compneurovis_examples::run;
use ndarray::Array2;

/// Lines along either side.
const LINES: usize = 120;

/// Half of the length of a side.
const HALF: f64 = 4.0;

/// How far the ripples go in one step at a speed of 1.
const STEP: f64 = 0.05;

/// Pictures a second.
const HZ: f64 = 30.0;

struct Ripples {
    coord: Vec<f64>,
    time: f64,
    speed: f64,
    steps: u64,
}

impl Ripples {
    fn new() -> Self {
        let coord = (0..LINES).map(|at| HALF * (2.0 * at as f64 / (LINES - 1) as f64 - 1.0)).collect();
        Self { coord, time: 0.0, speed: 1.0, steps: 0 }
    }

    /// In the order of a field over y and x.
    fn heights(&self) -> impl Iterator<Item = f32> {
        let places = self.coord.iter().flat_map(|y| self.coord.iter().map(move |x| x.hypot(*y)));
        // A normalised sinc whose middle has moved outwards.
        places.map(|radius| {
            let angle = radius - self.time;
            if angle == 0.0 { 2.0 } else { (2.0 * angle.sin() / angle) as f32 }
        })
    }

    fn scene(&self) -> Result<Scene, SessionError> {
        let heights = Array2::from_shape_vec((LINES, LINES), self.heights().collect())?;
        let (field, grid) = grid_field("z", heights, self.coord.clone(), self.coord.clone())?;
        let mut view = SurfaceView::new("surface", "z").with_title("Ripples").on_grid("z-grid").with_axes();
        view.color_limits = ColorLimits::Fixed(-1.5, 2.0);
        view.axes.in_middle = false.into();
        let speed = Control::scalar("speed", "Speed", 1.0, 0.1, 4.0).with_steps(78);
        Ok(Scene::new().with_field(field).with_geometry(grid).with_view(view).with_control(speed))
    }
}

fn main() -> ExitCode {
    let app = LiveApp::new("Animated surface", || {
        let ripples = Ripples::new();
        let scene = ripples.scene()?;
        Ok((ripples, scene))
    })
    .on_advance(|ripples, emitter| {
        ripples.time += STEP * ripples.speed;
        ripples.steps += 1;
        // Memory that the viewer is done with is used again.
        let mut heights = emitter.take_buffer(LINES * LINES);
        heights.clear();
        heights.extend(ripples.heights());
        let values = Array2::from_shape_vec((LINES, LINES), heights)?.into_dyn();
        emitter.emit(compneurovis_core::SessionUpdate::FieldReplace { field: "z".into(), values, coords: Vec::new() });
        emitter.set_time(ripples.time, ripples.steps);
        Ok(())
    })
    .on_control("speed", |ripples, value, _| {
        ripples.speed = value.as_f64().ok_or("the speed is not a number")?;
        Ok(())
    })
    .every(Duration::from_secs_f64(1.0 / HZ))
    .app();
    run(app)
}
