//! SWC text to samples.

use std::path::Path;

use crate::number::{Numbers, Whole, is_blank};
use crate::repair::repair;
use crate::{Column, ReadSwcError, Sample, SampleKind, SwcError, SwcWarning};

/// The largest magnitude of a coordinate or radius, in micrometres.
///
/// A million kilometres: beyond any unit slip, and small enough that no distance overflows `f32`.
pub const MAX_MAGNITUDE_UM: f32 = 1e15;

/// A morphology as its file has it, put in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Swc {
    /// The samples: ids are unique, every parent exists and stands before its children, numbers
    /// are finite. At least one. In the order of the file wherever the file keeps these rules with
    /// ascending ids.
    pub samples: Vec<Sample>,
    /// What was odd, by line as far as possible.
    pub warnings: Vec<SwcWarning>,
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
    let path = path.as_ref();
    let in_path = || path.to_path_buf();
    let text = std::fs::read(path).map_err(|source| ReadSwcError::Io { path: in_path(), source })?;
    parse_swc(&text).map_err(|source| ReadSwcError::Swc { path: in_path(), source })
}

/// Reads SWC text.
///
/// Lenient as NEURON's Import3d is, without its traps: lines end with LF, CRLF or CR; comments and
/// blank lines may stand anywhere and need not be UTF-8; columns beyond the seventh and anything
/// after them are ignored; ids may be written `1.0`, have gaps, count from 0 and exceed 32 bits; rows
/// may come in any order. What is repaired becomes a [`SwcWarning`]; what cannot be repaired without
/// guessing is a [`SwcError`]. Both say which line.
///
/// # Errors
///
/// No samples; a number that is not finite or far out of range; an id, type or parent that
/// is not whole; an id below zero, or used twice for different samples; a cycle of parents.
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
    const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
    let mut warnings = Vec::new();
    let text = text.strip_prefix(BYTE_ORDER_MARK).map_or(text, |rest| {
        warnings.push(SwcWarning::ByteOrderMark);
        rest
    });
    // A row has about 40 bytes in practice and no fewer than 14.
    let mut samples = Vec::with_capacity(text.len() / 32);
    let (mut rest, mut line, mut unreadable_line) = (text, 1, None);
    while !rest.is_empty() {
        let (row, after) = read_row(rest, line, &mut warnings)?;
        match row {
            Row::Sample(sample) => samples.push(sample),
            Row::Nothing => {}
            Row::Unreadable => {
                unreadable_line.get_or_insert(line);
                warnings.push(SwcWarning::UnreadableRow { line });
            }
        }
        rest = next_line(after);
        line += 1;
    }
    if samples.is_empty() {
        return Err(SwcError::NoSamples { unreadable_line });
    }
    let samples = repair(samples, &mut warnings)?;
    tracing::debug!(samples = samples.len(), warnings = warnings.len(), "read SWC text");
    Ok(Swc { samples, warnings })
}

/// What a line holds.
enum Row {
    Sample(Sample),
    Nothing,
    Unreadable,
}

/// Reads the row at the start of `text`, which goes on with further lines. Returns the text from
/// some place in the same line on.
fn read_row<'a>(text: &'a [u8], line: usize, warnings: &mut Vec<SwcWarning>) -> Result<(Row, &'a [u8]), SwcError> {
    let mut numbers = Numbers::new(text);
    let Some(([id, kind, parent], [x, y, z, radius])) = seven_numbers(&mut numbers) else {
        return Ok((row_without_numbers(text), text));
    };
    let id = sample_id(id, line)?;
    let sample = Sample {
        id,
        kind: sample_kind(kind, line)?,
        position_um: [length(x, Column::X, line)?, length(y, Column::Y, line)?, length(z, Column::Z, line)?],
        radius_um: magnitude(length(radius, Column::Radius, line)?, id, line, warnings),
        // Every number below zero marks a root.
        parent: Some(integer(parent, Column::Parent, line)?).filter(|parent| *parent >= 0),
        line,
    };
    Ok((Row::Sample(sample), numbers.rest()))
}

/// As in C, a NUL ends the text of a line.
fn row_without_numbers(text: &[u8]) -> Row {
    match text.iter().find(|byte| !is_blank(**byte)) {
        None | Some(b'#' | b'\n' | b'\r' | 0) => Row::Nothing,
        Some(_) => Row::Unreadable,
    }
}

/// Id, kind and parent; x, y, z and radius.
fn seven_numbers(numbers: &mut Numbers<'_>) -> Option<([Whole; 3], [f32; 4])> {
    let (id, kind) = (numbers.whole()?, numbers.whole()?);
    let lengths = [numbers.float()?, numbers.float()?, numbers.float()?, numbers.float()?];
    Some(([id, kind, numbers.whole()?], lengths))
}

fn integer(number: Whole, column: Column, line: usize) -> Result<i64, SwcError> {
    match number {
        Whole::Integer(value) => Ok(value),
        Whole::Other(value) if value.is_finite() => Err(SwcError::NotWhole { line, column, value }),
        Whole::Other(_) => Err(SwcError::NotFinite { line, column }),
    }
}

fn sample_id(number: Whole, line: usize) -> Result<i64, SwcError> {
    let id = integer(number, Column::Id, line)?;
    if id < 0 { Err(SwcError::NegativeId { line, id }) } else { Ok(id) }
}

/// NEURON reads types as `f32`: up to 2^24 it tells each from the next.
fn sample_kind(number: Whole, line: usize) -> Result<SampleKind, SwcError> {
    const LIMIT: i32 = 1 << 24;
    let value = integer(number, Column::Kind, line)?;
    i32::try_from(value).ok().filter(|value| value.abs() <= LIMIT).map(SampleKind).ok_or(SwcError::NotWhole {
        line,
        column: Column::Kind,
        value: value as f64,
    })
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

fn magnitude(radius_um: f32, id: i64, line: usize, warnings: &mut Vec<SwcWarning>) -> f32 {
    if radius_um < 0.0 {
        warnings.push(SwcWarning::NegativeRadius { line, id, radius_um });
    } else if radius_um == 0.0 {
        warnings.push(SwcWarning::ZeroRadius { line, id });
    }
    radius_um.abs()
}

/// The text after the next LF, CRLF or CR.
fn next_line(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    match &text[end.unwrap_or(text.len())..] {
        [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
        [] => &[],
    }
}
