//! Plots on paper: the same curves, axes and colours as figures of vectors.

mod content;
mod draw;

use compneurovis_core::{Field, Scale, Scene, View};

pub(crate) use draw::figure_svg;

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

impl Figure {
    /// The figure of a view, or why there is none.
    pub(crate) fn of(view: &View, scene: &Scene, seen: Seen) -> Result<Self, String> {
        let mut figure = match view {
            View::LinePlot(view) => content::line_plot(view, scene, seen),
            View::PhasePlane(view) => content::phase_plane(view, scene),
            View::RangePlot(view) => content::range_plot(view, scene),
            View::Raster(view) => content::raster(view, scene),
            other => Err(format!("a {} is no plot of lines; a PNG shows it", other.kind())),
        }?;
        figure.title = view.title().to_owned();
        Ok(figure)
    }
}
