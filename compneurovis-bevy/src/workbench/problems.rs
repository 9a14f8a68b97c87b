//! What went wrong, before the user's eyes.

use bevy::{platform::collections::HashMap, prelude::*};
use bevy_egui::egui;
use compneurovis_core::{Failure, SessionCommand};

/// How many problems of each session the user has put away.
pub(super) type Dismissed = HashMap<Entity, usize>;

/// Shows what was not put away yet. The data behind it stays where it is.
pub(super) fn show(
    context: &egui::Context,
    session: Entity,
    problems: &[Failure],
    dismissed: &mut Dismissed,
    mut send: impl FnMut(SessionCommand),
) {
    let seen = dismissed.entry(session).or_default();
    // A restart clears the list.
    *seen = (*seen).min(problems.len());
    let Some(newest) = problems.get(*seen..).and_then(|new| new.iter().find(|failure| failure.fatal).or(new.last()))
    else {
        return;
    };
    let title = if newest.fatal { "The session failed" } else { "Something went wrong" };
    egui::Window::new(title)
        .id(egui::Id::new(("problem", session)))
        .anchor(egui::Align2::CENTER_TOP, [0.0, 60.0])
        .collapsible(false)
        .resizable(false)
        .default_width(520.0)
        .show(context, |ui| {
            ui.label(format!("While {}:", newest.doing));
            ui.add_space(4.0);
            for (depth, cause) in newest.causes.iter().enumerate() {
                let text = egui::RichText::new(cause);
                let text = if depth == 0 { text.strong().color(egui::Color32::from_rgb(170, 20, 20)) } else { text };
                ui.label(text);
            }
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                if newest.fatal && ui.button("Restart").clicked() {
                    send(SessionCommand::Restart);
                    *seen = problems.len();
                }
                let label = if newest.fatal { "Keep looking at the data" } else { "Dismiss" };
                if ui.button(label).clicked() {
                    *seen = problems.len();
                }
                if problems.len() - *seen > 1 {
                    ui.weak(format!("{} problems in all", problems.len()));
                }
            });
        });
}
