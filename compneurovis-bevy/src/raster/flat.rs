//! Thin tubes, drawn as strips that face the camera.

use super::band::{LANES, Samples, Surface};
use super::labels::Labels;
use super::outline::{Outline, Strip};
use super::tube::{End, Tube};
use super::vector::{least, most};
use super::view::RasterView;

/// The least half-width of a tube in pixels: wide enough that a line touches every row or column it crosses.
pub const MIN_HALF_WIDTH_PX: f32 = 0.6;

/// The half-width of short pieces: half the diagonal of a pixel, so that they cover one wherever they lie.
const MIN_DOT_RADIUS_PX: f32 = 0.7072;

/// Pieces up to this long need the radius of a dot; longer ones cross the centres of a row or column.
const SHORT_PX: f32 = 1.5;

/// Pieces up to this long are dots.
const DOT_PX: f32 = 0.5;

/// Tubes of at least this half-width show their shape, and are drawn by casting rays.
pub(super) const FLAT_LIMIT_PX: f32 = 1.5;

/// How much wider than drawn a strip is lit, in pixels. Without it a line of one pixel's width would flicker between
/// its lit middle and its dark edge as it crosses the grid of pixels.
const SOFTENING_PX: f32 = 0.5;

/// A strip with round ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flat {
    start: [f32; 2],
    axis: [f32; 2],
    /// One over the squared length of the axis; zero for a dot.
    inverse_length2: f32,
    radius: f32,
    radius_change: f32,
    /// The depth of the axis, which is linear over the picture.
    depth: f32,
    depth_change: f32,
    /// How much nearer than the axis the surface comes.
    bulge: f32,
    /// The distance of the start over that of the end, in perspective.
    foreshortening: f32,
    labels: Labels,
    outline: Outline,
}

impl Flat {
    /// Makes a strip of a tube that lies wholly in front of the near plane, unless it is out of sight.
    #[inline(always)]
    pub(super) fn new(tube: &Tube, view: &RasterView) -> Option<Self> {
        let [a, b] = &tube.ends;
        let (start, end) = (view.project(a.centre), view.project(b.centre));
        if is_remote(start) || is_remote(end) {
            let visible = tube.trim(view)?;
            let [start, end] = visible.ends.map(|end| view.project(end.centre));
            return Self::between(&visible, start, end, view);
        }
        Self::between(tube, start, end, view)
    }

    #[inline(always)]
    fn between(tube: &Tube, start: [f32; 2], end: [f32; 2], view: &RasterView) -> Option<Self> {
        let [a, b] = &tube.ends;
        let axis = [end[0] - start[0], end[1] - start[1]];
        let length2 = axis[0] * axis[0] + axis[1] * axis[1];
        let least_radius = if length2 < SHORT_PX * SHORT_PX { MIN_DOT_RADIUS_PX } else { MIN_HALF_WIDTH_PX };
        let radius = |end: &End| most(end.radius * view.pixels_per_unit(end.distance()), least_radius);
        let radii = [radius(a), radius(b)];
        let outline = Outline::new(around(start, end, most(radii[0], radii[1])), view.width, view.height)?;
        let depths = [view.depth(a.distance()), view.depth(b.distance())];
        let flat = Self {
            start,
            axis,
            inverse_length2: 1.0 / length2,
            radius: radii[0],
            radius_change: radii[1] - radii[0],
            depth: depths[0],
            depth_change: depths[1] - depths[0],
            bulge: bulge(a, view),
            foreshortening: if view.perspective { a.distance() / b.distance() } else { 1.0 },
            labels: tube.labels,
            outline,
        };
        Some(if length2 < DOT_PX * DOT_PX { flat.into_dot(depths) } else { flat })
    }

    /// Shrinks the strip to its middle, and shows there the end that is nearer to the camera.
    fn into_dot(self, depths: [f32; 2]) -> Self {
        let near_end = f32::from(depths[1] > depths[0]);
        Self {
            start: [self.start[0] + self.axis[0] * 0.5, self.start[1] + self.axis[1] * 0.5],
            axis: [0.0; 2],
            inverse_length2: 0.0,
            radius: self.radius + self.radius_change * near_end,
            radius_change: 0.0,
            depth: most(depths[0], depths[1]),
            depth_change: 0.0,
            labels: self.labels.between(near_end, near_end),
            ..self
        }
    }
}

impl Surface for Flat {
    #[inline(always)]
    fn outline(&self) -> &Outline {
        &self.outline
    }

    #[inline(always)]
    fn strip(&self) -> Option<Strip> {
        let reach = most(self.radius, self.radius + self.radius_change);
        self.outline.strip(self.start, self.axis, reach)
    }

    #[inline(always)]
    fn labels(&self) -> &Labels {
        &self.labels
    }

    #[inline(always)]
    fn sample(&self, x: f32, y: f32, _view: &RasterView) -> Samples {
        let mut samples = Samples { depth: [0.0; LANES], facing: [0.0; LANES], along: [0.0; LANES] };
        let dy = y - self.start[1];
        for lane in 0..LANES {
            let dx = x + lane as f32 - self.start[0];
            let s = (dx * self.axis[0] + dy * self.axis[1]) * self.inverse_length2;
            let s = least(most(s, 0.0), 1.0);
            let (ex, ey) = (dx - s * self.axis[0], dy - s * self.axis[1]);
            let distance2 = ex * ex + ey * ey;
            let radius = self.radius + s * self.radius_change;
            let lit = radius + SOFTENING_PX;
            let facing = most(1.0 - distance2 / (lit * lit), 0.0).sqrt();
            let axis_depth = self.depth + s * self.depth_change;
            let seen = (distance2 <= radius * radius) & (axis_depth <= 1.0);
            let depth = least(axis_depth + facing * self.bulge, 1.0);
            samples.depth[lane] = if seen { depth } else { -1.0 };
            samples.facing[lane] = facing;
            samples.along[lane] = s * self.foreshortening / (1.0 + s * (self.foreshortening - 1.0));
        }
        samples
    }
}

/// Whether a pixel position is so far away that `f32` tells the pixels along a line to it apart no longer.
#[inline(always)]
fn is_remote(position: [f32; 2]) -> bool {
    position[0].abs() + position[1].abs() > 65_536.0
}

#[inline(always)]
fn around(start: [f32; 2], end: [f32; 2], radius: f32) -> [f32; 4] {
    [
        least(start[0], end[0]) - radius,
        least(start[1], end[1]) - radius,
        most(start[0], end[0]) + radius,
        most(start[1], end[1]) + radius,
    ]
}

/// How much the depth rises from the axis to the surface; its true radius counts, however wide the strip is.
#[inline(always)]
fn bulge(end: &End, view: &RasterView) -> f32 {
    let nearest = most(end.distance() - end.radius, view.near());
    view.depth(nearest) - view.depth(end.distance())
}
