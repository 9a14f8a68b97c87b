//! Colours of curves.

use bevy_egui::egui;
use compneurovis_core::{LinePlotView, Rgba, Scene};

use super::axis::color32;

/// Colours of several curves, told apart by most people whatever their colour vision
/// (Okabe and Ito 2008, without the yellow that does not show on white).
const PALETTE: [egui::Color32; 7] = [
    egui::Color32::from_rgb(0, 114, 178),
    egui::Color32::from_rgb(213, 94, 0),
    egui::Color32::from_rgb(0, 158, 115),
    egui::Color32::from_rgb(204, 121, 167),
    egui::Color32::from_rgb(86, 180, 233),
    egui::Color32::from_rgb(230, 159, 0),
    egui::Color32::from_rgb(0, 0, 0),
];

/// A single curve on a dark ground, where the usual pen would be dark on dark.
const PEN_ON_DARK: egui::Color32 = egui::Color32::from_rgb(120, 170, 255);

/// The colour of a pen: what the view says, or what shows on the ground if it says nothing.
pub(super) fn pen(said: Rgba, usual: Rgba, dark: bool) -> egui::Color32 {
    if dark && said == usual { PEN_ON_DARK } else { color32(said) }
}

/// The colour of a curve: its own, else the pen for a single one, else the palette's.
pub(super) fn curve_color(
    view: &LinePlotView,
    scene: &Scene,
    (index, count): (usize, usize),
    label: &str,
    dark: bool,
) -> egui::Color32 {
    let own = view.series_colors.get(label).and_then(|color| color.resolve(&scene.state).ok());
    let palette = &view.series_palette;
    match (own, count, palette.is_empty()) {
        (Some(own), ..) => color32(own),
        (_, 1, _) => pen(view.pen.resolve_or(&scene.state, LinePlotView::PEN), LinePlotView::PEN, dark),
        (_, _, false) => color32(palette[index % palette.len()]),
        _ => match PALETTE[index % PALETTE.len()] {
            egui::Color32::BLACK if dark => egui::Color32::WHITE,
            color => color,
        },
    }
}
