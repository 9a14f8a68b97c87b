//! What a session is at, in a frame of its own: so that a viewer knows of a call that does not end.

use std::time::Duration;

use super::RemoteError;
use crate::{Activity, Busy};

/// How often a session says what it is at.
pub(super) const EVERY: Duration = Duration::from_millis(200);

/// The content of a pulse frame: which call, and for how many microseconds.
pub(super) fn write(busy: Option<Busy>, into: &mut Vec<u8>) {
    let code = busy.map_or(0, |busy| busy.activity.code());
    let duration_us = busy.map_or(0, |busy| u64::try_from(busy.duration.as_micros()).unwrap_or(u64::MAX));
    into.extend_from_slice(&[code, 0, 0, 0, 0, 0, 0, 0]);
    into.extend_from_slice(&duration_us.to_le_bytes());
}

/// Reads what [`write`] wrote. A call that is not known counts as none.
pub(super) fn read(content: &[u8]) -> Result<Option<Busy>, RemoteError> {
    let &[code, _, _, _, _, _, _, _, ref duration @ ..] = <&[u8; 16]>::try_from(content)
        .map_err(|_| RemoteError::UnexpectedFrame { kind: super::FrameKind::Pulse as u8, length: content.len() })?;
    let duration = Duration::from_micros(u64::from_le_bytes(*duration));
    Ok(Activity::of_code(code).map(|activity| Busy { activity, duration }))
}
