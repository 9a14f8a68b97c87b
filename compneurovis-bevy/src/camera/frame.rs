//! Framing: cameras that show everything by themselves.

use bevy::{camera::visibility::RenderLayers, prelude::*};

use super::OrbitCamera;

/// Room around what is framed, as a part of the view.
const MARGIN: f32 = 1.08;

/// The box around something that cameras frame, in the coordinates of the world. `None` while there is
/// nothing to see of it.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct SpaceBounds(pub Option<(Vec3, Vec3)>);

/// Asks a camera to show what is selected, as large as it fits.
#[derive(Message, Clone, Copy, Debug)]
pub struct FitSelection {
    /// The camera.
    pub camera: Entity,
}

pub(super) fn frame_cameras(
    things: Query<(&SpaceBounds, Option<&RenderLayers>, Option<&InheritedVisibility>)>,
    mut cameras: Query<(&mut OrbitCamera, &Camera, Option<&RenderLayers>)>,
) {
    for (mut orbit, camera, layers) in &mut cameras {
        let Some(aspect) = aspect_of(camera).filter(|_| orbit.auto_frame) else { continue };
        let seen = layers.cloned().unwrap_or_default();
        let shown = things.iter().filter(|(_, layers, visibility)| {
            seen.intersects(&layers.cloned().unwrap_or_default())
                && visibility.is_none_or(|visibility| visibility.get())
        });
        if let Some(bounds) = shown.filter_map(|(bounds, ..)| bounds.0).reduce(union) {
            let framed = orbit.framing(bounds, aspect);
            orbit.set_if_neq(framed);
        }
    }
}

/// Width over height of a camera's viewport.
pub(crate) fn aspect_of(camera: &Camera) -> Option<f32> {
    camera.logical_viewport_size().map(|size| size.x / size.y.max(1.0))
}

pub(crate) fn union((min, max): (Vec3, Vec3), (low, high): (Vec3, Vec3)) -> (Vec3, Vec3) {
    (min.min(low), max.max(high))
}

impl OrbitCamera {
    /// The camera at the same angle, where a box fills a view that is `aspect` times as wide as high. In
    /// an orthographic view there is a little more room.
    pub fn framing(&self, (min, max): (Vec3, Vec3), aspect: f32) -> Self {
        let (center, half) = ((min + max) / 2.0, (max - min) / 2.0);
        let rotation = self.rotation();
        let slope = Vec2::new(aspect.max(1e-3), 1.0) * (Self::FIELD_OF_VIEW / 2.0).tan();
        let corners = (0..8).map(|corner: u32| {
            let sign = |bit: u32| if corner >> bit & 1 == 0 { -1.0 } else { 1.0 };
            rotation.inverse() * (half * Vec3::new(sign(0), sign(1), sign(2)))
        });
        // A corner is in view if its offset is within the slope times its distance.
        let distance = corners
            .map(|corner| corner.z + MARGIN * (corner.x.abs() / slope.x).max(corner.y.abs() / slope.y))
            .fold(0.1, f32::max);
        Self { target: center, distance, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_view_from_every_side() {
        let (min, max) = (Vec3::new(-154.0, 0.0, -6.0), Vec3::new(106.0, 224.0, 1.0));
        let fov = OrbitCamera::FIELD_OF_VIEW;
        assert_eq!(fov, PerspectiveProjection::default().fov, "that of Bevy's cameras");
        for (yaw, pitch, aspect) in [(0.0, 0.0, 1.6), (1.0, 0.5, 0.4), (2.5, -1.2, 1.0)] {
            let orbit = OrbitCamera { yaw, pitch, ..default() }.framing((min, max), aspect);
            let rotation = Quat::from_euler(EulerRot::YXZ, yaw, -pitch, 0.0);
            let eye = orbit.target + rotation * Vec3::Z * orbit.distance;
            let slope = (fov / 2.0).tan();
            for corner in 0..8 {
                let pick = |bit: u32, low: f32, high: f32| if corner >> bit & 1 == 0 { low } else { high };
                let point = Vec3::new(pick(0, min.x, max.x), pick(1, min.y, max.y), pick(2, min.z, max.z));
                let seen = rotation.inverse() * (point - eye);
                assert!(seen.z < 0.0);
                assert!(seen.y.abs() <= -seen.z * slope && seen.x.abs() <= -seen.z * slope * aspect, "{seen}");
            }
        }
    }
}
