//! What changed from one picture to the next.

use std::collections::HashMap;

use crate::{Coord, FieldId, Scene, SceneChange, SessionUpdate, State, runner::Appends};

/// What an update weighs beside its values: names, and the memory that holds it.
const OVERHEAD: usize = 200;

/// The updates of one picture.
#[derive(Debug)]
pub(super) struct Moment {
    pub(super) time_ms: f64,
    updates: Vec<SessionUpdate>,
    /// The shared state, if it is another than before: users change it without an update.
    state: Option<State>,
    pub(super) bytes: usize,
    /// Bytes of whole fields among them.
    pub(super) frame_bytes: usize,
}

impl Moment {
    pub(super) fn new(time_ms: f64, updates: Vec<SessionUpdate>, state: Option<State>) -> Self {
        let frame = |update: &&SessionUpdate| matches!(update, SessionUpdate::FieldReplace { .. });
        let frame_bytes = updates.iter().filter(frame).map(weight).sum();
        let state_bytes = state.as_ref().map_or(0, |state| state.len() * OVERHEAD);
        let bytes = updates.iter().map(weight).sum::<usize>() + state_bytes + OVERHEAD;
        Self { time_ms, updates, state, bytes, frame_bytes }
    }

    /// This moment and the next as one, at the time of the next. What that shows is the same; frames
    /// that it supersedes are gone.
    pub(super) fn merge(self, mut next: Self) -> Self {
        let mut superseded = Superseded::default();
        for update in next.updates.iter().rev() {
            superseded.covers(update);
        }
        let mut updates = self.updates;
        let mut kept: Vec<SessionUpdate> = Vec::with_capacity(updates.len() + next.updates.len());
        while let Some(update) = updates.pop() {
            if !superseded.covers(&update) {
                kept.push(update);
            }
        }
        kept.reverse();
        next.updates.drain(..).for_each(|update| join(&mut kept, update));
        Self::new(next.time_ms, kept, next.state.or(self.state))
    }

    /// Makes a scene what it was at this moment, from what it was at the one before.
    pub(super) fn apply(self, scene: &mut Scene) {
        for update in self.updates {
            apply(scene, update);
        }
        if let Some(state) = self.state {
            scene.state = state;
        }
    }
}

/// Adds an update to those before it; an append becomes one with the last to its field.
fn join(updates: &mut Vec<SessionUpdate>, update: SessionUpdate) {
    let place = updates.iter().rposition(|older| depends(older, &update));
    let Some(place) = place else { return updates.push(update) };
    let older = std::mem::replace(&mut updates[place], SessionUpdate::StatePatch(State::new()));
    let (older, apart) = match Appends::new(older) {
        Ok(mut older) => {
            let apart = older.absorb(update).err();
            (older.join(), apart)
        }
        Err(older) => (*older, Some(Box::new(update))),
    };
    updates[place] = older;
    updates.extend(apart.map(|apart| *apart));
}

/// Whether an append must not go before another update.
fn depends(older: &SessionUpdate, append: &SessionUpdate) -> bool {
    let SessionUpdate::FieldAppend { field, .. } = append else { return false };
    match older {
        SessionUpdate::FieldAppend { field: older, .. } | SessionUpdate::FieldReplace { field: older, .. } => {
            older == field
        }
        SessionUpdate::SceneReady(_) | SessionUpdate::ScenePatch(_) => true,
        _ => false,
    }
}

/// An update that did not fit was none when it was shown either.
fn apply(scene: &mut Scene, update: SessionUpdate) {
    let _ = scene.apply(update);
}

/// A scene after some moments, from what it was before them. Frames that later ones supersede are not
/// even copied.
pub(super) fn play(base: &Scene, moments: &[&Moment]) -> Scene {
    let mut superseded = Superseded::default();
    let updates: Vec<&SessionUpdate> = moments.iter().flat_map(|moment| &moment.updates).collect();
    let needed: Vec<bool> = updates.iter().rev().map(|update| !superseded.covers(update)).collect();
    let mut scene = base.clone();
    for (update, _) in updates.iter().zip(needed.iter().rev()).filter(|(_, needed)| **needed) {
        apply(&mut scene, (*update).clone());
    }
    if let Some(state) = moments.iter().rev().find_map(|moment| moment.state.as_ref()) {
        scene.state.clone_from(state);
    }
    scene
}

/// What of a frame decides whether a field takes it. If one is taken, the next of the same form is too.
#[derive(Clone, PartialEq)]
struct Form {
    shape: Vec<usize>,
    /// The dims whose numbers come with it, and how many they are.
    numbers: Vec<(String, usize)>,
    /// Whether that is all: labels can be wrong in themselves.
    known: bool,
}

impl Form {
    fn of(shape: &[usize], coords: &[(String, Coord)]) -> Self {
        let numbers = coords.iter().filter_map(|(dim, coord)| Some((dim.clone(), coord.numbers()?.len())));
        let numbers: Vec<_> = numbers.collect();
        Self { shape: shape.to_vec(), known: numbers.len() == coords.len(), numbers }
    }
}

/// Finds frames that later ones supersede, in updates that are gone through from the last to the first.
#[derive(Default)]
struct Superseded {
    /// Fields that are replaced as a whole later, with nothing between that depends on their values.
    replaced: HashMap<FieldId, Form>,
    /// Nothing of what was before the last whole scene is left.
    everything: bool,
}

impl Superseded {
    /// Whether an update can be left out, seen from those after it. Takes notice of it.
    fn covers(&mut self, update: &SessionUpdate) -> bool {
        if self.everything {
            return true;
        }
        match update {
            SessionUpdate::FieldReplace { field, values, coords } => {
                let form = Form::of(values.shape(), coords);
                let later = self.replaced.insert(field.clone(), form.clone());
                later.is_some_and(|later| form.known && later == form)
            }
            // What is appended grows the field that a later frame has to fit.
            SessionUpdate::FieldAppend { field, .. } => {
                self.replaced.remove(field);
                false
            }
            SessionUpdate::ScenePatch(_) => {
                self.replaced.clear();
                false
            }
            SessionUpdate::SceneReady(scene) => {
                // One that contradicts itself was refused.
                self.everything = scene.check().is_ok();
                false
            }
            _ => false,
        }
    }
}

/// Bytes of an update, more or less.
fn weight(update: &SessionUpdate) -> usize {
    OVERHEAD
        + match update {
            SessionUpdate::FieldReplace { values, coords, .. } => {
                value_bytes(values.len()) + coords.iter().map(|(_, coord)| coord_bytes(coord)).sum::<usize>()
            }
            SessionUpdate::FieldAppend { values, coord, .. } => value_bytes(values.len()) + 8 * coord.len(),
            SessionUpdate::SceneReady(scene) => scene_bytes(scene),
            SessionUpdate::ScenePatch(changes) => changes.iter().map(change_bytes).sum(),
            SessionUpdate::StatePatch(patch) => patch.len() * OVERHEAD,
            _ => 0,
        }
}

/// Bytes of so many values.
fn value_bytes(count: usize) -> usize {
    count * size_of::<f32>()
}

fn coord_bytes(coord: &Coord) -> usize {
    // Labels are shared.
    coord.numbers().map_or(0, |numbers| 8 * numbers.len())
}

fn field_bytes(field: &crate::Field) -> usize {
    OVERHEAD + value_bytes(field.values().len()) + field.coords().map(|(_, coord)| coord_bytes(coord)).sum::<usize>()
}

/// Bytes of a scene; its geometries are shared.
fn scene_bytes(scene: &Scene) -> usize {
    let things = scene.geometries.len() + scene.views.len() + scene.controls.len() + scene.actions.len();
    things * OVERHEAD + scene.fields.values().map(field_bytes).sum::<usize>()
}

fn change_bytes(change: &SceneChange) -> usize {
    match change {
        SceneChange::SetField(field) => field_bytes(field),
        _ => OVERHEAD,
    }
}
