//! The updates that the frontend has not taken yet, coalesced.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{appends::Appends, patches};
use crate::{FieldId, PanelPatch, Phase, SceneChange, SessionUpdate, State};

/// How many superseded value buffers are kept for reuse.
const SPARE_BUFFERS: usize = 4;

/// How much later than the time told last something is that was emitted after that, in ms: so little that no step is as short, and
/// so much that it is not lost in the time of any run.
const JUST_AFTER_MS: f64 = 1e-9;

/// How many errors wait at most; a session that reports one each step must not fill the memory.
const MAX_ERRORS: usize = 64;

/// A queue between session and frontend whose length is bounded by what there is to see.
///
/// A newer replacement supersedes whatever waits for that field, appends to one field merge and
/// are trimmed to their maximum length, newer state, notices, timelines and status supersede older ones, and
/// a new scene supersedes what changed the one before. Structural updates keep their order, and those
/// that set what a waiting one sets already take its place; only what adds and removes by turns is
/// kept in full. A mutex, held for a push or a move, rather than a channel: so the frontend always gets the newest, not
/// what was newest when a slot became free.
#[derive(Debug, Default)]
pub struct Outbox {
    inner: Mutex<Inner>,
    filled: Condvar,
    #[cfg(feature = "recording")]
    recording: Recording,
}

/// What waits: updates as they came, and appends that are joined when they are taken.
#[derive(Clone, Debug)]
enum Waiting {
    Update(SessionUpdate),
    Appends(Appends),
}

#[derive(Debug, Default)]
struct Inner {
    waiting: VecDeque<Waiting>,
    spare: Vec<Vec<f32>>,
    counters: Counters,
    /// The simulated time that the session told last, in ms.
    told_ms: Option<f64>,
    /// Whether a part of the scene was emitted since then.
    emitted_since: bool,
    /// Whether something was taken that is later than that.
    taken_since: bool,
    /// How many threads wait for an update.
    waiters: usize,
    closed: bool,
}

/// What has become of the updates of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Counters {
    /// How many were emitted.
    pub emitted: u64,
    /// How many of them took the place of one that waited, or were joined with it.
    pub merged: u64,
    /// How many positions of appended series were cut off before anyone saw them.
    pub trimmed: u64,
    /// How many wait now.
    pub waiting: usize,
    /// How many waited at most.
    pub most_waiting: usize,
}

impl Outbox {
    pub(crate) fn push(&self, update: SessionUpdate) {
        let mut inner = self.lock();
        #[cfg(feature = "recording")]
        self.recording.record(&update);
        inner.push(update);
        let awaited = inner.waiters > 0;
        drop(inner);
        // A call of the system, which costs as much as a step of a small model.
        if awaited {
            self.filled.notify_one();
        }
    }

    /// Everything that waits, oldest first.
    pub(crate) fn drain(&self) -> VecDeque<SessionUpdate> {
        self.drain_moment().0
    }

    /// The same, and the simulated time in ms that the scene then is at, if the session tells it. What is taken
    /// out of the middle of a batch is of a time just after the one that was told last.
    pub(crate) fn drain_moment(&self) -> (VecDeque<SessionUpdate>, Option<f64>) {
        let mut inner = self.lock();
        let waiting = inner.take();
        inner.taken_since |= inner.emitted_since;
        let after_ms = if inner.taken_since { JUST_AFTER_MS } else { 0.0 };
        let time_ms = inner.told_ms.map(|told_ms| told_ms + after_ms);
        drop(inner);
        (join(waiting), time_ms)
    }

    /// Says at which simulated time the session is, with what it has emitted until now; `None` if it tells no time.
    pub(crate) fn tell_moment(&self, time_ms: Option<f64>) {
        let mut inner = self.lock();
        // What is told again does not turn time back.
        inner.taken_since &= inner.told_ms == time_ms;
        (inner.told_ms, inner.emitted_since) = (time_ms, false);
    }

    /// Everything that waits, as soon as there is anything; nothing at the timeout or the end.
    pub(crate) fn drain_timeout(&self, timeout: Duration) -> VecDeque<SessionUpdate> {
        let deadline = Instant::now() + timeout;
        let mut inner = self.lock();
        while inner.waiting.is_empty() && !inner.closed {
            let Some(left) = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) else {
                break;
            };
            inner.waiters += 1;
            let waited = self.filled.wait_timeout(inner, left);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
            inner.waiters -= 1;
        }
        let waiting = inner.take();
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

    pub(crate) fn counters(&self) -> Counters {
        let inner = self.lock();
        Counters { waiting: inner.waiting.len(), ..inner.counters }
    }

    pub(crate) fn recycle(&self, buffer: Vec<f32>) {
        self.lock().recycle(buffer);
    }

    pub(crate) fn take_buffer(&self, length: usize) -> Vec<f32> {
        let mut inner = self.lock();
        let fitting = inner.spare.iter().position(|buffer| buffer.capacity() >= length);
        let spare = fitting.map(|at| inner.spare.swap_remove(at));
        drop(inner);
        spare.unwrap_or_else(|| Vec::with_capacity(length))
    }

    /// A panic while the lock was held leaves a queue that is still a queue.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The updates of what waited. Not under the lock: joining copies.
fn join(waiting: Vec<Waiting>) -> VecDeque<SessionUpdate> {
    let update = |waiting| match waiting {
        Waiting::Update(update) => update,
        Waiting::Appends(appends) => appends.join(),
    };
    waiting.into_iter().map(update).collect()
}

impl Inner {
    fn push(&mut self, update: SessionUpdate) {
        let before = self.waiting.len();
        self.emitted_since |= is_part_of_scene(&update);
        self.coalesce(update);
        let waiting = self.waiting.len();
        let counters = &mut self.counters;
        counters.emitted += 1;
        counters.merged += (before + 1 - waiting) as u64;
        counters.most_waiting = counters.most_waiting.max(waiting);
    }

    /// Everything that waits. The queue keeps its room, so that the session need not make it anew.
    fn take(&mut self) -> Vec<Waiting> {
        self.waiting.drain(..).collect()
    }

    fn coalesce(&mut self, update: SessionUpdate) {
        match update {
            SessionUpdate::SceneReady(_) => self.retain_updates(|waiting| !is_part_of_scene(waiting)),
            SessionUpdate::FieldReplace { field, values, mut coords } => {
                self.supersede_field(&field, &mut coords);
                return self.wait(SessionUpdate::FieldReplace { field, values, coords });
            }
            SessionUpdate::FieldAppend { .. } => return self.append(update),
            SessionUpdate::ScenePatch(changes) => return self.patch(changes),
            SessionUpdate::StatePatch(patch) => return self.patch_state(patch),
            SessionUpdate::PanelPatch(patch) => return self.patch_panel(patch),
            SessionUpdate::LayoutReplace(_) => self.retain(|waiting| !is_about_layout(waiting)),
            SessionUpdate::Status(status) => self.supersede_status(status.phase),
            SessionUpdate::Notice(_) => self.retain(|waiting| !matches!(waiting, SessionUpdate::Notice(_))),
            SessionUpdate::Timeline(_) => self.retain(|waiting| !matches!(waiting, SessionUpdate::Timeline(_))),
            SessionUpdate::Error(_) => self.forget_surplus_error(),
            SessionUpdate::Snapshot(_) => {}
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

    /// Adds new values of the state to those that wait. What a control takes depends on the patches
    /// that set it, so not across those.
    fn patch_state(&mut self, patch: State) {
        for waiting in self.waiting.iter_mut().rev() {
            match waiting {
                Waiting::Update(SessionUpdate::StatePatch(older)) => {
                    older.extend(patch);
                    return;
                }
                Waiting::Update(SessionUpdate::SceneReady(_)) => break,
                Waiting::Update(SessionUpdate::ScenePatch(changes)) if patches::touch_controls(changes) => break,
                _ => {}
            }
        }
        self.wait(SessionUpdate::StatePatch(patch));
    }

    /// Adds changes of structure to a patch that waits, if their order is nothing that can be seen.
    fn patch(&mut self, changes: Vec<SceneChange>) {
        let target = patches::only_set(&changes).then(|| self.patch_to_join()).flatten();
        let Some(target) = target else { return self.wait(SessionUpdate::ScenePatch(changes)) };
        for field in patches::fields(&changes) {
            self.forget_field(field, target);
        }
        if let Waiting::Update(SessionUpdate::ScenePatch(older)) = &mut self.waiting[target] {
            patches::merge(older, changes);
        }
    }

    /// The last structural update, if it is a patch that a newer one can be joined with.
    fn patch_to_join(&self) -> Option<usize> {
        let is_structural = |waiting: &Waiting| matches!(waiting, Waiting::Update(update) if is_structural(update));
        let last = self.waiting.iter().rposition(is_structural)?;
        match &self.waiting[last] {
            Waiting::Update(SessionUpdate::ScenePatch(older)) if patches::only_set(older) => Some(last),
            _ => None,
        }
    }

    /// Takes out what waits for a field after a place of the queue.
    fn forget_field(&mut self, field: &FieldId, after: usize) {
        let mut at = self.waiting.len();
        while at > after + 1 {
            at -= 1;
            let is_of_field = match &self.waiting[at] {
                Waiting::Appends(appends) => appends.is_to(field),
                Waiting::Update(
                    SessionUpdate::FieldReplace { field: older, .. } | SessionUpdate::FieldAppend { field: older, .. },
                ) => older == field,
                Waiting::Update(_) => false,
            };
            if is_of_field {
                self.waiting.remove(at);
            }
        }
    }

    /// Joins a panel's patch with the last thing that waits about the layout, if that is one of the
    /// same panel. In the place of the newer: what it shows can have come between.
    fn patch_panel(&mut self, newer: PanelPatch) {
        let decides = |waiting: &Waiting| match waiting {
            Waiting::Update(SessionUpdate::ScenePatch(changes)) => !patches::only_set(changes),
            Waiting::Update(update) => is_about_layout(update) || is_structural(update),
            Waiting::Appends(_) => false,
        };
        let mut patch = newer;
        if let Some(last) = self.waiting.iter().rposition(decides)
            && let Waiting::Update(SessionUpdate::PanelPatch(older)) = &self.waiting[last]
            && older.panel == patch.panel
        {
            patch = patches::merge_panel(older.clone(), patch);
            self.waiting.remove(last);
        }
        self.wait(SessionUpdate::PanelPatch(patch));
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
                Waiting::Update(update) if is_barrier(update, field) => break,
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
        let joined = match self.appends_to_join(&update) {
            Some(older) => older.absorb(update),
            None => Err(Box::new(update)),
        };
        match joined {
            Ok(trimmed) => self.counters.trimmed += trimmed,
            Err(update) => match Appends::new(*update) {
                Ok(appends) => self.waiting.push_back(Waiting::Appends(appends)),
                // It fits no field, which the viewer will find.
                Err(update) => self.wait(*update),
            },
        }
    }

    /// The appends that are the last thing that waits for the field of an append.
    fn appends_to_join(&mut self, update: &SessionUpdate) -> Option<&mut Appends> {
        let SessionUpdate::FieldAppend { field, .. } = update else { return None };
        let last = self.waiting.iter_mut().rev().find(|waiting| match waiting {
            Waiting::Appends(older) => older.is_to(field),
            Waiting::Update(other) => ends_appends(other, field),
        });
        match last {
            Some(Waiting::Appends(older)) => Some(older),
            _ => None,
        }
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

/// Whether appends to a field that come after an update may not join those before it.
fn ends_appends(update: &SessionUpdate, field: &FieldId) -> bool {
    match update {
        SessionUpdate::FieldReplace { field: other, .. } | SessionUpdate::FieldAppend { field: other, .. } => {
            other == field
        }
        other => is_barrier(other, field),
    }
}

/// Whether an update is about what a whole new scene replaces.
fn is_part_of_scene(update: &SessionUpdate) -> bool {
    use SessionUpdate::{Error, Notice, Snapshot, Status, Timeline};
    !matches!(update, Status(_) | Notice(_) | Error(_) | Snapshot(_) | Timeline(_))
}

/// Whether an update can add, replace or remove more than values.
fn is_structural(update: &SessionUpdate) -> bool {
    matches!(update, SessionUpdate::SceneReady(_) | SessionUpdate::ScenePatch(_))
}

/// Whether values of a field may not be moved or merged across an update. A patch that changes the
/// geometry under a field so that it matters has to bring the field along.
fn is_barrier(update: &SessionUpdate, field: &FieldId) -> bool {
    match update {
        SessionUpdate::SceneReady(_) => true,
        SessionUpdate::ScenePatch(changes) => patches::touch_field(changes, field),
        _ => false,
    }
}

fn is_about_layout(update: &SessionUpdate) -> bool {
    matches!(update, SessionUpdate::PanelPatch(_) | SessionUpdate::LayoutReplace(_))
}

#[cfg(feature = "recording")]
mod recording;
mod small;
#[cfg(test)]
mod tests;

#[cfg(feature = "recording")]
use self::recording::Recording;
