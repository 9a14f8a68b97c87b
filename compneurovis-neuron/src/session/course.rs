//! Courses in space, and the little geometry that they take.

use crate::Point3d;

/// The course of a section in space.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    points: Vec<Point3d>,
    /// How far along it each point is.
    arcs_um: Vec<f64>,
}

impl Course {
    pub(super) fn new(points: Vec<Point3d>) -> Self {
        let mut arcs_um = Vec::with_capacity(points.len());
        let mut arc = 0.0;
        for (at, point) in points.iter().enumerate() {
            let before = &points[at.saturating_sub(1)];
            arc += norm(minus(place(point), place(before)));
            arcs_um.push(arc);
        }
        Self { points, arcs_um }
    }

    pub(super) fn points(&self) -> &[Point3d] {
        &self.points
    }

    pub(super) fn arcs_um(&self) -> &[f64] {
        &self.arcs_um
    }

    /// 0 if there is none to be drawn.
    pub(super) fn length_um(&self) -> f64 {
        self.arcs_um.last().copied().unwrap_or(0.0)
    }

    pub(super) fn is_drawn(&self) -> bool {
        self.length_um() > 0.0
    }

    /// The place at `x` (0 to 1).
    pub(super) fn at(&self, x: f64) -> [f64; 3] {
        let arc = x * self.length_um();
        let after = self.arcs_um.partition_point(|&other| other < arc).clamp(1, self.points.len() - 1);
        let (from, to) = (self.arcs_um[after - 1], self.arcs_um[after]);
        let share = if to > from { ((arc - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 };
        let (start, end) = (place(&self.points[after - 1]), place(&self.points[after]));
        plus(start, times(minus(end, start), share))
    }

    /// From its 0 end to its 1 end, of length 1.
    pub(super) fn direction(&self) -> [f64; 3] {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return Z };
        unit(minus(place(last), place(first))).unwrap_or(Z)
    }

    pub(super) fn shift(&mut self, by: [f64; 3]) {
        for point in &mut self.points {
            (point.x, point.y, point.z) = (point.x + by[0], point.y + by[1], point.z + by[2]);
        }
    }

    /// How far it reaches along x.
    pub(super) fn reach_x_um(&self) -> (f64, f64) {
        self.points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| {
            let radius = point.diameter / 2.0;
            (low.min(point.x - radius), high.max(point.x + radius))
        })
    }
}

pub(super) const Z: [f64; 3] = [0.0, 0.0, 1.0];

pub(super) fn place(point: &Point3d) -> [f64; 3] {
    [point.x, point.y, point.z]
}

pub(super) fn plus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|axis| a[axis] + b[axis])
}

pub(super) fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|axis| a[axis] - b[axis])
}

pub(super) fn times(a: [f64; 3], factor: f64) -> [f64; 3] {
    a.map(|number| number * factor)
}

pub(super) fn norm([x, y, z]: [f64; 3]) -> f64 {
    x.hypot(y).hypot(z)
}

/// The same direction with length 1; `None` if it is none.
pub(super) fn unit(a: [f64; 3]) -> Option<[f64; 3]> {
    let length = norm(a);
    (length.is_finite() && length > 0.0).then(|| times(a, 1.0 / length))
}

pub(super) fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// A direction turned away from where it goes, to the side that `azimuth` says.
pub(super) fn tilted(direction: [f64; 3], angle: f64, azimuth: f64) -> [f64; 3] {
    // Whatever axis is least along it.
    let other = if direction[0].abs() < 0.9 { [1.0, 0.0, 0.0] } else { [0.0, 1.0, 0.0] };
    let side = unit(cross(cross(direction, other), direction)).unwrap_or([1.0, 0.0, 0.0]);
    let up = cross(direction, side);
    let around = plus(times(side, azimuth.cos()), times(up, azimuth.sin()));
    plus(times(direction, angle.cos()), times(around, angle.sin()))
}
