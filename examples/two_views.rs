//! Two cells of space beside each other, and two plots of one field: the same data, shown in different ways.
//!
//! `cargo run --example two_views` shows a potential and its slope on the same four cylinders, in two panels whose
//! cameras move apart or, by their menu, together.

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use compneurovis_core::{
    Axis, ColorMap, Control, Coord, Emitter, Field, Frustum, Layout, LayoutNode, LinePlotView, LiveApp,
    MorphologyGeometry, MorphologyView, Panel, Scene, Section, SectionKind, Selector, SessionError,
};
use compneurovis_examples::{Args, set_number, show_app};
use ndarray::Array2;

/// Compartments of each of the four cylinders, and the time from one picture to the next.
const NSEG: u32 = 12;
const DT_MS: f64 = 1.0;

struct Wave {
    time_ms: f64,
    speed: f64,
}

impl Wave {
    /// The potential at a place along all cylinders, from 0 to 1, in mV.
    fn potential(&self, place: f64) -> f64 {
        let phase = 0.18 * self.time_ms * self.speed;
        -65.0 + 55.0 * (phase - 6.0 * place).sin() + 18.0 * (0.6 * phase - 9.0 * place).cos()
    }

    fn values(&self) -> [Vec<f32>; 2] {
        let count = 4 * NSEG;
        let at = |index: u32| self.potential(f64::from(index) / f64::from(count));
        let potential = (0..count).map(|index| at(index) as f32).collect();
        [potential, (0..count).map(|index| (at(index + 1) - at(index)) as f32).collect()]
    }
}

/// A soma with three branches.
fn geometry() -> Result<MorphologyGeometry, SessionError> {
    let mut builder = MorphologyGeometry::builder("cell");
    let soma = builder.section(Section::new("soma", SectionKind::Soma, NSEG));
    let ends = [[140.0, 60.0, 10.0], [-120.0, 80.0, -20.0], [10.0, -150.0, 0.0]];
    let branches = ["apical", "basal", "axon"].map(|name| Section::new(name, SectionKind::Dendrite, NSEG));
    let branches = branches.map(|branch| builder.section(branch.with_parent(soma)));
    let starts = [[14.0, 0.0, 0.0], [-14.0, 0.0, 0.0], [0.0, -10.0, 0.0]];
    let cylinders = std::iter::once((soma, [-14.0, 0.0, 0.0], [14.0, 0.0, 0.0], 12.0));
    let branches = (0..3).map(|at| (branches[at], starts[at], ends[at], 4.0 - at as f32));
    for (section, start_um, end_um, radius_um) in cylinders.chain(branches) {
        let (start_radius_um, end_radius_um) = (radius_um, radius_um);
        let (start_position, end_position) = (0.0, NSEG as f32);
        builder.frustum(Frustum {
            start_um,
            start_radius_um,
            end_um,
            end_radius_um,
            section,
            start_position,
            end_position,
        });
    }
    Ok(builder.build()?)
}

fn scene() -> Result<Scene, SessionError> {
    let [potential, slope] = Wave { time_ms: 0.0, speed: 1.0 }.values();
    let traces = Array2::from_shape_vec((2, 1), vec![potential[0], potential[3 * NSEG as usize]])?.into_dyn();
    let dims = [("place", Coord::labels(["soma", "axon"])), ("time", Coord::from(vec![0.0]))];
    let cell = |id: &str, title: &str, field: &str| MorphologyView::new(id, "cell").with_title(title).colored_by(field);
    let plot = |id: &str, place: &str| {
        let plot = LinePlotView::new(id, "traces", "time").selecting("place", Selector::Label(place.to_owned()));
        plot.with_title(format!("The {place}")).with_x_label("Time", "ms").with_y_label("Membrane potential", "mV")
    };
    let side_by_side =
        |left: &str, right: &str| LayoutNode::equal_split(Axis::Horizontal, [left, right].map(LayoutNode::panel));
    let rows = [
        (3.0, side_by_side("left", "right")),
        (2.0, side_by_side("soma", "axon")),
        (0.6, LayoutNode::panel("controls")),
    ];
    let layout = Layout::new(LayoutNode::split(Axis::Vertical, rows))
        .with_panel(Panel::space("left", ["potential"]))
        .with_panel(Panel::space("right", ["slope"]))
        .with_panel(Panel::view("soma", "soma"))
        .with_panel(Panel::view("axon", "axon"))
        .with_panel(Panel::controls("controls"));
    Ok(Scene::new()
        .with_geometry(geometry()?)
        .with_field(Field::over_compartments("potential", "cell", potential)?.with_unit("mV"))
        .with_field(Field::over_compartments("slope", "cell", slope)?.with_unit("mV"))
        .with_field(Field::new("traces", traces, dims)?.with_unit("mV"))
        .with_view(cell("potential", "Potential", "potential").with_colors(ColorMap::Scalar, (-140.0, 10.0)))
        .with_view(cell("slope", "Difference to the next", "slope").with_colors(ColorMap::BlueWhiteRed, (-12.0, 12.0)))
        .with_view(plot("soma", "soma"))
        .with_view(plot("axon", "axon"))
        .with_control(Control::scalar("speed", "Speed", 1.0, 0.1, 4.0))
        .with_layout(layout))
}

fn advance(wave: &mut Wave, emitter: &mut Emitter) -> Result<(), SessionError> {
    wave.time_ms += DT_MS;
    let [potential, slope] = wave.values();
    let traces = Array2::from_shape_vec((2, 1), vec![potential[0], potential[3 * NSEG as usize]])?.into_dyn();
    emitter.replace("potential", potential);
    emitter.replace("slope", slope);
    emitter.append("traces", "time", &[wave.time_ms], traces, Some(2000));
    emitter.set_time(wave.time_ms, 1);
    Ok(())
}

fn main() -> ExitCode {
    let app = LiveApp::new("Two views", || Ok((Wave { time_ms: 0.0, speed: 1.0 }, scene()?)))
        .on_advance(advance)
        .on_control("speed", |wave, value, _| set_number(&mut wave.speed, value))
        .every(Duration::from_millis(16));
    show_app(app.app(), &Args::parse())
}
