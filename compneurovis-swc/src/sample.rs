//! One row of an SWC file.

use crate::SampleKind;

/// One row of an SWC file: a point of the tracing with the thickness of the cell there.
///
/// Coordinates and radius are the `f32` nearest to the decimal text, found in one rounding,
/// because that is what NEURON reads and what it stores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The number of the sample; unique in a cell, not below zero. Need not count from 1, and
    /// collections exist whose ids need more than 32 bits.
    pub id: i64,
    /// What the sample is a part of.
    pub kind: SampleKind,
    /// Position in micrometres.
    pub position_um: [f32; 3],
    /// Radius (not diameter) in micrometres. Below zero where the file has it so, which some tracers
    /// use to mark spines: then its magnitude is the radius.
    pub radius_um: f32,
    /// The id of the sample that this one hangs on; `None` for a root.
    pub parent: Option<i64>,
    /// The line of the file that the sample was read from, counted from 1.
    pub line: usize,
}

impl Sample {
    /// The straight distance to another sample, in micrometres.
    ///
    /// ```
    /// use compneurovis_swc::parse_swc;
    ///
    /// let swc = parse_swc(b"1 1 0 0 0 5 -1\n2 3 3 4 0 1 1\n")?;
    /// assert_eq!(swc.samples[0].distance_um(&swc.samples[1]), 5.0);
    /// # Ok::<(), compneurovis_swc::SwcError>(())
    /// ```
    #[must_use]
    pub fn distance_um(&self, other: &Self) -> f64 {
        distance_um(self.position_um, other.position_um)
    }

    /// Whether two rows say the same about the same point (the line does not count).
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        Self { line: 0, ..*self } == Self { line: 0, ..*other }
    }
}

/// Distance as NEURON takes it: the differences in `f32`, all else in `f64`.
pub(crate) fn distance_um(a: [f32; 3], b: [f32; 3]) -> f64 {
    let [dx, dy, dz] = std::array::from_fn(|axis| f64::from(b[axis] - a[axis]));
    (dx * dx + dy * dy + dz * dz).sqrt()
}
