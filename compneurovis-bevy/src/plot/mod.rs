//! Plots of what a session's fields hold: curves whose cost follows pixels, not history.
//!
//! A curve is drawn as one span for each column of pixels, from the least to the greatest of its
//! samples, by means of a pyramid beside the data: every extremum is seen, and a frame costs what it
//! shows. egui_plot has the axes, the zoom and the legend; it stays behind this module.

mod axis;
mod curve;
mod figure;
mod flat;
mod heat_map;
mod line_plot;
mod link;
mod paint;
mod palette;
mod phase_plane;
mod range_plot;
mod raster;
mod readout;
mod source;
mod spans;
mod state;
mod state_graph;
mod upload;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

pub(crate) use figure::{Figure, Seen as FigureSeen, figure_svg};
pub use heat_map::{HeatMapState, heat_map_ui};
pub use line_plot::line_plot_ui;
pub use phase_plane::phase_plane_ui;
pub use range_plot::range_plot_ui;
pub use raster::{RasterState, raster_ui};
pub use spans::{Scratch, Span, Window, spans};
pub use state::{LinePlotState, PlotMode};
pub use state_graph::state_graph_ui;

use compneurovis_core::View;

use crate::session::{LinePlot, OtherView, SessionSystems};

/// Gives each plot what it remembers, such as its [`LinePlotState`], and the pictures of plots with many curves to the GPU.
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

type Stateless = (Without<LinePlotState>, Without<HeatMapState>, Without<RasterState>);

fn attach_states(
    mut commands: Commands,
    plots: Query<Entity, (With<LinePlot>, Stateless)>,
    others: Query<(Entity, &OtherView), Stateless>,
) {
    plots.iter().for_each(|plot| {
        commands.entity(plot).insert(LinePlotState::default());
    });
    for (entity, view) in &others {
        match &**view {
            View::HeatMap(_) => {
                commands.entity(entity).insert(HeatMapState::default());
            }
            View::Raster(_) => {
                commands.entity(entity).insert(RasterState::default());
            }
            _ => {}
        }
    }
}
