//! Puts samples right before sections are made of them, in [`SwcMode::Repaired`](crate::SwcMode).

use super::join;
use crate::salvage::UNKNOWN_RADIUS_UM;
use crate::tree::{ROOT, parent_indices, parents_first};
use crate::{Sample, SectionWarning};

/// Samples, and the index of the parent of each.
pub(super) type Mended = (Vec<Sample>, Vec<u32>);

/// Mends samples in which parents come first; they do so afterwards.
pub(super) fn mend(mut samples: Vec<Sample>, parents: Vec<u32>, warnings: &mut Vec<SectionWarning>) -> Mended {
    for sample in &mut samples {
        sample.radius_um = sample.radius_um.abs();
    }
    let (samples, parents) = collapse_somata(samples, parents, warnings);
    let (mut samples, parents) = join_roots(samples, parents, warnings);
    fill_radii(&mut samples, &parents, warnings);
    (samples, parents)
}

/// Makes one sample of each soma whose samples are all in one place.
fn collapse_somata(mut samples: Vec<Sample>, mut parents: Vec<u32>, warnings: &mut Vec<SectionWarning>) -> Mended {
    let somata = Somata::find(&samples, &parents);
    let mut is_dropped = vec![false; samples.len()];
    for (index, top) in somata.tops.iter().enumerate() {
        if *top == ROOT {
            continue;
        }
        let top = *top as usize;
        if !somata.is_point[top] || somata.sizes[top] < 2 {
            continue;
        }
        if top == index {
            let (line, radius_um) = (samples[top].line, somata.radii_um[top]);
            samples[top].radius_um = radius_um;
            warnings.push(SectionWarning::SomaCollapsed { line, samples: somata.sizes[top], radius_um });
        } else {
            is_dropped[index] = true;
        }
    }
    if !is_dropped.contains(&true) {
        return (samples, parents);
    }
    for parent in parents.iter_mut().filter(|parent| **parent != ROOT) {
        if is_dropped[*parent as usize] {
            *parent = somata.tops[*parent as usize];
        }
    }
    without(samples, &parents, &is_dropped)
}

/// The connected groups of soma samples, each known by its topmost one.
struct Somata {
    /// The topmost soma sample of the group that a sample is in, or [`ROOT`].
    tops: Vec<u32>,
    /// By topmost sample: how many samples, whether all are in one place, and the largest radius.
    sizes: Vec<usize>,
    is_point: Vec<bool>,
    radii_um: Vec<f32>,
}

impl Somata {
    fn find(samples: &[Sample], parents: &[u32]) -> Self {
        let count = samples.len();
        let mut somata = Self {
            tops: vec![ROOT; count],
            sizes: vec![0; count],
            is_point: vec![true; count],
            radii_um: vec![0.0; count],
        };
        for (index, sample) in samples.iter().enumerate().filter(|(_, sample)| sample.kind.is_soma()) {
            let above = somata.tops.get(parents[index] as usize).copied().filter(|top| *top != ROOT);
            let top = above.unwrap_or(index as u32);
            somata.tops[index] = top;
            let top = top as usize;
            somata.sizes[top] += 1;
            somata.is_point[top] &= sample.position_um == samples[top].position_um;
            somata.radii_um[top] = somata.radii_um[top].max(sample.radius_um);
        }
        somata
    }
}

/// Leaves samples out, on which no other hangs.
fn without(samples: Vec<Sample>, parents: &[u32], is_dropped: &[bool]) -> Mended {
    let mut place = Vec::with_capacity(samples.len());
    let mut kept = 0;
    for is_dropped in is_dropped {
        place.push(kept);
        kept += u32::from(!is_dropped);
    }
    let stays = |index: &usize| !is_dropped[*index];
    let new_parent = |index: usize| place.get(parents[index] as usize).copied().unwrap_or(ROOT);
    let parents: Vec<u32> = (0..samples.len()).filter(stays).map(new_parent).collect();
    let ids: Vec<i64> = (0..samples.len()).filter(stays).map(|index| samples[index].id).collect();
    let mut samples: Vec<Sample> = (0..samples.len()).filter(stays).map(|index| samples[index]).collect();
    for (sample, parent) in samples.iter_mut().zip(&parents) {
        sample.parent = ids.get(*parent as usize).copied();
    }
    (samples, parents)
}

/// Hangs further roots on samples that are in the same place.
fn join_roots(mut samples: Vec<Sample>, mut parents: Vec<u32>, warnings: &mut Vec<SectionWarning>) -> Mended {
    let joined = join::roots(&samples, &parents);
    if joined.is_empty() {
        return (samples, parents);
    }
    let mut has_changed = false;
    for (root, target) in joined {
        let line = samples[root].line;
        let Some(target) = target else {
            warnings.push(SectionWarning::RootKept { line });
            continue;
        };
        warnings.push(SectionWarning::RootJoined { line, to_line: samples[target].line });
        samples[root].parent = Some(samples[target].id);
        parents[root] = target as u32;
        has_changed = true;
    }
    if has_changed {
        samples = parents_first(samples, &parents);
        // There are fewer than fit an index: they were counted before.
        parents = parent_indices(&samples).unwrap_or(parents);
    }
    (samples, parents)
}

/// Replaces radii of zero, except at tips, where a cell may taper off.
fn fill_radii(samples: &mut [Sample], parents: &[u32], warnings: &mut Vec<SectionWarning>) {
    if samples.iter().all(|sample| sample.radius_um != 0.0) {
        return;
    }
    // The radius of the nearest samples below that have one.
    let mut below: Vec<f32> = samples.iter().map(|sample| sample.radius_um).collect();
    let mut has_children = vec![false; samples.len()];
    for index in (0..samples.len()).rev().filter(|index| parents[*index] != ROOT) {
        let parent = parents[index] as usize;
        has_children[parent] = true;
        if below[parent] == 0.0 {
            below[parent] = below[index];
        }
    }
    let was_zero: Vec<bool> = samples.iter().map(|sample| sample.radius_um == 0.0).collect();
    for index in (0..samples.len()).filter(|index| was_zero[*index]) {
        let parent = Some(parents[index]).filter(|parent| *parent != ROOT).map(|parent| parent as usize);
        // Where the kind changes, a section begins with its own diameter and not with that of its parent.
        let tapers = |parent: usize| !was_zero[parent] && samples[parent].kind == samples[index].kind;
        if !has_children[index] && parent.is_some_and(tapers) {
            continue;
        }
        let candidates = [parent.map_or(0.0, |parent| samples[parent].radius_um), below[index], UNKNOWN_RADIUS_UM];
        let radius_um = candidates.into_iter().find(|radius| *radius > 0.0).unwrap_or(UNKNOWN_RADIUS_UM);
        samples[index].radius_um = radius_um;
        warnings.push(SectionWarning::ZeroRadiusReplaced { line: samples[index].line, radius_um });
    }
}
