//! What runs a model.

use std::{error::Error, sync::Arc};

use crate::{Emitter, Scene, SessionCommand};

/// Whatever went wrong in a session. Any error type goes in with `?`.
pub type SessionError = Box<dyn Error + Send + Sync>;

/// Builds a session, on the worker thread, as often as it is restarted.
pub type SessionBuilder = Arc<dyn Fn() -> Result<Box<dyn Session>, SessionError> + Send + Sync>;

/// A model that runs.
///
/// The [runner](crate::runner) calls, all on one worker thread: the builder,
/// [`startup_scene`](Self::startup_scene), [`initialize`](Self::initialize), then in turn
/// [`handle`](Self::handle) for every waiting command and [`advance`](Self::advance), and at the
/// end [`shutdown`](Self::shutdown). A session therefore need not be `Send`. An error or a panic
/// in any of them ends the session, not the thread: the viewer gets the cause, and a restart
/// calls the builder again.
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

    /// Does what the user wants. Commands about time and life never come here.
    ///
    /// # Errors
    /// Whatever keeps the session from going on. For a wish that cannot be fulfilled, use
    /// [`Emitter::report`] and return `Ok`: the session then lives.
    fn handle(&mut self, _command: &SessionCommand, _emitter: &mut Emitter) -> Result<(), SessionError> {
        Ok(())
    }

    /// Cleans up.
    fn shutdown(&mut self) {}
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

    fn handle(&mut self, command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        (**self).handle(command, emitter)
    }

    fn shutdown(&mut self) {
        (**self).shutdown();
    }
}
