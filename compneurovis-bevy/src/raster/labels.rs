//! The compartments along a tube.

use compneurovis_core::{Frustum, Section};

use super::buffer::NONE;

/// Which compartment is where along a tube.
///
/// Positions count compartments from the start of a section, so that a section of `nseg` compartments runs from 0 to
/// that number and a frustum covers a stretch of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels {
    first: u32,
    /// The last compartment, counted from `first`.
    last: u32,
    start: f32,
    change: f32,
}

/// The compartments of a section, as they are numbered in the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    first: u32,
    last: u32,
}

impl Numbers {
    pub(super) fn of(section: &Section, first_of_cell: u32) -> Self {
        Self { first: first_of_cell.saturating_add(section.first_compartment), last: section.nseg.saturating_sub(1) }
    }

    /// The compartment at a position along the section.
    #[inline(always)]
    pub(super) fn at(self, position: f32) -> u32 {
        // The conversion saturates: below zero and NaN become zero.
        let compartment = self.first.saturating_add((position as u32).min(self.last));
        // The highest number means that there is no compartment.
        compartment.min(NONE - 1)
    }
}

impl Labels {
    #[inline(always)]
    pub(super) fn of(frustum: &Frustum, numbers: Numbers) -> Self {
        Self {
            first: numbers.first,
            last: numbers.last,
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
        Numbers { first: self.first, last: self.last }.at(self.start + self.change * t)
    }
}
