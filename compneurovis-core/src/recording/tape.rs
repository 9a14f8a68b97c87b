//! The queue between a session and its recorder.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use ndarray::ArrayD;

use crate::{Coord, FieldId, MarkKind, SceneChange, SessionUpdate};

/// How many bytes wait before the recorder is woken. Some frames, so that waking costs the session little; few
/// enough that their memory goes round: new memory costs the session more than the copy into it.
const WAKE_BYTES: usize = 1 << 20;

/// Bytes of value buffers that are kept for reuse.
const SPARE_BYTES: usize = 16 << 20;

/// What an item weighs beside its values.
const OVERHEAD: usize = 300;

/// How many times its budget the queue may hold of what must not be thinned, before the disk counts as
/// too slow for the recording to go on.
const HARD_LIMIT: usize = 4;

/// Something that happened in a session.
#[derive(Debug)]
pub(crate) enum Item {
    /// It changed what there is to see.
    Update(SessionUpdate),
    /// Something worth a mark.
    Mark(MarkKind, String),
    /// What came since the last moment belongs to this simulated time.
    Moment(f64),
}

/// What a session does, on its way to the disk: bounded, and never waited for.
///
/// A copy is made here and the recorder's thread does all else. When more waits than the budget allows,
/// every second frame of a field that a newer one supersedes goes; nothing else ever does.
#[derive(Debug)]
pub(crate) struct Tape {
    inner: Mutex<Inner>,
    filled: Condvar,
    budget_bytes: usize,
    wake_bytes: usize,
}

#[derive(Debug, Default)]
struct Inner {
    items: VecDeque<Item>,
    bytes: usize,
    /// Thin again only when more waits than this.
    thin_beyond: usize,
    spare: Vec<Vec<f32>>,
    spare_bytes: usize,
    /// Whether the recorder waits to be woken.
    waiting: bool,
    dropped_frames: u64,
    updates: u64,
    /// When the clock on the wall began to stand in for a session that tells no time.
    wall: Option<Instant>,
    overflown: bool,
    closed: bool,
}

/// What was taken off a tape.
pub(super) struct Taken {
    pub(super) items: VecDeque<Item>,
    pub(super) dropped_frames: u64,
    pub(super) overflown: bool,
    /// Nothing more will come.
    pub(super) ended: bool,
}

impl Tape {
    pub(super) fn new(budget_bytes: usize) -> Self {
        let inner = Inner { thin_beyond: budget_bytes, ..Inner::default() };
        let wake_bytes = WAKE_BYTES.min(budget_bytes / 2);
        Self { inner: Mutex::new(inner), filled: Condvar::new(), budget_bytes, wake_bytes }
    }

    /// Keeps a copy of an update, if it is about what there is to see or to read.
    pub(crate) fn record(&self, update: &SessionUpdate) {
        if matches!(update, SessionUpdate::Status(_) | SessionUpdate::Snapshot(_) | SessionUpdate::Timeline(_)) {
            return;
        }
        let mut inner = self.lock();
        if inner.is_over() {
            return;
        }
        let copy = inner.copy(update);
        inner.updates += 1;
        inner.push(Item::Update(copy));
        if inner.bytes > inner.thin_beyond {
            inner.thin();
            inner.thin_beyond = self.budget_bytes.max(inner.bytes + self.budget_bytes / 4);
            inner.overflown = inner.bytes > HARD_LIMIT.saturating_mul(self.budget_bytes);
        }
        let wake = inner.waiting && inner.bytes >= self.wake_bytes;
        inner.waiting &= !wake;
        drop(inner);
        if wake {
            self.filled.notify_one();
        }
    }

    pub(crate) fn mark(&self, kind: MarkKind, label: String) {
        let mut inner = self.lock();
        if !inner.is_over() {
            inner.push(Item::Mark(kind, label));
        }
    }

    /// Says that what came until now belongs to a simulated time.
    pub(crate) fn moment(&self, time_ms: f64) {
        let mut inner = self.lock();
        if inner.is_over() {
            return;
        }
        match inner.items.back_mut() {
            // With nothing in between only the later one counts.
            Some(Item::Moment(last)) if *last <= time_ms => *last = time_ms,
            _ => inner.push(Item::Moment(time_ms)),
        }
    }

    /// The same for a session that tells no time: it goes by the clock on the wall.
    pub(crate) fn moment_by_the_wall(&self) {
        let begin = *self.lock().wall.get_or_insert_with(Instant::now);
        self.moment(begin.elapsed().as_secs_f64() * 1e3);
    }

    /// Everything that waits, as soon as it is worth waking up for, or at the timeout.
    pub(super) fn take(&self, timeout: Duration) -> Taken {
        let deadline = Instant::now() + timeout;
        let mut inner = self.lock();
        while inner.bytes < self.wake_bytes && !inner.is_over() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            inner.waiting = true;
            inner = self.filled.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        (inner.bytes, inner.waiting) = (0, false);
        inner.thin_beyond = self.budget_bytes;
        Taken {
            items: std::mem::take(&mut inner.items),
            dropped_frames: inner.dropped_frames,
            overflown: inner.overflown,
            ended: inner.is_over(),
        }
    }

    /// Gives memory of values back.
    pub(super) fn recycle(&self, buffer: Vec<f32>) {
        self.lock().recycle(buffer);
    }

    /// Says that nothing more will come.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    /// How many updates came, and how many frames of them were dropped.
    pub(super) fn counts(&self) -> (u64, u64) {
        let inner = self.lock();
        (inner.updates, inner.dropped_frames)
    }

    /// A panic while the lock was held leaves a queue that is still a queue.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn is_over(&self) -> bool {
        self.closed || self.overflown
    }

    fn push(&mut self, item: Item) {
        self.bytes += weight(&item);
        self.items.push_back(item);
    }

    /// A copy of an update, in memory that is used again where it is large.
    fn copy(&mut self, update: &SessionUpdate) -> SessionUpdate {
        let SessionUpdate::FieldReplace { field, values, coords } = update else { return update.clone() };
        let length = values.len();
        // The last that came back is the likeliest to be in a cache.
        let fitting = self.spare.iter().rposition(|buffer| buffer.capacity() >= length);
        let mut buffer = fitting.map_or_else(|| Vec::with_capacity(length), |at| self.spare.remove(at));
        self.spare_bytes -= fitting.map_or(0, |_| bytes_of(&buffer));
        match values.as_slice() {
            Some(slice) => buffer.extend_from_slice(slice),
            None => buffer.extend(values),
        }
        // There are as many as there were.
        match ArrayD::from_shape_vec(values.raw_dim(), buffer) {
            Ok(values) => SessionUpdate::FieldReplace { field: field.clone(), values, coords: coords.clone() },
            Err(_) => update.clone(),
        }
    }

    fn recycle(&mut self, mut buffer: Vec<f32>) {
        if self.spare_bytes + bytes_of(&buffer) <= SPARE_BYTES {
            buffer.clear();
            self.spare_bytes += bytes_of(&buffer);
            self.spare.push(buffer);
        }
    }

    /// Drops every second frame that a newer one of its field supersedes.
    fn thin(&mut self) {
        /// What is known of a field, from the newest item back.
        struct Later {
            /// Where the frame is that supersedes what comes before.
            at: usize,
            keep_next: bool,
        }
        let mut later: HashMap<FieldId, Later> = HashMap::new();
        let mut dropped: Vec<(usize, usize)> = Vec::new();
        for (at, item) in self.items.iter().enumerate().rev() {
            match item {
                Item::Update(SessionUpdate::FieldReplace { field, .. }) => match later.get_mut(field) {
                    Some(later) if !later.keep_next => {
                        dropped.push((at, later.at));
                        later.keep_next = true;
                    }
                    _ => drop(later.insert(field.clone(), Later { at, keep_next: false })),
                },
                Item::Update(SessionUpdate::FieldAppend { field, .. }) => drop(later.remove(field)),
                Item::Update(SessionUpdate::SceneReady(_)) => later.clear(),
                Item::Update(SessionUpdate::ScenePatch(changes)) => {
                    for field in changes.iter().filter_map(touched) {
                        later.remove(field);
                    }
                }
                _ => {}
            }
        }
        for (at, by) in dropped {
            self.drop_frame(at, by);
        }
        let is_left = |item: &Item| !matches!(item, Item::Mark(MarkKind::Event, label) if label.is_empty());
        self.items.retain(is_left);
        self.bytes = self.items.iter().map(weight).sum();
    }

    /// Takes a frame out and leaves an empty place, so that no index moves. Coords that only it has go
    /// to the one that supersedes it.
    fn drop_frame(&mut self, at: usize, by: usize) {
        let Some(place) = self.items.get_mut(at) else { return };
        let taken = std::mem::replace(place, Item::Mark(MarkKind::Event, String::new()));
        let Item::Update(SessionUpdate::FieldReplace { values, coords: older, .. }) = taken else { return };
        self.recycle(values.into_raw_vec_and_offset().0);
        self.dropped_frames += 1;
        if let Some(Item::Update(SessionUpdate::FieldReplace { coords, .. })) = self.items.get_mut(by) {
            let missing = |(dim, _): &(String, Coord)| !coords.iter().any(|(known, _)| known == dim);
            let missing: Vec<_> = older.into_iter().filter(missing).collect();
            coords.extend(missing);
        }
    }
}

/// The field that a change sets or removes.
fn touched(change: &SceneChange) -> Option<&FieldId> {
    match change {
        SceneChange::SetField(field) => Some(field.id()),
        SceneChange::RemoveField(field) => Some(field),
        _ => None,
    }
}

fn bytes_of(buffer: &Vec<f32>) -> usize {
    buffer.capacity() * size_of::<f32>()
}

fn weight(item: &Item) -> usize {
    let values = match item {
        Item::Update(SessionUpdate::FieldReplace { values, .. }) => 4 * values.len(),
        Item::Update(SessionUpdate::FieldAppend { values, coord, .. }) => 4 * values.len() + 8 * coord.len(),
        Item::Update(SessionUpdate::SceneReady(scene)) => {
            scene.fields.values().map(|field| 4 * field.values().len()).sum()
        }
        _ => 0,
    };
    OVERHEAD + values
}

#[cfg(test)]
mod tests {
    use ndarray::arr1;

    use super::*;

    fn frame(value: f32) -> SessionUpdate {
        let coords = vec![("x".to_owned(), Coord::from(vec![f64::from(value); 1000]))];
        let coords = if value == 1.0 { coords } else { Vec::new() };
        SessionUpdate::FieldReplace {
            field: "v".into(),
            values: ndarray::Array1::from_elem(1000, value).into_dyn(),
            coords,
        }
    }

    fn append(value: f32) -> SessionUpdate {
        SessionUpdate::FieldAppend {
            field: "h".into(),
            dim: "time".into(),
            values: arr1(&[value]).into_dyn(),
            coord: vec![f64::from(value)],
            max_length: None,
        }
    }

    #[test]
    fn a_slow_disk_costs_frames_and_nothing_else() {
        let tape = Tape::new(100_000);
        for step in 0..400 {
            tape.record(&frame(step as f32));
            tape.record(&append(step as f32));
            tape.moment(f64::from(step));
        }
        assert!(tape.lock().bytes <= HARD_LIMIT * 100_000);
        let taken = tape.take(Duration::ZERO);
        assert!(!taken.overflown);
        let updates = |want: fn(&SessionUpdate) -> bool| {
            taken.items.iter().filter(|item| matches!(item, Item::Update(update) if want(update))).count()
        };
        let frames = updates(|update| matches!(update, SessionUpdate::FieldReplace { .. }));
        assert_eq!(updates(|update| matches!(update, SessionUpdate::FieldAppend { .. })), 400);
        assert_eq!(frames as u64 + taken.dropped_frames, 400);
        assert!(taken.dropped_frames > 300, "{}", taken.dropped_frames);
        let newest = taken.items.iter().rev().find_map(|item| match item {
            Item::Update(SessionUpdate::FieldReplace { values, .. }) => Some(values[0]),
            _ => None,
        });
        assert_eq!(newest, Some(399.0), "the newest frame stays");
        let has_coords = taken
            .items
            .iter()
            .any(|item| matches!(item, Item::Update(SessionUpdate::FieldReplace { coords, .. }) if !coords.is_empty()));
        assert!(has_coords, "coords of a dropped frame stay");
    }

    #[test]
    fn what_cannot_be_thinned_ends_the_recording_before_it_fills_the_memory() {
        let tape = Tape::new(100_000);
        for step in 0..10_000 {
            tape.record(&append(step as f32));
        }
        let taken = tape.take(Duration::ZERO);
        assert!(taken.overflown && taken.ended);
        assert!(taken.items.len() * OVERHEAD < 600_000, "{}", taken.items.len());
    }
}
