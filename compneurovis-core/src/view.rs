//! How fields are drawn.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{Binding, ColorMap, FieldId, GeometryId, Rgba, ViewId};

/// A picture of some data. A scene has any number of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum View {
    /// A cell in 3-D, coloured by a field.
    Morphology(MorphologyView),
    /// Curves over one dim of a field.
    LinePlot(LinePlotView),
}

impl View {
    /// Its id.
    pub fn id(&self) -> &ViewId {
        match self {
            Self::Morphology(view) => &view.id,
            Self::LinePlot(view) => &view.id,
        }
    }

    /// Its title, or its id if it has none.
    pub fn title(&self) -> &str {
        let title = match self {
            Self::Morphology(view) => &view.title,
            Self::LinePlot(view) => &view.title,
        };
        if title.is_empty() { self.id().as_str() } else { title }
    }
}

impl From<MorphologyView> for View {
    fn from(view: MorphologyView) -> Self {
        Self::Morphology(view)
    }
}

impl From<LinePlotView> for View {
    fn from(view: LinePlotView) -> Self {
        Self::LinePlot(view)
    }
}

/// The limits of a membrane voltage's colours in mV: [`MorphologyView::new`] starts with them.
pub const VOLTAGE_LIMITS_MV: (f32, f32) = (-80.0, 50.0);

/// A cell in 3-D. Make one with [`MorphologyView::new`] and change its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MorphologyView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    pub title: String,
    /// The cell.
    pub geometry: GeometryId,
    /// The field over its compartments that colours it; grey if `None`.
    pub color_field: Option<FieldId>,
    /// From values to colours.
    pub color_map: ColorMap,
    /// The values at both ends of the colour map, in the field's unit; those of the data if `None`.
    pub color_limits: Option<(f32, f32)>,
    /// Behind the cell.
    pub background: Rgba,
}

impl MorphologyView {
    /// The geometry coloured by voltage: map `scalar`, [`VOLTAGE_LIMITS_MV`], on white.
    pub fn new(id: impl Into<ViewId>, geometry: impl Into<GeometryId>) -> Self {
        Self {
            id: id.into(),
            title: String::new(),
            geometry: geometry.into(),
            color_field: None,
            color_map: ColorMap::Scalar,
            color_limits: Some(VOLTAGE_LIMITS_MV),
            background: Rgba::WHITE,
        }
    }

    /// The same view, titled.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same view, coloured by a field.
    #[must_use]
    pub fn colored_by(mut self, field: impl Into<FieldId>) -> Self {
        self.color_field = Some(field.into());
        self
    }
}

/// Curves over one dim of a field. Make one with [`LinePlotView::new`] and change its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinePlotView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    pub title: String,
    /// The field whose values are on the y axis.
    pub field: FieldId,
    /// The dim whose coordinate is on the x axis.
    pub x_dim: String,
    /// Which label of each other dim is drawn. A dim not named here gives one curve per label.
    pub selectors: IndexMap<String, Binding<String>>,
    /// Name on the x axis.
    pub x_label: String,
    /// Unit on the x axis.
    pub x_unit: String,
    /// Name on the y axis.
    pub y_label: String,
    /// Unit on the y axis; the field's own if empty.
    pub y_unit: String,
    /// Colour of a single curve.
    pub pen: Rgba,
    /// How much of x is shown, ending at the newest sample; everything if `None`.
    pub rolling_window: Option<f64>,
    /// The lowest and highest y shown at all times, if fixed.
    pub y_limits: Option<(f64, f64)>,
}

impl LinePlotView {
    /// `field` over `x_dim`, every other dim giving a curve for each label.
    pub fn new(id: impl Into<ViewId>, field: impl Into<FieldId>, x_dim: impl Into<String>) -> Self {
        let x_dim = x_dim.into();
        Self {
            id: id.into(),
            title: String::new(),
            field: field.into(),
            x_label: x_dim.clone(),
            x_dim,
            selectors: IndexMap::new(),
            x_unit: String::new(),
            y_label: "Value".to_owned(),
            y_unit: String::new(),
            pen: Rgba::rgb(0x1f, 0x3c, 0x88),
            rolling_window: None,
            y_limits: None,
        }
    }

    /// The same view, titled.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same view, drawing one label of `dim`.
    #[must_use]
    pub fn selecting(mut self, dim: impl Into<String>, label: Binding<String>) -> Self {
        self.selectors.insert(dim.into(), label);
        self
    }

    /// The same view with a name and unit on its x axis.
    #[must_use]
    pub fn with_x_label(mut self, label: impl Into<String>, unit: impl Into<String>) -> Self {
        (self.x_label, self.x_unit) = (label.into(), unit.into());
        self
    }

    /// The same view with a name and unit on its y axis.
    #[must_use]
    pub fn with_y_label(mut self, label: impl Into<String>, unit: impl Into<String>) -> Self {
        (self.y_label, self.y_unit) = (label.into(), unit.into());
        self
    }
}
