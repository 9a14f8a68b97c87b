//! Appends to one field that wait to be joined.

use std::{collections::VecDeque, mem};

use ndarray::{ArrayD, IxDyn};

use super::steps::Steps;
use crate::{FieldId, SessionUpdate};

/// How many positions that come in small batches lie in one piece of memory.
const STEPS_TOGETHER: usize = 256;

/// Batches for one field along one dim, oldest first.
///
/// Each is kept as it came, so that one more costs nothing but its place, however much waits, or, if it is small,
/// in a piece of memory with others; those that `max_length` will cut off anyway are dropped whole. They are
/// copied once, when joined.
#[derive(Clone, Debug)]
pub(crate) struct Appends {
    field: FieldId,
    dim: String,
    max_length: Option<usize>,
    /// Lengths of the axes but the last.
    rows: Vec<usize>,
    batches: VecDeque<Batch>,
    /// Positions of all batches.
    length: usize,
    /// Memory of small batches that were dropped.
    spare: Option<(Vec<f32>, Vec<f64>)>,
}

/// Values and their positions.
#[derive(Clone, Debug)]
enum Batch {
    /// As an update has them, series after series.
    Rows(ArrayD<f32>, Vec<f64>),
    /// Small batches together, position after position.
    Steps(Vec<f32>, Vec<f64>),
}

impl Batch {
    fn coord(&self) -> &[f64] {
        match self {
            Self::Rows(_, coord) | Self::Steps(_, coord) => coord,
        }
    }

    /// Adds the values of one of `rows` series, from a position on.
    fn add_row(&self, row: usize, rows: usize, from: usize, into: &mut Vec<f32>) {
        match self {
            Self::Rows(values, coord) => {
                let length = coord.len();
                match values.as_slice() {
                    Some(values) => into.extend_from_slice(&values[row * length + from..(row + 1) * length]),
                    None => into.extend(values.iter().skip(row * length + from).take(length - from)),
                }
            }
            Self::Steps(values, _) => into.extend(values.iter().skip(from * rows + row).step_by(rows)),
        }
    }
}

impl Appends {
    /// One batch. The update is given back if it is no append, or one that fits no field.
    pub(crate) fn new(update: SessionUpdate) -> Result<Self, Box<SessionUpdate>> {
        match update {
            SessionUpdate::FieldAppend { field, dim, values, coord, max_length }
                if values.shape().last() == Some(&coord.len()) =>
            {
                let (length, rows) = (coord.len(), others(&values).to_vec());
                let batches = VecDeque::from([Batch::Rows(values, coord)]);
                Ok(Self { field, dim, max_length, rows, batches, length, spare: None })
            }
            other => Err(Box::new(other)),
        }
    }

    pub(crate) fn dim(&self) -> &str {
        &self.dim
    }

    pub(crate) fn is_to(&self, field: &FieldId) -> bool {
        self.field == *field
    }

    /// Takes one more batch in. The update is given back if it is not alike: then each shall meet the field by
    /// itself, and a misfit its error. Says how many positions are cut off by it.
    pub(crate) fn absorb(&mut self, update: SessionUpdate) -> Result<u64, Box<SessionUpdate>> {
        match update {
            SessionUpdate::FieldAppend { field, dim, values, coord, max_length }
                if values.shape().last() == Some(&coord.len())
                    && self.rows == others(&values)
                    && self.dim == dim
                    && self.max_length == max_length
                    && self.field == field =>
            {
                self.length += coord.len();
                self.batches.push_back(Batch::Rows(values, coord));
                Ok(self.drop_surplus() as u64)
            }
            other => Err(Box::new(other)),
        }
    }

    /// Takes one more small batch in, if it is alike. Says how many positions are cut off by it.
    pub(crate) fn absorb_steps(&mut self, steps: &Steps<'_>) -> Option<u64> {
        let whole = steps.values.len() == steps.rows() * steps.coord.len();
        if !whole || self.rows != [steps.rows()] || self.dim != steps.dim || self.max_length != steps.max_length {
            return None;
        }
        let fits = |batch: &Batch| match batch {
            Batch::Steps(_, coord) => coord.len() + steps.coord.len() <= STEPS_TOGETHER,
            Batch::Rows(..) => false,
        };
        if !self.batches.back().is_some_and(fits) {
            let (values, coord) = self.spare.take().unwrap_or_default();
            self.batches.push_back(Batch::Steps(values, coord));
        }
        if let Some(Batch::Steps(values, coord)) = self.batches.back_mut() {
            values.extend_from_slice(steps.values);
            coord.extend_from_slice(steps.coord);
        }
        self.length += steps.coord.len();
        Some(self.drop_surplus() as u64)
    }

    /// Drops the oldest batches as long as the others are enough, and says how many positions went.
    fn drop_surplus(&mut self) -> usize {
        let (before, max) = (self.length, self.max_length.unwrap_or(usize::MAX));
        while let Some(batch) = self.batches.front() {
            let rest = self.length - batch.coord().len();
            if self.batches.len() == 1 || rest < max {
                break;
            }
            self.length = rest;
            if let Some(Batch::Steps(mut values, mut coord)) = self.batches.pop_front() {
                values.clear();
                coord.clear();
                self.spare = Some((values, coord));
            }
        }
        before - self.length
    }

    /// All batches as one, cut to the newest `max_length` positions.
    pub(crate) fn join(mut self) -> SessionUpdate {
        let (values, coord) = match self.batches.make_contiguous() {
            [Batch::Rows(values, coord)] => (mem::take(values), mem::take(coord)),
            _ => self.concatenate(),
        };
        SessionUpdate::FieldAppend { field: self.field, dim: self.dim, values, coord, max_length: self.max_length }
    }

    fn concatenate(&self) -> (ArrayD<f32>, Vec<f64>) {
        let from = self.max_length.map_or(0, |max| self.length.saturating_sub(max));
        let rows = self.rows.iter().product();
        let mut values = Vec::with_capacity(rows * (self.length - from));
        for row in 0..rows {
            let mut skip = from;
            for batch in &self.batches {
                let length = batch.coord().len();
                batch.add_row(row, rows, skip.min(length), &mut values);
                skip = skip.saturating_sub(length);
            }
        }
        let coord: Vec<f64> = self.batches.iter().flat_map(Batch::coord).skip(from).copied().collect();
        let shape: Vec<usize> = self.rows.iter().copied().chain([coord.len()]).collect();
        // Their other axes were compared when they were taken in.
        (ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap_or_default(), coord)
    }
}

/// Lengths of the axes but the last.
fn others(values: &ArrayD<f32>) -> &[usize] {
    values.shape().split_last().map_or(&[], |(_, others)| others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn append(values: ArrayD<f32>, max_length: Option<usize>) -> SessionUpdate {
        let coord = vec![0.0; *values.shape().last().unwrap()];
        SessionUpdate::FieldAppend { field: "f".into(), dim: "x".into(), values, coord, max_length }
    }

    #[test]
    fn what_will_be_cut_off_is_not_kept() {
        let mut waiting = Appends::new(append(ArrayD::zeros(vec![2, 3]), Some(4))).unwrap();
        for _ in 0..100 {
            waiting.absorb(append(ArrayD::ones(vec![2, 3]), Some(4))).unwrap();
            assert!(waiting.batches.len() <= 2, "{}", waiting.batches.len());
        }
        let SessionUpdate::FieldAppend { values, coord, .. } = waiting.join() else { unreachable!() };
        assert_eq!((values.shape(), coord.len()), (&[2, 4][..], 4));
    }

    #[test]
    fn batches_that_are_not_alike_stay_apart() {
        let mut waiting = Appends::new(append(ArrayD::zeros(vec![2, 3]), Some(4))).unwrap();
        assert!(waiting.absorb(append(ArrayD::zeros(vec![3, 3]), Some(4))).is_err());
        assert!(waiting.absorb(append(ArrayD::zeros(vec![2, 3]), None)).is_err());
    }

    #[test]
    fn small_batches_lie_together() {
        let field = FieldId::from("f");
        let steps = |position: usize, max_length| {
            let (coord, values) = ([position as f64], [position as f32, 10_000.0 + position as f32]);
            (coord, values, max_length)
        };
        let mut waiting = Appends::new(append(ArrayD::zeros(vec![2, 1]), Some(1000))).unwrap();
        let mut trimmed = 0;
        for position in 1..5000 {
            let (coord, values, max_length) = steps(position, Some(1000));
            let batch = Steps { field: &field, dim: "x", coord: &coord, values: &values, max_length };
            trimmed += waiting.absorb_steps(&batch).unwrap();
            assert!(waiting.batches.len() <= 6 && waiting.length < 1000 + STEPS_TOGETHER);
        }
        assert_eq!(trimmed as usize + waiting.length, 5000);
        let (coord, values, max_length) = steps(0, None);
        assert_eq!(
            waiting.absorb_steps(&Steps { field: &field, dim: "x", coord: &coord, values: &values, max_length }),
            None
        );
        waiting.absorb(append(ArrayD::from_elem(vec![2, 2], -1.0), Some(1000))).unwrap();
        let SessionUpdate::FieldAppend { values, coord, .. } = waiting.join() else { unreachable!() };
        assert_eq!((values.shape(), coord.len()), (&[2, 1000][..], 1000));
        assert_eq!([values[[0, 0]], values[[1, 0]]], [4002.0, 14_002.0]);
        assert_eq!(
            [values[[0, 997]], values[[1, 997]], values[[1, 998]], values[[1, 999]]],
            [4999.0, 14_999.0, -1.0, -1.0]
        );
        assert_eq!((coord[0], coord[997], coord[998]), (4002.0, 4999.0, 0.0));
    }
}
