//! A camera that turns around a point.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use bevy::{
    input::mouse::{AccumulatedMouseScroll, MouseScrollUnit},
    prelude::*,
};
use compneurovis_core::PanelCamera;

use super::picking::PointerOver;

/// How far from straight up or down the camera stays, in radians: there it would flip.
const POLE_MARGIN: f32 = 0.01;

/// Turns around `target`: left drag turns, right or middle drag (or left with Shift) moves, the
/// wheel goes nearer and farther. Put it on a camera of your own, or let [`run_app`](crate::run_app) do so.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
#[require(Transform)]
pub struct OrbitCamera {
    /// What it looks at, in the coordinates of the world.
    pub target: Vec3,
    /// How far away from it.
    pub distance: f32,
    /// Turn around the vertical, in radians; 0 looks along -z.
    pub yaw: f32,
    /// Height above the horizon, in radians.
    pub pitch: f32,
    /// Whether it frames the cells by itself, in a perspective projection. Ends with the user's first move.
    pub auto_frame: bool,
}

impl Default for OrbitCamera {
    /// Looks along -z, so that x is to the right and y up as in the data, and frames the cells.
    fn default() -> Self {
        Self { target: Vec3::ZERO, distance: 500.0, yaw: 0.0, pitch: 0.0, auto_frame: true }
    }
}

/// The stages of an orbit camera's frame, in [`Update`].
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrbitSystems {
    /// Frames the cells, where the user has not moved the camera yet.
    Frame,
    /// Puts the camera where its settings say.
    Place,
}

impl OrbitCamera {
    /// Where a panel says that its camera begins.
    pub fn beginning(camera: PanelCamera) -> Self {
        let PanelCamera { distance, elevation_deg, azimuth_deg } = camera;
        let pitch = elevation_deg.to_radians().clamp(POLE_MARGIN - FRAC_PI_2, FRAC_PI_2 - POLE_MARGIN);
        let auto_frame = distance.is_none();
        Self { yaw: azimuth_deg.to_radians(), pitch, distance: distance.unwrap_or(500.0), auto_frame, ..default() }
    }

    fn rotation(&self) -> Quat {
        Quat::from_euler(EulerRot::YXZ, self.yaw, -self.pitch, 0.0)
    }

    fn transform(&self) -> Transform {
        let rotation = self.rotation();
        Transform { translation: self.target + rotation * Vec3::Z * self.distance, rotation, scale: Vec3::ONE }
    }

    /// Turns by a drag of so many pixels across a viewport of a height in pixels: half a turn for
    /// the full height.
    pub fn turn(&mut self, drag: Vec2, viewport_height: f32) {
        let angle = drag * PI / viewport_height.max(1.0);
        self.yaw = (self.yaw - angle.x).rem_euclid(TAU);
        self.pitch = (self.pitch + angle.y).clamp(POLE_MARGIN - FRAC_PI_2, FRAC_PI_2 - POLE_MARGIN);
        self.auto_frame = false;
    }

    fn shift(&mut self, drag: Vec2, viewport_height: f32, view_height: f32) {
        let scale = view_height / viewport_height.max(1.0);
        self.target += self.rotation() * Vec3::new(-drag.x, drag.y, 0.0) * scale;
        self.auto_frame = false;
    }

    fn zoom(&mut self, lines: f32) {
        self.distance = (self.distance * 0.9f32.powf(lines)).clamp(0.1, 1e7);
        self.auto_frame = false;
    }
}

pub(super) fn place_cameras(mut cameras: Query<(&OrbitCamera, &mut Transform), Changed<OrbitCamera>>) {
    for (orbit, mut transform) in &mut cameras {
        *transform = orbit.transform();
    }
}

/// What a drag does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Drag {
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
    mut cameras: Query<(&mut OrbitCamera, &Camera, &Projection)>,
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
        && let Ok((mut orbit, camera, projection)) = cameras.get_mut(dragged.camera)
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
            Drag::Shift => {
                let view_height = view_height(projection, orbit.distance);
                orbit.shift(moved, height, view_height);
            }
        }
    }
    if let (Some(camera), Some(scroll)) = (over, scroll) {
        zoom(&scroll, camera, &mut cameras);
    }
}

fn zoom(
    scroll: &AccumulatedMouseScroll,
    camera: Entity,
    cameras: &mut Query<(&mut OrbitCamera, &Camera, &Projection)>,
) {
    let lines = match scroll.unit {
        MouseScrollUnit::Line => scroll.delta.y,
        MouseScrollUnit::Pixel => scroll.delta.y / 20.0,
    };
    if let (Ok((mut orbit, ..)), true) = (cameras.get_mut(camera), lines != 0.0) {
        orbit.zoom(lines);
    }
}

fn started(pointer: &PointerOver<With<OrbitCamera>>) -> Option<Drag> {
    if pointer.just_pressed(MouseButton::Left) && !pointer.shift() {
        Some(Drag::Turn)
    } else {
        let shift = [MouseButton::Left, MouseButton::Right, MouseButton::Middle];
        shift.into_iter().any(|button| pointer.just_pressed(button)).then_some(Drag::Shift)
    }
}

/// How much of the world, from top to bottom, a camera sees at a distance.
pub(super) fn view_height(projection: &Projection, distance: f32) -> f32 {
    match projection {
        Projection::Perspective(perspective) => 2.0 * distance * (perspective.fov / 2.0).tan(),
        Projection::Orthographic(orthographic) => orthographic.area.height(),
        Projection::Custom(_) => distance,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_at_its_target_from_its_distance() {
        let mut orbit = OrbitCamera { target: Vec3::new(1.0, 2.0, 3.0), distance: 10.0, ..default() };
        for drag in [Vec2::new(40.0, 0.0), Vec2::new(0.0, 1e6), Vec2::new(-7.0, -30.0)] {
            orbit.turn(drag, 100.0);
            let transform = orbit.transform();
            assert!((transform.translation.distance(orbit.target) - 10.0).abs() < 1e-4);
            let forward = (orbit.target - transform.translation).normalize();
            assert!(forward.distance(*transform.forward()) < 1e-4);
            assert!(transform.up().y > 0.0, "never upside down");
        }
    }

    #[test]
    fn it_starts_with_x_to_the_right_and_y_up() {
        let transform = OrbitCamera::default().transform();
        assert!(transform.right().distance(Vec3::X) < 1e-6);
        assert!(transform.up().distance(Vec3::Y) < 1e-6);
    }
}
