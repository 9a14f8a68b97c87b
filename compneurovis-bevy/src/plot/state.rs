//! What a plot remembers from frame to frame.

use std::sync::Arc;

use bevy::prelude::*;
use compneurovis_core::{Field, Scale, decimate::SeriesFollower, field::Revision};

use super::{
    columns::Columns, curve::Painting, drawn::Drawn, paint::Canvas, refresh::Refresh, sheet::Sheet, source::Curve,
    spans::Scratch,
};

/// A plot's own: its zoom, whether it stands still, and what it keeps beside its data to be fast. A
/// component of the entities of line plots; a plot in a panel of your own keeps one where you like.
#[derive(Component, Debug, Default)]
pub struct LinePlotState {
    /// What the plot shows of its data.
    pub mode: PlotMode,
    /// Whether to write how many samples a column of pixels has.
    pub show_density: bool,
    /// The scale of x, if not that of the view.
    pub x_scale: Option<Scale>,
    /// The scale of y, if not that of the view.
    pub y_scale: Option<Scale>,
    /// What the field was in a run before: drawn lighter and dashed, behind the curves.
    pub before: Option<Arc<Field>>,
    /// The moment that everything shows, if that is not "now": a line across a plot over time.
    pub moment: Option<f64>,
    pub(super) paused: Option<Box<Field>>,
    pub(super) curves: Vec<(SeriesFollower, Drawn)>,
    pub(super) ghosts: Vec<(SeriesFollower, Drawn)>,
    pub(super) scratch: Scratch,
    pub(super) canvas: Canvas,
    /// What is in the canvas.
    pub(super) painting: Painting,
    pub(super) refresh: Refresh,
    /// What was followed last, for a plot that is not due yet.
    pub(super) bounds: Option<([f64; 2], [f64; 2])>,
    /// The columns of pixels of that, if it moves by whole ones.
    pub(super) columns: Option<Columns>,
    /// The newest wish of its link group that it has heard.
    pub(super) heard: u64,
    pub(super) wants_pause: Option<bool>,
    /// Whether what is drawn is what it was paused with.
    pub(super) frozen: bool,
    /// The trace that the user wants to be without.
    pub(super) removed: Option<String>,
    /// The data that were drawn last.
    pub(super) seen: Option<(Revision, Vec<Curve>)>,
}

/// What a plot shows of its data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlotMode {
    /// The newest samples, and all of y.
    #[default]
    Follow,
    /// What the user chose; double-click to follow again.
    Free,
}

impl LinePlotState {
    /// Whether it stands still while the session goes on.
    pub fn is_paused(&self) -> bool {
        self.wants_pause.unwrap_or(self.frozen)
    }

    /// Lets it stand still, with the data as they are when it is drawn next, or go on.
    pub fn set_paused(&mut self, paused: bool) {
        self.wants_pause = Some(paused);
    }

    /// The lower left and the upper right corner of what was shown last, along the axes.
    pub fn shown(&self) -> Option<([f64; 2], [f64; 2])> {
        self.bounds
    }

    /// The entity whose trace the user took out in the plot's menu since this was asked last. It is for
    /// whoever draws the plot to [deselect](crate::SelectEntity) it.
    pub fn take_removed(&mut self) -> Option<String> {
        self.removed.take()
    }

    /// Shows the newest samples again.
    pub fn follow(&mut self) {
        self.mode = PlotMode::Follow;
    }

    /// What of it lies beneath the panels.
    pub(crate) fn sheet(&mut self) -> &mut Sheet {
        &mut self.canvas.sheet
    }
}
