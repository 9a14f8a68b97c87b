//! Spikes of many over time.

use serde::{Deserialize, Serialize};

use super::{BACKGROUND, DataSource, PlotAxis};
use crate::{Binding, FieldId, Rgba, ViewId};

/// A row for each of many, a mark for each of its spikes. Make one with [`RasterView::new`] and change
/// its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RasterView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    pub title: String,
    /// Where its spikes are from.
    pub spikes: RasterSource,
    /// The x axis: time.
    pub x: PlotAxis,
    /// The y axis: who spiked.
    pub y: PlotAxis,
    /// Colour of a mark.
    pub pen: Binding<Rgba>,
    /// How much of time is shown, ending at the newest sample; everything if `None`.
    pub rolling_window: Option<f64>,
    /// Behind it.
    pub background: Binding<Rgba>,
    /// How often it is drawn anew at most; with every frame if `None`.
    pub max_refresh_hz: Option<f64>,
}

/// Where the spikes of a raster are from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RasterSource {
    /// The times at which a series rises through a threshold.
    Crossings {
        /// A field over two dims, one of them `time_dim`.
        source: DataSource,
        /// The dim of time; each position of the other has a row.
        time_dim: String,
        /// In the unit of the field.
        threshold: Binding<f64>,
    },
    /// Spikes as they were recorded.
    Events {
        /// A field over the one dim `time_dim`, its values the rows.
        field: FieldId,
        /// The dim whose coordinate is the time of each spike.
        time_dim: String,
        /// Names of the rows, lowest first; their numbers if empty.
        rows: Vec<String>,
    },
}

impl RasterView {
    /// The dim of time, unless the source says otherwise.
    pub const TIME_DIM: &'static str = "time";

    /// The threshold of a spike in mV, unless the source says otherwise.
    pub const THRESHOLD_MV: f64 = 0.0;

    /// Spikes where the series of `source` rise through 0 mV over the dim `time`.
    pub fn new(id: impl Into<ViewId>, source: impl Into<DataSource>) -> Self {
        Self::of(
            id,
            RasterSource::Crossings {
                source: source.into(),
                time_dim: Self::TIME_DIM.to_owned(),
                threshold: Self::THRESHOLD_MV.into(),
            },
        )
    }

    /// Spikes from any source.
    pub fn of(id: impl Into<ViewId>, spikes: RasterSource) -> Self {
        Self {
            id: id.into(),
            title: String::new(),
            spikes,
            x: PlotAxis { label: "Time".to_owned(), unit: "ms".to_owned(), ..PlotAxis::default() },
            y: PlotAxis::default(),
            pen: Rgba::BLACK.into(),
            rolling_window: None,
            background: BACKGROUND.into(),
            max_refresh_hz: None,
        }
    }
}
