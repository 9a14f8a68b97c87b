//! Framing: cameras that show all cells by themselves.

use bevy::prelude::*;

use super::{CellStage, OrbitCamera};

/// Room around the cells, as a part of the view.
const MARGIN: f32 = 1.08;

pub(super) fn frame_cells(stage: Res<CellStage>, mut cameras: Query<(&mut OrbitCamera, &Camera, &mut Projection)>) {
    for (mut orbit, camera, mut projection) in &mut cameras {
        let Some(size) = camera.logical_viewport_size().filter(|_| orbit.auto_frame) else { continue };
        let Some((min, max)) = stage.bounds else { continue };
        let Projection::Perspective(perspective) = &*projection else { continue };
        let aspect = size.x / size.y.max(1.0);
        let framed = framed(&orbit, min, max, perspective.fov, aspect);
        orbit.set_if_neq(framed);
        frame_depth(&mut projection, framed.distance);
    }
}

/// The camera at the same angle, where the box fills its view.
fn framed(orbit: &OrbitCamera, min: Vec3, max: Vec3, fov: f32, aspect: f32) -> OrbitCamera {
    let (center, half) = ((min + max) / 2.0, (max - min) / 2.0);
    let rotation = Quat::from_euler(EulerRot::YXZ, orbit.yaw, -orbit.pitch, 0.0);
    let slope = Vec2::new((fov / 2.0).tan() * aspect, (fov / 2.0).tan());
    let corners = (0..8).map(|corner: u32| {
        let sign = |bit: u32| if corner >> bit & 1 == 0 { -1.0 } else { 1.0 };
        rotation.inverse() * (half * Vec3::new(sign(0), sign(1), sign(2)))
    });
    // A corner is in view if its offset is within the slope times its distance.
    let distance = corners
        .map(|corner| corner.z + MARGIN * (corner.x.abs() / slope.x).max(corner.y.abs() / slope.y))
        .fold(0.1, f32::max);
    OrbitCamera { target: center, distance, ..*orbit }
}

/// Keeps the near plane in proportion, so that both a bouton and a brain can be looked at.
fn frame_depth(projection: &mut Mut<Projection>, distance: f32) {
    let near = distance * 1e-4;
    let current = match &**projection {
        Projection::Perspective(perspective) => perspective.near,
        _ => return,
    };
    if (current - near).abs() > near * 0.5
        && let Projection::Perspective(perspective) = &mut **projection
    {
        perspective.near = near;
        perspective.far = distance * 100.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_view_from_every_side() {
        let (min, max) = (Vec3::new(-154.0, 0.0, -6.0), Vec3::new(106.0, 224.0, 1.0));
        let fov = PerspectiveProjection::default().fov;
        for (yaw, pitch, aspect) in [(0.0, 0.0, 1.6), (1.0, 0.5, 0.4), (2.5, -1.2, 1.0)] {
            let orbit = framed(&OrbitCamera { yaw, pitch, ..default() }, min, max, fov, aspect);
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
