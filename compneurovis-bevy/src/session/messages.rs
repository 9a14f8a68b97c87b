//! What sessions tell the app, and the app them.

use bevy::prelude::*;
use compneurovis_core::{EntityId, Failure, FieldId, Modifiers, SessionCommand, SessionStatus};

/// Something happened in a session. Its components show it already.
#[derive(Message, Clone, Debug)]
pub struct SessionMessage {
    /// The entity of the session.
    pub session: Entity,
    /// What happened.
    pub event: SessionEvent,
}

/// What happened in a session.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SessionEvent {
    /// It has a whole new scene.
    SceneReady,
    /// A field has new values.
    FieldChanged(FieldId),
    /// Views, controls, actions or geometries changed.
    StructureChanged,
    /// The shared state changed.
    StateChanged,
    /// It went on.
    Progress(SessionStatus),
    /// It wants a line read.
    Notice(String),
    /// Something went wrong.
    Failed(Failure),
}

/// Sends a command to a session.
#[derive(Message, Clone, Debug)]
pub struct SendCommand {
    /// The entity of the session.
    pub session: Entity,
    /// The command.
    pub command: SessionCommand,
}

/// Selects a compartment: it is highlighted, stands in the shared state, and the session hears of it.
#[derive(Message, Clone, Debug)]
pub struct SelectEntity {
    /// The entity of the session.
    pub session: Entity,
    /// The compartment.
    pub entity: EntityId,
    /// Keys held meanwhile.
    pub modifiers: Modifiers,
}
