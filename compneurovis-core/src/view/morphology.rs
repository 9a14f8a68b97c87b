//! A cell in 3-D.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::BACKGROUND;
use crate::{Binding, ColorLimits, ColorMap, FieldId, GeometryId, Rgba, Scene, Selector, ViewId};

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
    /// The dim of that field of which the last position is shown, if it has one beside the
    /// compartments.
    pub sample_dim: Option<String>,
    /// From values to colours.
    pub color_map: ColorMap,
    /// The values at both ends of the colour map, in the field's unit.
    pub color_limits: ColorLimits,
    /// Behind the cell.
    pub background: Binding<Rgba>,
    /// How often it is drawn anew at most; with every frame if `None`.
    pub max_refresh_hz: Option<f64>,
}

impl MorphologyView {
    /// The dim of which the last position is shown, unless the view says otherwise.
    pub const SAMPLE_DIM: &'static str = "time";

    /// The geometry coloured by voltage: map `scalar`, [`VOLTAGE_LIMITS_MV`], on white.
    pub fn new(id: impl Into<ViewId>, geometry: impl Into<GeometryId>) -> Self {
        Self {
            id: id.into(),
            title: String::new(),
            geometry: geometry.into(),
            color_field: None,
            sample_dim: Some(Self::SAMPLE_DIM.to_owned()),
            color_map: ColorMap::Scalar,
            color_limits: VOLTAGE_LIMITS_MV.into(),
            background: BACKGROUND.into(),
            max_refresh_hz: None,
        }
    }

    /// The same view, coloured by a field over the compartments.
    #[must_use]
    pub fn colored_by(mut self, field: impl Into<FieldId>) -> Self {
        self.color_field = Some(field.into());
        self
    }

    /// The values of its field that colour it now, one for each compartment: of a field with a
    /// [`sample_dim`](Self::sample_dim) the last. `None` if there are none of that form.
    pub fn color_values<'a>(&self, scene: &'a Scene) -> Option<Cow<'a, [f32]>> {
        let field = scene.fields.get(self.color_field.as_ref()?)?;
        if let Some(values) = field.as_slice() {
            return Some(Cow::Borrowed(values));
        }
        let dim = self.sample_dim.as_deref().filter(|dim| field.axis(dim).is_ok())?;
        let last = field.select([(dim, Selector::Index(-1))]).ok()?;
        last.as_slice().map(|values| Cow::Owned(values.to_vec()))
    }

    /// The same view with another map and limits.
    #[must_use]
    pub fn with_colors(mut self, map: ColorMap, limits: impl Into<ColorLimits>) -> Self {
        (self.color_map, self.color_limits) = (map, limits.into());
        self
    }
}
