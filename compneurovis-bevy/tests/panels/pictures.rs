//! Phase planes, range plots, heat maps, rasters and state graphs.

use bevy_egui::egui::{self, Vec2};
use compneurovis_bevy::plot::{
    HeatMapState, PhasePlaneState, RangePlotState, RasterState, StateGraphState, heat_map_ui, phase_plane_ui,
    range_plot_ui, raster_ui, state_graph_ui,
};
use compneurovis_core::{
    Coord, Field, HeatMapView, MorphologyGeometry, PhasePlaneView, RangePlotView, RasterView, Scale, Scene, Section,
    SectionKind, Selector, StateGraphView,
    view::{GraphEdge, GraphNode},
};
use egui_kittest::{Harness, kittest::Queryable};

use crate::{has_text, texts};

/// A picture of each of the other kinds, one above the other.
struct Others {
    scene: Scene,
    phase: (PhasePlaneView, PhasePlaneState),
    range: (RangePlotView, RangePlotState),
    heat: (HeatMapView, HeatMapState),
    raster: (RasterView, RasterState),
    graph: (StateGraphView, StateGraphState),
}

impl Others {
    /// All of the field `f`, the path between the ends of a dendrite, and a graph of two states.
    fn new(scene: Scene) -> Self {
        let nodes = vec![GraphNode::new("A", 0.0, 0.0), GraphNode::new("B", 1.0, 1.0)];
        let edges = vec![GraphEdge::new("A", "B", "ab"), GraphEdge::new("B", "B", "bb")];
        let of = |label: &str| Selector::Label(label.to_owned());
        let phase = PhasePlaneView::new("p", "f", "f").selecting_x("row", of("A")).selecting_y("row", of("B"));
        let range = RangePlotView::new("r", "cell", "v", "dend@0.25000".to_owned()).to("dend@0.75000".to_owned());
        Self {
            scene,
            phase: (phase, PhasePlaneState::default()),
            range: (range, RangePlotState::default()),
            heat: (HeatMapView::new("h", "f", "time", "row"), HeatMapState::default()),
            raster: (RasterView::new("s", "f"), RasterState::default()),
            graph: (StateGraphView::new("g", "states", "rates", nodes, edges), StateGraphState::default()),
        }
    }

    fn cap(&mut self, max_refresh_hz: Option<f64>) {
        self.phase.0.max_refresh_hz = max_refresh_hz;
        self.range.0.max_refresh_hz = max_refresh_hz;
        self.heat.0.max_refresh_hz = max_refresh_hz;
        self.raster.0.max_refresh_hz = max_refresh_hz;
        self.graph.0.max_refresh_hz = max_refresh_hz;
    }

    fn ui(&mut self, ui: &mut egui::Ui) {
        let (area, scene) = (ui.max_rect(), &self.scene);
        let height = area.height() / 5.0;
        let mut part = |at: usize, draw: &mut dyn FnMut(&mut egui::Ui)| {
            let from = area.min + egui::vec2(0.0, height * at as f32);
            let rect = egui::Rect::from_min_size(from, egui::vec2(area.width(), height));
            draw(&mut ui.new_child(egui::UiBuilder::new().id_salt(at).max_rect(rect)));
        };
        part(0, &mut |ui| phase_plane_ui(ui, &mut self.phase.1, &self.phase.0, scene));
        part(1, &mut |ui| range_plot_ui(ui, &mut self.range.1, &self.range.0, scene));
        part(2, &mut |ui| heat_map_ui(ui, &mut self.heat.1, &self.heat.0, scene));
        part(3, &mut |ui| raster_ui(ui, &mut self.raster.1, &self.raster.0, scene));
        part(4, &mut |ui| state_graph_ui(ui, &mut self.graph.1, &self.graph.0, scene));
    }
}

fn others(others: Others) -> Harness<'static, Others> {
    let show = |ui: &mut egui::Ui, others: &mut Others| others.ui(ui);
    let mut harness = Harness::builder().with_size(Vec2::new(600.0, 900.0)).build_ui_state(show, others);
    harness.run_steps(3);
    harness
}

/// What the pictures of [`Others`] are of: rows A and B over three times, values along a dendrite, states.
fn other_fields(label: impl Fn(&str) -> String, value: f32) -> Scene {
    let values = |shape: &[usize]| ndarray::ArrayD::from_elem(shape.to_vec(), value);
    let rows = [("row", Coord::labels([label("A"), label("B")])), ("time", Coord::from(vec![0.0, 1.0, 2.0]))];
    let mut cell = MorphologyGeometry::builder("cell");
    cell.section(Section::new("dend", SectionKind::Dendrite, 2).with_length_um(100.0));
    Scene::new()
        .with_geometry(cell.build().unwrap())
        .with_field(Field::new("f", values(&[2, 3]), rows).unwrap().with_unit("mV").with_label("Potential"))
        .with_field(Field::over_compartments("v", "cell", vec![value; 2]).unwrap().with_unit("mV"))
        .with_field(Field::new("states", values(&[2]), [("state", Coord::labels(["A", "B"]))]).unwrap())
        .with_field(Field::new("rates", values(&[2]), [("edge", Coord::labels(["ab", "bb"]))]).unwrap())
}

#[test]
fn the_other_pictures_say_what_they_lack() {
    let shown = others(Others::new(Scene::new()));
    for (expected, times) in [("no field `f`", 3), ("no cell `cell`", 1), ("no field `states`", 1)] {
        assert_eq!(shown.query_all_by_label_contains(expected).count(), times, "{expected}");
    }
    let mut lacking = Others::new(Scene::new().with_field(Field::series("f", "time", vec![], vec![]).unwrap()));
    lacking.phase.0.x_selectors.clear();
    lacking.phase.0.y_selectors.clear();
    lacking.graph.0.nodes.clear();
    let shown = others(lacking);
    for expected in ["no samples", "no nodes", "row"] {
        assert!(shown.query_all_by_label_contains(expected).count() > 0, "{expected}");
    }
    let whole = others(Others::new(other_fields(str::to_owned, 1.0)));
    assert_eq!(whole.query_all_by_label_contains("There is no").count(), 0);
    assert!(whole.query_by_label_contains("dend@0.25000 to dend@0.75000").is_some());
    assert!(whole.query_by_label_contains("Potential (mV)").is_some(), "the colours of the heat map have words");
    assert!(has_text(&whole, "A (mV)") && has_text(&whole, "B (mV)"), "axes of the phase plane: {:?}", texts(&whole));
}

#[test]
fn a_refresh_cap_defers_new_samples_of_every_kind() {
    for (cap, left) in [(Some(0.01), 5), (Some(0.0), 0), (None, 0)] {
        let mut capped = Others::new(Scene::new());
        capped.cap(cap);
        let mut harness = others(capped);
        let missing = |harness: &Harness<Others>| harness.query_all_by_label_contains("There is no").count();
        assert_eq!(missing(&harness), 5);
        harness.state_mut().scene = other_fields(str::to_owned, 1.0);
        harness.run_steps(3);
        assert_eq!(missing(&harness), left, "{cap:?}");
        // A view that was changed is a wish, and is shown at once.
        harness.state_mut().cap(Some(0.02));
        harness.run_steps(3);
        assert_eq!(missing(&harness), 0, "{cap:?}");
    }
}

#[test]
fn odd_data_are_no_trouble_for_other_pictures() {
    let long = "µ→".repeat(100);
    let scenes = [
        other_fields(str::to_owned, f32::NAN),
        other_fields(str::to_owned, f32::INFINITY),
        other_fields(str::to_owned, 0.0),
        other_fields(|label| format!("{label}{long}"), 1.0),
    ];
    for scene in scenes {
        for logarithmic in [false, true] {
            let mut odd = Others::new(scene.clone());
            if logarithmic {
                let axes = [&mut odd.phase.0.x, &mut odd.phase.0.y, &mut odd.range.0.x, &mut odd.range.0.y];
                axes.into_iter().for_each(|axis| axis.scale = Scale::Logarithmic);
            }
            let names = [&mut odd.phase.0.y.label, &mut odd.heat.0.x.label, &mut odd.graph.0.nodes[0].name];
            names.into_iter().for_each(|name| name.clone_from(&long));
            odd.heat.0.rolling_window = Some(f64::NAN);
            odd.raster.0.rolling_window = Some(-1.0);
            let mut harness = others(odd);
            for size in [Vec2::new(40.0, 2000.0), Vec2::new(2.0, 1.0), Vec2::new(2000.0, 30.0)] {
                harness.set_size(size);
                harness.run_steps(2);
            }
        }
    }
}
