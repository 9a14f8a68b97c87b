//! Sessions elsewhere: in a process of their own, or on another machine.
//!
//! | what | how |
//! |---|---|
//! | the session in a child of this process, which can crash alone | [`AppSpec::in_own_process`](crate::AppSpec::in_own_process) |
//! | a session in another language, as a child | [`program`] |
//! | a session that waits for viewers | [`serve`] |
//! | its viewer, on another machine perhaps | [`connect`] |
//!
//! All of them give an ordinary [`SessionLink`], so every frontend shows them
//! unchanged, hooks and all. The simulation coalesces at its end what the viewer does not take in time,
//! and never waits for it.
//!
//! Processes talk over TCP, children too, over the loopback interface and with a token of their own: it
//! is the same code on every system, what a model prints or reads cannot get between, and no process that
//! the model starts inherits the connection. `docs/protocol.md` has every byte of it.
//! The stream is not encrypted; between machines, lay it through `ssh -L`.

mod beat;
mod callers;
mod child;
mod client;
mod connection;
mod error;
mod exit;
mod frame;
mod handshake;
mod last_lines;
mod own_process;
mod process;
mod server;
mod stage;
mod token;

use std::{io, sync::Arc, thread};

use crossbeam_channel::Receiver;

pub use client::{ConnectOptions, connect};
pub use error::RemoteError;
pub use frame::{FRAME_HEADER, FrameKind, FrameReader, MAX_FRAME, write_frame};
pub use handshake::{MAGIC, Role, greeting};
pub use process::{ADDRESS_VARIABLE, CHILD_TOKEN_VARIABLE, ProcessOptions, TITLE_VARIABLE, program};
pub use server::{DEFAULT_ADDRESS, ServeOptions, Server, serve};
pub use token::{TOKEN_FILE_VARIABLE, TOKEN_VARIABLE, Token};

use self::connection::Ends;
use crate::{AppSpec, SessionCommand, SessionLink, runner};

/// The version of the protocol between processes. Another one is refused.
pub const PROTOCOL_VERSION: u32 = 1;

/// Where a session runs that does not run in this process.
#[derive(Clone, Debug)]
pub(crate) enum Elsewhere {
    /// In a child.
    Process(ProcessOptions),
    /// Behind an address.
    Served(ConnectOptions),
    /// Here, but for a parent that wants another one.
    Misplaced {
        /// The title of the application that the parent wants.
        wanted: String,
    },
}

impl Elsewhere {
    /// Starts what looks after the session.
    pub(crate) fn start(&self, app: &AppSpec) -> io::Result<SessionLink> {
        match self {
            Self::Process(options) => {
                let options = options.clone();
                let title = app.title.clone();
                look_after(app, true, move |commands, ends| own_process::run(&title, options, commands, ends))
            }
            Self::Served(options) => {
                let options = options.clone();
                look_after(app, false, move |commands, ends| client::run(options, commands, ends))
            }
            Self::Misplaced { wanted } => Err(io::Error::other(format!(
                "this process was started for the session `{wanted}`, and its program made `{}`",
                app.title
            ))),
        }
    }
}

/// A link whose worker looks after a session elsewhere.
fn look_after(
    app: &AppSpec,
    process: bool,
    run: impl FnOnce(Receiver<SessionCommand>, Arc<Ends>) + Send + 'static,
) -> io::Result<SessionLink> {
    let (sender, commands) = runner::channel();
    // Before the thread exists, so that they are there when it looks.
    let mut first = app.first_commands.iter();
    first.try_for_each(|command| sender.send(command.clone())).map_err(io::Error::other)?;
    let ends = Arc::new(Ends::new(process));
    let (outbox, pulse) = (ends.outbox.clone(), ends.pulse.clone());
    runner::begin_recording(app, &outbox)?;
    let name = format!("link {}", app.title.replace('\0', ""));
    let thread = thread::Builder::new().name(name).spawn(move || run(commands, ends))?;
    Ok(SessionLink::of(app, outbox, sender, pulse, thread))
}
