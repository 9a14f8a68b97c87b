//! Frusta: the drawn pieces between two consecutive 3-D points of a section.

use serde::{Deserialize, Serialize};

/// A truncated cone between two 3-D points. Never split at compartment borders: it carries the
/// position of both its ends along the section, and the compartment of a point on it follows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frustum {
    /// Start, in micrometres.
    pub start_um: [f32; 3],
    /// Radius (not diameter) at the start, in micrometres.
    pub start_radius_um: f32,
    /// End, in micrometres.
    pub end_um: [f32; 3],
    /// Radius at the end, in micrometres.
    pub end_radius_um: f32,
    /// Index of its section.
    pub section: u32,
    /// Where the start lies along the section, times `nseg`: 0 to `nseg`.
    pub start_position: f32,
    /// Where the end lies along the section, times `nseg`.
    pub end_position: f32,
}

impl Frustum {
    /// Which compartment of its section is at `t` (0 at the start, 1 at the end) along the axis.
    ///
    /// NEURON's compartments are equal arc lengths, so this is exact.
    ///
    /// ```
    /// use compneurovis_core::Frustum;
    /// let frustum = Frustum {
    ///     start_um: [0.0; 3], start_radius_um: 1.0, end_um: [10.0, 0.0, 0.0], end_radius_um: 0.5,
    ///     section: 0, start_position: 0.0, end_position: 10.0,
    /// };
    /// assert_eq!(frustum.compartment_at(0.55, 10), 5);
    /// assert_eq!(frustum.compartment_at(1.0, 10), 9);
    /// ```
    pub fn compartment_at(&self, t: f32, nseg: u32) -> u32 {
        let position = self.start_position + (self.end_position - self.start_position) * t;
        // `as` saturates: a negative position and NaN give 0.
        (position.floor() as u32).min(nseg.saturating_sub(1))
    }

    /// Distance between its ends, in micrometres.
    pub fn length_um(&self) -> f64 {
        let axis = |axis: usize| f64::from(self.end_um[axis]) - f64::from(self.start_um[axis]);
        axis(0).hypot(axis(1)).hypot(axis(2))
    }

    pub(crate) fn problem(&self) -> Option<&'static str> {
        let finite = |numbers: &[f32]| numbers.iter().all(|number| number.is_finite());
        if !finite(&self.start_um) || !finite(&self.end_um) {
            return Some("coordinate");
        }
        if ![self.start_radius_um, self.end_radius_um].iter().all(|radius| radius.is_finite() && *radius >= 0.0) {
            return Some("radius");
        }
        (!finite(&[self.start_position, self.end_position])).then_some("position")
    }
}
