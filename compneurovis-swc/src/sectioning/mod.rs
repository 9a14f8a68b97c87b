//! NEURON's Import3d for SWC, step by step.
//!
//! - [`runs`] finds the samples that end sections (`mark_branch`, `sectionify` in `read_swc.hoc`);
//! - [`draft`] makes a section of each run and connects it (`mksection`, `pt2sec`);
//! - [`finish`] drops, names and orders sections and fixes their points (`chk_valid`,
//!   `instantiate`);
//! - [`note`] says what this did to the cell;
//! - [`mend`] puts samples right beforehand, in [`SwcMode::Repaired`].
//!
//! Where hoc compares with a tolerance of 1e-11, so do we; where its subscript of -1 means the first
//! element (a root's "parent" is the first sample), so it does here, by name.

mod draft;
mod finish;
mod join;
mod mend;
mod note;
mod runs;

use crate::reader::AsWritten;
use crate::tree::{ROOT, parent_indices};
use crate::{Sample, SampleTree, SectionWarning, Sections, Swc, SwcError, SwcMode};

/// hoc's tolerance in comparisons.
const EPSILON: f64 = 1e-11;

/// Makes the sections of text that was read.
pub(crate) fn of_swc(swc: &Swc, mode: SwcMode) -> Result<Sections, SwcError> {
    let as_written = swc.as_written.as_ref().filter(|_| mode == SwcMode::Exact).and_then(of_rows);
    as_written.map_or_else(|| sections(&swc.samples, mode), Ok)
}

/// Makes the sections of samples: see [`Sections`].
pub(crate) fn sections(samples: &[Sample], mode: SwcMode) -> Result<Sections, SwcError> {
    let tree = SampleTree::new(samples)?;
    let mut warnings = note::outline(&tree);
    match mode {
        SwcMode::Exact => make(&Cell::new(samples, tree.into_parents(), mode), warnings),
        SwcMode::Repaired => {
            let (samples, parents) = mend::mend(samples.to_vec(), tree.into_parents(), &mut warnings);
            make(&Cell::new(&samples, parents, mode), warnings)
        }
    }
}

/// What NEURON makes of rows that are not in the order of a tree; `None` if it cannot read them.
fn of_rows(written: &AsWritten) -> Option<Sections> {
    let AsWritten { rows, lost_line } = written;
    let max_id = rows.last()?.id;
    // NEURON reads ids as f32, and ends the process on those that do not ascend.
    let ascends = rows.windows(2).all(|pair| (pair[0].id as f32) < pair[1].id as f32);
    let is_known = |row: &Sample| row.parent.is_none_or(|parent| parent <= max_id);
    if !(ascends && rows.iter().all(is_known)) {
        return None;
    }
    let first = &rows[0];
    let mut warnings: Vec<_> = lost_line.map(|line| SectionWarning::RowLost { line }).into_iter().collect();
    if first.parent.is_some_and(|parent| parent >= first.id) {
        warnings.push(SectionWarning::FirstRowTaken { line: first.line });
    }
    make(&Cell::new(rows, parent_indices(rows).ok()?, SwcMode::Exact), warnings).ok()
}

fn make(cell: &Cell<'_>, mut warnings: Vec<SectionWarning>) -> Result<Sections, SwcError> {
    let runs = runs::find(cell)?;
    let drafts = draft::sections(cell, &runs)?;
    let finished = finish::sections(cell, drafts, &mut warnings);
    note::rows(cell, &runs, &finished, &mut warnings);
    let finish::Finished { sections, connect_order, .. } = finished;
    tracing::debug!(samples = cell.len(), sections = sections.len(), "made sections");
    Ok(Sections { sections, connect_order, warnings })
}

/// The samples with what every step asks of them.
struct Cell<'a> {
    samples: &'a [Sample],
    /// Index of the parent, or [`ROOT`].
    parents: Vec<u32>,
    mode: SwcMode,
    /// For soma samples, how many soma samples hang on them (the first sample counts for none).
    soma_children: Vec<u32>,
    soma_samples: usize,
}

impl<'a> Cell<'a> {
    fn new(samples: &'a [Sample], parents: Vec<u32>, mode: SwcMode) -> Self {
        let mut soma_children = vec![0; samples.len()];
        let mut soma_samples = 0;
        for (index, (sample, parent)) in samples.iter().zip(&parents).enumerate() {
            if !sample.kind.is_soma() {
                continue;
            }
            soma_samples += 1;
            if index > 0 && samples.get(*parent as usize).is_some_and(|parent| parent.kind.is_soma()) {
                soma_children[*parent as usize] += 1;
            }
        }
        Self { samples, parents, mode, soma_children, soma_samples }
    }

    fn len(&self) -> usize {
        self.samples.len()
    }

    fn is_soma(&self, index: usize) -> bool {
        self.samples[index].kind.is_soma()
    }

    fn parent(&self, index: usize) -> Option<usize> {
        Some(self.parents[index]).filter(|parent| *parent != ROOT).map(|parent| parent as usize)
    }

    /// The parent as a subscript: hoc reads -1, a root's, as 0.
    fn parent_or_first(&self, index: usize) -> usize {
        self.parent(index).unwrap_or(0)
    }

    /// Whether a sample hangs on the one before it.
    fn follows(&self, index: usize) -> bool {
        index > 0 && self.parents[index] as usize == index - 1
    }

    /// Whether a run that starts here is a tree of its own: in NEURON the first one only.
    fn starts_tree(&self, index: usize) -> bool {
        index == 0 || (self.mode == SwcMode::Repaired && self.parents[index] == ROOT)
    }

    /// A sample that stands before the section of its parent: no order in which to make sections.
    fn out_of_order(&self, index: usize) -> SwcError {
        let Sample { line, id, parent, .. } = self.samples[index];
        SwcError::ParentAfterChild { line, id, parent: parent.unwrap_or(-1) }
    }
}
