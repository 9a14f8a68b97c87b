//! Appends to one field that wait to be joined.

use std::collections::VecDeque;

use ndarray::{ArrayD, Axis, concatenate};

use crate::{FieldId, SessionUpdate};

/// Batches for one field along one dim, oldest first.
///
/// Each is kept as it came, so that one more costs nothing but its place, however much waits; those
/// that `max_length` will cut off anyway are dropped whole. They are copied once, when joined.
#[derive(Clone, Debug)]
pub(crate) struct Appends {
    field: FieldId,
    dim: String,
    max_length: Option<usize>,
    batches: VecDeque<(ArrayD<f32>, Vec<f64>)>,
    /// Positions of all batches.
    length: usize,
}

impl Appends {
    /// One batch. The update is given back if it is no append, or one that fits no field.
    pub(crate) fn new(update: SessionUpdate) -> Result<Self, Box<SessionUpdate>> {
        match update {
            SessionUpdate::FieldAppend { field, dim, values, coord, max_length }
                if values.shape().last() == Some(&coord.len()) =>
            {
                let length = coord.len();
                Ok(Self { field, dim, max_length, batches: VecDeque::from([(values, coord)]), length })
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
                    && self.rows() == Some(others(&values))
                    && self.dim == dim
                    && self.max_length == max_length
                    && self.field == field =>
            {
                self.length += coord.len();
                self.batches.push_back((values, coord));
                Ok(self.drop_surplus() as u64)
            }
            other => Err(Box::new(other)),
        }
    }

    /// Lengths of the axes but the last.
    fn rows(&self) -> Option<&[usize]> {
        self.batches.front().map(|(values, _)| others(values))
    }

    /// Drops the oldest batches as long as the others are enough, and says how many positions went.
    fn drop_surplus(&mut self) -> usize {
        let (before, max) = (self.length, self.max_length.unwrap_or(usize::MAX));
        while let Some((_, coord)) = self.batches.front() {
            let rest = self.length - coord.len();
            if self.batches.len() == 1 || rest < max {
                break;
            }
            self.length = rest;
            self.batches.pop_front();
        }
        before - self.length
    }

    /// All batches as one, cut to the newest `max_length` positions.
    pub(crate) fn join(mut self) -> SessionUpdate {
        let (values, coord) = match self.batches.len() {
            1 => self.batches.pop_front().unwrap_or_default(),
            _ => self.concatenate(),
        };
        SessionUpdate::FieldAppend { field: self.field, dim: self.dim, values, coord, max_length: self.max_length }
    }

    fn concatenate(&self) -> (ArrayD<f32>, Vec<f64>) {
        let from = self.max_length.map_or(0, |max| self.length.saturating_sub(max));
        let coord = self.batches.iter().flat_map(|(_, coord)| coord).skip(from).copied().collect();
        let views: Vec<_> = self.batches.iter().map(|(values, _)| values.view()).collect();
        let axis = Axis(views.first().map_or(0, |values| values.ndim().saturating_sub(1)));
        // Their other axes were compared when they were taken in.
        let all = concatenate(axis, &views).unwrap_or_default();
        (all.slice_axis(axis, (from..).into()).to_owned(), coord)
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
}
