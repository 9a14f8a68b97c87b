//! Samples as a tree.

use std::collections::HashMap;

use crate::reader::length;
use crate::{Column, Sample, SwcError};

/// In lists of parents: none.
pub(crate) const ROOT: u32 = u32::MAX;

/// As many as indices of 32 bits count, with room for [`ROOT`].
const MOST_SAMPLES: usize = 1 << 31;

/// Samples whose parents were looked up and checked: each stands before its children.
///
/// Several roots make several trees. Everything that [`parse_swc`](crate::parse_swc) returns passes;
/// samples made in other ways are checked here and never repaired.
/// [`statistics`](Self::statistics) and [`soma_kind`](Self::soma_kind) describe the cell.
///
/// ```
/// use compneurovis_swc::{SampleTree, parse_swc};
///
/// let swc = parse_swc(b"1 1 0 0 0 5 -1\n2 3 8 0 0 1 1\n3 3 12 3 0 1 2\n4 3 8 2 0 1 2\n")?;
/// let tree = SampleTree::new(&swc.samples)?;
/// assert_eq!(tree.parent(3), Some(1));
/// assert_eq!(tree.child_counts(), [1, 2, 0, 0]);
/// assert_eq!(tree.roots().collect::<Vec<_>>(), [0]);
/// assert_eq!(tree.cable_length_um(), 8.0 + 5.0 + 2.0);
/// # Ok::<(), compneurovis_swc::SwcError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SampleTree<'a> {
    samples: &'a [Sample],
    parents: Vec<u32>,
}

impl<'a> SampleTree<'a> {
    /// Looks up the parents of samples.
    ///
    /// # Errors
    ///
    /// No samples, more than 2^31, ids below zero or used twice, parents that do not exist or
    /// stand after their children, numbers that are not finite or far out of range.
    pub fn new(samples: &'a [Sample]) -> Result<Self, SwcError> {
        if samples.is_empty() {
            return Err(SwcError::NoSamples { unreadable_line: None });
        }
        if let Some(parents) = plain_parents(samples) {
            return Ok(Self { samples, parents });
        }
        samples.iter().try_for_each(check_numbers)?;
        check_unique(samples)?;
        let parents = parent_indices(samples)?;
        for (index, (sample, found)) in samples.iter().zip(&parents).enumerate() {
            let Some(parent) = sample.parent else { continue };
            let (line, id) = (sample.line, sample.id);
            match *found {
                ROOT => return Err(SwcError::UnknownParent { line, id, parent }),
                found if found as usize >= index => return Err(SwcError::ParentAfterChild { line, id, parent }),
                _ => {}
            }
        }
        Ok(Self { samples, parents })
    }

    /// The samples.
    #[must_use]
    pub fn samples(&self) -> &'a [Sample] {
        self.samples
    }

    /// The index of a sample's parent, `None` for roots.
    ///
    /// # Panics
    ///
    /// If there is no sample `index`.
    #[must_use]
    pub fn parent(&self, index: usize) -> Option<usize> {
        Some(self.parents[index]).filter(|parent| *parent != ROOT).map(|parent| parent as usize)
    }

    /// The indices of the roots, ascending: one for each tree.
    pub fn roots(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.parents.len()).filter(|index| self.parents[*index] == ROOT)
    }

    /// How many children each sample has.
    #[must_use]
    pub fn child_counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.samples.len()];
        for parent in self.parents.iter().filter(|parent| **parent != ROOT) {
            counts[*parent as usize] += 1;
        }
        counts
    }

    /// The sum of the distances between samples and their parents, in micrometres.
    #[must_use]
    pub fn cable_length_um(&self) -> f64 {
        self.edges().map(|(sample, parent)| sample.distance_um(parent)).sum()
    }

    /// Every sample that has a parent, with it.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (&'a Sample, &'a Sample)> + '_ {
        let edge = |(sample, parent): (&'a Sample, &u32)| Some((sample, self.samples.get(*parent as usize)?));
        self.samples.iter().zip(&self.parents).filter_map(edge)
    }

    /// The index of each sample's parent, or [`ROOT`].
    pub(crate) fn into_parents(self) -> Vec<u32> {
        self.parents
    }
}

/// The parents of samples that are as most are: ids count up, parents come first. One pass.
fn plain_parents(samples: &[Sample]) -> Option<Vec<u32>> {
    let first = samples.first()?.id;
    if samples.len() > MOST_SAMPLES {
        return None;
    }
    let mut parents = Vec::with_capacity(samples.len());
    for (index, sample) in (0_i64..).zip(samples) {
        let id = first.wrapping_add(index);
        check_numbers(sample).ok().filter(|()| sample.id == id)?;
        parents.push(match sample.parent {
            None => ROOT,
            Some(parent) if first <= parent && parent < id => (parent - first) as u32,
            Some(_) => return None,
        });
    }
    Some(parents)
}

fn check_numbers(sample: &Sample) -> Result<(), SwcError> {
    let Sample { id, line, radius_um, position_um: [x, y, z], .. } = *sample;
    if id < 0 {
        return Err(SwcError::NegativeId { line, id });
    }
    for (value, column) in [(x, Column::X), (y, Column::Y), (z, Column::Z), (radius_um, Column::Radius)] {
        length(value, column, line)?;
    }
    Ok(())
}

fn check_unique(samples: &[Sample]) -> Result<(), SwcError> {
    if samples.windows(2).all(|pair| pair[0].id < pair[1].id) {
        return Ok(());
    }
    let mut lines = HashMap::with_capacity(samples.len());
    for Sample { id, line, .. } in samples {
        if let Some(first_line) = lines.insert(*id, *line) {
            return Err(SwcError::DuplicateId { line: *line, id: *id, first_line });
        }
    }
    Ok(())
}

/// The index of each sample's parent; [`ROOT`] for roots and for parents that do not exist.
pub(crate) fn parent_indices(samples: &[Sample]) -> Result<Vec<u32>, SwcError> {
    let count = samples.len();
    if count > MOST_SAMPLES {
        return Err(SwcError::TooManySamples { count, limit: MOST_SAMPLES });
    }
    let max_id = samples.iter().map(|sample| sample.id).max().unwrap_or(0);
    let dense = usize::try_from(max_id).is_ok_and(|max_id| max_id <= 4 * count + 64);
    Ok(if count_up(samples) {
        parents_by_number(samples)
    } else if dense {
        parents_by_table(samples, max_id as usize)
    } else {
        parents_by_hash(samples)
    })
}

/// Whether every id is one more than the id before, as in most files.
pub(crate) fn count_up(samples: &[Sample]) -> bool {
    samples.windows(2).all(|pair| pair[0].id.checked_add(1) == Some(pair[1].id))
}

fn parents_by_number(samples: &[Sample]) -> Vec<u32> {
    let (first, count) = (samples.first().map_or(0, |sample| sample.id), samples.len());
    let find = |id: i64| id.checked_sub(first).and_then(|index| u32::try_from(index).ok());
    let find = |id: i64| find(id).filter(|index| (*index as usize) < count);
    samples.iter().map(|sample| sample.parent.and_then(find).unwrap_or(ROOT)).collect()
}

fn parents_by_table(samples: &[Sample], max_id: usize) -> Vec<u32> {
    let mut index_of = vec![ROOT; max_id + 1];
    for (index, sample) in samples.iter().enumerate() {
        if let Some(slot) = usize::try_from(sample.id).ok().and_then(|id| index_of.get_mut(id)) {
            *slot = index as u32;
        }
    }
    let find = |id: i64| index_of.get(usize::try_from(id).ok()?).copied();
    samples.iter().map(|sample| sample.parent.and_then(find).unwrap_or(ROOT)).collect()
}

fn parents_by_hash(samples: &[Sample]) -> Vec<u32> {
    let index_of: HashMap<i64, u32> = (0_u32..).zip(samples).map(|(index, sample)| (sample.id, index)).collect();
    let find = |id: i64| index_of.get(&id).copied();
    samples.iter().map(|sample| sample.parent.and_then(find).unwrap_or(ROOT)).collect()
}

/// Samples in an order in which parents stand before children: their own where it is one, else
/// depth first, each branch in one piece. Parents must form no cycle; what is on one is lost.
pub(crate) fn parents_first(samples: Vec<Sample>, parents: &[u32]) -> Vec<Sample> {
    if first_late(parents).is_none() {
        return samples;
    }
    preorder(&child_lists(parents), parents).into_iter().map(|index| samples[index as usize]).collect()
}

/// The first sample that does not stand after its parent.
pub(crate) fn first_late(parents: &[u32]) -> Option<usize> {
    parents.iter().enumerate().position(|(index, parent)| *parent != ROOT && *parent as usize >= index)
}

/// Children of every sample, ascending, as one list with the place where each one's begin.
pub(crate) struct ChildLists {
    starts: Vec<u32>,
    children: Vec<u32>,
}

impl ChildLists {
    pub(crate) fn of(&self, index: u32) -> &[u32] {
        let index = index as usize;
        &self.children[self.starts[index] as usize..self.starts[index + 1] as usize]
    }
}

pub(crate) fn child_lists(parents: &[u32]) -> ChildLists {
    let mut starts = vec![0_u32; parents.len() + 1];
    for parent in parents.iter().filter(|parent| **parent != ROOT) {
        starts[*parent as usize + 1] += 1;
    }
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    let mut next = starts.clone();
    let mut children = vec![0; starts.last().map_or(0, |end| *end as usize)];
    for (child, parent) in (0_u32..).zip(parents).filter(|(_, parent)| **parent != ROOT) {
        children[next[*parent as usize] as usize] = child;
        next[*parent as usize] += 1;
    }
    ChildLists { starts, children }
}

/// All that roots reach, depth first, roots and children in ascending order.
pub(crate) fn preorder(lists: &ChildLists, parents: &[u32]) -> Vec<u32> {
    let mut order = Vec::with_capacity(parents.len());
    let is_root = |index: &u32| parents[*index as usize] == ROOT;
    // A stack of our own: chains of a million samples occur.
    let mut stack: Vec<u32> = (0..parents.len() as u32).rev().filter(is_root).collect();
    while let Some(index) = stack.pop() {
        order.push(index);
        stack.extend(lists.of(index).iter().rev());
    }
    order
}
