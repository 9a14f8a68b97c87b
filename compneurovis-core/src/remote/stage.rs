//! What a served session has shown so far, for whoever comes later, and who watches.

use std::sync::Arc;

use crate::{
    Failure, Notice, Phase, Scene, SessionCommand, SessionStatus, SessionUpdate, State, Timeline, runner::Outbox,
    selection,
};

/// The scene as it is now, beside what waits for each viewer.
#[derive(Debug, Default)]
pub(super) struct Stage {
    scene: Option<Scene>,
    status: Option<SessionStatus>,
    notice: Notice,
    failure: Option<Failure>,
    timeline: Option<Timeline>,
    viewers: Vec<Arc<Outbox>>,
}

impl Stage {
    /// Takes an update for everyone. Gives back memory of values that it replaces.
    pub(super) fn take(&mut self, update: SessionUpdate) -> Vec<Vec<f32>> {
        for viewer in &self.viewers {
            viewer.push(update.clone());
        }
        match update {
            SessionUpdate::Status(status) => {
                if status.phase == Phase::Starting {
                    (self.failure, self.timeline) = (None, None);
                }
                self.status = Some(status);
            }
            SessionUpdate::Notice(notice) => self.notice = notice,
            SessionUpdate::Timeline(timeline) => self.timeline = Some(timeline),
            SessionUpdate::Error(failure) if failure.fatal => self.failure = Some(failure),
            SessionUpdate::Error(_) | SessionUpdate::Snapshot(_) => {}
            SessionUpdate::SceneReady(scene) => self.scene = Some(*scene),
            update => {
                // An update that does not fit is the viewers' to tell.
                let replaced = self.scene.get_or_insert_default().apply(update);
                return replaced.map(|replaced| replaced.into_iter().collect()).unwrap_or_default();
            }
        }
        Vec::new()
    }

    /// Shows a new viewer everything, and then what follows.
    pub(super) fn add(&mut self, viewer: Arc<Outbox>) {
        if let Some(scene) = &self.scene {
            viewer.push(SessionUpdate::SceneReady(Box::new(scene.clone())));
            // A viewer that comes back keeps its own settings otherwise.
            viewer.push(SessionUpdate::StatePatch(scene.state.clone()));
        }
        viewer.push(SessionUpdate::Notice(self.notice.clone()));
        if let Some(status) = self.status {
            viewer.push(SessionUpdate::Status(status));
        }
        if let Some(timeline) = &self.timeline {
            viewer.push(SessionUpdate::Timeline(timeline.clone()));
        }
        if let Some(failure) = &self.failure {
            viewer.push(SessionUpdate::Error(failure.clone()));
        }
        self.viewers.push(viewer);
    }

    pub(super) fn remove(&mut self, viewer: &Arc<Outbox>) {
        self.viewers.retain(|other| !Arc::ptr_eq(other, viewer));
    }

    pub(super) fn viewers(&self) -> usize {
        self.viewers.len()
    }

    /// Takes notice of what a viewer has changed in its own scene by a command: for those that come
    /// later, and for all but the one that knows of it.
    pub(super) fn note(&mut self, command: &SessionCommand, knows: Option<&Arc<Outbox>>) {
        let Some(scene) = &mut self.scene else { return };
        let changed: State = match command {
            SessionCommand::SetControl { control, value } => {
                let Some(control) = scene.controls.get(control).filter(|control| control.accept(value).is_ok()) else {
                    return;
                };
                State::from([(control.state_key().to_owned(), value.clone())])
            }
            SessionCommand::EntityClicked { entity, modifiers } => {
                let info = scene.entity_info(entity);
                let mut state = scene.state.clone();
                selection::select(info.as_ref(), entity, *modifiers, &mut state);
                state.into_iter().filter(|(key, value)| scene.state.get(key) != Some(value)).collect()
            }
            _ => return,
        };
        for viewer in self.viewers.iter().filter(|viewer| knows.is_none_or(|knows| !Arc::ptr_eq(viewer, knows))) {
            viewer.push(SessionUpdate::StatePatch(changed.clone()));
        }
        scene.state.extend(changed);
    }

    pub(super) fn close(&mut self) {
        self.viewers.drain(..).for_each(|viewer| viewer.close());
    }
}
