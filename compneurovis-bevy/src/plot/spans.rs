//! From a series to one span for each column of pixels.

use std::ops::Range;

use compneurovis_core::{
    Scale,
    decimate::{Column, DecimatedSeries},
};

use super::{
    axis::{BELOW, along},
    columns::Columns,
};

/// What a curve covers of one column of pixels, along the y axis; nothing if `low` is above `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The lowest point.
    pub low: f64,
    /// The highest point.
    pub high: f64,
}

impl Span {
    /// A column that the curve does not touch.
    pub const NONE: Self = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };

    /// Whether the curve touches the column.
    pub fn is_some(&self) -> bool {
        self.low <= self.high
    }

    fn include(&mut self, y: f64) {
        // Comparisons with NaN are false.
        self.low = if y < self.low { y } else { self.low };
        self.high = if y > self.high { y } else { self.high };
    }
}

/// A part of a plot that is so many pixels wide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Its columns of pixels along the x axis: over the values themselves, or over their logarithms on a logarithmic one.
    pub columns: Columns,
    /// The scale of x.
    pub x_scale: Scale,
    /// The scale of y.
    pub y_scale: Scale,
}

/// Buffers that are used again.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    columns: Vec<Column>,
}

impl Window {
    /// The x at which a column begins, and the last one ends.
    fn value(&self, index: usize) -> f64 {
        super::axis::value_at(self.x_scale, self.columns.border(index))
    }

    fn is_range(&self) -> bool {
        let (low, high) = self.columns.range();
        low < high && (high - low).is_finite()
    }
}

/// The span of each column of a window, into `spans`. Every extremum of the samples of a column is in
/// its span, and the lines between samples of different columns are in those that they cross; gaps stay
/// gaps.
///
/// O(columns log samples), if x never falls.
pub fn spans(series: &DecimatedSeries, window: &Window, scratch: &mut Scratch, spans: &mut Vec<Span>) {
    spans.clear();
    spans.resize(window.columns.count(), Span::NONE);
    renew(series, window, 0..window.columns.count(), scratch, spans);
}

/// The same for a part of the columns; the others stay as they are.
pub(super) fn renew(
    series: &DecimatedSeries,
    window: &Window,
    part: Range<usize>,
    scratch: &mut Scratch,
    spans: &mut [Span],
) {
    spans[part.clone()].fill(Span::NONE);
    if part.is_empty() || !window.is_range() {
        return;
    }
    let closed = part.end == window.columns.count();
    let border = |index| window.value(part.start + index);
    let Some(inside) = series.columns_between(border, part.len(), closed, &mut scratch.columns) else {
        // There is no order to join the samples in.
        let count = window.columns.count();
        series.columns((window.value(0), window.value(count)), count, &mut scratch.columns);
        let columns = spans.iter_mut().zip(&scratch.columns).take(part.end).skip(part.start);
        columns.for_each(|(span, column)| include(span, column.extremes(), window));
        return;
    };
    let (mut at, mut joined) = (inside.start, None);
    let lines = Lines { series, window, part: part.clone() };
    for (index, column) in part.zip(&scratch.columns) {
        include(&mut spans[index], column.extremes(), window);
        if column.count > 0 {
            lines.join(at, &mut joined, spans);
            at += column.count;
        }
    }
    lines.join(inside.end, &mut joined, spans);
}

fn include(span: &mut Span, extremes: Option<(f32, f32)>, window: &Window) {
    let Some((low, high)) = extremes else { return };
    let (low, high) = (along(window.y_scale, f64::from(low)), along(window.y_scale, f64::from(high)));
    span.include(high);
    // A logarithmic axis ends somewhere below.
    span.include(if low.is_nan() && !high.is_nan() { BELOW } else { low });
}

/// The lines between the samples of a series, in a part of the columns of a window.
struct Lines<'a> {
    series: &'a DecimatedSeries<'a>,
    window: &'a Window,
    part: Range<usize>,
}

impl Lines<'_> {
    /// Lets the line into sample `at` go through all columns that it crosses.
    fn join(&self, at: usize, joined: &mut Option<(usize, usize)>, spans: &mut [Span]) {
        let joint = self.series.joint(at);
        let Some((from, to)) = joint.filter(|_| joint != *joined) else { return };
        *joined = joint;
        let columns = &self.window.columns;
        let ((x0, y0), (x1, y1)) = (self.point(from), self.point(to));
        // All in columns from the origin, so that it makes no difference where the window is.
        let is_seen = x1 >= columns.number(self.part.start) && x0 <= columns.number(self.part.end);
        if !(is_seen && x0 <= x1 && y0.is_finite() && y1.is_finite()) {
            return;
        }
        let slope = if x1 > x0 { (y1 - y0) / (x1 - x0) } else { 0.0 };
        let y_at = |x: f64| y0 + slope * (x - x0);
        let index = |x: f64| ((x - columns.number(0)) as usize).clamp(self.part.start, self.part.end - 1);
        let (first, last) = (index(x0), index(x1));
        // From border to border: the end of one column is the beginning of the next.
        let mut y = y_at(x0.max(columns.number(first)));
        for (column, span) in (first..).zip(&mut spans[first..=last]) {
            span.include(y);
            y = y_at(x1.min(columns.number(column + 1)));
            span.include(y);
        }
    }

    /// A sample, in columns from the origin and along the y axis.
    fn point(&self, at: usize) -> (f64, f64) {
        let Window { columns, x_scale, y_scale } = self.window;
        let x = columns.place_of(along(*x_scale, self.series.x()[at]));
        (x, along(*y_scale, f64::from(self.series.y()[at])))
    }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{
        Field,
        decimate::{SeriesFollower, scan_columns},
        field::PAST_STRIDE,
    };
    use proptest::prelude::*;

    use super::*;

    fn of(field: &Field, range: (f64, f64), columns: usize) -> Vec<Span> {
        let columns = Columns::over(range, columns);
        let window = Window { columns, x_scale: Scale::Linear, y_scale: Scale::Linear };
        let (mut follower, mut found) = (SeriesFollower::new(), Vec::new());
        let series = follower.follow(field, "x", &[]).expect("numbers");
        spans(&series, &window, &mut Scratch::default(), &mut found);
        found
    }

    fn field(x: Vec<f64>, y: Vec<f32>) -> Field {
        Field::series("f", "x", x, y).expect("fits")
    }

    #[test]
    fn a_line_goes_through_the_columns_between_its_samples() {
        let found = of(&field(vec![0.0, 4.0], vec![0.0, 4.0]), (0.0, 4.0), 4);
        let expected: Vec<Span> = (0..4).map(|at| Span { low: f64::from(at), high: f64::from(at) + 1.0 }).collect();
        assert_eq!(found, expected);
        // Zoomed in between two samples.
        assert_eq!(of(&field(vec![0.0, 4.0], vec![0.0, 4.0]), (1.0, 2.0), 1), [Span { low: 1.0, high: 2.0 }]);
    }

    #[test]
    fn gaps_stay_gaps_unless_the_past_is_known_at_a_stride() {
        let gap = field(vec![0.0, 1.0, 2.0, 3.0, 4.0], vec![1.0, f32::NAN, f32::NAN, 1.0, 1.0]);
        let touched = |field: &Field| of(field, (0.0, 5.0), 5).iter().map(Span::is_some).collect::<Vec<_>>();
        assert_eq!(touched(&gap), [true, false, false, true, true]);
        assert_eq!(touched(&gap.with_attr(PAST_STRIDE, "3")), [true, true, true, true, true]);
    }

    #[test]
    fn a_logarithmic_axis_leaves_out_what_it_cannot_show() {
        let field = field(vec![1.0, 10.0, 100.0, 1000.0], vec![-1.0, 10.0, 1000.0, 0.0]);
        let columns = Columns::over((0.0, 3.0), 3);
        let window = Window { columns, x_scale: Scale::Logarithmic, y_scale: Scale::Logarithmic };
        let (mut follower, mut found) = (SeriesFollower::new(), Vec::new());
        let series = follower.follow(&field, "x", &[]).expect("numbers");
        spans(&series, &window, &mut Scratch::default(), &mut found);
        assert!(!found[0].is_some());
        assert!((found[1].low - 1.0).abs() < 1e-9 && found[1].high > 2.9, "{found:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn each_column_has_the_least_and_the_greatest_of_its_samples(
            samples in prop::collection::vec((0u8..20, prop_oneof![6 => -100f32..100.0, 1 => Just(f32::NAN), 1 => Just(f32::INFINITY)]), 1..600),
            zoom in (0f64..1.0, 0f64..1.0),
            columns in 1usize..300,
            falls in prop::bool::weighted(0.1),
        ) {
            let mut x = 0.0;
            let steps = samples.iter().map(|(step, _)| { x += f64::from(*step) * 0.1; if falls && *step == 7 { x -= 1.0; } x });
            let (x, y): (Vec<f64>, Vec<f32>) = steps.zip(samples.iter().map(|(_, y)| *y)).unzip();
            let (first, last) = (x[0], x[x.len() - 1] + 0.1);
            let end = |part: f64| first + (last - first) * part;
            let range = (end(zoom.0.min(zoom.1)), end(zoom.0.max(zoom.1)) + 1e-3);
            let found = of(&field(x.clone(), y.clone()), range, columns);
            let mut expected = Vec::new();
            scan_columns(&x, &y, range, columns, &mut expected);
            for (span, column) in found.iter().zip(&expected) {
                if let Some((low, high)) = column.extremes() {
                    prop_assert!(span.low <= f64::from(low) && span.high >= f64::from(high), "{span:?} {column:?}");
                }
            }
        }
    }
}
