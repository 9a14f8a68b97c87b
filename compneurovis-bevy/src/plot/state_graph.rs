//! States and transitions as a graph.

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{
    ColorLimits, ColorMap, Coord, Field, FieldId, Rgba, Scene, StateGraphView,
    colormap::{NO_VALUE_COLOR, table_index},
    view::{GraphEdge, GraphNode},
};

use super::{axis::color32, flat, refresh::Kept};
use crate::{
    ticks::number,
    workbench::{ColorScale, flat_color_bar_ui},
};

/// Room around the nodes, as a part of what they span.
const MARGIN: f32 = 0.12;

/// How far the two edges of a pair lie apart, from each other's middle, in points.
const PAIR_OFFSET: f32 = 5.0;

/// How near the pointer is to an edge that it points at, in points.
const NEAR: f32 = 5.0;

/// From this size on, in points, there is room for what the colours mean.
const BARS_FROM: egui::Vec2 = egui::vec2(160.0, 130.0);

/// Length of an arrow's head, in points.
pub(super) const HEAD: f32 = 9.0;

/// The most letters of a node's name.
const NAME_LETTERS: usize = 24;

/// What a state graph remembers from frame to frame. A component of the entities of state graphs.
#[derive(Component, Debug, Default)]
pub struct StateGraphState(Kept<StateGraphView, Shown>);

/// The values as they were when they were due last.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) nodes: Shades,
    pub(super) edges: Shades,
    /// A field that there is not.
    missing: Option<FieldId>,
}

/// Draws a state graph into the rest of `ui`; what has no values is grey.
pub fn state_graph_ui(ui: &mut egui::Ui, state: &mut StateGraphState, view: &StateGraphView, scene: &Scene) {
    let (shown, _) = state.0.renewed(view, view.max_refresh_hz, || Shown::new(view, scene));
    if let Some(missing) = &shown.missing {
        ui.weak(format!("There is no field `{missing}` yet."));
    }
    if view.nodes.is_empty() {
        ui.weak("The graph has no nodes.");
        return;
    }
    flat::background(ui, &view.background, &scene.state);
    if ui.available_height() >= BARS_FROM.y && ui.available_width() >= BARS_FROM.x {
        [&shown.nodes, &shown.edges].into_iter().filter_map(|shades| shades.scale.as_ref()).for_each(|scale| {
            flat_color_bar_ui(ui, scale);
        });
    }
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), egui::Sense::hover());
    let graph = Graph::new(view, shown, rect);
    let painter = ui.painter().with_clip_rect(rect);
    (0..view.edges.len()).for_each(|edge| graph.edge(&painter, edge));
    (0..view.nodes.len()).for_each(|node| graph.node(&painter, node));
    if let Some(text) = response.hover_pos().and_then(|at| graph.told(at)) {
        response.on_hover_text(text);
    }
}

/// A graph as it is placed in a rectangle.
pub(super) struct Graph<'a> {
    view: &'a StateGraphView,
    shown: &'a Shown,
    pub(super) centers: Vec<egui::Pos2>,
    pub(super) radius: f32,
}

/// What nodes or edges are, and the colours of that.
#[derive(Debug)]
pub(super) struct Shades {
    /// Of each; `None` where the field has none.
    values: Vec<Option<f32>>,
    pub(super) colors: Vec<Rgba>,
    unit: String,
    /// `None` without a field.
    pub(super) scale: Option<ColorScale>,
}

impl Shades {
    fn new<'a>(
        labels: impl Iterator<Item = &'a str>,
        field: &FieldId,
        map: &ColorMap,
        limits: &ColorLimits,
        scene: &Scene,
    ) -> Self {
        let field = scene.fields.get(field);
        let all: Vec<f32> = field.map(|field| field.values().iter().copied().collect()).unwrap_or_default();
        let (range, table) = (limits.resolve(&scene.state, &all), map.table());
        let values: Vec<Option<f32>> = labels.map(|label| value(field?, label, &all)).collect();
        let color = |value: &Option<f32>| {
            value.and_then(|value| table_index(value, range)).map_or(NO_VALUE_COLOR, |index| table[index])
        };
        let scale = |field: &Field| ColorScale {
            name: field.label().to_owned(),
            unit: field.unit().to_owned(),
            map: map.clone(),
            limits: range,
            automatic: limits.fixed(&scene.state).is_none(),
        };
        Self {
            colors: values.iter().map(color).collect(),
            values,
            unit: field.map_or_else(String::new, |field| field.unit().to_owned()),
            scale: field.map(scale),
        }
    }

    fn told(&self, at: usize, label: &str) -> String {
        let value = self.values[at].filter(|value| !value.is_nan());
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        value.map_or_else(|| format!("{label}: no value"), |value| format!("{label} = {}{unit}", number(value.into())))
    }
}

/// The value of a label of a field over one dim.
fn value(field: &Field, label: &str, values: &[f32]) -> Option<f32> {
    let mut coords = field.coords();
    let (_, Coord::Labels(labels)) = coords.next().filter(|_| field.shape().len() == 1)? else { return None };
    values.get(labels.position(label)?).copied()
}

impl Shown {
    pub(super) fn new(view: &StateGraphView, scene: &Scene) -> Self {
        let missing = [&view.node_field, &view.edge_field].into_iter().find(|id| !scene.fields.contains_key(*id));
        let nodes = view.nodes.iter().map(|node| node.name.as_str());
        let edges = view.edges.iter().map(|edge| edge.id.as_str());
        Self {
            nodes: Shades::new(nodes, &view.node_field, &view.node_color_map, &view.node_color_limits, scene),
            edges: Shades::new(edges, &view.edge_field, &view.edge_color_map, &view.edge_color_limits, scene),
            missing: missing.cloned(),
        }
    }
}

impl<'a> Graph<'a> {
    pub(super) fn new(view: &'a StateGraphView, shown: &'a Shown, rect: egui::Rect) -> Self {
        // An edge that leads back lies above its node.
        let size = if view.node_size.is_finite() { view.node_size.clamp(2.0, 200.0) as f32 } else { 20.0 };
        let radius = (size / 2.0).min(rect.width().min(rect.height()) / 4.0);
        let has_loop = view.edges.iter().any(|edge| edge.source == edge.target);
        let above = if has_loop { (2.8 * radius).min(rect.height() * 0.3) } else { 0.0 };
        let side = (rect.size() * (1.0 - 2.0 * MARGIN) - egui::vec2(0.0, above)).max(egui::Vec2::ZERO);
        let part = |at: f64| if at.is_finite() { at.clamp(-0.1, 1.1) as f32 } else { 0.5 };
        let origin = rect.left_bottom() + egui::vec2(rect.width() * MARGIN, -rect.height() * MARGIN);
        let center = |node: &GraphNode| origin + egui::vec2(part(node.x) * side.x, -part(node.y) * side.y);
        Self { view, shown, centers: view.nodes.iter().map(center).collect(), radius }
    }

    fn center(&self, name: &str) -> Option<egui::Pos2> {
        let at = self.view.nodes.iter().position(|node| node.name == name)?;
        self.centers.get(at).copied()
    }

    fn node(&self, painter: &egui::Painter, node: usize) {
        let (name, center) = (&self.view.nodes[node].name, self.centers[node]);
        let shade = self.shown.nodes.colors[node];
        painter.circle(center, self.radius, color32(shade), (1.5, painter.ctx().global_style().visuals.text_color()));
        let font = egui::FontId::proportional(12.0);
        let text = shown_name(name);
        let inside = painter.layout_no_wrap(text.clone(), font.clone(), egui::Color32::WHITE);
        if inside.size().x <= 2.0 * self.radius - 2.0 {
            painter.text(center, egui::Align2::CENTER_CENTER, text, font, color32(Rgba::label_on(shade)));
        } else {
            // It does not fit into the node.
            let below = center + egui::vec2(0.0, self.radius + 2.0);
            let color = painter.ctx().global_style().visuals.text_color();
            painter.text(below, egui::Align2::CENTER_TOP, text, font, color);
        }
    }

    /// The ends of an edge at the rims of its nodes; beside the middle if there is one back.
    pub(super) fn ends(&self, edge: &GraphEdge) -> Option<(egui::Pos2, egui::Pos2)> {
        let (from, to) = (self.center(&edge.source)?, self.center(&edge.target)?);
        let along = (to - from).normalized();
        let is_back = |other: &GraphEdge| other.source == edge.target && other.target == edge.source;
        let aside = if self.view.edges.iter().any(is_back) { along.rot90() * PAIR_OFFSET } else { egui::Vec2::ZERO };
        let gap = along * (self.radius + 3.0);
        Some((from + gap + aside, to - gap + aside))
    }

    fn edge(&self, painter: &egui::Painter, edge: usize) {
        let stroke = egui::Stroke::new(2.5, color32(self.shown.edges.colors[edge]));
        let edge = &self.view.edges[edge];
        let outline =
            egui::Stroke::new(4.0, painter.ctx().global_style().visuals.weak_text_color().gamma_multiply(0.5));
        if let Some((loop_center, radius)) = self.ring(edge) {
            [outline, stroke].into_iter().for_each(|stroke| {
                painter.circle_stroke(loop_center, radius, stroke);
            });
            let (tip, along) = ring_tip(loop_center, radius);
            return head(painter, tip, along, stroke.color);
        }
        let Some((from, to)) = self.ends(edge) else { return };
        let along = (to - from).normalized();
        let stop = to - along * HEAD * 0.8;
        painter.line_segment([from, stop], outline);
        painter.line_segment([from, stop], stroke);
        head(painter, to, along, stroke.color);
    }

    /// What is under the pointer.
    fn told(&self, at: egui::Pos2) -> Option<String> {
        let node = self.centers.iter().position(|center| center.distance(at) <= self.radius);
        if let Some(node) = node {
            return Some(self.shown.nodes.told(node, &self.view.nodes[node].name));
        }
        let edge = self.view.edges.iter().position(|edge| self.is_near(edge, at))?;
        let GraphEdge { id, source, target, .. } = &self.view.edges[edge];
        Some(format!("{source} → {target}\n{}", self.shown.edges.told(edge, id)))
    }

    /// The middle and the radius of an edge that leads back to its node.
    pub(super) fn ring(&self, edge: &GraphEdge) -> Option<(egui::Pos2, f32)> {
        let radius = self.radius * 0.9;
        let above = egui::vec2(0.0, self.radius + radius * 0.7);
        (edge.source == edge.target).then(|| self.center(&edge.source)).flatten().map(|center| (center - above, radius))
    }

    fn is_near(&self, edge: &GraphEdge, at: egui::Pos2) -> bool {
        if let Some((center, radius)) = self.ring(edge) {
            return (center.distance(at) - radius).abs() < NEAR;
        }
        self.ends(edge).is_some_and(|(from, to)| {
            let (along, offset) = (to - from, at - from);
            let part = (offset.dot(along) / along.length_sq().max(1e-6)).clamp(0.0, 1.0);
            (from + along * part).distance(at) < NEAR
        })
    }
}

fn head(painter: &egui::Painter, tip: egui::Pos2, along: egui::Vec2, color: egui::Color32) {
    let outline = painter.ctx().global_style().visuals.weak_text_color();
    painter.add(egui::Shape::convex_polygon(head_corners(tip, along).to_vec(), color, (0.8, outline)));
}

/// The corners of an arrow's head.
pub(super) fn head_corners(tip: egui::Pos2, along: egui::Vec2) -> [egui::Pos2; 3] {
    let (back, side) = (tip - along * HEAD, along.rot90() * HEAD * 0.5);
    [tip, back + side, back - side]
}

/// Where the head of an edge back to its own node is, and where it points to.
pub(super) fn ring_tip(center: egui::Pos2, radius: f32) -> (egui::Pos2, egui::Vec2) {
    (center + egui::vec2(radius * 0.8, radius * 0.6), egui::vec2(-0.5, 0.8).normalized())
}

/// As much of a node's name as is shown.
pub(super) fn shown_name(name: &str) -> String {
    name.chars().take(NAME_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> (StateGraphView, Scene) {
        let nodes = vec![GraphNode::new("A", 0.0, 0.5), GraphNode::new("B", 1.0, 0.5)];
        let edges = vec![GraphEdge::new("A", "B", "ab"), GraphEdge::new("B", "A", "ba")];
        let states = Field::new("n", ndarray::arr1(&[1.0, 0.0]).into_dyn(), [("state", Coord::labels(["A", "B"]))]);
        (StateGraphView::new("g", "n", "e", nodes, edges), Scene::new().with_field(states.unwrap()))
    }

    #[test]
    fn a_pair_of_edges_lies_apart_and_nodes_keep_to_their_places() {
        let (view, scene) = scene();
        let rect = egui::Rect::from_min_size(egui::pos2(0.0, 0.0), egui::vec2(400.0, 200.0));
        let shown = Shown::new(&view, &scene);
        let graph = Graph::new(&view, &shown, rect);
        assert_eq!(graph.centers[0].y, 100.0, "half way up");
        let (there, back) = (graph.ends(&view.edges[0]).unwrap(), graph.ends(&view.edges[1]).unwrap());
        assert!((there.0.y - back.0.y).abs() >= 2.0 * PAIR_OFFSET - 0.1, "{there:?} {back:?}");
        assert!(there.0.x < there.1.x && back.0.x > back.1.x);
        let middle = there.0 + (there.1 - there.0) * 0.5;
        assert_eq!(graph.told(middle).as_deref(), Some("A → B\nab: no value"));
    }

    #[test]
    fn colours_are_those_of_the_values_and_grey_where_there_are_none() {
        let (mut view, scene) = scene();
        view.nodes.push(GraphNode::new("C", 0.5, 0.5));
        let shown = Shown::new(&view, &scene);
        assert_ne!(shown.nodes.colors[0], shown.nodes.colors[1]);
        assert_eq!(shown.nodes.colors[2], NO_VALUE_COLOR);
        assert_eq!(shown.edges.colors, [NO_VALUE_COLOR; 2]);
        assert_eq!(shown.missing, Some("e".into()));
    }

    #[test]
    fn limits_that_follow_the_values_are_those_of_this_moment() {
        let (mut view, scene) = scene();
        view.node_color_limits = ColorLimits::Automatic;
        let limits = |scene: &Scene| Shown::new(&view, scene).nodes.scale.unwrap().limits;
        assert_eq!(limits(&scene), (0.0, 1.0));
        let later = Field::new("n", ndarray::arr1(&[8.0, 2.0]).into_dyn(), [("state", Coord::labels(["A", "B"]))]);
        assert_eq!(limits(&scene.with_field(later.unwrap())), (2.0, 8.0));
    }

    #[test]
    fn an_edge_back_to_its_node_can_be_pointed_at() {
        let (mut view, scene) = scene();
        view.edges = vec![GraphEdge::new("A", "A", "aa")];
        let shown = Shown::new(&view, &scene);
        let rect = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(400.0, 200.0));
        let graph = Graph::new(&view, &shown, rect);
        let (center, radius) = graph.ring(&view.edges[0]).unwrap();
        assert!(graph.told(center - egui::vec2(0.0, radius)).unwrap().starts_with("A → A"));
        assert_eq!(graph.told(egui::pos2(399.0, 199.0)), None);
    }
}
