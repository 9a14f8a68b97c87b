//! A cut through a surface, and the curve along it.
//!
//! `cargo run --example surface_slice` shows both in a window; the slider moves the cut, and the choice turns it. The
//! curve and the plane are the output of one operator, so that they cannot disagree.

use std::process::ExitCode;

use compneurovis_core::{
    Binding, Control, GridSlice, LinePlotView, OperatorId, Scene, SurfaceView, grid_field, still_app,
};
use compneurovis_examples::{fail, run};
use ndarray::Array2;

/// Lines along x and along y.
const LINES: (usize, usize) = (180, 160);

fn main() -> ExitCode {
    match scene() {
        Ok(scene) => run(still_app("Surface and cut", scene)),
        Err(error) => fail(&*error),
    }
}

fn scene() -> Result<Scene, Box<dyn std::error::Error>> {
    let (x, y) = (coord(-4.0, 4.0, LINES.0), coord(-3.0, 3.0, LINES.1));
    let heights = Array2::from_shape_fn((y.len(), x.len()), |(row, column)| height(x[column], y[row]) as f32);
    let (field, grid) = grid_field("z", heights, x, y)?;
    let mut view = SurfaceView::new("surface", "z").with_title("Surface").on_grid("z-grid").with_axes();
    view.axes.in_middle = false.into();
    let mut cut = GridSlice::new("cut", "z", Binding::state("slice_axis"), Binding::state("slice_position"));
    cut.geometry = Some("z-grid".into());
    cut.fill_alpha = 0.16.into();
    let mut profile = LinePlotView::new("profile", OperatorId::from("cut"), "").with_title("Along the cut");
    // Whichever is left.
    profile.x_dim = None;
    Ok(Scene::new()
        .with_field(field)
        .with_geometry(grid)
        .with_view(view)
        .with_operator(cut)
        .with_view(profile)
        .with_control(Control::choice("slice_axis", "Cut along", "x", ["x", "y"]).for_frontend())
        .with_control(Control::scalar("slice_position", "Position", 0.5, 0.0, 1.0).with_steps(200).for_frontend()))
}

fn coord(from: f64, to: f64, lines: usize) -> Vec<f64> {
    (0..lines).map(|at| from + (to - from) * at as f64 / (lines - 1) as f64).collect()
}

fn height(x: f64, y: f64) -> f64 {
    0.9 * (1.4 * x).sin() + 0.35 * x + 1.1 * (0.9 * y).cos() + 0.45 * (1.8 * y + 0.5 * x).sin() + 0.08 * x * y
}
