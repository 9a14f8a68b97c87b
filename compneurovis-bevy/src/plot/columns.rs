//! Where the columns of pixels of a plot are along its x axis.

/// More columns than this from the origin cannot be told apart.
const FARTHEST: f64 = 4e15;

/// Digits of the width of a window that count: the rest is what sums of times are off by.
const DIGITS: i32 = 10;

/// Columns of pixels side by side, equally wide along the x axis.
///
/// A window that moves by whole columns shows each column as it was, where it is now, and only what is new has to be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Columns {
    /// Where the column with number 0 begins.
    origin: f64,
    width: f64,
    /// The number of the leftmost one that is seen.
    first: i64,
    count: usize,
    /// Where the last one ends.
    end: f64,
}

impl Columns {
    /// So many columns over all of a range along the axis.
    pub fn over((low, high): (f64, f64), count: usize) -> Self {
        Self { origin: low, width: (high - low) / count.max(1) as f64, first: 0, count, end: high }
    }

    /// So many columns over the range of length `window` that ends at `last`, and up to one column more at either end, so
    /// that the same x is at the same place of its column wherever the range ends. `None` if there are no such columns.
    pub fn aligned(window: f64, last: f64, count: usize) -> Option<Self> {
        let width = rounded(window) / (count.checked_sub(1)? as f64);
        let number = (last / width).floor();
        if !(width > 0.0 && width.is_finite() && number.abs() < FARTHEST) {
            return None;
        }
        let after = number as i64 + 1;
        Some(Self { origin: 0.0, width, first: after - count as i64, count, end: after as f64 * width })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Both ends along the axis.
    pub fn range(&self) -> (f64, f64) {
        (self.border(0), self.end)
    }

    /// Where a column begins along the axis; that after the last is where this ends.
    pub fn border(&self, index: usize) -> f64 {
        if index == self.count { self.end } else { self.origin + self.number(index) * self.width }
    }

    /// The number of a column, counted from the origin.
    pub(super) fn number(&self, index: usize) -> f64 {
        (self.first + index as i64) as f64
    }

    /// How many columns from the origin a place along the axis is.
    pub(super) fn place_of(&self, along: f64) -> f64 {
        (along - self.origin) / self.width
    }

    /// In which column a place is, or the nearest to it; the count of columns if it is to the right of all.
    pub(super) fn index_of(&self, along: f64) -> usize {
        // What is negative or NaN becomes 0.
        ((self.place_of(along) - self.number(0)) as usize).min(self.count)
    }

    /// By how many columns these are farther right than others that are aligned with them, if they have some in common.
    pub(super) fn moved_since(&self, before: &Self) -> Option<usize> {
        let aligned = (self.origin, self.width, self.count) == (before.origin, before.width, before.count);
        let moved = usize::try_from(self.first.checked_sub(before.first)?).ok()?;
        (aligned && moved < self.count).then_some(moved)
    }
}

/// A length without the digits that do not count.
fn rounded(length: f64) -> f64 {
    let unit = 10f64.powf(f64::from(DIGITS - 1) - length.abs().log10().floor());
    let rounded = (length * unit).round() / unit;
    if rounded.is_finite() { rounded } else { length }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_over_a_range_begin_and_end_with_it() {
        let columns = Columns::over((-1.0, 0.1 + 0.2), 7);
        assert_eq!((columns.border(0), columns.border(7), columns.range()), (-1.0, 0.1 + 0.2, (-1.0, 0.1 + 0.2)));
        assert_eq!((columns.index_of(-5.0), columns.index_of(-1.0), columns.index_of(9.0)), (0, 0, 7));
        assert_eq!(columns.index_of(f64::NAN), 0);
    }

    #[test]
    fn no_columns_are_aligned_with_nothing() {
        for (window, last, count) in
            [(0.0, 1.0, 9), (-1.0, 1.0, 9), (f64::NAN, 1.0, 9), (1.0, f64::NAN, 9), (1.0, 1.0, 1), (1e-9, 1e9, 9)]
        {
            assert_eq!(Columns::aligned(window, last, count), None, "{window} {last} {count}");
        }
        assert_eq!(Columns::aligned(1.0, 1.0, 0), None);
    }

    proptest! {
        #[test]
        fn an_aligned_window_has_all_of_its_range_and_little_more(
            window in 1e-3..1e6f64,
            last in -1e6..1e6f64,
            count in 2usize..3000,
            later in 0.0..2.0f64,
        ) {
            let columns = Columns::aligned(window, last, count).unwrap();
            let ((low, high), width) = (columns.range(), window / (count - 1) as f64);
            let off = 1e-8 * window + 1e-12 * last.abs();
            prop_assert!(low <= last - window + off && low >= last - window - width - off, "{low}");
            prop_assert!(high > last - off && high <= last + width + off, "{high}");
            // What the sums of times are off by changes no width.
            let next = Columns::aligned(window * (1.0 + 1e-14), last + later * window, count).unwrap();
            let moved = next.moved_since(&columns);
            prop_assert_eq!(moved.is_some(), next.first - columns.first < count as i64);
            for index in moved.into_iter().flat_map(|moved| moved..count) {
                prop_assert_eq!(columns.border(index), next.border(index - moved.unwrap()));
            }
        }
    }
}
