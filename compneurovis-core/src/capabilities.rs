//! What a session can do beyond advancing.

use serde::{Deserialize, Serialize};

/// What a session can do, so that no frontend shows a button that does nothing.
///
/// Pausing, stepping, running until a time, pace, restarting and stopping are the runner's and are
/// there for every session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Capabilities {
    /// It starts over: [`Reset`](crate::SessionCommand::Reset).
    pub reset: bool,
    /// It goes to any time: [`Seek`](crate::SessionCommand::Seek).
    pub seek: bool,
    /// It begins again at its end: [`SetLoop`](crate::SessionCommand::SetLoop).
    pub looping: bool,
    /// Its state can be taken and put back: [`Snapshot`](crate::SessionCommand::Snapshot) and
    /// [`Restore`](crate::SessionCommand::Restore).
    pub snapshot: bool,
    /// It advances at all; what stands still for good has no use for pause and pace.
    pub advance: bool,
    /// It runs in a process that can be ended, whatever it is at: [`EndProcess`](crate::SessionCommand::EndProcess).
    #[serde(default)]
    pub process: bool,
}

impl Capabilities {
    /// What a model can do that advances and can start over.
    pub const MODEL: Self =
        Self { reset: true, seek: false, looping: false, snapshot: false, advance: true, process: false };

    /// What a recording can do: whatever is about time.
    pub const RECORDING: Self =
        Self { reset: true, seek: true, looping: true, snapshot: false, advance: true, process: false };

    /// What a picture can do that stands still.
    pub const STILL: Self =
        Self { reset: false, seek: false, looping: false, snapshot: false, advance: false, process: false };
}
