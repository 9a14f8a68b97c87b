//! What is under the pointer, in words.

use bevy_egui::egui;
use compneurovis_core::{Field, MorphologyGeometry, MorphologyView, Scene};

use crate::{
    surface::{SurfacePicture, SurfacePoint},
    ticks::fixed,
};

/// How far from the pointer the words are, in points.
const OFFSET: egui::Vec2 = egui::vec2(14.0, 14.0);

/// Section, position and value of a compartment of a view.
pub(super) fn text(
    view: &MorphologyView,
    geometry: &MorphologyGeometry,
    compartment: u32,
    scene: &Scene,
) -> Option<String> {
    let info = geometry.entity_info(compartment)?;
    let mut text = format!("{} at x = {}", info.section, short(info.x));
    let field = view.color_field.as_ref().and_then(|field| scene.fields.get(field));
    let value = view.color_values(scene).and_then(|values| values.get(compartment as usize).copied());
    if let Some((field, value)) = field.zip(value) {
        let unit = if field.unit().is_empty() { String::new() } else { format!(" {}", field.unit()) };
        let value = if value.is_nan() { "no value".to_owned() } else { fixed(value.into(), 2) + &unit };
        text.push_str(&format!("\n{} = {value}", field.label()));
    }
    Some(text)
}

/// Coordinates and height of a point of a surface.
pub(super) fn surface_text(picture: &SurfacePicture, field: &Field, point: &SurfacePoint) -> String {
    let [x, y] = picture.grid().dims();
    let unit = if field.unit().is_empty() { String::new() } else { format!(" {}", field.unit()) };
    let value = fixed(point.value.into(), 3);
    format!("{x} = {}, {y} = {}\n{} = {value}{unit}", short(point.x), short(point.y), field.label())
}

/// A position along a section, without zeros that say nothing.
fn short(x: f64) -> String {
    let text = fixed(x, 4);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Shows the words beside the pointer, where they do not leave the window.
pub(super) fn show(context: &egui::Context, pointer: egui::Pos2, text: &str) {
    let area = egui::Area::new(egui::Id::new("under the pointer")).order(egui::Order::Tooltip);
    area.interactable(false).fixed_pos(pointer + OFFSET).constrain(true).show(context, |ui| {
        egui::Frame::popup(ui.style()).show(ui, |ui| {
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
            ui.label(text);
        });
    });
}
