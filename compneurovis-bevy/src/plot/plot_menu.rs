//! The menu of a line plot, and what the pointer does to any plot.

use bevy_egui::egui;
use compneurovis_core::{Scale, Scene};
use egui_plot::PlotUi;

use super::{LinePlotState, PlotMode, source::Curve};

/// How many traces the menu offers to remove.
const MOST_REMOVABLE: usize = 12;

/// The options of a plot that are not in its view.
pub(super) fn menu_ui(ui: &mut egui::Ui, state: &mut LinePlotState, (x_scale, y_scale): (Scale, Scale)) {
    let mut paused = state.is_paused();
    if ui.checkbox(&mut paused, "Pause this plot").changed() {
        state.set_paused(paused);
    }
    if ui.button("Follow the data").on_hover_text("Double-click").clicked() {
        state.follow();
        ui.close();
    }
    for (label, now, chosen) in
        [("Logarithmic x", x_scale, &mut state.x_scale), ("Logarithmic y", y_scale, &mut state.y_scale)]
    {
        let mut logarithmic = now == Scale::Logarithmic;
        if ui.checkbox(&mut logarithmic, label).changed() {
            *chosen = Some(if logarithmic { Scale::Logarithmic } else { Scale::Linear });
            state.mode = PlotMode::Follow;
        }
    }
    ui.checkbox(&mut state.show_density, "Samples per pixel");
}

/// Offers to be without the traces of what is selected.
pub(super) fn remove_ui(ui: &mut egui::Ui, state: &mut LinePlotState, scene: &Scene, curves: &[Curve]) {
    let selected = scene.selected().entities;
    // One always stays.
    if selected.len() < 2 {
        return;
    }
    let of_selected = curves.iter().filter(|curve| selected.iter().any(|id| id.as_str() == curve.label));
    for (at, curve) in of_selected.take(MOST_REMOVABLE).enumerate() {
        if at == 0 {
            ui.separator();
        }
        let label: String = curve.label.chars().take(40).collect();
        if ui.button(format!("Remove {label}")).on_hover_text("Take it out of the selection").clicked() {
            state.removed = Some(curve.label.clone());
            ui.close();
        }
    }
}

/// The wheel zooms along x, around the pointer. With Ctrl, egui zooms both.
pub(super) fn zoom_by_wheel(plot: &mut PlotUi) {
    let scroll = plot.ctx().input(|input| input.smooth_scroll_delta.y);
    if plot.response().hovered() && scroll != 0.0 {
        plot.zoom_bounds_around_hovered(egui::vec2((scroll / 200.0).exp(), 1.0));
    }
}

/// Whether a plot shows something else than it was asked to.
pub(super) fn is_other(asked: Option<([f64; 2], [f64; 2])>, shown: ([f64; 2], [f64; 2])) -> bool {
    let Some(asked) = asked else { return false };
    let size = |axis: usize| (asked.1[axis] - asked.0[axis]).abs().max(f64::MIN_POSITIVE);
    (0..2).any(|axis| {
        let (low, high) = ((asked.0[axis] - shown.0[axis]).abs(), (asked.1[axis] - shown.1[axis]).abs());
        low.max(high) > 1e-6 * size(axis)
    })
}
