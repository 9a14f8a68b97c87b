//! The bridge between the links of sessions and the world.

use bevy::prelude::*;
use compneurovis_core::{ApplyError, Failure, Notice, Phase, Scene, SessionCommand, SessionUpdate, Value};

use super::{
    LiveSession, Past, SendCommand, SessionEvent, SessionMessage, SessionNotice, SessionProblems, SessionProgress,
    SessionScene, SessionTimeline, select,
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
    timeline: &'static mut SessionTimeline,
    past: Option<&'static mut Past>,
}

pub(super) fn receive_updates(mut sessions: Query<Receiver>, mut messages: MessageWriter<SessionMessage>) {
    for mut receiver in &mut sessions {
        let Some(link) = &receiver.session.link else { continue };
        // What waits was coalesced by the outbox: its length is bounded by what there is to see.
        if receiver.notice.is_over() {
            receiver.notice.show(Notice::default());
        }
        let (updates, time_ms) = link.updates.try_recv_moment();
        let any = !updates.is_empty();
        for update in updates {
            let event = receiver.receive(update);
            messages.write(SessionMessage { session: receiver.entity, event });
        }
        if any {
            receiver.note_time(time_ms);
            receiver.note_picture(time_ms);
        }
    }
}

impl ReceiverItem<'_, '_> {
    fn receive(&mut self, update: SessionUpdate) -> SessionEvent {
        match update {
            SessionUpdate::Status(status) => {
                let restarted = status.phase == Phase::Starting && self.progress.phase != Phase::Starting;
                if restarted {
                    self.show_now();
                    self.timeline.set_if_neq(SessionTimeline::default());
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
            SessionUpdate::Timeline(timeline) => {
                self.timeline.0 = Some(timeline);
                SessionEvent::TimelineChanged
            }
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
                // Another scene has other moments, but the same user.
                self.show_now();
                scene.keep_control_values(&self.scene.0);
                SessionEvent::SceneReady
            }
            _ => SessionEvent::StructureChanged,
        };
        match self.apply_to_live(update) {
            Ok(replaced) => {
                if let (Some(buffer), Some(link)) = (replaced, &self.session.link) {
                    link.updates.recycle(buffer);
                }
            }
            Err(error) => return self.fail(Failure::new("showing an update", &error, false)),
        }
        if !matches!(event, SessionEvent::FieldChanged(_)) {
            select::follow_state(&self.scene.0, &mut self.selection);
        }
        event
    }

    /// Applies an update to the scene that grows, which waits while an earlier moment is shown.
    fn apply_to_live(&mut self, update: SessionUpdate) -> Result<Option<Vec<f32>>, ApplyError> {
        let Some(past) = &mut self.past else { return self.scene.0.apply(update) };
        let shown = &mut self.scene.bypass_change_detection().0;
        past.note(&update, shown);
        if let SessionUpdate::StatePatch(patch) = &update
            && past.waiting().is_some()
        {
            past.share_state(patch, shown);
            self.scene.set_changed();
        }
        match past.waiting() {
            Some(live) => live.apply(update),
            None => self.scene.0.apply(update),
        }
    }

    /// Everything that says a time says that of the scene.
    fn note_time(&mut self, time_ms: Option<f64>) {
        if let Some(time_ms) = time_ms.filter(|time_ms| *time_ms != self.progress.time_ms) {
            self.progress.0.time_ms = time_ms;
        }
    }

    /// What has been received is what is shown from now on, and belongs to a simulated time if that is known.
    fn note_picture(&mut self, time_ms: Option<f64>) {
        let Some(past) = &mut self.past else { return };
        let capabilities = self.progress.capabilities;
        let goes_on = capabilities.advance && !capabilities.seek;
        let (told_ms, phase) = (self.progress.time_ms, self.progress.phase);
        match phase {
            // Until then it is not known what it can do.
            Phase::Starting => {}
            _ if goes_on => {
                // One that tells no time stays where it is.
                past.applied(time_ms.unwrap_or(told_ms), &self.scene.0);
            }
            _ => past.give_up(&mut self.scene.bypass_change_detection().0),
        }
    }

    fn show_now(&mut self) {
        let Some(past) = &mut self.past else { return };
        if past.show_now(&mut self.scene.bypass_change_detection().0) {
            self.scene.set_changed();
        }
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
    mut sessions: Query<(&LiveSession, &mut SessionScene, &mut SessionProblems, Option<&mut Past>)>,
) {
    for SendCommand { session, command } in commands.read() {
        // A session that was despawned meanwhile has nothing to obey with.
        let Ok((live, mut scene, mut problems, mut past)) = sessions.get_mut(*session) else { continue };
        note_in_state(command, &mut scene);
        if let (Some(past), SessionCommand::SetControl { control, value }) = (&mut past, command) {
            past.mark_set(control.as_str(), &value.to_string());
        }
        let Some(link) = &live.link else { continue };
        debug!(?command, "sending");
        if let Err(error) = link.commands.send(command.clone()) {
            problems.add(Failure::new(command.doing(), &error, false));
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
