//! The pointer turns, moves and zooms the camera that it is over.

use bevy::{
    input::mouse::{AccumulatedMouseScroll, MouseScrollUnit},
    prelude::*,
};

use super::{OrbitCamera, PointerOver};

/// How many pixels of a smooth wheel are one notch.
const PIXELS_PER_LINE: f32 = 20.0;

/// What a drag does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Drag {
    Turn,
    Shift,
}

/// A drag under way: what it does, in which camera, and where the pointer was last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dragged {
    camera: Entity,
    drag: Drag,
    at: Vec2,
}

pub(super) fn turn_by_pointer(
    pointer: PointerOver<With<OrbitCamera>>,
    scroll: Option<Res<AccumulatedMouseScroll>>,
    mut cameras: Query<(&mut OrbitCamera, &Camera)>,
    mut dragged: Local<Option<Dragged>>,
) {
    let over = pointer.camera();
    if !pointer.any_pressed() {
        *dragged = None;
    }
    if let (Some(camera), Some(drag)) = (over, started(&pointer)) {
        *dragged = pointer.cursor_of(camera).map(|at| Dragged { camera, drag, at });
    }
    if let Some(dragged) = &mut *dragged
        && let Some(at) = pointer.cursor_of(dragged.camera)
        && let Ok((mut orbit, camera)) = cameras.get_mut(dragged.camera)
        && at != dragged.at
    {
        // Of the cursor, not of the device: remote and virtual pointers have no device.
        let (moved, height) = (at - dragged.at, camera.logical_viewport_size().map_or(1.0, |size| size.y));
        dragged.at = at;
        match dragged.drag {
            Drag::Turn => {
                orbit.turn(moved, height);
                debug!(yaw = orbit.yaw, pitch = orbit.pitch, "turned");
            }
            Drag::Shift => orbit.shift(moved, height),
        }
    }
    let lines = scroll.map_or(0.0, |scroll| lines(&scroll));
    if let Some(over) = over.filter(|_| lines != 0.0)
        && let Ok((mut orbit, camera)) = cameras.get_mut(over)
    {
        orbit.zoom(lines, from_middle(pointer.position_in(over), camera.physical_viewport_size()));
    }
}

fn lines(scroll: &AccumulatedMouseScroll) -> f32 {
    match scroll.unit {
        MouseScrollUnit::Line => scroll.delta.y,
        MouseScrollUnit::Pixel => scroll.delta.y / PIXELS_PER_LINE,
    }
}

/// A position in a viewport as [`OrbitCamera::zoom`] counts it.
fn from_middle(position: Option<Vec2>, size: Option<UVec2>) -> Vec2 {
    let (Some(position), Some(size)) = (position, size) else { return Vec2::ZERO };
    let half = size.as_vec2() / 2.0;
    Vec2::new(position.x - half.x, half.y - position.y) / half.y.max(1.0)
}

fn started(pointer: &PointerOver<With<OrbitCamera>>) -> Option<Drag> {
    if pointer.just_pressed(MouseButton::Left) && !pointer.shift() {
        Some(Drag::Turn)
    } else {
        let shift = [MouseButton::Left, MouseButton::Right, MouseButton::Middle];
        shift.into_iter().any(|button| pointer.just_pressed(button)).then_some(Drag::Shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_zero_and_y_is_up() {
        let size = Some(UVec2::new(400, 200));
        assert_eq!(from_middle(Some(Vec2::new(200.0, 100.0)), size), Vec2::ZERO);
        assert_eq!(from_middle(Some(Vec2::new(400.0, 0.0)), size), Vec2::new(2.0, 1.0));
        assert_eq!(from_middle(None, size), Vec2::ZERO);
    }
}
