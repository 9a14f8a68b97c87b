//! A quantity along the path between two compartments.

use serde::{Deserialize, Serialize};

use super::{BACKGROUND, PlotAxis};
use crate::{Binding, FieldId, GeometryId, Rgba, ViewId, scene::SELECTED_ENTITY};

/// A quantity over the distance along the path between two compartments: NEURON calls it a range
/// variable plot. Make one with [`RangePlotView::new`] and change its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RangePlotView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    pub title: String,
    /// The cell.
    pub geometry: GeometryId,
    /// The field over its compartments whose newest values are shown.
    pub field: FieldId,
    /// Id of the compartment where the path begins, at distance 0.
    pub from: Binding<String>,
    /// Id of the compartment where it ends.
    pub to: Binding<String>,
    /// The x axis: distance along the path in micrometres.
    pub x: PlotAxis,
    /// The y axis.
    pub y: PlotAxis,
    /// Colour of the line.
    pub pen: Binding<Rgba>,
    /// Behind it.
    pub background: Binding<Rgba>,
    /// How often it is drawn anew at most; with every frame if `None`.
    pub max_refresh_hz: Option<f64>,
}

impl RangePlotView {
    /// A field along the path from a compartment to the one that is selected.
    pub fn new(
        id: impl Into<ViewId>,
        geometry: impl Into<GeometryId>,
        field: impl Into<FieldId>,
        from: impl Into<Binding<String>>,
    ) -> Self {
        Self {
            id: id.into(),
            title: String::new(),
            geometry: geometry.into(),
            field: field.into(),
            from: from.into(),
            to: Binding::state(SELECTED_ENTITY),
            x: PlotAxis { label: "Distance".to_owned(), unit: "µm".to_owned(), ..PlotAxis::default() },
            y: PlotAxis::default(),
            pen: super::LinePlotView::PEN.into(),
            background: BACKGROUND.into(),
            max_refresh_hz: None,
        }
    }

    /// The same view, with the path ending at another compartment than the selected one.
    #[must_use]
    pub fn to(mut self, entity: impl Into<Binding<String>>) -> Self {
        self.to = entity.into();
        self
    }
}
