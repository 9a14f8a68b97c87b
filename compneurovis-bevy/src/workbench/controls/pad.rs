//! A pad on which two numbers are set together.

use bevy_egui::egui;
use compneurovis_core::{Value, XyControl, XyShape};

/// How wide and high a pad is, in points, where there is room.
const SIZE: f32 = 150.0;

/// Draws a pad, and gives the new point if it was moved. The points outside of a circle cannot be
/// reached: the pointer there sets the nearest one on its edge.
pub(super) fn pad_ui(ui: &mut egui::Ui, xy: &XyControl, unit: &str, (x, y): (f64, f64)) -> Option<Value> {
    ui.vertical(|ui| {
        let side = SIZE.min(ui.available_width() - 28.0).max(40.0);
        let (rect, response) = ui.allocate_exact_size(egui::Vec2::splat(side), egui::Sense::click_and_drag());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Slider, true, "pad"));
        let moved = response.interact_pointer_pos().map(|at| point_at(xy, rect, at));
        let (x, y) = moved.unwrap_or((x, y));
        paint(ui, xy, rect, (x, y));
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        ui.label(format!("{}: {x:.3}{unit}   {}: {y:.3}{unit}", xy.x_label, xy.y_label));
        moved.map(|(x, y)| Value::Pair(x, y))
    })
    .inner
}

/// From -1 to 1 along both axes to a point of the control.
fn point(xy: &XyControl, (right, up): (f64, f64)) -> (f64, f64) {
    let at = |(low, high): (f64, f64), part: f64| (low + (high - low) * (part + 1.0) / 2.0).clamp(low, high);
    (at(xy.x_range, right), at(xy.y_range, up))
}

fn point_at(xy: &XyControl, rect: egui::Rect, at: egui::Pos2) -> (f64, f64) {
    let from_center = (at - rect.center()) / (rect.size() / 2.0);
    let (mut right, mut up) = (f64::from(from_center.x), f64::from(-from_center.y));
    match xy.shape {
        XyShape::Square => (right, up) = (right.clamp(-1.0, 1.0), up.clamp(-1.0, 1.0)),
        XyShape::Circle => {
            let length = right.hypot(up).max(1.0);
            (right, up) = (right / length, up / length);
        }
    }
    point(xy, (right, up))
}

fn paint(ui: &egui::Ui, xy: &XyControl, rect: egui::Rect, (x, y): (f64, f64)) {
    let visuals = ui.visuals();
    let (painter, stroke) = (ui.painter(), visuals.widgets.inactive.fg_stroke);
    match xy.shape {
        XyShape::Square => {
            painter.rect(rect, 2.0, visuals.extreme_bg_color, stroke, egui::StrokeKind::Inside);
        }
        XyShape::Circle => {
            painter.circle(rect.center(), rect.width() / 2.0, visuals.extreme_bg_color, stroke);
        }
    }
    let cross = visuals.weak_text_color().gamma_multiply(0.6);
    painter.extend(egui::Shape::dashed_line(&[rect.center_top(), rect.center_bottom()], (1.0, cross), 3.0, 3.0));
    painter.extend(egui::Shape::dashed_line(&[rect.left_center(), rect.right_center()], (1.0, cross), 3.0, 3.0));
    let part = |(low, high): (f64, f64), at: f64| ((at - low) / (high - low)) as f32;
    let (right, up) = (part(xy.x_range, x), part(xy.y_range, y));
    let handle = egui::pos2(rect.left() + right * rect.width(), rect.bottom() - up * rect.height());
    painter.circle(handle, 5.0, visuals.selection.bg_fill, (1.5, visuals.strong_text_color()));
}

#[cfg(test)]
mod tests {
    use compneurovis_core::Control;

    use super::*;

    #[test]
    fn every_point_of_a_pad_is_one_that_its_control_takes() {
        let rect = egui::Rect::from_min_size(egui::pos2(10.0, 20.0), egui::vec2(100.0, 100.0));
        for shape in [XyShape::Square, XyShape::Circle] {
            let xy = XyControl {
                x_range: (-3.0, 5.0),
                y_range: (100.0, 101.0),
                shape,
                default: (1.0, 100.5),
                ..XyControl::default()
            };
            let control = Control::new("p", "P", xy.clone());
            for x in -5..15 {
                for y in -5..15 {
                    let at = egui::pos2(x as f32 * 13.0, y as f32 * 17.0);
                    let (x, y) = point_at(&xy, rect, at);
                    assert!(control.accept(&Value::Pair(x, y)).is_ok(), "{shape:?} {at:?} {x} {y}");
                }
            }
            assert_eq!(point_at(&xy, rect, rect.center()), (1.0, 100.5));
        }
        let square = XyControl::default();
        assert_eq!(point_at(&square, rect, rect.right_top()), (1.0, 1.0));
    }
}
