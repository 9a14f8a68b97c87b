//! Keys: Space pauses and resumes, R resets, the full stop steps, and actions have their own. F1 shows
//! them all; Ctrl+Z undoes.

use bevy::{
    input::{
        ButtonState,
        keyboard::{Key, KeyboardInput},
    },
    prelude::*,
};

use compneurovis_core::{ControlId, SessionCommand, Value};

use super::{ControlHistory, Snapshots, menu::Menu};
use crate::{
    export::{Export, ExportInput, ExportSettings, ExportWindow},
    session::{Input, LiveSession, SendCommand, SessionProgress, SessionScene, UserInput},
    timeline::{TimelineInput, TimelineRequest},
};

/// The key that takes a snapshot.
pub(super) const SNAPSHOT_KEY: &str = "Ctrl+S";

/// The key that goes back to the newest one.
pub(super) const GO_BACK_KEY: &str = "Ctrl+B";

/// Whether a text field has the keys.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Typing(pub(super) bool);

/// What keys do about files.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Exports<'w> {
    window: ResMut<'w, ExportWindow>,
    settings: Res<'w, ExportSettings>,
    inputs: MessageWriter<'w, ExportInput>,
}

/// What keys are about.
#[derive(bevy::ecs::query::QueryData)]
#[query_data(mutable)]
pub(super) struct Keyed {
    entity: Entity,
    scene: &'static SessionScene,
    progress: &'static SessionProgress,
    history: &'static mut ControlHistory,
    snapshots: &'static Snapshots,
}

impl KeyedItem<'_, '_> {
    /// What a key does with snapshots, of a session that has them.
    fn snapshot_command(&self, key: &str) -> Option<SessionCommand> {
        match key {
            _ if !self.progress.capabilities.snapshot => None,
            SNAPSHOT_KEY => Some(SessionCommand::Snapshot),
            GO_BACK_KEY => self.snapshots.newest().cloned().map(SessionCommand::Restore),
            _ => None,
        }
    }
}

pub(super) fn read_keys(
    mut keys: MessageReader<KeyboardInput>,
    typing: Res<Typing>,
    held: Res<ButtonInput<KeyCode>>,
    mut menu: ResMut<Menu>,
    mut sessions: Query<Keyed, With<LiveSession>>,
    mut inputs: MessageWriter<UserInput>,
    mut times: MessageWriter<TimelineInput>,
    mut exports: Exports,
    mut commands: MessageWriter<SendCommand>,
) {
    for key in keys.read().filter(|key| key.state == ButtonState::Pressed && !key.repeat && !typing.0) {
        let Some(name) = name(&key.logical_key) else { continue };
        let name = format!("{}{name}", modifiers(&held));
        if name == "F1" {
            menu.help = !menu.help;
            continue;
        }
        let is_redo =
            name == "Ctrl+Y" || name == "Ctrl+Z" && held.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
        let is_bound = |scene: &SessionScene| scene.actions.values().any(|action| action.has_shortcut(&name));
        if name == "Ctrl+E" && !sessions.iter().any(|keyed| is_bound(keyed.scene)) {
            exports.window.open = !exports.window.open;
            continue;
        }
        for mut keyed in &mut sessions {
            let session = keyed.entity;
            // What the model binds comes first.
            let bound = is_bound(keyed.scene);
            if let Some(command) = keyed.snapshot_command(&name).filter(|_| !bound) {
                commands.write(SendCommand { session, command });
                continue;
            }
            let history = &mut keyed.history;
            let sets = match name.as_str() {
                _ if bound => None,
                _ if is_redo => Some(history.redo()),
                "Ctrl+Z" => Some(history.undo()),
                _ => None,
            };
            if name == "Ctrl+P" && !bound {
                let export = Export::Picture { panel: None, scale: exports.settings.scale };
                exports.inputs.write(ExportInput { session, export, to: None });
                continue;
            }
            if let Some(request) = TimelineRequest::of_key(&name).filter(|_| !bound) {
                times.write(TimelineInput { session, request });
                continue;
            }
            match sets {
                None => {
                    inputs.write(UserInput { session, input: Input::Key(name.clone()) });
                }
                Some(sets) => send_sets(session, sets, &mut inputs),
            }
        }
    }
}

/// Sets controls as if the user did.
pub(super) fn send_sets(session: Entity, sets: Vec<(ControlId, Value)>, inputs: &mut MessageWriter<UserInput>) {
    let inputs_of =
        sets.into_iter().map(|(control, value)| UserInput { session, input: Input::Control(control, value) });
    inputs.write_batch(inputs_of);
}

/// What is held, as actions name it. Shift is in the letter already.
fn modifiers(held: &ButtonInput<KeyCode>) -> String {
    let keys = [
        ("Ctrl+", [KeyCode::ControlLeft, KeyCode::ControlRight]),
        ("Alt+", [KeyCode::AltLeft, KeyCode::AltRight]),
        ("Super+", [KeyCode::SuperLeft, KeyCode::SuperRight]),
    ];
    keys.into_iter().filter(|(_, codes)| held.any_pressed(*codes)).map(|(name, _)| name).collect()
}

/// A key as actions name it.
fn name(key: &Key) -> Option<String> {
    match key {
        Key::Character(text) => Some(text.to_uppercase()),
        Key::Space => Some("Space".to_owned()),
        Key::Enter => Some("Enter".to_owned()),
        Key::Escape => Some("Escape".to_owned()),
        Key::Tab => Some("Tab".to_owned()),
        Key::Backspace => Some("Backspace".to_owned()),
        Key::Delete => Some("Delete".to_owned()),
        Key::F1 => Some("F1".to_owned()),
        Key::F2 => Some("F2".to_owned()),
        Key::F3 => Some("F3".to_owned()),
        Key::F4 => Some("F4".to_owned()),
        Key::F5 => Some("F5".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_comes_before_the_key() {
        let mut held = ButtonInput::default();
        held.press(KeyCode::ControlRight);
        held.press(KeyCode::ShiftLeft);
        assert_eq!(modifiers(&held), "Ctrl+");
        assert_eq!(name(&Key::Character("k".into())).as_deref(), Some("K"));
    }
}
