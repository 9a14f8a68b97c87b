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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_has_its_own_colour_else_the_views_palette_else_ours() {
        let mut view = LinePlotView::new("p", "f", "time");
        let scene = Scene::new();
        let color =
            |view: &LinePlotView, of: (usize, usize), label: &str, dark| curve_color(view, &scene, of, label, dark);
        assert_eq!(color(&view, (0, 1), "a", false), color32(LinePlotView::PEN));
        assert_eq!(color(&view, (0, 1), "a", true), PEN_ON_DARK);
        assert_eq!(color(&view, (8, 9), "a", false), PALETTE[1]);
        assert_eq!(
            (color(&view, (6, 9), "a", false), color(&view, (6, 9), "a", true)),
            (PALETTE[6], egui::Color32::WHITE)
        );
        view.series_palette = vec![Rgba::rgb(1, 2, 3), Rgba::rgb(4, 5, 6)];
        assert_eq!(color(&view, (3, 4), "a", false), egui::Color32::from_rgb(4, 5, 6));
        view.series_colors.insert("a".to_owned(), Rgba::rgb(7, 8, 9).into());
        assert_eq!(color(&view, (3, 4), "a", false), egui::Color32::from_rgb(7, 8, 9));
    }

    #[test]
    fn colours_that_follow_each_other_can_be_told_apart() {
        for pair in PALETTE.windows(2) {
            let far = pair[0].to_array().iter().zip(pair[1].to_array()).map(|(a, b)| a.abs_diff(b)).max();
            assert!(far > Some(60), "{pair:?}");
        }
    }
}
