//! Plots on paper: the same curves, axes and colours as figures of vectors.

mod bar;
mod content;
mod draw;
mod graph;
mod heat_map;
mod picture;

use compneurovis_core::{Field, Scale, Scene, View};

use crate::workbench::ColorScale;
use picture::Picture;

/// A plot as it is to be drawn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figure {
    pub(crate) title: String,
    pub(crate) labels: (String, String),
    /// Least and greatest along both axes: values, or their logarithms.
    pub(crate) bounds: ([f64; 2], [f64; 2]),
    pub(crate) scales: (Scale, Scale),
    pub(crate) strokes: Vec<Stroke>,
    /// Lines across the plot: where, what they are called, their colour.
    pub(crate) levels: Vec<(f64, String, String)>,
    /// What the rows are called, from the bottom up, if y counts rows.
    pub(crate) rows: Vec<String>,
    pub(crate) has_legend: bool,
    /// What lies behind the curves.
    pub(crate) picture: Option<Picture>,
    /// What the colours mean.
    pub(crate) color_scales: Vec<ColorScale>,
}

/// A curve of a figure, along the axes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stroke {
    pub(crate) label: String,
    /// As SVG has it: `#rrggbb`.
    pub(crate) color: String,
    pub(crate) dashed: bool,
    /// The stretches between gaps.
    pub(crate) pieces: Vec<Vec<[f64; 2]>>,
}

/// What else a figure is made of than its view and scene.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen<'a> {
    /// What the plot in the window shows.
    pub(crate) bounds: Option<([f64; 2], [f64; 2])>,
    /// The scales of its axes, if the user chose them.
    pub(crate) scales: (Option<Scale>, Option<Scale>),
    /// The same field in a run before.
    pub(crate) before: Option<&'a Field>,
}

/// A view as SVG text of `size`, in CSS pixels, with lines about how it came about; or why there is none.
pub(crate) fn svg_of(view: &View, scene: &Scene, seen: Seen, size: (f64, f64), about: &str) -> Result<String, String> {
    if let View::StateGraph(view) = view {
        return graph::graph_svg(view, scene, size, about);
    }
    Ok(draw::figure_svg(&Figure::of(view, scene, seen)?, size, about))
}

/// Whether a view can be had as SVG.
pub(crate) fn has_svg(view: &View) -> bool {
    use View::{HeatMap, LinePlot, PhasePlane, RangePlot, Raster, StateGraph};
    matches!(view, LinePlot(_) | PhasePlane(_) | RangePlot(_) | Raster(_) | HeatMap(_) | StateGraph(_))
}

impl Figure {
    /// The figure of a view, or why there is none.
    fn of(view: &View, scene: &Scene, seen: Seen) -> Result<Self, String> {
        let mut figure = match view {
            View::LinePlot(view) => content::line_plot(view, scene, seen),
            View::PhasePlane(view) => content::phase_plane(view, scene),
            View::RangePlot(view) => content::range_plot(view, scene),
            View::Raster(view) => content::raster(view, scene),
            View::HeatMap(view) => heat_map::heat_map(view, scene),
            other => Err(format!("a {} is no plot; a PNG shows it", other.kind())),
        }?;
        figure.title = view.title().to_owned();
        Ok(figure)
    }
}
