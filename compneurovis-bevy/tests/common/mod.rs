//! A small model for tests: a star of three sections whose values are told from outside.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod wave;

use compneurovis_core::{
    AppSpec, Control, Emitter, Field, Frustum, LinePlotView, MorphologyGeometry, MorphologyView, Scene, Section,
    SectionKind, Session, SessionCommand, SessionError, View,
};

/// Compartments of the long section, which one frustum spans.
pub(crate) const LONG: u32 = 10;

/// A soma with a thick long dendrite to the right, of ten compartments, and a thin one upwards.
pub(crate) fn star() -> MorphologyGeometry {
    let mut builder = MorphologyGeometry::builder("cell");
    let soma = builder.section(Section::new("soma[0]", SectionKind::Soma, 1));
    let long = builder.section(Section::new("dend[0]", SectionKind::Dendrite, LONG).with_parent(soma));
    let thin = builder.section(Section::new("dend[1]", SectionKind::Dendrite, 1).with_parent(soma));
    let frustum = |section, start_um, end_um, radius, nseg: u32| Frustum {
        start_um,
        start_radius_um: radius,
        end_um,
        end_radius_um: radius,
        section,
        start_position: 0.0,
        end_position: nseg as f32,
    };
    builder.frustum(frustum(soma, [-10.0, 0.0, 0.0], [10.0, 0.0, 0.0], 12.0, 1));
    builder.frustum(frustum(long, [22.0, 0.0, 0.0], [122.0, 0.0, 0.0], 4.0, LONG));
    builder.frustum(frustum(thin, [0.0, 12.0, 0.0], [0.0, 70.0, 0.0], 0.01, 1));
    builder.build().expect("the star is well-formed")
}

/// The values of the star: -80 mV at the soma, 0 to 45 along the dendrite, 50 on the thin one.
pub(crate) fn star_values() -> Vec<f32> {
    let along = (0..LONG).map(|index| index as f32 * 5.0);
    std::iter::once(-80.0).chain(along).chain([50.0]).collect()
}

pub(crate) fn star_scene() -> Scene {
    Scene::new()
        .with_geometry(star())
        .with_field(Field::over_compartments("v", "cell", star_values()).expect("fits").with_unit("mV"))
        .with_field(Field::series("trace", "time", vec![0.0], vec![-65.0]).expect("fits").with_unit("mV"))
        .with_view(MorphologyView::new("cell", "cell").with_title("Star").colored_by("v"))
        .with_view(LinePlotView::new("plot", "trace", "time").with_title("Trace").with_x_label("Time", "ms"))
        .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 2.0))
}

/// Shows the star; commands change its structure, and "fail" makes it fail.
pub(crate) struct Star {
    pub(crate) time_ms: f64,
    pub(crate) gain: f32,
}

impl Session for Star {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        Ok(Some(star_scene()))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.time_ms += 0.1;
        emitter.append_series("trace", "time", &[self.time_ms], &[self.gain * self.time_ms.sin() as f32], Some(500));
        emitter.set_time(self.time_ms, 1);
        std::thread::sleep(std::time::Duration::from_millis(1));
        Ok(())
    }

    fn handle(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        use compneurovis_core::{SceneChange, SessionUpdate};
        match command {
            SessionCommand::SetControl { value, .. } => self.gain = value.as_f64().ok_or("a number")? as f32,
            SessionCommand::InvokeAction { action, .. } => match action.as_str() {
                "retitle" => {
                    let view = MorphologyView::new("cell", "cell").with_title("New title").colored_by("v");
                    emitter.emit(SessionUpdate::ScenePatch(vec![SceneChange::SetView(View::from(view))]));
                }
                "remove plot" => emitter.emit(SessionUpdate::ScenePatch(vec![SceneChange::RemoveView("plot".into())])),
                _ => return Err("asked to fail".into()),
            },
            SessionCommand::Reset => {
                self.time_ms = 0.0;
                emitter.set_time(0.0, 0);
            }
            _ => {}
        }
        Ok(())
    }
}

pub(crate) fn star_app() -> AppSpec {
    AppSpec::new("Star", || Ok(Star { time_ms: 0.0, gain: 1.0 }))
}

/// Shows one panel of each kind, over made-up data.
pub(crate) fn gallery_app() -> AppSpec {
    AppSpec::new("Gallery", || Ok(Gallery::default()))
}

#[derive(Default)]
pub(crate) struct Gallery {
    step: u64,
}

/// Traces of the gallery.
const TRACES: [&str; 5] = ["soma", "dend", "axon", "apic", "hillock"];

impl Session for Gallery {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        Ok(Some(gallery_scene()))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.step += 1;
        let time_ms = self.step as f64 * 0.5;
        let values: Vec<f32> = (0..TRACES.len()).map(|at| gallery_value(at, time_ms)).collect();
        let batch = ndarray::Array2::from_shape_vec((TRACES.len(), 1), values)?.into_dyn();
        emitter.append("traces", "time", &[time_ms], batch, Some(2000));
        emitter.set_time(time_ms, 1);
        std::thread::sleep(std::time::Duration::from_millis(1));
        Ok(())
    }
}

fn gallery_value(trace: usize, time_ms: f64) -> f32 {
    let phase = time_ms * 0.4 - trace as f64;
    (-65.0 + 100.0 * (phase.sin().max(0.0)).powi(8)) as f32
}

pub(crate) fn gallery_scene() -> Scene {
    use compneurovis_core::{
        Action, Coord, HeatMapView, PhasePlaneView, RangePlotView, RasterView, Selector, StateGraphView, XyControl,
        XyShape,
        view::{GraphEdge, GraphNode},
    };
    let of = |label: &str| Selector::Label(label.to_owned());
    let states = ndarray::arr1(&[0.1f32, 0.6, 1.0]).into_dyn();
    let rates = ndarray::arr1(&[-0.08f32, 0.02, 0.09, 0.05]).into_dyn();
    let nodes = vec![GraphNode::new("C", 0.0, 0.0), GraphNode::new("O", 1.0, 0.0), GraphNode::new("I", 0.5, 1.0)];
    let edges = vec![
        GraphEdge::new("C", "O", "co"),
        GraphEdge::new("O", "C", "oc"),
        GraphEdge::new("O", "I", "oi"),
        GraphEdge::new("I", "I", "ii"),
    ];
    let traces = ndarray::Array2::from_elem((TRACES.len(), 1), -65.0).into_dyn();
    let dims = [("segment", Coord::labels(TRACES)), ("time", Coord::from(vec![0.0]))];
    Scene::new()
        .with_geometry(star())
        .with_field(Field::over_compartments("v", "cell", star_values()).expect("fits").with_unit("mV"))
        .with_field(Field::new("traces", traces, dims).expect("fits").with_unit("mV"))
        .with_view(MorphologyView::new("cell", "cell").with_title("Star").colored_by("v"))
        .with_view(
            LinePlotView::new("plot", "traces", "time")
                .with_title("Traces")
                .with_x_label("Time", "ms")
                .with_level(0.0, "threshold")
                .with_rolling_window(80.0),
        )
        .with_view(
            LinePlotView::new("single", "traces", "time")
                .with_title("One trace")
                .with_x_label("Time", "ms")
                .with_y_label("Potential", "mV")
                .selecting("segment", Selector::Label("dend".to_owned())),
        )
        .with_field(Field::new("states", states, [("state", Coord::labels(["C", "O", "I"]))]).expect("fits"))
        .with_field(Field::new("rates", rates, [("edge", Coord::labels(["co", "oc", "oi", "ii"]))]).expect("fits"))
        .with_view(
            PhasePlaneView::new("phase", "traces", "traces")
                .with_title("Phase plane")
                .selecting_x("segment", of("soma"))
                .selecting_y("segment", of("axon")),
        )
        .with_view(
            RangePlotView::new("range", "cell", "v", "soma[0]@0.50000".to_owned())
                .with_title("Range")
                .to("dend[0]@0.95000".to_owned()),
        )
        .with_view(HeatMapView::new("heat", "traces", "time", "segment").with_title("Heat map"))
        .with_view(RasterView::new("raster", "traces").with_title("Spikes"))
        .with_view(StateGraphView::new("graph", "states", "rates", nodes, edges).with_title("Channel"))
        .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 2.0))
        .with_control(Control::scalar("rate", "Rate", 0.01, 0.001, 10.0).with_unit("1/ms").logarithmic())
        .with_control(Control::integer("count", "Synapses", 3, 0, 100).with_group("Synapses"))
        .with_control(Control::choice("kind", "Kind", "AMPA", ["AMPA", "NMDA", "GABA"]).with_group("Synapses"))
        .with_control(Control::toggle("noise", "Noise", true))
        .with_control(Control::text("note", "Note", ""))
        .with_control(Control::new("place", "Place", XyControl { shape: XyShape::Circle, ..XyControl::default() }))
        .with_action(Action::new("kick", "Kick").with_shortcut("K"))
        .with_layout(gallery_layout())
}

/// The cell and traces on the left, everything else around them.
fn gallery_layout() -> compneurovis_core::Layout {
    use compneurovis_core::{Axis, Layout, LayoutNode, Panel};
    let column = |ids: [&'static str; 3]| LayoutNode::equal_split(Axis::Vertical, ids.map(LayoutNode::panel));
    let root = LayoutNode::split(
        Axis::Horizontal,
        [
            (1.2, column(["cell", "plot", "single"])),
            (1.0, column(["phase", "range", "heat"])),
            (1.0, column(["raster", "graph", "knobs"])),
        ],
    );
    let views = ["plot", "single", "phase", "range", "heat", "raster", "graph"];
    let layout = views.into_iter().fold(Layout::new(root), |layout, id| layout.with_panel(Panel::view(id, id)));
    layout.with_panel(Panel::space("cell", ["cell"])).with_panel(Panel::controls("knobs"))
}
