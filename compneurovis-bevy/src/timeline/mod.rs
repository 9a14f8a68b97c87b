//! Going through time: a timeline for recordings and for the latest past of a live run, snapshots to branch
//! from, and the traces of the run before as ghosts.
//!
//! | what the user does | in a recording | in a live run |
//! |---|---|---|
//! | drags along the timeline | the session seeks | the moment is shown from its [`Past`], while the run goes on |
//! | "Now" | | what grows is shown again |
//! | "Branch" | | goes back to the nearest [snapshot](BranchPoints) before the moment, and keeps the traces as [`Ghosts`] |
//! | "Record" | | every update goes to a file |
//!
//! From code, write a [`TimelineInput`]:
//!
//! ```no_run
//! use bevy::prelude::*;
//! use compneurovis_bevy::{LiveSession, timeline::{TimelineInput, TimelineRequest}};
//! fn a_little_back(sessions: Query<Entity, With<LiveSession>>, mut inputs: MessageWriter<TimelineInput>) {
//!     for session in &sessions {
//!         inputs.write(TimelineInput { session, request: TimelineRequest::Show(12.5) });
//!     }
//! }
//! ```

mod branch;
mod ghost;
mod obey;
mod request;
mod track;
mod ui;

use bevy::prelude::*;

pub use branch::BranchPoints;
pub use ghost::Ghosts;
pub(crate) use obey::recording_text;
pub use request::{TIMELINE_KEYS, TimelineInput, TimelineRequest};
pub use ui::{TimelineShown, TimelineWish, timeline_ui};

use crate::{
    export::ExportSettings,
    plot::DrawPlots,
    session::{LiveSession, Past, SessionSystems},
};

/// When snapshots are kept to branch from, in [`PreUpdate`].
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimelineSystems;

/// How much is kept of the past of each session.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct PastSettings {
    /// Bytes for the moments of a live run. 0 keeps none.
    pub moments_bytes: usize,
    /// Bytes for snapshots of its state. 0 takes none.
    pub snapshots_bytes: usize,
    /// Seconds from one snapshot to the next, while it runs.
    pub snapshots_every_s: f64,
}

impl Default for PastSettings {
    fn default() -> Self {
        Self { moments_bytes: 256 << 20, snapshots_bytes: 128 << 20, snapshots_every_s: 1.0 }
    }
}

/// Keeps a [`Past`] and [`BranchPoints`] of every session that has none yet, and does what a
/// [`TimelineInput`] says.
#[derive(Debug, Default)]
pub struct TimelinePlugin;

impl Plugin for TimelinePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<PastSettings>()
            .init_resource::<ExportSettings>()
            .add_message::<TimelineInput>()
            .add_systems(PreUpdate, begin_pasts.before(SessionSystems::Receive))
            .add_systems(
                PreUpdate,
                (branch::keep_snapshots, branch::take_snapshots)
                    .chain()
                    .in_set(TimelineSystems)
                    .after(SessionSystems::Receive),
            )
            .add_systems(PostUpdate, obey::obey.before(SessionSystems::Send))
            .add_systems(bevy_egui::EguiPrimaryContextPass, ghost::show_ghosts.before(DrawPlots));
    }
}

fn begin_pasts(
    settings: Res<PastSettings>,
    new: Query<Entity, (With<LiveSession>, Without<BranchPoints>)>,
    pasts: Query<(), With<Past>>,
    mut commands: Commands,
) {
    for session in &new {
        let mut entity = commands.entity(session);
        entity.insert((BranchPoints::new(settings.snapshots_bytes), Ghosts::default()));
        if !pasts.contains(session) {
            entity.insert(Past::new(settings.moments_bytes));
        }
    }
}
