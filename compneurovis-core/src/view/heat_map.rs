//! A field over two dims as a picture.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{BACKGROUND, DataSource, PlotAxis};
use crate::{Binding, ColorLimits, ColorMap, Rgba, Selector, ViewId};

/// A field over two dims, each value a coloured rectangle. Make one with [`HeatMapView::new`] and change
/// its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HeatMapView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    pub title: String,
    /// Where its values are from.
    pub source: DataSource,
    /// The dim that runs to the right.
    pub x_dim: String,
    /// The dim that runs upwards.
    pub y_dim: String,
    /// Which part of each dim is drawn; every dim but the two needs one.
    pub selectors: IndexMap<String, Binding<Selector>>,
    /// From values to colours.
    pub color_map: ColorMap,
    /// The values at both ends of the colour map, in the field's unit.
    pub color_limits: ColorLimits,
    /// The x axis.
    pub x: PlotAxis,
    /// The y axis.
    pub y: PlotAxis,
    /// How much of x is shown, ending at the newest sample; everything if `None`.
    pub rolling_window: Option<f64>,
    /// Behind it.
    pub background: Binding<Rgba>,
    /// How often it is drawn anew at most; with every frame if `None`.
    pub max_refresh_hz: Option<f64>,
}

impl HeatMapView {
    /// The source over two dims, from dark violet to yellow between the extremes of its values.
    pub fn new(
        id: impl Into<ViewId>,
        source: impl Into<DataSource>,
        x_dim: impl Into<String>,
        y_dim: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            title: String::new(),
            source: source.into(),
            x_dim: x_dim.into(),
            y_dim: y_dim.into(),
            selectors: IndexMap::new(),
            color_map: ColorMap::Viridis,
            color_limits: ColorLimits::Automatic,
            x: PlotAxis::default(),
            y: PlotAxis::default(),
            rolling_window: None,
            background: BACKGROUND.into(),
            max_refresh_hz: None,
        }
    }

    /// The same view, drawing a part of `dim`.
    #[must_use]
    pub fn selecting(mut self, dim: impl Into<String>, selector: impl Into<Binding<Selector>>) -> Self {
        self.selectors.insert(dim.into(), selector.into());
        self
    }
}
