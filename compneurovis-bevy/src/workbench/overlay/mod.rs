//! What lies over a panel of views in space: colour bars, scale bar, time, what is under the pointer, and
//! words where there is nothing to see.

mod color_bar;
mod scale_bar;
mod tooltip;

use bevy::{ecs::system::SystemParam, prelude::*};
use bevy_egui::egui;
use compneurovis_core::{PanelId, Phase, Rgba, Scene, View, view::BACKGROUND};

pub use color_bar::{ColorScale, LimitsChange, cell_color_bar_ui, color_bar_ui, flat_color_bar_ui};
use scale_bar::ScaleBar;

use super::{SpaceCamera, SpaceRects};
use crate::{
    camera::{FramingRoom, OrbitCamera, SpaceBounds},
    morphology::{CellGeometry, CellStage, Hovered, Pictures},
    session::{ChosenLimits, Morphology, Past, Selection, SessionLayout, SessionProgress, SessionScene, ViewOf},
    surface::{AxisLabels, SurfacePicture, SurfaceProblems, pick_surface, surface_labels_ui, surface_problems_ui},
};

/// Room between the furniture and the edges of the panel, in points.
const MARGIN: f32 = 10.0;

/// Radius of the ring around a selected compartment, in points.
const RING_RADIUS: f32 = 9.0;

/// A compartment of more pixels is easy to find by the line around it.
const RING_BELOW_PIXELS: usize = 30;

/// More rings would hide more than they show.
const MOST_RINGS: usize = 4;

/// Backgrounds that are darker than this, in linear light, have light text.
const DARK: f32 = 0.25;

/// How wide and high the time stamp is, in points; it gets wider with the time.
const TIME_STAMP: egui::Vec2 = egui::vec2(100.0, 16.0);

/// What lies in the corners of a panel, with some room around it.
fn room(rect: egui::Rect, bars: Option<egui::Rect>, has_scale_bar: bool, has_time: bool) -> FramingRoom {
    let around = |size: egui::Vec2| Vec2::new(size.x, size.y) + 2.0 * MARGIN;
    let if_there = |there: bool, size: egui::Vec2| if there { around(size) } else { Vec2::ZERO };
    FramingRoom {
        upper_left: bars.map_or(Vec2::ZERO, |bars| around(bars.size())),
        lower_left: if_there(has_scale_bar, scale_bar::room(rect.width())),
        lower_right: if_there(has_time, TIME_STAMP),
    }
}

/// Draws what lies over a panel of views in space.
#[derive(SystemParam)]
pub struct SpaceOverlay<'w, 's> {
    cameras: Query<'w, 's, OverlaidCamera>,
    sessions: Query<'w, 's, OverlaidSession>,
    views: Query<'w, 's, OverlaidView>,
    stage: Option<Res<'w, CellStage>>,
    pictures: Option<Res<'w, Pictures>>,
    hovered: Option<Res<'w, Hovered>>,
}

/// What is shown of a session: its scene, where it stands, what is selected, and its past.
type OverlaidSession = (
    &'static SessionScene,
    &'static SessionProgress,
    &'static Selection,
    &'static SessionLayout,
    Option<&'static Past>,
);

/// A camera of a panel.
#[derive(bevy::ecs::query::QueryData)]
#[query_data(mutable)]
struct OverlaidCamera {
    entity: Entity,
    room: &'static mut FramingRoom,
    space: &'static SpaceCamera,
    orbit: &'static OrbitCamera,
    camera: &'static Camera,
    transform: &'static GlobalTransform,
}

/// A view in space.
#[derive(bevy::ecs::query::QueryData)]
#[query_data(mutable)]
struct OverlaidView {
    entity: Entity,
    of: &'static ViewOf,
    morphology: Option<&'static Morphology>,
    geometry: Option<&'static CellGeometry>,
    bounds: Option<&'static SpaceBounds>,
    surface: Option<&'static SurfacePicture>,
    labels: Option<&'static AxisLabels>,
    problems: Option<&'static SurfaceProblems>,
    transform: &'static GlobalTransform,
    limits: &'static mut ChosenLimits,
}

impl SpaceOverlay<'_, '_> {
    /// Draws over all panels of a session that have a place.
    pub(super) fn show_all(&mut self, ui: &egui::Ui, session: Entity, rects: &SpaceRects) {
        let of_session = self.cameras.iter().filter(|camera| camera.space.session == session);
        let panels: Vec<PanelId> = of_session.map(|camera| camera.space.panel.clone()).collect();
        for panel in panels {
            if let Some(rect) = rects.get(session, &panel) {
                self.show(ui, rect, session, &panel);
            }
        }
    }

    /// Places all panels of views in space beside each other, where there are no others.
    pub(super) fn side_by_side(&self, free: egui::Rect) -> SpaceRects {
        let mut placed = SpaceRects::default();
        let width = free.width() / self.cameras.iter().len().max(1) as f32;
        for (index, OverlaidCameraReadOnlyItem { space, .. }) in self.cameras.iter().enumerate() {
            let from = egui::pos2(free.left() + width * index as f32, free.top());
            let rect = egui::Rect::from_min_size(from, egui::vec2(width, free.height()));
            placed.set(space.session, space.panel.clone(), rect);
        }
        placed
    }

    /// Draws over the panel of a session that has `rect` of the window.
    pub fn show(&mut self, ui: &egui::Ui, rect: egui::Rect, session: Entity, panel: &PanelId) {
        let Ok((scene, progress, _, layout, past)) = self.sessions.get(session) else { return };
        let Some(panel) = layout.panels.get(panel).cloned() else { return };
        let views: Vec<&View> = panel.content.views().iter().filter_map(|id| scene.views.get(id)).collect();
        let is_of =
            |camera: &OverlaidCameraReadOnlyItem| camera.space.session == session && camera.space.panel == panel.id;
        let camera = self.cameras.iter().find(is_of).map(|camera| (camera.entity, *camera.orbit));
        let visuals = visuals_on(background_of(&views, scene), ui.ctx());
        let (painter, color) = (ui.painter().with_clip_rect(rect), visuals.text_color());
        let inner = rect.shrink(MARGIN);
        if let Some(why) = self.why_nothing(session, &views, progress.phase, camera.map(|(entity, _)| entity)) {
            let font = egui::FontId::proportional(15.0);
            painter.text(rect.center(), egui::Align2::CENTER_CENTER, why, font, visuals.weak_text_color());
        }
        let has_scale_bar = views.iter().any(|view| matches!(view, View::Morphology(_)));
        let has_time = progress.capabilities.advance;
        if has_time {
            let font = egui::FontId::proportional(13.0);
            let time_ms = past.and_then(Past::simulated_ms).unwrap_or(progress.time_ms);
            let time = format!("t = {time_ms:.2} ms");
            painter.text(inner.right_bottom(), egui::Align2::RIGHT_BOTTOM, time, font, color);
        }
        if let Some((entity, orbit)) = camera {
            if has_scale_bar {
                let um_per_point = orbit.view_height() / rect.height().max(1.0);
                let bar = ScaleBar::fitting(um_per_point, rect.width());
                let Rgba([red, green, blue, _]) = background_of(&views, scene);
                let plate = egui::Color32::from_rgb(red, green, blue);
                bar.into_iter().for_each(|bar| bar.paint(&painter, inner, (color, plate)));
            }
            self.surfaces(ui, rect, session, &views, entity);
            self.rings(&painter, rect, session, entity);
            self.tooltip(ui, rect, entity);
        }
        let scales = self.scales(session, &views);
        let bars = self.color_bars(ui, inner, (session, &panel.id), scales, &visuals);
        if let Some((entity, _)) = camera
            && let Ok(mut camera) = self.cameras.get_mut(entity)
        {
            camera.room.set_if_neq(room(rect, bars, has_scale_bar, has_time));
        }
    }

    /// The colour scales of the views of a panel, with the views of each.
    fn scales(&self, session: Entity, views: &[&View]) -> Vec<(ColorScale, Vec<Entity>, bool)> {
        let Ok((scene, ..)) = self.sessions.get(session) else { return Vec::new() };
        let mut scales: Vec<(ColorScale, Vec<Entity>, bool)> = Vec::new();
        for view in views {
            let is_of = |shown: &OverlaidViewReadOnlyItem| shown.of.session == session && shown.of.view == *view.id();
            let Some(shown) = self.views.iter().find(is_of) else { continue };
            let scale = match view {
                View::Morphology(view) => ColorScale::of_cell(view, shown.limits.0, scene),
                View::Surface(view) => shown
                    .surface
                    .and_then(|picture| ColorScale::of_surface(view, picture, shown.limits.0.is_some(), scene)),
                _ => None,
            };
            let Some(scale) = scale else { continue };
            match scales.iter_mut().find(|(known, ..)| *known == scale) {
                Some((_, entities, _)) => entities.push(shown.entity),
                None => scales.push((scale, vec![shown.entity], shown.limits.0.is_some())),
            }
        }
        scales
    }

    /// Draws the bars in an area of their own, so that what is done to them does not turn the camera. Gives what they take up.
    fn color_bars(
        &mut self,
        ui: &egui::Ui,
        inner: egui::Rect,
        of: (Entity, &PanelId),
        scales: Vec<(ColorScale, Vec<Entity>, bool)>,
        visuals: &egui::Visuals,
    ) -> Option<egui::Rect> {
        let wide_enough = inner.width() > 120.0 && inner.height() > 200.0;
        if scales.is_empty() || inner.width() < 60.0 || inner.height() < 40.0 {
            return None;
        }
        let area = egui::Area::new(egui::Id::new(("color bars", of))).order(egui::Order::Middle);
        let shown = area.fixed_pos(inner.min).constrain_to(inner).show(ui.ctx(), |ui| {
            *ui.visuals_mut() = visuals.clone();
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
            for (scale, entities, chosen) in scales {
                if !wide_enough {
                    ui.set_max_width(inner.width());
                    flat_color_bar_ui(ui, &scale);
                    continue;
                }
                let Some(change) = color_bar_ui(ui, &scale, chosen) else { continue };
                let limits = match change {
                    LimitsChange::Chosen(limits) => Some(limits),
                    LimitsChange::Reset => None,
                };
                for entity in entities {
                    if let Ok(mut view) = self.views.get_mut(entity) {
                        view.limits.set_if_neq(ChosenLimits(limits));
                    }
                }
            }
        });
        let mut bars = shown.response.rect;
        if wide_enough {
            // The name may reach farther.
            bars.set_width(color_bar::WIDTH);
        }
        Some(bars)
    }

    /// Rings around selected compartments that are no more than a few pixels.
    fn rings(&self, painter: &egui::Painter, rect: egui::Rect, session: Entity, camera: Entity) {
        let (Some(stage), Some(pictures)) = (&self.stage, &self.pictures) else { return };
        let Ok((_, _, selection, ..)) = self.sessions.get(session) else { return };
        for view in self.views.iter().filter(|view| view.of.session == session) {
            let Some(geometry) = view.geometry else { continue };
            for selected in selection.of_geometry(geometry.id()).take(MOST_RINGS) {
                let seen = pictures.find_on_screen(stage, camera, view.entity, selected.compartment);
                if let Some(seen) = seen.filter(|seen| seen.pixels < RING_BELOW_PIXELS) {
                    let at = rect.min + egui::vec2(seen.middle.x, seen.middle.y) / painter.ctx().pixels_per_point();
                    painter.circle_stroke(at, RING_RADIUS, (3.0, egui::Color32::WHITE));
                    painter.circle_stroke(at, RING_RADIUS, (1.5, egui::Color32::from_rgb(255, 150, 0)));
                }
            }
        }
    }

    /// The texts of surfaces: their axes, what is wrong with them, and what is under the pointer.
    fn surfaces(&self, ui: &egui::Ui, rect: egui::Rect, session: Entity, views: &[&View], camera: Entity) {
        let is_shown = |shown: &OverlaidViewReadOnlyItem| {
            shown.of.session == session && views.iter().any(|view| *view.id() == shown.of.view)
        };
        for view in self.views.iter().filter(is_shown) {
            if let Some(labels) = view.labels {
                surface_labels_ui(ui, rect, labels, camera);
            }
            if let Some(problems) = view.problems {
                surface_problems_ui(ui, rect, problems, view.surface.is_some());
            }
            let (text, pointer) = (self.surface_text(ui, rect, &view, camera), ui.ctx().pointer_hover_pos());
            if let Some((text, pointer)) = text.zip(pointer) {
                tooltip::show(ui.ctx(), pointer, &text);
            }
        }
    }

    /// What is under the pointer of a surface.
    fn surface_text(
        &self,
        ui: &egui::Ui,
        rect: egui::Rect,
        view: &OverlaidViewReadOnlyItem,
        camera: Entity,
    ) -> Option<String> {
        let is_idle = !ui.ctx().egui_is_using_pointer() && !ui.input(|input| input.pointer.any_down());
        let pointer = ui.ctx().pointer_hover_pos().filter(|at| rect.contains(*at) && is_idle)?;
        let (picture, camera) = (view.surface?, self.cameras.get(camera).ok()?);
        let (scene, ..) = self.sessions.get(view.of.session).ok()?;
        let field = scene.fields.get(picture.field())?;
        let at = Vec2::new(pointer.x - rect.min.x, pointer.y - rect.min.y);
        let ray = camera.camera.viewport_to_world(camera.transform, at).ok()?;
        let point = pick_surface(picture, field, view.transform, ray)?;
        Some(tooltip::surface_text(picture, field, &point))
    }

    fn tooltip(&self, ui: &egui::Ui, rect: egui::Rect, camera: Entity) {
        let Some(hover) = self.hovered.as_ref().and_then(|hovered| hovered.0).filter(|hover| hover.camera == camera)
        else {
            return;
        };
        let Ok(view) = self.views.get(hover.view) else { return };
        let (Some(morphology), Some(geometry)) = (view.morphology, view.geometry) else { return };
        let Ok((scene, ..)) = self.sessions.get(view.of.session) else { return };
        let at = rect.min + egui::vec2(hover.position.x, hover.position.y) / ui.ctx().pixels_per_point();
        if let Some(text) = tooltip::text(morphology, geometry, hover.compartment, scene) {
            tooltip::show(ui.ctx(), at, &text);
        }
    }

    /// A word where there is nothing to see.
    fn why_nothing(&self, session: Entity, views: &[&View], phase: Phase, camera: Option<Entity>) -> Option<String> {
        let mut only_cells = true;
        for view in views {
            let View::Morphology(settings) = view else {
                only_cells = false;
                continue;
            };
            let is_of = |shown: &OverlaidViewReadOnlyItem| shown.of.session == session && shown.of.view == settings.id;
            let shown = self.views.iter().find(is_of)?;
            let Some(geometry) = shown.geometry else {
                return Some(match phase {
                    Phase::Starting => "Building the model…".to_owned(),
                    _ => format!("There is no cell: the scene has no morphology `{}`.", settings.geometry),
                });
            };
            if geometry.frusta().is_empty() {
                return Some(format!("The cell `{}` has no 3-D points to draw.", geometry.id()));
            }
        }
        let covered = camera.zip(self.pictures.as_ref()).map(|(camera, pictures)| pictures.covered_pixels(camera));
        let placed = self
            .views
            .iter()
            .any(|view| view.of.session == session && view.bounds.is_some_and(|bounds| bounds.0.is_some()));
        (only_cells && placed && covered == Some(0)).then(|| "Nothing is in view. Home shows everything.".to_owned())
    }
}

/// The background of the first of some views.
fn background_of(views: &[&View], scene: &Scene) -> Rgba {
    let binding = match views.first() {
        Some(View::Morphology(view)) => Some(&view.background),
        Some(View::Surface(view)) => Some(&view.background),
        _ => None,
    };
    binding.map_or(BACKGROUND, |background| background.resolve_or(&scene.state, BACKGROUND))
}

/// Colours that are legible on a background, whatever the theme of the window.
fn visuals_on(Rgba([red, green, blue, _]): Rgba, context: &egui::Context) -> egui::Visuals {
    let background = egui::Color32::from_rgb(red, green, blue);
    let is_dark = egui::Rgba::from(background).intensity() < DARK;
    context.style_of(if is_dark { egui::Theme::Dark } else { egui::Theme::Light }).visuals.clone()
}
