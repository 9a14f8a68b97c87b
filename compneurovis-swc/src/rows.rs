//! Lines to rows, in one pass over bytes.

use std::ops::RangeInclusive;

use crate::number::{Numbers, Whole, is_blank};
use crate::reader::{MAX_MAGNITUDE_UM, length};
use crate::repair::Survey;
use crate::{Column, Sample, SampleKind, SwcError, SwcWarning, salvage};

/// What the lines of a text hold.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) samples: Vec<Sample>,
    pub(crate) survey: Survey,
    /// Comments, each from its `#` on, ended with LF.
    pub(crate) header: Vec<u8>,
    pub(crate) warnings: Vec<SwcWarning>,
    /// The first line that is neither a comment, nor blank, nor a row.
    pub(crate) unreadable_line: Option<usize>,
    /// Whether some sample has a NaN for a number that is missing. Only when salvaging.
    pub(crate) has_gaps: bool,
    /// The line of a row right behind a byte order mark, which NEURON cannot read.
    pub(crate) lost_line: Option<usize>,
}

/// Reads all lines.
pub(crate) fn scan(text: &[u8], salvage: bool) -> Result<Rows, SwcError> {
    const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
    let (mut rest, has_mark) = text.strip_prefix(BYTE_ORDER_MARK).map_or((text, false), |rest| (rest, true));
    // A row has about 40 bytes in practice and no fewer than 14.
    let mut rows = Rows { samples: Vec::with_capacity(text.len() / 32), ..Rows::default() };
    let mut line = 1;
    while !rest.is_empty() {
        rest = next_line(rows.read(rest, line, salvage)?);
        line += 1;
    }
    if has_mark {
        rows.warnings.insert(0, SwcWarning::ByteOrderMark);
        rows.lost_line = rows.samples.first().map(|sample| sample.line).filter(|line| *line == 1);
    }
    Ok(rows)
}

impl Rows {
    fn push(&mut self, sample: Sample) {
        self.survey.add(&sample);
        self.samples.push(sample);
    }

    /// Reads the line at the start of `text`, which goes on with further lines. Returns the text from
    /// some place in the same line on.
    fn read<'a>(&mut self, text: &'a [u8], line: usize, salvage: bool) -> Result<&'a [u8], SwcError> {
        let mut numbers = Numbers::new(text);
        let Some(columns) = Columns::take(&mut numbers) else {
            self.read_other(text, line, salvage)?;
            return Ok(text);
        };
        if let Some(sample) = columns.plain(line) {
            self.push(sample);
        } else if columns.is_gapless() || !salvage {
            let sample = columns.sample(line, &mut self.warnings)?;
            self.push(sample);
        } else {
            self.read_gappy(columns, line)?;
        }
        Ok(numbers.rest())
    }

    /// A line that does not begin with seven numbers.
    fn read_other(&mut self, text: &[u8], line: usize, salvage: bool) -> Result<(), SwcError> {
        match text.iter().position(|byte| !is_blank(*byte)).map(|at| &text[at..]) {
            // As in C, a NUL ends the text of a line.
            None | Some([b'\n' | b'\r' | 0, ..]) => {}
            Some(comment @ [b'#', ..]) => {
                self.header.extend_from_slice(this_line(comment));
                self.header.push(b'\n');
            }
            Some(row) => match salvage.then(|| salvage::columns(this_line(row))).flatten() {
                Some(columns) => self.read_gappy(columns, line)?,
                None => {
                    self.unreadable_line.get_or_insert(line);
                    self.warnings.push(SwcWarning::UnreadableRow { line });
                }
            },
        }
        Ok(())
    }

    /// A row with numbers that are missing, which become NaN until the tree is known.
    fn read_gappy(&mut self, columns: Columns, line: usize) -> Result<(), SwcError> {
        let gaps = columns.lengths.map(|value| !value.is_finite());
        let present =
            Columns { lengths: columns.lengths.map(|value| if value.is_finite() { value } else { 1.0 }), ..columns };
        let mut sample = present.sample(line, &mut self.warnings)?;
        for (axis, coordinate) in sample.position_um.iter_mut().enumerate() {
            *coordinate = if gaps[axis] { f32::NAN } else { *coordinate };
        }
        sample.radius_um = if gaps[3] { f32::NAN } else { sample.radius_um };
        self.has_gaps = true;
        self.push(sample);
        Ok(())
    }
}

/// The seven numbers of a row.
pub(crate) struct Columns {
    pub(crate) id: Whole,
    pub(crate) kind: Whole,
    /// x, y, z and radius.
    pub(crate) lengths: [f32; 4],
    pub(crate) parent: Whole,
}

impl Columns {
    fn take(numbers: &mut Numbers<'_>) -> Option<Self> {
        let (id, kind) = (numbers.whole()?, numbers.whole()?);
        let lengths = [numbers.float()?, numbers.float()?, numbers.float()?, numbers.float()?];
        Some(Self { id, kind, lengths, parent: numbers.whole()? })
    }

    /// The sample, if nothing is odd about the row, as in nearly all: no errors to tell apart.
    #[inline]
    fn plain(&self, line: usize) -> Option<Sample> {
        let (Whole::Integer(id), Whole::Integer(kind), Whole::Integer(parent)) = (self.id, self.kind, self.parent)
        else {
            return None;
        };
        let [x, y, z, radius_um] = self.lengths;
        let is_in_range = |value: &f32| value.abs() <= MAX_MAGNITUDE_UM;
        let is_plain = id >= 0 && KINDS.contains(&kind) && radius_um > 0.0 && self.lengths.iter().all(is_in_range);
        is_plain.then(|| Sample {
            id,
            kind: SampleKind(kind as i32),
            position_um: [x, y, z],
            radius_um,
            parent: Some(parent).filter(|parent| *parent >= 0),
            line,
        })
    }

    fn is_gapless(&self) -> bool {
        self.lengths.iter().all(|value| value.is_finite())
    }

    fn sample(&self, line: usize, warnings: &mut Vec<SwcWarning>) -> Result<Sample, SwcError> {
        let id = whole(self.id, Column::Id, line, warnings)?;
        if id < 0 {
            return Err(SwcError::NegativeId { line, id });
        }
        let [x, y, z, radius] = self.lengths;
        let kind = sample_kind(self.kind, line)?;
        let position_um = [length(x, Column::X, line)?, length(y, Column::Y, line)?, length(z, Column::Z, line)?];
        let radius_um = length(radius, Column::Radius, line)?;
        note_radius(radius_um, id, line, warnings);
        // Every number below zero marks a root.
        let parent = Some(whole(self.parent, Column::Parent, line, warnings)?).filter(|parent| *parent >= 0);
        Ok(Sample { id, kind, position_um, radius_um, parent, line })
    }
}

/// A whole number; of any other the part before the point, as NEURON takes it.
fn whole(number: Whole, column: Column, line: usize, warnings: &mut Vec<SwcWarning>) -> Result<i64, SwcError> {
    const EXACT_TO: f64 = 9_007_199_254_740_992.0;
    match number {
        Whole::Integer(value) => Ok(value),
        Whole::Other(value) if !value.is_finite() => Err(SwcError::NotFinite { line, column }),
        Whole::Other(value) if value.abs() > EXACT_TO => Err(SwcError::NotWhole { line, column, value }),
        Whole::Other(value) => {
            // NEURON reads all columns as f32, and every parent below zero marks a root.
            let read = f64::from(value as f32);
            let taken = if read < 0.0 && column == Column::Parent { -1 } else { read.trunc() as i64 };
            warnings.push(SwcWarning::NotWhole { line, column, value, taken });
            Ok(taken)
        }
    }
}

/// NEURON reads types as `f32`: up to 2^24 it tells each from the next.
const KINDS: RangeInclusive<i64> = -(1 << 24)..=1 << 24;

fn sample_kind(number: Whole, line: usize) -> Result<SampleKind, SwcError> {
    let column = Column::Kind;
    let kind = match number {
        Whole::Integer(value) if KINDS.contains(&value) => Ok(value as i32),
        Whole::Integer(value) => Err(value as f64),
        Whole::Other(value) if !value.is_finite() => return Err(SwcError::NotFinite { line, column }),
        Whole::Other(value) => Err(value),
    };
    kind.map(SampleKind).map_err(|value| SwcError::NotWhole { line, column, value })
}

fn note_radius(radius_um: f32, id: i64, line: usize, warnings: &mut Vec<SwcWarning>) {
    if radius_um < 0.0 {
        warnings.push(SwcWarning::NegativeRadius { line, id, radius_um });
    } else if radius_um == 0.0 {
        warnings.push(SwcWarning::ZeroRadius { line, id });
    }
}

/// The text before the next LF or CR.
fn this_line(text: &[u8]) -> &[u8] {
    &text[..text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len())]
}

/// The text after the next LF, CRLF or CR.
fn next_line(text: &[u8]) -> &[u8] {
    match &text[this_line(text).len()..] {
        [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
        [] => &[],
    }
}
