//! State graphs as figures.

use bevy_egui::egui;
use compneurovis_core::{Rgba, Scene, StateGraphView};
use svg::node::element::{Circle, Group, Polygon};

use super::{
    bar,
    content::hex,
    draw::{line, page, words},
};
use crate::plot::{
    axis::color32,
    state_graph::{Graph, HEAD, Shown, head_corners, ring_tip, shown_name},
};

/// Room for the title, and around the rest.
const TOP: f64 = 30.0;
const MARGIN: f64 = 12.0;

/// Width of a letter, as a part of its height: what there is without the font.
const LETTER: f32 = 0.55;

/// Size of the words.
const FONT: f32 = 11.0;

/// A state graph as SVG text of `size`, in CSS pixels, with lines about how it came about.
pub(super) fn graph_svg(view: &StateGraphView, scene: &Scene, size: (f64, f64), about: &str) -> Result<String, String> {
    if view.nodes.is_empty() {
        return Err("the graph has no nodes".to_owned());
    }
    let shown = Shown::new(view, scene);
    let scales: Vec<_> = [&shown.nodes, &shown.edges].into_iter().filter_map(|shades| shades.scale.clone()).collect();
    let room = if scales.is_empty() { 0.0 } else { bar::ROOM };
    let (right, bottom) = (size.0 - room - MARGIN, size.1 - MARGIN);
    let corner = |x: f64, y: f64| egui::pos2(x as f32, y as f32);
    let graph = Graph::new(view, &shown, egui::Rect::from_min_max(corner(MARGIN, TOP), corner(right, bottom)));
    let mut group = Group::new();
    for edge in 0..view.edges.len() {
        group = group.add(drawn_edge(&graph, view, &shown, edge));
    }
    for node in 0..view.nodes.len() {
        group = group.add(drawn_node(&graph, view, &shown, node));
    }
    let bars = bar::bars(&scales, right + MARGIN, TOP + MARGIN, bottom - TOP - 2.0 * MARGIN);
    Ok(page(&view.title, size, about).add(group).add(bars).to_string())
}

fn drawn_edge(graph: &Graph, view: &StateGraphView, shown: &Shown, edge: usize) -> Group {
    let color = hex(color32(shown.edges.colors[edge]));
    let edge = &view.edges[edge];
    let group = Group::new().set("data-label", edge.id.as_str());
    if let Some((center, radius)) = graph.ring(edge) {
        let ring = circle(center, radius).set("fill", "none");
        let (tip, along) = ring_tip(center, radius);
        let rim = ring.clone().set("stroke", "#a0a0a0").set("stroke-width", 4);
        return group
            .add(rim)
            .add(ring.set("stroke", color.as_str()).set("stroke-width", 2.5))
            .add(head(tip, along, &color));
    }
    let Some((from, to)) = graph.ends(edge) else { return group };
    let along = (to - from).normalized();
    let [from, stop] = [from, to - along * HEAD * 0.8].map(|at| (f64::from(at.x), f64::from(at.y)));
    group
        .add(line(from, stop, "#a0a0a0").set("stroke-width", 4))
        .add(line(from, stop, &color).set("stroke-width", 2.5))
        .add(head(to, along, &color))
}

fn head(tip: egui::Pos2, along: egui::Vec2, color: &str) -> Polygon {
    let corners = head_corners(tip, along).map(|at| format!("{:.2},{:.2}", at.x, at.y));
    Polygon::new().set("points", corners.join(" ")).set("fill", color).set("stroke", "#808080").set("stroke-width", 0.8)
}

fn drawn_node(graph: &Graph, view: &StateGraphView, shown: &Shown, node: usize) -> Group {
    let (name, center, shade) = (shown_name(&view.nodes[node].name), graph.centers[node], shown.nodes.colors[node]);
    let rim = circle(center, graph.radius).set("stroke", "#202020").set("stroke-width", 1.5);
    let fits = name.chars().count() as f32 * FONT * LETTER <= 2.0 * graph.radius - 2.0;
    // What does not fit into the node stands below it.
    let (down, color) =
        if fits { (0.35 * FONT, Rgba::label_on(shade)) } else { (graph.radius + FONT + 2.0, Rgba::rgb(32, 32, 32)) };
    let at = (f64::from(center.x), f64::from(center.y + down));
    let label = words(name, at, "middle").set("fill", hex(color32(color)));
    Group::new().add(rim.set("fill", hex(color32(shade)))).add(label)
}

fn circle(center: egui::Pos2, radius: f32) -> Circle {
    let round = |value: f32| (f64::from(value) * 100.0).round() / 100.0;
    Circle::new().set("cx", round(center.x)).set("cy", round(center.y)).set("r", round(radius))
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{
        Coord, Field,
        view::{GraphEdge, GraphNode},
    };

    use super::*;

    #[test]
    fn a_graph_has_its_nodes_edges_and_what_their_colours_mean() {
        let nodes = vec![GraphNode::new("C", 0.0, 0.5), GraphNode::new("a long name", 1.0, 0.5)];
        let edges = vec![GraphEdge::new("C", "a long name", "open"), GraphEdge::new("C", "C", "stay")];
        let states = Field::new("n", ndarray::arr1(&[1.0]).into_dyn(), [("state", Coord::labels(["C"]))]).unwrap();
        let scene = Scene::new().with_field(states.with_label("Open channels").with_unit("1"));
        let view = StateGraphView::new("g", "n", "e", nodes, edges);
        let text = graph_svg(&view, &scene, (400.0, 300.0), "t = 1 ms").unwrap();
        for word in ["a long name", "data-label=\"open\"", "data-label=\"stay\"", "Open channels (1)", "t = 1 ms"] {
            assert!(text.contains(word), "{word} in {text}");
        }
        assert_eq!(text.matches("<circle").count(), 4, "two nodes, and a ring with its rim");
        let shade = Shown::new(&view, &scene).nodes.colors[0];
        let label = format!("fill=\"{}\"", hex(color32(Rgba::label_on(shade))));
        assert!(text.contains(&label), "a name in a node stands out from its colour");
        let empty = StateGraphView::new("g", "n", "e", Vec::new(), Vec::new());
        assert!(graph_svg(&empty, &scene, (400.0, 300.0), "").unwrap_err().contains("no nodes"));
    }
}
