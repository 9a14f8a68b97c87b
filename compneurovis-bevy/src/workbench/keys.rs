//! Keys: Space pauses and resumes, R resets, the full stop steps, and actions have their own.

use bevy::{
    input::{
        ButtonState,
        keyboard::{Key, KeyboardInput},
    },
    prelude::*,
};

use crate::session::{Input, LiveSession, UserInput};

/// Whether a text field has the keys.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Typing(pub(super) bool);

pub(super) fn read_keys(
    mut keys: MessageReader<KeyboardInput>,
    typing: Res<Typing>,
    held: Res<ButtonInput<KeyCode>>,
    sessions: Query<Entity, With<LiveSession>>,
    mut inputs: MessageWriter<UserInput>,
) {
    for key in keys.read().filter(|key| key.state == ButtonState::Pressed && !key.repeat && !typing.0) {
        let Some(name) = name(&key.logical_key) else { continue };
        let name = format!("{}{name}", modifiers(&held));
        inputs.write_batch(sessions.iter().map(|session| UserInput { session, input: Input::Key(name.clone()) }));
    }
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
