//! The ways in which files draw a soma.

use std::f64::consts::PI;

use crate::{Sample, SampleTree};

/// How the samples of type 1 draw the soma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SomaKind {
    /// Not at all.
    None,
    /// One sample: a sphere.
    SinglePoint,
    /// Three samples in the way of neuromorpho.org, which stand for a sphere: two hang on the first,
    /// one radius away to either side, within 1 %.
    ThreePoint,
    /// A row of samples: frusta, end to end.
    Stacked,
    /// A row of thin samples around the soma: an outline. The standard does not know it.
    Outline,
    /// Connected samples that fork.
    Branched,
    /// Groups of samples that are not connected, so many of them.
    Several(usize),
}

impl SampleTree<'_> {
    /// How the soma is drawn.
    ///
    /// ```
    /// use compneurovis_swc::{SampleTree, SomaKind, parse_swc};
    ///
    /// let swc = parse_swc(b"1 1 0 0 0 5 -1\n2 1 0 -5 0 5 1\n3 1 0 5 0 5 1\n")?;
    /// assert_eq!(SampleTree::new(&swc.samples)?.soma_kind(), SomaKind::ThreePoint);
    /// # Ok::<(), compneurovis_swc::SwcError>(())
    /// ```
    #[must_use]
    pub fn soma_kind(&self) -> SomaKind {
        let soma: Vec<usize> =
            (0..self.samples().len()).filter(|index| self.samples()[*index].kind.is_soma()).collect();
        let groups = soma.iter().filter(|index| self.soma_parent(**index).is_none()).count();
        match (soma.len(), groups) {
            (0, _) => SomaKind::None,
            (1, _) => SomaKind::SinglePoint,
            (_, 2..) => SomaKind::Several(groups),
            _ if self.is_three_point(&soma) => SomaKind::ThreePoint,
            _ if self.forks(&soma) => SomaKind::Branched,
            _ if self.is_outline(&soma) => SomaKind::Outline,
            _ => SomaKind::Stacked,
        }
    }

    fn soma_parent(&self, index: usize) -> Option<usize> {
        self.parent(index).filter(|parent| self.samples()[*parent].kind.is_soma())
    }

    fn is_three_point(&self, soma: &[usize]) -> bool {
        let [first, second, third] = *soma else { return false };
        let hang = [second, third].map(|index| self.parent(index)) == [Some(first); 2];
        hang && is_sphere([first, second, third].map(|index| &self.samples()[index]))
    }

    /// Whether two soma samples hang on one.
    fn forks(&self, soma: &[usize]) -> bool {
        let mut parents: Vec<usize> = soma.iter().filter_map(|index| self.soma_parent(*index)).collect();
        parents.sort_unstable();
        parents.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// Thin samples that come back to where they began.
    fn is_outline(&self, soma: &[usize]) -> bool {
        const FEWEST: usize = 5;
        let at = |index: usize| &self.samples()[soma[index]];
        let steps = (1..soma.len()).map(|index| at(index).distance_um(at(index - 1)));
        let (perimeter, longest) = steps.fold((0.0, 0.0), |(sum, most), step| (sum + step, f64::max(most, step)));
        let gap = at(0).distance_um(at(soma.len() - 1));
        let thickest = soma.iter().map(|index| f64::from(self.samples()[*index].radius_um.abs())).fold(0.0, f64::max);
        // Thinner than a quarter of the radius of a circle of this perimeter.
        soma.len() >= FEWEST && gap <= 2.0 * longest && 3.0 * gap < perimeter && 8.0 * thickest * PI < perimeter
    }
}

/// Whether the second and third sample are as thick as the first and together one diameter away
/// from it, within 1 %, as NEURON asks.
pub(crate) fn is_sphere([first, second, third]: [&Sample; 3]) -> bool {
    const EPSILON: f64 = 1e-11;
    let diameter = 2.0 * f64::from(first.radius_um);
    let alike = |other: &Sample| (2.0 * f64::from(other.radius_um) - diameter).abs() <= EPSILON;
    let distance = |other: &Sample| -> f64 {
        let squares = (0..3).map(|axis| {
            let difference = f64::from(other.position_um[axis]) - f64::from(first.position_um[axis]);
            difference * difference
        });
        squares.sum::<f64>().sqrt()
    };
    let span = distance(second) + distance(third);
    alike(second) && alike(third) && diameter != 0.0 && (span / diameter - 1.0).abs() < 0.01 - EPSILON
}
