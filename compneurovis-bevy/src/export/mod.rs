//! Figures and data out of a session: pictures of the window or of one panel, plots as SVG, traces and
//! fields as numbers, movies.
//!
//! | what | as | how |
//! |---|---|---|
//! | the window, or one panel | PNG, drawn anew at any scale, with its [`Recipe`] inside | [`Export::Picture`], Ctrl+P |
//! | a plot, a heat map or a state graph | SVG | [`Export::Svg`] |
//! | traces | CSV, one file a field | [`Export::Csv`] |
//! | fields and geometry | NPZ | [`Export::Npz`] |
//! | traces, spikes and events | NWB, with the feature `nwb` | [`Export::Nwb`] |
//! | the timeline | numbered PNG files, and MP4 where ffmpeg is there | [`Export::Movie`] |
//!
//! From code, write an [`ExportInput`]; what has become of it comes as an [`Exported`]:
//!
//! ```no_run
//! use bevy::prelude::*;
//! use compneurovis_bevy::{LiveSession, export::{Export, ExportInput}};
//! fn figure(sessions: Query<Entity, With<LiveSession>>, mut exports: MessageWriter<ExportInput>) {
//!     for session in &sessions {
//!         exports.write(ExportInput { session, export: Export::Picture { panel: None, scale: 2.0 }, to: None });
//!     }
//! }
//! ```
//!
//! No file is ever overwritten: what is there already stays, and the new one gets a number.

mod data;
mod error;
mod job;
mod movie;
pub(crate) mod path;
mod picture;
mod recipe;
mod request;
mod ui;

use bevy::prelude::*;

pub use error::ExportError;
pub use path::{free_path, stamp};
pub(crate) use picture::TakingPicture;
pub use recipe::{Recipe, read_recipe, write_png};
pub use request::{EXPORT_KEYS, Export, ExportInput, ExportSettings, Exported, PanelPlaces};
pub(crate) use ui::ExportWindow;

/// Does what an [`ExportInput`] says.
#[derive(Debug, Default)]
pub struct ExportPlugin;

impl Plugin for ExportPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<ExportSettings>()
            .init_resource::<ExportWindow>()
            .init_resource::<PanelPlaces>()
            .init_resource::<TakingPicture>()
            .init_resource::<job::Jobs>()
            .init_resource::<movie::Movies>()
            .add_message::<ExportInput>()
            .add_message::<Exported>()
            .add_systems(
                Last,
                (job::take_exports, movie::shoot_movies, picture::take_pictures, job::tell_outcomes).chain(),
            );
    }
}
