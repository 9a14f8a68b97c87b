//! What the rules did to the cell.

use super::finish::Finished;
use super::runs::Runs;
use super::{Cell, SectionWarning};
use crate::{SampleTree, SomaKind, SwcMode};

/// A soma that is taken for what it is not.
pub(super) fn outline(tree: &SampleTree<'_>) -> Vec<SectionWarning> {
    let is_outline = tree.soma_kind() == SomaKind::Outline;
    let soma = tree.samples().iter().find(|sample| is_outline && sample.kind.is_soma());
    soma.map(|sample| SectionWarning::OutlineSoma { line: sample.line }).into_iter().collect()
}

/// Rows whose place in a section is not what their parent says.
pub(super) fn rows(cell: &Cell<'_>, runs: &Runs, finished: &Finished, warnings: &mut Vec<SectionWarning>) {
    for (number, run) in runs.ranges.iter().enumerate() {
        let in_sphere = |index: usize| runs.is_three_point_soma && run.start == 0 && index < 3;
        for index in run.clone().skip_while(|index| cell.starts_tree(*index) || in_sphere(*index)) {
            let line = cell.samples[index].line;
            let continues = index > run.start;
            if cell.parent(index).is_none() {
                let to = if continues { index - 1 } else { 0 };
                let (name, to_line) = (finished.name_of_draft(number).to_owned(), cell.samples[to].line);
                warnings.push(SectionWarning::RootTied { line, name, to_line });
            } else if continues && !cell.follows(index) {
                warnings.push(SectionWarning::JoinedToRowAbove { line });
            }
        }
    }
    for index in &runs.ends_are_mistaken {
        let line = cell.samples[*index].line;
        warnings.push(match cell.mode {
            SwcMode::Exact => SectionWarning::HungOnStart { line },
            SwcMode::Repaired => SectionWarning::HungOnEnd { line },
        });
    }
    let split = runs.split_before.iter().map(|index| SectionWarning::NotJoined { line: cell.samples[*index].line });
    warnings.extend(split);
}
