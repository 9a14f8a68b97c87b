//! Sessions as entities: their updates come in as components and messages, commands go out.

mod components;
mod input;
mod messages;
mod past;
mod receive;
mod select;
mod views;

use bevy::prelude::*;

pub use components::{
    ChosenLimits, HeatMap, LinePlot, LiveSession, Morphology, OtherView, PhasePlane, RangePlot, Raster, SelectedEntity,
    Selection, SessionLayout, SessionNotice, SessionProblems, SessionProgress, SessionScene, SessionTimeline,
    StateGraph, Surface, ViewOf,
};
pub use messages::{ClearSelection, Input, SelectEntity, SendCommand, SessionEvent, SessionMessage, UserInput};
pub use past::Past;

/// The stages that a frame of all sessions goes through.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionSystems {
    /// Starts sessions and applies their updates to their components. In [`PreUpdate`].
    Receive,
    /// Spawns, changes and despawns the entities of views. In [`PreUpdate`], after `Receive`.
    SyncViews,
    /// Takes selections and sends commands. In [`PostUpdate`].
    Send,
}

/// Runs sessions: every entity with a [`LiveSession`] gets its components and its views as children.
///
/// Needs no window and no renderer; it works under `MinimalPlugins`.
#[derive(Debug, Default)]
pub struct SessionPlugin;

impl Plugin for SessionPlugin {
    fn build(&self, app: &mut App) {
        app.add_message::<SessionMessage>()
            .add_message::<SendCommand>()
            .add_message::<SelectEntity>()
            .add_message::<ClearSelection>()
            .add_message::<UserInput>()
            .configure_sets(PreUpdate, (SessionSystems::Receive, SessionSystems::SyncViews).chain())
            .add_systems(
                PreUpdate,
                (
                    (receive::start_sessions, receive::receive_updates).chain().in_set(SessionSystems::Receive),
                    (views::resolve_layouts, views::sync_views).in_set(SessionSystems::SyncViews),
                ),
            )
            .add_systems(
                PostUpdate,
                (select::select_entities, select::clear_selections, input::take_input, receive::send_commands)
                    .chain()
                    .in_set(SessionSystems::Send),
            );
    }
}
