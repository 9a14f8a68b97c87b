//! The timeline of a session: a line with its track, and buttons for what can be done about time.

use bevy_egui::egui;
use compneurovis_core::{Phase, SessionCommand, SessionStatus, Timeline};

use super::{BranchPoints, TimelineRequest, track::Track};
use crate::session::Past;

/// What a timeline is about.
#[derive(Clone, Copy)]
pub struct TimelineShown<'a> {
    /// Where the session stands.
    pub status: &'a SessionStatus,
    /// The span that it can be sought through, if it can.
    pub timeline: Option<&'a Timeline>,
    /// Its latest past, if it cannot.
    pub past: Option<&'a Past>,
    /// What one can branch from.
    pub points: Option<&'a BranchPoints>,
    /// Whether there are traces of a run before.
    pub has_ghosts: bool,
    /// A line about the file that is recorded to, if one is.
    pub recording: Option<&'a str>,
}

/// What a timeline asks for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TimelineWish {
    /// Something about the moment that is shown.
    Time(TimelineRequest),
    /// Something for the session itself.
    Command(SessionCommand),
}

impl TimelineShown<'_> {
    /// Whether there is anything to go through.
    pub fn is_there(&self) -> bool {
        if self.seeks() { self.timeline.is_some() } else { self.past.is_some_and(Past::is_there) }
    }

    fn seeks(&self) -> bool {
        self.status.capabilities.seek
    }

    fn span(&self) -> Option<Timeline> {
        if self.seeks() { self.timeline.cloned() } else { self.past.and_then(Past::timeline) }
    }
}

/// Draws the timeline of a session into a line; nothing if there is nothing to go through.
pub fn timeline_ui(ui: &mut egui::Ui, shown: &TimelineShown, mut take: impl FnMut(TimelineWish)) {
    let Some(timeline) = shown.span() else { return };
    let moment_ms = shown.past.and_then(Past::moment_ms).filter(|_| !shown.seeks());
    let at_ms = if shown.seeks() { shown.status.time_ms } else { moment_ms.unwrap_or(timeline.end_ms) };
    let is_now = !shown.seeks() && moment_ms.is_none();
    let snapshots: Vec<f64> = shown.points.map(|snapshots| snapshots.times().collect()).unwrap_or_default();
    ui.horizontal(|ui| {
        left_ui(ui, shown, &mut take);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            right_ui(ui, shown, is_now, at_ms, &mut take);
            let track = Track { timeline: &timeline, at_ms, is_now, snapshots: &snapshots };
            if let Some(time_ms) = track.show(ui) {
                take(TimelineWish::Time(TimelineRequest::Show(time_ms)));
            }
        });
    });
}

fn left_ui(ui: &mut egui::Ui, shown: &TimelineShown, take: &mut impl FnMut(TimelineWish)) {
    let mut time = |request| take(TimelineWish::Time(request));
    if ui.button("⏮").on_hover_text("The first moment (Ctrl+[)").clicked() {
        time(TimelineRequest::Begin);
    }
    if ui.button("⏴").on_hover_text("A moment back ([)").clicked() {
        time(TimelineRequest::Step(-0.005));
    }
    if shown.seeks() {
        let (text, hover, command) = match shown.status.phase {
            Phase::Running => ("⏸", "Stand still (Space)", SessionCommand::Pause),
            _ => ("▶", "Play (Space)", SessionCommand::Resume),
        };
        if ui.button(text).on_hover_text(hover).clicked() {
            take(TimelineWish::Command(command));
        }
    }
    if ui.button("⏵").on_hover_text("A moment on (])").clicked() {
        take(TimelineWish::Time(TimelineRequest::Step(0.005)));
    }
}

/// From right to left.
fn right_ui(ui: &mut egui::Ui, shown: &TimelineShown, is_now: bool, at_ms: f64, take: &mut impl FnMut(TimelineWish)) {
    let mut time = |request| take(TimelineWish::Time(request));
    match shown.recording {
        Some(line) => {
            let button =
                egui::Button::new(egui::RichText::new("⏹ Stop recording").color(egui::Color32::from_rgb(200, 40, 40)));
            if ui.add(button).on_hover_text(line).clicked() {
                time(TimelineRequest::StopRecording);
            }
        }
        None if !shown.seeks() => {
            let hover = "Write all that the session emits from now on to a file (Ctrl+R)";
            if ui.button("⏺ Record").on_hover_text(hover).clicked() {
                time(TimelineRequest::Record(None));
            }
        }
        None => {}
    }
    if shown.has_ghosts && ui.button("Forget before").on_hover_text("Take the old traces away (Ctrl+G)").clicked() {
        time(TimelineRequest::ForgetGhosts);
    }
    if shown.status.capabilities.snapshot && !shown.seeks() {
        let hover = "Go back to the nearest snapshot at or before this moment, change a control, and compare (Ctrl+J)";
        if ui.button("Branch").on_hover_text(hover).clicked() {
            time(TimelineRequest::Branch);
        }
    }
    if !shown.seeks() {
        let button = ui.add_enabled(!is_now, egui::Button::new("Now"));
        if button.on_hover_text("Show what is simulated now (Ctrl+])").clicked() {
            time(TimelineRequest::Now);
        }
    }
    let color = if is_now || shown.seeks() { ui.visuals().text_color() } else { egui::Color32::from_rgb(214, 96, 0) };
    let text = format!("{at_ms:>10.3} ms");
    ui.label(egui::RichText::new(text).monospace().color(color)).on_hover_text("The moment that is shown");
}
