//! The session's end, in a child: runs the session and speaks with the parent.

use std::{
    env,
    io::Write,
    net::TcpStream,
    process,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    ADDRESS_VARIABLE, CHILD_TOKEN_VARIABLE, FrameKind, FrameReader, RemoteError, Role, TITLE_VARIABLE, Token, beat,
    handshake, write_frame,
};
use crate::{
    AppSpec, CommandSender, Failure, SessionCommand, SessionLink, SessionUpdate, UpdateReceiver, codec,
    runner::{Outbox, Pulse},
};

/// How long to wait for updates before looking around.
const GLANCE: Duration = Duration::from_millis(50);

/// How long a session may take to end whose parent is gone.
const GRACE: Duration = Duration::from_secs(1);

/// The title of the application that this process was started for, if it was started for one.
pub(super) fn wanted_title() -> Option<String> {
    env::var(TITLE_VARIABLE).ok().filter(|_| env::var_os(ADDRESS_VARIABLE).is_some())
}

/// Runs the session of an application for the parent of this process, and then ends the process.
pub(super) fn serve_parent(app: AppSpec) -> ! {
    match run(app) {
        Ok(()) => leave(0),
        Err(error) => {
            // The parent reads it, and there is no one else to tell.
            let _ = writeln!(std::io::stderr(), "the session does not reach its viewer: {error}");
            leave(1)
        }
    }
}

/// Ends the process, also where what the system calls at its end hangs.
fn leave(code: i32) -> ! {
    let watch = thread::Builder::new().name("cnv-exit".to_owned()).spawn(|| {
        thread::sleep(GRACE);
        process::abort();
    });
    drop(watch);
    process::exit(code)
}

fn run(mut app: AppSpec) -> Result<(), RemoteError> {
    let stream = find_parent()?;
    let incoming = stream.try_clone().map_err(RemoteError::io("copying the connection"))?;
    let mut frames = FrameReader::new(incoming);
    app.first_commands = first_commands(&mut frames)?;
    app.elsewhere = None;
    // The parent records: a recording has to outlive this process.
    #[cfg(feature = "recording")]
    {
        app.recording = None;
    }
    let mut link = app.start().map_err(RemoteError::io("starting the session"))?;
    let ear = Ear { commands: link.commands.clone(), updates: link.updates.clone(), pulse: link.pulse().clone() };
    let hear = move || {
        ear.listen(frames);
        ear.await_end();
        leave(0)
    };
    let hearing = thread::Builder::new().name("cnv-hear".to_owned()).spawn(hear);
    hearing.map_err(RemoteError::io("starting a thread"))?;
    let told = tell_all(&link, stream);
    if told.is_err() {
        // The parent is gone: the ear hears of it too, and ends this process if the session does not.
        link.stop(GRACE);
    }
    told
}

fn find_parent() -> Result<TcpStream, RemoteError> {
    let (address, token) =
        (env::var(ADDRESS_VARIABLE).unwrap_or_default(), env::var(CHILD_TOKEN_VARIABLE).unwrap_or_default());
    let token = Token::new(&token)?;
    let stream = TcpStream::connect(&address).map_err(RemoteError::io(format!("connecting to {address}")))?;
    // On a machine that does everything else first the parent may be long in answering; if it ends, the connection does.
    handshake::greet(&stream, Role::Session, &token, None)?;
    Ok(stream)
}

/// What is to be done before the first step.
fn first_commands(frames: &mut FrameReader<TcpStream>) -> Result<Vec<SessionCommand>, RemoteError> {
    let mut commands = Vec::new();
    loop {
        match frames.read()? {
            None => return Err(RemoteError::Cut { what: "the first commands" }),
            Some((FrameKind::Start, _)) => return Ok(commands),
            Some((FrameKind::Command, content)) => match codec::decode_command(content) {
                Ok(command) => commands.push(command),
                Err(error) => tracing::warn!(%error, "a first command could not be read"),
            },
            Some((kind, content)) => {
                return Err(RemoteError::UnexpectedFrame { kind: kind as u8, length: content.len() });
            }
        }
    }
}

/// Hears what the parent wants.
struct Ear {
    commands: CommandSender,
    updates: UpdateReceiver,
    pulse: Arc<Pulse>,
}

impl Ear {
    /// Passes commands on until the parent is gone.
    fn listen(&self, mut frames: FrameReader<TcpStream>) {
        while let Ok(Some((kind, content))) = frames.read() {
            if kind != FrameKind::Command {
                continue;
            }
            if let Err(failure) = deliver(content, &self.commands, &self.pulse) {
                self.updates.outbox().push(SessionUpdate::Error(failure));
            }
        }
    }

    /// Gives the session the time to end.
    fn await_end(&self) {
        self.pulse.request_stop();
        // Wakes a session that stands still; one with a full queue is awake.
        let _ = self.commands.send(SessionCommand::Stop);
        let deadline = Instant::now() + GRACE;
        while !self.updates.is_closed() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Gives a command to the session. A wish to stop also reaches one that is inside of a long batch.
fn deliver(content: &[u8], commands: &CommandSender, pulse: &Pulse) -> Result<(), Failure> {
    let command = codec::decode_command(content).map_err(|error| Failure::new("reading a command", &error, false))?;
    if command == SessionCommand::Stop {
        pulse.request_stop();
    }
    let doing = command.doing();
    commands.send(command).map_err(|error| Failure::new(doing, &error, false))
}

/// Sends everything that the session says, until it has ended.
fn tell_all(link: &SessionLink, stream: TcpStream) -> Result<(), RemoteError> {
    tell(link.updates.outbox(), link.pulse(), stream)
}

/// Sends everything that comes through an outbox and the pulse beside it, until it is closed.
pub(super) fn tell(outbox: &Outbox, pulse: &Pulse, mut stream: TcpStream) -> Result<(), RemoteError> {
    let mut frame = Vec::new();
    // When the pulse was told last, and whether it was of a call that takes long.
    let mut told: Option<(Instant, bool)> = None;
    loop {
        // Before the updates are taken: what was emitted last is among them.
        let closed = outbox.is_closed();
        let updates = outbox.drain_timeout(GLANCE);
        let busy = pulse.busy().is_some();
        // The end of a long call comes before what comes of it.
        if told.is_none_or(|(at, was_busy)| at.elapsed() >= beat::EVERY || was_busy && !busy) {
            told = Some((Instant::now(), busy));
            write_frame(FrameKind::Pulse, &mut frame, |into| beat::write(pulse.current(), into))?;
            send(&mut stream, &frame)?;
        }
        for update in updates {
            write_update(&update, &mut frame)?;
            send(&mut stream, &frame)?;
            if let SessionUpdate::FieldReplace { values, .. } = update {
                outbox.recycle(values.into_raw_vec_and_offset().0);
            }
        }
        if closed {
            write_frame(FrameKind::End, &mut frame, |_| {})?;
            return send(&mut stream, &frame);
        }
    }
}

/// Makes a frame of an update, or of the reason why there can be none.
fn write_update(update: &SessionUpdate, frame: &mut Vec<u8>) -> Result<(), RemoteError> {
    let Err(error) = write_frame(FrameKind::Update, frame, |into| codec::encode_update(update, into)) else {
        return Ok(());
    };
    let told = SessionUpdate::Error(Failure::new("sending an update", &error, false));
    write_frame(FrameKind::Update, frame, |into| codec::encode_update(&told, into))
}

fn send(stream: &mut TcpStream, frame: &[u8]) -> Result<(), RemoteError> {
    stream.write_all(frame).map_err(RemoteError::io("sending"))
}
