//! Which keys do what.

use bevy_egui::egui;
use compneurovis_core::{BuiltinAction, Capabilities, Scene};

use super::keys::{GO_BACK_KEY, SNAPSHOT_KEY};
use crate::{camera::CAMERA_KEYS, export::EXPORT_KEYS, timeline::TIMELINE_KEYS};

/// Keys of the window itself.
pub(super) const WINDOW_KEYS: [(&str, &str); 3] =
    [("F1", "this page"), ("Ctrl+Z", "undo the last change of a control"), ("Ctrl+Shift+Z, Ctrl+Y", "redo it")];

/// What the pointer does in plots.
const PLOT_KEYS: [(&str, &str); 6] = [
    ("Drag", "move what is shown"),
    ("Wheel, Ctrl+Wheel", "zoom along x, along both axes"),
    ("Right drag", "zoom into a box"),
    ("Double-click", "follow the data again"),
    ("Right click", "pause, logarithmic axes, samples per pixel, remove a trace"),
    ("Click, Alt+Click in the legend", "hide a curve, all others"),
];

/// What each key does now, in the order in which keys are looked at.
pub fn bound_keys(scene: &Scene, capabilities: Capabilities) -> Vec<(String, String)> {
    let mut bound: Vec<(String, String)> = Vec::new();
    let actions = scene
        .actions
        .values()
        .flat_map(|action| action.shortcuts.iter().map(move |key| (key.clone(), action.label.clone())));
    let mut add = |key: String, label: String| {
        if !bound.iter().any(|(known, _)| known.eq_ignore_ascii_case(&key)) {
            bound.push((key, label));
        }
    };
    actions.for_each(|(key, label)| add(key, label));
    for builtin in BuiltinAction::ALL {
        let can = match builtin {
            BuiltinAction::Reset => capabilities.reset,
            BuiltinAction::Pause | BuiltinAction::Step => capabilities.advance,
            _ => true,
        };
        if let (Some(key), true) = (builtin.key(), can) {
            add(key.to_owned(), builtin.action().label);
        }
    }
    if capabilities.snapshot {
        add(SNAPSHOT_KEY.to_owned(), "take a snapshot".to_owned());
        add(GO_BACK_KEY.to_owned(), "go back to the newest snapshot".to_owned());
    }
    WINDOW_KEYS.iter().for_each(|(key, label)| add((*key).to_owned(), (*label).to_owned()));
    bound
}

/// Draws the page of keys.
pub fn help_ui(ui: &mut egui::Ui, scene: &Scene, capabilities: Capabilities) {
    let section = |ui: &mut egui::Ui, title: &str, rows: Vec<(String, String)>| {
        ui.strong(title);
        egui::Grid::new(title).num_columns(2).spacing([16.0, 3.0]).show(ui, |ui| {
            for (key, label) in rows {
                ui.monospace(key);
                ui.label(label);
                ui.end_row();
            }
        });
        ui.add_space(6.0);
    };
    let owned = |rows: &[(&str, &str)]| rows.iter().map(|(key, label)| ((*key).into(), (*label).into())).collect();
    egui::ScrollArea::vertical().max_height(ui.ctx().content_rect().height() - 120.0).show(ui, |ui| {
        section(ui, "Keys", bound_keys(scene, capabilities));
        section(ui, "Time", owned(&TIMELINE_KEYS));
        section(ui, "Files", owned(&EXPORT_KEYS));
        section(ui, "The pointer in plots", owned(&PLOT_KEYS));
        section(ui, "Cameras", owned(&CAMERA_KEYS));
        ui.weak("All other keys go to the model. While you type into a field, keys are text.");
    });
}
