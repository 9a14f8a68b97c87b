//! The texts of axes: where they are, and how egui draws them.

use bevy::{ecs::entity::EntityHashMap, prelude::*};
use bevy_egui::egui;
use compneurovis_core::Rgba;

use super::SurfaceProblems;

/// Between a tick and its number, and between numbers and names, in points.
const GAP: f32 = 4.0;

/// The texts at the axes of a surface, for every camera that sees it. Draw them with [`surface_labels_ui`].
#[derive(Component, Clone, Debug, Default, PartialEq)]
pub struct AxisLabels {
    pub(super) by_camera: EntityHashMap<Vec<AxisText>>,
}

impl AxisLabels {
    /// Those of one camera, at most one for each axis; none for a camera that does not see the surface.
    pub fn of(&self, camera: Entity) -> &[AxisText] {
        self.by_camera.get(&camera).map_or(&[], Vec::as_slice)
    }
}

/// The texts at one axis. Places are in points from the top left of the camera's viewport.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisText {
    /// The ends of the ticks, and the numbers there.
    pub numbers: Vec<(Vec2, String)>,
    /// The direction from a tick to its number, of length 1.
    pub outwards: Vec2,
    /// The name of the axis, with its unit.
    pub name: String,
    /// Where the name is.
    pub name_at: Vec2,
    /// The direction from there to the name, of length 1.
    pub name_towards: Vec2,
    /// Whether the numbers are between the axis and its name.
    pub name_beyond_numbers: bool,
    /// Size of the numbers in points.
    pub number_size: f32,
    /// Size of the name in points.
    pub name_size: f32,
    /// Colour of both.
    pub color: Rgba,
}

/// Draws the texts at the axes of a surface. `rect` is where the viewport of `camera` is in `ui`, in points.
///
/// A number that would lie on another text is left out.
///
/// ```no_run
/// use bevy::prelude::*;
/// use bevy_egui::{EguiContexts, egui};
/// use compneurovis_bevy::surface::{AxisLabels, surface_labels_ui};
///
/// fn over_the_picture(
///     mut contexts: EguiContexts,
///     camera: Single<Entity, With<Camera3d>>,
///     surfaces: Query<&AxisLabels>,
/// ) -> Result {
///     let context = contexts.ctx_mut()?;
///     let layer = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(context.viewport_rect());
///     let ui = egui::Ui::new(context.clone(), "axes".into(), layer);
///     for labels in &surfaces {
///         surface_labels_ui(&ui, ui.max_rect(), labels, *camera);
///     }
///     Ok(())
/// }
/// ```
pub fn surface_labels_ui(ui: &egui::Ui, rect: egui::Rect, labels: &AxisLabels, camera: Entity) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let mut taken = Vec::new();
    let (texts, size) = (labels.of(camera), |axis: &AxisText| {
        let font = egui::FontId::proportional(axis.number_size);
        let sizes = axis.numbers.iter().map(|(_, text)| laid(&painter, text, &font, axis.color).size());
        sizes.fold(egui::Vec2::ZERO, egui::Vec2::max)
    });
    for axis in texts {
        let beyond = if axis.name_beyond_numbers {
            2.0 * reach(size(axis), axis.name_towards) + GAP
        } else {
            // The last number is beside the end of the axis.
            axis.number_size / 2.0
        };
        let font = egui::FontId::proportional(axis.name_size);
        let name = laid(&painter, &axis.name, &font, axis.color);
        let at = place(rect, axis.name_at + axis.name_towards * beyond, axis.name_towards, name.size());
        // A name that would be cut off moves into the picture.
        let at = at.translate(inwards(at, rect));
        taken.push(at);
        painter.galley(at.min, name, color(axis.color));
    }
    for axis in texts {
        let font = egui::FontId::proportional(axis.number_size);
        for (tick, text) in &axis.numbers {
            let number = laid(&painter, text, &font, axis.color);
            let at = place(rect, *tick, axis.outwards, number.size());
            if taken.iter().all(|other| !other.intersects(at)) {
                taken.push(at.expand2(egui::vec2(2.0, 0.0)));
                painter.galley(at.min, number, color(axis.color));
            }
        }
    }
}

/// Shows what is wrong with a surface, in the middle of `rect` if it is not drawn and below if it is.
pub fn surface_problems_ui(ui: &egui::Ui, rect: egui::Rect, problems: &SurfaceProblems, is_drawn: bool) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let font = egui::FontId::proportional(14.0);
    let width = (rect.width() - 4.0 * GAP).max(40.0);
    let galley = painter.layout(problems.text(), font, egui::Color32::from_rgb(130, 60, 0), width);
    let middle = if is_drawn {
        egui::pos2(rect.center().x, rect.bottom() - galley.size().y / 2.0 - 2.0 * GAP)
    } else {
        rect.center()
    };
    let at = egui::Rect::from_center_size(middle, galley.size());
    painter.rect_filled(at.expand(GAP), 3.0, egui::Color32::from_rgba_unmultiplied(255, 250, 235, 235));
    painter.galley(at.min, galley, egui::Color32::BLACK);
}

fn laid(painter: &egui::Painter, text: &str, font: &egui::FontId, of: Rgba) -> std::sync::Arc<egui::Galley> {
    painter.layout_no_wrap(text.to_owned(), font.clone(), color(of))
}

fn color(Rgba([red, green, blue, alpha]): Rgba) -> egui::Color32 {
    egui::Color32::from_rgba_unmultiplied(red, green, blue, alpha)
}

/// Where a text is that begins a gap away from an anchor.
fn place(rect: egui::Rect, anchor: Vec2, towards: Vec2, size: egui::Vec2) -> egui::Rect {
    let middle = anchor + towards * (GAP + reach(size, towards));
    egui::Rect::from_center_size(rect.min + egui::vec2(middle.x, middle.y), size)
}

/// From the middle of a box to its edge in a direction.
fn reach(size: egui::Vec2, towards: Vec2) -> f32 {
    let half = size / 2.0;
    let to_side = |half: f32, part: f32| if part.abs() > 1e-3 { half / part.abs() } else { f32::INFINITY };
    to_side(half.x, towards.x).min(to_side(half.y, towards.y)).min(half.length())
}

fn inwards(at: egui::Rect, rect: egui::Rect) -> egui::Vec2 {
    let shift = |low: f32, high: f32, from: f32, to: f32| (from - low).max(0.0) - (high - to).max(0.0);
    egui::vec2(
        shift(at.left(), at.right(), rect.left() + GAP, rect.right() - GAP),
        shift(at.top(), at.bottom(), rect.top() + GAP, rect.bottom() - GAP),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_begins_beyond_its_anchor_whatever_the_direction() {
        let (rect, size) =
            (egui::Rect::from_min_size(egui::pos2(50.0, 20.0), egui::vec2(400.0, 300.0)), egui::vec2(60.0, 14.0));
        for degrees in (0..360).step_by(15) {
            let towards = Vec2::from_angle((degrees as f32).to_radians());
            let at = place(rect, Vec2::new(100.0, 100.0), towards, size);
            let anchor = egui::pos2(150.0, 120.0);
            let distance = at.distance_to_pos(anchor);
            assert!(!at.contains(anchor) && distance <= GAP + 0.1, "{degrees}: {distance}");
        }
    }
}
