//! Keys: Space pauses and resumes, R resets, the full stop steps, and actions have their own.

use bevy::{
    input::{
        ButtonState,
        keyboard::{Key, KeyboardInput},
    },
    prelude::*,
};
use compneurovis_core::{Phase, Scene, SessionCommand};

use crate::session::{LiveSession, SendCommand, SessionProgress, SessionScene};

/// Whether a text field has the keys.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Typing(pub(super) bool);

pub(super) fn read_keys(
    mut keys: MessageReader<KeyboardInput>,
    typing: Res<Typing>,
    sessions: Query<(Entity, &SessionScene, &SessionProgress), With<LiveSession>>,
    mut commands: MessageWriter<SendCommand>,
) {
    for key in keys.read().filter(|key| key.state == ButtonState::Pressed && !key.repeat && !typing.0) {
        let Some(name) = name(&key.logical_key) else { continue };
        for (session, scene, progress) in &sessions {
            commands.write(SendCommand { session, command: command(&name, scene, progress.phase) });
        }
    }
}

/// A key as actions name it.
fn name(key: &Key) -> Option<String> {
    match key {
        Key::Character(text) => Some(text.to_uppercase()),
        Key::Space => Some("Space".to_owned()),
        Key::Enter => Some("Enter".to_owned()),
        _ => None,
    }
}

/// What a key means: an action of the session's own comes first.
fn command(name: &str, scene: &Scene, phase: Phase) -> SessionCommand {
    let has_key = |action: &&compneurovis_core::Action| {
        action.shortcuts.iter().any(|shortcut| shortcut.eq_ignore_ascii_case(name))
    };
    if let Some(action) = scene.actions.values().find(has_key) {
        return SessionCommand::InvokeAction { action: action.id.clone() };
    }
    match name {
        "Space" if phase == Phase::Paused => SessionCommand::Resume,
        "Space" => SessionCommand::Pause,
        "R" => SessionCommand::Reset,
        "." => SessionCommand::Step,
        _ => SessionCommand::KeyPressed { key: name.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::Action;

    use super::*;

    #[test]
    fn actions_come_first() {
        let scene = Scene::new().with_action(Action::new("kick", "Kick").with_shortcut("r"));
        assert_eq!(command("R", &scene, Phase::Running), SessionCommand::InvokeAction { action: "kick".into() });
        let scene = Scene::new();
        assert_eq!(command("R", &scene, Phase::Running), SessionCommand::Reset);
        assert_eq!(command("Space", &scene, Phase::Running), SessionCommand::Pause);
        assert_eq!(command("Space", &scene, Phase::Paused), SessionCommand::Resume);
        assert_eq!(command(".", &scene, Phase::Paused), SessionCommand::Step);
        assert_eq!(command("Q", &scene, Phase::Paused), SessionCommand::KeyPressed { key: "Q".into() });
    }
}
