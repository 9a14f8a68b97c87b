//! Keys that move the camera.

use std::f32::consts::PI;

use bevy::{
    input::{ButtonState, keyboard::KeyboardInput},
    prelude::*,
};
use compneurovis_core::Modifiers;

use super::{FitSelection, OrbitCamera, PointerOver, StandardView, projection::toggled};

/// What keys do to a camera, and how they are called, for a page of help.
pub const CAMERA_KEYS: [(&str, &str); 8] = [
    ("Arrows", "turn the camera"),
    ("Shift+Arrows", "move the camera sideways"),
    ("PageUp, PageDown", "nearer, farther"),
    ("Home", "show everything, as in the beginning"),
    ("End", "show what is selected"),
    ("Ctrl+1, Ctrl+2, Ctrl+3", "look from the front, the side, the top"),
    ("Ctrl+5", "perspective or orthographic"),
    ("Ctrl+0", "show everything from here"),
];

/// How far a key turns, in radians.
const TURN: f32 = PI / 36.0;

/// How far a key moves, as a part of the viewport's height.
const SHIFT: f32 = 0.05;

/// How many notches of a wheel a key zooms.
const ZOOM: f32 = 2.0;

/// Lets keys move a camera: the one under the pointer, or the first if the pointer is elsewhere.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct CameraKeys;

/// Set while something else, such as a text field, has the keys. Whoever draws over cells sets it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeysTaken(pub(crate) bool);

/// What a key does to a camera.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Move {
    Turn(Vec2),
    Shift(Vec2),
    Zoom(f32),
    Look(StandardView),
    FitAll,
    FitSelection,
    Reset,
    ToggleProjection,
}

pub(super) fn turn_by_keys(
    mut keys: MessageReader<KeyboardInput>,
    pointer: PointerOver<(With<OrbitCamera>, With<CameraKeys>)>,
    taken: Option<Res<KeysTaken>>,
    mut cameras: Query<(Entity, &mut OrbitCamera, &mut Projection), With<CameraKeys>>,
    mut fits: MessageWriter<FitSelection>,
) {
    if taken.is_some_and(|taken| taken.0) {
        keys.clear();
        return;
    }
    let modifiers = pointer.modifiers();
    for key in keys.read().filter(|key| key.state == ButtonState::Pressed) {
        let Some(moved) = meaning(key.key_code, modifiers) else { continue };
        let camera = pointer.camera().or_else(|| cameras.iter().map(|(entity, ..)| entity).min());
        let Some((camera, mut orbit, mut projection)) = camera.and_then(|camera| cameras.get_mut(camera).ok()) else {
            continue;
        };
        match moved {
            Move::Turn(angle) => orbit.turn_by(angle),
            Move::Shift(part) => orbit.shift(part, 1.0),
            Move::Zoom(lines) => orbit.zoom(lines, Vec2::ZERO),
            Move::Look(view) => orbit.look(view),
            Move::FitAll => orbit.auto_frame = true,
            Move::Reset => *orbit = OrbitCamera::default(),
            Move::ToggleProjection => *projection = toggled(&orbit, &projection),
            Move::FitSelection => drop(fits.write(FitSelection { camera })),
        }
    }
}

fn meaning(key: KeyCode, held: Modifiers) -> Option<Move> {
    if let Some(direction) = arrow(key).filter(|_| !held.control) {
        // The camera goes where the arrow points. A drag moves what it sees, and has y downwards.
        let sideways = Vec2::new(-direction.x, direction.y) * SHIFT;
        return Some(if held.shift { Move::Shift(sideways) } else { Move::Turn(direction * TURN) });
    }
    Some(match (key, held.control) {
        (KeyCode::PageUp, false) => Move::Zoom(ZOOM),
        (KeyCode::PageDown, false) => Move::Zoom(-ZOOM),
        (KeyCode::Home, false) => Move::Reset,
        (KeyCode::End, false) => Move::FitSelection,
        (KeyCode::Digit1 | KeyCode::Numpad1, true) => Move::Look(StandardView::Front),
        (KeyCode::Digit2 | KeyCode::Numpad2, true) => Move::Look(StandardView::Side),
        (KeyCode::Digit3 | KeyCode::Numpad3, true) => Move::Look(StandardView::Top),
        (KeyCode::Digit5 | KeyCode::Numpad5, true) => Move::ToggleProjection,
        (KeyCode::Digit0 | KeyCode::Numpad0, true) => Move::FitAll,
        _ => return None,
    })
}

/// Where an arrow points, with y up.
fn arrow(key: KeyCode) -> Option<Vec2> {
    match key {
        KeyCode::ArrowLeft => Some(Vec2::NEG_X),
        KeyCode::ArrowRight => Some(Vec2::X),
        KeyCode::ArrowUp => Some(Vec2::Y),
        KeyCode::ArrowDown => Some(Vec2::NEG_Y),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_digits_and_letters_are_left_to_the_model() {
        let none = Modifiers::default();
        for key in [KeyCode::Digit1, KeyCode::KeyR, KeyCode::Space, KeyCode::Period, KeyCode::KeyF] {
            assert_eq!(meaning(key, none), None);
        }
        let control = Modifiers { control: true, ..none };
        assert_eq!(meaning(KeyCode::Digit2, control), Some(Move::Look(StandardView::Side)));
        assert_eq!(meaning(KeyCode::End, none), Some(Move::FitSelection));
    }

    #[test]
    fn the_camera_moves_where_the_arrow_points() {
        let shift = Modifiers { shift: true, ..Modifiers::default() };
        for (key, direction) in [
            (KeyCode::ArrowLeft, Vec3::NEG_X),
            (KeyCode::ArrowRight, Vec3::X),
            (KeyCode::ArrowUp, Vec3::Y),
            (KeyCode::ArrowDown, Vec3::NEG_Y),
        ] {
            let mut orbit = OrbitCamera::default();
            let Some(Move::Shift(part)) = meaning(key, shift) else { panic!("{key:?}") };
            orbit.shift(part, 1.0);
            assert!(orbit.target.normalize().distance(direction) < 1e-5, "{key:?} moves to {}", orbit.target);
        }
    }
}
