//! Numbers about a cell.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use crate::{Sample, SampleKind, SampleTree, SomaKind};

/// Numbers about a cell, from its samples alone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TreeStatistics {
    /// How many samples there are.
    pub samples: usize,
    /// How many trees: samples without a parent.
    pub trees: usize,
    /// How many samples have two children or more.
    pub branch_points: usize,
    /// How many samples have no children.
    pub tips: usize,
    /// The most samples that lie on a way up to a root, the root not counted.
    pub depth: usize,
    /// The longest way along the cell to a root, in micrometres.
    pub longest_path_um: f64,
    /// Cable and surface of each kind, of the frusta between samples and their parents. They count
    /// for the sample that is further from the root; those that lead from the soma to a neurite do
    /// not count, being inside the soma. A soma that stands for a sphere has that one's surface.
    pub kinds: BTreeMap<SampleKind, Extent>,
    /// The corners of the box, parallel to the axes, that holds all samples, in micrometres.
    pub bounds_um: [[f32; 3]; 2],
}

/// How much there is of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Extent {
    /// How many samples.
    pub samples: usize,
    /// Length in micrometres.
    pub length_um: f64,
    /// Surface in square micrometres.
    pub area_um2: f64,
}

impl SampleTree<'_> {
    /// Numbers about the cell.
    ///
    /// ```
    /// use compneurovis_swc::{SampleKind, SampleTree, parse_swc};
    ///
    /// let swc = parse_swc(b"1 1 0 0 0 5 -1\n2 3 8 0 0 1 1\n3 3 12 3 0 1 2\n4 3 8 2 0 1 2\n")?;
    /// let numbers = SampleTree::new(&swc.samples)?.statistics();
    /// assert_eq!((numbers.branch_points, numbers.tips, numbers.depth), (1, 2, 2));
    /// assert_eq!(numbers.longest_path_um, 13.0);
    /// assert_eq!(numbers.kinds[&SampleKind::BASAL_DENDRITE].length_um, 7.0);
    /// assert_eq!(numbers.bounds_um, [[0.0; 3], [12.0, 3.0, 0.0]]);
    /// # Ok::<(), compneurovis_swc::SwcError>(())
    /// ```
    #[must_use]
    pub fn statistics(&self) -> TreeStatistics {
        let counts = self.child_counts();
        let (depth, longest_path_um) = self.furthest();
        TreeStatistics {
            samples: counts.len(),
            trees: self.roots().count(),
            branch_points: counts.iter().filter(|count| **count > 1).count(),
            tips: counts.iter().filter(|count| **count == 0).count(),
            depth,
            longest_path_um,
            kinds: self.extents(),
            bounds_um: bounds_um(self.samples()),
        }
    }

    fn furthest(&self) -> (usize, f64) {
        let mut ways: Vec<(usize, f64)> = Vec::with_capacity(self.samples().len());
        for (index, sample) in self.samples().iter().enumerate() {
            let way = self.parent(index).map_or((0, 0.0), |parent| {
                let (depth, path_um) = ways[parent];
                (depth + 1, path_um + sample.distance_um(&self.samples()[parent]))
            });
            ways.push(way);
        }
        ways.into_iter().fold((0, 0.0), |(depth, path), way| (depth.max(way.0), path.max(way.1)))
    }

    fn extents(&self) -> BTreeMap<SampleKind, Extent> {
        let mut kinds: BTreeMap<SampleKind, Extent> = BTreeMap::new();
        for sample in self.samples() {
            kinds.entry(sample.kind).or_default().samples += 1;
        }
        let is_sphere = matches!(self.soma_kind(), SomaKind::SinglePoint | SomaKind::ThreePoint);
        let counts =
            |(sample, parent): &(&Sample, &Sample)| !parent.kind.is_soma() || (sample.kind.is_soma() && !is_sphere);
        for (sample, parent) in self.edges().filter(counts) {
            let extent = kinds.entry(sample.kind).or_default();
            extent.length_um += sample.distance_um(parent);
            extent.area_um2 += frustum_area_um2(sample, parent);
        }
        if let Some(centre) = self.samples().iter().find(|sample| is_sphere && sample.kind.is_soma()) {
            let radius_um = f64::from(centre.radius_um);
            kinds.entry(SampleKind::SOMA).or_default().area_um2 = 4.0 * PI * radius_um * radius_um;
        }
        kinds
    }
}

fn frustum_area_um2(one: &Sample, other: &Sample) -> f64 {
    let [a, b] = [one, other].map(|sample| f64::from(sample.radius_um.abs()));
    PI * (a + b) * one.distance_um(other).hypot(a - b)
}

fn bounds_um(samples: &[Sample]) -> [[f32; 3]; 2] {
    let mut bounds = [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]];
    for sample in samples {
        for (axis, coordinate) in sample.position_um.into_iter().enumerate() {
            bounds[0][axis] = bounds[0][axis].min(coordinate);
            bounds[1][axis] = bounds[1][axis].max(coordinate);
        }
    }
    bounds
}
