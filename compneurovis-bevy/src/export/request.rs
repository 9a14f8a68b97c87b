//! What can be exported, and what has become of it.

use std::path::PathBuf;

use bevy::{platform::collections::HashMap, prelude::*};
use bevy_egui::egui;
use compneurovis_core::PanelId;

/// Something of a session shall become a file.
#[derive(Message, Clone, Debug)]
pub struct ExportInput {
    /// The entity of the session.
    pub session: Entity,
    /// What.
    pub export: Export,
    /// The file or folder; without one, it gets a name of title and time in the folder of
    /// [`ExportSettings`]. What is there already is not overwritten: the new one gets a number.
    pub to: Option<PathBuf>,
}

/// What can be exported.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Export {
    /// The window, or one panel of it, as PNG. It is drawn anew with so many pixels a point.
    Picture {
        /// The panel; the whole window if `None`.
        panel: Option<PanelId>,
        /// Pixels a point: 2 has twice as many along each side, and everything as large on paper.
        scale: f32,
    },
    /// The plot in a panel as SVG.
    Svg {
        /// The panel.
        panel: PanelId,
    },
    /// The traces as CSV: one file a field, in a folder.
    Csv,
    /// All fields and geometries as NPZ.
    Npz,
    /// The traces, and the spikes and events of the timeline, as NWB. Needs the crate's feature `nwb`;
    /// without it, the outcome says so.
    Nwb,
    /// The timeline from its beginning to its end, as numbered PNG files in a folder; as MP4 if the path
    /// ends so.
    Movie {
        /// One panel; the whole window if `None`.
        panel: Option<PanelId>,
        /// Pixels a point.
        scale: f32,
        /// How many frames.
        frames: usize,
        /// How many frames a second, for MP4.
        frames_per_second: u32,
    },
}

/// What has become of an export.
#[derive(Message, Clone, Debug, PartialEq)]
pub struct Exported {
    /// The entity of the session.
    pub session: Entity,
    /// Where it is, or why it is not.
    pub outcome: Result<PathBuf, String>,
}

/// Where exports go, and how pictures are made, unless it is said.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct ExportSettings {
    /// The folder; at first the one that the program was started in.
    pub folder: PathBuf,
    /// Pixels a point.
    pub scale: f32,
    /// Frames of a movie.
    pub frames: usize,
    /// Frames a second of a movie.
    pub frames_per_second: u32,
}

impl Default for ExportSettings {
    fn default() -> Self {
        Self { folder: PathBuf::from("."), scale: 2.0, frames: 100, frames_per_second: 25 }
    }
}

/// Where the panels are in the window that are shown, in points. Written by whoever lays out the window.
#[derive(Resource, Clone, Debug, Default)]
pub struct PanelPlaces(pub HashMap<(Entity, PanelId), egui::Rect>);

/// What keys export.
pub const EXPORT_KEYS: [(&str, &str); 2] =
    [("Ctrl+P", "save a picture of the window"), ("Ctrl+E", "save pictures, plots, data, movies")];
