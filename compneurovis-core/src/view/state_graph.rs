//! States and transitions as a graph.

use serde::{Deserialize, Serialize};

use super::BACKGROUND;
use crate::{Binding, ColorLimits, ColorMap, FieldId, Rgba, ViewId};

/// Nodes and arrows between them, coloured by fields. Make one with [`StateGraphView::new`] and
/// change its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StateGraphView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    pub title: String,
    /// A value for each node, over the one dim `state` whose labels are the names of nodes.
    pub node_field: FieldId,
    /// A value for each edge, over the one dim `edge` whose labels are the ids of edges.
    pub edge_field: FieldId,
    /// The nodes.
    pub nodes: Vec<GraphNode>,
    /// The edges.
    pub edges: Vec<GraphEdge>,
    /// From node values to colours.
    pub node_color_map: ColorMap,
    /// From edge values to colours.
    pub edge_color_map: ColorMap,
    /// The node values at both ends of their map.
    pub node_color_limits: ColorLimits,
    /// The edge values at both ends of their map.
    pub edge_color_limits: ColorLimits,
    /// Diameter of a node in points.
    pub node_size: f64,
    /// Behind it.
    pub background: Binding<Rgba>,
    /// How often it is drawn anew at most; with every frame if `None`.
    pub max_refresh_hz: Option<f64>,
}

/// A node of a state graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphNode {
    /// Its name, which is written in it.
    pub name: String,
    /// From the left edge, 0, to the right one, 1.
    pub x: f64,
    /// From the lower edge, 0, to the upper one, 1.
    pub y: f64,
}

/// A directed edge of a state graph. An edge can lead back to where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphEdge {
    /// Name of the node where it begins.
    pub source: String,
    /// Name of the node where it ends.
    pub target: String,
    /// Its label in the field of edges.
    pub id: String,
}

impl StateGraphView {
    /// The node values at both ends of their map, unless the view says otherwise.
    pub const NODE_LIMITS: (f32, f32) = (0.0, 1.0);

    /// The edge values at both ends of their map, unless the view says otherwise.
    pub const EDGE_LIMITS: (f32, f32) = (-0.1, 0.1);

    /// Diameter of a node in points, unless the view says otherwise.
    pub const NODE_SIZE: f64 = 20.0;

    /// A graph of `nodes` and `edges`: nodes from white to deep red, edges from blue to red.
    pub fn new(
        id: impl Into<ViewId>,
        node_field: impl Into<FieldId>,
        edge_field: impl Into<FieldId>,
        nodes: Vec<GraphNode>,
        edges: Vec<GraphEdge>,
    ) -> Self {
        Self {
            id: id.into(),
            title: String::new(),
            node_field: node_field.into(),
            edge_field: edge_field.into(),
            nodes,
            edges,
            node_color_map: ColorMap::StateFire,
            edge_color_map: ColorMap::BlueWhiteRed,
            node_color_limits: Self::NODE_LIMITS.into(),
            edge_color_limits: Self::EDGE_LIMITS.into(),
            node_size: Self::NODE_SIZE,
            background: BACKGROUND.into(),
            max_refresh_hz: None,
        }
    }

    /// Edges of which an end is no node of the graph.
    pub fn loose_edges(&self) -> impl Iterator<Item = &GraphEdge> {
        let known = |name: &str| self.nodes.iter().any(|node| node.name == name);
        self.edges.iter().filter(move |edge| !(known(&edge.source) && known(&edge.target)))
    }
}

impl GraphNode {
    /// A node, both coordinates from 0 to 1.
    pub fn new(name: impl Into<String>, x: f64, y: f64) -> Self {
        Self { name: name.into(), x, y }
    }
}

impl GraphEdge {
    /// An edge from one node to another.
    pub fn new(source: impl Into<String>, target: impl Into<String>, id: impl Into<String>) -> Self {
        Self { source: source.into(), target: target.into(), id: id.into() }
    }
}
