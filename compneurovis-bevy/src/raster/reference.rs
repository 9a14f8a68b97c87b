//! A slow picture that is easy to believe: for each pixel, spheres along every axis are tried one by one, in `f64`.

use super::tests::Frustum;
use super::{Matrix, NONE};

/// Spheres tried along an axis.
const SPHERES: usize = 400;

/// A projection that both this and the rasteriser understand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lens {
    /// The vertical field of view in radians, and the near distance.
    Perspective(f64, f64),
    /// The height of what is seen, and the near and far distances.
    Orthographic(f64, f64, f64),
}

/// A camera at `eye` that looks along minus z.
#[derive(Debug, Clone, Copy)]
pub(super) struct Camera {
    pub(super) eye: [f64; 3],
    pub(super) lens: Lens,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// What is seen in a pixel: a frustum, the parameter along it, and the distance in front of the camera.
pub(super) type Seen = Option<(usize, f64, f64)>;

impl Camera {
    pub(super) fn clip_from_view(&self) -> Matrix {
        let aspect = self.width as f64 / self.height as f64;
        match self.lens {
            Lens::Perspective(angle, near) => {
                let f = 1.0 / (angle / 2.0).tan();
                columns([[f / aspect, f], [0.0, near], [-1.0, 0.0]])
            }
            Lens::Orthographic(height, near, far) => {
                let f = 2.0 / height;
                let range = far - near;
                columns([[f / aspect, f], [1.0 / range, far / range], [0.0, 1.0]])
            }
        }
    }

    pub(super) fn view_from_cell(&self) -> Matrix {
        let mut matrix = [[0.0; 4]; 4];
        for (axis, column) in matrix.iter_mut().enumerate() {
            column[axis] = 1.0;
        }
        let [x, y, z] = self.eye.map(|coordinate| -coordinate as f32);
        matrix[3] = [x, y, z, 1.0];
        matrix
    }

    pub(super) fn depth(&self, distance: f64) -> f64 {
        match self.lens {
            Lens::Perspective(_, near) => near / distance,
            Lens::Orthographic(_, near, far) => (far - distance) / (far - near),
        }
    }

    fn near(&self) -> f64 {
        match self.lens {
            Lens::Perspective(_, near) | Lens::Orthographic(_, near, _) => near,
        }
    }

    /// The start and direction of a pixel's ray; the direction has one unit of distance.
    fn ray(&self, column: usize, row: usize) -> ([f64; 3], [f64; 3]) {
        let (width, height) = (self.width as f64, self.height as f64);
        let x = ((column as f64 + 0.5) / width * 2.0 - 1.0) * width / height;
        let y = 1.0 - (row as f64 + 0.5) / height * 2.0;
        let [ex, ey, ez] = self.eye;
        match self.lens {
            Lens::Perspective(angle, _) => {
                let f = (angle / 2.0).tan();
                (self.eye, [x * f, y * f, -1.0])
            }
            Lens::Orthographic(seen, ..) => {
                let f = seen / 2.0;
                ([ex + x * f, ey + y * f, ez], [0.0, 0.0, -1.0])
            }
        }
    }

    /// What every pixel shows, row by row from the top left.
    pub(super) fn look(&self, frusta: &[Frustum]) -> Vec<Seen> {
        let pixels = (0..self.height).flat_map(|row| (0..self.width).map(move |column| (column, row)));
        pixels
            .map(|(column, row)| {
                let (origin, direction) = self.ray(column, row);
                let hits = frusta.iter().enumerate().filter_map(|(index, frustum)| {
                    let (distance, t) = hit(frustum, origin, direction)?;
                    (distance > self.near()).then_some((index, t, distance))
                });
                hits.min_by(|a, b| a.2.total_cmp(&b.2))
            })
            .collect()
    }
}

/// Entries `[x, y]`, `[z of z, z of one]`, `[w of z, w of one]` of a projection.
fn columns([[x, y], [zz, z1], [wz, w1]]: [[f64; 2]; 3]) -> Matrix {
    [[x, 0.0, 0.0, 0.0], [0.0, y, 0.0, 0.0], [0.0, 0.0, zz, wz], [0.0, 0.0, z1, w1]]
        .map(|column| column.map(|entry| entry as f32))
}

/// The compartment seen in a pixel.
pub(super) fn compartment(seen: &Seen, frusta: &[Frustum]) -> u32 {
    seen.map_or(NONE, |(index, t, _)| frusta[index].compartment_at(t as f32))
}

/// The nearest hit with any sphere along the axis, and where the point that was hit lies along it.
fn hit(frustum: &Frustum, origin: [f64; 3], direction: [f64; 3]) -> Option<(f64, f64)> {
    let (a, b) = (frustum.start_um.map(f64::from), frustum.end_um.map(f64::from));
    let (ra, rb) = (f64::from(frustum.start_radius_um), f64::from(frustum.end_radius_um));
    let spheres = (0..=SPHERES).map(|index| {
        let t = index as f64 / SPHERES as f64;
        ([0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * t), ra + (rb - ra) * t)
    });
    let nearest =
        spheres.filter_map(|(centre, radius)| sphere_hit(centre, radius, origin, direction)).min_by(f64::total_cmp)?;
    let axis = [0, 1, 2].map(|i| b[i] - a[i]);
    let from_start = [0, 1, 2].map(|i| origin[i] + direction[i] * nearest - a[i]);
    let t = dot(from_start, axis) / dot(axis, axis);
    Some((nearest, t.clamp(0.0, 1.0)))
}

fn sphere_hit(centre: [f64; 3], radius: f64, origin: [f64; 3], direction: [f64; 3]) -> Option<f64> {
    let to_origin = [0, 1, 2].map(|i| origin[i] - centre[i]);
    let a = dot(direction, direction);
    let b = dot(to_origin, direction);
    let c = dot(to_origin, to_origin) - radius * radius;
    let h = b * b - a * c;
    (h >= 0.0).then(|| (-b - h.sqrt()) / a)
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
