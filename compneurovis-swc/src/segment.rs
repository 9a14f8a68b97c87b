//! What NEURON derives of the 3-D points for each segment.

use std::f64::consts::PI;

use crate::Section;

/// NEURON's length of a section whose points are nearer together than this, in micrometres.
pub(crate) const LEAST_LENGTH_UM: f64 = 1e-9;

/// NEURON's diameter of what has none, in micrometres.
const DEFAULT_DIAMETER_UM: f64 = 500.0;

/// NEURON's default axial resistivity, in ohm cm.
pub const DEFAULT_RA_OHM_CM: f64 = 35.4;

/// A segment (compartment) of a section as NEURON has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Diameter in micrometres: NEURON's `diam`.
    pub diameter_um: f64,
    /// Surface in square micrometres: NEURON's `area()`. That of frusta, slant and all.
    pub area_um2: f64,
    /// Axial resistance from the segment's middle to that of the segment before, or to the start of
    /// the section, in megohm: NEURON's `ri()`.
    pub resistance_mohm: f64,
}

impl Section {
    /// The length in NEURON, in micrometres: `L`, which is never below 1e-9.
    #[must_use]
    pub fn neuron_length_um(&self) -> f64 {
        self.length_um().max(LEAST_LENGTH_UM)
    }

    /// Diameter, surface and axial resistance of each of `nseg` segments, as NEURON computes them of
    /// the 3-D points (`diam_from_list` in `treeset.cpp`), with so many ohm cm of axial resistivity.
    ///
    /// A section without length has NEURON's default diameter of 500 um.
    ///
    /// ```
    /// use compneurovis_swc::{DEFAULT_RA_OHM_CM, Sections, parse_swc};
    ///
    /// let swc = parse_swc(b"1 3 0 0 0 1 -1\n2 3 10 0 0 1 1\n")?;
    /// let cell = Sections::from_samples(&swc.samples)?;
    /// let segments = cell.sections[0].segments(2, DEFAULT_RA_OHM_CM);
    /// assert_eq!(segments[0].diameter_um, 2.0);
    /// assert!((segments[1].area_um2 - 5.0 * 2.0 * std::f64::consts::PI).abs() < 1e-12);
    /// # Ok::<(), compneurovis_swc::SwcError>(())
    /// ```
    #[must_use]
    pub fn segments(&self, nseg: usize, ra_ohm_cm: f64) -> Vec<Segment> {
        let mut walk = Walk::along(self);
        let step_um = walk.arc_um.last().copied().unwrap_or(0.0) / nseg as f64;
        let to_mohm = |sum: f64| sum * ra_ohm_cm / PI * (4.0 * 0.01);
        let mut resistance_before = 0.0;
        let mut segments = Vec::with_capacity(nseg);
        for index in 0..nseg {
            let middle_um = index as f64 * step_um + step_um / 2.0;
            let mut sums = Sums::default();
            let left = to_mohm(walk.go_to(middle_um, &mut sums));
            let right = to_mohm(walk.go_to(middle_um + step_um / 2.0, &mut sums));
            segments.push(Segment {
                diameter_um: diameter_um(sums.diameter, step_um),
                area_um2: sums.area * 0.5 * PI,
                resistance_mohm: resistance_before + left,
            });
            resistance_before = right;
        }
        segments
    }
}

/// NEURON leaves a diameter as it is that is not a number, or hardly another.
fn diameter_um(sum: f64, step_um: f64) -> f64 {
    let diameter = if step_um == 0.0 { f64::NAN } else { sum * (0.5 / step_um) };
    if (diameter - DEFAULT_DIAMETER_UM).abs() > 1e-9 || diameter < 1e-5 { diameter } else { DEFAULT_DIAMETER_UM }
}

/// What adds up over a segment: twice the integral of the diameter, and twice the slant surface over pi.
#[derive(Default)]
struct Sums {
    diameter: f64,
    area: f64,
}

/// A walk along the points of a section, which goes on from segment to segment.
struct Walk {
    arc_um: Vec<f64>,
    diameters_um: Vec<f64>,
    /// The point behind, and where between it and the next one.
    behind: usize,
    at_um: f64,
    diameter_um: f64,
}

impl Walk {
    fn along(section: &Section) -> Self {
        let diameters_um: Vec<f64> = section.points.iter().map(|point| f64::from(point.diameter_um.abs())).collect();
        let diameter_um = diameters_um.first().copied().unwrap_or(0.0);
        Self { arc_um: section.arc_um(), diameters_um, behind: 0, at_um: 0.0, diameter_um }
    }

    /// Goes on to a place; returns the sum of length over products of diameters on the way.
    fn go_to(&mut self, end_um: f64, sums: &mut Sums) -> f64 {
        let mut resistance = 0.0;
        while self.behind + 1 < self.arc_um.len() {
            let ahead = self.behind + 1;
            let (from_um, to_um) = (self.arc_um[self.behind], self.arc_um[ahead]);
            let is_end = to_um > end_um || ahead + 1 == self.arc_um.len();
            let (next_um, next_diameter) = if is_end {
                let fraction =
                    if (to_um - from_um).abs() < 1e-10 { 1.0 } else { (end_um - from_um) / (to_um - from_um) };
                let [a, b] = [self.diameters_um[self.behind], self.diameters_um[ahead]];
                (end_um, (1.0 - fraction) * a + fraction * b)
            } else {
                (to_um, self.diameters_um[ahead])
            };
            resistance += self.step_to(next_um, next_diameter, sums);
            if is_end {
                break;
            }
            self.behind = ahead;
        }
        resistance
    }

    fn step_to(&mut self, next_um: f64, next_diameter: f64, sums: &mut Sums) -> f64 {
        let (length, both) = (next_um - self.at_um, next_diameter + self.diameter_um);
        sums.diameter += both * length;
        let length = length.max(1e-15);
        let conductance = next_diameter * self.diameter_um / length;
        let half = 0.5 * (next_diameter - self.diameter_um);
        sums.area += both * (length * length + half * half).sqrt();
        self.at_um = next_um;
        self.diameter_um = next_diameter;
        1.0 / if conductance == 0.0 { 1e-15 } else { conductance }
    }
}
