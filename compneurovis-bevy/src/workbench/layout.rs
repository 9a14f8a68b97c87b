//! The window as a whole: the bar on top, the panels, the status line below.

use std::time::Instant;

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use compneurovis_core::{EntityId, Modifiers, Phase, SessionCommand};

use super::{
    Arrangement, ControlHistory, CustomViews, FrameCost, SessionLog, Snapshots, SpaceOverlay, SpaceRects, StatusLine,
    TransportRequest, WorkbenchSettings, help_ui,
    keys::{Typing, send_sets},
    log_ui,
    menu::Menu,
    panes::{Panes, Picture},
    performance_ui, problems, snapshots_ui, status_ui, transport_ui,
};
use crate::{
    beneath::Beneath,
    camera::{KeysTaken, PointerTaken},
    export::{ExportInput, ExportSettings, ExportWindow, PanelPlaces, TakingPicture},
    session::{
        Input, LiveSession, Past, SelectEntity, Selection, SendCommand, SessionLayout, SessionNotice, SessionProblems,
        SessionProgress, SessionScene, SessionTimeline, UserInput,
    },
    timeline::{BranchPoints, Ghosts, TimelineInput, TimelineShown, TimelineWish, recording_text, timeline_ui},
};

/// Everything of a session that is shown.
#[derive(bevy::ecs::query::QueryData)]
#[query_data(mutable)]
pub(super) struct Shown {
    entity: Entity,
    session: &'static LiveSession,
    scene: &'static SessionScene,
    progress: &'static SessionProgress,
    problems: &'static SessionProblems,
    notice: &'static mut SessionNotice,
    selection: &'static Selection,
    arrangement: &'static mut Arrangement,
    history: &'static mut ControlHistory,
    log: &'static SessionLog,
    snapshots: &'static mut Snapshots,
    time: InTime,
}

/// What of a session is about its time.
#[derive(bevy::ecs::query::QueryData)]
struct InTime {
    timeline: &'static SessionTimeline,
    past: Option<&'static Past>,
    points: Option<&'static BranchPoints>,
    ghosts: Option<&'static Ghosts>,
}

/// What the panels send.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Sent<'w> {
    commands: MessageWriter<'w, SendCommand>,
    inputs: MessageWriter<'w, UserInput>,
    selections: MessageWriter<'w, SelectEntity>,
    times: MessageWriter<'w, TimelineInput>,
    exports: MessageWriter<'w, ExportInput>,
}

/// Where panels are said to be, and what becomes files.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Exporting<'w> {
    window: ResMut<'w, ExportWindow>,
    settings: ResMut<'w, ExportSettings>,
    places: ResMut<'w, PanelPlaces>,
    taking: Res<'w, TakingPicture>,
}

impl Sent<'_> {
    fn command(&mut self, session: Entity, command: SessionCommand) {
        self.commands.write(SendCommand { session, command });
    }

    fn input(&mut self, session: Entity, input: Input) {
        self.inputs.write(UserInput { session, input });
    }

    /// As a click with Control on what is selected.
    fn deselect(&mut self, session: Entity, entity: EntityId) {
        let modifiers = Modifiers { control: true, ..Modifiers::default() };
        self.selections.write(SelectEntity { session, entity, modifiers });
    }

    fn request(&mut self, session: Entity, request: TransportRequest) {
        match request {
            TransportRequest::Command(command) => self.command(session, command),
            TransportRequest::Input(input) => self.input(session, input),
        }
    }
}

/// Gives each session its arrangement, and lets that follow the layout of its scene.
pub(super) fn follow_layouts(
    mut commands: Commands,
    new: Query<Entity, (With<LiveSession>, Without<Arrangement>)>,
    // A scene that is there at once does not change again.
    mut known: Query<
        (&SessionScene, &SessionLayout, &mut Arrangement),
        Or<(Changed<SessionScene>, Added<Arrangement>)>,
    >,
) {
    new.iter().for_each(|session| {
        let of_window =
            (Arrangement::default(), ControlHistory::default(), SessionLog::default(), Snapshots::default());
        commands.entity(session).insert(of_window);
    });
    for (scene, layout, mut arrangement) in &mut known {
        // The panels may be as they were and the wish for their places a new one.
        if *arrangement.layout() != layout.0 || arrangement.is_asked_otherwise(scene) {
            arrangement.follow_layout(layout.0.clone(), scene);
        }
    }
}

pub(super) fn draw_panels(
    mut contexts: EguiContexts,
    mut settings: ResMut<WorkbenchSettings>,
    mut menu: ResMut<Menu>,
    mut sessions: Query<Shown>,
    (mut pictures, custom): (Query<Picture>, Res<CustomViews>),
    mut rects: ResMut<SpaceRects>,
    mut overlay: SpaceOverlay,
    mut sent: Sent,
    mut input: InputTaken,
    mut dismissed: Local<problems::Dismissed>,
    mut cost: ResMut<FrameCost>,
    mut beneath: ResMut<Beneath>,
    mut exporting: Exporting,
) -> Result {
    let began = Instant::now();
    let context = contexts.ctx_mut()?;
    input.note(context);
    settings.apply(context);
    beneath.begin(context);
    if !settings.panels {
        rects.set_if_neq(overlay.side_by_side(context.viewport_rect()));
        return Ok(());
    }
    let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(context.viewport_rect());
    let mut root = egui::Ui::new(context.clone(), "workbench".into(), builder);
    let bar = beneath.bar(&egui::Frame::side_top_panel(root.style()));
    let top = egui::Panel::top("transport").frame(bar).show(&mut root, |ui| {
        for mut shown in &mut sessions {
            ui.push_id(shown.entity, |ui| {
                ui.horizontal_wrapped(|ui| {
                    bar_ui(ui, &mut shown, &mut menu, &mut settings, &mut sent, &mut exporting.window);
                });
            });
        }
    });
    let bottom = egui::Panel::bottom("status").frame(bar).show(&mut root, |ui| {
        sessions.iter().for_each(|shown| session_status_ui(ui, &shown));
    });
    [top.response.rect, bottom.response.rect].into_iter().for_each(|bar| {
        beneath.fill(bar);
    });
    let has_timeline = |shown: &ShownReadOnlyItem| {
        let wanted = settings.live_past || shown.progress.capabilities.seek;
        wanted && time_shown(shown, None).is_there()
    };
    if sessions.iter().any(|shown| has_timeline(&shown)) {
        let timeline = egui::Panel::bottom("timeline").frame(bar).show(&mut root, |ui| {
            sessions.iter().for_each(|shown| session_timeline_ui(ui, &shown, &mut sent));
        });
        beneath.fill(timeline.response.rect);
    }
    let mut placed = SpaceRects::default();
    exporting.places.0.clear();
    let free = root.available_rect_before_wrap();
    let width = free.width() / sessions.iter().len().max(1) as f32;
    for (index, mut shown) in sessions.iter_mut().enumerate() {
        let from = egui::pos2(free.left() + width * index as f32, free.top());
        let area = egui::Rect::from_min_size(from, egui::vec2(width, free.height()));
        let mut ui = root.new_child(egui::UiBuilder::new().id_salt(shown.entity).max_rect(area));
        let places = &mut exporting.places;
        draw_session(&mut ui, &mut shown, (&mut pictures, &custom), &mut placed, &mut beneath, &mut sent, places);
        overlay.show_all(&ui, shown.entity, &placed);
        // What lies over the panels is no part of a picture.
        if exporting.taking.0 {
            continue;
        }
        let (entity, problems) = (shown.entity, shown.problems);
        problems::show(context, entity, problems, &mut dismissed, |command| sent.command(entity, command));
        if index == 0 {
            windows(context, &shown, &mut menu, &cost);
            let Exporting { window, settings: files, .. } = &mut exporting;
            window.ui(context, entity, shown.scene, &mut files.reborrow(), |input| {
                sent.exports.write(input);
            });
            let ShownItem { session, arrangement, notice, .. } = &mut shown;
            if menu.layout_file {
                menu.layout_file_ui(context, session.title(), arrangement, &mut settings.reborrow(), notice);
            }
        }
    }
    if sessions.is_empty() {
        say(&root, free, &mut beneath, "No session.");
    }
    rects.set_if_neq(placed);
    cost.note_panels(began.elapsed());
    Ok(())
}

/// What can be opened beside the panels.
fn windows(context: &egui::Context, shown: &ShownItem, menu: &mut Menu, cost: &FrameCost) {
    let area = context.content_rect();
    let size = egui::vec2(440.0, 260.0).min(area.size() * 0.8);
    egui::Window::new("Log").open(&mut menu.log).default_size(size).show(context, |ui| log_ui(ui, shown.log));
    egui::Window::new("Performance").open(&mut menu.performance).resizable(false).show(context, |ui| {
        performance_ui(ui, shown.progress, &shown.session.counters(), cost);
    });
    egui::Window::new("Keys").open(&mut menu.help).resizable(false).collapsible(false).show(context, |ui| {
        help_ui(ui, shown.scene, shown.progress.capabilities);
    });
}

fn bar_ui(
    ui: &mut egui::Ui,
    shown: &mut ShownItem,
    menu: &mut Menu,
    settings: &mut ResMut<WorkbenchSettings>,
    sent: &mut Sent,
    export: &mut ExportWindow,
) {
    let (entity, has_controls) = (shown.entity, !shown.scene.controls.is_empty());
    if has_controls {
        let (can_undo, can_redo) = (shown.history.can_undo(), shown.history.can_redo());
        if ui
            .add_enabled(can_undo, egui::Button::new("Undo"))
            .on_hover_text("Take back the last change of a control (Ctrl+Z)")
            .clicked()
        {
            send_sets(entity, shown.history.undo(), &mut sent.inputs);
        }
        if ui.add_enabled(can_redo, egui::Button::new("Redo")).on_hover_text("Do it again (Ctrl+Y)").clicked() {
            send_sets(entity, shown.history.redo(), &mut sent.inputs);
        }
    }
    transport_ui(ui, shown.progress, has_controls, |request| sent.request(entity, request));
    snapshots_ui(ui, shown.progress, &mut shown.snapshots, |command| sent.command(entity, command));
    menu.ui(ui, shown.scene, &mut shown.arrangement, &mut settings.reborrow());
    if ui.button("Export…").on_hover_text("Pictures, plots, data and movies as files (Ctrl+E)").clicked() {
        export.open = !export.open;
    }
}

fn session_status_ui(ui: &mut egui::Ui, shown: &ShownReadOnlyItem) {
    let line = StatusLine {
        status: shown.progress,
        busy: shown.session.busy(),
        counters: shown.session.counters(),
        notice: &shown.notice.text,
        selection: shown.selection,
        scene: shown.scene,
    };
    status_ui(ui, &line);
}

fn time_shown<'a>(shown: &'a ShownReadOnlyItem, recording: Option<&'a str>) -> TimelineShown<'a> {
    TimelineShown {
        status: shown.progress,
        timeline: (**shown.time.timeline).as_ref(),
        past: shown.time.past,
        points: shown.time.points,
        has_ghosts: shown.time.ghosts.is_some_and(|ghosts| !ghosts.is_empty()),
        recording,
    }
}

fn session_timeline_ui(ui: &mut egui::Ui, shown: &ShownReadOnlyItem, sent: &mut Sent) {
    let session = shown.entity;
    let recording = shown.session.recording().filter(|status| status.running);
    let recording = recording.as_ref().map(recording_text);
    ui.push_id((session, "timeline"), |ui| {
        timeline_ui(ui, &time_shown(shown, recording.as_deref()), |wish| match wish {
            TimelineWish::Time(request) => {
                sent.times.write(TimelineInput { session, request });
            }
            TimelineWish::Command(command) => sent.command(session, command),
        });
    });
}

/// The panels of a session, or a word why there are none.
fn draw_session(
    ui: &mut egui::Ui,
    shown: &mut ShownItem,
    (pictures, custom): (&mut Query<Picture>, &CustomViews),
    rects: &mut SpaceRects,
    beneath: &mut Beneath,
    sent: &mut Sent,
    places: &mut PanelPlaces,
) {
    let area = ui.max_rect();
    let arrangement = &mut *shown.arrangement;
    if arrangement.layout().panels.is_empty() {
        return say(ui, area, beneath, why_nothing(shown.progress.phase, shown.scene.views.is_empty()));
    }
    let layout = arrangement.layout().clone();
    let mut panes = Panes {
        entity: shown.entity,
        session: shown.session,
        scene: shown.scene,
        layout: &layout,
        pictures,
        custom,
        rects,
        places,
        inputs: Vec::new(),
        deselected: Vec::new(),
        closed: Vec::new(),
        edited: false,
        beneath,
    };
    arrangement.tree.ui(&mut panes, ui);
    let Panes { edited, inputs, deselected, closed, .. } = panes;
    arrangement.edited |= edited;
    closed.iter().for_each(|panel| arrangement.set_open(panel, false));
    deselected.into_iter().for_each(|entity| sent.deselect(shown.entity, entity));
    inputs.into_iter().for_each(|input| sent.input(shown.entity, input));
}

/// A word in the middle of an area that has nothing else.
fn say(ui: &egui::Ui, area: egui::Rect, beneath: &mut Beneath, text: &str) {
    if !beneath.fill(area) {
        ui.painter().rect_filled(area, 0.0, ui.visuals().panel_fill);
    }
    let (font, color) = (egui::FontId::proportional(16.0), ui.visuals().text_color());
    ui.painter().text(area.center(), egui::Align2::CENTER_CENTER, text, font, color);
}

fn why_nothing(phase: Phase, no_views: bool) -> &'static str {
    match phase {
        Phase::Starting => "Building the model…",
        Phase::Failed => "The session failed before it had anything to show.",
        _ if no_views => "The session has no views.",
        _ => "The layout of the session shows nothing.",
    }
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
    /// open menu takes the pointer: the cells' viewports are what the panels leave.
    fn note(&mut self, context: &egui::Context) {
        let over = context.pointer_latest_pos().and_then(|position| context.layer_id_at(position));
        let on_top = over.is_some_and(|layer| layer.order != egui::Order::Background);
        let taken = on_top || context.egui_is_using_pointer() || context.any_popup_open();
        self.pointer.set_if_neq(PointerTaken(taken));
        self.typing.set_if_neq(Typing(context.text_edit_focused()));
        self.keys.set_if_neq(KeysTaken(context.egui_wants_keyboard_input()));
    }
}
