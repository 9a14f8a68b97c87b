//! A surface that stands still, and every setting of how it looks.
//!
//! `cargo run --example static_surface` shows the sinc function in a window. The controls set nothing but the shared
//! state of the scene, which the view follows: there is no model behind them.

use std::process::ExitCode;

use compneurovis_core::{Binding, Control, Scene, SurfaceView, grid_field, still_app};
use compneurovis_examples::run;
use ndarray::Array2;

/// Lines along either side.
const LINES: usize = 120;

/// Half of the length of a side.
const HALF: f64 = 3.0;

fn main() -> ExitCode {
    match scene() {
        Ok(scene) => run(still_app("Static surface", scene)),
        Err(error) => compneurovis_examples::fail(&*error),
    }
}

fn scene() -> Result<Scene, Box<dyn std::error::Error>> {
    let coord: Vec<f64> = (0..LINES).map(|at| HALF * (2.0 * at as f64 / (LINES - 1) as f64 - 1.0)).collect();
    let heights = Array2::from_shape_fn((LINES, LINES), |(y, x)| 2.0 * sinc(coord[x].hypot(coord[y])) as f32);
    let (field, grid) = grid_field("z", heights, coord.clone(), coord)?;
    let mut scene = Scene::new().with_field(field).with_geometry(grid).with_view(view());
    for control in controls() {
        scene.add_control(control)?;
    }
    Ok(scene)
}

/// The normalised one: 1 at 0, and 0 at all other whole numbers.
fn sinc(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if x == 0.0 { 1.0 } else { angle.sin() / angle }
}

fn view() -> SurfaceView {
    let mut view = SurfaceView::new("surface", "z").with_title("2 sinc(r)").on_grid("z-grid").with_axes();
    view.color_by = Binding::state("color_by");
    view.surface_color = Binding::state("surface_color");
    view.shading = Binding::state("shading");
    view.alpha = Binding::state("alpha");
    view.height_scale = Binding::state("height_scale");
    view.background = Binding::state("background");
    view.axes.in_middle = Binding::state("in_middle");
    view.axes.bounding_box = Binding::state("bounding_box");
    view.axes.tick_count = Binding::state("tick_count");
    view.axes.tick_label_size = Binding::state("tick_label_size");
    view.axes.label_size = Binding::state("label_size");
    view.axes.color = Binding::state("axis_color");
    view.axes.text_color = Binding::state("text_color");
    view
}

fn controls() -> Vec<Control> {
    let colors = ["black", "gray", "white", "navy", "crimson", "teal", "orange"];
    let controls = [
        Control::choice("color_by", "Colours say", "height", ["height", "uniform"]),
        Control::choice("surface_color", "Uniform colour", "teal", colors),
        Control::choice("shading", "Shading", "smooth", ["unlit", "flat", "smooth"]),
        Control::scalar("alpha", "Opacity", 1.0, 0.0, 1.0),
        Control::scalar("height_scale", "Heights times", 1.0, 0.1, 3.0),
        Control::choice("background", "Background", "white", colors),
        Control::toggle("in_middle", "Axes in the middle", false),
        Control::toggle("bounding_box", "Box", true),
        Control::integer("tick_count", "Ticks", 5, 0, 12),
        Control::scalar("tick_label_size", "Size of numbers", 12.0, 6.0, 30.0).with_unit("pt"),
        Control::scalar("label_size", "Size of names", 16.0, 6.0, 40.0).with_unit("pt"),
        Control::choice("axis_color", "Axes", "black", colors),
        Control::choice("text_color", "Texts", "black", colors),
    ];
    controls.map(Control::for_frontend).to_vec()
}
