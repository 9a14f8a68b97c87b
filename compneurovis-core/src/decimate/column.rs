//! What a plot shows of a series in one column of pixels.

use std::ops::Range;

use super::block::Block;

/// All samples whose x falls into one column of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// The first of them, whatever it is; NaN if there is none.
    pub first: f32,
    /// The last of them, whatever it is; NaN if there is none.
    pub last: f32,
    /// The least finite one; NaN if there is none.
    pub min: f32,
    /// The greatest finite one; NaN if there is none.
    pub max: f32,
    /// How many there are.
    pub count: usize,
    /// Whether some are not finite, so that the curve is interrupted.
    pub has_gap: bool,
}

impl Column {
    /// A column without samples.
    pub const EMPTY: Self =
        Self { first: f32::NAN, last: f32::NAN, min: f32::NAN, max: f32::NAN, count: 0, has_gap: false };

    /// Whether it has no samples. A column of gaps alone is not empty, and has no extremes either.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The least and greatest finite sample; `None` if there is none.
    pub fn extremes(&self) -> Option<(f32, f32)> {
        (self.min <= self.max).then_some((self.min, self.max))
    }

    /// The column of samples of which the extremes are known.
    pub(super) fn of(samples: &[f32], block: Block) -> Self {
        let (Some(&first), Some(&last)) = (samples.first(), samples.last()) else { return Self::EMPTY };
        let (min, max) = if block.min <= block.max { (block.min, block.max) } else { (f32::NAN, f32::NAN) };
        Self { first, last, min, max, count: samples.len(), has_gap: block.has_gap }
    }

    fn add(&mut self, sample: f32) {
        if self.is_empty() {
            self.first = sample;
        }
        self.last = sample;
        self.count += 1;
        if sample.is_finite() {
            // What is NaN gives way to a number.
            self.min = self.min.min(sample);
            self.max = self.max.max(sample);
        } else {
            self.has_gap = true;
        }
    }
}

/// A column for each of `count` equal parts of the range `(low, high)` of x, into `columns`, by a
/// look at every sample. The order of x does not matter.
///
/// Column `k` has the samples whose x is at least `low + k (high - low) / count` and below that of
/// the next column, the last one also those at `high`. A sample whose x is NaN is in none. If the
/// range is empty at `low = high`, the last column has its samples; if it runs backwards or is not
/// finite, all columns are empty. If there are more values than coordinates, or fewer, the rest of
/// the longer is not looked at.
///
/// ```
/// use compneurovis_core::decimate::scan_columns;
/// let mut columns = Vec::new();
/// scan_columns(&[0.0, 0.1, 1.0, 9.0], &[5.0, -5.0, 7.0, 99.0], (0.0, 2.0), 2, &mut columns);
/// assert_eq!((columns[0].min, columns[0].max, columns[0].count), (-5.0, 5.0, 2));
/// assert_eq!((columns[1].first, columns[1].last), (7.0, 7.0));
/// ```
pub fn scan_columns(x: &[f64], series: &[f32], range: (f64, f64), count: usize, columns: &mut Vec<Column>) {
    columns.clear();
    columns.resize(count, Column::EMPTY);
    let Some(borders) = Borders::new(range, count) else { return };
    // Most samples fall into the column of the one before them.
    let (mut column, mut span) = (0, borders.span(0));
    for (x, &sample) in x.iter().zip(series) {
        if !span.contains(x) {
            let Some(other) = borders.column_of(*x) else { continue };
            (column, span) = (other, borders.span(other));
        }
        columns[column].add(sample);
    }
}

/// Where columns begin and end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Borders {
    low: f64,
    high: f64,
    count: usize,
}

impl Borders {
    /// `None` if there are no columns or no range.
    pub(super) fn new((low, high): (f64, f64), count: usize) -> Option<Self> {
        let is_range = low <= high && (high - low).is_finite();
        (is_range && count > 0).then_some(Self { low, high, count })
    }

    /// Where column `k` begins. Never falls with `k`, since no rounding in it does.
    pub(super) fn at(&self, column: usize) -> f64 {
        self.low + (self.high - self.low) * (column as f64 / self.count as f64)
    }

    /// The x of a column. The last one has its end too.
    fn span(&self, column: usize) -> Range<f64> {
        let end = if column + 1 == self.count { self.high.next_up() } else { self.at(column + 1) };
        self.at(column)..end
    }

    /// The last column that begins at or before `x`, found by a guess and put right by the borders
    /// themselves, so that no rounding puts a sample elsewhere than a search for them would.
    fn column_of(&self, x: f64) -> Option<usize> {
        if !(self.low <= x && x <= self.high) {
            return None;
        }
        let span = self.high - self.low;
        let part = if span > 0.0 { (x - self.low) / span } else { 1.0 };
        let mut column = ((part * self.count as f64) as usize).min(self.count - 1);
        while column > 0 && x < self.at(column) {
            column -= 1;
        }
        while column + 1 < self.count && x >= self.at(column + 1) {
            column += 1;
        }
        Some(column)
    }
}
