//! What the worker does with commands: its own, and those that it passes on.

use std::{ops::ControlFlow, time::Instant};

use super::{Activity, Outcome, Worker};
use crate::{
    BuiltinAction, Control, ControlId, Emitter, Phase, Refusal, Session, SessionCommand, SessionError, SessionUpdate,
    Value,
};

/// How many actions may invoke each other in a row.
const MAX_CONSEQUENCES: usize = 64;

impl Worker {
    /// Obeys what the application wants done before the first step. What is left when that ends the session is for its
    /// next life.
    pub(super) fn obey_first(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> ControlFlow<Outcome> {
        while let Some(command) = self.first.pop_front() {
            self.obeys_first = true;
            let obeyed = self.obey_with_consequences(command, session, emitter);
            self.obeys_first = false;
            obeyed?;
        }
        ControlFlow::Continue(())
    }

    /// Obeys a command, and then what the session's hooks want done because of it.
    pub(super) fn obey_with_consequences(
        &mut self,
        command: SessionCommand,
        session: &mut dyn Session,
        emitter: &mut Emitter,
    ) -> ControlFlow<Outcome> {
        self.obey(command, session, emitter)?;
        emitter.end_moment();
        for _ in 0..MAX_CONSEQUENCES {
            let Some(consequence) = emitter.take_queued() else { return ControlFlow::Continue(()) };
            self.obey(consequence, session, emitter)?;
        }
        while emitter.take_queued().is_some() {}
        emitter.report("doing what actions ask for", &Refusal::Endless { limit: MAX_CONSEQUENCES });
        ControlFlow::Continue(())
    }

    fn obey(
        &mut self,
        command: SessionCommand,
        session: &mut dyn Session,
        emitter: &mut Emitter,
    ) -> ControlFlow<Outcome> {
        match command {
            SessionCommand::Stop => return ControlFlow::Break(Outcome::Stop),
            SessionCommand::Restart => return ControlFlow::Break(Outcome::Restart),
            SessionCommand::Pause => self.pause(emitter),
            SessionCommand::Resume => self.resume(None, emitter),
            SessionCommand::RunUntil { time_ms } => self.resume(Some(time_ms), emitter),
            SessionCommand::SetPace(pace) => self.clock.set_pace(pace, Instant::now(), emitter.time_ms()),
            SessionCommand::Step => {
                self.pause(emitter);
                self.advance(session, emitter)?;
            }
            SessionCommand::RestoreDefaults => self.restore_defaults(session, emitter)?,
            SessionCommand::InvokeAction { action, payload } => match BuiltinAction::of(&action) {
                Some(builtin) => return self.obey(self.builtin(builtin), session, emitter),
                None => {
                    let command = SessionCommand::InvokeAction { action, payload };
                    self.note_deed(&command, emitter);
                    self.pass_on(&command, session, emitter)?;
                }
            },
            SessionCommand::SetControl { control, value } => self.set_control(control, value, session, emitter)?,
            command @ SessionCommand::EntityClicked { .. } => {
                self.note_deed(&command, emitter);
                self.pass_on(&command, session, emitter)?;
            }
            command => self.pass_on(&command, session, emitter)?,
        }
        ControlFlow::Continue(())
    }

    fn builtin(&self, action: BuiltinAction) -> SessionCommand {
        match action {
            BuiltinAction::Reset => SessionCommand::Reset,
            BuiltinAction::RestoreDefaults => SessionCommand::RestoreDefaults,
            BuiltinAction::Pause if self.phase == Phase::Running => SessionCommand::Pause,
            BuiltinAction::Pause => SessionCommand::Resume,
            BuiltinAction::Step => SessionCommand::Step,
            BuiltinAction::Restart => SessionCommand::Restart,
        }
    }

    /// Sets a control that the scene has to a value that it takes; else says why not, and what it is.
    fn set_control(
        &mut self,
        id: ControlId,
        value: Value,
        session: &mut dyn Session,
        emitter: &mut Emitter,
    ) -> ControlFlow<Outcome> {
        let for_session = match acceptable(&id, &value, emitter) {
            Ok(control) => control.is_none_or(|control| control.send_to_session),
            Err(error) => {
                emitter.report(format!("setting `{id}`"), &*error);
                self.tell_control(&id, emitter);
                return ControlFlow::Continue(());
            }
        };
        let command = SessionCommand::SetControl { control: id, value };
        self.note_deed(&command, emitter);
        if for_session { self.pass_on(&command, session, emitter) } else { ControlFlow::Continue(()) }
    }

    /// Takes notice of what viewers do by themselves with a command that they send; what was there before any viewer,
    /// they are told.
    fn note_deed(&self, command: &SessionCommand, emitter: &mut Emitter) {
        let state = emitter.note_deed(command);
        if self.obeys_first && !state.is_empty() {
            emitter.emit(SessionUpdate::StatePatch(state));
        }
    }

    /// Emits what a control is, for a viewer that took its wish for granted.
    fn tell_control(&self, id: &ControlId, emitter: &mut Emitter) {
        let outline = emitter.outline();
        let Some(control) = outline.controls.get(id) else { return };
        let (key, value) = (control.state_key().to_owned(), outline.state.get(control.state_key()).cloned());
        if let Some(value) = value {
            emitter.set_state(key, value);
        }
    }

    fn restore_defaults(&mut self, session: &mut dyn Session, emitter: &mut Emitter) -> ControlFlow<Outcome> {
        let controls: Vec<Control> = emitter.outline().controls.values().cloned().collect();
        for control in controls {
            let value = control.default_value();
            emitter.set_state(control.state_key(), value.clone());
            self.set_control(control.id, value, session, emitter)?;
        }
        ControlFlow::Continue(())
    }

    /// Gives a command to the session, if it says that it can obey.
    fn pass_on(
        &mut self,
        command: &SessionCommand,
        session: &mut dyn Session,
        emitter: &mut Emitter,
    ) -> ControlFlow<Outcome> {
        if let Err(refusal) = self.check_capability(command) {
            emitter.report(command.doing(), &refusal);
            return ControlFlow::Continue(());
        }
        let begin = Instant::now();
        let doing = command.doing();
        let handled = self.guard(Activity::Handling, &doing, || hand_over(command, session, emitter));
        self.log_command(command, begin);
        if handled.is_none() {
            return ControlFlow::Break(Outcome::Failed);
        }
        if matches!(command, SessionCommand::Reset | SessionCommand::Seek { .. } | SessionCommand::Restore(_)) {
            self.clock.restart(Instant::now(), emitter.time_ms());
            self.last_status = None;
        }
        if emitter.take_pause_request() {
            self.pause(emitter);
        }
        ControlFlow::Continue(())
    }

    fn check_capability(&self, command: &SessionCommand) -> Result<(), Refusal> {
        let (can, what) = match command {
            SessionCommand::Reset => (self.capabilities.reset, "start over"),
            SessionCommand::Seek { .. } => (self.capabilities.seek, "go to another time"),
            SessionCommand::SetLoop(_) => (self.capabilities.looping, "begin again at an end"),
            SessionCommand::Snapshot => (self.capabilities.snapshot, "take a snapshot"),
            // A process of its own is not here.
            SessionCommand::EndProcess => (false, "be ended on its own: it runs in the process of its viewer"),
            SessionCommand::Restore(_) => (self.capabilities.snapshot, "go back to a snapshot"),
            _ => return Ok(()),
        };
        if can { Ok(()) } else { Err(Refusal::Unsupported { what }) }
    }

    pub(super) fn pause(&mut self, emitter: &Emitter) {
        self.run_until_ms = None;
        self.enter(Phase::Paused, emitter);
    }

    fn resume(&mut self, until_ms: Option<f64>, emitter: &Emitter) {
        self.run_until_ms = until_ms;
        if until_ms.is_some_and(|until_ms| emitter.time_ms() >= until_ms) {
            return self.pause(emitter);
        }
        if self.phase != Phase::Running {
            self.clock.restart(Instant::now(), emitter.time_ms());
            self.enter(Phase::Running, emitter);
        }
    }
}

/// The control of an id, if it takes a value. A session that never had a scene takes anything.
fn acceptable<'a>(id: &ControlId, value: &Value, emitter: &'a Emitter) -> Result<Option<&'a Control>, SessionError> {
    let outline = emitter.outline();
    let Some(control) = outline.controls.get(id) else {
        let known = || outline.controls.keys().cloned().collect();
        let refusal = outline.known.then(|| Refusal::UnknownControl { control: id.clone(), known: known() });
        return refusal.map_or(Ok(None), |refusal| Err(refusal.into()));
    };
    control.accept(value)?;
    Ok(Some(control))
}

/// Calls the method of a session that a command is for. What it refuses to do with time and state is
/// told, and is not its end.
fn hand_over(command: &SessionCommand, session: &mut dyn Session, emitter: &mut Emitter) -> Result<(), SessionError> {
    let done = match command {
        SessionCommand::Seek { time_ms } => session.seek(*time_ms, emitter),
        SessionCommand::SetLoop(looping) => session.set_loop(*looping, emitter),
        SessionCommand::Snapshot => session.snapshot().map(|snapshot| emitter.emit(SessionUpdate::Snapshot(snapshot))),
        SessionCommand::Restore(snapshot) => session.restore(snapshot, emitter),
        command => return session.handle(command, emitter),
    };
    if let Err(error) = done {
        emitter.report(command.doing(), &*error);
    }
    Ok(())
}
