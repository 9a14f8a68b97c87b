//! The colour bar: which colour is which value.

use bevy_egui::egui;
use compneurovis_core::{Scene, colormap::TABLE_SIZE};

use crate::session::Morphology;

/// Size of the bar itself, in points.
const BAR: egui::Vec2 = egui::vec2(14.0, 150.0);

/// Draws the colour bar of a cell, with its limits and unit, at the cursor of `ui`.
pub fn color_bar_ui(ui: &mut egui::Ui, view: &Morphology, scene: &Scene) {
    let Some(field) = view.color_field.as_ref().and_then(|id| scene.fields.get(id)) else { return };
    let limits = view.color_limits.resolve(&scene.state, &view.color_values(scene).unwrap_or_default());
    ui.add_space(4.0);
    let (rect, _) = ui.allocate_exact_size(BAR + egui::vec2(60.0, 14.0), egui::Sense::hover());
    let bar = egui::Rect::from_min_size(rect.min + egui::vec2(0.0, 7.0), BAR);
    paint_gradient(ui.painter(), bar, view);
    let text = |at: egui::Pos2, text: String| {
        let font = egui::FontId::proportional(12.0);
        ui.painter().text(at, egui::Align2::LEFT_CENTER, text, font, ui.visuals().text_color());
    };
    for part in [0.0, 0.5, 1.0] {
        let value = f64::from(limits.0) + f64::from(limits.1 - limits.0) * f64::from(part);
        let y = egui::lerp(bar.bottom()..=bar.top(), part);
        ui.painter().hline(bar.right()..=bar.right() + 3.0, y, (1.0, ui.visuals().text_color()));
        text(egui::pos2(bar.right() + 6.0, y), format!("{} {}", short(value), field.unit()));
    }
}

/// At most four digits, without zeros that say nothing.
fn short(value: f64) -> String {
    let text = if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn paint_gradient(painter: &egui::Painter, bar: egui::Rect, view: &Morphology) {
    let table = view.color_map.table();
    let mut mesh = egui::Mesh::default();
    for (index, color) in table.iter().enumerate() {
        let y = egui::lerp(bar.bottom()..=bar.top(), index as f32 / (TABLE_SIZE - 1) as f32);
        let [red, green, blue, alpha] = color.0;
        let color = egui::Color32::from_rgba_unmultiplied(red, green, blue, alpha);
        mesh.colored_vertex(egui::pos2(bar.left(), y), color);
        mesh.colored_vertex(egui::pos2(bar.right(), y), color);
        if index > 0 {
            let first = 2 * index as u32;
            mesh.add_triangle(first - 2, first - 1, first);
            mesh.add_triangle(first - 1, first + 1, first);
        }
    }
    painter.add(mesh);
    painter.rect_stroke(bar, 0.0, (1.0, egui::Color32::GRAY), egui::StrokeKind::Outside);
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_are_short() {
        let cases = [(-80.0, "-80"), (50.0, "50"), (-15.0, "-15"), (0.025, "0.03"), (0.5, "0.5"), (0.0, "0")];
        for (value, expected) in cases {
            assert_eq!(short(value), expected);
        }
    }
}
