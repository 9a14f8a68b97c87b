//! Where the panels of the window are.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use compneurovis_core::{Phase, Scene};

use super::{
    SpaceCamera, SpaceOverlay, SpaceRects, StatusLine, controls_ui, keys::Typing, line_plot_ui, problems, status_ui,
};
use crate::{
    camera::{KeysTaken, PointerTaken},
    session::{
        Input, LinePlot, LiveSession, OtherView, Selection, SendCommand, SessionNotice, SessionProblems,
        SessionProgress, SessionScene, UserInput, ViewOf,
    },
};

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
    mut overlay: SpaceOverlay,
    sessions: Query<Shown>,
    plots: Query<(Entity, &ViewOf, &LinePlot)>,
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
    place_space(&mut rects, &cameras, free);
    for (_, space) in &cameras {
        if let Some(rect) = rects.get(space.session, &space.panel) {
            overlay.show(&root, rect, space.session, &space.panel);
        }
    }
    if cameras.is_empty() {
        let why = sessions.iter().map(|shown| why_nothing(&shown)).next().unwrap_or("No session.");
        let (font, color) = (egui::FontId::proportional(16.0), egui::Color32::DARK_GRAY);
        root.painter().text(free.center(), egui::Align2::CENTER_CENTER, why, font, color);
    }
    for shown in &sessions {
        problems::show(context, shown.entity, shown.problems, &mut dismissed, |command| send(shown.entity, command));
    }
    Ok(())
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

/// A word where there is no panel of views in space.
fn why_nothing(shown: &ShownItem) -> &'static str {
    match shown.progress.phase {
        Phase::Starting => "Building the model…",
        Phase::Failed => "The session failed before it had anything to show.",
        _ if shown.scene.views.is_empty() => "The session has no views.",
        _ => "",
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
