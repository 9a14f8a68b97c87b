//! What a live run showed lately, to look at again while it goes on.

mod moment;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use self::moment::Moment;
use crate::{Mark, MarkKind, Scene, SessionUpdate, State, Timeline, run_clock::RunClock};

/// How many moments are kept at most: of tiny updates the budget would hold more than can be gone
/// through while a pointer moves.
const MAX_MOMENTS: usize = 100_000;

/// How many moments with whole fields in them stay at least, before the oldest moments go instead.
const MIN_FRAMES: usize = 64;

/// How many marks are kept at most.
const MAX_MARKS: usize = 10_000;

/// Keeps the updates of a live run on the frontend's side, within a budget of memory, and gives the scene
/// back as it was shown at an earlier moment, bit by bit.
///
/// A frontend [notes](Self::note) each update before it applies it, and says when a picture of them is
/// [shown](Self::shown). Values are copied once, into the buffer. When the budget is full, whole frames
/// of fields are thinned, but for the newest quarter, so that some moments are no longer told from those
/// before them; appended samples are not. If that is not enough, the oldest moments go.
///
/// Times are those of the run: simulated time, which goes on counting where a reset begins anew.
///
/// ```
/// use compneurovis_core::{Field, Scene, ScrubBuffer, SessionUpdate};
/// let mut buffer = ScrubBuffer::new(64 << 20);
/// let mut scene = Scene::new();
/// let first = Scene::new().with_field(Field::series("v", "x", vec![0.0], vec![0.0])?);
/// let frame = |value: f32| SessionUpdate::FieldReplace {
///     field: "v".into(),
///     values: ndarray::array![value].into_dyn(),
///     coords: vec![],
/// };
/// for (time_ms, update) in [(0.0, SessionUpdate::SceneReady(first.into())), (1.0, frame(1.0)), (2.0, frame(2.0))] {
///     buffer.note(&update);
///     scene.apply(update)?;
///     buffer.shown(time_ms, &scene);
/// }
/// let earlier = buffer.scene_at(1.5).unwrap_or_default();
/// assert_eq!(earlier.fields["v"].as_slice(), Some(&[1.0][..]));
/// assert_eq!(buffer.timeline().map(|timeline| timeline.end_ms), Some(2.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ScrubBuffer {
    budget_bytes: usize,
    /// What there was before the first moment.
    base: Scene,
    moments: VecDeque<Moment>,
    /// Updates that are noted and not shown yet.
    noted: Vec<SessionUpdate>,
    /// The state that was shown last, to see whether it changes.
    state: State,
    /// Bytes of all moments, and of whole fields in them.
    bytes: usize,
    frame_bytes: usize,
    clock: RunClock,
    marks: VecDeque<Mark>,
    /// How far moments that were thinned are apart at most.
    gap_ms: f64,
    thinned: u64,
}

impl ScrubBuffer {
    /// A buffer for a run from its beginning. A budget of 0 keeps nothing.
    pub fn new(budget_bytes: usize) -> Self {
        Self {
            budget_bytes,
            base: Scene::new(),
            moments: VecDeque::new(),
            noted: Vec::new(),
            state: State::new(),
            bytes: 0,
            frame_bytes: 0,
            clock: RunClock::default(),
            marks: VecDeque::new(),
            gap_ms: 0.0,
            thinned: 0,
        }
    }

    /// A buffer for a run that is shown already: `scene`, at `time_ms`.
    pub fn starting_at(budget_bytes: usize, time_ms: f64, scene: &Scene) -> Self {
        let mut buffer = Self::new(budget_bytes);
        if budget_bytes > 0 {
            (buffer.base, buffer.state) = (scene.clone(), scene.state.clone());
            buffer.shown(time_ms, scene);
        }
        buffer
    }

    /// Takes notice of an update that is about to be applied to the scene. What is no part of a scene is
    /// not kept; of a failure there is a mark.
    pub fn note(&mut self, update: &SessionUpdate) {
        match update {
            _ if self.budget_bytes == 0 => {}
            SessionUpdate::Error(failure) => self.mark(MarkKind::Failure, failure.to_string()),
            SessionUpdate::Status(_)
            | SessionUpdate::Notice(_)
            | SessionUpdate::Snapshot(_)
            | SessionUpdate::Timeline(_) => {}
            update => self.noted.push(update.clone()),
        }
    }

    /// Says that what was noted is shown now, at a simulated time, as `scene`: which is looked at for what
    /// the user has set and selected.
    pub fn shown(&mut self, simulated_ms: f64, scene: &Scene) {
        if self.budget_bytes == 0 {
            return;
        }
        let time = self.clock.at(simulated_ms);
        if time.went_back {
            self.mark(MarkKind::Reset, "reset");
        }
        let state = (self.state != scene.state).then(|| scene.state.clone());
        if let Some(state) = &state {
            self.state.clone_from(state);
        }
        let latest = self.moments.back().map(|moment| moment.time_ms);
        let nothing = self.noted.is_empty() && state.is_none();
        if nothing && latest == Some(time.time_ms) {
            return;
        }
        let newest = Moment::new(time.time_ms, std::mem::take(&mut self.noted), state);
        // Of one time there is one moment: what was shown of it last.
        let moment = match self.moments.pop_back_if(|older| older.time_ms == time.time_ms) {
            Some(older) => {
                self.count_out(&older);
                older.merge(newest)
            }
            None => newest,
        };
        self.count_in(&moment);
        self.moments.push_back(moment);
        self.keep_budget();
    }

    /// Puts a mark at the time that is shown.
    pub fn mark(&mut self, kind: MarkKind, label: impl Into<String>) {
        self.mark_run(self.clock.now_ms(), kind, label.into());
    }

    /// Puts a mark at a simulated time of the present life, in ms: between the pictures a spike has a time of its
    /// own. At the time that is shown if that one is later, or no time.
    pub fn mark_at(&mut self, simulated_ms: f64, kind: MarkKind, label: impl Into<String>) {
        self.mark_run(self.clock.near(simulated_ms), kind, label.into());
    }

    fn mark_run(&mut self, run_ms: f64, kind: MarkKind, label: String) {
        if self.marks.len() == MAX_MARKS {
            self.marks.pop_front();
        }
        self.marks.push_back(Mark::new(run_ms, kind, label));
    }

    /// The span of time that can be looked at, with the marks in it; `None` as long as nothing was shown.
    pub fn timeline(&self) -> Option<Timeline> {
        let (first, last) = (self.moments.front()?, self.moments.back()?);
        let within = |mark: &&Mark| mark.time_ms >= first.time_ms;
        let marks = self.marks.iter().filter(within).cloned();
        Some(Timeline::new(first.time_ms, last.time_ms).with_marks(marks))
    }

    /// The first and last time of the span, in ms.
    pub fn range(&self) -> Option<(f64, f64)> {
        Some((self.moments.front()?.time_ms, self.moments.back()?.time_ms))
    }

    /// The scene as it was shown at the last moment that is not after a time, or at the first; `None` as
    /// long as nothing was shown.
    pub fn scene_at(&self, time_ms: f64) -> Option<Scene> {
        let until = self.moments.partition_point(|moment| moment.time_ms <= time_ms).max(1);
        let moments: Vec<&Moment> = self.moments.iter().take(until).collect();
        if moments.is_empty() {
            return None;
        }
        Some(moment::play(&self.base, &moments))
    }

    /// Forgets everything but the scene that is shown, as when the user wants the memory back.
    pub fn clear(&mut self, scene: &Scene) {
        *self = Self { clock: self.clock, ..Self::new(self.budget_bytes) };
        if self.budget_bytes > 0 {
            (self.base, self.state) = (scene.clone(), scene.state.clone());
        }
    }

    /// How many bytes it may keep, beyond one scene.
    pub fn budget_bytes(&self) -> usize {
        self.budget_bytes
    }

    /// How many bytes it keeps, beyond one scene.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many moments can be told apart.
    pub fn moments(&self) -> usize {
        self.moments.len()
    }

    /// How many moments were given up within the span, to keep the budget.
    pub fn thinned(&self) -> u64 {
        self.thinned
    }

    fn count_in(&mut self, moment: &Moment) {
        self.bytes += moment.bytes;
        self.frame_bytes += moment.frame_bytes;
    }

    fn count_out(&mut self, moment: &Moment) {
        self.bytes -= moment.bytes;
        self.frame_bytes -= moment.frame_bytes;
    }

    fn keep_budget(&mut self) {
        while self.bytes > self.budget_bytes || self.moments.len() > MAX_MOMENTS {
            let frames_weigh = 2 * self.frame_bytes >= self.bytes && self.bytes > self.budget_bytes;
            let thinned = frames_weigh && self.thin();
            if !thinned && !self.forget_oldest() {
                return;
            }
        }
    }

    /// Joins moments that are not the newest, so that those left are further apart. `false` if there are too few,
    /// or nothing comes of it.
    fn thin(&mut self) -> bool {
        let frames = self.moments.iter().filter(|moment| moment.frame_bytes > 0).count();
        if frames < MIN_FRAMES {
            return false;
        }
        let (before, older) = (self.bytes, self.moments.len() / 4 * 3);
        let newer = self.moments.split_off(older);
        let span_ms = self.range().map_or(0.0, |(first_ms, last_ms)| last_ms - first_ms);
        self.gap_ms = self.gap_ms.max(2.0 * span_ms / older.max(1) as f64);
        // Wider and wider, until it is worth the trouble.
        while self.bytes > before / 8 * 7 && self.gap_ms <= 2.0 * span_ms {
            self.join_closer_than(self.gap_ms);
            if self.bytes > before / 8 * 7 {
                self.gap_ms *= 2.0;
            }
        }
        self.moments.extend(newer);
        self.bytes < before
    }

    /// Joins moments with the next as long as no two are further apart then. The first stays.
    fn join_closer_than(&mut self, gap_ms: f64) {
        let mut kept: VecDeque<Moment> = VecDeque::with_capacity(self.moments.len());
        for mut moment in std::mem::take(&mut self.moments) {
            let before_last = kept.len().checked_sub(2).and_then(|at| kept.get(at));
            let is_close = before_last.is_some_and(|before| moment.time_ms - before.time_ms <= gap_ms);
            if is_close && let Some(last) = kept.pop_back() {
                self.count_out(&last);
                self.count_out(&moment);
                moment = last.merge(moment);
                self.count_in(&moment);
                self.thinned += 1;
            }
            kept.push_back(moment);
        }
        self.moments = kept;
    }

    /// Makes the oldest moment part of what was before. `false` if there is only one.
    fn forget_oldest(&mut self) -> bool {
        if self.moments.len() < 2 {
            return false;
        }
        let Some(oldest) = self.moments.pop_front() else { return false };
        self.count_out(&oldest);
        oldest.apply(&mut self.base);
        true
    }
}
