//! The first bytes of a connection: who is there, and whether it may be.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::Duration,
};

use super::{PROTOCOL_VERSION, RemoteError, Token};

/// The first bytes of both directions. Ends with a line feed, so that a transport that changes line
/// ends shows at once.
pub const MAGIC: [u8; 8] = *b"CNVLINK\n";

/// How long the other end has for its part, once it has begun to speak or unless it is our own parent.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Runs a model.
    Session = 1,
    /// Shows and steers it.
    Viewer = 2,
}

/// What a greeting and its answer have in common: a number and a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Greeting {
    version: u32,
    code: u8,
    text: Vec<u8>,
}

const FIXED: usize = 16;

mod verdict {
    pub(super) const WELCOME: u8 = 0;
    pub(super) const WRONG_TOKEN: u8 = 1;
    pub(super) const WRONG_VERSION: u8 = 2;
    pub(super) const WRONG_ROLE: u8 = 3;
    pub(super) const REFUSED: u8 = 4;
}

impl Greeting {
    fn new(code: u8, text: &str) -> Self {
        Self { version: PROTOCOL_VERSION, code, text: text.as_bytes().to_vec() }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.version.to_le_bytes());
        // Tokens are shorter, and so is what is answered.
        let length = u16::try_from(self.text.len()).unwrap_or(u16::MAX);
        bytes.extend([self.code, 0]);
        bytes.extend(length.to_le_bytes());
        bytes.extend(&self.text[..usize::from(length)]);
        bytes
    }

    fn read(stream: &mut impl Read) -> Result<Self, RemoteError> {
        let mut fixed = [0; FIXED];
        // One piece after the other: what speaks another protocol may say less, and then wait.
        read_exact(stream, &mut fixed[..MAGIC.len()])?;
        if !fixed.starts_with(&MAGIC) {
            let found = String::from_utf8_lossy(&fixed[..MAGIC.len()]).into_owned();
            return Err(RemoteError::Magic { found });
        }
        read_exact(stream, &mut fixed[MAGIC.len()..])?;
        let [.., a, b, c, d, code, _, low, high] = fixed;
        let mut text = vec![0; usize::from(u16::from_le_bytes([low, high]))];
        read_exact(stream, &mut text)?;
        Ok(Self { version: u32::from_le_bytes([a, b, c, d]), code, text })
    }
}

fn read_exact(stream: &mut impl Read, into: &mut [u8]) -> Result<(), RemoteError> {
    stream.read_exact(into).map_err(|source| match source.kind() {
        io::ErrorKind::UnexpectedEof => RemoteError::Cut { what: "the greeting" },
        _ => RemoteError::Io { doing: "reading the greeting".to_owned(), source },
    })
}

/// The bytes that the connecting end says first.
pub fn greeting(role: Role, token: &Token) -> Vec<u8> {
    Greeting::new(role as u8, token.as_str()).bytes()
}

/// Greets whoever listens at the other end, and hears what it says to that; for as long as the connection holds if there is no
/// limit to the patience.
pub(super) fn greet(
    stream: &TcpStream,
    role: Role,
    token: &Token,
    patience: Option<Duration>,
) -> Result<(), RemoteError> {
    prepare(stream, patience)?;
    let mut stream = stream;
    stream.write_all(&greeting(role, token)).map_err(RemoteError::io("sending the greeting"))?;
    let answer = Greeting::read(&mut stream)?;
    if answer.version != PROTOCOL_VERSION {
        return Err(RemoteError::Version { theirs: answer.version });
    }
    let expected = if role == Role::Viewer { "session" } else { "viewer" };
    match answer.code {
        verdict::WELCOME => settle(stream),
        verdict::WRONG_TOKEN => Err(RemoteError::WrongToken),
        verdict::WRONG_ROLE => Err(RemoteError::Role { expected }),
        _ => Err(RemoteError::Refused(String::from_utf8_lossy(&answer.text).into_owned())),
    }
}

/// Hears who has connected, and answers. `Err` if it may not.
pub(super) fn admit(stream: &TcpStream, expected: Role, token: &Token) -> Result<(), RemoteError> {
    prepare(stream, Some(PATIENCE))?;
    let mut stream = stream;
    let heard = Greeting::read(&mut stream).and_then(|greeting| judge(&greeting, expected, token));
    let answer = match &heard {
        Ok(()) => Greeting::new(verdict::WELCOME, ""),
        Err(error) => Greeting::new(code_of(error), &error.to_string()),
    };
    let told = stream.write_all(&answer.bytes()).map_err(RemoteError::io("answering a greeting"));
    heard.and(told)?;
    settle(stream)
}

/// Tells someone who has connected that it is too much.
pub(super) fn turn_away(stream: &TcpStream, reason: &str) {
    let mut stream = stream;
    // It was refused anyway.
    let _ =
        prepare(stream, Some(PATIENCE)).map(|()| stream.write_all(&Greeting::new(verdict::REFUSED, reason).bytes()));
}

fn judge(greeting: &Greeting, expected: Role, token: &Token) -> Result<(), RemoteError> {
    if greeting.version != PROTOCOL_VERSION {
        return Err(RemoteError::Version { theirs: greeting.version });
    }
    if !token.matches(&greeting.text) {
        return Err(RemoteError::WrongToken);
    }
    if greeting.code != expected as u8 {
        return Err(RemoteError::Role { expected: if expected == Role::Viewer { "viewer" } else { "session" } });
    }
    Ok(())
}

fn code_of(error: &RemoteError) -> u8 {
    match error {
        RemoteError::WrongToken => verdict::WRONG_TOKEN,
        RemoteError::Version { .. } => verdict::WRONG_VERSION,
        RemoteError::Role { .. } => verdict::WRONG_ROLE,
        _ => verdict::REFUSED,
    }
}

fn prepare(stream: &TcpStream, patience: Option<Duration>) -> Result<(), RemoteError> {
    let set = stream.set_nonblocking(false).and_then(|()| stream.set_nodelay(true));
    let set = set.and_then(|()| stream.set_read_timeout(patience));
    set.and_then(|()| stream.set_write_timeout(patience)).map_err(RemoteError::io("preparing a connection"))
}

/// Both ends may now take their time.
fn settle(stream: &TcpStream) -> Result<(), RemoteError> {
    let set = stream.set_read_timeout(None).and_then(|()| stream.set_write_timeout(None));
    set.map_err(RemoteError::io("preparing a connection"))
}
