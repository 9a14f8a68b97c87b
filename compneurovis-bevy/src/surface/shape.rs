//! The box around a surface, and where its data are in space.

use bevy::{
    math::{DAffine3, DMat3, DVec3},
    prelude::*,
};
use compneurovis_core::view::SurfaceAspect;

use super::{SurfaceGrid, SurfaceProblem};
use crate::ticks::{number, widened};

/// A live range of heights is drawn anew when it fills less than this part of its box.
const LOOSE: f64 = 0.4;

/// How tall a fitted surface is, as a part of its longer horizontal side.
const FITTED_HEIGHT: f64 = 0.5;

/// How much longer than wide a fitted surface may be.
const FITTED_LENGTH: f64 = 3.0;

/// Beside a side so many times as long, another is a hair.
const HAIR: f64 = 100.0;

/// The box of a surface in its data's own numbers, and how these become places.
///
/// In the coordinates of the view's entity, x is to the right, the height is up (their y) and the data's
/// y goes away from the viewer (their -z): with the usual camera, which has y up, a surface lies as on
/// a table. It is a mere turn: to lay the data's y upwards, as cells have theirs, turn the entity by
/// 90 degrees about x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfaceShape {
    /// Least x, y and height.
    pub min: [f64; 3],
    /// Greatest x, y and height.
    pub max: [f64; 3],
    /// Units of space for a unit of x, y and height.
    pub scale: [f64; 3],
}

impl SurfaceShape {
    pub(super) fn new(
        grid: &SurfaceGrid,
        heights: Option<(f32, f32)>,
        before: Option<&Self>,
        (aspect, height_scale): (SurfaceAspect, f64),
        tick_count: u32,
    ) -> Self {
        let [x, y] = grid.extent();
        let height = height_box(heights, before.map(|shape| (shape.min[2], shape.max[2])), tick_count);
        let scale = match aspect {
            SurfaceAspect::Literal => [1.0, 1.0, height_scale],
            SurfaceAspect::Fit => fitted(x.1 - x.0, y.1 - y.0, height.1 - height.0, height_scale),
        };
        Self { min: [x.0, y.0, height.0], max: [x.1, y.1, height.1], scale }
    }

    /// The middle of the box in the data's own numbers. Its height is one of single precision, so that the
    /// GPU can take it off without a rounding.
    pub(super) fn middle(&self) -> [f64; 3] {
        let middle = |side: usize| self.min[side] / 2.0 + self.max[side] / 2.0;
        [middle(0), middle(1), f64::from(middle(2) as f32)]
    }

    /// Where x, y and height are in the coordinates of the view's entity.
    pub fn place(&self, data: [f64; 3]) -> DVec3 {
        let [x, y, height] = [0, 1, 2].map(|side| data[side] * self.scale[side]);
        DVec3::new(x, height, -y)
    }

    /// Where x, y and height are from the middle of the box, which is small enough for single precision.
    pub(super) fn about_middle(&self, data: [f64; 3]) -> Vec3 {
        let middle = self.middle();
        self.place([0, 1, 2].map(|side| data[side] - middle[side])).as_vec3()
    }

    /// The data's own numbers at a place in the coordinates of the view's entity.
    pub(super) fn data_from_local(&self) -> DAffine3 {
        let [x, y, height] = self.scale.map(|scale| if scale == 0.0 { 0.0 } else { 1.0 / scale });
        let columns = DMat3::from_cols(DVec3::new(x, 0.0, 0.0), DVec3::new(0.0, 0.0, height), DVec3::new(0.0, -y, 0.0));
        DAffine3::from_mat3(columns)
    }

    /// Lengths of the sides in units of space.
    fn sides(&self) -> [f64; 3] {
        [0, 1, 2].map(|side| ((self.max[side] - self.min[side]) * self.scale[side]).abs())
    }

    /// A word if one side is hardly to be seen beside another.
    pub(super) fn proportions(&self, names: &[String; 3]) -> Option<SurfaceProblem> {
        let sides = self.sides();
        // A side without any length is a row or a plane, which are what they are.
        let (thin, &shortest) =
            sides.iter().enumerate().filter(|(_, side)| **side > 0.0).min_by(|a, b| a.1.total_cmp(b.1))?;
        let (long, &longest) = sides.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        let told = |side: usize| format!("{}, {} long", names[side], number(self.max[side] - self.min[side]));
        (longest > HAIR * shortest).then(|| SurfaceProblem::Proportions { thin: told(thin), long: told(long) })
    }

    /// The eight corners, in the coordinates of the view's entity from the middle of the box. Bit 0 of the index
    /// is for the end of x, 1 for y, 2 for height.
    pub(super) fn corners(&self) -> [Vec3; 8] {
        std::array::from_fn(|corner| self.about_middle(self.corner(corner)))
    }

    pub(super) fn corner(&self, corner: usize) -> [f64; 3] {
        [0, 1, 2].map(|side| if corner >> side & 1 == 0 { self.min[side] } else { self.max[side] })
    }
}

/// The range of heights that the box has: the next ticks beyond the data, and what it was before while that
/// fits, so that the axes of a live surface stand still.
fn height_box(heights: Option<(f32, f32)>, before: Option<(f64, f64)>, tick_count: u32) -> (f64, f64) {
    let Some((low, high)) = heights.map(|(low, high)| (f64::from(low), f64::from(high))) else {
        return before.unwrap_or_default();
    };
    match before {
        Some((from, to)) if from <= low && high <= to && high - low >= LOOSE * (to - from) => (from, to),
        _ => widened(low, high, tick_count),
    }
}

fn fitted(x: f64, y: f64, height: f64, height_scale: f64) -> [f64; 3] {
    let longest = x.max(y);
    if longest <= 0.0 {
        return [1.0, 1.0, if height > 0.0 { height_scale / height } else { height_scale }];
    }
    // Both keep their proportion as long as that lets both be seen.
    let along = |side: f64| if side > 0.0 { (longest / FITTED_LENGTH / side).max(1.0) } else { 1.0 };
    let up = if height > 0.0 { FITTED_HEIGHT * longest / height } else { 1.0 };
    [along(x), along(y), up * height_scale]
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Scene, SurfaceView, grid_field};
    use ndarray::Array2;

    use super::*;

    fn shape(x: f64, y: f64, height: f32, aspect: SurfaceAspect) -> SurfaceShape {
        let (field, grid) = grid_field("z", Array2::zeros((2, 2)), vec![0.0, x], vec![0.0, y]).unwrap();
        let scene = Scene::new().with_field(field).with_geometry(grid);
        let (grid, _) = SurfaceGrid::of(&SurfaceView::new("s", "z").on_grid("z-grid"), &scene).unwrap();
        SurfaceShape::new(&grid, Some((0.0, height)), None, (aspect, 1.0), 5)
    }

    #[test]
    fn data_lie_as_on_a_table_and_are_found_again() {
        let shape = shape(4.0, 2.0, 1.0, SurfaceAspect::Fit);
        let place = shape.place([4.0, 2.0, 1.0]);
        assert!(place.abs_diff_eq(DVec3::new(4.0, 2.0, -2.0), 1e-9), "{place}");
        let data = shape.data_from_local().transform_point3(place);
        assert!(data.abs_diff_eq(DVec3::new(4.0, 2.0, 1.0), 1e-9), "{data}");
    }

    #[test]
    fn a_fitted_surface_is_neither_flat_nor_a_ribbon() {
        for (x, y, height) in [(1.0, 1.0, 1e-3), (1e-3, 100.0, 1e6), (400.0, 200.0, 80.0)] {
            let sides = shape(x, y, height, SurfaceAspect::Fit).sides();
            let longest = sides.iter().fold(0.0f64, |a, b| a.max(*b));
            assert!(sides.iter().all(|side| *side >= longest / 3.01), "{x} by {y} by {height}: {sides:?}");
        }
        let sides = shape(400.0, 200.0, 80.0, SurfaceAspect::Fit).sides();
        assert_eq!(sides[0] / sides[1], 2.0, "a proportion that can be seen is kept");
    }

    #[test]
    fn a_surface_that_is_flat_to_scale_has_a_word_about_it() {
        let names = ["x (mm)", "y (mm)", "v (mV)"].map(str::to_owned);
        let told = shape(1.0, 1.0, 0.001, SurfaceAspect::Literal).proportions(&names).unwrap().to_string();
        assert!(told.contains("v (mV), 0.001 long") && told.contains("fit"), "{told}");
        assert_eq!(shape(1.0, 1.0, 0.001, SurfaceAspect::Fit).proportions(&names), None);
        assert_eq!(shape(1.0, 1.0, 0.0, SurfaceAspect::Literal).proportions(&names), None);
    }

    #[test]
    fn the_box_of_live_heights_stands_still_while_they_fit() {
        let first = height_box(Some((-0.43, 1.9)), None, 5);
        assert_eq!(first, (-0.5, 2.0));
        assert_eq!(height_box(Some((-0.2, 1.5)), Some(first), 5), first);
        assert_eq!(height_box(Some((-0.2, 2.5)), Some(first), 5).1, 2.5);
        assert_eq!(height_box(Some((0.0, 0.5)), Some(first), 5), (0.0, 0.5));
        assert_eq!(height_box(None, Some(first), 5), first);
    }
}
