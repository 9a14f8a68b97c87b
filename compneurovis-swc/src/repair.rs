//! Puts the samples of a file into an order in which parents stand before children.

use crate::tree::{child_lists, parent_indices, preorder};
use crate::{Sample, SwcError, SwcWarning};

/// Makes ids unique and every parent an earlier sample, or says why that cannot be done.
pub(crate) fn repair(mut samples: Vec<Sample>, warnings: &mut Vec<SwcWarning>) -> Result<Vec<Sample>, SwcError> {
    sort_by_id(&mut samples, warnings);
    drop_repeated(&mut samples, warnings)?;
    cut_dangling_parents(&mut samples, warnings)?;
    let samples = parents_first(samples, warnings)?;
    note_roots(&samples, warnings);
    if !samples.iter().any(|sample| sample.kind.is_soma()) {
        warnings.push(SwcWarning::NoSoma);
    }
    Ok(samples)
}

fn sort_by_id(samples: &mut [Sample], warnings: &mut Vec<SwcWarning>) {
    if let Some(pair) = samples.windows(2).find(|pair| pair[1].id <= pair[0].id) {
        warnings.push(SwcWarning::IdsNotAscending { line: pair[1].line, id: pair[1].id });
        samples.sort_by_key(|sample| sample.id);
    }
}

fn drop_repeated(samples: &mut Vec<Sample>, warnings: &mut Vec<SwcWarning>) -> Result<(), SwcError> {
    // The sort is stable: of equal ids the earlier line comes first.
    for pair in samples.windows(2).filter(|pair| pair[0].id == pair[1].id) {
        let (first, second) = (&pair[0], &pair[1]);
        let (line, id, first_line) = (second.line, second.id, first.line);
        if !second.same_content(first) {
            return Err(SwcError::DuplicateId { line, id, first_line });
        }
        warnings.push(SwcWarning::RepeatedRow { line, id, first_line });
    }
    samples.dedup_by_key(|sample| sample.id);
    Ok(())
}

/// Makes roots of samples whose parent does not exist or is the sample itself.
fn cut_dangling_parents(samples: &mut [Sample], warnings: &mut Vec<SwcWarning>) -> Result<(), SwcError> {
    let parents = parent_indices(samples)?;
    for (index, (sample, found)) in samples.iter_mut().zip(parents).enumerate() {
        let Some(parent) = sample.parent else { continue };
        let (line, id) = (sample.line, sample.id);
        match found {
            Some(found) if found as usize == index => {
                warnings.push(SwcWarning::SelfParent { line, id });
            }
            Some(_) => continue,
            None => warnings.push(SwcWarning::UnknownParent { line, id, parent }),
        }
        sample.parent = None;
    }
    Ok(())
}

/// Samples come sorted by id. Files that number parents above their children (as skeletons from
/// electron microscopy do) are put into depth-first order instead.
fn parents_first(samples: Vec<Sample>, warnings: &mut Vec<SwcWarning>) -> Result<Vec<Sample>, SwcError> {
    let parents = parent_indices(&samples)?;
    let is_late = |index: usize| parents[index].is_some_and(|parent| parent as usize >= index);
    let Some(late) = (0..samples.len()).find(|index| is_late(*index)) else {
        return Ok(samples);
    };
    let order = preorder(&child_lists(&parents), &parents);
    if order.len() < samples.len() {
        let Sample { id, line, .. } = samples[member_of_cycle(&parents, &order)];
        return Err(SwcError::Cycle { line, id });
    }
    warnings.push(SwcWarning::ParentAfterChild { line: samples[late].line, id: samples[late].id });
    Ok(order.into_iter().map(|index| samples[index as usize]).collect())
}

/// Some sample that is its own ancestor, given all that can be reached from roots.
fn member_of_cycle(parents: &[Option<u32>], reached: &[u32]) -> usize {
    let mut seen = vec![false; parents.len()];
    for index in reached {
        seen[*index as usize] = true;
    }
    // From a sample that no root reaches, the way up must come to a sample for a second time.
    let mut at = seen.iter().position(|seen| !seen).unwrap_or(0);
    while !std::mem::replace(&mut seen[at], true) {
        at = parents[at].map_or(at, |parent| parent as usize);
    }
    at
}

fn note_roots(samples: &[Sample], warnings: &mut Vec<SwcWarning>) {
    let mut roots = samples.iter().filter(|sample| sample.parent.is_none());
    let (_first, second) = (roots.next(), roots.next());
    if let Some(Sample { id, line, .. }) = second {
        let roots = 2 + roots.count();
        warnings.push(SwcWarning::SeveralRoots { line: *line, id: *id, roots });
    }
}
