//! The track of a timeline: its span, what happened in it, and where one is.

use bevy_egui::egui::{self, Color32, Rect, Sense, Shape, Stroke, pos2, vec2};
use compneurovis_core::{Mark, MarkKind, Timeline};

use crate::ticks;

/// Height of the track with its numbers, in points.
const HEIGHT: f32 = 34.0;

/// Height of the bar itself.
const BAR: f32 = 12.0;

/// How near the pointer has to be to a mark, in points.
const NEAR: f32 = 4.0;

/// Marks that a tooltip lists.
const MOST_LISTED: usize = 6;

/// What is drawn of a timeline.
pub(super) struct Track<'a> {
    pub(super) timeline: &'a Timeline,
    /// Where one is, in ms.
    pub(super) at_ms: f64,
    /// Whether that is where things grow.
    pub(super) is_now: bool,
    /// Where one can branch from.
    pub(super) snapshots: &'a [f64],
}

impl Track<'_> {
    /// Draws the track into the rest of the line. Returns the time that the user drags to.
    pub(super) fn show(&self, ui: &mut egui::Ui) -> Option<f64> {
        let size = vec2(ui.available_width().max(80.0), HEIGHT);
        let (area, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        response.widget_info(|| egui::WidgetInfo::slider(ui.is_enabled(), self.at_ms, "Timeline"));
        let bar = Rect::from_min_size(area.min + vec2(6.0, 4.0), vec2(area.width() - 12.0, BAR));
        self.paint(ui, bar, response.hovered() || response.dragged());
        let pointer = response.interact_pointer_pos().or(response.hover_pos());
        if let Some(at) = pointer {
            let text = self.tooltip(bar, at.x);
            response.clone().on_hover_ui_at_pointer(|ui| {
                ui.label(text);
            });
        }
        let pressed = response.dragged() || response.clicked() || response.drag_started();
        let asked = response.interact_pointer_pos().filter(|_| pressed).map(|at| self.time_at(bar, at.x));
        // A pointer that is held still asks once.
        let before = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default(response.id), asked));
        asked.filter(|_| before != asked)
    }

    fn x(&self, bar: Rect, time_ms: f64) -> f32 {
        let length = self.timeline.duration_ms();
        let part = if length > 0.0 { (time_ms - self.timeline.start_ms) / length } else { 0.0 };
        bar.left() + part.clamp(0.0, 1.0) as f32 * bar.width()
    }

    fn time_at(&self, bar: Rect, x: f32) -> f64 {
        let part = ((x - bar.left()) / bar.width().max(1.0)).clamp(0.0, 1.0);
        self.timeline.clamp(self.timeline.start_ms + f64::from(part) * self.timeline.duration_ms())
    }

    fn paint(&self, ui: &egui::Ui, bar: Rect, lively: bool) {
        let visuals = ui.visuals();
        let painter = ui.painter();
        painter.rect_filled(bar, 3.0, visuals.extreme_bg_color);
        let done = Rect::from_min_max(bar.min, pos2(self.x(bar, self.at_ms), bar.bottom()));
        painter.rect_filled(done, 3.0, visuals.selection.bg_fill.gamma_multiply(0.45));
        painter.rect_stroke(bar, 3.0, visuals.widgets.inactive.fg_stroke, egui::StrokeKind::Inside);
        for &at in self.snapshots {
            let x = self.x(bar, at);
            painter.vline(x, bar.bottom() - 2.0..=bar.bottom() + 2.0, Stroke::new(1.0, visuals.weak_text_color()));
        }
        self.paint_marks(painter, bar, visuals.dark_mode);
        self.paint_numbers(ui, bar);
        let x = self.x(bar, self.at_ms);
        let color = if self.is_now { visuals.text_color() } else { Color32::from_rgb(214, 96, 0) };
        painter.vline(x, bar.top() - 3.0..=bar.bottom() + 3.0, Stroke::new(2.0, color));
        let (radius, at) = (if lively { 6.0 } else { 5.0 }, pos2(x, bar.center().y));
        painter.circle(at, radius, color, Stroke::new(1.0, visuals.panel_fill));
    }

    /// Marks that fall on one pixel are drawn once.
    fn paint_marks(&self, painter: &egui::Painter, bar: Rect, dark: bool) {
        let mut taken: Vec<(MarkKind, i32)> = Vec::new();
        for mark in &self.timeline.marks {
            let x = self.x(bar, mark.time_ms);
            let pixel = (mark.kind, x.round() as i32);
            if taken.iter().rev().take(8).any(|known| *known == pixel) {
                continue;
            }
            taken.push(pixel);
            let color = color_of(mark.kind, dark);
            match mark.kind {
                MarkKind::Spike => {
                    painter.vline(x, bar.top() + 2.0..=bar.bottom() - 2.0, Stroke::new(1.2, color));
                }
                _ => {
                    let tip = pos2(x, bar.top() + 6.0);
                    let corners = vec![pos2(x - 4.0, bar.top() - 2.0), pos2(x + 4.0, bar.top() - 2.0), tip];
                    painter.add(Shape::convex_polygon(corners, color, Stroke::NONE));
                }
            }
        }
    }

    fn paint_numbers(&self, ui: &egui::Ui, bar: Rect) {
        let (start, end) = (self.timeline.start_ms, self.timeline.end_ms);
        let marks = ticks::ticks(start, end, (bar.width() / 90.0).clamp(1.0, 12.0) as u32);
        let font = egui::FontId::proportional(10.5);
        for &value in &marks.values {
            let x = self.x(bar, value);
            ui.painter().vline(x, bar.bottom()..=bar.bottom() + 3.0, Stroke::new(1.0, ui.visuals().weak_text_color()));
            let at = pos2(x, bar.bottom() + 3.0);
            ui.painter().text(
                at,
                egui::Align2::CENTER_TOP,
                marks.text(value),
                font.clone(),
                ui.visuals().weak_text_color(),
            );
        }
    }

    fn tooltip(&self, bar: Rect, x: f32) -> String {
        let near = |mark: &&Mark| (self.x(bar, mark.time_ms) - x).abs() <= NEAR;
        let marks: Vec<&Mark> = self.timeline.marks.iter().filter(near).collect();
        let mut lines = vec![format!("t = {:.3} ms", self.time_at(bar, x))];
        let line = |mark: &&Mark| format!("{} at {:.3} ms: {}", name_of(mark.kind), mark.time_ms, mark.label);
        lines.extend(marks.iter().take(MOST_LISTED).map(line));
        if marks.len() > MOST_LISTED {
            lines.push(format!("and {} more", marks.len() - MOST_LISTED));
        }
        lines.join("\n")
    }
}

fn color_of(kind: MarkKind, dark: bool) -> Color32 {
    match (kind, dark) {
        (MarkKind::Spike, false) => Color32::from_rgb(0, 90, 170),
        (MarkKind::Spike, true) => Color32::from_rgb(110, 180, 255),
        (MarkKind::Control, _) => Color32::from_rgb(0, 158, 115),
        (MarkKind::Action, _) => Color32::from_rgb(204, 121, 167),
        (MarkKind::Reset, _) => Color32::from_rgb(230, 159, 0),
        (MarkKind::Failure, _) => Color32::from_rgb(200, 40, 40),
        _ => Color32::from_rgb(130, 130, 130),
    }
}

fn name_of(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Spike => "Spike",
        MarkKind::Control => "Control",
        MarkKind::Action => "Action",
        MarkKind::Reset => "Start",
        MarkKind::Failure => "Failure",
        _ => "Event",
    }
}
