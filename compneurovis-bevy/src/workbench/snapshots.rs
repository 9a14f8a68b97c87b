//! Moments of a session to go back to.

use std::collections::VecDeque;

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{Phase, SessionCommand, SessionStatus, Snapshot};

use crate::{
    session::{SessionEvent, SessionMessage},
    timeline::BranchPoints,
};

/// How many moments are kept. Those of a large model are tens of megabytes each.
const MOST: usize = 12;

/// The snapshots that were taken of a session, oldest first. A component of the session's entity.
///
/// They outlive a Reset, and a Restart too: whether a new model can go back to one is for it to say.
#[derive(Component, Clone, Debug, Default)]
pub struct Snapshots(VecDeque<Snapshot>);

impl Snapshots {
    /// All that are kept, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Snapshot> + ExactSizeIterator {
        self.0.iter()
    }

    /// The one that was taken last.
    pub fn newest(&self) -> Option<&Snapshot> {
        self.0.back()
    }

    /// Keeps one more; the oldest goes if there are too many.
    pub fn keep(&mut self, snapshot: Snapshot) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(snapshot);
    }
}

/// Keeps what the user has asked for; those that are taken now and then are for the timeline.
pub(super) fn keep_snapshots(
    mut messages: MessageReader<SessionMessage>,
    mut sessions: Query<(&mut Snapshots, Option<&BranchPoints>)>,
) {
    for SessionMessage { session, event } in messages.read() {
        if let (SessionEvent::Snapshot(snapshot), Ok((mut snapshots, points))) = (event, sessions.get_mut(*session))
            && !points.is_some_and(BranchPoints::is_waiting)
        {
            snapshots.keep(snapshot.clone());
        }
    }
}

/// Draws a button that takes a snapshot and a menu of those that there are, for sessions that can do
/// that.
pub fn snapshots_ui(
    ui: &mut egui::Ui,
    status: &SessionStatus,
    snapshots: &mut Snapshots,
    mut send: impl FnMut(SessionCommand),
) {
    let alive = matches!(status.phase, Phase::Running | Phase::Paused);
    if !(alive && status.capabilities.snapshot) {
        return;
    }
    let taken = ui.button("Snapshot").on_hover_text("Keep the state of the model as it is now (Ctrl+S)");
    if taken.clicked() {
        send(SessionCommand::Snapshot);
    }
    let is_empty = snapshots.0.is_empty();
    ui.add_enabled_ui(!is_empty, |ui| {
        let menu = ui.menu_button(format!("Go back ({})", snapshots.0.len()), |ui| list_ui(ui, snapshots, &mut send));
        menu.response.on_hover_text("To a snapshot; Ctrl+B is for the newest");
    });
}

/// The moments, the newest on top, each with a button that forgets it.
fn list_ui(ui: &mut egui::Ui, snapshots: &mut Snapshots, send: &mut impl FnMut(SessionCommand)) {
    let mut forgotten = None;
    for (at, snapshot) in snapshots.0.iter().enumerate().rev() {
        ui.horizontal(|ui| {
            let size = format!("{:.1} MB", snapshot.data.len() as f64 / 1e6);
            if ui.button(format!("t = {:.3} ms", snapshot.time_ms)).on_hover_text(size).clicked() {
                send(SessionCommand::Restore(snapshot.clone()));
                ui.close();
            }
            if ui.small_button("✖").on_hover_text("Forget this one").clicked() {
                forgotten = Some(at);
            }
        });
    }
    if let Some(at) = forgotten {
        snapshots.0.remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept() {
        let mut snapshots = Snapshots::default();
        for at in 0..20 {
            snapshots.keep(Snapshot { format: "f".to_owned(), time_ms: f64::from(at), data: [].into() });
        }
        assert_eq!(snapshots.iter().map(|snapshot| snapshot.time_ms).next(), Some(8.0));
        assert_eq!((snapshots.iter().len(), snapshots.newest().map(|newest| newest.time_ms)), (MOST, Some(19.0)));
    }
}
