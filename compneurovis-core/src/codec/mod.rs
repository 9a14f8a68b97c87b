//! Updates and commands as bytes: what recordings keep and what goes between processes.
//!
//! A message is a header, the long lists of numbers as they lie in memory, and JSON that says what they
//! are. So the structure can be read by people and written by any language, values are copied once and
//! keep every bit, and a field of a million values costs what its copy does. All numbers are
//! little-endian; every part begins at a multiple of 8 bytes from the beginning of the message:
//!
//! | offset | type | what |
//! |---|---|---|
//! | 0 | `u8` | 1 for an update, 2 for a command |
//! | 1 | `u8` | version of this format, 1 |
//! | 2 | `u16` | 0 |
//! | 4 | `u32` | number of arrays |
//! | 8 | `u64` | length of the JSON text in bytes |
//! | 16 | | the arrays, one after the other; the JSON text, in UTF-8, is the rest of the message |
//!
//! An array:
//!
//! | offset | type | what |
//! |---|---|---|
//! | 0 | `u8` | type: 1 `u8`, 2 `i32`, 3 `u32`, 4 `i64`, 5 `f32`, 6 `f64` |
//! | 1 | 7 bytes | 0 |
//! | 8 | `u64` | number of values |
//! | 16 | | the values, and zeros up to the next multiple of 8 |
//!
//! The JSON is that of serde for [`SessionUpdate`] and [`SessionCommand`], with `{"array": 0}` in the place
//! of the first array, and so on. Each array stands in one place. Whoever writes by hand may also write lists of numbers there, and
//! `f64` where the type is `f32`. What frames messages in a stream is the transport's business.
//!
//! ```
//! use compneurovis_core::{SessionUpdate, codec};
//! let update = SessionUpdate::FieldReplace {
//!     field: "v".into(),
//!     values: ndarray::array![-65.0, f32::NAN].into_dyn(),
//!     coords: Vec::new(),
//! };
//! let mut message = Vec::new();
//! codec::encode_update(&update, &mut message);
//! assert_eq!(message[16 + 16..][..4], (-65.0f32).to_le_bytes());
//! let SessionUpdate::FieldReplace { values, .. } = codec::decode_update(&message)? else { unreachable!() };
//! assert_eq!(values[1].to_bits(), f32::NAN.to_bits());
//! # Ok::<(), codec::CodecError>(())
//! ```

mod arrays;
mod header;
#[cfg(test)]
mod tests;

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

pub(crate) use arrays::{Element, Taken, put, reading, take, writing};

use self::header::{Header, Kind};
use crate::{SessionCommand, SessionUpdate};

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u8 = 1;

/// Bytes that are no message.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CodecError {
    /// They end before the message does.
    #[error("the message ends after {found} bytes; {what} would need {needed}")]
    Short {
        /// Which part of it is cut.
        what: String,
        /// How many bytes there would have to be at least.
        needed: u64,
        /// How many there are.
        found: usize,
    },
    /// A message of another kind, or none at all.
    #[error("the message is of the kind {found}, where {expected} is expected")]
    Kind {
        /// The kind that is read here.
        expected: u8,
        /// The kind that it says it is.
        found: u8,
    },
    /// A version of the format that this program does not read.
    #[error("the message is of version {found}; this program reads version {VERSION}")]
    Version {
        /// The version that it says it is.
        found: u8,
    },
    /// An array of a type that there is not.
    #[error("array {index} of the message is of the type {found}, which there is not")]
    ArrayType {
        /// Which array.
        index: u32,
        /// The type that it says it is.
        found: u8,
    },
    /// The arrays and the JSON text are not as long as the message.
    #[error("the arrays of the message end at byte {arrays_end}, but its text begins at byte {json_begin}")]
    Gap {
        /// Where the last array ends.
        arrays_end: usize,
        /// Where the JSON text begins, counted from the end.
        json_begin: u64,
    },
    /// The JSON text does not say what it should.
    #[error("the text of the message is not what it should be: {0}")]
    Json(#[from] serde_json::Error),
}

/// Appends an update to `into`, as one message.
pub fn encode_update(update: &SessionUpdate, into: &mut Vec<u8>) {
    encode(Kind::Update, update, into);
}

/// Reads one message that is an update. Takes memory in proportion to `bytes`, whatever they say.
///
/// # Errors
/// They are no message, or none that is an update.
pub fn decode_update(bytes: &[u8]) -> Result<SessionUpdate, CodecError> {
    decode(Kind::Update, bytes)
}

/// Appends a command to `into`, as one message.
pub fn encode_command(command: &SessionCommand, into: &mut Vec<u8>) {
    encode(Kind::Command, command, into);
}

/// Reads one message that is a command. Takes memory in proportion to `bytes`, whatever they say.
///
/// # Errors
/// They are no message, or none that is a command.
pub fn decode_command(bytes: &[u8]) -> Result<SessionCommand, CodecError> {
    decode(Kind::Command, bytes)
}

fn encode<T: Serialize>(kind: Kind, value: &T, into: &mut Vec<u8>) {
    let start = into.len();
    into.extend_from_slice(&[0; Header::LENGTH]);
    let (arrays, json) = arrays::collect(start, into, || serde_json::to_vec(value));
    // Serde's own impls fail on keys that are no strings only, of which the protocol has none.
    let json = json.unwrap_or_else(|error| {
        tracing::error!(%error, "a message could not be written");
        b"null".to_vec()
    });
    let header = Header { kind: kind as u8, arrays, json_length: json.len() as u64 };
    header.write(&mut into[start..]);
    into.extend_from_slice(&json);
}

fn decode<T: DeserializeOwned>(kind: Kind, bytes: &[u8]) -> Result<T, CodecError> {
    let header = Header::read(bytes, kind)?;
    let json_begin = header.json_begin(bytes)?;
    let (arrays, arrays_end) = arrays::read_all(&bytes[..json_begin], header.arrays)?;
    if arrays_end != json_begin {
        return Err(CodecError::Gap { arrays_end, json_begin: json_begin as u64 });
    }
    Ok(arrays::provide(arrays, || serde_json::from_slice(&bytes[json_begin..]))?)
}
