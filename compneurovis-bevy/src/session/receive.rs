//! The bridge between the links of sessions and the world.

use bevy::prelude::*;
use compneurovis_core::{Failure, Notice, Phase, Scene, SessionCommand, SessionUpdate, Value};

use super::{
    LiveSession, SendCommand, SessionEvent, SessionMessage, SessionNotice, SessionProblems, SessionProgress,
    SessionScene, select,
};

pub(super) fn start_sessions(mut sessions: Query<(&mut LiveSession, &mut SessionProblems), Added<LiveSession>>) {
    for (mut session, mut problems) in &mut sessions {
        if session.link.is_some() {
            continue;
        }
        match session.app.start() {
            Ok(link) => session.link = Some(link),
            Err(error) => problems.0.push(Failure::new("starting the worker thread", &error, true)),
        }
    }
}

/// The components that updates change.
#[derive(bevy::ecs::query::QueryData)]
#[query_data(mutable)]
pub(super) struct Receiver {
    entity: Entity,
    session: &'static LiveSession,
    scene: &'static mut SessionScene,
    progress: &'static mut SessionProgress,
    problems: &'static mut SessionProblems,
    notice: &'static mut SessionNotice,
    selection: &'static mut super::Selection,
}

pub(super) fn receive_updates(mut sessions: Query<Receiver>, mut messages: MessageWriter<SessionMessage>) {
    for mut receiver in &mut sessions {
        let Some(link) = &receiver.session.link else { continue };
        // What waits was coalesced by the outbox: its length is bounded by what there is to see.
        if receiver.notice.is_over() {
            receiver.notice.show(Notice::default());
        }
        for update in link.updates.try_recv() {
            let event = receiver.receive(update);
            messages.write(SessionMessage { session: receiver.entity, event });
        }
    }
}

impl ReceiverItem<'_, '_> {
    fn receive(&mut self, update: SessionUpdate) -> SessionEvent {
        match update {
            SessionUpdate::Status(status) => {
                let restarted = status.phase == Phase::Starting && self.progress.phase != Phase::Starting;
                if restarted {
                    self.problems.0.clear();
                    self.forget_control_values();
                }
                self.progress.0 = status;
                SessionEvent::Progress(status)
            }
            SessionUpdate::Notice(notice) => {
                self.notice.show(notice.clone());
                SessionEvent::Notice(notice)
            }
            SessionUpdate::Snapshot(snapshot) => SessionEvent::Snapshot(snapshot),
            SessionUpdate::Error(failure) => self.fail(failure),
            update => self.apply(update),
        }
    }

    fn apply(&mut self, mut update: SessionUpdate) -> SessionEvent {
        let event = match &mut update {
            SessionUpdate::FieldReplace { field, .. } | SessionUpdate::FieldAppend { field, .. } => {
                SessionEvent::FieldChanged(field.clone())
            }
            SessionUpdate::StatePatch(_) => SessionEvent::StateChanged,
            SessionUpdate::SceneReady(scene) => {
                scene.keep_control_values(&self.scene.0);
                SessionEvent::SceneReady
            }
            _ => SessionEvent::StructureChanged,
        };
        match self.scene.0.apply(update) {
            Ok(replaced) => {
                if let (Some(buffer), Some(link)) = (replaced, &self.session.link) {
                    link.updates.recycle(buffer);
                }
            }
            Err(error) => {
                error!(%error, "an update does not fit the scene");
                return self.fail(Failure::new("showing an update", &error, false));
            }
        }
        if !matches!(event, SessionEvent::FieldChanged(_)) {
            select::follow_state(&self.scene.0, &mut self.selection);
        }
        event
    }

    /// A new life begins with the defaults of its model, whatever was set in the one before.
    fn forget_control_values(&mut self) {
        let Scene { controls, state, .. } = &mut self.scene.0;
        for control in controls.values() {
            state.shift_remove(control.state_key());
        }
    }

    fn fail(&mut self, failure: Failure) -> SessionEvent {
        self.problems.add(failure.clone());
        SessionEvent::Failed(failure)
    }
}

pub(super) fn send_commands(
    mut commands: MessageReader<SendCommand>,
    mut sessions: Query<(&LiveSession, &mut SessionScene, &mut SessionProblems)>,
) {
    for SendCommand { session, command } in commands.read() {
        // A session that was despawned meanwhile has nothing to obey with.
        let Ok((live, mut scene, mut problems)) = sessions.get_mut(*session) else { continue };
        note_in_state(command, &mut scene);
        let Some(link) = &live.link else { continue };
        debug!(?command, "sending");
        if let Err(error) = link.commands.send(command.clone()) {
            warn!(%error, ?command, "a command was not sent");
            problems.add(Failure::new("sending a command", &error, false));
        }
    }
}

/// Sliders show what was set at once, not when the session has heard of it.
fn note_in_state(command: &SessionCommand, scene: &mut SessionScene) {
    match command {
        SessionCommand::SetControl { control, value } => {
            let Some(control) = scene.controls.get(control).filter(|control| control.accept(value).is_ok()) else {
                return;
            };
            let key = control.state_key().to_owned();
            scene.0.state.insert(key, value.clone());
        }
        SessionCommand::RestoreDefaults => {
            let defaults: Vec<(String, Value)> = scene
                .controls
                .values()
                .map(|control| (control.state_key().to_owned(), control.default_value()))
                .collect();
            scene.0.state.extend(defaults);
        }
        _ => {}
    }
}
