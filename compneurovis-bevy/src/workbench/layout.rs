//! Where the panels of the window are.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use compneurovis_core::{Phase, Scene};

use super::{
    SpaceCamera, SpaceRects, StatusLine, color_bar_ui, controls_ui, keys::Typing, line_plot_ui, problems, status_ui,
};
use crate::{
    camera::{KeysTaken, PointerTaken},
    morphology::{CellStage, Pictures},
    session::{
        Input, LinePlot, LiveSession, Morphology, OtherView, Selection, SendCommand, SessionNotice, SessionProblems,
        SessionProgress, SessionScene, UserInput, ViewOf,
    },
};

/// Radius of the ring around the selected compartment, in points.
const RING_RADIUS: f32 = 9.0;

/// A compartment of more pixels is easy to find by the line around it.
const RING_BELOW_PIXELS: usize = 30;

/// What the window shows around the cells.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct WorkbenchSettings {
    /// Whether the panels are there at all; without them the cell has the whole window.
    pub panels: bool,
    /// Width of the side panel as a part of the window's.
    pub side_width: f32,
}

impl Default for WorkbenchSettings {
    fn default() -> Self {
        Self { panels: true, side_width: 0.36 }
    }
}

/// Everything of a session that is shown.
#[derive(bevy::ecs::query::QueryData)]
pub(super) struct Shown {
    entity: Entity,
    session: &'static LiveSession,
    scene: &'static SessionScene,
    progress: &'static SessionProgress,
    problems: &'static SessionProblems,
    notice: &'static SessionNotice,
    selection: &'static Selection,
}

pub(super) fn draw_panels(
    mut contexts: EguiContexts,
    settings: Res<WorkbenchSettings>,
    drawn: Drawn,
    sessions: Query<Shown>,
    plots: Query<(Entity, &ViewOf, &LinePlot)>,
    cells: Query<(Entity, &ViewOf, &Morphology)>,
    others: Query<(&ViewOf, &OtherView)>,
    mut rects: ResMut<SpaceRects>,
    cameras: Query<(Entity, &SpaceCamera)>,
    mut commands: MessageWriter<SendCommand>,
    mut inputs: MessageWriter<UserInput>,
    mut input: InputTaken,
    mut dismissed: Local<problems::Dismissed>,
    mut styled: Local<bool>,
) -> Result {
    let context = contexts.ctx_mut()?;
    input.note(context);
    if !*styled {
        context.set_visuals(egui::Visuals::light());
        *styled = true;
    }
    if !settings.panels {
        place_space(&mut rects, &cameras, context.viewport_rect());
        return Ok(());
    }
    let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(context.viewport_rect());
    let mut root = egui::Ui::new(context.clone(), "workbench".into(), builder);
    let mut send = |session, command| {
        commands.write(SendCommand { session, command });
    };
    egui::Panel::bottom("status").show(&mut root, |ui| {
        for shown in &sessions {
            let line = StatusLine {
                status: shown.progress,
                busy: shown.session.busy(),
                counters: shown.session.counters(),
                notice: &shown.notice.text,
                selection: shown.selection,
                scene: shown.scene,
            };
            status_ui(ui, &line, |command| send(shown.entity, command));
        }
    });
    let width = root.available_width() * settings.side_width;
    egui::Panel::right("side").default_size(width).min_size(220.0).resizable(true).show(&mut root, |ui| {
        // Else the panel shrinks to what it happens to hold before the first scene.
        ui.set_min_width(ui.available_width());
        for shown in &sessions {
            let of_session: Vec<_> = plots.iter().filter(|(_, of, _)| of.session == shown.entity).collect();
            let without_picture = others.iter().filter(|(of, _)| of.session == shown.entity).map(|(_, view)| view);
            draw_side(ui, &shown, &of_session, without_picture, &mut |input| {
                inputs.write(UserInput { session: shown.entity, input });
            });
        }
    });
    let free = root.available_rect_before_wrap();
    draw_over_cells(&mut root, free, &sessions, &cells, &drawn.stage);
    for (view, of, morphology) in &cells {
        let Ok(shown) = sessions.get(of.session) else { continue };
        for (camera, space) in &cameras {
            let Some(rect) = rects.get(space.session, &space.panel) else { continue };
            let at = drawn.selected_at(camera, view, morphology, shown.selection, rect, context.pixels_per_point());
            at.into_iter().for_each(|at| ring(&root, at, rect));
        }
    }
    for shown in &sessions {
        problems::show(context, shown.entity, shown.problems, &mut dismissed, |command| send(shown.entity, command));
    }
    place_space(&mut rects, &cameras, free);
    Ok(())
}

/// The cells as they were drawn last.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Drawn<'w> {
    stage: Res<'w, CellStage>,
    pictures: Res<'w, Pictures>,
}

impl Drawn<'_> {
    /// Where the selected compartment of a view is, in points, if it is seen but hard to see.
    fn selected_at(
        &self,
        camera: Entity,
        view: Entity,
        morphology: &Morphology,
        selection: &Selection,
        free: egui::Rect,
        pixels_per_point: f32,
    ) -> Option<egui::Pos2> {
        let selected = selection.primary().filter(|selected| selected.geometry == morphology.geometry)?;
        let seen = self.pictures.find_on_screen(&self.stage, camera, view, selected.compartment)?;
        let middle = egui::vec2(seen.middle.x, seen.middle.y);
        (seen.pixels < RING_BELOW_PIXELS).then_some(free.min + middle / pixels_per_point)
    }
}

/// A ring around the selected compartment, which may be no more than a pixel.
fn ring(ui: &egui::Ui, at: egui::Pos2, free: egui::Rect) {
    let painter = ui.painter().with_clip_rect(free);
    painter.circle_stroke(at, RING_RADIUS, (3.0, egui::Color32::WHITE));
    painter.circle_stroke(at, RING_RADIUS, (1.5, egui::Color32::from_rgb(255, 150, 0)));
}

/// What of the user's input the panels keep for themselves.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct InputTaken<'w> {
    pointer: ResMut<'w, PointerTaken>,
    typing: ResMut<'w, Typing>,
    keys: ResMut<'w, KeysTaken>,
}

impl InputTaken<'_> {
    /// Beside the panels only what lies on top of the cells, a drag that began in a panel, or an
    /// open menu takes the pointer: the cells' viewport is what the panels leave.
    fn note(&mut self, context: &egui::Context) {
        let over = context.pointer_latest_pos().and_then(|position| context.layer_id_at(position));
        let on_top = over.is_some_and(|layer| layer.order != egui::Order::Background);
        let taken = on_top || context.egui_is_using_pointer() || context.any_popup_open();
        self.pointer.set_if_neq(PointerTaken(taken));
        self.typing.set_if_neq(Typing(context.text_edit_focused()));
        self.keys.set_if_neq(KeysTaken(context.egui_wants_keyboard_input()));
    }
}

/// Traces above, controls below.
fn draw_side<'a>(
    ui: &mut egui::Ui,
    shown: &ShownItem,
    plots: &[(Entity, &ViewOf, &LinePlot)],
    without_picture: impl Iterator<Item = &'a OtherView>,
    take: &mut dyn FnMut(Input),
) {
    let scene: &Scene = shown.scene;
    let has_controls = !(scene.controls.is_empty() && scene.actions.is_empty());
    if has_controls {
        egui::Panel::bottom(ui.id().with(("controls", shown.entity))).resizable(false).show(ui, |ui| {
            ui.add_space(4.0);
            controls_ui(ui, scene, shown.session.interaction().armed(), take);
            ui.add_space(4.0);
        });
    }
    for OtherView(view) in without_picture {
        ui.strong(view.title());
        ui.weak(format!("This version has no picture for a {}.", view.kind()));
    }
    ui.add_space(6.0);
    let height = ui.available_height() / plots.len().max(1) as f32;
    for (entity, _, plot) in plots {
        ui.allocate_ui(egui::vec2(ui.available_width(), height), |ui| {
            ui.push_id(entity, |ui| line_plot_ui(ui, plot, scene));
        });
    }
}

/// The title and colour bar over the cells, or a word why there are none.
fn draw_over_cells(
    root: &mut egui::Ui,
    free: egui::Rect,
    sessions: &Query<Shown>,
    cells: &Query<(Entity, &ViewOf, &Morphology)>,
    stage: &CellStage,
) {
    let mut ui = root.new_child(egui::UiBuilder::new().max_rect(free.shrink(10.0)));
    for (_, of, view) in cells {
        let Ok(shown) = sessions.get(of.session) else { continue };
        let title = format!("{}: {}", shown.session.title(), compneurovis_core::View::from(view.0.clone()).title());
        ui.label(egui::RichText::new(title).size(15.0).strong());
        color_bar_ui(&mut ui, view, shown.scene);
    }
    if stage.frusta() == 0 {
        let why = sessions.iter().map(|shown| why_nothing(&shown)).next().unwrap_or("No session.");
        let center = free.center();
        ui.painter().text(
            center,
            egui::Align2::CENTER_CENTER,
            why,
            egui::FontId::proportional(16.0),
            egui::Color32::DARK_GRAY,
        );
    }
}

fn why_nothing(shown: &ShownItem) -> &'static str {
    match shown.progress.phase {
        Phase::Starting => "Building the model…",
        Phase::Failed => "The session failed before it had anything to show.",
        _ if shown.scene.views.is_empty() => "The session has no views.",
        _ => "The session has no geometry.",
    }
}

/// Places the panels of views in space beside each other.
fn place_space(rects: &mut ResMut<SpaceRects>, cameras: &Query<(Entity, &SpaceCamera)>, free: egui::Rect) {
    let mut placed = SpaceRects::default();
    let width = free.width() / cameras.iter().len().max(1) as f32;
    for (index, (_, space)) in cameras.iter().enumerate() {
        let from = egui::pos2(free.left() + width * index as f32, free.top());
        let rect = egui::Rect::from_min_size(from, egui::vec2(width, free.height()));
        placed.set(space.session, space.panel.clone(), rect);
    }
    rects.set_if_neq(placed);
}
