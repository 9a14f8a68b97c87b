//! Plots of what a session's fields hold: curves whose cost follows pixels, not history.
//!
//! A curve is drawn as one span for each column of pixels, from the least to the greatest of its
//! samples, by means of a pyramid beside the data: every extremum is seen, and a frame costs what it
//! shows. egui_plot has the axes and the zoom; it stays behind this module.

mod axis;
mod columns;
mod curve;
mod drawn;
mod extent;
mod figure;
mod flat;
mod heat_map;
mod legend;
mod line_plot;
mod link;
mod paint;
mod palette;
mod paper;
mod phase_plane;
mod plot_menu;
mod range_plot;
mod raster;
mod readout;
mod refresh;
mod sheet;
mod source;
mod spans;
mod state;
mod state_graph;
#[cfg(test)]
mod tests;
mod upload;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

pub use columns::Columns;
pub(crate) use figure::{Seen as FigureSeen, has_svg, svg_of};
pub use heat_map::{HeatMapState, heat_map_ui};
pub use line_plot::line_plot_ui;
pub use phase_plane::{PhasePlaneState, phase_plane_ui};
pub use range_plot::{RangePlotState, range_plot_ui};
pub use raster::{RasterState, raster_ui};
pub use spans::{Scratch, Span, Window, spans};
pub use state::{LinePlotState, PlotMode};
pub use state_graph::{StateGraphState, state_graph_ui};

pub(crate) use sheet::Sheet;

use crate::session::{HeatMap, LinePlot, PhasePlane, RangePlot, Raster, SessionSystems, StateGraph};

/// Gives each plot what it remembers, such as its [`LinePlotState`], and the pictures of plots with many curves to the GPU.
#[derive(Debug, Default)]
pub struct PlotPlugin;

/// When plots are drawn, in [`EguiPrimaryContextPass`]: systems that draw them belong here.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DrawPlots;

impl Plugin for PlotPlugin {
    fn build(&self, app: &mut App) {
        let attach = (
            attach_states::<LinePlot, LinePlotState>,
            attach_states::<PhasePlane, PhasePlaneState>,
            attach_states::<RangePlot, RangePlotState>,
            attach_states::<HeatMap, HeatMapState>,
            attach_states::<Raster, RasterState>,
            attach_states::<StateGraph, StateGraphState>,
        );
        app.add_systems(PreUpdate, attach.after(SessionSystems::SyncViews))
            .add_systems(EguiPrimaryContextPass, upload::upload_canvases.after(DrawPlots));
    }
}

/// Gives each view of a kind what it remembers, and takes it from what has become one of another kind.
fn attach_states<View: Component, State: Component + Default>(
    mut commands: Commands,
    new: Query<Entity, (With<View>, Without<State>)>,
    old: Query<Entity, (With<State>, Without<View>)>,
) {
    new.iter().for_each(|view| {
        commands.entity(view).insert(State::default());
    });
    old.iter().for_each(|view| {
        commands.entity(view).remove::<State>();
    });
}
