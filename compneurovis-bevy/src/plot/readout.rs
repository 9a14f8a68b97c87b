//! What the curves are at the cursor.

use bevy_egui::egui;
use compneurovis_core::Scale;
use egui_plot::PlotTransform;

use super::axis::{along, number};

/// Curves whose values are written; more are no readout.
const MAX_LINES: usize = 12;

/// A line at the cursor, with the values of the curves there.
pub(super) fn show(
    ui: &egui::Ui,
    transform: &PlotTransform,
    x_scale: Scale,
    x: (f64, &str),
    values: &[(String, egui::Color32, Option<f32>, String)],
) {
    let rect = *transform.frame();
    let at = transform.position_from_point_x(along(x_scale, x.0));
    if !(rect.left()..=rect.right()).contains(&at) {
        return;
    }
    let painter = ui.painter().with_clip_rect(rect);
    painter.vline(at, rect.y_range(), (1.0, ui.visuals().weak_text_color()));
    let mut job = egui::text::LayoutJob::default();
    let font = egui::FontId::proportional(11.5);
    let mut write = |text: String, color| {
        job.append(&text, 0.0, egui::TextFormat { font_id: font.clone(), color, ..Default::default() });
    };
    write(format!("{} {}", number(x.0, f64::NAN), x.1), ui.visuals().text_color());
    for (label, color, value, unit) in values.iter().take(MAX_LINES) {
        let label: String = label.chars().take(28).collect();
        let separator = if label.is_empty() { "" } else { ": " };
        let value = value.filter(|value| value.is_finite()).map(|value| number(f64::from(value), f64::NAN));
        write(format!("\n{label}{separator}{} {unit}", value.as_deref().unwrap_or("–")), *color);
    }
    if values.len() > MAX_LINES {
        write(format!("\nand {} more", values.len() - MAX_LINES), ui.visuals().weak_text_color());
    }
    let galley = painter.layout_job(job);
    let right = at + 8.0 + galley.size().x < rect.right();
    let left = if right { at + 8.0 } else { (at - 8.0 - galley.size().x).max(rect.left()) };
    let area = egui::Rect::from_min_size(egui::pos2(left, rect.top() + 6.0), galley.size());
    painter.rect_filled(area.expand(3.0), 2.0, ui.visuals().panel_fill.gamma_multiply(0.85));
    painter.galley(area.min, galley, ui.visuals().text_color());
}
