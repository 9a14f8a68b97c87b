//! Lines and planes of a surface: cuts, and surfaces that are no more than a row.

use bevy::prelude::*;
use compneurovis_core::{Field, colormap::table_index};

use super::{
    SurfacePicture,
    look::{SliceLook, linear},
};

/// A straight line on the screen, in the coordinates of the view's entity from the middle of its box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) from: Vec3,
    pub(super) to: Vec3,
    pub(super) color: LinearRgba,
    /// In points.
    pub(super) width: f32,
    /// How much of it is seen through what hides it.
    pub(super) through: f32,
}

/// How much of axes and cuts is seen through the surface.
const THROUGH: f32 = 0.22;

/// Width of a row of heights, in points.
const ROW_WIDTH: f32 = 3.0;

/// Width of a single height, in points.
const POINT_WIDTH: f32 = 9.0;

impl Line {
    /// A line that can be made out behind the surface.
    pub(super) fn new(from: Vec3, to: Vec3, color: LinearRgba, width: f32) -> Self {
        Self { from, to, color, width, through: THROUGH }
    }

    /// Numbers of a line on the GPU.
    pub(super) const PARTS: usize = 12;

    /// What the shader gets, with the width in pixels.
    pub(super) fn packed(&self, pixels_per_point: f32) -> [f32; Self::PARTS] {
        let ([x, y, z], [u, v, w]) = (self.from.to_array(), self.to.to_array());
        let LinearRgba { red, green, blue, alpha } = self.color;
        [x, y, z, self.width * pixels_per_point, u, v, w, self.through, red, green, blue, alpha]
    }
}

/// An upright plane between two opposite corners.
pub(super) type Plane = Line;

/// Draws the cuts: a frame at the position of each, a filling if it has one, and the curve in which it meets
/// the surface.
pub(super) fn draw_slices(picture: &SurfacePicture, field: &Field, lines: &mut Vec<Line>, planes: &mut Vec<Plane>) {
    for slice in &picture.slices {
        let (low, high) = (picture.shape.min, picture.shape.max);
        let across = usize::from(slice.along_x);
        let Some(&at) = [picture.grid.x(), picture.grid.y()][1 - across].get(slice.index) else { continue };
        let corner = |mut corner: [f64; 3]| {
            corner[1 - across] = at;
            picture.shape.about_middle(corner)
        };
        let frame = [low, with(low, across, high[across]), high, with(high, across, low[across])].map(corner);
        for (from, to) in frame.iter().zip(frame.iter().cycle().skip(1)) {
            if from != to {
                lines.push(Line::new(*from, *to, slice.color, slice.width * 0.5));
            }
        }
        lines.extend(curve(picture, field, slice));
        if slice.fill.alpha > 0.0 {
            planes.push(Plane::new(frame[0], frame[2], slice.fill, 0.0));
        }
    }
}

fn with(mut corner: [f64; 3], side: usize, value: f64) -> [f64; 3] {
    corner[side] = value;
    corner
}

/// Where a cut meets the surface.
fn curve(picture: &SurfacePicture, field: &Field, slice: &SliceLook) -> Vec<Line> {
    let [columns, rows] = picture.grid.lines();
    let along = if slice.along_x { rows } else { columns };
    let place = |at: usize| {
        let at = if slice.along_x { [slice.index, at] } else { [at, slice.index] };
        placed(picture, field, at).map(|(place, _)| place)
    };
    let places: Vec<Option<Vec3>> = (0..along).map(place).collect();
    let steps = places.windows(2).filter_map(|pair| pair[0].zip(pair[1]));
    steps.map(|(from, to)| Line::new(from, to, slice.color, slice.width)).collect()
}

/// A point of the grid in space, and its height; `None` for a hole.
fn placed(picture: &SurfacePicture, field: &Field, at: [usize; 2]) -> Option<(Vec3, f32)> {
    let height = picture.height(field, at).filter(|height| height.is_finite())?;
    let data = [*picture.grid.x().get(at[0])?, *picture.grid.y().get(at[1])?, f64::from(height)];
    Some((picture.shape.about_middle(data), height))
}

/// Draws a surface that is a row, or a point, in the colours of its heights.
pub(super) fn draw_row(picture: &SurfacePicture, field: &Field, lines: &mut Vec<Line>) {
    let [columns, rows] = picture.grid.lines();
    let table = picture.look.color_map.table();
    let color = |height: f32| {
        let mapped = table_index(height, picture.look.limits).map(|index| table[index]);
        let color = mapped.filter(|_| !picture.look.uniform).unwrap_or(picture.look.surface_color);
        linear(color, picture.look.alpha)
    };
    let row: Vec<_> =
        (0..columns * rows).map(|at| placed(picture, field, if rows == 1 { [at, 0] } else { [0, at] })).collect();
    let opaque = |line: Line| Line { through: 0.0, ..line };
    let joined = |at: usize| {
        at.checked_sub(1).is_some_and(|before| row[before].is_some()) || row.get(at + 1).is_some_and(Option::is_some)
    };
    for (at, point) in row.iter().enumerate() {
        let Some((place, height)) = *point else { continue };
        match row.get(at + 1).copied().flatten() {
            // Half of the way in the colour of each end.
            Some((next, next_height)) => {
                let middle = (place + next) / 2.0;
                lines.push(opaque(Line::new(place, middle, color(height), ROW_WIDTH)));
                lines.push(opaque(Line::new(middle, next, color(next_height), ROW_WIDTH)));
            }
            None if !joined(at) => lines.push(opaque(Line::new(place, place, color(height), POINT_WIDTH))),
            None => {}
        }
    }
}
