//! One drawn piece of a cell.

use super::buffer::NONE;

/// A truncated cone between two 3-D points of a section, and the compartments along it.
///
/// Positions count compartments from the start of the section, so that a section of `compartments` runs from 0 to that
/// number and a frustum covers the stretch `start_position..end_position` of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frustum {
    /// Where the axis begins, in micrometres.
    pub start_um: [f32; 3],
    /// The radius at the start, in micrometres.
    pub start_radius_um: f32,
    /// Where the axis ends, in micrometres.
    pub end_um: [f32; 3],
    /// The radius at the end, in micrometres.
    pub end_radius_um: f32,
    /// The index of the section's first compartment.
    pub first_compartment: u32,
    /// How many compartments the section has; at least one is drawn.
    pub compartments: u32,
    /// The position of the start, in compartments from the start of the section.
    pub start_position: f32,
    /// The position of the end, in compartments from the start of the section.
    pub end_position: f32,
}

impl Frustum {
    /// Returns the compartment at `t`, where 0 is the start of the axis and 1 its end.
    pub fn compartment_at(&self, t: f32) -> u32 {
        Labels::of(self).at(t)
    }
}

/// The compartments along a tube.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels {
    first: u32,
    /// The last compartment, counted from `first`.
    last: u32,
    start: f32,
    change: f32,
}

impl Labels {
    pub(super) fn of(frustum: &Frustum) -> Self {
        Self {
            first: frustum.first_compartment,
            last: frustum.compartments.saturating_sub(1),
            start: frustum.start_position,
            change: frustum.end_position - frustum.start_position,
        }
    }

    /// The labels of the stretch between two parameters of this one.
    pub(super) fn between(&self, from: f32, to: f32) -> Self {
        Self { start: self.start + self.change * from, change: self.change * (to - from), ..*self }
    }

    #[inline(always)]
    pub(super) fn at(&self, t: f32) -> u32 {
        // The conversion saturates: below zero and NaN become zero.
        let index = (self.start + self.change * t) as u32;
        // The highest number means that there is no compartment.
        let compartment = self.first.saturating_add(index.min(self.last));
        compartment.min(NONE - 1)
    }
}
