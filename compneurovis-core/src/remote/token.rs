//! What a viewer has to know before it may see and steer a session.

use std::{
    fmt,
    fs::File,
    hash::{BuildHasher, RandomState},
    io::Read,
    path::{Path, PathBuf},
};

use super::RemoteError;

/// Contains the token, for serving and for connecting.
pub const TOKEN_VARIABLE: &str = "COMPNEUROVIS_TOKEN";

/// Names a file that contains the token, if [`TOKEN_VARIABLE`] is not set.
pub const TOKEN_FILE_VARIABLE: &str = "COMPNEUROVIS_TOKEN_FILE";

/// A shared secret. It is not shown by `Debug`.
///
/// ```
/// use compneurovis_core::remote::Token;
/// let token = Token::new("correct horse battery")?;
/// assert!(token.matches(b"correct horse battery") && !token.matches(b"correct horse"));
/// assert_ne!(Token::generate().as_str(), Token::generate().as_str());
/// assert!(Token::new("short").is_err());
/// # Ok::<(), compneurovis_core::remote::RemoteError>(())
/// ```
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// How many bytes a token has at least.
    pub const LEAST: usize = 8;

    /// How many bytes a token has at most.
    pub const MOST: usize = 1024;

    /// A token of someone's choice; spaces around it do not count.
    ///
    /// # Errors
    /// It is shorter or longer than a token is.
    pub fn new(text: &str) -> Result<Self, RemoteError> {
        let text = text.trim();
        match (Self::LEAST..=Self::MOST).contains(&text.len()) {
            true => Ok(Self(text.to_owned())),
            false => Err(RemoteError::TokenLength { found: text.len() }),
        }
    }

    /// A token that no one guesses: 128 bits of the system's randomness, as 32 digits.
    pub fn generate() -> Self {
        Self(random_bytes().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The token in a file.
    ///
    /// # Errors
    /// The file cannot be read, or contains no token.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, RemoteError> {
        let path = path.as_ref();
        let mut text = String::new();
        let read = File::open(path).and_then(|file| file.take(2 * Self::MOST as u64).read_to_string(&mut text));
        read.map_err(|source| RemoteError::TokenFile { path: path.to_owned(), source })?;
        Self::new(&text)
    }

    /// The token that the environment gives, itself or in a file, if it gives one.
    ///
    /// # Errors
    /// What it gives is no token.
    pub fn from_environment() -> Result<Option<Self>, RemoteError> {
        if let Ok(text) = std::env::var(TOKEN_VARIABLE) {
            return Self::new(&text).map(Some);
        }
        std::env::var_os(TOKEN_FILE_VARIABLE).map(|path| Self::read(PathBuf::from(path))).transpose()
    }

    /// The secret itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether these bytes are the token. Takes as long for every guess of its length.
    pub fn matches(&self, guess: &[u8]) -> bool {
        let token = self.0.as_bytes();
        let differences = token.iter().zip(guess).fold(0, |sum, (a, b)| sum | (a ^ b));
        token.len() == guess.len() && std::hint::black_box(differences) == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    if File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes)).is_ok() {
        return bytes;
    }
    // Its keys come from the system, and what it makes of a number is not to be foretold without them.
    let (first, second) = (RandomState::new(), RandomState::new());
    bytes[..8].copy_from_slice(&first.hash_one(std::process::id()).to_le_bytes());
    bytes[8..].copy_from_slice(&second.hash_one(std::time::SystemTime::now()).to_le_bytes());
    bytes
}
