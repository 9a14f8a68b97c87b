//! The updates that the frontend has not taken yet, coalesced.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::appends::Appends;
use crate::{FieldId, Phase, SessionUpdate};

/// How many superseded value buffers are kept for reuse.
const SPARE_BUFFERS: usize = 4;

/// How many errors wait at most; a session that reports one each step must not fill the memory.
const MAX_ERRORS: usize = 64;

/// A queue between session and frontend whose length is bounded by what there is to see.
///
/// A newer replacement supersedes whatever waits for that field, appends to one field merge and
/// are trimmed to their maximum length, newer state, notices and status supersede older ones, and
/// a new scene supersedes what changed the one before. Structural updates keep their order. A mutex,
/// held for a push or a swap, rather than a channel: so the frontend always gets the newest, not
/// what was newest when a slot became free.
#[derive(Debug, Default)]
pub struct Outbox {
    inner: Mutex<Inner>,
    filled: Condvar,
}

/// What waits: updates as they came, and appends that are joined when they are taken.
#[derive(Debug)]
enum Waiting {
    Update(SessionUpdate),
    Appends(Appends),
}

#[derive(Debug, Default)]
struct Inner {
    waiting: VecDeque<Waiting>,
    spare: Vec<Vec<f32>>,
    closed: bool,
}

impl Outbox {
    pub(crate) fn push(&self, update: SessionUpdate) {
        let mut inner = self.lock();
        inner.coalesce(update);
        drop(inner);
        self.filled.notify_one();
    }

    /// Everything that waits, oldest first.
    pub(crate) fn drain(&self) -> VecDeque<SessionUpdate> {
        let waiting = std::mem::take(&mut self.lock().waiting);
        join(waiting)
    }

    /// Everything that waits, as soon as there is anything; nothing at the timeout or the end.
    pub(crate) fn drain_timeout(&self, timeout: Duration) -> VecDeque<SessionUpdate> {
        let deadline = Instant::now() + timeout;
        let mut inner = self.lock();
        while inner.waiting.is_empty() && !inner.closed {
            let Some(left) = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) else {
                break;
            };
            let waited = self.filled.wait_timeout(inner, left);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let waiting = std::mem::take(&mut inner.waiting);
        drop(inner);
        join(waiting)
    }

    /// Says that nothing more will come.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(crate) fn recycle(&self, buffer: Vec<f32>) {
        self.lock().recycle(buffer);
    }

    pub(crate) fn take_buffer(&self, length: usize) -> Vec<f32> {
        let mut inner = self.lock();
        let fitting = inner.spare.iter().position(|buffer| buffer.capacity() >= length);
        fitting.map_or_else(|| Vec::with_capacity(length), |at| inner.spare.swap_remove(at))
    }

    /// A panic while the lock was held leaves a queue that is still a queue.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The updates of what waited. Not under the lock: joining copies.
fn join(waiting: VecDeque<Waiting>) -> VecDeque<SessionUpdate> {
    let update = |waiting| match waiting {
        Waiting::Update(update) => update,
        Waiting::Appends(appends) => appends.join(),
    };
    waiting.into_iter().map(update).collect()
}

impl Inner {
    fn coalesce(&mut self, update: SessionUpdate) {
        match update {
            SessionUpdate::SceneReady(_) => self.retain_updates(|waiting| !is_part_of_scene(waiting)),
            SessionUpdate::FieldReplace { field, values, mut coords } => {
                self.supersede_field(&field, &mut coords);
                return self.wait(SessionUpdate::FieldReplace { field, values, coords });
            }
            SessionUpdate::FieldAppend { .. } => return self.append(update),
            SessionUpdate::StatePatch(patch) => {
                if let Some(Waiting::Update(SessionUpdate::StatePatch(waiting))) = self.waiting.back_mut() {
                    waiting.extend(patch);
                    return;
                }
                return self.wait(SessionUpdate::StatePatch(patch));
            }
            SessionUpdate::Status(status) => self.supersede_status(status.phase),
            SessionUpdate::Notice(_) => self.retain(|waiting| !matches!(waiting, SessionUpdate::Notice(_))),
            SessionUpdate::Error(_) => self.forget_surplus_error(),
            SessionUpdate::ScenePatch(_) => {}
        }
        self.wait(update);
    }

    fn wait(&mut self, update: SessionUpdate) {
        self.waiting.push_back(Waiting::Update(update));
    }

    /// Keeps the appends, and the updates that are to be kept.
    fn retain(&mut self, keep: impl Fn(&SessionUpdate) -> bool) {
        self.waiting.retain(|waiting| match waiting {
            Waiting::Update(update) => keep(update),
            Waiting::Appends(_) => true,
        });
    }

    /// Keeps the updates that are to be kept, and no appends.
    fn retain_updates(&mut self, keep: impl Fn(&SessionUpdate) -> bool) {
        self.waiting.retain(|waiting| matches!(waiting, Waiting::Update(update) if keep(update)));
    }

    /// A new life supersedes the statuses and errors of the one before, and is seen to begin even
    /// if it ends at once; else the newest status is enough.
    fn supersede_status(&mut self, phase: Phase) {
        self.retain(|waiting| match waiting {
            SessionUpdate::Status(older) => phase != Phase::Starting && older.phase == Phase::Starting,
            SessionUpdate::Error(_) => phase != Phase::Starting,
            _ => true,
        });
    }

    /// Takes out what waits for a field since the last change of structure: its values are
    /// overwritten anyway. Coords that an older replacement brought and the newer keeps go with it.
    fn supersede_field(&mut self, field: &FieldId, coords: &mut Vec<(String, crate::Coord)>) {
        let mut at = self.waiting.len();
        while at > 0 {
            at -= 1;
            match &self.waiting[at] {
                // An append that changes a coord which the replacement keeps has to stay.
                Waiting::Appends(older) if older.is_to(field) => {
                    if !coords.iter().any(|(name, _)| name == older.dim()) {
                        break;
                    }
                }
                Waiting::Update(SessionUpdate::FieldReplace { field: older, .. }) if older == field => {}
                Waiting::Update(update) if is_barrier(update) => break,
                _ => continue,
            }
            if let Some(Waiting::Update(SessionUpdate::FieldReplace { values, coords: older, .. })) =
                self.waiting.remove(at)
            {
                self.recycle(values.into_raw_vec_and_offset().0);
                let have: HashSet<String> = coords.iter().map(|(dim, _)| dim.clone()).collect();
                coords.extend(older.into_iter().filter(|(dim, _)| !have.contains(dim)));
            }
        }
    }

    /// Adds an append to the last thing that waits for its field, if that is an append alike.
    fn append(&mut self, update: SessionUpdate) {
        let mut update = match Appends::new(update) {
            Ok(appends) => appends,
            // It fits no field, which the viewer will find.
            Err(update) => return self.wait(*update),
        };
        for waiting in self.waiting.iter_mut().rev() {
            match waiting {
                Waiting::Appends(older) if older.is_to(update.field()) => match older.absorb(update) {
                    Ok(()) => return,
                    Err(other) => {
                        update = other;
                        break;
                    }
                },
                Waiting::Update(SessionUpdate::FieldReplace { field, .. }) if field == update.field() => break,
                Waiting::Update(SessionUpdate::FieldAppend { field, .. }) if field == update.field() => break,
                Waiting::Update(other) if is_barrier(other) => break,
                _ => {}
            }
        }
        self.waiting.push_back(Waiting::Appends(update));
    }

    /// Makes room for one more error.
    fn forget_surplus_error(&mut self) {
        let is_error = |waiting: &Waiting| matches!(waiting, Waiting::Update(SessionUpdate::Error(_)));
        if self.waiting.iter().filter(|waiting| is_error(waiting)).count() < MAX_ERRORS {
            return;
        }
        if let Some(oldest) = self.waiting.iter().position(is_error) {
            self.waiting.remove(oldest);
        }
    }

    fn recycle(&mut self, mut buffer: Vec<f32>) {
        if self.spare.len() < SPARE_BUFFERS {
            buffer.clear();
            self.spare.push(buffer);
        }
    }
}

/// Whether an update is about what a whole new scene replaces.
fn is_part_of_scene(update: &SessionUpdate) -> bool {
    !matches!(update, SessionUpdate::Status(_) | SessionUpdate::Notice(_) | SessionUpdate::Error(_))
}

/// Whether nothing may be moved or merged across an update, as it can add or replace fields.
fn is_barrier(update: &SessionUpdate) -> bool {
    matches!(update, SessionUpdate::SceneReady(_) | SessionUpdate::ScenePatch(_))
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use ndarray::{Array2, ArrayD};
    use proptest::prelude::*;

    use super::*;
    use crate::{Coord, Field, LinePlotView, Scene, SceneChange, Value};

    fn scene() -> Scene {
        let history = |id: &str, labels: &[&str]| {
            let dims = [("segment", Coord::labels(labels)), ("time", Coord::from(vec![0.0]))];
            Field::new(id, Array2::zeros((labels.len(), 1)).into_dyn(), dims).unwrap()
        };
        Scene::new()
            .with_field(history("one", &["a"]))
            .with_field(history("two", &["a", "b"]))
            .with_field(Field::series("flat", "time", vec![0.0], vec![0.0]).unwrap())
    }

    /// A valid update of a scene that `samples` and labels are tracked for.
    #[derive(Clone, Debug)]
    enum Step {
        Replace { field: usize, samples: Option<usize> },
        Append { field: usize, count: usize, max: Option<usize> },
        State(usize),
        Patch(bool),
        Scene,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let field = 0usize..3;
        let step = prop_oneof![
            3 => (field.clone(), prop::option::of(0usize..4)).prop_map(|(field, samples)| Step::Replace { field, samples }),
            6 => (field, 0usize..4, prop::option::of(1usize..6))
                .prop_map(|(field, count, max)| Step::Append { field, count, max }),
            1 => (0usize..3).prop_map(Step::State),
            1 => any::<bool>().prop_map(Step::Patch),
            1 => Just(Step::Scene),
        ];
        prop::collection::vec(step, 0..40)
    }

    fn update(step: &Step, scene: &Scene, value: f32) -> SessionUpdate {
        let id = |field: &usize| ["one", "two", "flat"][*field];
        let shape = |field: &usize, samples: usize| {
            let mut shape = scene.fields[id(field)].shape().to_vec();
            *shape.last_mut().unwrap() = samples;
            shape
        };
        match step {
            Step::Replace { field, samples } => {
                let now = *scene.fields[id(field)].shape().last().unwrap();
                let times = samples.map(|count| Coord::from((0..count).map(|at| at as f64).collect::<Vec<_>>()));
                SessionUpdate::FieldReplace {
                    field: id(field).into(),
                    values: ArrayD::from_elem(shape(field, samples.unwrap_or(now)), value),
                    coords: times.map(|coord| ("time".to_owned(), coord)).into_iter().collect(),
                }
            }
            Step::Append { field, count, max } => SessionUpdate::FieldAppend {
                field: id(field).into(),
                dim: "time".to_owned(),
                values: ArrayD::from_elem(shape(field, *count), value),
                coord: vec![f64::from(value); *count],
                max_length: *max,
            },
            Step::State(key) => {
                SessionUpdate::StatePatch(IndexMap::from([(format!("key{key}"), Value::Float(value.into()))]))
            }
            Step::Patch(view) => SessionUpdate::ScenePatch(vec![if *view {
                SceneChange::SetView(LinePlotView::new("plot", "one", "time").with_title(value.to_string()).into())
            } else {
                SceneChange::SetField(scene.fields["two"].clone())
            }]),
            Step::Scene => {
                let mut fresh = self::scene();
                fresh.state.insert("fresh".to_owned(), Value::Float(value.into()));
                SessionUpdate::SceneReady(fresh.into())
            }
        }
    }

    proptest! {
        #[test]
        fn the_coalesced_stream_leaves_the_same_scene(steps in steps(), drain_at in 0usize..40) {
            let outbox = Outbox::default();
            let (mut all, mut coalesced) = (scene(), scene());
            for (at, step) in steps.iter().enumerate() {
                let update = update(step, &all, at as f32 + 1.0);
                all.apply(update.clone()).unwrap();
                outbox.push(update);
                if at == drain_at {
                    for update in outbox.drain() {
                        coalesced.apply(update).unwrap();
                    }
                }
            }
            for update in outbox.drain() {
                coalesced.apply(update).unwrap();
            }
            prop_assert_eq!(&coalesced, &all);
        }
    }

    #[test]
    fn a_new_life_is_seen_to_begin() {
        let outbox = Outbox::default();
        let status = |phase| SessionUpdate::Status(crate::SessionStatus { phase, ..Default::default() });
        let error = |cause: &str| {
            let failure = crate::Failure { doing: "testing".into(), causes: vec![cause.into()], fatal: true };
            SessionUpdate::Error(failure)
        };
        let lives = [
            (Phase::Running, Some("old")),
            (Phase::Starting, None),
            (Phase::Running, Some("new")),
            (Phase::Failed, None),
        ];
        for (phase, failure) in lives {
            outbox.push(status(phase));
            failure.map(error).into_iter().for_each(|update| outbox.push(update));
        }
        outbox.push(SessionUpdate::SceneReady(scene().into()));
        let waiting: Vec<_> = outbox.drain().into_iter().take(3).collect();
        assert_eq!(waiting, [status(Phase::Starting), error("new"), status(Phase::Failed)]);
    }

    #[test]
    fn a_slow_viewer_costs_no_memory() {
        let outbox = Outbox::default();
        for step in 0..10_000 {
            let mut values = outbox.take_buffer(1000);
            values.resize(1000, step as f32);
            let values = ndarray::Array1::from_vec(values).into_dyn();
            outbox.push(SessionUpdate::FieldReplace { field: "v".into(), values, coords: vec![] });
            outbox.push(SessionUpdate::FieldAppend {
                field: "history".into(),
                dim: "time".into(),
                values: ArrayD::from_elem(vec![2, 1], 0.0),
                coord: vec![f64::from(step)],
                max_length: Some(100),
            });
            outbox.push(SessionUpdate::Error(crate::Failure {
                doing: "testing".into(),
                causes: vec![step.to_string()],
                fatal: false,
            }));
        }
        let waiting = outbox.drain();
        assert_eq!(waiting.len(), 2 + MAX_ERRORS);
        assert!(waiting.iter().any(|update| matches!(
            update, SessionUpdate::FieldAppend { coord, .. } if coord.len() == 100 && coord[99] == 9999.0
        )));
    }
}
