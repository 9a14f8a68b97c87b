use ndarray::{Array, Axis, concatenate};
use proptest::prelude::*;

use super::*;

fn traces(samples: usize) -> Field {
    let values = Array::from_shape_fn((2, samples), |(row, at)| (100 * row + at) as f32);
    let times: Vec<_> = (0..samples).map(|at| at as f64).collect();
    let dims = [("segment", Coord::labels(["a", "b"])), ("time", Coord::from(times))];
    Field::new("v", values.into_dyn(), dims).unwrap()
}

#[test]
fn constructor_refuses_what_does_not_fit() {
    let values = || ArrayD::zeros(IxDyn(&[2, 3]));
    let numbers = |count: usize| Coord::from(vec![0.0; count]);
    let new = |dims: Vec<(&str, Coord)>| Field::new("v", values(), dims);
    assert!(new(vec![("a", numbers(2)), ("b", numbers(3))]).is_ok());
    assert!(matches!(new(vec![("a", numbers(2))]), Err(FieldError::Rank { dims: 1, axes: 2, .. })));
    assert!(matches!(new(vec![("a", numbers(2)), ("a", numbers(3))]), Err(FieldError::DuplicateDim { .. })));
    assert!(matches!(
        new(vec![("a", numbers(2)), ("b", numbers(2))]),
        Err(FieldError::CoordLength { coord: 2, axis: 3, .. })
    ));
    let twice = Coord::labels(["x", "x"]);
    assert!(matches!(new(vec![("a", twice), ("b", numbers(3))]), Err(FieldError::DuplicateLabel { .. })));
}

#[test]
fn a_refused_append_or_replacement_changes_nothing() {
    let before = traces(3);
    let mut field = before.clone();
    let batch = ArrayD::zeros(IxDyn(&[3, 2]));
    assert!(matches!(field.append("time", &batch.view(), &[3.0], None), Err(FieldError::Shape { .. })));
    assert!(matches!(field.append("x", &batch.view(), &[3.0], None), Err(FieldError::UnknownDim { .. })));
    let wide = ArrayD::zeros(IxDyn(&[3, 1]));
    assert!(matches!(field.append("segment", &wide.view(), &[3.0], None), Err(FieldError::NotAppendable { .. })));
    assert!(matches!(field.replace(batch, Vec::new()), Err(FieldError::Shape { .. })));
    assert_eq!(field, before);
}

#[test]
fn replacing_takes_new_coords() {
    let mut field = traces(3);
    let values = ArrayD::from_elem(IxDyn(&[1, 2]), 7.0);
    let coords = vec![("segment".to_owned(), Coord::labels(["c"])), ("time".to_owned(), Coord::from(vec![5.0, 6.0]))];
    field.replace(values, coords).unwrap();
    assert_eq!(field.series_of("time", "c"), Some(&[7.0, 7.0][..]));
    assert_eq!(field.series_of("time", "a"), None);
}

#[test]
fn serialising_keeps_what_can_be_seen() {
    let mut field = traces(3).with_unit("mV").with_attr("source", "test");
    field.append("time", &ArrayD::from_elem(IxDyn(&[2, 1]), f32::INFINITY.recip()).view(), &[3.0], Some(3)).unwrap();
    let back: Field = serde_json::from_str(&serde_json::to_string(&field).unwrap()).unwrap();
    assert_eq!(back, field);
}

#[test]
fn appending_costs_the_batch() {
    // 2^15 appends of one sample to a full window: the room is moved a few hundred times, not 2^15.
    let mut field = traces(1);
    let batch = ArrayD::from_elem(IxDyn(&[2, 1]), 1.0);
    let (mut moves, mut last) = (0, field.values().as_ptr());
    for at in 0..1 << 15 {
        field.append("time", &batch.view(), &[f64::from(at)], Some(1000)).unwrap();
        let now = field.storage.series(1, &[0]).unwrap().as_ptr();
        moves += usize::from(now < last || now > last.wrapping_add(1));
        last = now;
    }
    assert_eq!(field.shape(), [2, 1000]);
    assert!(moves < 100, "{moves} moves");
}

proptest! {
    #[test]
    fn appending_equals_concatenating(
        axis in 0usize..3,
        first in 0usize..4,
        batches in prop::collection::vec(0usize..7, 0..12),
        max_length in prop::option::of(0usize..12),
    ) {
        let shape = |length| { let mut shape = [2, 3, 2]; shape[axis] = length; IxDyn(&shape) };
        let mut next = 0.0f32;
        let mut make = |length| ArrayD::from_shape_simple_fn(shape(length), || { next += 1.0; next });
        let mut expected = make(first);
        let dims = (0..3).map(|dim| {
            let length = expected.shape()[dim];
            (format!("d{dim}"), Coord::from((0..length).map(|at| at as f64).collect::<Vec<_>>()))
        });
        let mut field = Field::new("f", expected.clone(), dims).unwrap();
        let dim = format!("d{axis}");
        for length in batches {
            let batch = make(length);
            let mut growing_last: Vec<usize> = (0..3).filter(|&dim| dim != axis).collect();
            growing_last.push(axis);
            let permuted = batch.view().permuted_axes(growing_last);
            field.append(&dim, &permuted, &vec![0.5; length], max_length).unwrap();
            expected = concatenate(Axis(axis), &[expected.view(), batch.view()]).unwrap();
            let all = expected.shape()[axis];
            let from = max_length.map_or(0, |max| all.saturating_sub(max));
            expected = expected.slice_axis(Axis(axis), (from..).into()).to_owned();
            prop_assert_eq!(field.values(), expected.view());
            prop_assert_eq!(field.coord(&dim).unwrap().len(), Some(expected.shape()[axis]));
            for outer in 0..2 {
                let mut position = [outer, outer, outer];
                position[axis] = 0;
                let at: Vec<usize> = (0..3).filter(|&dim| dim != axis).map(|dim| position[dim]).collect();
                let lane: Vec<f32> = (0..expected.shape()[axis])
                    .map(|sample| { position[axis] = sample; expected[IxDyn(&position)] })
                    .collect();
                prop_assert_eq!(field.series_at(&dim, &at), Some(&lane[..]));
            }
        }
    }
}
