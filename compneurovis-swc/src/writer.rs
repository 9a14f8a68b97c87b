//! Samples to SWC text.

use std::io::{self, Write};

use crate::tree::{child_lists, preorder};
use crate::{Sample, SampleTree, Swc, SwcError};

/// The line of the first sample in what [`write_swc`] writes.
pub(crate) const FIRST_SAMPLE_LINE: usize = 3;

/// Writes samples as SWC text, in their order.
///
/// Numbers are written with as many digits as it takes to read the same `f32` again, without
/// exponents. A buffered writer is worth while.
///
/// # Errors
///
/// What the writer returns.
///
/// ```
/// use compneurovis_swc::{SyntheticCell, parse_swc, write_swc};
///
/// let samples = SyntheticCell { nodes: 100, seed: 1 }.generate()?;
/// let mut text = Vec::new();
/// write_swc(&samples, &mut text)?;
/// assert_eq!(parse_swc(&text)?.samples, samples);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_swc(samples: &[Sample], mut out: impl Write) -> io::Result<()> {
    writeln!(out, "# written by compneurovis-swc {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "# id type x y z radius parent (lengths in micrometres)")?;
    write_rows(samples, &mut out)
}

fn write_rows(samples: &[Sample], out: &mut impl Write) -> io::Result<()> {
    for Sample { id, kind, position_um: [x, y, z], radius_um, parent, .. } in samples {
        let parent = parent.unwrap_or(-1);
        writeln!(out, "{id} {} {x} {y} {z} {radius_um} {parent}", kind.0)?;
    }
    out.flush()
}

impl Swc {
    /// Writes the comments and then the samples, which are sorted. Reading gives the same again,
    /// except for line numbers and what the reader had to warn of.
    ///
    /// ```
    /// use compneurovis_swc::parse_swc;
    ///
    /// let mut swc = parse_swc(b"# CREATURE mouse\n7 1 0 0 0 5 -1\n9 3 0 5 .5 1 7 # a note\n")?;
    /// let mut text = Vec::new();
    /// swc.write(&mut text)?;
    /// assert_eq!(text, b"# CREATURE mouse\n7 1 0 0 0 5 -1\n9 3 0 5 0.5 1 7\n");
    /// assert_eq!(parse_swc(&text)?.samples, swc.samples);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What the writer returns.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        for line in self.header.lines() {
            writeln!(out, "{line}")?;
        }
        write_rows(&self.samples, &mut out)
    }
}

/// The same samples in depth-first order, each branch in one piece, and numbered from 1.
///
/// Their lines become those that [`write_swc`] gives them.
///
/// ```
/// use compneurovis_swc::{parse_swc, renumbered};
///
/// let swc = parse_swc(b"2 1 0 0 0 5 -1\n5 3 0 5 0 1 2\n6 2 0 -5 0 1 2\n9 3 0 9 0 1 5\n")?;
/// let samples = renumbered(&swc.samples)?;
/// let numbers: Vec<_> = samples.iter().map(|sample| (sample.id, sample.parent)).collect();
/// assert_eq!(numbers, [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1))]);
/// # Ok::<(), compneurovis_swc::SwcError>(())
/// ```
///
/// # Errors
///
/// What [`SampleTree::new`] refuses.
pub fn renumbered(samples: &[Sample]) -> Result<Vec<Sample>, SwcError> {
    let parents = SampleTree::new(samples)?.into_parents();
    let order = preorder(&child_lists(&parents), &parents);
    let mut id_of = vec![0_i64; samples.len()];
    for (id, index) in (1..).zip(&order) {
        id_of[*index as usize] = id;
    }
    let renumber = |(place, index): (usize, &u32)| {
        let index = *index as usize;
        let parent = id_of.get(parents[index] as usize).copied();
        Sample { id: id_of[index], parent, line: FIRST_SAMPLE_LINE + place, ..samples[index] }
    };
    Ok(order.iter().enumerate().map(renumber).collect())
}
