//! One quantity against another.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{BACKGROUND, DataSource, PlotAxis};
use crate::{Binding, Rgba, Selector, ViewId};

/// The way that two quantities go together. Make one with [`PhasePlaneView::new`] and change its
/// fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PhasePlaneView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    pub title: String,
    /// The quantity on the x axis.
    pub x_source: DataSource,
    /// Which part of each of its dims; what is left is one series.
    pub x_selectors: IndexMap<String, Binding<Selector>>,
    /// The quantity on the y axis.
    pub y_source: DataSource,
    /// Which part of each of its dims; what is left is one series, as long as the other.
    pub y_selectors: IndexMap<String, Binding<Selector>>,
    /// The x axis.
    pub x: PlotAxis,
    /// The y axis.
    pub y: PlotAxis,
    /// Colour of the line.
    pub pen: Binding<Rgba>,
    /// How many of the newest samples are shown; all if `None`.
    pub newest_samples: Option<usize>,
    /// Whether the newest sample is marked.
    pub mark_newest: bool,
    /// Behind it.
    pub background: Binding<Rgba>,
    /// How often it is drawn anew at most; with every frame if `None`.
    pub max_refresh_hz: Option<f64>,
}

impl PhasePlaneView {
    /// The one source against the other, the newest sample marked.
    pub fn new(id: impl Into<ViewId>, x: impl Into<DataSource>, y: impl Into<DataSource>) -> Self {
        Self {
            id: id.into(),
            title: String::new(),
            x_source: x.into(),
            x_selectors: IndexMap::new(),
            y_source: y.into(),
            y_selectors: IndexMap::new(),
            x: PlotAxis::default(),
            y: PlotAxis::default(),
            pen: super::LinePlotView::PEN.into(),
            newest_samples: None,
            mark_newest: true,
            background: BACKGROUND.into(),
            max_refresh_hz: None,
        }
    }

    /// The same view, with a part of `dim` on the x axis.
    #[must_use]
    pub fn selecting_x(mut self, dim: impl Into<String>, selector: impl Into<Binding<Selector>>) -> Self {
        self.x_selectors.insert(dim.into(), selector.into());
        self
    }

    /// The same view, with a part of `dim` on the y axis.
    #[must_use]
    pub fn selecting_y(mut self, dim: impl Into<String>, selector: impl Into<Binding<Selector>>) -> Self {
        self.y_selectors.insert(dim.into(), selector.into());
        self
    }
}
