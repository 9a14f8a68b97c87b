//! What sessions tell the app, and the app them.

use bevy::prelude::*;
use compneurovis_core::{
    ActionId, ControlId, EntityId, Failure, FieldId, Modifiers, Notice, SessionCommand, SessionStatus, Snapshot, Value,
};

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
    Notice(Notice),
    /// It took a snapshot of its state.
    Snapshot(Snapshot),
    /// It can be sought through another span of time, or something happened in it.
    TimelineChanged,
    /// Something went wrong.
    Failed(Failure),
}

/// The user did something: what it means is the business of the session's scene and of its
/// application's hooks.
#[derive(Message, Clone, Debug)]
pub struct UserInput {
    /// The entity of the session.
    pub session: Entity,
    /// What was done.
    pub input: Input,
}

/// What a user did.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Input {
    /// Pressed a key that nothing on the screen wanted, such as `K` or `Ctrl+K`.
    Key(String),
    /// Moved a control.
    Control(ControlId, Value),
    /// Pressed an action's button. The [built-in](compneurovis_core::BuiltinAction) ones need not
    /// be in the scene.
    Action(ActionId),
}

/// Sends a command to a session as it is.
#[derive(Message, Clone, Debug)]
pub struct SendCommand {
    /// The entity of the session.
    pub session: Entity,
    /// The command.
    pub command: SessionCommand,
}

/// Selects a compartment: it is highlighted, stands in the shared state, and the session hears of it.
/// With Control held it joins what is selected or leaves it; with Shift its whole section is selected.
#[derive(Message, Clone, Debug)]
pub struct SelectEntity {
    /// The entity of the session.
    pub session: Entity,
    /// The compartment.
    pub entity: EntityId,
    /// Keys held meanwhile.
    pub modifiers: Modifiers,
}

/// Takes the selection of a session away.
#[derive(Message, Clone, Debug)]
pub struct ClearSelection {
    /// The entity of the session.
    pub session: Entity,
}
