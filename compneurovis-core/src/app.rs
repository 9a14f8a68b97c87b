//! What an application is: a title and a way to build its session.

use std::{fmt, sync::Arc};

use crate::{Session, SessionBuilder, SessionError, SessionLink, runner};

/// What every [`Frontend`](crate::Frontend) runs.
#[derive(Clone)]
pub struct AppSpec {
    /// Title of the window.
    pub title: String,
    /// Builds the session on its worker thread; again for every restart.
    pub builder: SessionBuilder,
}

impl AppSpec {
    /// An application whose session is made by `builder`, lazily and on the worker thread: the
    /// session need not be `Send`, only the closure.
    pub fn new<S: Session + 'static>(
        title: impl Into<String>,
        builder: impl Fn() -> Result<S, SessionError> + Send + Sync + 'static,
    ) -> Self {
        let builder: SessionBuilder = Arc::new(move || Ok(Box::new(builder()?)));
        Self { title: title.into(), builder }
    }

    /// Starts the session on a worker thread of its own.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub fn start(&self) -> std::io::Result<SessionLink> {
        runner::start(&self.title, self.builder.clone())
    }
}

impl fmt::Debug for AppSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppSpec").field("title", &self.title).finish_non_exhaustive()
    }
}
