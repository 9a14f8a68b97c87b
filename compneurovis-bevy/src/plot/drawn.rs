//! The spans of a curve from frame to frame: what was drawn and is still true is not made again.

use std::ops::Range;

use compneurovis_core::decimate::DecimatedSeries;

use super::{
    axis::along,
    spans::{Scratch, Span, Window, renew},
};

/// Length of a dash with its gap, and of the gap alone, in points.
const DASH: (f64, f64) = (7.0, 2.5);

/// What a curve looked like when it was drawn last.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawn {
    spans: Vec<Span>,
    made: Option<Made>,
}

/// What spans were made of.
#[derive(Clone, Copy, Debug)]
struct Made {
    window: Window,
    /// See [`DecimatedSeries::generation`].
    generation: u64,
    /// Where on the x axis samples to come may still change what is drawn.
    open_from: f64,
    /// Nothing was shown of what lies before.
    from: f64,
    dashed: bool,
    pixels_per_point: f32,
}

/// How the spans of a curve are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Renewal<'a> {
    pub(super) series: DecimatedSeries<'a>,
    pub(super) window: Window,
    /// Nothing is shown of what lies before.
    pub(super) from: f64,
    /// Whether it is drawn with gaps.
    pub(super) dashed: bool,
    pub(super) pixels_per_point: f32,
}

/// Which columns are not what they were: all have moved to the left, and those before `until` and from `from` on are new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Renewed {
    pub(super) moved: usize,
    until: usize,
    from: usize,
}

impl Renewed {
    /// Everything is as it was.
    pub(super) fn nothing(columns: usize) -> Self {
        Self { moved: 0, until: 0, from: columns }
    }

    /// Everything is new.
    pub(super) fn all(columns: usize) -> Self {
        Self { moved: 0, until: columns, from: columns }
    }

    /// What is new of two curves together.
    pub(super) fn and(self, other: Self) -> Self {
        let (until, from) = (self.until.max(other.until), self.from.min(other.from));
        if self.moved == other.moved {
            return Self { moved: self.moved, until, from };
        }
        // They do not move together.
        Self { moved: 0, until: usize::MAX, from: usize::MAX }
    }

    /// The columns that are new.
    pub(super) fn parts(self, columns: usize) -> impl Iterator<Item = Range<usize>> {
        let until = self.until.min(columns);
        [0..until, self.from.clamp(until, columns)..columns].into_iter().filter(|part| !part.is_empty())
    }
}

impl Drawn {
    /// What the curve covers of each column.
    pub(super) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether it was drawn in that window.
    pub(super) fn shows(&self, window: &Window) -> bool {
        self.made.is_some_and(|made| made.window == *window)
    }

    /// How many columns would have to be made.
    pub(super) fn to_renew(&self, renewal: &Renewal) -> usize {
        let columns = renewal.window.columns.count();
        self.kept(renewal).parts(columns).map(|part| part.len()).sum()
    }

    /// Makes the columns that are new.
    pub(super) fn renew(&mut self, renewal: &Renewal, scratch: &mut Scratch) -> Renewed {
        let columns = renewal.window.columns.count();
        let renewed = self.kept(renewal);
        self.spans.resize(columns, Span::NONE);
        self.spans.copy_within(renewed.moved.., 0);
        for part in renewed.parts(columns) {
            renewal.make(part, scratch, &mut self.spans);
        }
        self.made = Some(renewal.made());
        renewed
    }

    /// What of it has to be made and what is there.
    fn kept(&self, renewal: &Renewal) -> Renewed {
        let columns = renewal.window.columns.count();
        self.made.and_then(|made| renewal.since(&made)).unwrap_or(Renewed::all(columns))
    }
}

impl Renewal<'_> {
    /// What is new since spans were made; `None` if nothing of them is left.
    fn since(&self, made: &Made) -> Option<Renewed> {
        let Self { series, window, from, dashed, pixels_per_point } = self;
        let same = (made.generation, made.dashed, made.pixels_per_point)
            == (series.generation(), *dashed, *pixels_per_point)
            && (made.window.x_scale, made.window.y_scale) == (window.x_scale, window.y_scale)
            && made.from <= *from
            && series.x_never_falls();
        let moved = window.columns.moved_since(&made.window.columns).filter(|_| same)?;
        // The oldest samples may be gone, and the line that came from them, which ended here at the latest.
        let oldest = series.x().get(series.stride() - 1).map_or(f64::INFINITY, |x| along(window.x_scale, *x));
        let (low, _) = window.columns.range();
        let begin = if oldest < low { 0 } else { window.columns.index_of(oldest) + 1 };
        let until = begin.max(self.hidden());
        let from = window.columns.index_of(made.open_from).min(window.columns.count().saturating_sub(1));
        (until < from).then_some(Renewed { moved, until, from })
    }

    fn made(&self) -> Made {
        let Self { series, window, from, dashed, pixels_per_point } = *self;
        let open = series.x().len().checked_sub(series.stride()).and_then(|at| series.x().get(at));
        let open_from = open.map_or(f64::NEG_INFINITY, |x| along(window.x_scale, *x));
        Made { window, generation: series.generation(), open_from, from, dashed, pixels_per_point }
    }

    fn make(&self, part: Range<usize>, scratch: &mut Scratch, spans: &mut [Span]) {
        renew(&self.series, &self.window, part.clone(), scratch, spans);
        let hidden = self.hidden();
        spans.iter_mut().take(hidden.min(part.end)).skip(part.start).for_each(|span| *span = Span::NONE);
        if self.dashed {
            self.dash(part, spans);
        }
    }

    /// The columns before the first sample that is to be seen.
    fn hidden(&self) -> usize {
        if self.from == f64::NEG_INFINITY { 0 } else { self.window.columns.index_of(self.from) }
    }

    /// Leaves gaps in a curve. Where they are goes with x, so that they move with the curve.
    fn dash(&self, part: Range<usize>, spans: &mut [Span]) {
        let scale = f64::from(self.pixels_per_point);
        let (period, gap) = (DASH.0 * scale, DASH.1 * scale);
        let columns = &self.window.columns;
        let first = columns.place_of(0.0);
        for index in part {
            if (columns.number(index) - first).rem_euclid(period) < gap {
                spans[index] = Span::NONE;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Field, Scale, decimate::SeriesFollower};
    use ndarray::{ArrayD, IxDyn};
    use proptest::prelude::*;

    use super::{super::columns::Columns, *};

    const COUNT: usize = 40;

    fn sample() -> impl Strategy<Value = f32> {
        prop_oneof![8 => -10.0..10.0f32, 1 => Just(f32::NAN)]
    }

    fn renewal<'a>(series: DecimatedSeries<'a>, window_ms: f64, from: f64, dashed: bool) -> Renewal<'a> {
        let last = series.x().last().copied().unwrap_or(1.0);
        let columns = Columns::aligned(window_ms, last, COUNT).unwrap_or(Columns::over((0.0, 1.0), COUNT));
        let window = Window { columns, x_scale: Scale::Linear, y_scale: Scale::Linear };
        Renewal { series, window, from, dashed, pixels_per_point: 1.0 }
    }

    proptest! {
        /// Whatever is appended, lost, hidden or begun anew, in whatever window.
        #[test]
        fn what_is_kept_is_what_would_be_made(
            batches in prop::collection::vec(
                (prop::collection::vec((0.0..3.0f64, sample()), 0..12), 0usize..30, prop_oneof![9 => Just(20.0), 1 => 5.0..40.0f64]),
                1..30,
            ),
            max_length in prop_oneof![Just(usize::MAX), 10usize..60],
            stride in 1usize..4,
            dashed in any::<bool>(),
            trims in any::<bool>(),
        ) {
            let mut field = Field::series("v", "time", vec![0.0], vec![0.0]).unwrap()
                .with_attr(compneurovis_core::field::PAST_STRIDE, stride.to_string());
            let (mut follower, mut drawn, mut scratch) = (SeriesFollower::new(), Drawn::default(), Scratch::default());
            let mut time = 0.0;
            for (samples, event, window_ms) in batches {
                if event == 0 {
                    time = 0.0;
                    field.replace(ArrayD::zeros(IxDyn(&[1])), vec![("time".to_owned(), vec![0.0].into())]).unwrap();
                }
                let times: Vec<f64> = samples.iter().map(|(step, _)| { time += step; time }).collect();
                let values = ArrayD::from_shape_vec(IxDyn(&[samples.len()]), samples.iter().map(|s| s.1).collect()).unwrap();
                field.append("time", &values.view(), &times, Some(max_length)).unwrap();
                let series = follower.follow(&field, "time", &[]).unwrap();
                let from = if trims { time - window_ms * 0.8 } else { f64::NEG_INFINITY };
                let renewal = renewal(series, window_ms, from, dashed);
                drawn.renew(&renewal, &mut scratch);
                let mut anew = Drawn::default();
                anew.renew(&renewal, &mut scratch);
                prop_assert_eq!(drawn.spans(), anew.spans());
            }
        }
    }

    #[test]
    fn a_window_that_moves_by_a_column_makes_two() {
        let times: Vec<f64> = (0..1000).map(|at| f64::from(at) * 0.1).collect();
        let mut field = Field::series("v", "time", times.clone(), vec![1.0; 1000]).unwrap();
        let (mut follower, mut drawn, mut scratch) = (SeriesFollower::new(), Drawn::default(), Scratch::default());
        let series = follower.follow(&field, "time", &[]).unwrap();
        drawn.renew(&renewal(series, 39.0, f64::NEG_INFINITY, false), &mut scratch);
        let (values, later) = (ArrayD::from_elem(IxDyn(&[10]), 2.0), (1000..1010).map(|at| f64::from(at) * 0.1));
        field.append("time", &values.view(), &later.collect::<Vec<_>>(), Some(1000)).unwrap();
        let series = follower.follow(&field, "time", &[]).unwrap();
        let renewed = drawn.renew(&renewal(series, 39.0, f64::NEG_INFINITY, false), &mut scratch);
        assert_eq!(renewed, Renewed { moved: 1, until: 0, from: COUNT - 2 });
        assert_eq!(drawn.spans()[COUNT - 1], Span { low: 2.0, high: 2.0 });
    }
}
