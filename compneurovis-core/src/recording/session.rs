//! The session that plays a recording from its file.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{
    RecordingFile,
    cursor::{Cursor, Moment},
};
use crate::{
    Capabilities, Coord, Emitter, Field, FieldId, Scene, Session, SessionContext, SessionError, SessionUpdate, State,
};

/// Plays a [`RecordingFile`]: each advance shows the next moment at which anything changed. Pausing and pace
/// are the runner's.
#[derive(Debug)]
pub struct RecordedSession {
    file: Arc<RecordingFile>,
    cursor: Cursor,
    /// What is shown.
    scene: Scene,
    time_ms: f64,
    /// The moment after the one that is shown, read ahead to know where the end is.
    next: Option<Moment>,
    looping: bool,
}

impl RecordedSession {
    /// A session that plays a recording once; [`SetLoop`](crate::SessionCommand::SetLoop) makes it begin
    /// again.
    pub fn new(file: Arc<RecordingFile>) -> Self {
        let cursor = Cursor::new(file.clone(), (0, 0));
        Self { file, cursor, scene: Scene::new(), time_ms: 0.0, next: None, looping: false }
    }

    /// Reads what there is at a time and shows it.
    fn show(&mut self, time_ms: f64, emitter: &mut Emitter) -> Result<(), SessionError> {
        let time_ms = time_ms.clamp(self.file.start_ms(), self.file.end_ms().max(self.file.start_ms()));
        let scene = self.go_to(time_ms)?;
        for update in difference(&self.scene, &scene) {
            emitter.emit(update);
        }
        self.scene = scene;
        emitter.set_time(self.time_ms, 0);
        Ok(())
    }

    /// Puts the cursor behind a time, and gives the scene there.
    fn go_to(&mut self, time_ms: f64) -> Result<Scene, SessionError> {
        let (scene, place) = self.file.scene_and_place(time_ms)?;
        self.cursor = Cursor::new(self.file.clone(), place);
        self.time_ms = time_ms;
        self.next = self.cursor.next_moment()?;
        Ok(scene)
    }

    fn show_next(&mut self, moment: Moment, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.next = self.cursor.next_moment()?;
        self.time_ms = moment.time_ms;
        for update in moment.updates {
            // Kept here too: a jump emits what is different there.
            if let Ok(Some(buffer)) = self.scene.apply(update.clone()) {
                drop(buffer);
            }
            let controls = match &update {
                SessionUpdate::SceneReady(scene) => Some(scene.state.clone()),
                _ => None,
            };
            emitter.emit(update);
            // Viewers keep what controls are set to over a new scene; here the recording knows better.
            if let Some(state) = controls.filter(|state| !state.is_empty()) {
                emitter.emit(SessionUpdate::StatePatch(state));
            }
        }
        emitter.set_time(self.time_ms, 1);
        Ok(())
    }
}

impl Session for RecordedSession {
    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let start_ms = self.file.start_ms();
        self.scene = self.go_to(start_ms)?;
        emitter.set_time(start_ms, 0);
        emitter.emit(SessionUpdate::Timeline(self.file.timeline()?));
        Ok(Some(self.scene.clone()))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        match self.next.take() {
            Some(moment) => self.show_next(moment, emitter)?,
            None => self.show(self.file.start_ms(), emitter)?,
        }
        // Whoever goes on from there begins again.
        if self.next.is_none() && !self.looping {
            emitter.request_pause();
        }
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::RECORDING
    }

    fn on_reset(&mut self, context: &mut SessionContext) -> Result<bool, SessionError> {
        self.show(self.file.start_ms(), context.emitter())?;
        Ok(true)
    }

    fn seek(&mut self, time_ms: f64, emitter: &mut Emitter) -> Result<(), SessionError> {
        if time_ms.is_nan() {
            return Err("NaN is no time".into());
        }
        self.show(time_ms, emitter)
    }

    fn set_loop(&mut self, looping: bool, _emitter: &mut Emitter) -> Result<(), SessionError> {
        self.looping = looping;
        Ok(())
    }
}

/// The narrowest updates that make one scene another: values alone where the structure is the same.
fn difference(from: &Scene, to: &Scene) -> Vec<SessionUpdate> {
    let Some(mut updates) = values(&from.fields, &to.fields).filter(|_| same_structure(from, to)) else {
        let state = to.state.clone();
        let mut updates = vec![SessionUpdate::SceneReady(Box::new(to.clone()))];
        updates.extend((!state.is_empty()).then_some(SessionUpdate::StatePatch(state)));
        return updates;
    };
    let changed = to.state.iter().filter(|(key, value)| from.state.get(*key) != Some(value));
    let changed: State = changed.map(|(key, value)| (key.clone(), value.clone())).collect();
    updates.extend((!changed.is_empty()).then_some(SessionUpdate::StatePatch(changed)));
    if from.layout != to.layout {
        updates.push(SessionUpdate::LayoutReplace(to.layout.clone()));
    }
    updates
}

fn same_structure(from: &Scene, to: &Scene) -> bool {
    from.geometries == to.geometries
        && from.views == to.views
        && from.operators == to.operators
        && from.controls == to.controls
        && from.actions == to.actions
        && from.metadata == to.metadata
        && from.state.keys().all(|key| to.state.contains_key(key))
}

/// A replacement for each field that differs; `None` if they are other fields.
fn values(from: &IndexMap<FieldId, Field>, to: &IndexMap<FieldId, Field>) -> Option<Vec<SessionUpdate>> {
    let same_fields = from.len() == to.len() && from.keys().eq(to.keys());
    let mut updates = Vec::new();
    for (old, new) in from.values().zip(to.values()).filter(|_| same_fields) {
        let alike = old.unit() == new.unit() && old.attrs() == new.attrs() && old.dims().eq(new.dims());
        if !alike {
            return None;
        }
        if old != new {
            let coords: Vec<(String, Coord)> =
                new.coords().map(|(dim, coord)| (dim.to_owned(), coord.clone())).collect();
            let (field, values) = (new.id().clone(), new.values().to_owned());
            updates.push(SessionUpdate::FieldReplace { field, values, coords });
        }
    }
    same_fields.then_some(updates)
}
