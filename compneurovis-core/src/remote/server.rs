//! A session that waits for viewers.

use std::{
    io,
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{FrameKind, FrameReader, RemoteError, Role, Token, child, handshake, stage::Stage};
use crate::{
    AppSpec, CommandSender, Failure, SessionCommand, SessionLink, SessionUpdate, UpdateReceiver, codec,
    runner::{Outbox, Pulse},
};

/// Where a session is served unless someone says otherwise: this machine only.
pub const DEFAULT_ADDRESS: &str = "127.0.0.1:4610";

/// How many viewers there may be.
const MAX_VIEWERS: usize = 16;

/// How many may be about to show their token. More of them wait until these have, or have taken too long.
const MAX_STRANGERS: usize = 64;

/// How often an idle server looks around.
const GLANCE: Duration = Duration::from_millis(20);

/// Where a session is served and who may see it.
#[derive(Clone, Debug)]
#[must_use]
pub struct ServeOptions {
    address: String,
    token: Option<Token>,
}

impl Default for ServeOptions {
    /// On this machine only, with a token that is made up and logged.
    fn default() -> Self {
        Self { address: DEFAULT_ADDRESS.to_owned(), token: None }
    }
}

impl ServeOptions {
    /// Another address, such as `0.0.0.0:4610` for the whole network, or `127.0.0.1:0` for any free port.
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// A token of one's own choice.
    pub fn with_token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }
}

/// A session that is served. Dropping it ends the session.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    token: Token,
    link: SessionLink,
    hub: Arc<Hub>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts the session of an application, and lets viewers [connect](super::connect) to it.
///
/// The session runs on, whether anyone watches or not; whoever connects sees its whole scene first.
/// Several can watch, and each may steer. What one of them does not take in time is coalesced.
///
/// ```
/// use compneurovis_core::{prelude::*, remote::{ConnectOptions, ServeOptions, connect, serve}};
/// # struct Count(f64);
/// # impl Session for Count {
/// #     fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> { Ok(None) }
/// #     fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
/// #         self.0 += 1.0;
/// #         emitter.set_time(self.0, 1);
/// #         Ok(())
/// #     }
/// # }
/// let server = serve(&AppSpec::new("Count", || Ok(Count(0.0))), ServeOptions::default().with_address("127.0.0.1:0"))?;
/// let app = connect(ConnectOptions::new(server.address().to_string(), server.token().clone()));
/// let mut viewer = Viewer::start(&app)?;
/// viewer.watch("100 ms", |viewer| viewer.status.time_ms >= 100.0)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The address cannot be had, or the session cannot be started.
pub fn serve(app: &AppSpec, options: ServeOptions) -> Result<Server, RemoteError> {
    let doing = || RemoteError::io(format!("listening at {}", options.address));
    let listener = TcpListener::bind(&options.address).map_err(doing())?;
    listener.set_nonblocking(true).map_err(doing())?;
    let address = listener.local_addr().map_err(doing())?;
    let made_up = options.token.is_none();
    let token = options.token.unwrap_or_else(Token::generate);
    let link = app.start().map_err(RemoteError::io("starting the session"))?;
    let hub = Arc::new(Hub {
        stage: Mutex::default(),
        commands: link.commands.clone(),
        pulse: link.pulse().clone(),
        strangers: AtomicUsize::new(0),
        over: AtomicBool::new(false),
        token: token.clone(),
    });
    let (accepting, showing, updates) = (hub.clone(), hub.clone(), link.updates.clone());
    let threads = vec![
        spawn("cnv-accept", move || accept(&accepting, &listener))?,
        spawn("cnv-show", move || showing.show(&updates))?,
    ];
    match made_up {
        true => tracing::info!(%address, token = token.as_str(), title = app.title, "the session is served"),
        false => tracing::info!(%address, title = app.title, "the session is served"),
    }
    Ok(Server { address, token, link, hub, threads })
}

impl Server {
    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What viewers have to know.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// How many watch.
    pub fn viewers(&self) -> usize {
        self.hub.stage().viewers()
    }

    /// Waits until the session has ended.
    pub fn wait(&self) {
        while !self.hub.over.load(Ordering::Acquire) {
            thread::sleep(GLANCE);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.link.stop(Duration::from_secs(5));
        self.hub.over.store(true, Ordering::Release);
        for thread in self.threads.drain(..) {
            // A panic of theirs is in the log.
            let _ = thread.join();
        }
        // Viewers should hear of the end, those that listen.
        let deadline = Instant::now() + Duration::from_millis(500);
        while Arc::strong_count(&self.hub) > 1 && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// What the threads of a server share.
#[derive(Debug)]
struct Hub {
    stage: Mutex<Stage>,
    commands: CommandSender,
    pulse: Arc<Pulse>,
    /// Who has connected and not shown a token yet.
    strangers: AtomicUsize,
    over: AtomicBool,
    token: Token,
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, RemoteError> {
    thread::Builder::new().name(name.to_owned()).spawn(run).map_err(RemoteError::io("starting a thread"))
}

/// Hears who connects, until the session is over.
fn accept(hub: &Arc<Hub>, listener: &TcpListener) {
    while !hub.over.load(Ordering::Acquire) {
        if hub.strangers.load(Ordering::Acquire) >= MAX_STRANGERS {
            thread::sleep(GLANCE);
            continue;
        }
        match listener.accept() {
            Ok((stream, from)) => {
                let welcome = hub.clone();
                hub.strangers.fetch_add(1, Ordering::AcqRel);
                let spawned = spawn("cnv-viewer", move || welcome.receive(stream, from));
                if let Err(error) = spawned {
                    hub.strangers.fetch_sub(1, Ordering::AcqRel);
                    tracing::warn!(%error, "a viewer was turned away");
                }
            }
            Err(error) => {
                if error.kind() != io::ErrorKind::WouldBlock {
                    tracing::warn!(%error, "a viewer could not connect");
                }
                thread::sleep(GLANCE);
            }
        }
    }
}

/// Logs a problem that the session survives, as there may be no viewer to read it; but not the same again and again.
fn log_problem(update: &SessionUpdate, logged: &mut Option<Failure>) {
    if let SessionUpdate::Error(failure) = update
        && !failure.fatal
        && logged.as_ref() != Some(failure)
    {
        tracing::warn!("{failure}");
        *logged = Some(failure.clone());
    }
}

impl Hub {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes what the session says to everyone, until it says no more.
    fn show(&self, updates: &UpdateReceiver) {
        let mut logged = None;
        loop {
            let closed = updates.is_closed();
            for update in updates.recv_timeout(5 * GLANCE) {
                log_problem(&update, &mut logged);
                self.stage().take(update).into_iter().for_each(|buffer| updates.recycle(buffer));
            }
            if closed {
                self.stage().close();
                self.over.store(true, Ordering::Release);
                return;
            }
        }
    }

    /// Greets whoever has connected, and serves it if it may see the session.
    fn receive(&self, stream: TcpStream, from: SocketAddr) {
        let full = self.stage().viewers() >= MAX_VIEWERS;
        let admitted = match full {
            true => Err(RemoteError::Refused(format!("there are {MAX_VIEWERS} viewers already"))),
            false => handshake::admit(&stream, Role::Viewer, &self.token),
        };
        self.strangers.fetch_sub(1, Ordering::AcqRel);
        if let Err(error) = admitted {
            if full {
                handshake::turn_away(&stream, &error.to_string());
            }
            return tracing::warn!(%from, %error, "a viewer was turned away");
        }
        tracing::info!(%from, "a viewer has connected");
        match self.serve_viewer(&stream) {
            Ok(()) => tracing::info!(%from, "a viewer has gone"),
            Err(error) => tracing::warn!(%from, %error, "a viewer was lost"),
        }
        // It may be closed from there already.
        let _ = stream.shutdown(Shutdown::Both);
    }

    fn serve_viewer(&self, stream: &TcpStream) -> Result<(), RemoteError> {
        let copy = || stream.try_clone().map_err(RemoteError::io("copying a connection"));
        let (incoming, outgoing) = (copy()?, copy()?);
        let outbox = Arc::<Outbox>::default();
        let writer = {
            let (outbox, pulse, closing) = (outbox.clone(), self.pulse.clone(), copy()?);
            spawn("cnv-tell", move || {
                // The reader finds out as well, if it has not yet.
                let _ = child::tell(&outbox, &pulse, outgoing);
                let _ = closing.shutdown(Shutdown::Both);
            })?
        };
        self.stage().add(outbox.clone());
        let heard = self.listen(incoming, &outbox);
        self.stage().remove(&outbox);
        // Not closed, which would say that the session has ended: the stream alone ends.
        let _ = stream.shutdown(Shutdown::Both);
        let _ = writer.join();
        heard
    }

    /// Passes on what a viewer wants, until it is gone.
    fn listen(&self, stream: TcpStream, outbox: &Arc<Outbox>) -> Result<(), RemoteError> {
        let mut frames = FrameReader::new(stream);
        // What a viewer was told to begin with, before it saw anything, it has not done to its own scene.
        let mut begun = false;
        loop {
            match frames.read() {
                Ok(None) => return Ok(()),
                Err(RemoteError::Io { .. }) => return Ok(()),
                Err(error) => return Err(error),
                Ok(Some((FrameKind::Start, _))) => begun = true,
                Ok(Some((FrameKind::Command, content))) => {
                    if let Err(failure) = self.obey(content, outbox, begun) {
                        outbox.push(SessionUpdate::Error(failure));
                    }
                }
                Ok(Some((kind, content))) => {
                    return Err(RemoteError::UnexpectedFrame { kind: kind as u8, length: content.len() });
                }
            }
        }
    }

    fn obey(&self, content: &[u8], outbox: &Arc<Outbox>, knows: bool) -> Result<(), Failure> {
        let command =
            codec::decode_command(content).map_err(|error| Failure::new("reading a command", &error, false))?;
        if command == SessionCommand::Stop {
            // The session is everyone's.
            return Ok(());
        }
        self.stage().note(&command, knows.then_some(outbox));
        let doing = command.doing();
        self.commands.send(command).map_err(|error| Failure::new(doing, &error, false))
    }
}
