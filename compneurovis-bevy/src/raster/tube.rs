//! A frustum in view space.

use compneurovis_core::Frustum;

use super::labels::{Labels, Numbers};
use super::vector::{Vector, dot, least, mix, most};
use super::view::RasterView;

/// Two spheres, the compartments between them, and nothing that is not a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tube {
    pub(super) ends: [End; 2],
    pub(super) labels: Labels,
}

/// One of the two spheres whose convex hull a tube is.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) centre: Vector,
    pub(super) radius: f32,
}

impl Tube {
    /// Brings a frustum into view space, unless a number in it is none.
    #[inline(always)]
    pub(super) fn new(frustum: &Frustum, numbers: Numbers, view: &RasterView) -> Option<Self> {
        let end = |centre, radius| End { centre: view.point(centre), radius: view.radius(radius) };
        let tube = Self {
            ends: [end(frustum.start_um, frustum.start_radius_um), end(frustum.end_um, frustum.end_radius_um)],
            labels: Labels::of(frustum, numbers),
        };
        // NaN and infinity survive the sum, and a tube this size is beyond f32 anyhow. A NaN radius has become zero.
        let sum: f32 = tube.ends.iter().map(End::magnitude).sum();
        (sum < 1e12).then_some(tube)
    }

    /// The sphere at a parameter between the ends.
    pub(super) fn at(&self, t: f32) -> End {
        let [a, b] = &self.ends;
        End { centre: mix(a.centre, b.centre, t), radius: a.radius + (b.radius - a.radius) * t }
    }

    /// The stretch between two parameters.
    pub(super) fn between(&self, from: f32, to: f32) -> Self {
        Self { ends: [self.at(from), self.at(to)], labels: self.labels.between(from, to) }
    }

    /// The stretch whose spheres reach into what the camera sees, if there is one.
    pub(super) fn trim(&self, view: &RasterView) -> Option<Self> {
        let (mut from, mut to) = (0.0, 1.0);
        for plane in view.planes() {
            let reach = |end: &End| dot(plane.normal, end.centre) + end.radius;
            let (first, last) = self.range_beyond(plane.offset, reach)?;
            (from, to) = (most(from, first), least(to, last));
        }
        (from <= to).then(|| self.between(from, to))
    }

    /// The range of parameters at which `measure`, which is linear along the axis, is at least `limit`.
    #[inline(always)]
    pub(super) fn range_beyond(&self, limit: f32, measure: impl Fn(&End) -> f32) -> Option<(f32, f32)> {
        let [a, b] = [&self.ends[0], &self.ends[1]].map(|end| measure(end) - limit);
        match (a >= 0.0, b >= 0.0) {
            (true, true) => Some((0.0, 1.0)),
            (true, false) => Some((0.0, least(a / (a - b), 1.0))),
            (false, true) => Some((least(a / (a - b), 1.0), 1.0)),
            (false, false) => None,
        }
    }
}

impl End {
    /// How far in front of the camera the centre is.
    pub(super) fn distance(&self) -> f32 {
        self.centre[2]
    }

    fn magnitude(&self) -> f32 {
        self.centre[0].abs() + self.centre[1].abs() + self.centre[2].abs() + self.radius
    }
}
