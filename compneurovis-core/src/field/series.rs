//! Storage that grows along one axis without moving what is there.

use ndarray::{ArrayViewD, Axis, IxDyn, ShapeBuilder};

use super::Revision;

/// Row-major values whose growing axis, once there is one, lies innermost with slack behind it.
///
/// Every series (one position along all other axes) is contiguous, so that it can be borrowed as
/// a slice, and an append costs the batch: the slack doubles, and the oldest samples are dropped
/// by moving a start, not the samples.
#[derive(Debug)]
pub(super) struct SeriesStorage {
    data: Vec<f32>,
    shape: Vec<usize>,
    /// The axis that grows. `None` as long as nothing was appended.
    growing: Option<usize>,
    /// Samples of room in each series.
    capacity: usize,
    /// Where in its room each series starts.
    start: usize,
    revision: Revision,
}

/// A clone goes its own way: its revision says nothing about the original's values.
impl Clone for SeriesStorage {
    fn clone(&self) -> Self {
        Self { data: self.data.clone(), shape: self.shape.clone(), revision: Revision::new(), ..*self }
    }
}

impl SeriesStorage {
    /// `data` in row-major order.
    pub(super) fn new(data: Vec<f32>, shape: Vec<usize>) -> Self {
        debug_assert_eq!(data.len(), shape.iter().product::<usize>());
        Self { data, shape, growing: None, capacity: 0, start: 0, revision: Revision::new() }
    }

    pub(super) fn revision(&self) -> Revision {
        self.revision
    }

    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub(super) fn into_data(self) -> Vec<f32> {
        self.data
    }

    /// The values with their axes in the order of the dims.
    pub(super) fn view(&self) -> ArrayViewD<'_, f32> {
        let (shape, strides) = (IxDyn(&self.shape), self.strides());
        if self.shape.contains(&0) {
            // Strides over the other axes would lead beyond the end of what is not there.
            return ArrayViewD::from_shape(shape, &[]).unwrap_or_else(|error| unreachable!("nothing fits: {error}"));
        }
        let from = self.start.min(self.data.len());
        ArrayViewD::from_shape(shape.strides(IxDyn(&strides)), &self.data[from..])
            .unwrap_or_else(|error| unreachable!("strides and room always fit the shape: {error}"))
    }

    /// One series along `axis`, contiguous; `None` where its samples do not lie side by side.
    pub(super) fn series(&self, axis: usize, position: &[usize]) -> Option<&[f32]> {
        let strides = self.strides();
        let length = *self.shape.get(axis)?;
        if strides[axis] != 1 && length > 1 {
            return None;
        }
        let others = (0..self.shape.len()).filter(|&other| other != axis);
        let mut from = self.start;
        for (other, &at) in others.zip(position) {
            if at >= self.shape[other] {
                return None;
            }
            from += at * strides[other];
        }
        self.data.get(from..from + length)
    }

    /// Appends `batch`, whose last axis runs along `axis`, and keeps the newest `max_length`
    /// samples. Shapes are the caller's to check.
    pub(super) fn append(&mut self, axis: usize, batch: &ArrayViewD<'_, f32>, max_length: Option<usize>) {
        let last = Axis(batch.ndim() - 1);
        let incoming = batch.len_of(last);
        self.revision.append(axis, incoming);
        let keep_new = max_length.map_or(incoming, |max| incoming.min(max));
        let keep_old = max_length.map_or(self.shape[axis], |max| self.shape[axis].min(max - keep_new));
        self.drop_oldest(axis, self.shape[axis] - keep_old);
        self.make_room(axis, keep_new);
        self.write(self.start + keep_old, batch, incoming - keep_new);
        self.shape[axis] += keep_new;
    }

    /// Writes the samples of a batch from `skip` on into each series' room, beginning at `at`.
    fn write(&mut self, at: usize, batch: &ArrayViewD<'_, f32>, skip: usize) {
        let last = Axis(batch.ndim() - 1);
        let incoming = batch.len_of(last);
        if incoming == skip {
            return;
        }
        let rooms = self.data.chunks_exact_mut(self.capacity).map(|room| &mut room[at..at + incoming - skip]);
        match batch.as_slice() {
            Some(samples) => {
                for (room, samples) in rooms.zip(samples.chunks_exact(incoming)) {
                    room.copy_from_slice(&samples[skip..]);
                }
            }
            None => {
                for (room, lane) in rooms.zip(batch.lanes(last)) {
                    room.iter_mut().zip(lane.iter().skip(skip)).for_each(|(to, from)| *to = *from);
                }
            }
        }
    }

    fn drop_oldest(&mut self, axis: usize, count: usize) {
        if count == 0 {
            return;
        }
        self.make_room(axis, 0);
        self.start += count;
        self.shape[axis] -= count;
    }

    /// Sees that `axis` is innermost and that `extra` samples fit behind each series.
    fn make_room(&mut self, axis: usize, extra: usize) {
        let length = self.shape[axis];
        let fits = self.growing == Some(axis) && self.start + length + extra <= self.capacity;
        if fits {
            return;
        }
        // What was dropped at the front is as much as what is left: moving that there is paid for.
        if self.growing == Some(axis) && 2 * (length + extra) <= self.capacity {
            for room in self.data.chunks_exact_mut(self.capacity) {
                room.copy_within(self.start..self.start + length, 0);
            }
        } else {
            self.grow(axis, 2 * (length + extra));
        }
        self.start = 0;
    }

    /// Moves everything to where each series has room for `capacity` samples: doubling makes it worth
    /// its cost.
    fn grow(&mut self, axis: usize, capacity: usize) {
        let capacity = capacity.max(16);
        let mut data = vec![0.0; self.others(axis) * capacity];
        if self.shape[axis] > 0 {
            for (room, lane) in data.chunks_exact_mut(capacity).zip(self.view().lanes(Axis(axis))) {
                match lane.to_slice() {
                    Some(samples) => room[..samples.len()].copy_from_slice(samples),
                    None => room.iter_mut().zip(lane).for_each(|(to, from)| *to = *from),
                }
            }
        }
        (self.data, self.capacity, self.growing) = (data, capacity, Some(axis));
    }

    fn others(&self, axis: usize) -> usize {
        self.shape.iter().enumerate().filter(|&(other, _)| other != axis).map(|(_, &length)| length).product()
    }

    fn strides(&self) -> Vec<usize> {
        let mut strides = vec![0; self.shape.len()];
        let mut stride = 1;
        if let Some(axis) = self.growing {
            strides[axis] = 1;
            stride = self.capacity;
        }
        for axis in (0..self.shape.len()).rev() {
            if Some(axis) != self.growing {
                strides[axis] = stride;
                stride *= self.shape[axis];
            }
        }
        strides
    }
}
