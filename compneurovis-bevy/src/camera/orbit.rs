//! A camera that turns around a point.

use std::f32::consts::{FRAC_PI_2, FRAC_PI_4, PI, TAU};

use bevy::prelude::*;
use compneurovis_core::PanelCamera;

/// How far from straight up or down the camera stays, in radians: there it would flip.
const POLE_MARGIN: f32 = 0.01;

/// How near and how far a camera may go.
const DISTANCES: (f32, f32) = (0.1, 1e7);

/// Turns around `target`. Put it on a camera of your own, or let [`run_app`](crate::run_app) do so.
///
/// It decides about the camera's [`Transform`], near and far plane, and in an orthographic projection
/// its scale: there, what is as far away as the target is as large as in perspective.
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
    /// Whether it frames what there is to see by itself. Ends with the user's first move.
    pub auto_frame: bool,
}

impl Default for OrbitCamera {
    /// Looks along -z, so that x is to the right and y up as in the data, and frames what there is to see.
    fn default() -> Self {
        Self { target: Vec3::ZERO, distance: 500.0, yaw: 0.0, pitch: 0.0, auto_frame: true }
    }
}

/// A direction to look from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandardView {
    /// Along -z: x to the right, y up.
    Front,
    /// Along -x: z to the left, y up.
    Side,
    /// Along -y: x to the right, z towards the reader.
    Top,
}

impl OrbitCamera {
    /// Vertical angle of view of a perspective camera, in radians; that of Bevy's.
    pub const FIELD_OF_VIEW: f32 = FRAC_PI_4;

    /// Where a panel says that its camera begins.
    pub fn beginning(camera: PanelCamera) -> Self {
        let PanelCamera { distance, elevation_deg, azimuth_deg } = camera;
        let auto_frame = distance.is_none();
        Self {
            yaw: azimuth_deg.to_radians(),
            pitch: off_the_poles(elevation_deg.to_radians()),
            distance: distance.unwrap_or(500.0).clamp(DISTANCES.0, DISTANCES.1),
            auto_frame,
            ..default()
        }
    }

    pub(super) fn rotation(&self) -> Quat {
        Quat::from_euler(EulerRot::YXZ, self.yaw, -self.pitch, 0.0)
    }

    pub(super) fn transform(&self) -> Transform {
        let rotation = self.rotation();
        Transform { translation: self.target + rotation * Vec3::Z * self.distance, rotation, scale: Vec3::ONE }
    }

    /// Turns by a drag of so many pixels across a viewport of a height in pixels: half a turn for
    /// the full height.
    pub fn turn(&mut self, drag: Vec2, viewport_height: f32) {
        let angle = drag * PI / viewport_height.max(1.0);
        self.turn_by(Vec2::new(-angle.x, angle.y));
    }

    /// Turns around the vertical and up, in radians.
    pub(super) fn turn_by(&mut self, angle: Vec2) {
        self.yaw = (self.yaw + angle.x).rem_euclid(TAU);
        self.pitch = off_the_poles(self.pitch + angle.y);
        self.auto_frame = false;
    }

    /// Looks from one of the usual directions. What is seen stays in the middle.
    pub fn look(&mut self, from: StandardView) {
        (self.yaw, self.pitch) = match from {
            StandardView::Front => (0.0, 0.0),
            StandardView::Side => (FRAC_PI_2, 0.0),
            StandardView::Top => (0.0, off_the_poles(FRAC_PI_2)),
        };
    }

    /// Moves sideways by a drag of so many pixels across a viewport of a height in pixels, so that what
    /// is as far away as the target stays under the pointer.
    pub fn shift(&mut self, drag: Vec2, viewport_height: f32) {
        let scale = self.view_height() / viewport_height.max(1.0);
        self.target += self.rotation() * Vec3::new(-drag.x, drag.y, 0.0) * scale;
        self.auto_frame = false;
    }

    /// Goes nearer by so many notches of a wheel, or farther, while what is as far away as the target
    /// stays where it is on the screen at `pointer`: half of the viewport's height is 1, from the middle,
    /// with y up.
    pub fn zoom(&mut self, lines: f32, pointer: Vec2) {
        let before = self.view_height();
        self.distance = (self.distance * 0.9f32.powf(lines)).clamp(DISTANCES.0, DISTANCES.1);
        let grown = (before - self.view_height()) / 2.0;
        self.target += self.rotation() * (pointer * grown).extend(0.0);
        self.auto_frame = false;
    }

    /// How much of the world is seen from top to bottom, as far away as the target.
    pub fn view_height(&self) -> f32 {
        2.0 * self.distance * (Self::FIELD_OF_VIEW / 2.0).tan()
    }
}

fn off_the_poles(pitch: f32) -> f32 {
    pitch.clamp(POLE_MARGIN - FRAC_PI_2, FRAC_PI_2 - POLE_MARGIN)
}

pub(super) fn place_cameras(mut cameras: Query<(&OrbitCamera, &mut Transform), Changed<OrbitCamera>>) {
    for (orbit, mut transform) in &mut cameras {
        *transform = orbit.transform();
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

    #[test]
    fn standard_views_are_what_they_say() {
        let mut orbit = OrbitCamera::default();
        for (view, right, up) in [
            (StandardView::Front, Vec3::X, Vec3::Y),
            (StandardView::Side, Vec3::NEG_Z, Vec3::Y),
            (StandardView::Top, Vec3::X, Vec3::NEG_Z),
        ] {
            orbit.look(view);
            let transform = orbit.transform();
            assert!(transform.right().distance(right) < 0.02, "{view:?}");
            assert!(transform.up().distance(up) < 0.02, "{view:?}");
        }
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let mut orbit = OrbitCamera { distance: 100.0, yaw: 0.7, pitch: 0.3, ..default() };
        let pointer = Vec2::new(0.6, -0.4);
        let under =
            |orbit: &OrbitCamera| orbit.target + orbit.rotation() * (pointer * orbit.view_height() / 2.0).extend(0.0);
        let before = under(&orbit);
        for lines in [3.0, -5.0, 1.0] {
            orbit.zoom(lines, pointer);
            assert!(under(&orbit).distance(before) < 1e-3);
        }
        orbit.zoom(1e6, Vec2::ZERO);
        assert!(orbit.distance >= 0.1 && orbit.target.is_finite());
    }

    #[test]
    fn a_panel_says_where_it_begins() {
        let said = PanelCamera { distance: Some(200.0), elevation_deg: 90.0, azimuth_deg: 45.0 };
        let orbit = OrbitCamera::beginning(said);
        assert!((orbit.yaw - FRAC_PI_4).abs() < 1e-6 && orbit.pitch < FRAC_PI_2 && !orbit.auto_frame);
        assert!(OrbitCamera::beginning(PanelCamera::default()).auto_frame);
    }
}
