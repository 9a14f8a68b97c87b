//! What an application is: a title and a way to build its session.

use std::{fmt, sync::Arc};

use crate::{
    DiagnosticsSpec, FrontendHooks, Scene, Session, SessionBuilder, SessionCommand, SessionError, SessionLink,
    remote::Elsewhere, runner,
};

/// Makes the hooks of a frontend, once for each session that it shows.
pub type HooksBuilder = Arc<dyn Fn() -> Box<dyn FrontendHooks> + Send + Sync>;

/// What every [`Frontend`](crate::Frontend) runs.
#[derive(Clone)]
#[non_exhaustive]
pub struct AppSpec {
    /// Title of the window.
    pub title: String,
    /// Shown before the session is even built.
    pub startup_scene: Option<Scene>,
    /// Builds the session on its worker thread; again for every restart.
    pub builder: SessionBuilder,
    /// What the session is told before its first step.
    pub first_commands: Vec<SessionCommand>,
    /// What is done with the user's input before anything else, on the frontend's side.
    pub hooks: Option<HooksBuilder>,
    /// What is written down about its cost; what the environment says if `None`.
    pub diagnostics: Option<DiagnosticsSpec>,
    /// Where else its session runs, if not in this process.
    pub(crate) elsewhere: Option<Elsewhere>,
    /// Where it is recorded to from its beginning, if it is.
    #[cfg(feature = "recording")]
    pub recording: Option<crate::recording::RecordingSpec>,
}

impl AppSpec {
    /// An application whose session is made by `builder`, lazily and on the worker thread: the
    /// session need not be `Send`, only the closure.
    pub fn new<S: Session + 'static>(
        title: impl Into<String>,
        builder: impl Fn() -> Result<S, SessionError> + Send + Sync + 'static,
    ) -> Self {
        let builder: SessionBuilder = Arc::new(move || Ok(Box::new(builder()?)));
        Self {
            title: title.into(),
            startup_scene: None,
            builder,
            first_commands: Vec::new(),
            hooks: None,
            diagnostics: None,
            elsewhere: None,
            #[cfg(feature = "recording")]
            recording: None,
        }
    }

    /// The same application under another title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same application, which shows `scene` until its session has one.
    #[must_use]
    pub fn with_startup_scene(mut self, scene: Scene) -> Self {
        self.startup_scene = Some(scene);
        self
    }

    /// The same application, whose session is told `command` before its first step: so it can start
    /// paused, or stop exactly in time. A restart does not repeat it, unless the session failed before it was obeyed.
    #[must_use]
    pub fn with_first_command(mut self, command: SessionCommand) -> Self {
        self.first_commands.push(command);
        self
    }

    /// The same application, whose frontend asks hooks of this kind before it does anything else with
    /// the user's input.
    #[must_use]
    pub fn with_hooks<H: FrontendHooks + 'static>(mut self, make: impl Fn() -> H + Send + Sync + 'static) -> Self {
        self.hooks = Some(Arc::new(move || Box::new(make())));
        self
    }

    /// The same application, whose cost is written down as `diagnostics` says, whatever the environment
    /// says.
    #[must_use]
    pub fn with_diagnostics(mut self, diagnostics: DiagnosticsSpec) -> Self {
        self.diagnostics = Some(diagnostics);
        self
    }

    /// The same application, recorded to a file from its beginning. The file must not be there yet.
    #[cfg(feature = "recording")]
    #[must_use]
    pub fn with_recording(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        let settings = crate::recording::RecordingSettings::default();
        self.recording = Some(crate::recording::RecordingSpec { path: path.into(), settings });
        self
    }

    /// Starts the session on a worker thread of its own, or where else it is to run.
    ///
    /// # Errors
    /// The system refuses a thread, the recording that it begins with cannot be made, or there are more first commands
    /// than can wait for a session that runs elsewhere.
    pub fn start(&self) -> std::io::Result<SessionLink> {
        match &self.elsewhere {
            None => runner::start(self),
            Some(elsewhere) => elsewhere.start(self),
        }
    }
}

impl fmt::Debug for AppSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppSpec").field("title", &self.title).finish_non_exhaustive()
    }
}
