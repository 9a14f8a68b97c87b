//! What happened in a session, to be read again.

use std::{collections::VecDeque, time::Instant};

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::Phase;

use crate::session::{SessionEvent, SessionMessage};

/// How many lines are kept.
const MAX_LINES: usize = 500;

/// The messages of a session, oldest first. A component of the session's entity.
#[derive(Component, Clone, Debug)]
pub struct SessionLog {
    began: Instant,
    phase: Option<Phase>,
    lines: VecDeque<LogLine>,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// Seconds since the session was first seen.
    pub seconds: f64,
    /// Whether something went wrong.
    pub is_error: bool,
    /// What happened.
    pub text: String,
}

impl Default for SessionLog {
    fn default() -> Self {
        Self { began: Instant::now(), phase: None, lines: VecDeque::new() }
    }
}

impl SessionLog {
    /// The lines, oldest first.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &LogLine> {
        self.lines.iter()
    }

    fn add(&mut self, text: String, is_error: bool) {
        if self.lines.len() == MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(LogLine { seconds: self.began.elapsed().as_secs_f64(), is_error, text });
    }

    fn note(&mut self, event: &SessionEvent) {
        match event {
            SessionEvent::SceneReady => self.add("A new scene".to_owned(), false),
            SessionEvent::Notice(notice) if !notice.text.is_empty() => self.add(notice.text.clone(), false),
            SessionEvent::Failed(failure) => self.add(failure.to_string(), true),
            SessionEvent::Progress(status) if self.phase != Some(status.phase) => {
                self.phase = Some(status.phase);
                let text = format!("{:?} at t = {:.3} ms", status.phase, status.time_ms);
                self.add(text, status.phase == Phase::Failed);
            }
            _ => {}
        }
    }
}

pub(super) fn write_logs(mut messages: MessageReader<SessionMessage>, mut logs: Query<&mut SessionLog>) {
    for SessionMessage { session, event } in messages.read() {
        if let Ok(mut log) = logs.get_mut(*session) {
            log.note(event);
        }
    }
}

/// Draws a log into the rest of `ui`, the newest line in sight.
pub fn log_ui(ui: &mut egui::Ui, log: &SessionLog) {
    egui::ScrollArea::vertical().auto_shrink(false).stick_to_bottom(true).show(ui, |ui| {
        for line in log.lines() {
            let text = egui::RichText::new(format!("{:>8.2} s  {}", line.seconds, line.text)).monospace();
            let text = if line.is_error { text.color(ui.visuals().error_fg_color) } else { text };
            ui.add(egui::Label::new(text).wrap());
        }
        if log.lines().len() == 0 {
            ui.weak("Nothing happened yet.");
        }
    });
}
