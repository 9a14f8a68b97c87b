//! A pyramid in step with a series of a field.

use std::ops::Range;

use super::{Column, MinMaxPyramid, order::Order, pyramid::sample_range, scan_columns};
use crate::{
    Field,
    field::{PAST_STRIDE, Revision},
};

/// Keeps a [`MinMaxPyramid`] of one series of a field, for whoever draws it frame after frame.
///
/// A look costs what was appended since the last one. If anything else has happened, if the field is
/// another one, or if another series is asked for, the pyramid is built anew.
#[derive(Clone, Debug, Default)]
pub struct SeriesFollower {
    pyramid: MinMaxPyramid,
    order: Order,
    seen: Option<Revision>,
    axis: usize,
    position: Vec<usize>,
    generation: u64,
}

/// A series with its pyramid, both as they are now.
#[derive(Clone, Copy, Debug)]
pub struct DecimatedSeries<'a> {
    x: &'a [f64],
    y: &'a [f32],
    pyramid: &'a MinMaxPyramid,
    never_falls: bool,
    stride: usize,
    generation: u64,
}

impl SeriesFollower {
    /// A follower that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The samples along `dim` at `position` on all other dims, in their order, and the pyramid of
    /// them, brought up to date. O(what was appended since), amortised, or O(samples) for a field or
    /// series that it did not follow so far.
    ///
    /// `None` where [`Field::series_at`] has none, or `dim` has no numbers.
    pub fn follow<'a>(&'a mut self, field: &'a Field, dim: &str, position: &[usize]) -> Option<DecimatedSeries<'a>> {
        let axis = field.axis(dim).ok()?;
        let (x, y) = (field.coord(dim).ok()?.numbers()?, field.series_at(dim, position)?);
        let now = field.revision();
        match self.appended(now, axis, position, y.len()) {
            Some(0) if y.len() == self.pyramid.len() => {}
            Some(newer) => self.append(&x[x.len() - newer..], &y[y.len() - newer..], y.len()),
            None => self.rebuild(x, y),
        }
        (self.seen, self.axis) = (Some(now), axis);
        self.position.clear();
        self.position.extend_from_slice(position);
        let stride = field.attrs().get(PAST_STRIDE).and_then(|stride| stride.parse().ok()).unwrap_or(1).max(1);
        let (never_falls, generation) = (self.order.never_falls(), self.generation);
        Some(DecimatedSeries { x, y, pyramid: &self.pyramid, never_falls, stride, generation })
    }

    /// How many of the newest samples are new, if all others were seen.
    fn appended(&self, now: Revision, axis: usize, position: &[usize], length: usize) -> Option<usize> {
        let same = self.axis == axis && self.position == position;
        let newer = now.appended_since(self.seen.filter(|_| same)?, axis)?;
        // A batch can be longer than what is kept of it; then nothing of what was seen is left.
        let newer = usize::try_from(newer).ok().filter(|&newer| newer <= length)?;
        (self.pyramid.len() + newer >= length).then_some(newer)
    }

    fn append(&mut self, x: &[f64], y: &[f32], max_length: usize) {
        self.pyramid.append(y);
        self.pyramid.keep_newest(max_length);
        self.order.append(x);
        self.order.keep_newest(max_length);
    }

    fn rebuild(&mut self, x: &[f64], y: &[f32]) {
        self.generation += 1;
        self.pyramid.rebuild(y);
        self.order = Order::default();
        self.order.append(x);
    }
}

#[cfg(test)]
impl SeriesFollower {
    /// How many samples went into the pyramid since it was last built anew.
    pub(super) fn samples_taken(&self) -> u64 {
        self.pyramid.samples_taken()
    }
}

impl<'a> DecimatedSeries<'a> {
    /// The coordinate of every sample.
    pub fn x(&self) -> &'a [f64] {
        self.x
    }

    /// The samples.
    pub fn y(&self) -> &'a [f32] {
        self.y
    }

    /// Whether x never falls and has no NaN, so that columns cost what is drawn and not what there is.
    pub fn x_never_falls(&self) -> bool {
        self.never_falls
    }

    /// A column for each of `count` equal parts of the range `(low, high)` of x, into `columns`,
    /// which is a buffer to be used again. See [`scan_columns`] for what belongs to which column.
    ///
    /// O(count log samples) if x never falls, else O(samples).
    pub fn columns(&self, range: (f64, f64), count: usize, columns: &mut Vec<Column>) {
        if self.never_falls {
            self.pyramid.columns(self.x, self.y, range, count, columns);
        } else {
            scan_columns(self.x, self.y, range, count, columns);
        }
    }

    /// A number that stays the same as long as nothing has happened to the series but appends and the loss of its
    /// oldest samples: whoever draws it need not draw again what lies before what is new. Only comparable among what
    /// one follower returns.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// How many samples a gap may have that is no gap, and one more: 1 unless the field says otherwise
    /// ([`PAST_STRIDE`]). So many of the newest samples may yet be joined with samples to come.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The same as [`columns`](Self::columns) for columns that begin where `border` says, of which there are `count`; the
    /// last ends before `border(count)`, or with it if `closed`. Borders must not fall.
    ///
    /// `None` if x falls somewhere: then columns are equal parts of a range, or nothing.
    pub fn columns_between(
        &self,
        border: impl Fn(usize) -> f64,
        count: usize,
        closed: bool,
        columns: &mut Vec<Column>,
    ) -> Option<Range<usize>> {
        let (low, end) = (border(0), if closed { border(count) } else { border(count).next_down() });
        // Columns that have no width have no samples.
        let inside = self.sample_range((low, end.max(low)))?;
        let inside = if low <= end { inside } else { inside.start..inside.start };
        self.pyramid.columns_of(self.x, self.y, inside.clone(), border, count, columns);
        Some(inside)
    }

    /// The indices of the samples whose x is within `(low, high)`, with both ends; the curve comes
    /// in from the sample before them and goes out to the one after. `None` if x falls somewhere, or
    /// the range runs backwards.
    pub fn sample_range(&self, (low, high): (f64, f64)) -> Option<Range<usize>> {
        (self.never_falls && low <= high).then(|| sample_range(self.x, (low, high)))
    }

    /// The finite samples before `at` and from there on that the curve joins; `None` if there is a gap
    /// between them, or nothing on one side.
    ///
    /// Samples that are not finite are a gap, unless they are fewer than the stride at which the past of
    /// the field is known ([`PAST_STRIDE`]).
    ///
    /// ```
    /// use compneurovis_core::{Field, decimate::SeriesFollower, field::PAST_STRIDE};
    /// let samples = vec![1.0, f32::NAN, f32::NAN, 4.0, 5.0];
    /// let field = Field::series("v", "time", vec![0.0, 1.0, 2.0, 3.0, 4.0], samples)?;
    /// let mut follower = SeriesFollower::new();
    /// let series = follower.follow(&field, "time", &[]).expect("numbers over time");
    /// assert_eq!((series.joint(2), series.joint(4)), (None, Some((3, 4))));
    /// let field = field.with_attr(PAST_STRIDE, "3");
    /// assert_eq!(follower.follow(&field, "time", &[]).and_then(|series| series.joint(2)), Some((0, 3)));
    /// # Ok::<(), compneurovis_core::FieldError>(())
    /// ```
    pub fn joint(&self, at: usize) -> Option<(usize, usize)> {
        let is_finite = |index: &usize| self.y[*index].is_finite();
        let (at, end) = (at.min(self.y.len()), at.saturating_add(self.stride).min(self.y.len()));
        let before = (at.saturating_sub(self.stride)..at).rev().find(is_finite)?;
        let after = (at..end).find(is_finite)?;
        (after - before <= self.stride).then_some((before, after))
    }

    /// The least and greatest finite sample within a range of indices, for the y axis; `None` if
    /// there is none. O(log samples).
    pub fn extremes(&self, samples: Range<usize>) -> Option<(f32, f32)> {
        self.pyramid.extremes(self.y, samples)
    }
}
