//! A field over two dims as a surface in 3-D.

use serde::{Deserialize, Serialize};

use super::BACKGROUND;
use crate::{Binding, ColorLimits, ColorMap, FieldId, GeometryId, Rgba, ViewId};

/// A surface whose height is a field over two dims. Make one with [`SurfaceView::new`] and change its
/// fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SurfaceView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    pub title: String,
    /// The heights, over two dims.
    pub field: FieldId,
    /// Where the heights are; by the field's own coordinates if `None`.
    pub geometry: Option<GeometryId>,
    /// What its colours say.
    pub color_by: Binding<SurfaceColor>,
    /// From heights to colours.
    pub color_map: ColorMap,
    /// The heights at both ends of the colour map, in the field's unit.
    pub color_limits: ColorLimits,
    /// Its colour where that says nothing.
    pub surface_color: Binding<Rgba>,
    /// How light falls on it.
    pub shading: Binding<SurfaceShading>,
    /// 0 for transparent, 1 for opaque.
    pub alpha: Binding<f64>,
    /// How its sides are to one another.
    pub aspect: Binding<SurfaceAspect>,
    /// How much taller it is than that says.
    pub height_scale: Binding<f64>,
    /// Behind it.
    pub background: Binding<Rgba>,
    /// The axes, if there are any.
    pub axes: SurfaceAxes,
    /// How often it is drawn anew at most; with every frame if `None`.
    pub max_refresh_hz: Option<f64>,
}

/// What the colours of a surface say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SurfaceColor {
    /// Its height.
    #[default]
    Height,
    /// Nothing: it is of one colour.
    Uniform,
}

/// How light falls on a surface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SurfaceShading {
    /// Colours are as they are.
    #[default]
    Unlit,
    /// Each face has one shade.
    Flat,
    /// Shades run smoothly.
    Smooth,
}

/// How the sides of a surface are to one another. Heights are mostly of another unit than what they
/// stand on, and then no proportion is the true one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SurfaceAspect {
    /// A unit is as long along each side: for lengths in three directions.
    #[default]
    Literal,
    /// As it is seen best: half as high as it is long, and not much longer than wide.
    Fit,
}

/// The axes of a surface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SurfaceAxes {
    /// Whether they are drawn.
    pub visible: Binding<bool>,
    /// Through the middle of the surface; along its corner if not.
    pub in_middle: Binding<bool>,
    /// Whether the box around the surface is drawn with them.
    pub bounding_box: Binding<bool>,
    /// About how many ticks each has, at round numbers; none if 0.
    pub tick_count: Binding<u32>,
    /// Length of a tick, times the usual.
    pub tick_length_scale: Binding<f64>,
    /// Size of the numbers, in points.
    pub tick_label_size: Binding<f64>,
    /// Size of the names, in points.
    pub label_size: Binding<f64>,
    /// Colour of the lines.
    pub color: Binding<Rgba>,
    /// Colour of numbers and names.
    pub text_color: Binding<Rgba>,
    /// 0 for transparent, 1 for opaque.
    pub alpha: Binding<f64>,
    /// Names of x, y and height; those of the dims and the field if `None`.
    pub labels: Option<[String; 3]>,
}

impl SurfaceView {
    /// Its colour where that says nothing, unless the view says otherwise.
    pub const COLOR: Rgba = Rgba::rgb(128, 153, 204);

    /// The field coloured by its own height, from blue to red, opaque and unlit, without axes.
    pub fn new(id: impl Into<ViewId>, field: impl Into<FieldId>) -> Self {
        Self {
            id: id.into(),
            title: String::new(),
            field: field.into(),
            geometry: None,
            color_by: SurfaceColor::Height.into(),
            color_map: ColorMap::BlueWhiteRed,
            color_limits: ColorLimits::Automatic,
            surface_color: Self::COLOR.into(),
            shading: SurfaceShading::Unlit.into(),
            alpha: 1.0.into(),
            aspect: SurfaceAspect::Literal.into(),
            height_scale: 1.0.into(),
            background: BACKGROUND.into(),
            axes: SurfaceAxes::default(),
            max_refresh_hz: None,
        }
    }

    /// The same view, of a field that lies on a grid.
    #[must_use]
    pub fn on_grid(mut self, geometry: impl Into<GeometryId>) -> Self {
        self.geometry = Some(geometry.into());
        self
    }

    /// The same view with axes.
    #[must_use]
    pub fn with_axes(mut self) -> Self {
        self.axes.visible = true.into();
        self
    }
}

impl SurfaceAxes {
    /// How many ticks an axis has, unless it says otherwise.
    pub const TICK_COUNT: u32 = 5;

    /// Size of the numbers in points, unless they say otherwise.
    pub const TICK_LABEL_SIZE: f64 = 12.0;

    /// Size of the names in points, unless they say otherwise.
    pub const LABEL_SIZE: f64 = 16.0;
}

impl Default for SurfaceAxes {
    fn default() -> Self {
        Self {
            visible: false.into(),
            in_middle: true.into(),
            bounding_box: true.into(),
            tick_count: Self::TICK_COUNT.into(),
            tick_length_scale: 1.0.into(),
            tick_label_size: Self::TICK_LABEL_SIZE.into(),
            label_size: Self::LABEL_SIZE.into(),
            color: Rgba::BLACK.into(),
            text_color: Rgba::BLACK.into(),
            alpha: 1.0.into(),
            labels: None,
        }
    }
}

impl crate::value::FromValue for SurfaceColor {
    const WANTED: &'static str = "`height` or `uniform`";

    fn from_value(value: &crate::Value) -> Option<Self> {
        match value.as_str()? {
            "height" => Some(Self::Height),
            "uniform" => Some(Self::Uniform),
            _ => None,
        }
    }
}

impl crate::value::FromValue for SurfaceShading {
    const WANTED: &'static str = "`unlit`, `flat` or `smooth`";

    fn from_value(value: &crate::Value) -> Option<Self> {
        match value.as_str()? {
            "unlit" | "none" | "" => Some(Self::Unlit),
            "flat" => Some(Self::Flat),
            "smooth" | "lit" => Some(Self::Smooth),
            _ => None,
        }
    }
}

impl crate::value::FromValue for SurfaceAspect {
    const WANTED: &'static str = "`literal` or `fit`";

    fn from_value(value: &crate::Value) -> Option<Self> {
        match value.as_str()? {
            "literal" => Some(Self::Literal),
            "fit" => Some(Self::Fit),
            _ => None,
        }
    }
}
