use ndarray::{Array2, ArrayD, IxDyn};
use proptest::prelude::*;

use super::*;
use crate::{Coord, Field};

/// Columns as their documentation says, one by one, out of all samples.
fn naive(x: &[f64], y: &[f32], (low, high): (f64, f64), count: usize) -> Vec<Column> {
    let border = |column: usize| low + (high - low) * (column as f64 / count as f64);
    (0..count)
        .map(|column| {
            let is_last = column + 1 == count;
            let holds = |x: f64| low <= x && x <= high && x >= border(column) && (is_last || x < border(column + 1));
            let samples: Vec<f32> = x.iter().zip(y).filter(|&(&x, _)| holds(x)).map(|(_, &y)| y).collect();
            let finite = || samples.iter().copied().filter(|sample| sample.is_finite());
            Column {
                first: samples.first().copied().unwrap_or(f32::NAN),
                last: samples.last().copied().unwrap_or(f32::NAN),
                min: finite().reduce(f32::min).unwrap_or(f32::NAN),
                max: finite().reduce(f32::max).unwrap_or(f32::NAN),
                count: samples.len(),
                has_gap: samples.iter().any(|sample| !sample.is_finite()),
            }
        })
        .collect()
}

/// Columns with NaN as itself.
fn comparable(columns: &[Column]) -> Vec<([u32; 4], usize, bool)> {
    let numbers = |column: &Column| [column.first, column.last, column.min, column.max];
    // `+ 0.0`, since the least of 0 and -0 is either.
    columns.iter().map(|column| (numbers(column).map(|y| (y + 0.0).to_bits()), column.count, column.has_gap)).collect()
}

fn sample() -> impl Strategy<Value = f32> {
    prop_oneof![
        12 => -100.0f32..100.0,
        2 => Just(0.0),
        1 => Just(f32::NAN),
        1 => prop_oneof![Just(f32::INFINITY), Just(f32::NEG_INFINITY), Just(f32::MAX), Just(-0.0)],
    ]
}

#[derive(Clone, Debug)]
enum Step {
    Append {
        samples: Vec<(f64, f32)>,
        max_length: Option<usize>,
    },
    Replace(Vec<(f64, f32)>),
    Clone,
    /// Does nothing, so that a look finds nothing new.
    Rest,
}

/// What happens to a field. The x are steps from sample to sample: often none, seldom backwards.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let x_step = prop_oneof![10 => 0.01f64..3.0, 3 => Just(0.0)];
    let odd_step = prop_oneof![200 => x_step, 1 => -5.0f64..0.0, 1 => Just(f64::NAN)];
    let samples = |most| prop::collection::vec((odd_step.clone(), sample()), 0..most);
    let max_length = prop::option::of(prop_oneof![0usize..5, 30usize..200, 500usize..3000]);
    let append = |most| (samples(most), max_length.clone());
    let append = prop_oneof![6 => append(40), 2 => append(3000)];
    let step = prop_oneof![
        8 => append.prop_map(|(samples, max_length)| Step::Append { samples, max_length }),
        1 => samples(200).prop_map(Step::Replace),
        1 => Just(Step::Clone),
        1 => Just(Step::Rest),
    ];
    prop::collection::vec(step, 1..12)
}

/// Coordinates out of steps, on from `x`.
fn coords(x: &mut f64, samples: &[(f64, f32)]) -> Vec<f64> {
    let next = |&(step, _): &(f64, f32)| {
        if step.is_nan() {
            return f64::NAN;
        }
        *x += step;
        *x
    };
    samples.iter().map(next).collect()
}

fn values(samples: &[(f64, f32)]) -> ArrayD<f32> {
    // Two series, of which the second is the first mirrored.
    Array2::from_shape_fn((2, samples.len()), |(series, at)| if series == 0 { samples[at].1 } else { -samples[at].1 })
        .into_dyn()
}

fn perform(step: Step, field: &mut Field, x: &mut f64) {
    match step {
        Step::Append { samples, max_length } => {
            let coord = coords(x, &samples);
            field.append("time", &values(&samples).view(), &coord, max_length).unwrap();
        }
        Step::Replace(samples) => {
            let coord = Coord::from(coords(x, &samples));
            field.replace(values(&samples), vec![("time".to_owned(), coord)]).unwrap();
        }
        Step::Clone => *field = field.clone(),
        Step::Rest => {}
    }
}

fn empty_field() -> Field {
    let dims = [("segment", Coord::labels(["a", "b"])), ("time", Coord::from(vec![]))];
    Field::new("v", ArrayD::zeros(IxDyn(&[2, 0])), dims).unwrap()
}

proptest! {
    #[test]
    fn a_follower_sees_every_extreme_whatever_happens_to_the_field(
        steps in steps(),
        looks in prop::collection::vec((any::<bool>(), 0.0f64..1.0, 0.0f64..1.0, 0usize..60), 12),
    ) {
        let (mut field, mut x) = (empty_field(), 0.0);
        let (mut follower, mut columns) = (SeriesFollower::new(), Vec::new());
        for (step, (look, a, b, count)) in steps.into_iter().zip(looks) {
            perform(step, &mut field, &mut x);
            // It does not look after every change.
            if !look {
                continue;
            }
            let series = follower.follow(&field, "time", &[0]).unwrap();
            let at = |part: f64| series.x().get((part * series.x().len() as f64) as usize).copied().unwrap_or(part);
            for range in [(-1e9, 1e9), (at(a), at(b)), (at(b) + a, at(a) + b), (at(a), at(a)), (0.0, at(a))] {
                series.columns(range, count, &mut columns);
                let expected = naive(series.x(), series.y(), range, count);
                prop_assert_eq!(comparable(&columns), comparable(&expected), "{:?}", range);
                scan_columns(series.x(), series.y(), range, count, &mut columns);
                prop_assert_eq!(comparable(&columns), comparable(&expected), "{:?}", range);
                // The same borders, asked for one by one; half of them as a window of its own.
                let (low, high) = range;
                let border = |at: usize| low + (high - low) * (at as f64 / count as f64);
                let is_range = count > 0 && low <= high;
                let end = |at: usize| if at == count { high } else { border(at) };
                if is_range && series.columns_between(end, count, true, &mut columns).is_some() {
                    prop_assert_eq!(comparable(&columns), comparable(&expected), "{:?}", range);
                    let half = count / 2;
                    let inside = series.columns_between(border, half, false, &mut columns).unwrap();
                    prop_assert_eq!(comparable(&columns), comparable(&expected[..half]), "{:?}", range);
                    prop_assert_eq!(inside.len(), expected[..half].iter().map(|column| column.count).sum::<usize>());
                }
                if let Some(inside) = series.sample_range(range) {
                    let counted: usize = expected.iter().map(|column| column.count).sum();
                    prop_assert!(count == 0 || counted == inside.len());
                }
            }
        }
    }

    #[test]
    fn ranges_of_samples_have_their_extremes(
        batches in prop::collection::vec(prop::collection::vec(sample(), 0..4000), 1..5),
        max_length in prop_oneof![Just(usize::MAX), 1usize..6000],
        ranges in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 20),
    ) {
        let (mut pyramid, mut series) = (MinMaxPyramid::new(), Vec::new());
        for batch in batches {
            pyramid.append(&batch);
            pyramid.keep_newest(max_length);
            series.extend(batch);
            series.drain(..series.len().saturating_sub(max_length));
            prop_assert_eq!((pyramid.len(), pyramid.is_empty()), (series.len(), series.is_empty()));
            for (from, to) in &ranges {
                let (from, to) = (from.index(series.len() + 1), to.index(series.len() + 1));
                let samples = series.get(from..to).unwrap_or_default();
                let finite = || samples.iter().copied().filter(|sample: &f32| sample.is_finite());
                let expected = finite().reduce(f32::min).zip(finite().reduce(f32::max));
                prop_assert_eq!(pyramid.extremes(&series, from..to), expected);
            }
        }
    }
}

/// A wave with a spike at every `10_007`th sample.
fn spiky(at: usize) -> f32 {
    let spike = if at.is_multiple_of(10_007) { 1_000.0 + at as f32 } else { 0.0 };
    (at as f32 * 0.01).sin() + spike
}

#[test]
fn spikes_of_one_sample_show_in_millions() {
    let y: Vec<f32> = (0..1_500_000).map(spiky).collect();
    let x: Vec<f64> = (0..y.len()).map(|at| at as f64).collect();
    let mut pyramid = MinMaxPyramid::new();
    pyramid.rebuild(&y);
    let (mut fast, mut slow) = (Vec::new(), Vec::new());
    for range in [(0.0, 1.5e6), (3.0, 1_400_000.5), (10_007.0, 10_007.0), (700_000.25, 701_000.75), (-5.0, 1e7)] {
        pyramid.columns(&x, &y, range, 777, &mut fast);
        scan_columns(&x, &y, range, 777, &mut slow);
        assert_eq!(comparable(&fast), comparable(&slow), "{range:?}");
        assert!(fast.iter().any(|column| column.max > 999.0), "{range:?}");
    }
}

#[test]
fn memory_is_a_fraction_of_the_series_and_stops_growing() {
    const WINDOW: usize = 100_000;
    let mut pyramid = MinMaxPyramid::new();
    let batch: Vec<f32> = (0..100).map(spiky).collect();
    let mut fill = |windows: usize| {
        for _ in 0..windows * WINDOW / batch.len() {
            pyramid.append(&batch);
            pyramid.keep_newest(WINDOW);
        }
        pyramid.memory_bytes()
    };
    // Long enough for all levels that come up to thirty million samples.
    let early = fill(12);
    assert_eq!(fill(20), early, "no memory is asked for in steady state");
    assert!(early < WINDOW * size_of::<f32>() / 7, "{early} bytes");
    let whole: Vec<f32> = (0..WINDOW).map(spiky).collect();
    let mut pyramid = MinMaxPyramid::new();
    pyramid.append(&whole);
    assert!(pyramid.blocks() <= WINDOW / 59, "{} blocks", pyramid.blocks());
}

#[test]
fn a_look_costs_what_is_new() {
    let mut field = Field::series("v", "time", vec![0.0; 5_000], vec![1.0; 5_000]).unwrap();
    let mut follower = SeriesFollower::new();
    follower.follow(&field, "time", &[]).unwrap();
    let (mut taken, generation) =
        (follower.samples_taken(), follower.follow(&field, "time", &[]).unwrap().generation());
    for at in 0..100 {
        field.append("time", &ArrayD::from_elem(IxDyn(&[3]), 2.0).view(), &[f64::from(at); 3], Some(5_000)).unwrap();
        // The second look finds nothing new.
        for _ in 0..2 {
            assert_eq!(follower.follow(&field, "time", &[]).unwrap().generation(), generation);
        }
        taken += 3;
        assert_eq!(follower.samples_taken(), taken);
    }
    field.replace(ArrayD::zeros(IxDyn(&[5_000])), Vec::new()).unwrap();
    assert!(follower.follow(&field, "time", &[]).unwrap().generation() > generation);
    assert_eq!(follower.samples_taken(), 5_000, "counted anew after a rebuild");
}

#[test]
fn a_follower_of_one_series_can_be_asked_for_another_or_another_field() {
    let (mut x, mut follower) = (0.0, SeriesFollower::new());
    let mut field = empty_field();
    let samples: Vec<_> = (0..300).map(|at| (1.0, at as f32)).collect();
    perform(Step::Append { samples: samples.clone(), max_length: None }, &mut field, &mut x);
    let mut extremes = |field: &Field, dim: &str, position| {
        let series = follower.follow(field, dim, &[position])?;
        series.extremes(0..series.y().len())
    };
    assert_eq!(extremes(&field, "time", 0), Some((0.0, 299.0)));
    assert_eq!(extremes(&field, "time", 1), Some((-299.0, 0.0)));
    assert_eq!(extremes(&field, "time", 2), None);
    assert_eq!(extremes(&field, "segment", 0), None, "labels are no x axis");
    // As many appends to the clone as to the original, but others, and enough for blocks of their own.
    let mut other = field.clone();
    assert_eq!(extremes(&field, "time", 0), Some((0.0, 299.0)));
    let mut append = |field: &mut Field, value| {
        let samples = vec![(1.0, value); 300];
        perform(Step::Append { samples, max_length: None }, field, &mut x);
    };
    append(&mut field, 500.0);
    append(&mut other, 700.0);
    assert_eq!(extremes(&other, "time", 0), Some((0.0, 700.0)));
    assert_eq!(extremes(&field, "time", 0), Some((0.0, 500.0)));
}

#[test]
fn appends_along_another_dim_are_seen() {
    let numbers = |count: usize| Coord::from((0..count).map(|at| at as f64).collect::<Vec<_>>());
    let values = Array2::from_shape_fn((2, 100), |(y, x)| (y * 1000 + x) as f32).into_dyn();
    let mut field = Field::new("f", values, [("y", numbers(2)), ("x", numbers(100))]).unwrap();
    let mut follower = SeriesFollower::new();
    let mut first = |field: &Field, dim: &str| Some(follower.follow(field, dim, &[0])?.extremes(0..100));
    assert_eq!(first(&field, "x"), Some(Some((0.0, 99.0))));
    // Row 0 is cut off: what was row 1 is row 0 now.
    let nothing = ArrayD::zeros(IxDyn(&[100, 0]));
    field.append("y", &nothing.view(), &[], Some(1)).unwrap();
    assert_eq!(first(&field, "y"), Some(Some((1000.0, 1000.0))));
    assert_eq!(first(&field, "x"), None, "the samples along x do not lie side by side any more");
    let one = ArrayD::from_elem(IxDyn(&[1, 1]), -7.0);
    field.append("x", &one.view(), &[100.0], None).unwrap();
    assert_eq!(first(&field, "x"), Some(Some((1000.0, 1099.0))));
    assert_eq!(follower.follow(&field, "x", &[0]).unwrap().extremes(0..101), Some((-7.0, 1099.0)));
}

#[test]
fn what_makes_no_range_gives_empty_columns() {
    let (x, y) = ([0.0, 1.0], [5.0, 6.0]);
    let mut pyramid = MinMaxPyramid::new();
    pyramid.append(&y);
    let mut columns = vec![Column::EMPTY; 99];
    for range in [(1.0, 0.0), (f64::NAN, 1.0), (0.0, f64::NAN), (f64::NEG_INFINITY, 1.0), (f64::MIN, f64::MAX)] {
        for scanned in [false, true] {
            if scanned {
                scan_columns(&x, &y, range, 3, &mut columns);
            } else {
                pyramid.columns(&x, &y, range, 3, &mut columns);
            }
            assert_eq!(columns.len(), 3);
            assert!(columns.iter().all(|column| column.is_empty() && column.extremes().is_none()), "{range:?}");
        }
    }
    pyramid.columns(&x, &y, (0.0, 1.0), 0, &mut columns);
    assert_eq!(columns, []);
}

#[test]
fn what_does_not_fit_together_is_no_panic() {
    let y: Vec<f32> = (0..200).map(|at| at as f32).collect();
    let mut pyramid = MinMaxPyramid::new();
    pyramid.append(&y[..150]);
    // A series that grew without a word is scanned, and a range is cut.
    assert_eq!(pyramid.extremes(&y, 10..999), Some((10.0, 199.0)));
    #[expect(clippy::reversed_empty_ranges, reason = "what a caller may come up with")]
    let backwards = 90..10;
    assert_eq!(pyramid.extremes(&y, backwards), None);
    let falling: Vec<f64> = (0..120).rev().map(f64::from).collect();
    let mut columns = Vec::new();
    pyramid.columns(&falling, &y, (0.0, 100.0), 10, &mut columns);
    assert_eq!(columns.len(), 10);
}
