//! Where the time goes.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{Counters, SessionStatus};

/// How much a new figure counts against those before it.
const NEWEST: f64 = 0.1;

/// What frames take, lately.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct FrameCost {
    /// From one frame to the next, in ms.
    pub frame_ms: f64,
    /// Applying the updates of sessions, in ms.
    pub apply_ms: f64,
    /// Laying out panels and plots, in ms.
    pub panels_ms: f64,
    began: Option<Instant>,
    applying: Option<Instant>,
}

impl FrameCost {
    fn smooth(figure: &mut f64, took: Duration) {
        let took_ms = took.as_secs_f64() * 1e3;
        *figure = if *figure == 0.0 { took_ms } else { *figure + NEWEST * (took_ms - *figure) };
    }

    /// Takes note of what the panels took.
    pub(super) fn note_panels(&mut self, took: Duration) {
        Self::smooth(&mut self.panels_ms, took);
    }
}

pub(super) fn begin_frame(mut cost: ResMut<FrameCost>) {
    let now = Instant::now();
    if let Some(before) = cost.began.replace(now) {
        FrameCost::smooth(&mut cost.frame_ms, now - before);
    }
    cost.applying = Some(now);
}

pub(super) fn end_apply(mut cost: ResMut<FrameCost>) {
    if let Some(begin) = cost.applying.take() {
        FrameCost::smooth(&mut cost.apply_ms, begin.elapsed());
    }
}

/// Draws figures about a session and the frames that show it.
pub fn performance_ui(ui: &mut egui::Ui, status: &SessionStatus, counters: &Counters, cost: &FrameCost) {
    let rest_ms = (cost.frame_ms - cost.apply_ms - cost.panels_ms).max(0.0);
    let rows = [
        ("Simulated", format!("{:.2} ms/s", status.ms_per_second), "How fast the model goes, and the pace allows"),
        ("Solver steps", status.steps.to_string(), "Since the start"),
        ("Updates", counters.emitted.to_string(), "Sent by the session so far"),
        ("  joined", counters.merged.to_string(), "With newer ones before they were drawn"),
        ("  trimmed", counters.trimmed.to_string(), "Samples that left the window of a trace unseen"),
        (
            "  waiting",
            format!("{} (at most {})", counters.waiting, counters.most_waiting),
            "In the queue to the window",
        ),
        ("Frames", format!("{:.1} /s", if cost.frame_ms > 0.0 { 1e3 / cost.frame_ms } else { 0.0 }), ""),
        ("  apply", format!("{:.2} ms", cost.apply_ms), "Updates to the scene"),
        ("  panels", format!("{:.2} ms", cost.panels_ms), "Laying out panels, columns of plots"),
        ("  upload, draw", format!("{rest_ms:.2} ms"), "The rest of the frame: cells, the GPU, and waiting for it"),
    ];
    egui::Grid::new("performance").num_columns(2).striped(true).show(ui, |ui| {
        for (name, figure, why) in rows {
            let label = ui.label(name);
            if !why.is_empty() {
                label.on_hover_text(why);
            }
            ui.monospace(figure);
            ui.end_row();
        }
    });
}
