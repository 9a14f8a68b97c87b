//! Roots that lie on samples of other trees.

use std::collections::HashMap;

use crate::Sample;
use crate::tree::ROOT;

/// Every further root, ascending, with the sample of another tree that is in the same place, if
/// there is one. The tree of the soma, else the first one, keeps its root.
pub(super) fn roots(samples: &[Sample], parents: &[u32]) -> Vec<(usize, Option<usize>)> {
    let roots: Vec<usize> = (0..samples.len()).filter(|index| parents[*index] == ROOT).collect();
    if roots.len() < 2 {
        return Vec::new();
    }
    let main = roots.iter().copied().find(|root| samples[*root].kind.is_soma()).unwrap_or(roots[0]);
    let mut trees = Trees::new(parents);
    let mut places = Places::at(&roots, samples);
    let further = roots.into_iter().filter(|root| *root != main);
    further
        .map(|root| {
            // A second soma is a cell of its own.
            let target = (!samples[root].kind.is_soma()).then(|| places.partner(root, samples, &mut trees)).flatten();
            if let Some(target) = target {
                trees.unite(root, target);
            }
            (root, target)
        })
        .collect()
}

/// Which tree each sample is in, by its root; trees may be united.
struct Trees {
    above: Vec<u32>,
}

impl Trees {
    fn new(parents: &[u32]) -> Self {
        let mut above = Vec::with_capacity(parents.len());
        for (index, parent) in (0_u32..).zip(parents) {
            above.push(if *parent == ROOT { index } else { above[*parent as usize] });
        }
        Self { above }
    }

    fn of(&mut self, index: usize) -> u32 {
        let mut at = index as u32;
        while self.above[at as usize] != at {
            let next = self.above[at as usize];
            self.above[at as usize] = self.above[next as usize];
            at = next;
        }
        at
    }

    fn unite(&mut self, root: usize, target: usize) {
        let (root, target) = (self.of(root), self.of(target));
        self.above[root as usize] = target;
    }
}

/// The samples at the places of roots.
struct Places {
    samples_at: HashMap<[u32; 3], Place>,
}

#[derive(Default)]
struct Place {
    samples: Vec<u32>,
    /// The first of them that was not yet found to be in one tree with the very first.
    next: usize,
}

impl Places {
    fn at(roots: &[usize], samples: &[Sample]) -> Self {
        let mut samples_at: HashMap<_, Place> =
            roots.iter().map(|root| (key(&samples[*root]), Place::default())).collect();
        for (index, sample) in (0_u32..).zip(samples) {
            if let Some(place) = samples_at.get_mut(&key(sample)) {
                place.samples.push(index);
            }
        }
        Self { samples_at }
    }

    /// A sample of another tree at the place of a root: the first one there, or the first one that
    /// is not in a tree with that. Trees only grow, so each sample is passed over once.
    fn partner(&mut self, root: usize, samples: &[Sample], trees: &mut Trees) -> Option<usize> {
        let place = self.samples_at.get_mut(&key(&samples[root]))?;
        let first = *place.samples.first()? as usize;
        let own = trees.of(root);
        if trees.of(first) != own {
            return Some(first);
        }
        while trees.of(*place.samples.get(place.next)? as usize) == own {
            place.next += 1;
        }
        place.samples.get(place.next).map(|index| *index as usize)
    }
}

/// A position as bits, -0 being 0.
fn key(sample: &Sample) -> [u32; 3] {
    sample.position_um.map(|coordinate| (coordinate + 0.0).to_bits())
}
