//! The Bevy frontend of CompNeuroVis: a session's stream of updates becomes entities and pictures.
//!
//! [`run_app`] opens a window for an [`AppSpec`](compneurovis_core::AppSpec) and is all that most
//! programs need. An app of one's own adds [`CompNeuroVisPlugins`] and spawns a [`LiveSession`]:
//!
//! ```no_run
//! use bevy::prelude::*;
//! use compneurovis_bevy::prelude::*;
//! # use compneurovis_core::{AppSpec, Emitter, Scene, Session, SessionError};
//! # struct MyModel;
//! # impl Session for MyModel {
//! #     fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> { Ok(None) }
//! #     fn advance(&mut self, _: &mut Emitter) -> Result<(), SessionError> { Ok(()) }
//! # }
//!
//! fn main() -> AppExit {
//!     App::new().add_plugins((DefaultPlugins, CompNeuroVisPlugins)).add_systems(Startup, setup).run()
//! }
//!
//! fn setup(mut commands: Commands) {
//!     commands.spawn((Camera3d::default(), OrbitCamera::default(), PickingCamera));
//!     commands.spawn(LiveSession::new(AppSpec::new("My model", || Ok(MyModel))));
//! }
//! ```
//!
//! # What a session is in the world
//!
//! | entity | components |
//! |---|---|
//! | a session | [`LiveSession`], [`SessionScene`], [`SessionLayout`], [`SessionProgress`], [`SessionProblems`], [`SessionNotice`], [`Selection`] |
//! | each of its views, a child | [`ViewOf`] and one of [`Morphology`], [`Surface`], [`LinePlot`], [`PhasePlane`], [`RangePlot`], [`HeatMap`], [`Raster`], [`StateGraph`] or, for what has no picture here, [`OtherView`]; a cell or surface also [`Transform`](bevy::prelude::Transform) and [`Visibility`](bevy::prelude::Visibility), and [`CellGeometry`] or [`SurfacePicture`](surface::SurfacePicture) |
//!
//! Views are spawned, changed and despawned with the scene, and keep their entities over changes.
//! Move a cell or a surface by its transform, hide it by its visibility; any 3-D camera sees it. What happened
//! comes as [`SessionMessage`]; what the user does goes in as [`UserInput`] and [`SelectEntity`], and
//! commands go out as [`SendCommand`].
//! A session ends when its entity is despawned, and its views go with it.
//!
//! | plugin | job | works without a renderer |
//! |---|---|---|
//! | [`SessionPlugin`] | sessions, views, commands | yes |
//! | [`OrbitCameraPlugin`] | cameras with an [`OrbitCamera`] | yes |
//! | [`MorphologyPlugin`] | cells in 3-D cameras, picking | yes, and draws nothing |
//! | [`SurfacePlugin`] | surfaces in 3-D cameras, their axes and cuts | yes, and draws nothing |
//! | [`WorkbenchPlugin`] | the panels of [`run_app`]'s window; not in the group | no |
//!
//! None of them touches entities, cameras or egui areas that it did not make.

pub mod camera;
pub mod export;
pub mod morphology;
pub mod plot;
pub mod raster;
pub mod session;
pub mod surface;
pub mod timeline;
pub mod tutorials;
pub mod workbench;

mod adapter;
mod beneath;
mod display;
mod error;
mod executors;
mod headless;
mod lost;
mod ticks;
mod window;

use bevy::app::{PluginGroup, PluginGroupBuilder};

pub use adapter::adapter_name;
pub use camera::{
    CameraKeys, FitSelection, FramingRoom, LinkedCamera, OrbitCamera, OrbitCameraPlugin, SpaceBounds, StandardView,
};
pub use display::no_display;
pub use error::FrontendError;
pub use export::ExportPlugin;
pub use headless::Headless;
pub use morphology::{CellGeometry, CellHighlights, ClearsSelection, Hovered, MorphologyPlugin, PickingCamera};
pub use session::{
    ChosenLimits, ClearSelection, HeatMap, Input, LinePlot, LiveSession, Morphology, OtherView, Past, PhasePlane,
    RangePlot, Raster, SelectEntity, Selection, SendCommand, SessionEvent, SessionLayout, SessionMessage,
    SessionNotice, SessionPlugin, SessionProblems, SessionProgress, SessionScene, SessionTimeline, StateGraph, Surface,
    UserInput, ViewOf,
};
pub use surface::SurfacePlugin;
pub use timeline::TimelinePlugin;
pub use window::{BevyFrontend, Seen, Sights, run_app};
pub use workbench::WorkbenchPlugin;

/// The names that an app with sessions in it is written with.
pub mod prelude {
    pub use crate::{
        BevyFrontend, CameraKeys, CellGeometry, CellHighlights, ClearSelection, ClearsSelection, CompNeuroVisPlugins,
        FitSelection, HeatMap, Hovered, Input, LinePlot, LinkedCamera, LiveSession, Morphology, OrbitCamera, OtherView,
        PhasePlane, PickingCamera, RangePlot, Raster, SelectEntity, Selection, SendCommand, SessionEvent,
        SessionMessage, SessionNotice, SessionProblems, SessionProgress, SessionScene, StandardView, StateGraph,
        Surface, UserInput, ViewOf, run_app,
    };
}

/// Sessions, their cells and surfaces, for an app of one's own. Add it after Bevy's own plugins.
///
/// ```
/// use bevy::prelude::*;
/// use compneurovis_bevy::{CompNeuroVisPlugins, MorphologyPlugin};
/// // Everything but the drawing of cells, which the app does in its own way.
/// let mut app = App::new();
/// app.add_plugins((MinimalPlugins, CompNeuroVisPlugins.build().disable::<MorphologyPlugin>()));
/// ```
#[derive(Debug, Default)]
pub struct CompNeuroVisPlugins;

impl PluginGroup for CompNeuroVisPlugins {
    fn build(self) -> PluginGroupBuilder {
        PluginGroupBuilder::start::<Self>()
            .add(SessionPlugin)
            .add(OrbitCameraPlugin)
            .add(MorphologyPlugin)
            .add(SurfacePlugin)
    }
}
