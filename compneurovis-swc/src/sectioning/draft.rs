//! A section for every run of samples, with its parent and points.

use super::Cell;
use super::runs::Runs;
use crate::SampleKind;

/// A point on its way: position and diameter in micrometres.
#[derive(Clone, Copy)]
pub(super) struct DraftPoint {
    pub(super) position_um: [f64; 3],
    pub(super) diameter_um: f64,
}

/// A section before names and order.
pub(super) struct Draft {
    /// Index of the first own sample.
    pub(super) first_sample: usize,
    pub(super) kind: SampleKind,
    /// Index of the parent among the drafts, and the position on it.
    pub(super) parent: Option<(usize, f64)>,
    /// Whether the copy of the parent's point is a wire and not a 3-D point.
    pub(super) is_wired: bool,
    /// The copy of the parent's point (absent in the first section), then the own ones.
    pub(super) points: Vec<DraftPoint>,
}

impl Draft {
    /// What becomes of the section in NEURON.
    pub(super) fn points_3d(&self) -> &[DraftPoint] {
        &self.points[usize::from(self.is_wired)..]
    }
}

pub(super) fn sections(cell: &Cell<'_>, runs: &Runs) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::with_capacity(runs.ranges.len());
    for range in &runs.ranges {
        let draft = if drafts.is_empty() {
            first_section(cell, range.end, runs.is_three_point_soma)
        } else {
            later_section(cell, runs, &drafts, range.clone())
        };
        drafts.push(draft);
    }
    drafts
}

fn first_section(cell: &Cell<'_>, end: usize, is_three_point_soma: bool) -> Draft {
    let end = if is_three_point_soma { 1 } else { end };
    Draft {
        first_sample: 0,
        kind: cell.samples[0].kind,
        parent: None,
        is_wired: false,
        points: (0..end).map(|index| point(cell, index)).collect(),
    }
}

fn later_section(cell: &Cell<'_>, runs: &Runs, drafts: &[Draft], own: std::ops::Range<usize>) -> Draft {
    let first = own.start;
    let parent_sample = parent_sample(cell, runs, first);
    let parent = runs.of_sample[usize::try_from(parent_sample).unwrap_or(0)] as usize;
    let on = &drafts[parent];
    let kind = cell.samples[first].kind;

    let (mut x, is_wired) = attach(cell, on, parent == 0, parent_sample, own.clone());
    if runs.hangs_on_start[first] {
        x = 0.0;
    }
    let copied = usize::try_from(parent_sample).unwrap_or(0);
    let mut points: Vec<_> = std::iter::once(copied).chain(own).map(|index| point(cell, index)).collect();
    if on.kind.is_soma() && !kind.is_soma() {
        // A neurite does not begin with the diameter of the soma.
        points[0].diameter_um = points[1].diameter_um;
    }
    Draft { first_sample: first, kind, parent: Some((parent, x)), is_wired, points }
}

/// The sample that a section hangs on, -1 for a further root.
fn parent_sample(cell: &Cell<'_>, runs: &Runs, first: usize) -> i64 {
    if runs.is_three_point_soma && first == 2 { 1 } else { cell.parents[first] }
}

/// The position on the parent section and whether the connection is a wire.
///
/// `own` are the section's samples, `on` the section that `parent_sample` is in.
fn attach(
    cell: &Cell<'_>,
    on: &Draft,
    on_first_section: bool,
    parent_sample: i64,
    own: std::ops::Range<usize>,
) -> (f64, bool) {
    let is_neurite = !cell.is_soma(own.start);
    let on_soma = on.kind.is_soma();
    let has_length = own.len() > 1;
    let soma_children = cell.soma_children[usize::try_from(parent_sample).unwrap_or(0)];
    if on_first_section {
        if on_soma && is_neurite && on.points.len() == 1 {
            return (0.5, has_length);
        }
        if parent_sample == on.first_sample as i64 {
            return (0.0, is_neurite && soma_children > 1);
        }
    }
    if !on_soma {
        return (1.0, false);
    }
    // The last sample of the soma section. All but the first section begin with a copy.
    let last = on.first_sample + on.points.len() - if on.first_sample == 0 { 1 } else { 2 };
    if parent_sample < last as i64 {
        (0.5, is_neurite && has_length)
    } else {
        (1.0, is_neurite && has_length && soma_children > 1)
    }
}

fn point(cell: &Cell<'_>, index: usize) -> DraftPoint {
    let sample = &cell.samples[index];
    DraftPoint { position_um: sample.position_um.map(f64::from), diameter_um: 2.0 * f64::from(sample.radius_um) }
}
