//! Which samples end a section: sections are runs of samples in the order of the file.

use std::ops::Range;

use super::{Cell, EPSILON};

/// The original counts a child as 1 and marks a forced end with 0.01; here in hundredths.
const CHILD: u32 = 100;
const FORCED_END: u32 = 1;

/// The cell cut into runs of samples.
pub(super) struct Runs {
    /// One range of samples a section, in order, together all samples.
    pub(super) ranges: Vec<Range<usize>>,
    /// The run that each sample is in.
    pub(super) of_sample: Vec<u32>,
    /// Samples whose run hangs on the start of its parent: a second branch at the first sample of a
    /// neurite on the soma.
    pub(super) hangs_on_start: Vec<bool>,
    /// Whether the first three samples stand for a spherical soma.
    pub(super) is_three_point_soma: bool,
}

pub(super) fn find(cell: &Cell<'_>) -> Runs {
    let (mut counts, hangs_on_start) = count_children(cell);
    let is_three_point_soma = is_three_point_soma(cell, &counts);
    keep_soma_together(cell, &mut counts, is_three_point_soma);
    let ranges = cut(&counts);
    let mut of_sample = vec![0; cell.len()];
    for (number, range) in (0..).zip(&ranges) {
        of_sample[range.clone()].fill(number);
    }
    Runs { ranges, of_sample, hangs_on_start, is_three_point_soma }
}

/// Counts children, in hundredths. A sample with exactly one child, the next sample, of its own
/// kind, counts 100; anything else ends a section.
fn count_children(cell: &Cell<'_>) -> (Vec<u32>, Vec<bool>) {
    let mut counts = vec![0_u32; cell.len()];
    let mut hangs_on_start = vec![false; cell.len()];
    for (index, parent) in cell.parents.iter().enumerate() {
        let Ok(parent) = usize::try_from(*parent) else { continue };
        let count = &mut counts[parent];
        *count = count.saturating_add(CHILD);
        if parent + 1 != index {
            *count = count.saturating_add(FORCED_END);
            if starts_neurite(cell, parent) {
                hangs_on_start[index] = true;
                // The original assigns: whatever was counted so far is forgotten.
                *count = CHILD;
            }
        }
        if cell.samples[parent].kind != cell.samples[index].kind {
            *count = count.saturating_add(FORCED_END);
        }
    }
    (counts, hangs_on_start)
}

/// Whether a sample is the first of a neurite on the soma, or of a cell without one. The original
/// leaves out the second sample.
fn starts_neurite(cell: &Cell<'_>, index: usize) -> bool {
    match index {
        0 => !cell.is_soma(0),
        1 => false,
        _ => !cell.is_soma(index) && cell.is_soma(cell.parent_or_first(index)),
    }
}

/// The soma of neuromorpho.org: two samples of the first one's diameter hang on it, and
/// both together are one diameter away, within 1 %.
fn is_three_point_soma(cell: &Cell<'_>, counts: &[u32]) -> bool {
    let [first, second, third, ..] = cell.samples else { return false };
    let is_shape = cell.soma_samples == 3 && cell.parents[1..3] == [0, 0] && counts[1..3] == [0, 0];
    if !is_shape || first.radius_um == 0.0 {
        return false;
    }
    let diameter = 2.0 * f64::from(first.radius_um);
    let alike = |other: f32| (2.0 * f64::from(other) - diameter).abs() <= EPSILON;
    let distance = |other: [f32; 3]| -> f64 {
        let squares = (0..3).map(|axis| {
            let difference = f64::from(other[axis]) - f64::from(first.position_um[axis]);
            difference * difference
        });
        squares.sum::<f64>().sqrt()
    };
    let span = distance(second.position_um) + distance(third.position_um);
    alike(second.radius_um) && alike(third.radius_um) && (span / diameter - 1.0).abs() < 0.01 - EPSILON
}

/// A soma sample followed by its soma child does not end a section, whatever else hangs on it,
/// unless the soma itself forks there.
fn keep_soma_together(cell: &Cell<'_>, counts: &mut [u32], is_three_point_soma: bool) {
    for (index, count) in counts.iter_mut().enumerate().take(cell.len() - 1) {
        // Of a three-point soma the third sample was made a child of the second.
        let follows = cell.parents[index + 1] == index as i64;
        let follows = if is_three_point_soma && index == 1 { true } else { follows };
        let forks = index != 0 && cell.soma_children[index] > 1;
        if cell.is_soma(index) && cell.is_soma(index + 1) && follows && !forks {
            *count = CHILD;
        }
    }
}

fn cut(counts: &[u32]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for (index, count) in counts.iter().enumerate() {
        // The last sample has no children and so always ends a section.
        if *count != CHILD || index + 1 == counts.len() {
            ranges.push(start..index + 1);
            start = index + 1;
        }
    }
    ranges
}
