//! NEURON's Import3d for SWC, step by step.
//!
//! - [`runs`] finds the samples that end sections (`mark_branch`, `sectionify` in `read_swc.hoc`);
//! - [`draft`] makes a section of each run and connects it (`mksection`, `pt2sec`);
//! - [`finish`] drops, names and orders sections and fixes their points (`chk_valid`,
//!   `instantiate`).
//!
//! Where hoc compares with a tolerance of 1e-11, so do we; where its subscript of -1 means the first
//! element (a root's "parent" is the first sample), so it does here, by name.

mod draft;
mod finish;
mod runs;

use crate::{Sample, SampleTree, SectionWarning, Sections, SwcError};

/// hoc's tolerance in comparisons.
const EPSILON: f64 = 1e-11;

/// Makes the sections of samples: see [`Sections`].
pub(crate) fn sections(samples: &[Sample]) -> Result<Sections, SwcError> {
    let cell = Cell::new(SampleTree::new(samples)?);
    let runs = runs::find(&cell);
    let mut warnings = row_warnings(&cell, &runs);
    let drafts = draft::sections(&cell, &runs);
    let sections = finish::sections(&cell, drafts, &mut warnings);
    tracing::debug!(samples = samples.len(), sections = sections.0.len(), "made sections");
    let (sections, connect_order) = sections;
    Ok(Sections { sections, connect_order, warnings })
}

/// The samples with what every step asks of them.
struct Cell<'a> {
    samples: &'a [Sample],
    /// Index of the parent; -1 for roots, as in the original.
    parents: Vec<i64>,
    /// For soma samples, how many soma samples hang on them (the first sample counts for none).
    soma_children: Vec<u32>,
    soma_samples: usize,
}

impl<'a> Cell<'a> {
    fn new(tree: SampleTree<'a>) -> Self {
        let samples = tree.samples();
        let parents: Vec<i64> =
            (0..samples.len()).map(|index| tree.parent(index).map_or(-1, |parent| parent as i64)).collect();
        let mut soma_children = vec![0; samples.len()];
        for (index, parent) in parents.iter().enumerate() {
            if let Ok(parent) = usize::try_from(*parent)
                && samples[index].kind.is_soma()
                && samples[parent].kind.is_soma()
            {
                soma_children[parent] += 1;
            }
        }
        let soma_samples = samples.iter().filter(|sample| sample.kind.is_soma()).count();
        Self { samples, parents, soma_children, soma_samples }
    }

    fn len(&self) -> usize {
        self.samples.len()
    }

    fn is_soma(&self, index: usize) -> bool {
        self.samples[index].kind.is_soma()
    }

    /// The parent as a subscript: hoc reads -1, a root's, as 0.
    fn parent_or_first(&self, index: usize) -> usize {
        usize::try_from(self.parents[index]).unwrap_or(0)
    }
}

/// Rows whose place in a section is not what their parent says.
fn row_warnings(cell: &Cell<'_>, runs: &runs::Runs) -> Vec<SectionWarning> {
    let mut warnings = Vec::new();
    for run in &runs.ranges {
        let in_sphere = |index: usize| runs.is_three_point_soma && run.start == 0 && index < 3;
        for index in run.clone().skip_while(|index| *index == 0 || in_sphere(*index)) {
            let line = cell.samples[index].line;
            let continues = index > run.start;
            if continues && cell.parents[index] != index as i64 - 1 {
                warnings.push(SectionWarning::JoinedToRowAbove { line });
            } else if cell.parents[index] < 0 {
                warnings.push(SectionWarning::RootTied { line });
            }
        }
    }
    warnings
}
