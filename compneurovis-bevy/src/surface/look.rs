//! How a surface looks: its settings with the shared state put into them.

use bevy::prelude::*;
use compneurovis_core::{
    ColorMap, Field, Operator, Rgba, Scene, SurfaceView,
    view::{SurfaceAspect, SurfaceAxes, SurfaceColor, SurfaceShading},
};

use super::{SurfaceGrid, SurfaceProblem};

/// The settings of a surface, resolved against the state of its scene.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Look {
    pub(super) color_map: ColorMap,
    /// The heights at both ends of the colour map.
    pub(super) limits: (f32, f32),
    pub(super) uniform: bool,
    pub(super) surface_color: Rgba,
    pub(super) shading: SurfaceShading,
    pub(super) alpha: f32,
}

impl Look {
    /// With the limits that the user chose, if there are any.
    pub(super) fn of(view: &SurfaceView, limits: Option<(f32, f32)>, scene: &Scene, heights: &Heights) -> Self {
        let state = &scene.state;
        // Two values are enough to find limits by.
        let ends = heights.range.map_or(Vec::new(), |(low, high)| vec![low, high]);
        Self {
            color_map: view.color_map.clone(),
            limits: limits.unwrap_or_else(|| view.color_limits.resolve(state, &ends)),
            uniform: view.color_by.resolve_or(state, SurfaceColor::Height) == SurfaceColor::Uniform,
            surface_color: view.surface_color.resolve_or(state, SurfaceView::COLOR),
            shading: view.shading.resolve_or(state, SurfaceShading::Unlit),
            alpha: part(view.alpha.resolve_or(state, 1.0)),
        }
    }

    pub(super) fn is_translucent(&self) -> bool {
        self.alpha * f32::from(self.surface_alpha()) / 255.0 < 1.0
    }

    /// Of a uniform colour only: tables are opaque.
    fn surface_alpha(&self) -> u8 {
        if self.uniform { self.surface_color.0[3] } else { 255 }
    }
}

/// A number as a part of a whole; the whole if it is none.
fn part(number: f64) -> f32 {
    if number.is_nan() { 1.0 } else { number.clamp(0.0, 1.0) as f32 }
}

/// What is known of the heights of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Heights {
    /// The least and the greatest finite one.
    pub(super) range: Option<(f32, f32)>,
    /// Whether some are not finite.
    pub(super) holes: bool,
}

impl Heights {
    pub(super) fn of(field: &Field) -> Self {
        let values = field.values();
        let (mut low, mut high, mut holes) = (f32::INFINITY, f32::NEG_INFINITY, false);
        let mut look = |value: f32| {
            let finite = value.is_finite();
            holes |= !finite;
            low = low.min(if finite { value } else { f32::INFINITY });
            high = high.max(if finite { value } else { f32::NEG_INFINITY });
        };
        match values.as_slice() {
            Some(values) => values.iter().copied().for_each(&mut look),
            None => values.iter().copied().for_each(&mut look),
        }
        Self { range: (low <= high).then_some((low, high)), holes }
    }
}

/// The axes, resolved.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AxesLook {
    pub(super) visible: bool,
    pub(super) in_middle: bool,
    pub(super) bounding_box: bool,
    pub(super) tick_count: u32,
    pub(super) tick_length_scale: f32,
    pub(super) tick_label_size: f32,
    pub(super) label_size: f32,
    pub(super) color: LinearRgba,
    pub(super) text_color: Rgba,
    /// Names with units, of x, y and height.
    pub(super) names: [String; 3],
}

/// The sizes of texts in points that can be read.
const TEXT_SIZES: std::ops::RangeInclusive<f64> = 4.0..=96.0;

impl AxesLook {
    pub(super) fn of(view: &SurfaceView, scene: &Scene, grid: &SurfaceGrid, field: &Field) -> Self {
        let (axes, state) = (&view.axes, &scene.state);
        let size = |number: f64, usual: f64| {
            let number = if number.is_nan() { usual } else { number };
            number.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end()) as f32
        };
        let length = axes.tick_length_scale.resolve_or(state, 1.0);
        Self {
            visible: axes.visible.resolve_or(state, false),
            in_middle: axes.in_middle.resolve_or(state, true),
            bounding_box: axes.bounding_box.resolve_or(state, true),
            tick_count: axes.tick_count.resolve_or(state, SurfaceAxes::TICK_COUNT),
            tick_length_scale: if length.is_finite() { length.clamp(0.0, 10.0) as f32 } else { 1.0 },
            tick_label_size: size(
                axes.tick_label_size.resolve_or(state, SurfaceAxes::TICK_LABEL_SIZE),
                SurfaceAxes::TICK_LABEL_SIZE,
            ),
            label_size: size(axes.label_size.resolve_or(state, SurfaceAxes::LABEL_SIZE), SurfaceAxes::LABEL_SIZE),
            color: linear(axes.color.resolve_or(state, Rgba::BLACK), part(axes.alpha.resolve_or(state, 1.0))),
            text_color: axes.text_color.resolve_or(state, Rgba::BLACK),
            names: names(view, grid, field),
        }
    }
}

/// What stands at the axes: the view's own labels as they are, else the names of dims and field with
/// their units. The unit of a dim is the field's attribute `"{dim}_unit"`.
fn names(view: &SurfaceView, grid: &SurfaceGrid, field: &Field) -> [String; 3] {
    if let Some(labels) = &view.axes.labels {
        return labels.clone();
    }
    let with_unit = |name: &str, unit: &str| {
        if unit.is_empty() { name.to_owned() } else { format!("{name} ({unit})") }
    };
    let [x, y] = grid.dims().map(|dim| {
        let unit = field.attrs().get(&format!("{dim}_unit"));
        with_unit(dim, unit.map_or("", String::as_str))
    });
    [x, y, with_unit(field.label(), field.unit())]
}

/// A cut through the surface, resolved.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SliceLook {
    /// Whether it cuts along x, so that its plane stands across x.
    pub(super) along_x: bool,
    /// At which line.
    pub(super) index: usize,
    pub(super) color: LinearRgba,
    pub(super) fill: LinearRgba,
    /// In points.
    pub(super) width: f32,
}

/// All cuts through the field of a view that can be drawn, and why others cannot.
pub(super) fn slices(
    view: &SurfaceView,
    scene: &Scene,
    grid: &SurfaceGrid,
    problems: &mut Vec<SurfaceProblem>,
) -> Vec<SliceLook> {
    let mut found = Vec::new();
    for operator in scene.operators.values() {
        let Operator::GridSlice(slice) = operator else { continue };
        if slice.field != view.field {
            continue;
        }
        match slice.place(scene) {
            Ok(place) => {
                let color = slice.color.resolve_or(&scene.state, compneurovis_core::GridSlice::COLOR);
                let width = slice.width.resolve_or(&scene.state, 3.0);
                found.push(SliceLook {
                    along_x: grid.dims()[0] == place.dim,
                    index: place.index,
                    color: linear(color, part(slice.alpha.resolve_or(&scene.state, 0.95))),
                    fill: linear(color, part(slice.fill_alpha.resolve_or(&scene.state, 0.0))),
                    width: if width.is_finite() { width.clamp(0.0, 50.0) as f32 } else { 3.0 },
                });
            }
            Err(error) => problems.push(SurfaceProblem::Slice(error)),
        }
    }
    found
}

/// How a view wants the sides to be to one another.
pub(super) fn aspect(view: &SurfaceView, scene: &Scene) -> (SurfaceAspect, f64) {
    let scale = view.height_scale.resolve_or(&scene.state, 1.0);
    let scale = if scale.is_finite() { scale } else { 1.0 };
    (view.aspect.resolve_or(&scene.state, SurfaceAspect::Literal), scale)
}

/// A colour as light, with so much more alpha.
pub(super) fn linear(Rgba([red, green, blue, own]): Rgba, alpha: f32) -> LinearRgba {
    let mut light = Color::srgb_u8(red, green, blue).to_linear();
    light.alpha = alpha * f32::from(own) / 255.0;
    light
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Binding, grid_field};
    use ndarray::array;

    use super::*;

    #[test]
    fn heights_that_are_not_finite_are_holes_and_no_limits() {
        let of = |values| {
            let (field, _) = grid_field("z", values, vec![0.0, 1.0], vec![0.0, 1.0]).unwrap();
            Heights::of(&field)
        };
        let whole = of(array![[1.0, -2.0], [0.5, 7.0]]);
        assert_eq!(whole, Heights { range: Some((-2.0, 7.0)), holes: false });
        let holed = of(array![[1.0, f32::NAN], [f32::INFINITY, 7.0]]);
        assert_eq!(holed, Heights { range: Some((1.0, 7.0)), holes: true });
        assert_eq!(of(array![[f32::NAN, f32::NAN], [f32::NAN, f32::NAN]]), Heights { range: None, holes: true });
    }

    #[test]
    fn names_have_the_units_of_the_field_and_its_attributes() {
        let (field, grid) = grid_field("v", array![[1.0, 2.0]], vec![0.0, 1.0], vec![0.0]).unwrap();
        let field = field.with_unit("mV").with_attr("x_unit", "µm");
        let scene = Scene::new().with_field(field.clone()).with_geometry(grid);
        let mut view = SurfaceView::new("s", "v").on_grid("v-grid");
        let (grid, _) = SurfaceGrid::of(&view, &scene).unwrap();
        assert_eq!(AxesLook::of(&view, &scene, &grid, &field).names, ["x (µm)", "y", "v (mV)"]);
        view.axes.labels = Some(["a", "b", "c"].map(str::to_owned));
        view.axes.label_size = Binding::Literal(f64::NAN);
        let look = AxesLook::of(&view, &scene, &grid, &field);
        assert_eq!((look.names, look.label_size), (["a", "b", "c"].map(str::to_owned), 16.0));
    }
}
