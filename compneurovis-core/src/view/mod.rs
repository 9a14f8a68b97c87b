//! How fields are drawn: one struct of settings for each kind of picture.
//!
//! Each kind has a constructor that takes what it cannot do without, and named defaults for the rest:
//! make one and change its fields. What may follow the shared state is a [`Binding`](crate::Binding).

mod custom;
mod heat_map;
mod limits;
mod line_plot;
mod morphology;
mod phase_plane;
mod range_plot;
mod raster;
mod source;
mod state_graph;
mod surface;

use serde::{Deserialize, Serialize};

pub use custom::CustomView;
pub use heat_map::HeatMapView;
pub use limits::ColorLimits;
pub use line_plot::{LevelMarker, LinePlotView, PlotAxis};
pub use morphology::{MorphologyView, VOLTAGE_LIMITS_MV};
pub use phase_plane::PhasePlaneView;
pub use range_plot::RangePlotView;
pub use raster::{RasterSource, RasterView};
pub use source::DataSource;
pub use state_graph::{GraphEdge, GraphNode, StateGraphView};
pub use surface::{SurfaceAspect, SurfaceAxes, SurfaceColor, SurfaceShading, SurfaceView};

use crate::ViewId;

/// Behind a picture unless its view says otherwise.
pub const BACKGROUND: crate::Rgba = crate::Rgba::WHITE;

/// A picture of some data. A scene has any number of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum View {
    /// A cell in 3-D, coloured by a field.
    Morphology(MorphologyView),
    /// A field over two dims as a surface in 3-D.
    Surface(SurfaceView),
    /// Curves over one dim of a field.
    LinePlot(LinePlotView),
    /// States and transitions as a graph.
    StateGraph(StateGraphView),
    /// One quantity against another.
    PhasePlane(PhasePlaneView),
    /// A quantity along the path between two compartments.
    RangePlot(RangePlotView),
    /// A field over two dims as a picture.
    HeatMap(HeatMapView),
    /// Spikes of many over time.
    Raster(RasterView),
    /// A picture that some frontends know how to draw.
    Custom(CustomView),
}

macro_rules! views {
    ($($kind:ident($type:ident) $name:literal;)*) => {
        impl View {
            /// Its id.
            pub fn id(&self) -> &ViewId {
                match self {
                    $(Self::$kind(view) => &view.id,)*
                }
            }

            /// Its title, or its id if it has none.
            pub fn title(&self) -> &str {
                let title = match self {
                    $(Self::$kind(view) => &view.title,)*
                };
                if title.is_empty() { self.id().as_str() } else { title }
            }

            /// What kind of picture it is, for messages.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $name,)*
                }
            }
        }

        $(
            impl From<$type> for View {
                fn from(view: $type) -> Self {
                    Self::$kind(view)
                }
            }

            impl $type {
                /// The same view, titled.
                #[must_use]
                pub fn with_title(mut self, title: impl Into<String>) -> Self {
                    self.title = title.into();
                    self
                }
            }
        )*
    };
}

views! {
    Morphology(MorphologyView) "morphology";
    Surface(SurfaceView) "surface";
    LinePlot(LinePlotView) "line plot";
    StateGraph(StateGraphView) "state graph";
    PhasePlane(PhasePlaneView) "phase plane";
    RangePlot(RangePlotView) "range plot";
    HeatMap(HeatMapView) "heat map";
    Raster(RasterView) "raster";
    Custom(CustomView) "custom view";
}

impl View {
    /// Whether it is drawn in space and seen by a camera.
    pub fn is_3d(&self) -> bool {
        matches!(self, Self::Morphology(_) | Self::Surface(_))
    }
}
