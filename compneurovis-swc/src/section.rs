//! Sections: unbranched cables with their 3-D points, as NEURON has them.

use crate::sample::distance_um;
use crate::{Sample, SampleKind, SectionWarning, Swc, SwcError, SwcMode, sectioning};

/// A 3-D point of a section: bit for bit what NEURON's `x3d`, `y3d`, `z3d`, `diam3d` return.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point3d {
    /// Position in micrometres.
    pub position_um: [f32; 3],
    /// Diameter (not radius) in micrometres.
    pub diameter_um: f32,
}

/// Where a section hangs. Its own end there is always its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Connection {
    /// The index of the parent in [`Sections::sections`].
    pub section: usize,
    /// The position on the parent, from 0 (its start) to 1 (its end). Import3d uses 0, 0.5 and 1.
    pub x: f64,
}

/// An unbranched piece of the cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The name that Import3d gives it: `soma[0]`, `dend[12]`, `apic[3]`, `dend_7[0]`.
    pub name: String,
    /// The kind of its samples.
    pub kind: SampleKind,
    /// What it hangs on; `None` where a tree starts, which in NEURON is the first section only.
    pub parent: Option<Connection>,
    /// The place on the parent that a section is tied to without having it as a point of its own
    /// (`pt3dstyle(1, x, y, z)`): dendrites start at the surface of the soma, not at its centre.
    pub wire_from_um: Option<[f32; 3]>,
    /// The 3-D points, at least one (two for all that Import3d makes).
    pub points: Vec<Point3d>,
    /// The line of the section's first own sample.
    pub line: usize,
}

impl Section {
    /// The length along the points in micrometres: `f32` differences, `f64` sums, as in NEURON
    /// (which returns 1e-9 for `L` where this is less).
    #[must_use]
    pub fn length_um(&self) -> f64 {
        self.piece_lengths_um().sum()
    }

    /// The distance along the section from its start to each point, in micrometres: NEURON's `arc3d`.
    #[must_use]
    pub fn arc_um(&self) -> Vec<f64> {
        let mut arc = 0.0;
        let later = self.piece_lengths_um().map(|piece| {
            arc += piece;
            arc
        });
        std::iter::once(0.0).chain(later).take(self.points.len()).collect()
    }

    /// The length of each piece between two points in a row, in micrometres.
    pub fn piece_lengths_um(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.windows(2).map(|pair| distance_um(pair[0].position_um, pair[1].position_um))
    }
}

/// The sections of a cell: in [`SwcMode::Exact`] exactly as NEURON 9.0.2 makes them of its SWC file.
///
/// The algorithm is that of NEURON's Import3d (`read_swc.hoc`, `import3d_sec.hoc`, and
/// `instantiate(None)` of `import3d_gui.hoc`): the same names in the same order, the same
/// connections, the same bits in every point. Some of its conventions:
///
/// - A section ends where the samples fork, where the kind changes, and where a child is not the
///   next sample. So the order of samples matters.
/// - A soma of one sample becomes a cylinder along x whose length is its diameter. Three
///   samples in the way of neuromorpho.org (the second and third one radius to either side of
///   the first) are taken as one. Any other soma is a row of frusta; outlines are not recognised.
/// - Neurites on a soma of one sample hang on its middle by a wire and start at their first
///   own point. On longer somata they hang on 0, 0.5 or 1.
/// - A section repeats the point of its parent that it hangs on, except where there is a wire;
///   next to a soma the repeated point takes the diameter of the neurite.
/// - Coordinates pass through eight decimal digits on their way.
///
/// Sections are in the order of NEURON's `allsec()`: by number of kind, then as in the file.
/// A parent may thus come after its child (`dend_0[0]` before `soma[0]`).
#[derive(Debug, Clone, PartialEq)]
pub struct Sections {
    /// All sections, in the order in which NEURON creates them.
    pub sections: Vec<Section>,
    /// The order in which Import3d connects and fills the sections (that of the file), as indices
    /// into `sections`; parents come before children. NEURON's lists of children depend on it.
    pub connect_order: Vec<usize>,
    /// What Import3d's rules did to the cell beyond what the samples say.
    pub warnings: Vec<SectionWarning>,
}

impl Sections {
    /// Makes sections of samples as NEURON does: [`SwcMode::Exact`].
    ///
    /// Of a file take [`Swc::sections`]: it knows what NEURON makes of rows that had to be repaired.
    ///
    /// # Errors
    ///
    /// What [`SampleTree::new`](crate::SampleTree::new) refuses. Never for samples from
    /// [`parse_swc`](crate::parse_swc).
    ///
    /// ```
    /// use compneurovis_swc::{Connection, Sections, parse_swc};
    ///
    /// let swc = parse_swc(b"1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 9 0 0 1 2\n")?;
    /// let cell = Sections::from_samples(&swc.samples)?;
    /// let [soma, dendrite] = &cell.sections[..] else { unreachable!() };
    /// assert_eq!((&*soma.name, soma.points.len(), soma.length_um()), ("soma[0]", 3, 10.0));
    /// assert_eq!((&*dendrite.name, dendrite.length_um()), ("dend[0]", 4.0));
    /// assert_eq!(dendrite.parent, Some(Connection { section: 0, x: 0.5 }));
    /// # Ok::<(), compneurovis_swc::SwcError>(())
    /// ```
    pub fn from_samples(samples: &[Sample]) -> Result<Self, SwcError> {
        sectioning::sections(samples, SwcMode::Exact)
    }

    /// Makes sections of samples.
    ///
    /// # Errors
    ///
    /// As [`from_samples`](Self::from_samples).
    pub fn with_mode(samples: &[Sample], mode: SwcMode) -> Result<Self, SwcError> {
        sectioning::sections(samples, mode)
    }

    /// The sum of the lengths of all sections, in micrometres.
    #[must_use]
    pub fn length_um(&self) -> f64 {
        self.sections.iter().map(Section::length_um).sum()
    }
}

impl Swc {
    /// Makes sections of what was read.
    ///
    /// In [`SwcMode::Exact`] that is what NEURON makes of the text, even of rows that the reader
    /// had to repair, unless NEURON cannot read them. Of samples that you changed make sections by
    /// [`Sections::with_mode`].
    ///
    /// # Errors
    ///
    /// What [`SampleTree::new`](crate::SampleTree::new) refuses. Never for samples as they were read.
    pub fn sections(&self, mode: SwcMode) -> Result<Sections, SwcError> {
        sectioning::of_swc(self, mode)
    }
}
