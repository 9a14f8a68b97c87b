//! Looks after a session behind an address: connects, and connects again after a cut.

use std::{
    net::{TcpStream, ToSocketAddrs},
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::{
    Elsewhere, RemoteError, Role, Token,
    connection::{Connection, Ending, Ends},
    handshake, process,
};
use crate::{Activity, AppSpec, Failure, Notice, Phase, SessionCommand, SessionUpdate, runner};

/// How long to wait for a command before looking at the connection.
const GLANCE: Duration = Duration::from_millis(20);

/// How long an attempt to connect may take.
const ATTEMPT: Duration = Duration::from_secs(5);

/// How long to wait before the first new attempt, and at most before the next.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// After how long without a sound a connection is given up. Sessions say something five times a second.
const SILENCE: Duration = Duration::from_secs(15);

/// Where a session is served, and what proves that this viewer may see it.
#[derive(Clone, Debug)]
#[must_use]
pub struct ConnectOptions {
    address: String,
    token: Token,
    title: Option<String>,
}

impl ConnectOptions {
    /// The session at `address`, such as `127.0.0.1:4610` or `server:4610`.
    pub fn new(address: impl Into<String>, token: Token) -> Self {
        Self { address: address.into(), token, title: None }
    }

    /// Another title than the address.
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }
}

/// An application whose session is [served](super::serve) by another process or machine.
///
/// Its end ends the viewer's connection, not the session. After a cut it connects again, and the
/// session begins with its whole scene.
pub fn connect(options: ConnectOptions) -> AppSpec {
    let title = options.title.clone().unwrap_or_else(|| options.address.clone());
    AppSpec { elsewhere: Some(Elsewhere::Served(options)), ..process::nowhere(title) }
}

/// Keeps a connection, until told to stop.
pub(super) fn run(options: ConnectOptions, commands: Receiver<SessionCommand>, ends: Arc<Ends>) {
    let client = Client { options, commands, ends };
    client.ends.enter(Phase::Starting);
    while let ControlFlow::Continue(error) = client.stay_connected() {
        client.ends.pulse.leave();
        client.ends.fail(Failure::new(format!("connecting to {}", client.options.address), &error, true));
        if !client.wait_for_restart() {
            break;
        }
        client.ends.enter(Phase::Starting);
    }
    client.ends.close();
}

struct Client {
    options: ConnectOptions,
    commands: Receiver<SessionCommand>,
    ends: Arc<Ends>,
}

impl Client {
    /// Connects as often as it takes. `Break` at the end of viewer or session, `Continue` with what no
    /// other attempt will change.
    fn stay_connected(&self) -> ControlFlow<(), RemoteError> {
        let mut connected_before = false;
        let mut pause = PAUSES.0;
        loop {
            match self.connect() {
                Ok(stream) => {
                    if connected_before {
                        self.ends.outbox.push(SessionUpdate::Notice(Notice::default()));
                    }
                    (connected_before, pause) = (true, PAUSES.0);
                    let error = self.accompany(stream)?;
                    if !error.is_passing() {
                        return ControlFlow::Continue(error);
                    }
                    self.tell_cut(&error);
                }
                Err(error) if connected_before && error.is_passing() => {}
                Err(error) => return ControlFlow::Continue(error),
            }
            self.nap(pause)?;
            pause = (2 * pause).min(PAUSES.1);
        }
    }

    fn connect(&self) -> Result<TcpStream, RemoteError> {
        let address = &self.options.address;
        // Not anew at each attempt: this is since when there was none.
        if self.ends.pulse.current().is_none_or(|busy| busy.activity != Activity::Connecting) {
            self.ends.pulse.enter(Activity::Connecting);
        }
        let doing = || RemoteError::io(format!("connecting to {address}"));
        let mut last = None;
        for address in address.to_socket_addrs().map_err(doing())? {
            match TcpStream::connect_timeout(&address, ATTEMPT) {
                Ok(stream) => {
                    handshake::greet(&stream, Role::Viewer, &self.options.token, Some(handshake::PATIENCE))?;
                    return Ok(stream);
                }
                Err(error) => last = Some(error),
            }
        }
        Err(doing()(last.unwrap_or_else(|| std::io::ErrorKind::AddrNotAvailable.into())))
    }

    /// Passes on what is said. `Continue` with the reason of a cut.
    fn accompany(&self, stream: TcpStream) -> ControlFlow<(), RemoteError> {
        self.ends.pulse.leave();
        let first = runner::drain(&self.commands, None);
        if first.contains(&SessionCommand::Stop) {
            return ControlFlow::Break(());
        }
        let connection = match Connection::open(stream, &self.ends, first) {
            Ok(connection) => connection,
            Err(error) => return ControlFlow::Continue(error),
        };
        match self.converse(&connection) {
            ControlFlow::Break(()) => {
                connection.leave();
                ControlFlow::Break(())
            }
            ControlFlow::Continue(Some(error)) => {
                connection.leave();
                ControlFlow::Continue(error)
            }
            ControlFlow::Continue(None) => match connection.finish() {
                Ending::Ended => ControlFlow::Break(()),
                Ending::Closed => ControlFlow::Continue(RemoteError::Cut { what: "the session" }),
                Ending::Broken(error) => ControlFlow::Continue(error),
            },
        }
    }

    /// Sends what is wanted until nothing more will come, which gives no reason, or nothing has come for long.
    fn converse(&self, connection: &Connection) -> ControlFlow<(), Option<RemoteError>> {
        while !connection.is_over() {
            match self.commands.recv_timeout(GLANCE) {
                Ok(first) => self.pass_on(first, connection)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
            }
            if self.ends.pulse.stop_requested() {
                return ControlFlow::Break(());
            }
            connection.watch_silence(&self.ends);
            let silence = connection.silence();
            if silence >= SILENCE {
                return ControlFlow::Continue(Some(RemoteError::Silence { seconds: silence.as_secs_f64() }));
            }
        }
        ControlFlow::Continue(None)
    }

    fn pass_on(&self, first: SessionCommand, connection: &Connection) -> ControlFlow<()> {
        for command in runner::drain(&self.commands, Some(first)) {
            match command {
                // The session is everyone's; the viewer alone goes.
                SessionCommand::Stop => return ControlFlow::Break(()),
                command => {
                    self.ends.note_deed(&command);
                    if let Err(failure) = connection.send(&command) {
                        self.ends.outbox.push(SessionUpdate::Error(failure));
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn tell_cut(&self, error: &RemoteError) {
        let address = &self.options.address;
        tracing::warn!(%error, address, "the connection was lost");
        let doing = format!("listening to {address}");
        self.ends.outbox.push(SessionUpdate::Error(Failure::new(doing, error, false)));
        let text = format!("the connection to {address} was lost; connecting again");
        self.ends.outbox.push(SessionUpdate::Notice(Notice::new(text)));
        self.ends.pulse.enter(Activity::Connecting);
    }

    /// Waits before another attempt. Commands meanwhile are told to be in vain.
    fn nap(&self, pause: Duration) -> ControlFlow<()> {
        let deadline = Instant::now() + pause;
        while !self.ends.pulse.stop_requested() {
            match self.commands.recv_timeout(deadline.saturating_duration_since(Instant::now()).min(GLANCE)) {
                Ok(SessionCommand::Stop) | Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
                Ok(command) => {
                    let causes = vec!["there is no connection to the session".to_owned()];
                    let failure = Failure { doing: command.doing(), causes, fatal: false };
                    self.ends.outbox.push(SessionUpdate::Error(failure));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if Instant::now() >= deadline {
                return ControlFlow::Continue(());
            }
        }
        ControlFlow::Break(())
    }

    /// Stands still after a failure. `false` when told to stop.
    fn wait_for_restart(&self) -> bool {
        while !self.ends.pulse.stop_requested() {
            match self.commands.recv_timeout(5 * GLANCE) {
                Ok(SessionCommand::Restart) => return true,
                Ok(SessionCommand::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            }
        }
        false
    }
}
