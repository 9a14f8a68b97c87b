//! What runs a model.

use std::{error::Error, sync::Arc, time::Duration};

use thiserror::Error;

use crate::{
    ActionId, Capabilities, ControlId, Emitter, EntityId, Modifiers, Scene, SessionCommand, SessionContext, Snapshot,
    Value, action::Payload,
};

/// Whatever went wrong in a session. Any error type goes in with `?`.
pub type SessionError = Box<dyn Error + Send + Sync>;

/// Builds a session, on the worker thread, as often as it is restarted.
pub type SessionBuilder = Arc<dyn Fn() -> Result<Box<dyn Session>, SessionError> + Send + Sync>;

/// A wish that a session does not fulfil. It goes on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The session cannot do this at all; its [`Capabilities`] say so.
    #[error("this session cannot {what}")]
    Unsupported {
        /// What it cannot do.
        what: &'static str,
    },
    /// The session does nothing with this control.
    #[error("this session does nothing with the control `{control}`: its `on_control` returns false")]
    Control {
        /// The control.
        control: ControlId,
    },
    /// The session does not know this action.
    #[error("this session does not know the action `{action}`; it has {known:?}")]
    Action {
        /// The action.
        action: ActionId,
        /// The actions of its scene.
        known: Vec<ActionId>,
    },
    /// No such control.
    #[error("the scene has no control `{control}`; it has {known:?}")]
    UnknownControl {
        /// The control.
        control: ControlId,
        /// The controls of its scene.
        known: Vec<ControlId>,
    },
    /// Actions that invoke each other without end.
    #[error("actions invoked each other more than {limit} times in a row")]
    Endless {
        /// How often they may.
        limit: usize,
    },
}

/// What a session cannot do that has no hook for it.
const NO_RESET: &str = "start over: its `on_reset` returns false";

/// A model that runs.
///
/// The [runner](crate::runner) calls, all on one worker thread: the builder,
/// [`startup_scene`](Self::startup_scene), [`initialize`](Self::initialize), then in turn
/// [`handle`](Self::handle) for every waiting command and [`advance`](Self::advance), and at the
/// end [`shutdown`](Self::shutdown). A session therefore need not be `Send`. An error or a panic
/// in any of them ends the session, not the thread: the viewer gets the cause, and a restart
/// calls the builder again.
///
/// The hooks `on_…` are what `handle` calls unless a session writes its own. An error of theirs is
/// told to the user and ends nothing.
pub trait Session {
    /// A first scene, shown while [`initialize`](Self::initialize) takes its time.
    ///
    /// # Errors
    /// Whatever keeps the session from starting.
    fn startup_scene(&mut self) -> Result<Option<Scene>, SessionError> {
        Ok(None)
    }

    /// Makes the model ready, and returns its scene if it has one.
    ///
    /// # Errors
    /// Whatever keeps the session from starting.
    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError>;

    /// Goes on by one batch of steps, and emits what came of it.
    ///
    /// A batch that takes long looks at [`Emitter::stop_requested`] in between.
    ///
    /// # Errors
    /// Whatever keeps the model from going on; the session ends.
    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError>;

    /// What the session can do. Asked once it is initialised.
    fn capabilities(&self) -> Capabilities {
        Capabilities::MODEL
    }

    /// The least time from the beginning of one [`advance`](Self::advance) to that of the next, for
    /// sessions that go by the clock on the wall; none by default.
    fn cadence(&self) -> Option<Duration> {
        None
    }

    /// Does what the user wants: calls the hook for it, and reports what no hook does. Commands about
    /// time and life never come here, nor do those that [`capabilities`](Self::capabilities) deny.
    ///
    /// # Errors
    /// Whatever keeps the session from going on. For a wish that cannot be fulfilled, use
    /// [`Emitter::report`] and return `Ok`: the session then lives.
    fn handle(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        if let Err(error) = dispatch(self, command, &mut SessionContext::new(emitter)) {
            emitter.report(command.doing(), &*error);
        }
        Ok(())
    }

    /// Starts over at t = 0, with the controls as they are. `false` if it does not know how.
    ///
    /// # Errors
    /// Whatever the user should read.
    fn on_reset(&mut self, _context: &mut SessionContext) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// Takes the new value of a control, which the control accepts. `false` if it does nothing with it.
    ///
    /// # Errors
    /// Whatever the user should read.
    fn on_control(
        &mut self,
        _control: &ControlId,
        _value: &Value,
        _context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// Does an action. `false` if it does not know it.
    ///
    /// # Errors
    /// Whatever the user should read.
    fn on_action(
        &mut self,
        _action: &ActionId,
        _payload: &Payload,
        _context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// Hears of a key that no action and no frontend took, such as `"K"`. `false` if it means nothing.
    ///
    /// # Errors
    /// Whatever the user should read.
    fn on_key_press(&mut self, _key: &str, _context: &mut SessionContext) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// Hears of a click on a compartment, which is selected already. `false` if it means nothing.
    ///
    /// # Errors
    /// Whatever the user should read.
    fn on_entity_clicked(
        &mut self,
        _entity: &EntityId,
        _modifiers: Modifiers,
        _context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        Ok(false)
    }

    /// Goes to a time, and emits what there is then.
    ///
    /// # Errors
    /// It cannot, which is the default.
    fn seek(&mut self, _time_ms: f64, _emitter: &mut Emitter) -> Result<(), SessionError> {
        Err(Refusal::Unsupported { what: "go to another time" }.into())
    }

    /// Begins again at the end from now on, or no more.
    ///
    /// # Errors
    /// It cannot, which is the default.
    fn set_loop(&mut self, _looping: bool, _emitter: &mut Emitter) -> Result<(), SessionError> {
        Err(Refusal::Unsupported { what: "begin again at an end" }.into())
    }

    /// The whole state of the model.
    ///
    /// # Errors
    /// It cannot be taken, which is the default.
    fn snapshot(&mut self) -> Result<Snapshot, SessionError> {
        Err(Refusal::Unsupported { what: "take a snapshot" }.into())
    }

    /// Goes back to a state, and emits what there is then.
    ///
    /// # Errors
    /// It cannot, which is the default, or the state is not one of its own.
    fn restore(&mut self, _snapshot: &Snapshot, _emitter: &mut Emitter) -> Result<(), SessionError> {
        Err(Refusal::Unsupported { what: "go back to a snapshot" }.into())
    }

    /// Cleans up.
    fn shutdown(&mut self) {}
}

/// Calls the hook that a command is for.
fn dispatch<S: Session + ?Sized>(
    session: &mut S,
    command: &SessionCommand,
    context: &mut SessionContext,
) -> Result<(), SessionError> {
    let refused = match command {
        SessionCommand::Reset => (!session.on_reset(context)?).then_some(Refusal::Unsupported { what: NO_RESET }),
        SessionCommand::SetControl { control, value } => {
            let taken = session.on_control(control, value, context)?;
            (!taken).then(|| Refusal::Control { control: control.clone() })
        }
        SessionCommand::InvokeAction { action, payload } => {
            let done = session.on_action(action, payload, context)?;
            (!done).then(|| Refusal::Action { action: action.clone(), known: context.known_actions() })
        }
        SessionCommand::KeyPressed { key } => {
            session.on_key_press(key, context)?;
            None
        }
        SessionCommand::EntityClicked { entity, modifiers } => {
            session.on_entity_clicked(entity, *modifiers, context)?;
            None
        }
        // The runner's, or a method of its own.
        _ => None,
    };
    refused.map_or(Ok(()), |refusal| Err(refusal.into()))
}

impl Session for Box<dyn Session> {
    fn startup_scene(&mut self) -> Result<Option<Scene>, SessionError> {
        (**self).startup_scene()
    }

    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        (**self).initialize(emitter)
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        (**self).advance(emitter)
    }

    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    fn cadence(&self) -> Option<Duration> {
        (**self).cadence()
    }

    fn handle(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        (**self).handle(command, emitter)
    }

    fn on_reset(&mut self, context: &mut SessionContext) -> Result<bool, SessionError> {
        (**self).on_reset(context)
    }

    fn on_control(
        &mut self,
        control: &ControlId,
        value: &Value,
        context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        (**self).on_control(control, value, context)
    }

    fn on_action(
        &mut self,
        action: &ActionId,
        payload: &Payload,
        context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        (**self).on_action(action, payload, context)
    }

    fn on_key_press(&mut self, key: &str, context: &mut SessionContext) -> Result<bool, SessionError> {
        (**self).on_key_press(key, context)
    }

    fn on_entity_clicked(
        &mut self,
        entity: &EntityId,
        modifiers: Modifiers,
        context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        (**self).on_entity_clicked(entity, modifiers, context)
    }

    fn seek(&mut self, time_ms: f64, emitter: &mut Emitter) -> Result<(), SessionError> {
        (**self).seek(time_ms, emitter)
    }

    fn set_loop(&mut self, looping: bool, emitter: &mut Emitter) -> Result<(), SessionError> {
        (**self).set_loop(looping, emitter)
    }

    fn snapshot(&mut self) -> Result<Snapshot, SessionError> {
        (**self).snapshot()
    }

    fn restore(&mut self, snapshot: &Snapshot, emitter: &mut Emitter) -> Result<(), SessionError> {
        (**self).restore(snapshot, emitter)
    }

    fn shutdown(&mut self) {
        (**self).shutdown();
    }
}
