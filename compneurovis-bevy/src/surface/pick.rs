//! Which point of a surface is under the pointer.

use bevy::{
    math::{DVec3, Ray3d},
    prelude::*,
};
use compneurovis_core::Field;

use super::SurfacePicture;

/// How far beside a row of heights a ray may pass, as a part of the distance.
const ROW_SLACK: f64 = 0.01;

/// A point of a surface's grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfacePoint {
    /// Which line along x and which along y.
    pub index: [usize; 2],
    /// The coordinate along x.
    pub x: f64,
    /// The coordinate along y.
    pub y: f64,
    /// The height, in the field's unit.
    pub value: f32,
    /// Where it is in the world.
    pub place: Vec3,
    /// How far along the ray the surface was hit, in units of the world.
    pub distance: f32,
}

/// The point of the grid that is nearest to where a ray first meets a surface; `None` if it meets nothing
/// but holes.
///
/// `ray` is in the coordinates of the world, as [`Camera::viewport_to_world`] gives it; `field` is that of the
/// picture, from the scene of its session, and `transform` is that of the view's entity. It costs the cells
/// that the ray passes over, not those of the grid. Of a row, the nearest point counts.
pub fn pick_surface(
    picture: &SurfacePicture,
    field: &Field,
    transform: &GlobalTransform,
    ray: Ray3d,
) -> Option<SurfacePoint> {
    let local_from_world = transform.to_matrix().as_dmat4().inverse();
    let data_from_local = picture.shape.data_from_local();
    let origin = data_from_local.transform_point3(local_from_world.transform_point3(ray.origin.as_dvec3()));
    let along = data_from_local.transform_vector3(local_from_world.transform_vector3(ray.direction.as_dvec3()));
    let march = March { picture, field, origin, along };
    let (index, distance) = if picture.is_line() { march.row(transform, ray) } else { march.cells() }?;
    let [x, y] = [picture.grid.x()[index[0]], picture.grid.y()[index[1]]];
    let value = picture.height(field, index)?;
    let place = world(picture, transform, [x, y, f64::from(value)]);
    Some(SurfacePoint { index, x, y, value, place, distance: distance as f32 })
}

fn world(picture: &SurfacePicture, transform: &GlobalTransform, data: [f64; 3]) -> Vec3 {
    transform.to_matrix().as_dmat4().transform_point3(picture.shape.place(data)).as_vec3()
}

/// A ray through the data: lengths along it are those in the world, as both maps are affine.
struct March<'a> {
    picture: &'a SurfacePicture,
    field: &'a Field,
    origin: DVec3,
    along: DVec3,
}

impl March<'_> {
    /// Goes from cell to cell below the ray, and asks the two triangles of each.
    fn cells(&self) -> Option<([usize; 2], f64)> {
        let (enter, leave) = self.over_grid()?;
        let coords = [self.picture.grid.x(), self.picture.grid.y()];
        let start = self.origin + self.along * enter;
        let mut cell = [cell_of(coords[0], start.x), cell_of(coords[1], start.y)];
        loop {
            if let Some(hit) = self.triangles(cell) {
                return Some(hit);
            }
            // The border through which the ray goes on.
            let exits = [0, 1].map(|side| self.exit(coords[side], cell[side], side));
            let side = if exits[0].0 <= exits[1].0 { 0 } else { 1 };
            let (at, next) = exits[side];
            if at > leave {
                return None;
            }
            cell[side] = next.filter(|&next| next + 1 < coords[side].len())?;
        }
    }

    /// Where along the ray it is over the grid.
    fn over_grid(&self) -> Option<(f64, f64)> {
        let mut over = (0.0f64, f64::INFINITY);
        for (side, (low, high)) in self.picture.grid.extent().into_iter().enumerate() {
            let (origin, along) = (self.origin[side], self.along[side]);
            if along == 0.0 {
                if origin < low || origin > high {
                    return None;
                }
                continue;
            }
            let (a, b) = ((low - origin) / along, (high - origin) / along);
            over = (over.0.max(a.min(b)), over.1.min(a.max(b)));
        }
        (over.0 <= over.1).then_some(over)
    }

    /// Where along the ray it leaves a cell along one side, and for which cell.
    fn exit(&self, coord: &[f64], cell: usize, side: usize) -> (f64, Option<usize>) {
        let (along, origin) = (self.along[side], self.origin[side]);
        if along == 0.0 {
            return (f64::INFINITY, None);
        }
        let rising = coord[cell + 1] > coord[cell];
        let upwards = (along > 0.0) == rising;
        let border = coord[if upwards { cell + 1 } else { cell }];
        ((border - origin) / along, if upwards { Some(cell + 1) } else { cell.checked_sub(1) })
    }

    /// The nearest hit on the two triangles of a cell, in the way they are drawn, and its nearest corner.
    fn triangles(&self, [column, row]: [usize; 2]) -> Option<([usize; 2], f64)> {
        let corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(|[x, y]| [column + x, row + y]);
        let data = corners.map(|at| self.data(at));
        // As in the shader's strips: the diagonal is from the second to the third corner.
        let hits = [[0, 1, 2], [1, 3, 2]].into_iter().filter_map(|which| {
            let [a, b, c] = which.map(|corner: usize| data[corner]);
            let (weights, distance) = hit(self.origin, self.along, a?, b?, c?)?;
            let nearest = (0..3).max_by(|&a, &b| weights[a].total_cmp(&weights[b]))?;
            Some((corners[which[nearest]], distance))
        });
        hits.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// A point of the grid; `None` for a hole.
    fn data(&self, at: [usize; 2]) -> Option<DVec3> {
        let height = self.picture.height(self.field, at).filter(|height| height.is_finite())?;
        Some(DVec3::new(self.picture.grid.x()[at[0]], self.picture.grid.y()[at[1]], f64::from(height)))
    }

    /// The point of a row that is nearest to the ray, as it is seen.
    fn row(&self, transform: &GlobalTransform, ray: Ray3d) -> Option<([usize; 2], f64)> {
        let [columns, rows] = self.picture.grid.lines();
        let points = (0..columns * rows).map(|at| if rows == 1 { [at, 0] } else { [0, at] });
        let beside = points.filter_map(|at| {
            let place = world(self.picture, transform, self.data(at)?.to_array());
            let offset = (place - ray.origin).as_dvec3();
            let distance = offset.dot(ray.direction.as_dvec3());
            let aside = (offset - ray.direction.as_dvec3() * distance).length() / distance;
            (distance > 0.0 && aside <= ROW_SLACK).then_some((at, distance, aside))
        });
        beside.min_by(|a, b| a.2.total_cmp(&b.2)).map(|(at, distance, _)| (at, distance))
    }
}

/// The cell of a coordinate, between two of the lines, which rise or fall.
fn cell_of(coord: &[f64], at: f64) -> usize {
    let rising = coord[1] > coord[0];
    let before = coord.partition_point(|&line| if rising { line <= at } else { line >= at });
    before.clamp(1, coord.len() - 1) - 1
}

/// Where a ray meets a triangle, from either side: the parts of the corners, and how far along.
fn hit(origin: DVec3, along: DVec3, a: DVec3, b: DVec3, c: DVec3) -> Option<([f64; 3], f64)> {
    let (ab, ac) = (b - a, c - a);
    let normal = ab.cross(ac);
    let steep = -along.dot(normal);
    if steep == 0.0 {
        return None;
    }
    let from = origin - a;
    let distance = from.dot(normal) / steep;
    let turned = from.cross(along);
    let (v, w) = (ac.dot(turned) / steep, -ab.dot(turned) / steep);
    let within = distance >= 0.0 && v >= -1e-9 && w >= -1e-9 && v + w <= 1.0 + 1e-9;
    within.then_some(([1.0 - v - w, v, w], distance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_meets_a_triangle_where_it_is() {
        let (a, b, c) = (DVec3::ZERO, DVec3::X, DVec3::Y);
        for along in [DVec3::NEG_Z, DVec3::Z] {
            let target = DVec3::new(0.2, 0.7, 0.0);
            let (weights, distance) = hit(target - along * 3.0, along, a, b, c).unwrap();
            assert!((distance - 3.0).abs() < 1e-12);
            for (found, expected) in weights.into_iter().zip([0.1, 0.2, 0.7]) {
                assert!((found - expected).abs() < 1e-9, "{weights:?}");
            }
            assert_eq!(hit(DVec3::new(0.8, 0.7, 0.0) - along, along, a, b, c), None);
            assert_eq!(hit(target + along, along, a, b, c), None, "behind the origin");
        }
    }

    #[test]
    fn cells_are_found_in_rising_and_falling_coordinates() {
        for (at, rising, falling) in [(-1.0, 0, 1), (0.5, 0, 1), (1.0, 1, 1), (1.5, 1, 0), (9.0, 1, 0)] {
            assert_eq!(cell_of(&[0.0, 1.0, 3.0], at), rising, "{at}");
            assert_eq!(cell_of(&[3.0, 1.0, 0.0], at), falling, "{at}");
        }
    }
}
