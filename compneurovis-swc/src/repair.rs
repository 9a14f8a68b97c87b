//! Puts the samples of a file into an order in which parents stand before children.

use crate::tree::{ROOT, first_late, parent_indices, parents_first};
use crate::{Sample, SwcError, SwcWarning};

/// Makes ids unique and every parent an earlier sample.
pub(crate) fn repair(mut samples: Vec<Sample>, warnings: &mut Vec<SwcWarning>) -> Result<Vec<Sample>, SwcError> {
    sort_by_id(&mut samples, warnings);
    drop_repeated(&mut samples, warnings);
    cut_dangling_parents(&mut samples, warnings)?;
    put_parents_first(samples, warnings)
}

/// What a look at all samples in their order shows.
#[derive(Default)]
pub(crate) struct Survey {
    is_out_of_order: bool,
    has_soma: bool,
    roots: usize,
    second_root: Option<(usize, i64)>,
    /// The first id, and the next one if ids count up.
    first_and_next: Option<(i64, i64)>,
}

impl Survey {
    pub(crate) fn of(samples: &[Sample]) -> Self {
        let mut survey = Self::default();
        samples.iter().for_each(|sample| survey.add(sample));
        survey
    }

    /// Looks at one more sample.
    #[inline]
    pub(crate) fn add(&mut self, sample: &Sample) {
        let (first, next) = self.first_and_next.unwrap_or((sample.id, sample.id));
        self.is_out_of_order |= sample.id != next;
        self.first_and_next = Some((first, next.wrapping_add(1)));
        self.has_soma |= sample.kind.is_soma();
        match sample.parent {
            Some(parent) => self.is_out_of_order |= parent < first || sample.id <= parent,
            None => self.note_root(sample),
        }
    }

    /// Whether ids count up and parents are earlier ones, as in most files: nothing has to be repaired.
    pub(crate) fn is_in_order(&self) -> bool {
        !self.is_out_of_order
    }

    fn note_root(&mut self, sample: &Sample) {
        self.roots += 1;
        if self.roots == 2 {
            self.second_root = Some((sample.line, sample.id));
        }
    }

    /// Warns of what the samples are as a whole.
    pub(crate) fn note(&self, warnings: &mut Vec<SwcWarning>) {
        if let Some((line, id)) = self.second_root {
            warnings.push(SwcWarning::SeveralRoots { line, id, roots: self.roots });
        }
        if !self.has_soma {
            warnings.push(SwcWarning::NoSoma);
        }
    }
}

fn sort_by_id(samples: &mut [Sample], warnings: &mut Vec<SwcWarning>) {
    if let Some(pair) = samples.windows(2).find(|pair| pair[1].id <= pair[0].id) {
        warnings.push(SwcWarning::IdsNotAscending { line: pair[1].line, id: pair[1].id });
        samples.sort_by_key(|sample| sample.id);
    }
}

/// Of several rows with one id the first is kept.
fn drop_repeated(samples: &mut Vec<Sample>, warnings: &mut Vec<SwcWarning>) {
    // The sort is stable: of equal ids the earlier line comes first.
    samples.dedup_by(|later, first| {
        let (line, id, first_line) = (later.line, later.id, first.line);
        if later.id != first.id {
            return false;
        }
        warnings.push(if later.same_content(first) {
            SwcWarning::RepeatedRow { line, id, first_line }
        } else {
            SwcWarning::DuplicateId { line, id, first_line }
        });
        true
    });
}

/// Makes roots of samples whose parent does not exist or is the sample itself.
fn cut_dangling_parents(samples: &mut [Sample], warnings: &mut Vec<SwcWarning>) -> Result<(), SwcError> {
    let parents = parent_indices(samples)?;
    for (index, (sample, found)) in samples.iter_mut().zip(parents).enumerate() {
        let Some(parent) = sample.parent else { continue };
        let (line, id) = (sample.line, sample.id);
        if found as usize == index {
            warnings.push(SwcWarning::SelfParent { line, id });
        } else if found == ROOT {
            warnings.push(SwcWarning::UnknownParent { line, id, parent });
        } else {
            continue;
        }
        sample.parent = None;
    }
    Ok(())
}

/// Samples come sorted by id. Files that number parents above their children (as skeletons from
/// electron microscopy do) are put into depth-first order instead.
fn put_parents_first(mut samples: Vec<Sample>, warnings: &mut Vec<SwcWarning>) -> Result<Vec<Sample>, SwcError> {
    let mut parents = parent_indices(&samples)?;
    if first_late(&parents).is_some() {
        for index in cycle_heads(&parents) {
            let Sample { id, line, .. } = samples[index];
            warnings.push(SwcWarning::CycleCut { line, id });
            samples[index].parent = None;
            parents[index] = ROOT;
        }
    }
    if let Some(late) = first_late(&parents) {
        warnings.push(SwcWarning::ParentAfterChild { line: samples[late].line, id: samples[late].id });
    }
    Ok(parents_first(samples, &parents))
}

/// The first sample of every cycle.
fn cycle_heads(parents: &[u32]) -> Vec<usize> {
    const UNSEEN: u32 = u32::MAX;
    // The sample from which the way up first came by here.
    let mut seen_from = vec![UNSEEN; parents.len()];
    let mut heads = Vec::new();
    for start in 0..parents.len() as u32 {
        let mut at = start;
        while at != ROOT && seen_from[at as usize] == UNSEEN {
            seen_from[at as usize] = start;
            at = parents[at as usize];
        }
        if at != ROOT && seen_from[at as usize] == start {
            heads.push(first_of_cycle(parents, at));
        }
    }
    heads
}

fn first_of_cycle(parents: &[u32], member: u32) -> usize {
    let (mut first, mut at) = (member, parents[member as usize]);
    while at != member {
        first = first.min(at);
        at = parents[at as usize];
    }
    first as usize
}
