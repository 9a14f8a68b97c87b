//! Wide tubes, drawn by casting a ray through each pixel.

use super::band::{LANES, Samples, Surface};
use super::flat::MIN_HALF_WIDTH_PX;
use super::labels::Labels;
use super::outline::{Outline, Strip};
use super::tube::{End, Tube};
use super::vector::{Vector, add, dot, least, length, most, perpendicular, scale, subtract};
use super::view::RasterView;

/// A round cone in its own frame: the first axis runs along the tube, the others across it.
///
/// Rays are given in that frame too. Both the point where a ray passes the distance `reference_distance` and its
/// direction change linearly from pixel to pixel, and are small numbers near the tube, which keeps `f32` exact enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cone {
    reference_pixel: [f32; 2],
    reference_distance: f32,
    origin: Ray,
    direction: Ray,
    length: f32,
    radii: [f32; 2],
    side: Side,
    /// The parameter at the frame's origin, and its change per unit along the axis.
    along: [f32; 2],
    /// How much the drawn radius exceeds the true one at the start, and how that changes per unit along the axis.
    excess: [f32; 2],
    labels: Labels,
    outline: Outline,
    strip: Option<Strip>,
}

/// A vector at the reference pixel, and how it changes one pixel to the right and one down.
#[derive(Debug, Clone, Copy)]
struct Ray {
    base: Vector,
    right: Vector,
    down: Vector,
}

/// The part of a tube between its spheres: a cone that touches both.
#[derive(Debug, Clone, Copy)]
struct Side {
    /// The radius of the cone at the frame's origin, and how it falls per unit along the axis.
    radius: f32,
    fall: f32,
    /// Where it touches the spheres.
    from: f32,
    to: f32,
    /// The cosine of half the opening angle.
    cosine: f32,
}

impl Cone {
    /// Prepares a tube for drawing, unless it is out of sight.
    pub(super) fn new(tube: &Tube, view: &RasterView) -> Option<Self> {
        let drawn = Tube { ends: tube.ends.map(|end| widen(&end, view)), ..*tube };
        let visible = drawn.trim(view)?;
        let (outline, strip) = bounds(&visible, view)?;
        let frame = Frame::new(&drawn);
        let middle = visible.at(0.5).centre;
        let reference = [middle[0], middle[1], most(middle[2], view.near())];
        let reference_pixel = view.near_viewport(view.project(reference));
        let through = view.unproject(reference_pixel, reference[2]);
        let excess = [0, 1].map(|end| drawn.ends[end].radius - tube.ends[end].radius);
        Some(Self {
            reference_pixel,
            reference_distance: reference[2],
            origin: frame.origins(through, view),
            direction: frame.directions(reference_pixel, view),
            length: frame.length,
            radii: frame.radii,
            side: Side::new(frame.length, frame.radii),
            along: frame.along,
            excess: [excess[0] + (excess[1] - excess[0]) * frame.along[0], (excess[1] - excess[0]) * frame.along[1]],
            labels: tube.labels,
            outline,
            strip,
        })
    }
}

/// Gives an end the least half-width; at or behind the near plane that is next to nothing.
fn widen(end: &End, view: &RasterView) -> End {
    let distance = most(end.distance(), view.near());
    End { radius: most(end.radius, MIN_HALF_WIDTH_PX / view.pixels_per_unit(distance)), ..*end }
}

/// The pixels that a tube whose ends reach beyond the near plane can cover.
fn bounds(tube: &Tube, view: &RasterView) -> Option<(Outline, Option<Strip>)> {
    let discs = tube.ends.map(|end| view.disc(end.centre, end.radius));
    let [Some((start, start_radius)), Some((end, end_radius))] = discs else {
        return clipped_bounds(tube, view).map(|outline| (outline, None));
    };
    let rectangle = union(square(start, start_radius), square(end, end_radius));
    let outline = Outline::new(rectangle, view.width, view.height)?;
    let axis = [end[0] - start[0], end[1] - start[1]];
    Some((outline, outline.strip(start, axis, most(start_radius, end_radius))))
}

/// The bounds of a tube beside the camera or around it.
fn clipped_bounds(tube: &Tube, view: &RasterView) -> Option<Outline> {
    let [a, b] = tube.ends.map(|end| view.clipped_box(end.centre, end.radius));
    let outline = Outline::new(union(a, b), view.width, view.height)?;
    // The tube is convex: if it holds the corners of what the near plane shows, every ray starts inside it, and it
    // has no inside. Without this a camera in a tangle of tubes would fill the screen once for each.
    let hidden = view.near_corners().iter().all(|corner| holds(tube, *corner));
    (!hidden).then_some(outline)
}

/// Whether a point certainly lies within a tube.
fn holds(tube: &Tube, point: Vector) -> bool {
    let [a, b] = &tube.ends;
    let axis = subtract(b.centre, a.centre);
    let t = dot(subtract(point, a.centre), axis) / dot(axis, axis);
    // A tube without length has no t; its start will do.
    let nearest = tube.at(least(most(t, 0.0), 1.0));
    length(subtract(point, nearest.centre)) < nearest.radius
}

fn square(middle: [f32; 2], radius: f32) -> [f32; 4] {
    [middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius]
}

fn union(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
    [least(a[0], b[0]), least(a[1], b[1]), most(a[2], b[2]), most(a[3], b[3])]
}

/// The frame of a tube: where it lies in view space, and the tube in it.
struct Frame {
    origin: Vector,
    axes: [Vector; 3],
    length: f32,
    radii: [f32; 2],
    along: [f32; 2],
}

impl Frame {
    fn new(tube: &Tube) -> Self {
        let [a, b] = &tube.ends;
        let axis = subtract(b.centre, a.centre);
        let span = length(axis);
        let u = if span > 0.0 { scale(axis, 1.0 / span) } else { [1.0, 0.0, 0.0] };
        let (v, w) = perpendicular(u);
        let per_unit = if span > 0.0 { 1.0 / span } else { 0.0 };
        let mut frame = Self {
            origin: a.centre,
            axes: [u, v, w],
            length: span,
            radii: [a.radius, b.radius],
            along: [0.0, per_unit],
        };
        // One sphere holds the other: the hull is that sphere.
        if span <= (a.radius - b.radius).abs() * 1.000_01 {
            let start_is_larger = a.radius >= b.radius;
            let larger = if start_is_larger { a } else { b };
            frame.origin = larger.centre;
            frame.radii = [larger.radius; 2];
            frame.length = 0.0;
            frame.along[0] = if start_is_larger { 0.0 } else { 1.0 };
        }
        frame
    }

    fn turn(&self, vector: Vector) -> Vector {
        self.axes.map(|axis| dot(axis, vector))
    }

    /// The points of rays at the reference distance, relative to the frame's origin.
    fn origins(&self, through: Vector, view: &RasterView) -> Ray {
        let (right, down) = view.pixel_steps(through[2]);
        Ray { base: self.turn(subtract(through, self.origin)), right: self.turn(right), down: self.turn(down) }
    }

    /// The directions of rays, one unit further from the camera.
    fn directions(&self, pixel: [f32; 2], view: &RasterView) -> Ray {
        if !view.perspective {
            return Ray { base: self.turn([0.0, 0.0, 1.0]), right: [0.0; 3], down: [0.0; 3] };
        }
        let (right, down) = view.pixel_steps(1.0);
        Ray { base: self.turn(view.unproject(pixel, 1.0)), right: self.turn(right), down: self.turn(down) }
    }
}

impl Side {
    fn new(length: f32, radii: [f32; 2]) -> Self {
        let sine = (radii[0] - radii[1]) / length;
        let cosine = (1.0 - sine * sine).sqrt();
        let has_side = cosine > 0.0;
        if !has_side {
            // A sphere has no side, and a range that ends before it starts has no point.
            return Self { radius: 0.0, fall: 0.0, from: f32::MAX, to: f32::MIN, cosine: 1.0 };
        }
        Self {
            radius: radii[0] / cosine,
            fall: sine / cosine,
            from: radii[0] * sine,
            to: length + radii[1] * sine,
            cosine,
        }
    }
}

impl Ray {
    #[inline(always)]
    fn at_row(&self, y: f32) -> Vector {
        add(self.base, scale(self.down, y))
    }
}

/// Where a ray meets a surface: the distance along it, the cosine of the angle to the normal times the length of the
/// direction, and the position along the tube's axis.
#[derive(Clone, Copy)]
struct Hit {
    distance: f32,
    facing: f32,
    u: f32,
}

/// Farther than any hit.
const MISS: f32 = f32::MAX;

impl Side {
    /// Where a ray enters the side. The position along the axis tells whether that is between the spheres.
    #[inline(always)]
    fn hit(&self, o: Vector, d: Vector) -> Hit {
        let radius = self.radius - self.fall * o[0];
        let falls = self.fall * d[0];
        let a = d[1] * d[1] + d[2] * d[2] - falls * falls;
        let b = o[1] * d[1] + o[2] * d[2] + radius * falls;
        // b * b - a * c, as Lagrange's identity for the metric of the cone: products that are nearly equal are never
        // subtracted far from the silhouette.
        let (p, q) = (d[1] * radius + falls * o[1], d[2] * radius + falls * o[2]);
        let turn = d[1] * o[2] - d[2] * o[1];
        let h = p * p + q * q - turn * turn;
        let root = most(h, 0.0).sqrt();
        let a = if a.abs() > 1e-12 { a } else { 1e-12 };
        let distance = (-b - root) / a;
        let u = o[0] + d[0] * distance;
        let inside = (h > 0.0) & (u >= self.from) & (u <= self.to);
        Hit {
            distance: if inside { distance } else { MISS },
            facing: root * self.cosine / most(radius - falls * distance, f32::MIN_POSITIVE),
            u,
        }
    }
}

/// Where a ray enters a sphere around the origin of its frame.
#[inline(always)]
fn sphere_hit(o: Vector, d: Vector, d2: f32, radius: f32) -> Hit {
    let m = o[0] * d[0] + o[1] * d[1] + o[2] * d[2];
    let x = o[1] * d[2] - o[2] * d[1];
    let y = o[2] * d[0] - o[0] * d[2];
    let z = o[0] * d[1] - o[1] * d[0];
    let h = d2 * radius * radius - (x * x + y * y + z * z);
    let root = most(h, 0.0).sqrt();
    let distance = (-m - root) / d2;
    Hit { distance: if h > 0.0 { distance } else { MISS }, facing: root / radius, u: o[0] + d[0] * distance }
}

impl Surface for Cone {
    #[inline(always)]
    fn outline(&self) -> &Outline {
        &self.outline
    }

    #[inline(always)]
    fn strip(&self) -> Option<Strip> {
        self.strip
    }

    #[inline(always)]
    fn labels(&self) -> &Labels {
        &self.labels
    }

    #[inline(always)]
    fn sample(&self, x: f32, y: f32, view: &RasterView) -> Samples {
        let mut samples = Samples { depth: [0.0; LANES], facing: [0.0; LANES], along: [0.0; LANES] };
        let (x, y) = (x - self.reference_pixel[0], y - self.reference_pixel[1]);
        let (o_row, d_row) = (self.origin.at_row(y), self.direction.at_row(y));
        for lane in 0..LANES {
            let x = x + lane as f32;
            let o = add(o_row, scale(self.origin.right, x));
            let d = add(d_row, scale(self.direction.right, x));
            let d2 = dot(d, d);
            let side = self.side.hit(o, d);
            let start = sphere_hit(o, d, d2, self.radii[0]);
            let mut end = sphere_hit([o[0] - self.length, o[1], o[2]], d, d2, self.radii[1]);
            end.u += self.length;
            // The hull is entered once. The spheres lie within it, so the nearest of the three is where.
            let hit = nearer(nearer(side, start), end);
            let facing = least(hit.facing / d2.sqrt(), 1.0);
            let excess = self.excess[0] + self.excess[1] * hit.u;
            let distance = self.reference_distance + hit.distance + excess * facing;
            let depth = view.depth(distance);
            let seen = (hit.distance < MISS) & (depth <= 1.0);
            samples.depth[lane] = if seen { depth } else { -1.0 };
            samples.facing[lane] = facing;
            samples.along[lane] = least(most(self.along[0] + self.along[1] * hit.u, 0.0), 1.0);
        }
        samples
    }
}

#[inline(always)]
fn nearer(a: Hit, b: Hit) -> Hit {
    let first = a.distance <= b.distance;
    let pick = |a: f32, b: f32| if first { a } else { b };
    Hit { distance: pick(a.distance, b.distance), facing: pick(a.facing, b.facing), u: pick(a.u, b.u) }
}
