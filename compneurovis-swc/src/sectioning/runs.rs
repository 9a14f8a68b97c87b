//! Which samples end a section: sections are runs of samples in the order of the file.

use std::ops::Range;

use super::Cell;
use crate::soma::is_sphere;
use crate::{SwcError, SwcMode};

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
    /// Of those, the ones whose parent ends its run, so that the start is not where the parent is.
    pub(super) ends_are_mistaken: Vec<usize>,
    /// Samples that NEURON would join to the run before.
    pub(super) split_before: Vec<usize>,
    /// Whether the first three samples stand for a spherical soma.
    pub(super) is_three_point_soma: bool,
}

pub(super) fn find(cell: &Cell<'_>) -> Result<Runs, SwcError> {
    let (mut counts, hangs_on_start) = count_children(cell);
    let is_three_point_soma = is_three_point_soma(cell, &counts);
    keep_soma_together(cell, &mut counts, is_three_point_soma);
    let ranges = cut(cell, &counts, is_three_point_soma)?;
    let mut of_sample = vec![0; cell.len()];
    for (number, range) in (0..).zip(&ranges) {
        of_sample[range.clone()].fill(number);
    }
    let is_split = |index: &usize| counts[index - 1] == CHILD && cell.parent(*index).is_some();
    let split_before = ranges.iter().map(|range| range.start).skip(1).filter(is_split).collect();
    let ends_are_mistaken = Vec::new();
    let mut runs = Runs { ranges, of_sample, hangs_on_start, ends_are_mistaken, split_before, is_three_point_soma };
    find_mistaken_ends(cell, &mut runs);
    Ok(runs)
}

/// Where the first sample of a neurite is also the last of its run, branches belong on the end.
fn find_mistaken_ends(cell: &Cell<'_>, runs: &mut Runs) {
    for index in 0..cell.len() {
        let parent = cell.parent_or_first(index);
        let run = &runs.ranges[runs.of_sample[parent] as usize];
        // A tree that is one sample starts and ends there.
        if !runs.hangs_on_start[index] || run.end != parent + 1 || cell.starts_tree(parent) {
            continue;
        }
        runs.ends_are_mistaken.push(index);
        runs.hangs_on_start[index] = cell.mode == SwcMode::Exact;
    }
}

/// Counts children, in hundredths. A sample with exactly one child, the next sample, of its own
/// kind, counts 100; anything else ends a section.
fn count_children(cell: &Cell<'_>) -> (Vec<u32>, Vec<bool>) {
    let mut counts = vec![0_u32; cell.len()];
    let mut hangs_on_start = vec![false; cell.len()];
    for (index, hangs_on_start) in hangs_on_start.iter_mut().enumerate() {
        let Some(parent) = cell.parent(index) else { continue };
        let count = &mut counts[parent];
        *count = count.saturating_add(CHILD);
        if parent + 1 != index {
            *count = count.saturating_add(FORCED_END);
            if starts_neurite(cell, parent) {
                *hangs_on_start = true;
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
    is_shape && is_sphere([first, second, third])
}

/// A soma sample followed by its soma child does not end a section, whatever else hangs on it,
/// unless the soma itself forks there.
fn keep_soma_together(cell: &Cell<'_>, counts: &mut [u32], is_three_point_soma: bool) {
    for (index, count) in counts.iter_mut().enumerate().take(cell.len() - 1) {
        // Of a three-point soma the third sample was made a child of the second.
        let follows = cell.follows(index + 1) || (is_three_point_soma && index == 1);
        let forks = index != 0 && cell.soma_children[index] > 1;
        if cell.is_soma(index) && cell.is_soma(index + 1) && follows && !forks {
            *count = CHILD;
        }
    }
}

fn cut(cell: &Cell<'_>, counts: &[u32], is_three_point_soma: bool) -> Result<Vec<Range<usize>>, SwcError> {
    let goes_on = |index: usize| cell.mode == SwcMode::Exact || cell.follows(index + 1);
    let goes_on = |index: usize| goes_on(index) || (is_three_point_soma && index == 1);
    let mut ranges = Vec::new();
    let mut start = 0;
    for (index, count) in counts.iter().enumerate() {
        let is_last = index + 1 == counts.len();
        // The last sample of a tree has no children. Of rows that are none, NEURON needs an end there.
        if is_last && *count == CHILD && index > start {
            return Err(cell.out_of_order(index));
        }
        if *count != CHILD || is_last || !goes_on(index) {
            ranges.push(start..index + 1);
            start = index + 1;
        }
    }
    Ok(ranges)
}
