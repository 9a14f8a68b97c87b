//! A section for every run of samples, with its parent and points.

use std::ops::Range;

use super::Cell;
use super::runs::Runs;
use crate::{SampleKind, SwcError};

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
    /// Index of the parent among the drafts, and the position on it; `None` where a tree starts.
    pub(super) parent: Option<(usize, f64)>,
    /// Whether the copy of the parent's point is a wire and not a 3-D point.
    pub(super) is_wired: bool,
    /// The copy of the parent's point (absent where a tree starts), then the own ones.
    pub(super) points: Vec<DraftPoint>,
}

impl Draft {
    /// What becomes of the section in NEURON.
    pub(super) fn points_3d(&self) -> &[DraftPoint] {
        &self.points[usize::from(self.is_wired)..]
    }
}

pub(super) fn sections(cell: &Cell<'_>, runs: &Runs) -> Result<Vec<Draft>, SwcError> {
    let mut drafts: Vec<Draft> = Vec::with_capacity(runs.ranges.len());
    for range in &runs.ranges {
        let draft = if cell.starts_tree(range.start) {
            root_section(cell, runs, range.clone())
        } else {
            later_section(cell, runs, &drafts, range.clone())?
        };
        drafts.push(draft);
    }
    Ok(drafts)
}

fn root_section(cell: &Cell<'_>, runs: &Runs, own: Range<usize>) -> Draft {
    let is_sphere = own.start == 0 && runs.is_three_point_soma;
    let end = if is_sphere { 1 } else { own.end };
    Draft {
        first_sample: own.start,
        kind: cell.samples[own.start].kind,
        parent: None,
        is_wired: false,
        points: (own.start..end).map(|index| point(cell, index)).collect(),
    }
}

fn later_section(cell: &Cell<'_>, runs: &Runs, drafts: &[Draft], own: Range<usize>) -> Result<Draft, SwcError> {
    let first = own.start;
    let parent_sample = parent_sample(cell, runs, first);
    let copied = parent_sample.unwrap_or(0);
    let parent = runs.of_sample[copied] as usize;
    let on = drafts.get(parent).ok_or_else(|| cell.out_of_order(first))?;
    let kind = cell.samples[first].kind;

    let (mut x, is_wired) = attach(cell, on, parent_sample, own.clone());
    if runs.hangs_on_start[first] {
        x = 0.0;
    }
    let mut points: Vec<_> = std::iter::once(copied).chain(own).map(|index| point(cell, index)).collect();
    if on.kind.is_soma() && !kind.is_soma() {
        // A neurite does not begin with the diameter of the soma.
        points[0].diameter_um = points[1].diameter_um;
    }
    Ok(Draft { first_sample: first, kind, parent: Some((parent, x)), is_wired, points })
}

/// The sample that a section hangs on, none for a further root.
fn parent_sample(cell: &Cell<'_>, runs: &Runs, first: usize) -> Option<usize> {
    if runs.is_three_point_soma && first == 2 { Some(1) } else { cell.parent(first) }
}

/// The position on the parent section and whether the connection is a wire.
///
/// `own` are the section's samples, `on` the section that `parent_sample` is in.
fn attach(cell: &Cell<'_>, on: &Draft, parent_sample: Option<usize>, own: Range<usize>) -> (f64, bool) {
    let is_neurite = !cell.is_soma(own.start);
    let on_soma = on.kind.is_soma();
    let has_length = own.len() > 1;
    let soma_children = cell.soma_children[parent_sample.unwrap_or(0)];
    let on_root = on.parent.is_none();
    if on_root {
        if on_soma && is_neurite && on.points.len() == 1 {
            return (0.5, has_length);
        }
        if parent_sample == Some(on.first_sample) {
            return (0.0, is_neurite && soma_children > 1);
        }
    }
    if !on_soma {
        return (1.0, false);
    }
    // The last sample of the soma section. All but those of roots begin with a copy.
    let last = on.first_sample + on.points.len() - if on_root { 1 } else { 2 };
    // A further root has no sample to hang on, which comes before all others.
    if parent_sample.is_none_or(|sample| sample < last) {
        (0.5, is_neurite && has_length)
    } else {
        (1.0, is_neurite && has_length && soma_children > 1)
    }
}

fn point(cell: &Cell<'_>, index: usize) -> DraftPoint {
    let sample = &cell.samples[index];
    DraftPoint { position_um: sample.position_um.map(f64::from), diameter_um: 2.0 * f64::from(sample.radius_um) }
}
