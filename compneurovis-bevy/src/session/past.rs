//! What a running session showed lately, to look at again while it goes on.

use bevy::prelude::*;
use compneurovis_core::{
    MarkKind, RasterView, Scene, ScrubBuffer, SessionUpdate, Spike, SpikeFinder, State, Timeline,
    scene::{SELECTED_ENTITY, SELECTED_LABEL, SELECTED_SECTION, TRACED_ENTITIES},
};

/// The latest past of a session, within a budget of memory. Insert it beside a
/// [`LiveSession`](super::LiveSession) and its [`SessionScene`](super::SessionScene) can be that of an earlier
/// moment, while the session goes on behind it.
///
/// What is shown is moved and never copied: at "now" the scene of the session is the one that grows, and
/// while an earlier moment is shown the growing one waits in here. Controls and the selection are the user's
/// at any moment, and stay as they are.
///
/// A session that goes to any time by itself needs no past, and one that never advances has none: of those
/// nothing is kept.
#[derive(Component, Debug)]
pub struct Past {
    buffer: ScrubBuffer,
    /// The scene that grows, while another is shown.
    live: Option<Scene>,
    /// The moment that is shown, in ms of the run.
    moment_ms: Option<f64>,
    /// From which ms of the run on simulated time is how much less.
    offsets: Vec<(f64, f64)>,
    finder: SpikeFinder,
    /// What spiked since a picture was shown.
    spikes: Vec<Spike>,
    /// The control that was set last and when, so that a slider's way is one mark.
    last_set: Option<(String, f64)>,
}

/// A slider that moves on within this time, in ms of the run, leaves no further mark.
const SAME_SET_MS: f64 = 5.0;

/// More spikes of one picture are not told apart by anyone.
const MAX_SPIKES: usize = 32;

impl Past {
    /// A past of at most so many bytes. Of 0 bytes it keeps nothing.
    pub fn new(budget_bytes: usize) -> Self {
        Self {
            buffer: ScrubBuffer::new(budget_bytes),
            live: None,
            moment_ms: None,
            offsets: Vec::new(),
            finder: SpikeFinder::new(RasterView::THRESHOLD_MV as f32),
            spikes: Vec::new(),
            last_set: None,
        }
    }

    /// The span of the run that can be looked at, and the marks in it; `None` if there is nothing to go back to.
    ///
    /// Times are those of the run: simulated time, which goes on counting where a reset begins anew.
    pub fn timeline(&self) -> Option<Timeline> {
        self.buffer.timeline().filter(|timeline| timeline.duration_ms() > 0.0)
    }

    /// Whether there is anything to go back to.
    pub fn is_there(&self) -> bool {
        self.buffer.range().is_some_and(|(first, last)| last > first)
    }

    /// The moment that is shown, in ms of the run; `None` at "now".
    pub fn moment_ms(&self) -> Option<f64> {
        self.moment_ms
    }

    /// The moment that is shown, in simulated ms; `None` at "now".
    pub fn simulated_ms(&self) -> Option<f64> {
        self.moment_ms.map(|moment_ms| moment_ms - self.offset(moment_ms))
    }

    /// Bytes that are kept.
    pub fn bytes(&self) -> usize {
        self.buffer.bytes()
    }

    /// How many moments can be told apart.
    pub fn moments(&self) -> usize {
        self.buffer.moments()
    }

    /// The scene that grows, given the one that is shown.
    pub fn live<'a>(&'a self, shown: &'a Scene) -> &'a Scene {
        self.live.as_ref().unwrap_or(shown)
    }

    /// Shows a moment of the run instead of what is shown. `false` if there is none.
    pub(crate) fn show(&mut self, run_ms: f64, shown: &mut Scene) -> bool {
        let Some(range) = self.buffer.range() else { return false };
        let run_ms = run_ms.min(range.1).max(range.0);
        let Some(mut then) = self.buffer.scene_at(run_ms) else { return false };
        copy_user_state(shown, &mut then.state);
        let before = std::mem::replace(shown, then);
        self.live.get_or_insert(before);
        self.moment_ms = Some(run_ms);
        true
    }

    /// Shows what grows again. `false` if that is what is shown.
    pub(crate) fn show_now(&mut self, shown: &mut Scene) -> bool {
        self.moment_ms = None;
        let Some(mut live) = self.live.take() else { return false };
        copy_user_state(shown, &mut live.state);
        *shown = live;
        true
    }

    /// Keeps nothing any more, of a session that needs no past.
    pub(super) fn give_up(&mut self, shown: &mut Scene) {
        self.show_now(shown);
        *self = Self::new(0);
    }

    /// Takes note of an update before it is applied.
    pub(super) fn note(&mut self, update: &SessionUpdate, shown: &Scene) {
        self.buffer.note(update);
        let live = self.live.as_ref().unwrap_or(shown);
        self.spikes.extend(self.finder.look_at(update, live));
        self.spikes.truncate(MAX_SPIKES);
    }

    /// Takes note that what was noted is applied.
    pub(super) fn applied(&mut self, simulated_ms: f64, shown: &Scene) {
        let live = self.live.as_ref().unwrap_or(shown);
        self.buffer.shown(simulated_ms, live);
        let Some((_, run_ms)) = self.buffer.range() else { return };
        let offset = run_ms - simulated_ms;
        if self.offsets.last().is_none_or(|(_, known)| (known - offset).abs() > 1e-9) {
            self.offsets.push((run_ms, offset));
        }
        for spike in self.spikes.drain(..) {
            self.buffer.mark_at(spike.simulated_ms, MarkKind::Spike, spike.label);
        }
    }

    /// What of an update is the user's, and is shown whatever the moment is.
    pub(super) fn share_state(&self, patch: &State, shown: &mut Scene) {
        let keys = user_keys(shown);
        shown.state.extend(patch.iter().filter(|(key, _)| keys.contains(*key)).map(|(k, v)| (k.clone(), v.clone())));
    }

    /// Where the growing scene waits.
    pub(super) fn waiting(&mut self) -> Option<&mut Scene> {
        self.live.as_mut()
    }

    /// Marks what the user did.
    pub(crate) fn mark(&mut self, kind: MarkKind, label: String) {
        self.buffer.mark(kind, label);
    }

    /// Marks that a control was set; its way from value to value is one mark.
    pub(super) fn mark_set(&mut self, control: &str, value: &str) {
        let now_ms = self.buffer.range().map_or(0.0, |range| range.1);
        let same = self.last_set.as_ref().is_some_and(|(known, at)| known == control && now_ms - at < SAME_SET_MS);
        self.last_set = Some((control.to_owned(), now_ms));
        if !same {
            self.buffer.mark(MarkKind::Control, format!("{control} = {value}"));
        }
    }

    /// The ms of the run at a simulated time of the present life.
    pub(crate) fn run_ms(&self, simulated_ms: f64) -> f64 {
        simulated_ms + self.offsets.last().map_or(0.0, |(_, offset)| *offset)
    }

    fn offset(&self, run_ms: f64) -> f64 {
        let after = self.offsets.partition_point(|(from, _)| *from <= run_ms);
        self.offsets.get(after.saturating_sub(1)).map_or(0.0, |(_, offset)| *offset)
    }
}

/// The keys of the shared state that are the user's: those of controls and of the selection.
fn user_keys(scene: &Scene) -> Vec<String> {
    let selection = [SELECTED_ENTITY, SELECTED_LABEL, SELECTED_SECTION, TRACED_ENTITIES];
    let controls = scene.controls.values().map(|control| control.state_key().to_owned());
    controls.chain(selection.map(str::to_owned)).collect()
}

fn copy_user_state(from: &Scene, to: &mut State) {
    for key in user_keys(from) {
        match from.state.get(&key) {
            Some(value) => {
                to.insert(key, value.clone());
            }
            None => {
                to.shift_remove(&key);
            }
        }
    }
}
