//! The scale bar: how long something on the screen is in the cell.

use bevy_egui::egui;

use crate::ticks;

/// The longest bar, as a part of the picture's width, and in points.
const LONGEST: (f32, f32) = (0.25, 160.0);

/// How long the strokes at its ends are, in points.
const CAP: f32 = 6.0;

/// How high it is with its text and plate, in points.
const HEIGHT: f32 = 30.0;

/// What a bar takes up at most in a picture of that width: it grows and shrinks with the zoom.
pub(super) fn room(width: f32) -> egui::Vec2 {
    egui::vec2((width * LONGEST.0).min(LONGEST.1), HEIGHT)
}

/// A length that is a round number, and how long it is on the screen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ScaleBar {
    length_um: f64,
    points: f32,
}

impl ScaleBar {
    /// The longest that fits, where a point of the screen is so many micrometres.
    pub(super) fn fitting(um_per_point: f32, width: f32) -> Option<Self> {
        let longest = (width * LONGEST.0).min(LONGEST.1);
        let most_um = f64::from(longest) * f64::from(um_per_point);
        let length_um = ticks::round_down(most_um)?;
        Some(Self { length_um, points: (length_um / f64::from(um_per_point)) as f32 })
    }

    fn text(&self) -> String {
        match self.length_um {
            long if long >= 1000.0 => format!("{} mm", plain(long / 1000.0)),
            short if short < 1.0 => format!("{} nm", plain(short * 1000.0)),
            length => format!("{} µm", plain(length)),
        }
    }

    /// Draws it with its left end at the bottom left corner of `rect`, on a plate without which a cell behind it
    /// would be mixed up with it.
    pub(super) fn paint(
        &self,
        painter: &egui::Painter,
        rect: egui::Rect,
        (color, plate): (egui::Color32, egui::Color32),
    ) {
        let (left, y) = (rect.left(), rect.bottom() - CAP / 2.0);
        let right = left + self.points;
        let (at, font) = (egui::pos2((left + right) / 2.0, y - CAP / 2.0 - 1.0), egui::FontId::proportional(13.0));
        let text = painter.layout_no_wrap(self.text(), font, color);
        let written = egui::Align2::CENTER_BOTTOM.anchor_size(at, text.size());
        let drawn = egui::Rect::from_min_max(egui::pos2(left, y - CAP / 2.0), egui::pos2(right, y + CAP / 2.0));
        painter.rect_filled(drawn.union(written).expand(4.0), 0.0, plate);
        let stroke = (2.0, color);
        painter.hline(left..=right, y, stroke);
        for x in [left, right] {
            painter.vline(x, y - CAP / 2.0..=y + CAP / 2.0, stroke);
        }
        painter.galley(written.min, text, color);
    }
}

/// A round number without zeros that say nothing.
fn plain(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_round_and_fit() {
        for um_per_point in [1e-4, 0.013, 0.3, 0.77, 1.0, 1.9, 2.5, 40.0, 3e4] {
            let bar = ScaleBar::fitting(um_per_point, 640.0).unwrap();
            assert!((0.35 * 160.0..=160.01).contains(&bar.points), "{um_per_point}: {bar:?}");
            let digits = bar.length_um / 10f64.powf((bar.length_um.log10() + 1e-9).floor());
            assert!([1.0, 2.0, 5.0].iter().any(|step| (digits - step).abs() < 1e-6), "{bar:?}");
        }
        assert_eq!(ScaleBar::fitting(0.0, 640.0), None);
        assert_eq!(ScaleBar::fitting(f32::NAN, 640.0), None);
    }

    #[test]
    fn units_suit_the_length() {
        for (length_um, text) in [(0.5, "500 nm"), (50.0, "50 µm"), (2000.0, "2 mm"), (1.0, "1 µm")] {
            assert_eq!(ScaleBar { length_um, points: 0.0 }.text(), text);
        }
    }
}
