//! Puts the samples of a file into an order in which parents stand before children.

use crate::tree::{ROOT, count_up, first_late, parent_indices, parents_first};
use crate::{Sample, SwcError, SwcWarning};

/// Makes ids unique and every parent an earlier sample.
pub(crate) fn repair(mut samples: Vec<Sample>, warnings: &mut Vec<SwcWarning>) -> Result<Vec<Sample>, SwcError> {
    if !is_in_order(&samples) {
        sort_by_id(&mut samples, warnings);
        drop_repeated(&mut samples, warnings);
        cut_dangling_parents(&mut samples, warnings)?;
        samples = put_parents_first(samples, warnings)?;
    }
    note_roots(&samples, warnings);
    if !samples.iter().any(|sample| sample.kind.is_soma()) {
        warnings.push(SwcWarning::NoSoma);
    }
    Ok(samples)
}

/// Whether ids count up and parents are earlier ones: what most files are, and quickly seen.
fn is_in_order(samples: &[Sample]) -> bool {
    let Some(first) = samples.first().map(|sample| sample.id) else { return true };
    let is_earlier = |sample: &Sample| sample.parent.is_none_or(|parent| first <= parent && parent < sample.id);
    count_up(samples) && samples.iter().all(is_earlier)
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

fn note_roots(samples: &[Sample], warnings: &mut Vec<SwcWarning>) {
    let mut roots = samples.iter().filter(|sample| sample.parent.is_none());
    let (_first, second) = (roots.next(), roots.next());
    if let Some(Sample { id, line, .. }) = second {
        let roots = 2 + roots.count();
        warnings.push(SwcWarning::SeveralRoots { line: *line, id: *id, roots });
    }
}
