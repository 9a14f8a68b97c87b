//! The window that [`run_app`](crate::run_app) opens: the cell, its traces, controls and status.
//!
//! An app of one's own composes the parts instead: cells are drawn by the other plugins in any
//! 3-D camera, and [`line_plot_ui`](crate::plot::line_plot_ui), [`controls_ui`], [`status_ui`] and [`cell_color_bar_ui`] draw into
//! any egui panel.

mod arrangement;
mod backdrop;
mod cameras;
mod controls;
mod custom;
mod help;
mod history;
mod keys;
mod layout;
mod layout_file;
mod letters;
mod log;
mod menu;
mod overlay;
mod panes;
mod performance;
mod problems;
mod settings;
mod snapshots;
mod space_rects;
mod status;
mod transport;
mod writing;

use bevy::prelude::*;
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPostUpdateSet, EguiPrimaryContextPass};

pub use arrangement::Arrangement;
pub use cameras::{SpaceCamera, UiCamera, WorkbenchTarget};
pub use controls::{Shown as ControlsShown, controls_ui};
pub use custom::CustomViews;
pub use help::{bound_keys, help_ui};
pub use history::ControlHistory;
pub use layout_file::{LayoutFile, LayoutFileError};
pub use log::{LogLine, SessionLog, log_ui};
pub use overlay::{ColorScale, LimitsChange, SpaceOverlay, cell_color_bar_ui, color_bar_ui, flat_color_bar_ui};
pub use performance::{FrameCost, performance_ui};
pub use settings::{Theme, WorkbenchSettings};
pub use snapshots::{Snapshots, snapshots_ui};
pub use space_rects::SpaceRects;
pub use status::{StatusLine, status_ui};
pub use transport::{TransportRequest, transport_ui};

use crate::{
    beneath,
    camera::{KeysTaken, PointerTaken},
    export::ExportPlugin,
    morphology::MorphologySystems,
    plot::{DrawPlots, PlotPlugin},
    session::SessionSystems,
    timeline::{TimelinePlugin, TimelineSystems},
};

/// Spawns the cameras of the window and draws its panels.
#[derive(Debug, Default)]
pub struct WorkbenchPlugin;

impl Plugin for WorkbenchPlugin {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<EguiPlugin>() {
            app.add_plugins(EguiPlugin::default());
        }
        if !app.is_plugin_added::<PlotPlugin>() {
            app.add_plugins(PlotPlugin);
        }
        if !app.is_plugin_added::<TimelinePlugin>() {
            app.add_plugins(TimelinePlugin);
        }
        if !app.is_plugin_added::<ExportPlugin>() {
            app.add_plugins(ExportPlugin);
        }
        app.insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() })
            .init_resource::<PointerTaken>()
            .init_resource::<KeysTaken>()
            .init_resource::<WorkbenchTarget>()
            .init_resource::<WorkbenchSettings>()
            .init_resource::<SpaceRects>()
            .init_resource::<CustomViews>()
            .add_systems(Startup, cameras::spawn_ui_camera)
            .add_systems(
                PreUpdate,
                (cameras::sync_cameras, cameras::fit_viewports, cameras::set_backgrounds)
                    .chain()
                    .after(SessionSystems::SyncViews),
            )
            .init_resource::<keys::Typing>()
            .add_systems(Update, keys::read_keys.before(MorphologySystems::Interact))
            .init_resource::<menu::Menu>()
            .init_resource::<FrameCost>()
            .init_resource::<beneath::Beneath>()
            .add_systems(
                PreUpdate,
                (
                    performance::begin_frame.before(SessionSystems::Receive),
                    (performance::end_apply, log::write_logs, snapshots::keep_snapshots.before(TimelineSystems))
                        .after(SessionSystems::Receive),
                ),
            )
            .add_systems(
                PostUpdate,
                (
                    performance::begin_cells.before(MorphologySystems::Draw),
                    performance::end_cells.after(MorphologySystems::Draw),
                ),
            )
            // What is done in a panel goes to the session with this frame and not with the next.
            .configure_sets(PostUpdate, SessionSystems::Send.after(EguiPostUpdateSet::EndPass))
            .add_systems(
                PostUpdate,
                history::note_changes.after(EguiPostUpdateSet::EndPass).before(SessionSystems::Send),
            )
            .add_systems(
                EguiPrimaryContextPass,
                (letters::lay_out_letters, layout::follow_layouts, layout::draw_panels.in_set(DrawPlots)).chain(),
            );
        backdrop::build(app);
        writing::build(app);
    }

    fn finish(&self, app: &mut App) {
        performance::measure_rendering(app);
        backdrop::finish(app);
        beneath::finish(app);
    }
}
