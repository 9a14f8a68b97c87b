//! How long one unit of a file is.

/// How long one unit of a file is.
///
/// The standard says micrometres. Skeletons from electron microscopy often come in nanometres, and
/// some say so in their header; NEURON does not look.
///
/// ```
/// use compneurovis_swc::{ReadSwc, Units};
///
/// let text = b"# Meta: {\"units\": \"1 nanometer\"}\n1 1 0 0 0 5000 -1\n";
/// let swc = ReadSwc::new().units(Units::FromHeader).text(text)?;
/// assert_eq!(swc.samples[0].radius_um, 5.0);
/// # Ok::<(), compneurovis_swc::SwcError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Units {
    /// Micrometres, whatever the header says (which is a warning if it says otherwise).
    #[default]
    Micrometres,
    /// What a header line `# Meta: {"units": ...}` says; micrometres if none does.
    FromHeader,
    /// So many micrometres, more than 0: 0.001 for nanometres.
    Scale(f64),
}

/// Micrometres in a length such as `1 nanometer` or `um`; `None` for what is no length.
pub(crate) fn length_um(text: &str) -> Option<f64> {
    let text = text.trim();
    let start = text.find(|c: char| c.is_alphabetic() || c == '\u{b5}')?;
    let (number, name) = text.split_at(start);
    let count = if number.trim().is_empty() { 1.0 } else { number.trim().parse::<f64>().ok()? };
    let unit = match name.to_lowercase().as_str() {
        "a" | "angstrom" | "angstroms" => 1e-4,
        "nm" | "nanometer" | "nanometers" | "nanometre" | "nanometres" => 1e-3,
        "um" | "\u{b5}m" | "\u{3bc}m" | "micron" | "microns" => 1.0,
        "micrometer" | "micrometers" | "micrometre" | "micrometres" => 1.0,
        "mm" | "millimeter" | "millimeters" | "millimetre" | "millimetres" => 1e3,
        _ => return None,
    };
    Some(count * unit).filter(|length| length.is_finite() && *length > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_from_other_words() {
        assert_eq!(length_um("1 nanometer"), Some(0.001));
        assert_eq!(length_um("8nm"), Some(0.008));
        assert_eq!(length_um("\u{3bc}m"), Some(1.0));
        assert_eq!(length_um(" 0.5 Microns "), Some(0.5));
        for text in ["", "1", "1 voxel", "-1 um", "x nm", "1 dimensionless"] {
            assert_eq!(length_um(text), None, "{text}");
        }
    }
}
