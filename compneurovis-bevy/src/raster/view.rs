//! The camera: from cell space to view space to pixels and depths.

use super::vector::{Vector, least, length, most, scale};

/// A 4x4 matrix, column-major: `matrix[column][row]`, as glam's `to_cols_array_2d` gives it.
pub type Matrix = [[f32; 4]; 4];

/// How far outside the viewport a pixel position is still told apart, in viewports.
///
/// Farther out, `f32` would lose the pixels inside.
const FARTHEST_VIEWPORTS: f32 = 2.0;

/// A plane in view space: points on its inner side have a product with the normal of at least the offset.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Plane {
    pub(super) normal: Vector,
    pub(super) offset: f32,
}

impl Plane {
    /// The plane where a vector times the position, plus a constant, is zero.
    fn new(vector: Vector, constant: f32) -> Self {
        let unit = 1.0 / length(vector);
        Self { normal: scale(vector, unit), offset: -constant * unit }
    }
}

/// A camera as the rasteriser needs it: perspective or orthographic, with reverse depth.
///
/// Pixel `(x, y)` has its centre at `(x + 0.5, y + 0.5)`, and `y` grows downwards.
#[derive(Debug, Clone, PartialEq)]
pub struct RasterView {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) perspective: bool,
    view_from_cell: Matrix,
    /// What a radius is multiplied by on the way to view space.
    radius_scale: f32,
    /// Pixels per unit of slope (perspective) or of length (orthographic). The vertical one has y upwards.
    focal: [f32; 2],
    /// Where the camera's axis meets the picture.
    centre: [f32; 2],
    /// Depth is `depth[0] - depth[1] * distance`, over the distance in perspective.
    depth: [f32; 2],
    near: f32,
    /// The planes around what the camera sees, except for the far one.
    planes: [Plane; 5],
    usable: bool,
}

impl RasterView {
    /// Makes a view from a camera's projection and the transform from cell to view space.
    ///
    /// In Bevy these are `camera.clip_from_view()` and `camera_transform.inverse() * cell_transform`. Radii follow the
    /// mean scale of the transform; a picture of a cell that is stretched along one axis keeps its tubes round.
    /// With a matrix that holds NaN or infinity, or cannot be a projection, the view is empty: nothing is drawn.
    pub fn new(clip_from_view: Matrix, view_from_cell: Matrix, width: u32, height: u32) -> Self {
        let perspective = clip_from_view[2][3] != 0.0;
        // In perspective the clip-space w is minus z times this number, which is one unless someone scaled the matrix.
        let weight = if perspective { -clip_from_view[2][3] } else { clip_from_view[3][3] };
        let p = clip_from_view.map(|column| column.map(|entry| entry / weight));
        // Rows and columns are kept in 16 bits; no picture is larger.
        let (width, height) = (width.min(0xffff), height.min(0xffff));
        let half = [width as f32 * 0.5, height as f32 * 0.5];
        let shift = if perspective { [-p[2][0], -p[2][1]] } else { [p[3][0], p[3][1]] };
        let depth = [p[3][2], p[2][2]];
        let mut view = Self {
            width: width as usize,
            height: height as usize,
            perspective,
            view_from_cell,
            radius_scale: mean_scale(&view_from_cell),
            focal: [p[0][0] * half[0], p[1][1] * half[1]],
            centre: [half[0] * (1.0 + shift[0]), half[1] * (1.0 - shift[1])],
            depth,
            near: if perspective { depth[0] / (1.0 + depth[1]) } else { f32::MIN },
            planes: [Plane::default(); 5],
            usable: false,
        };
        view.planes = view.make_planes();
        view.usable = view.is_sound() && finite(&clip_from_view);
        view
    }

    /// The same view of something that has a place of its own in what this is a view of.
    pub(super) fn of(&self, world_from_cell: &Matrix) -> Self {
        let view_from_cell = product(&self.view_from_cell, world_from_cell);
        let mut view = Self { view_from_cell, radius_scale: mean_scale(&view_from_cell), ..self.clone() };
        view.usable &= view.is_sound();
        view
    }

    /// Whether anything can be drawn with this view.
    pub fn is_usable(&self) -> bool {
        self.usable
    }

    fn is_sound(&self) -> bool {
        let [x, y] = self.centre;
        let numbers = [self.radius_scale, x, y, self.near, self.depth[0], self.depth[1]];
        finite(&self.view_from_cell)
            && numbers.iter().all(|number| number.is_finite())
            && self.focal.iter().all(|focal| focal.is_finite() && *focal != 0.0)
            && (!self.perspective || self.near > 0.0)
            && self.width > 0
            && self.height > 0
    }

    /// A point in view space; its last component is the distance in front of the camera.
    #[inline(always)]
    pub(super) fn point(&self, cell: [f32; 3]) -> Vector {
        let m = &self.view_from_cell;
        let row = |r: usize| m[0][r] * cell[0] + m[1][r] * cell[1] + m[2][r] * cell[2] + m[3][r];
        [row(0), row(1), -row(2)]
    }

    /// A radius in view space.
    #[inline(always)]
    pub(super) fn radius(&self, radius_um: f32) -> f32 {
        most(radius_um, 0.0) * self.radius_scale
    }

    /// The nearest distance that is drawn; no limit for an orthographic view, where only depth decides.
    pub(super) fn near(&self) -> f32 {
        self.near
    }

    /// Pixels per unit of length at a distance.
    #[inline(always)]
    pub(super) fn pixels_per_unit(&self, distance: f32) -> f32 {
        let focal = self.pixels_per_scale();
        if self.perspective { focal / distance } else { focal }
    }

    /// Pixels per unit of length, over one over the distance in perspective.
    #[inline(always)]
    pub(super) fn pixels_per_scale(&self) -> f32 {
        most(self.focal[0].abs(), self.focal[1].abs())
    }

    /// The pixel position of a point in front of the camera.
    #[inline(always)]
    pub(super) fn project(&self, point: Vector) -> [f32; 2] {
        self.project_scaled(point, if self.perspective { 1.0 / point[2] } else { 1.0 })
    }

    /// The same with one over its distance, or one in an orthographic view.
    #[inline(always)]
    pub(super) fn project_scaled(&self, point: Vector, scale: f32) -> [f32; 2] {
        [self.centre[0] + self.focal[0] * point[0] * scale, self.centre[1] - self.focal[1] * point[1] * scale]
    }

    /// The depth at a distance: one at the near plane, zero at the far plane or at infinity.
    #[inline(always)]
    pub(super) fn depth(&self, distance: f32) -> f32 {
        let plane = self.depth[0] - self.depth[1] * distance;
        if self.perspective { plane / distance } else { plane }
    }

    /// The same with one over the distance, or one in an orthographic view.
    #[inline(always)]
    pub(super) fn depth_scaled(&self, distance: f32, scale: f32) -> f32 {
        (self.depth[0] - self.depth[1] * distance) * scale
    }

    /// How fast the depth grows towards the camera.
    #[inline(always)]
    pub(super) fn depth_slope(&self, distance: f32, scale: f32) -> f32 {
        if self.perspective { (self.depth_scaled(distance, scale) + self.depth[1]) * scale } else { self.depth[1] }
    }

    /// The point at a distance on the ray of a pixel position.
    pub(super) fn unproject(&self, pixel: [f32; 2], distance: f32) -> Vector {
        let scale = if self.perspective { distance } else { 1.0 };
        [
            (pixel[0] - self.centre[0]) / self.focal[0] * scale,
            (self.centre[1] - pixel[1]) / self.focal[1] * scale,
            distance,
        ]
    }

    /// How a ray's point at a distance moves from one pixel to the next, to the right and downwards.
    pub(super) fn pixel_steps(&self, distance: f32) -> (Vector, Vector) {
        let scale = if self.perspective { distance } else { 1.0 };
        ([scale / self.focal[0], 0.0, 0.0], [0.0, -scale / self.focal[1], 0.0])
    }

    /// A pixel position moved close enough to the viewport for `f32` to resolve the pixels in it.
    pub(super) fn near_viewport(&self, pixel: [f32; 2]) -> [f32; 2] {
        let bound = |value: f32, extent: usize| {
            let reach = extent as f32 * FARTHEST_VIEWPORTS;
            least(most(value, -reach), reach + extent as f32)
        };
        [bound(pixel[0], self.width), bound(pixel[1], self.height)]
    }

    /// The disc that holds the picture of a sphere, as a pixel position and a radius in pixels.
    ///
    /// `None` when the sphere reaches beside or behind the camera, where its picture has no bound.
    pub(super) fn disc(&self, centre: Vector, radius: f32) -> Option<([f32; 2], f32)> {
        if !self.perspective {
            return Some((self.project(centre), radius * self.pixels_per_unit(1.0)));
        }
        let [x, y, distance] = centre;
        let lateral = (x * x + y * y).sqrt();
        let tangent = (lateral * lateral + distance * distance - radius * radius).sqrt();
        // The sphere is seen between the angles a - b and a + b off the camera's axis, where tan a is lateral over
        // distance and tan b is radius over tangent; these are the addition theorems of the tangent.
        let (along, across) = (distance * tangent, lateral * radius);
        // NaN, for a camera within the sphere, counts as no bound too.
        let bounded = along - across > 0.05 * along;
        if !bounded {
            return None;
        }
        let inner = (lateral * tangent - distance * radius) / (along + across);
        let outer = (lateral * tangent + distance * radius) / (along - across);
        let middle = (inner + outer) * 0.5;
        let toward = if lateral > 0.0 { middle / lateral } else { 0.0 };
        let seen = self.project([x * toward, y * toward, 1.0]);
        Some((seen, (outer - inner) * 0.5 * self.pixels_per_unit(1.0)))
    }

    /// The pixel rectangle `[left, top, right, bottom]` of the part of a sphere beyond the near plane, in perspective.
    pub(super) fn clipped_box(&self, centre: Vector, radius: f32) -> [f32; 4] {
        let nearest = self.near;
        let farthest = most(centre[2] + radius, nearest);
        let range = |middle: f32| {
            let (low, high) = (middle - radius, middle + radius);
            (least(low / nearest, low / farthest), most(high / nearest, high / farthest))
        };
        let (left, right) = range(centre[0]);
        let (low, high) = range(centre[1]);
        let [x0, y0] = self.project([left, high, 1.0]);
        let [x1, y1] = self.project([right, low, 1.0]);
        [least(x0, x1), least(y0, y1), most(x0, x1), most(y0, y1)]
    }

    /// The planes around what the camera sees, except for the far one.
    pub(super) fn planes(&self) -> &[Plane; 5] {
        &self.planes
    }

    fn make_planes(&self) -> [Plane; 5] {
        let [x, y] = self.centre;
        let [right, up] = self.focal;
        let (width, height) = (self.width as f32, self.height as f32);
        [
            Plane::new([0.0, 0.0, 1.0], -self.near),
            self.side_plane([right, 0.0], x),
            self.side_plane([-right, 0.0], width - x),
            self.side_plane([0.0, -up], y),
            self.side_plane([0.0, up], height - y),
        ]
    }

    /// The plane where `normal` times the position, plus `offset` pixels, is zero.
    fn side_plane(&self, normal: [f32; 2], offset: f32) -> Plane {
        if self.perspective {
            Plane::new([normal[0], normal[1], offset], 0.0)
        } else {
            Plane::new([normal[0], normal[1], 0.0], offset)
        }
    }

    /// The corners of the part of the near plane that the viewport shows, in perspective.
    pub(super) fn near_corners(&self) -> [Vector; 4] {
        let (right, bottom) = (self.width as f32, self.height as f32);
        [[0.0, 0.0], [right, 0.0], [0.0, bottom], [right, bottom]].map(|pixel| self.unproject(pixel, self.near))
    }
}

fn finite(matrix: &Matrix) -> bool {
    matrix.iter().flatten().all(|entry| entry.is_finite())
}

/// The product of two matrices whose last rows are those of affine maps.
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    // In f64: cells can lie far from the origin, and their cameras with them.
    let entry =
        |column: usize, row: usize| (0..4).map(|k| f64::from(a[k][row]) * f64::from(b[column][k])).sum::<f64>() as f32;
    std::array::from_fn(|column| std::array::from_fn(|row| entry(column, row)))
}

/// The cube root of how much a matrix grows a volume.
fn mean_scale(matrix: &Matrix) -> f32 {
    let [x, y, z] = [0, 1, 2].map(|column| [0, 1, 2].map(|row| f64::from(matrix[column][row])));
    let volume =
        x[0] * (y[1] * z[2] - y[2] * z[1]) + x[1] * (y[2] * z[0] - y[0] * z[2]) + x[2] * (y[0] * z[1] - y[1] * z[0]);
    volume.abs().cbrt() as f32
}
