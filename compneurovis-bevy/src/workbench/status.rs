//! The status line: what the session does, how far it is, how fast it goes.

use bevy_egui::egui;
use compneurovis_core::{Busy, Counters, Pace, Phase, Scene, SessionCommand, SessionStatus};

use crate::session::Selection;

/// What the status line is about.
#[derive(Clone, Copy, Debug)]
pub struct StatusLine<'a> {
    /// Where the session stands.
    pub status: &'a SessionStatus,
    /// What it has been stuck in for long, if it is.
    pub busy: Option<Busy>,
    /// What has become of its updates.
    pub counters: Counters,
    /// What is to be read; may be empty.
    pub notice: &'a str,
    /// What is selected.
    pub selection: &'a Selection,
    /// What there is to see.
    pub scene: &'a Scene,
}

/// Draws one line about a session, with buttons to pause, step and restart it.
pub fn status_ui(ui: &mut egui::Ui, line: &StatusLine, mut send: impl FnMut(SessionCommand)) {
    let StatusLine { status, busy, counters, notice, selection, scene } = *line;
    ui.horizontal(|ui| {
        phase_ui(ui, status, &mut send);
        ui.separator();
        ui.monospace(format!("{:>15}", format!("t = {:.3} ms", status.time_ms))).on_hover_text("Simulated time");
        if status.capabilities.advance {
            ui.separator();
            ui.monospace(format!("{:>8} ms/s", speed(status.ms_per_second)))
                .on_hover_text(work_text(status, &counters));
            pace_ui(ui, status.pace, &mut send);
        }
        ui.separator();
        if let Some(busy) = busy {
            ui.colored_label(egui::Color32::from_rgb(190, 90, 0), busy.to_string())
                .on_hover_text("It hears nothing until it comes back from there; the window can be closed");
            ui.separator();
        }
        if let Some(text) = selected(selection, scene) {
            ui.label(text);
        } else {
            ui.weak("Click a compartment to trace it");
        }
        if !notice.is_empty() {
            ui.separator();
            ui.label(notice);
        }
    });
}

/// How much was done, and how much of it could be left out on the way to the screen.
fn work_text(status: &SessionStatus, counters: &Counters) -> String {
    let Counters { emitted, merged, trimmed, waiting, .. } = counters;
    format!(
        "Simulated ms per second; {} solver steps so far\n{emitted} updates, of which {merged} were joined with newer \
         ones before they were drawn; {trimmed} samples left the window of a trace unseen; {waiting} updates wait",
        status.steps
    )
}

/// A menu of paces, from one that shows a spike travel to as fast as the solver can.
fn pace_ui(ui: &mut egui::Ui, pace: Pace, send: &mut impl FnMut(SessionCommand)) {
    let choices = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0].map(Pace::MsPerSecond);
    let mut chosen = pace;
    egui::ComboBox::from_id_salt("pace").width(92.0).selected_text(pace_text(pace)).show_ui(ui, |ui| {
        for choice in choices.into_iter().chain([Pace::Unlimited]) {
            ui.selectable_value(&mut chosen, choice, pace_text(choice));
        }
    });
    if chosen != pace {
        send(SessionCommand::SetPace(chosen));
    }
}

fn pace_text(pace: Pace) -> String {
    match pace {
        Pace::Unlimited => "full speed".to_owned(),
        Pace::MsPerSecond(rate) => format!("at {rate} ms/s"),
    }
}

fn phase_ui(ui: &mut egui::Ui, status: &SessionStatus, send: &mut impl FnMut(SessionCommand)) {
    let (color, text) = match status.phase {
        Phase::Starting => (egui::Color32::from_rgb(230, 160, 0), "starting"),
        Phase::Running => (egui::Color32::from_rgb(40, 150, 60), "running"),
        Phase::Paused => (egui::Color32::from_rgb(60, 90, 190), "paused"),
        Phase::Failed => (egui::Color32::from_rgb(190, 30, 30), "failed"),
        Phase::Stopped => (egui::Color32::GRAY, "stopped"),
    };
    let (dot, _) = ui.allocate_exact_size(egui::vec2(10.0, 10.0), egui::Sense::hover());
    ui.painter().circle_filled(dot.center(), 5.0, color);
    ui.add_sized([56.0, 18.0], egui::Label::new(text));
    match status.phase {
        Phase::Running | Phase::Paused if !status.capabilities.advance => {}
        Phase::Running => {
            if ui.button("⏸ Pause").on_hover_text("Space").clicked() {
                send(SessionCommand::Pause);
            }
        }
        Phase::Paused => {
            if ui.button("▶ Run").on_hover_text("Space").clicked() {
                send(SessionCommand::Resume);
            }
            if ui.button("⏭ Step").on_hover_text("Full stop").clicked() {
                send(SessionCommand::Step);
            }
        }
        Phase::Failed => {
            if ui.button("Restart").clicked() {
                send(SessionCommand::Restart);
            }
        }
        Phase::Starting | Phase::Stopped => {}
    }
}

/// Three digits that matter.
fn speed(ms_per_second: f64) -> String {
    match ms_per_second {
        fast if fast >= 100.0 => format!("{fast:.0}"),
        middle if middle >= 10.0 => format!("{middle:.1}"),
        slow => format!("{slow:.2}"),
    }
}

/// The selected compartment, its kind, and the value that colours it.
fn selected(selection: &Selection, scene: &Scene) -> Option<String> {
    let selected = selection.primary()?;
    let info = scene.morphology(&selected.geometry)?.entity_info(selected.compartment)?;
    let value = scene.views.values().find_map(|view| {
        let compneurovis_core::View::Morphology(view) = view else { return None };
        let field = scene.fields.get(view.color_field.as_ref()?).filter(|_| view.geometry == selected.geometry)?;
        let value = *view.color_values(scene)?.get(selected.compartment as usize)?;
        Some(if value.is_nan() { "no value".to_owned() } else { format!("{value:.2} {}", field.unit()) })
    });
    let value = value.map(|value| format!(" = {value}")).unwrap_or_default();
    Some(format!("{} ({}){value}", info.id, info.kind))
}
