//! The first sixteen bytes of a message.

use super::{CodecError, VERSION};

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Update = 1,
    Command = 2,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: u8,
    pub(super) arrays: u32,
    pub(super) json_length: u64,
}

impl Header {
    pub(super) const LENGTH: usize = 16;

    /// Writes over the first bytes of `message`, which are there.
    pub(super) fn write(self, message: &mut [u8]) {
        message[..4].copy_from_slice(&[self.kind, VERSION, 0, 0]);
        message[4..8].copy_from_slice(&self.arrays.to_le_bytes());
        message[8..16].copy_from_slice(&self.json_length.to_le_bytes());
    }

    pub(super) fn read(bytes: &[u8], expected: Kind) -> Result<Self, CodecError> {
        let Some(&[kind, version, _, _, a, b, c, d, ref length @ ..]) = bytes.first_chunk::<{ Self::LENGTH }>() else {
            let (what, needed) = ("the header".to_owned(), Self::LENGTH as u64);
            return Err(CodecError::Short { what, needed, found: bytes.len() });
        };
        if kind != expected as u8 {
            return Err(CodecError::Kind { expected: expected as u8, found: kind });
        }
        if version != VERSION {
            return Err(CodecError::Version { found: version });
        }
        Ok(Self { kind, arrays: u32::from_le_bytes([a, b, c, d]), json_length: u64::from_le_bytes(*length) })
    }

    /// Where the JSON text begins.
    pub(super) fn json_begin(self, bytes: &[u8]) -> Result<usize, CodecError> {
        let rest = bytes.len() - Self::LENGTH;
        let length = usize::try_from(self.json_length).ok().filter(|&length| length <= rest);
        length.map(|length| bytes.len() - length).ok_or_else(|| CodecError::Short {
            what: "the text".to_owned(),
            needed: self.json_length.saturating_add(Self::LENGTH as u64),
            found: bytes.len(),
        })
    }
}
