//! SWC text to samples.

use std::io::Read;
use std::path::Path;

use crate::repair::{Survey, repair};
use crate::rows::{Rows, scan};
use crate::{Column, Header, ReadSwcError, Sample, SwcError, SwcWarning, Units, salvage};

/// The largest magnitude of a coordinate or radius, in micrometres.
///
/// Beyond any unit slip, and small enough that no squared distance overflows `f32`.
pub const MAX_MAGNITUDE_UM: f32 = 1e18;

/// A morphology as its file has it, put in order.
///
/// [`sections`](Self::sections) makes a cell of it, [`write`](Self::write) text again.
#[derive(Debug, Clone, PartialEq)]
pub struct Swc {
    /// The samples: ids are unique, every parent exists and stands before its children, numbers
    /// are finite. At least one. In the order of the file wherever the file keeps these rules with
    /// ascending ids.
    pub samples: Vec<Sample>,
    /// The comments.
    pub header: Header,
    /// What was odd, by line as far as possible.
    pub warnings: Vec<SwcWarning>,
    /// The rows as NEURON takes them, where that may differ from the samples.
    pub(crate) as_written: Option<AsWritten>,
}

/// Rows before their repair, ids ascending.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AsWritten {
    pub(crate) rows: Vec<Sample>,
    /// The line that NEURON loses to a byte order mark.
    pub(crate) lost_line: Option<usize>,
}

impl Swc {
    /// Refuses what the reader had to repair: the first warning as an error.
    ///
    /// # Errors
    ///
    /// The first warning, if there is one.
    ///
    /// ```
    /// use compneurovis_swc::{SwcWarning, parse_swc};
    ///
    /// let swc = parse_swc(b"1 1 0 0 0 5 -1\n2 3 9 0 0 1 7\n")?;
    /// let refusal = swc.strict().unwrap_err();
    /// assert_eq!(refusal, SwcWarning::UnknownParent { line: 2, id: 2, parent: 7 });
    /// # Ok::<(), compneurovis_swc::SwcError>(())
    /// ```
    pub fn strict(mut self) -> Result<Self, SwcWarning> {
        if self.warnings.is_empty() { Ok(self) } else { Err(self.warnings.swap_remove(0)) }
    }
}

/// Reads an SWC file. See [`parse_swc`].
///
/// # Errors
///
/// [`ReadSwcError::Io`] if the system cannot read the file, [`ReadSwcError::Swc`] if its contents
/// are not a morphology; both name the path.
///
/// ```
/// use compneurovis_swc::{ReadSwcError, read_swc};
///
/// let error = read_swc("no/such/cell.swc").unwrap_err();
/// assert!(matches!(error, ReadSwcError::Io { .. }));
/// assert!(error.to_string().starts_with("cannot read `no/such/cell.swc`"));
/// ```
pub fn read_swc(path: impl AsRef<Path>) -> Result<Swc, ReadSwcError> {
    ReadSwc::new().path(path)
}

/// Reads SWC text.
///
/// Lenient as NEURON's Import3d is, without its traps: lines end with LF, CRLF or CR; comments and
/// blank lines may stand anywhere and need not be UTF-8; columns beyond the seventh and anything
/// after them are ignored; ids may be written `1.0`, have gaps, count from 0 and exceed 32 bits; rows
/// may come in any order. What is repaired becomes a [`SwcWarning`]; what cannot be repaired without
/// inventing numbers is a [`SwcError`]. Both say which line.
///
/// [`ReadSwc`] reads strictly, in other units, or from a reader.
///
/// # Errors
///
/// No samples; a number that is not finite or far out of range; a type that is not whole;
/// an id below zero.
///
/// ```
/// use compneurovis_swc::{SampleKind, parse_swc};
///
/// let swc = parse_swc(b"# a ball and a stick\n1 1 0 0 0 6.3 -1\n2 3 6.3 0 0 .5 1\n")?;
/// assert_eq!(swc.samples.len(), 2);
/// assert_eq!(swc.samples[1].kind, SampleKind::BASAL_DENDRITE);
/// assert_eq!(swc.samples[1].line, 3);
/// # Ok::<(), compneurovis_swc::SwcError>(())
/// ```
pub fn parse_swc(text: &[u8]) -> Result<Swc, SwcError> {
    ReadSwc::new().text(text)
}

/// How SWC is read: leniently, in micrometres, unless told otherwise.
///
/// ```
/// use compneurovis_swc::{ReadSwc, Units};
///
/// let text = b"1 1 0 0 0 5000 -1\n2 3 0 8000 0 1000 9\n";
/// let swc = ReadSwc::new().units(Units::Scale(0.001)).text(text)?;
/// assert_eq!(swc.samples[1].position_um, [0.0, 8.0, 0.0]);
/// assert!(ReadSwc::new().strict(true).text(text).is_err(), "there is no sample 9");
/// # Ok::<(), compneurovis_swc::SwcError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ReadSwc {
    strict: bool,
    pub(crate) salvage: bool,
    pub(crate) units: Units,
}

impl ReadSwc {
    /// Lenient, in micrometres.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether every warning is an error.
    #[must_use]
    pub fn strict(self, strict: bool) -> Self {
        Self { strict, ..self }
    }

    /// Whether rows with numbers that are missing or not finite (`NA`, `nan`) are used as far as they
    /// go, with warnings, instead of being skipped or refused: a sample without a radius takes its
    /// parent's, and one without a position is left out, its children going to its parent.
    #[must_use]
    pub fn salvage(self, salvage: bool) -> Self {
        Self { salvage, ..self }
    }

    /// How long one unit of the file is.
    #[must_use]
    pub fn units(self, units: Units) -> Self {
        Self { units, ..self }
    }

    /// Reads text.
    ///
    /// # Errors
    ///
    /// As [`parse_swc`], and [`SwcError::Strict`].
    pub fn text(&self, text: &[u8]) -> Result<Swc, SwcError> {
        let Rows { mut samples, mut survey, header, mut warnings, unreadable_line, has_gaps, lost_line } =
            scan(text, self.salvage)?;
        let header = Header::from_bytes(header);
        self.scale(&mut samples, &header, &mut warnings)?;
        if has_gaps {
            samples = salvage::fill_gaps(samples, &mut warnings);
            survey = Survey::of(&samples);
        }
        if samples.is_empty() {
            return Err(SwcError::NoSamples { unreadable_line });
        }
        let mut as_written = None;
        if !survey.is_in_order() || lost_line.is_some() {
            as_written = self::as_written(&samples, lost_line).filter(|_| !has_gaps);
            samples = repair(samples, &mut warnings)?;
            survey = Survey::of(&samples);
        }
        survey.note(&mut warnings);
        tracing::debug!(samples = samples.len(), warnings = warnings.len(), "read SWC text");
        let swc = Swc { samples, header, warnings, as_written };
        if self.strict { swc.strict().map_err(SwcError::Strict) } else { Ok(swc) }
    }

    /// Reads to the end of a reader.
    ///
    /// # Errors
    ///
    /// As [`text`](Self::text), and what the reader returns. Gzip needs the feature `gzip`.
    pub fn reader(&self, mut reader: impl Read) -> Result<Swc, ReadSwcError> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|source| ReadSwcError::Io { path: None, source })?;
        self.bytes(bytes, None)
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// As [`text`](Self::text), and what the system says. Gzip needs the feature `gzip`.
    pub fn path(&self, path: impl AsRef<Path>) -> Result<Swc, ReadSwcError> {
        let path = path.as_ref();
        let bytes =
            std::fs::read(path).map_err(|source| ReadSwcError::Io { path: Some(path.to_path_buf()), source })?;
        self.bytes(bytes, Some(path))
    }

    fn bytes(&self, bytes: Vec<u8>, path: Option<&Path>) -> Result<Swc, ReadSwcError> {
        let in_path = || path.map(Path::to_path_buf);
        let text = crate::gzip::plain(bytes).map_err(|source| ReadSwcError::Io { path: in_path(), source })?;
        self.text(&text).map_err(|source| ReadSwcError::Swc { path: in_path(), source })
    }

    /// Brings lengths to micrometres.
    fn scale(&self, samples: &mut [Sample], header: &Header, warnings: &mut Vec<SwcWarning>) -> Result<(), SwcError> {
        let in_header = header.unit_um().filter(|unit_um| *unit_um != 1.0);
        let unit_um = match (self.units, in_header) {
            (Units::Micrometres, None) | (Units::FromHeader, None) => return Ok(()),
            (Units::Micrometres, Some(unit_um)) => {
                warnings.push(SwcWarning::UnitsIgnored { unit_um });
                return Ok(());
            }
            (Units::FromHeader, Some(unit_um)) => {
                warnings.push(SwcWarning::UnitsTaken { unit_um });
                unit_um
            }
            (Units::Scale(unit_um), _) => unit_um,
        };
        if !(unit_um.is_finite() && unit_um > 0.0) {
            return Err(SwcError::BadScale { unit_um });
        }
        samples.iter_mut().try_for_each(|sample| scale_sample(sample, unit_um, self.salvage))
    }
}

fn scale_sample(sample: &mut Sample, unit_um: f64, salvage: bool) -> Result<(), SwcError> {
    let line = sample.line;
    let scaled = |value: f32, column| {
        let scaled = (f64::from(value) * unit_um) as f32;
        if salvage && value.is_nan() { Ok(value) } else { length(scaled, column, line) }
    };
    let [x, y, z] = sample.position_um;
    sample.position_um = [scaled(x, Column::X)?, scaled(y, Column::Y)?, scaled(z, Column::Z)?];
    sample.radius_um = scaled(sample.radius_um, Column::Radius)?;
    Ok(())
}

/// The rows, if NEURON may make something else of them than of their repaired samples: it
/// loses one to a byte order mark, and does not look at the parent of the first.
fn as_written(samples: &[Sample], lost_line: Option<usize>) -> Option<AsWritten> {
    let rows = &samples[usize::from(lost_line.is_some())..];
    let ascends = rows.windows(2).all(|pair| pair[0].id < pair[1].id);
    let is_late = |row: &Sample| row.parent.is_some_and(|parent| parent >= row.id);
    let differs = lost_line.is_some() || (ascends && rows.iter().any(is_late));
    (differs && ascends && !rows.is_empty()).then(|| AsWritten { rows: rows.to_vec(), lost_line })
}

pub(crate) fn length(value: f32, column: Column, line: usize) -> Result<f32, SwcError> {
    if !value.is_finite() {
        Err(SwcError::NotFinite { line, column })
    } else if value.abs() > MAX_MAGNITUDE_UM {
        Err(SwcError::TooFar { line, column, value, limit: MAX_MAGNITUDE_UM })
    } else {
        Ok(value)
    }
}
