//! Plots of what a session's fields hold: curves whose cost follows pixels, not history.
//!
//! A curve is drawn as one span for each column of pixels, from the least to the greatest of its
//! samples, by means of a pyramid beside the data: every extremum is seen, and a frame costs what it
//! shows. egui_plot has the axes, the zoom and the legend; it stays behind this module.

mod axis;
mod curve;
mod line_plot;
mod link;
mod paint;
mod palette;
mod readout;
mod source;
mod spans;
mod state;
mod upload;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

pub use line_plot::line_plot_ui;
pub use spans::{Scratch, Span, Window, spans};
pub use state::{LinePlotState, PlotMode};

use crate::session::{LinePlot, SessionSystems};

/// Gives each line plot its [`LinePlotState`], and the pictures of plots with many curves to the GPU.
#[derive(Debug, Default)]
pub struct PlotPlugin;

/// When plots are drawn, in [`EguiPrimaryContextPass`]: systems that draw them belong here.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DrawPlots;

impl Plugin for PlotPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(PreUpdate, attach_states.after(SessionSystems::SyncViews))
            .add_systems(EguiPrimaryContextPass, upload::upload_canvases.after(DrawPlots));
    }
}

fn attach_states(mut commands: Commands, plots: Query<Entity, (With<LinePlot>, Without<LinePlotState>)>) {
    plots.iter().for_each(|plot| {
        commands.entity(plot).insert(LinePlotState::default());
    });
}
