//! The colour bar: which colour is which value.

use bevy_egui::egui;
use compneurovis_core::{ColorLimits, ColorMap, MorphologyView, Scene, SurfaceView, colormap::TABLE_SIZE};

use crate::{
    session::Morphology,
    surface::SurfacePicture,
    ticks::{self, Ticks},
};

/// Size of the bar itself, in points.
const BAR: egui::Vec2 = egui::vec2(14.0, 150.0);

/// Room for the numbers beside the bar, in points.
const NUMBERS: f32 = 62.0;

/// How many numbers the bar has at most, beside those at its ends.
const TICKS: u32 = 5;

/// How wide a bar is with its numbers, in points; its name may reach farther.
pub(super) const WIDTH: f32 = BAR.x + NUMBERS;

/// Numbers nearer than this to an end of the bar would overlap its own, in points.
const TICK_MARGIN: f32 = 13.0;

/// How long a bar in one line is at most, in points.
const FLAT_LENGTH: f32 = 120.0;

/// What the colours of a view mean.
#[derive(Clone, Debug, PartialEq)]
pub struct ColorScale {
    /// What the values are.
    pub name: String,
    /// Their unit; empty if they have none.
    pub unit: String,
    /// From values to colours.
    pub map: ColorMap,
    /// The values at both ends of the map.
    pub limits: (f32, f32),
    /// Whether the limits follow the values.
    pub automatic: bool,
}

impl ColorScale {
    /// The scale of a cell; `None` if its colours mean nothing. `chosen` are limits that the user prefers
    /// to those of the view.
    pub fn of_cell(view: &MorphologyView, chosen: Option<(f32, f32)>, scene: &Scene) -> Option<Self> {
        let field = scene.fields.get(view.color_field.as_ref()?)?;
        let limits = match chosen {
            Some(limits) => limits,
            None => view.color_limits.resolve(&scene.state, &view.color_values(scene)?),
        };
        Some(Self {
            name: field.label().to_owned(),
            unit: field.unit().to_owned(),
            map: view.color_map.clone(),
            limits,
            automatic: chosen.is_none() && is_automatic(&view.color_limits),
        })
    }

    /// The scale of a surface as it is drawn; `None` if it is of one colour.
    pub fn of_surface(view: &SurfaceView, picture: &SurfacePicture, chosen: bool, scene: &Scene) -> Option<Self> {
        let field = scene.fields.get(picture.field()).filter(|_| picture.is_colored_by_height())?;
        let (map, limits) = picture.colors();
        Some(Self {
            name: field.label().to_owned(),
            unit: field.unit().to_owned(),
            map: map.clone(),
            limits,
            automatic: !chosen && is_automatic(&view.color_limits),
        })
    }
}

impl ColorScale {
    /// What the values are, with their unit.
    pub fn name_with_unit(&self) -> String {
        if self.unit.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.unit) }
    }

    /// How its limits are written: to a hundredth of what lies between them.
    pub(crate) fn written(&self) -> Ticks {
        let (low, high) = self.limits;
        let step = ticks::round_up(f64::from((high - low).abs()) / 100.0).unwrap_or(0.01);
        Ticks { values: vec![low.into(), high.into()], step }
    }
}

fn is_automatic(limits: &ColorLimits) -> bool {
    matches!(limits, ColorLimits::Automatic | ColorLimits::Symmetric)
}

/// What the user did to a colour bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LimitsChange {
    /// Chose limits.
    Chosen((f32, f32)),
    /// Wants those of the view.
    Reset,
}

/// Draws a colour bar at the cursor of `ui`: its unit, round numbers, and limits that can be dragged or
/// typed. `chosen` says that they are the user's already, and can be given back.
pub fn color_bar_ui(ui: &mut egui::Ui, scale: &ColorScale, chosen: bool) -> Option<LimitsChange> {
    let mut change = None;
    ui.horizontal(|ui| {
        ui.label(scale.name_with_unit());
        let reset = chosen && ui.small_button("⟲").on_hover_text("Limits as the view has them").clicked();
        change = reset.then_some(LimitsChange::Reset);
    });
    let (mut low, mut high) = scale.limits;
    let (rect, _) = ui.allocate_exact_size(BAR + egui::vec2(NUMBERS, 18.0), egui::Sense::hover());
    let bar = egui::Rect::from_min_size(rect.min + egui::vec2(0.0, 9.0), BAR);
    paint_gradient(ui.painter(), bar, &scale.map, egui::Direction::BottomUp);
    paint_ticks(ui, bar, scale.limits);
    let moved = limit_ui(ui, bar.right_top(), &mut high, scale) | limit_ui(ui, bar.right_bottom(), &mut low, scale);
    if moved && low.is_finite() && high.is_finite() {
        change = Some(LimitsChange::Chosen((low, high)));
    }
    if scale.automatic {
        ui.weak("follows the values");
    }
    change
}

/// Draws the colour bar of a cell without anything to change, at the cursor of `ui`.
pub fn cell_color_bar_ui(ui: &mut egui::Ui, view: &Morphology, scene: &Scene) {
    if let Some(scale) = ColorScale::of_cell(view, None, scene) {
        color_bar_ui(ui, &scale, false);
    }
}

/// Draws a colour bar as one line without anything to change: the name with its unit, and the colours
/// between the values at their ends. For pictures that have no room for more.
pub fn flat_color_bar_ui(ui: &mut egui::Ui, scale: &ColorScale) {
    let written = scale.written();
    let number = |value: f32| egui::RichText::new(written.text(value.into())).small();
    let height = ui.text_style_height(&egui::TextStyle::Small);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let room = ui.available_width();
        let name = egui::Label::new(egui::RichText::new(scale.name_with_unit()).small()).truncate();
        let longest = ui.painter().layout_no_wrap(
            scale.name_with_unit(),
            egui::TextStyle::Small.resolve(ui.style()),
            egui::Color32::WHITE,
        );
        ui.add_sized([longest.size().x.min(room * 0.45), height], name).on_hover_text(scale.name_with_unit());
        ui.label(number(scale.limits.0));
        let size = egui::vec2((room * 0.2).clamp(16.0, FLAT_LENGTH), height - 3.0);
        let (bar, _) = ui.allocate_exact_size(size, egui::Sense::hover());
        paint_gradient(ui.painter(), bar, &scale.map, egui::Direction::LeftToRight);
        ui.label(number(scale.limits.1));
    });
}

/// The number at one end of the bar, to be dragged or typed.
fn limit_ui(ui: &mut egui::Ui, at: egui::Pos2, value: &mut f32, scale: &ColorScale) -> bool {
    let (low, high) = scale.limits;
    let span = (high - low).abs();
    let speed = if span > 0.0 { f64::from(span) / 200.0 } else { f64::from(value.abs()).max(1.0) / 100.0 };
    let written = scale.written();
    let number = egui::DragValue::new(value).speed(speed).custom_formatter(move |value, _| written.text(value));
    let rect = egui::Rect::from_center_size(at + egui::vec2(6.0 + 25.0, 0.0), egui::vec2(50.0, 18.0));
    ui.put(rect, number).on_hover_text("Drag, or click and type, to change the limits").changed()
}

fn paint_ticks(ui: &egui::Ui, bar: egui::Rect, (low, high): (f32, f32)) {
    let (low, high) = (f64::from(low), f64::from(high));
    let ticks = ticks::ticks(low.min(high), low.max(high), TICKS);
    for &value in &ticks.values {
        let y = egui::remap(value, low..=high, f64::from(bar.bottom())..=f64::from(bar.top())) as f32;
        if y - bar.top() < TICK_MARGIN || bar.bottom() - y < TICK_MARGIN {
            continue;
        }
        ui.painter().hline(bar.right()..=bar.right() + 3.0, y, (1.0, ui.visuals().text_color()));
        let (font, color) = (egui::FontId::proportional(11.0), ui.visuals().text_color());
        let at = egui::pos2(bar.right() + 6.0, y);
        ui.painter().text(at, egui::Align2::LEFT_CENTER, ticks.text(value), font, color);
    }
}

/// The colours of a map, from one side of a bar to the other.
fn paint_gradient(painter: &egui::Painter, bar: egui::Rect, map: &ColorMap, direction: egui::Direction) {
    let table = map.table();
    let mut mesh = egui::Mesh::default();
    for (index, color) in table.iter().enumerate() {
        let part = index as f32 / (TABLE_SIZE - 1) as f32;
        let ends = if direction.is_horizontal() {
            let x = egui::lerp(bar.left()..=bar.right(), part);
            [egui::pos2(x, bar.top()), egui::pos2(x, bar.bottom())]
        } else {
            let y = egui::lerp(bar.bottom()..=bar.top(), part);
            [egui::pos2(bar.left(), y), egui::pos2(bar.right(), y)]
        };
        let [red, green, blue, alpha] = color.0;
        let color = egui::Color32::from_rgba_unmultiplied(red, green, blue, alpha);
        ends.into_iter().for_each(|end| mesh.colored_vertex(end, color));
        if index > 0 {
            let first = 2 * index as u32;
            mesh.add_triangle(first - 2, first - 1, first);
            mesh.add_triangle(first - 1, first + 1, first);
        }
    }
    painter.add(mesh);
    painter.rect_stroke(bar, 0.0, (1.0, egui::Color32::GRAY), egui::StrokeKind::Outside);
}
