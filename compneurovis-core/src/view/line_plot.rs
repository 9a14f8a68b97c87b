//! Curves over one dim of a field.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{BACKGROUND, DataSource};
use crate::{Binding, Rgba, Scale, Selector, ViewId};

/// Curves over one dim. Make one with [`LinePlotView::new`] and change its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinePlotView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    #[serde(default)]
    pub title: String,
    /// Where its values are from; they are on the y axis.
    pub source: DataSource,
    /// The dim whose coordinate is on the x axis; the last one that no selector takes if `None`.
    #[serde(default)]
    pub x_dim: Option<String>,
    /// The dim of which each position gives a curve; the one that is left over if `None`.
    #[serde(default)]
    pub series_dim: Option<String>,
    /// Which part of each dim is drawn.
    #[serde(default)]
    pub selectors: IndexMap<String, Binding<Selector>>,
    /// The x axis.
    #[serde(default)]
    pub x: PlotAxis,
    /// The y axis.
    #[serde(default)]
    pub y: PlotAxis,
    /// Colour of a single curve.
    #[serde(default = "pen")]
    pub pen: Binding<Rgba>,
    /// Colours of curves by their labels; they come before the palette.
    #[serde(default)]
    pub series_colors: IndexMap<String, Binding<Rgba>>,
    /// Colours of several curves in turn; the frontend's own if empty.
    #[serde(default)]
    pub series_palette: Vec<Rgba>,
    /// Whether several curves have a legend.
    #[serde(default = "yes")]
    pub show_legend: bool,
    /// Behind it.
    #[serde(default = "background")]
    pub background: Binding<Rgba>,
    /// How much of x is shown, ending at the newest sample; everything if `None`.
    #[serde(default)]
    pub rolling_window: Option<f64>,
    /// Whether what lies before the window is left out, but for one sample.
    #[serde(default)]
    pub trim_to_rolling_window: bool,
    /// How often it is drawn anew at most; with every frame if `None`.
    #[serde(default)]
    pub max_refresh_hz: Option<f64>,
    /// Values of y that are marked by a line, such as a threshold.
    #[serde(default)]
    pub levels: Vec<LevelMarker>,
    /// Whether it shares its range of x and its cursor with the other plots over the same quantity.
    #[serde(default = "yes")]
    pub linked: bool,
}

fn yes() -> bool {
    true
}

fn pen() -> Binding<Rgba> {
    LinePlotView::PEN.into()
}

fn background() -> Binding<Rgba> {
    BACKGROUND.into()
}

/// A value of y that is marked by a line across a plot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelMarker {
    /// The value, in the unit of the y axis.
    pub value: Binding<f64>,
    /// Written beside the line; may be empty.
    #[serde(default)]
    pub label: String,
    /// Colour of the line.
    pub color: Binding<Rgba>,
}

impl LevelMarker {
    /// Colour of a marker, unless it says otherwise.
    pub const COLOR: Rgba = Rgba::rgb(0x80, 0x80, 0x80);

    /// A grey line at a value.
    pub fn new(value: impl Into<Binding<f64>>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), color: Self::COLOR.into() }
    }
}

/// An axis of a plot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlotAxis {
    /// Its name; that of the dim or the field if empty.
    #[serde(default)]
    pub label: String,
    /// Its unit; the field's own if empty.
    #[serde(default)]
    pub unit: String,
    /// The lowest value shown at all times, if fixed.
    #[serde(default)]
    pub min: Option<f64>,
    /// The highest value shown at all times, if fixed.
    #[serde(default)]
    pub max: Option<f64>,
    /// From one numbered tick to the next, if fixed.
    #[serde(default)]
    pub major_tick_spacing: Option<f64>,
    /// From one small tick to the next, if fixed; a fifth of the major one if only that is.
    #[serde(default)]
    pub minor_tick_spacing: Option<f64>,
    /// Whether equal distances are equal differences or equal ratios. What is not positive is not shown
    /// on a logarithmic axis.
    #[serde(default)]
    pub scale: Scale,
}

impl LinePlotView {
    /// Colour of a single curve, unless the view says otherwise.
    pub const PEN: Rgba = Rgba::rgb(0x1f, 0x3c, 0x88);

    /// The source over `x_dim`, every other dim giving a curve for each label.
    pub fn new(id: impl Into<ViewId>, source: impl Into<DataSource>, x_dim: impl Into<String>) -> Self {
        let x_dim = x_dim.into();
        Self {
            id: id.into(),
            title: String::new(),
            source: source.into(),
            x: PlotAxis { label: x_dim.clone(), ..PlotAxis::default() },
            x_dim: Some(x_dim),
            series_dim: None,
            selectors: IndexMap::new(),
            y: PlotAxis::default(),
            pen: Self::PEN.into(),
            series_colors: IndexMap::new(),
            series_palette: Vec::new(),
            show_legend: true,
            background: BACKGROUND.into(),
            rolling_window: None,
            trim_to_rolling_window: false,
            max_refresh_hz: None,
            levels: Vec::new(),
            linked: true,
        }
    }

    /// The same view, with a line across it at a value of y.
    #[must_use]
    pub fn with_level(mut self, value: impl Into<Binding<f64>>, label: impl Into<String>) -> Self {
        self.levels.push(LevelMarker::new(value, label));
        self
    }

    /// The same view, drawing a part of `dim`.
    #[must_use]
    pub fn selecting(mut self, dim: impl Into<String>, selector: impl Into<Binding<Selector>>) -> Self {
        self.selectors.insert(dim.into(), selector.into());
        self
    }

    /// The same view with a name and unit on its x axis.
    #[must_use]
    pub fn with_x_label(mut self, label: impl Into<String>, unit: impl Into<String>) -> Self {
        (self.x.label, self.x.unit) = (label.into(), unit.into());
        self
    }

    /// The same view with a name and unit on its y axis.
    #[must_use]
    pub fn with_y_label(mut self, label: impl Into<String>, unit: impl Into<String>) -> Self {
        (self.y.label, self.y.unit) = (label.into(), unit.into());
        self
    }

    /// The same view, with this much of y shown at all times.
    #[must_use]
    pub fn with_y_limits(mut self, min: f64, max: f64) -> Self {
        (self.y.min, self.y.max) = (Some(min), Some(max));
        self
    }

    /// The same view, showing so much of x, ending at the newest sample.
    #[must_use]
    pub fn with_rolling_window(mut self, window: f64) -> Self {
        self.rolling_window = Some(window);
        self
    }
}
