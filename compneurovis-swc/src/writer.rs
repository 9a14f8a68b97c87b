//! Samples to SWC text.

use std::io::{self, Write};

use crate::Sample;

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
    for Sample { id, kind, position_um: [x, y, z], radius_um, parent, .. } in samples {
        let parent = parent.unwrap_or(-1);
        writeln!(out, "{id} {} {x} {y} {z} {radius_um} {parent}", kind.0)?;
    }
    out.flush()
}
