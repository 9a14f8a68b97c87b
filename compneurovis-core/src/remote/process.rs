//! Which process a session gets, and how it finds back.

use std::{
    env,
    ffi::OsString,
    io,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use super::{Elsewhere, Token, child, last_lines::LastLines};
use crate::{AppSpec, Session, SessionError};

/// Tells a child where its viewer listens, as `127.0.0.1:40000`.
pub const ADDRESS_VARIABLE: &str = "COMPNEUROVIS_SESSION_ADDRESS";

/// Tells a child the token of its viewer.
pub const CHILD_TOKEN_VARIABLE: &str = "COMPNEUROVIS_SESSION_TOKEN";

/// Tells a child the title of the application whose session it is to run.
pub const TITLE_VARIABLE: &str = "COMPNEUROVIS_SESSION_TITLE";

/// How the process of a session is started. By default: this program once more, with the same arguments.
#[derive(Clone, Debug)]
#[must_use]
pub struct ProcessOptions {
    program: Option<PathBuf>,
    args: Option<Vec<OsString>>,
    variables: Vec<(OsString, OsString)>,
    echo: bool,
}

impl Default for ProcessOptions {
    fn default() -> Self {
        Self { program: None, args: None, variables: Vec::new(), echo: true }
    }
}

impl ProcessOptions {
    /// Another program than this one.
    pub fn with_program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = Some(program.into());
        self
    }

    /// Other arguments than those of this process.
    pub fn with_args<T: Into<OsString>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.args = Some(args.into_iter().map(Into::into).collect());
        self
    }

    /// A variable of the environment, besides those of this process.
    pub fn with_variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Whether what it writes to its standard error stream is repeated on that of this process, as it is
    /// unless this says otherwise. Its standard output is that of this process in any case.
    pub fn with_echo(mut self, echo: bool) -> Self {
        self.echo = echo;
        self
    }

    /// Starts the process.
    pub(super) fn spawn(&self, title: &str, address: SocketAddr, token: &Token) -> io::Result<(Child, LastLines)> {
        let program = self.program.clone().map_or_else(env::current_exe, Ok)?;
        let args = self.args.clone().unwrap_or_else(|| env::args_os().skip(1).collect());
        let mut child = Command::new(program)
            .args(args)
            .envs(self.variables.iter().cloned())
            .env(ADDRESS_VARIABLE, address.to_string())
            .env(CHILD_TOKEN_VARIABLE, token.as_str())
            .env(TITLE_VARIABLE, title.replace('\0', ""))
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let lines = match child.stderr.take() {
            Some(stderr) => LastLines::of(stderr, self.echo)?,
            None => LastLines::default(),
        };
        Ok((child, lines))
    }
}

impl AppSpec {
    /// The same application, whose session runs in a process of its own: this program is started once
    /// more, with the same arguments, and in there this call does not return but runs the session.
    ///
    /// So an abort or a segmentation fault inside a simulator, a call that never ends, or `kill -9`, costs
    /// the frontend nothing: it shows the cause, the data stays readable, and
    /// [`Restart`](crate::SessionCommand::Restart) starts another process. One that hangs is ended by
    /// [`EndProcess`](crate::SessionCommand::EndProcess), and by nothing else. The process ends by itself when
    /// this one has ended.
    ///
    /// To be called in `main`, before anything that shall not happen twice, such as opening a window; an
    /// application is told from others of the program by its title.
    ///
    /// ```no_run
    /// # use compneurovis_core::prelude::*;
    /// # struct Model;
    /// # impl Session for Model {
    /// #     fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> { Ok(None) }
    /// #     fn advance(&mut self, _: &mut Emitter) -> Result<(), SessionError> { Ok(()) }
    /// # }
    /// fn main() -> Result<(), compneurovis_core::HeadlessError> {
    ///     let app = AppSpec::new("Model", || Ok(Model)).in_own_process();
    ///     HeadlessFrontend::until("100 ms", |viewer| viewer.status.time_ms >= 100.0).run(app)
    /// }
    /// ```
    #[must_use]
    pub fn in_own_process(self) -> Self {
        self.in_process(ProcessOptions::default())
    }

    /// The same as [`in_own_process`](Self::in_own_process), for programs that have to be started
    /// otherwise. The process has to make the same call with an application of the same title.
    #[must_use]
    pub fn in_process(mut self, options: ProcessOptions) -> Self {
        self.elsewhere = Some(match child::wanted_title() {
            None => Elsewhere::Process(options),
            Some(wanted) if wanted == self.title.replace('\0', "") => child::serve_parent(self),
            Some(wanted) => Elsewhere::Misplaced { wanted },
        });
        self
    }
}

/// An application whose session is another program, in whatever language. It finds its viewer by
/// [`ADDRESS_VARIABLE`] and [`CHILD_TOKEN_VARIABLE`], connects, and speaks as `docs/protocol.md` says.
pub fn program(title: impl Into<String>, options: ProcessOptions) -> AppSpec {
    AppSpec { elsewhere: Some(Elsewhere::Process(options)), ..nowhere(title) }
}

/// An application that builds no session in this process.
pub(super) fn nowhere(title: impl Into<String>) -> AppSpec {
    struct Nothing;
    impl Session for Nothing {
        fn initialize(&mut self, _: &mut crate::Emitter) -> Result<Option<crate::Scene>, SessionError> {
            Ok(None)
        }

        fn advance(&mut self, _: &mut crate::Emitter) -> Result<(), SessionError> {
            Ok(())
        }
    }
    AppSpec::new(title, || -> Result<Nothing, SessionError> { Err("this session runs in another process".into()) })
}
