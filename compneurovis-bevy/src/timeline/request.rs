//! What can be asked of a timeline.

use std::path::PathBuf;

use bevy::prelude::*;

/// The user wants something of a session's time.
#[derive(Message, Clone, Debug)]
pub struct TimelineInput {
    /// The entity of the session.
    pub session: Entity,
    /// What is wanted.
    pub request: TimelineRequest,
}

/// What can be wanted of a session's time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TimelineRequest {
    /// Show this moment, in ms of the timeline: a recording seeks, a live run shows its past.
    Show(f64),
    /// Show a moment so much earlier or later, as a part of the timeline.
    Step(f64),
    /// Show the first moment that there is.
    Begin,
    /// Show what grows; the last moment of a recording.
    Now,
    /// Go back to the nearest snapshot at or before the moment that is shown, stand still there, and keep
    /// what the traces were as ghosts.
    Branch,
    /// Forget the ghosts.
    ForgetGhosts,
    /// Record what the session emits from now on, into this file; without one, into a new file with a name
    /// made of title and time.
    Record(Option<PathBuf>),
    /// End the recording.
    StopRecording,
    /// Record if nothing is recorded, and else end the recording.
    ToggleRecording,
}

/// What keys do about time, besides those that pause, step and reset.
pub const TIMELINE_KEYS: [(&str, &str); 5] = [
    ("[, ]", "a moment back, a moment on"),
    ("Ctrl+[, Ctrl+]", "to the first moment, to now"),
    ("Ctrl+J", "branch from the moment that is shown"),
    ("Ctrl+G", "forget the traces of the run before"),
    ("Ctrl+R", "record to a file, end the recording"),
];

/// How far a key goes, as a part of the timeline.
const KEY_STEP: f64 = 0.005;

impl TimelineRequest {
    /// What a key asks for.
    pub(crate) fn of_key(name: &str) -> Option<Self> {
        Some(match name {
            "[" => Self::Step(-KEY_STEP),
            "]" => Self::Step(KEY_STEP),
            "Ctrl+[" => Self::Begin,
            "Ctrl+]" => Self::Now,
            "Ctrl+J" => Self::Branch,
            "Ctrl+G" => Self::ForgetGhosts,
            "Ctrl+R" => Self::ToggleRecording,
            _ => return None,
        })
    }
}
