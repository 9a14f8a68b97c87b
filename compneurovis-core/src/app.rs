//! What an application is: a title and a way to build its session.

use std::{fmt, sync::Arc};

use crate::{Session, SessionBuilder, SessionCommand, SessionError, SessionLink, runner};

/// What every [`Frontend`](crate::Frontend) runs.
#[derive(Clone)]
pub struct AppSpec {
    /// Title of the window.
    pub title: String,
    /// Builds the session on its worker thread; again for every restart.
    pub builder: SessionBuilder,
    /// What the session is told before its first step.
    pub first_commands: Vec<SessionCommand>,
}

impl AppSpec {
    /// An application whose session is made by `builder`, lazily and on the worker thread: the
    /// session need not be `Send`, only the closure.
    pub fn new<S: Session + 'static>(
        title: impl Into<String>,
        builder: impl Fn() -> Result<S, SessionError> + Send + Sync + 'static,
    ) -> Self {
        let builder: SessionBuilder = Arc::new(move || Ok(Box::new(builder()?)));
        Self { title: title.into(), builder, first_commands: Vec::new() }
    }

    /// The same application under another title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same application, whose session is told `command` before its first step: so it can start
    /// paused, or stop exactly in time. A restart does not repeat it.
    #[must_use]
    pub fn with_first_command(mut self, command: SessionCommand) -> Self {
        self.first_commands.push(command);
        self
    }

    /// Starts the session on a worker thread of its own.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub fn start(&self) -> std::io::Result<SessionLink> {
        runner::start(&self.title, self.builder.clone(), &self.first_commands)
    }
}

impl fmt::Debug for AppSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppSpec").field("title", &self.title).finish_non_exhaustive()
    }
}
