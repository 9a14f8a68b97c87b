//! The window that [`run_app`](crate::run_app) opens: the cell, its traces, controls and status.
//!
//! An app of one's own composes the parts instead: cells are drawn by the other plugins in any
//! 3-D camera, and [`line_plot_ui`], [`controls_ui`], [`status_ui`] and [`color_bar_ui`] draw into
//! any egui panel.

mod cameras;
mod color_bar;
mod controls;
mod keys;
mod layout;
mod plot;
mod problems;
mod status;

use bevy::prelude::*;
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass};

pub use cameras::{CellCamera, UiCamera, WorkbenchTarget};
pub use color_bar::color_bar_ui;
pub use controls::controls_ui;
pub use layout::WorkbenchSettings;
pub use plot::line_plot_ui;
pub use status::{StatusLine, status_ui};

use crate::morphology::{MorphologySystems, PointerTaken};

/// Spawns the cameras of the window and draws its panels.
#[derive(Debug, Default)]
pub struct WorkbenchPlugin;

impl Plugin for WorkbenchPlugin {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<EguiPlugin>() {
            app.add_plugins(EguiPlugin::default());
        }
        app.insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() })
            .init_resource::<PointerTaken>()
            .init_resource::<WorkbenchTarget>()
            .init_resource::<WorkbenchSettings>()
            .add_systems(Startup, cameras::spawn_cameras)
            .add_systems(PreUpdate, cameras::set_background)
            .init_resource::<keys::Typing>()
            .add_systems(Update, keys::read_keys.before(MorphologySystems::Interact))
            .add_systems(EguiPrimaryContextPass, layout::draw_panels);
    }
}
