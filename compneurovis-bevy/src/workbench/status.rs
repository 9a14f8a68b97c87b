//! The status line: what the session does, how far it is, how fast it goes.

use bevy_egui::egui;
use compneurovis_core::{Busy, Counters, Phase, Scene, SessionStatus, View};

use crate::{session::Selection, ticks::fixed};

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

/// Draws one line about a session. What does not fit into it is cut.
pub fn status_ui(ui: &mut egui::Ui, line: &StatusLine) {
    let StatusLine { status, busy, counters, notice, selection, scene } = *line;
    ui.horizontal(|ui| {
        phase_ui(ui, status);
        if status.capabilities.advance {
            ui.separator();
            ui.monospace(format!("{:>15}", format!("t = {:.3} ms", status.time_ms))).on_hover_text("Simulated time");
            ui.separator();
            ui.monospace(format!("{:>8} ms/s", speed(status.ms_per_second)))
                .on_hover_text(work_text(status, &counters));
        }
        ui.separator();
        if let Some(busy) = busy {
            ui.colored_label(egui::Color32::from_rgb(190, 90, 0), busy.to_string()).on_hover_text(
                if status.capabilities.process {
                    "It hears nothing until it comes back from there; End process does not wait for that"
                } else {
                    "It hears nothing until it comes back from there; the window can be closed"
                },
            );
            ui.separator();
        }
        if let Some(text) = selected(selection, scene) {
            ui.add(egui::Label::new(text).truncate());
        } else if scene.views.values().any(|view| matches!(view, View::Morphology(_))) {
            ui.weak("Click a compartment to select it");
        }
        if !notice.is_empty() {
            ui.separator();
            ui.add(egui::Label::new(notice).truncate()).on_hover_text(notice);
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

fn phase_ui(ui: &mut egui::Ui, status: &SessionStatus) {
    let (color, text) = match status.phase {
        // What never goes on does not run.
        Phase::Running if !status.capabilities.advance => (egui::Color32::from_rgb(40, 150, 60), "ready"),
        Phase::Starting => (egui::Color32::from_rgb(230, 160, 0), "starting"),
        Phase::Running => (egui::Color32::from_rgb(40, 150, 60), "running"),
        Phase::Paused => (egui::Color32::from_rgb(60, 90, 190), "paused"),
        Phase::Failed => (egui::Color32::from_rgb(190, 30, 30), "failed"),
        Phase::Stopped => (egui::Color32::GRAY, "stopped"),
    };
    let (dot, _) = ui.allocate_exact_size(egui::vec2(10.0, 10.0), egui::Sense::hover());
    ui.painter().circle_filled(dot.center(), 5.0, color);
    ui.add_sized([50.0, 18.0], egui::Label::new(text));
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
        let View::Morphology(view) = view else { return None };
        let field = scene.fields.get(view.color_field.as_ref()?).filter(|_| view.geometry == selected.geometry)?;
        let value = *view.color_values(scene)?.get(selected.compartment as usize)?;
        Some(if value.is_nan() {
            "no value".to_owned()
        } else {
            format!("{} {}", fixed(value.into(), 2), field.unit())
        })
    });
    let value = value.map(|value| format!(" = {value}")).unwrap_or_default();
    Some(format!("{} ({}){value}", info.id, info.kind))
}
