//! Near and far planes in proportion to what is looked at, and the scale of orthographic cameras.

use bevy::{camera::ScalingMode, prelude::*};

use super::OrbitCamera;

/// The near plane as a part of the distance, so that both a bouton and a brain can be looked at.
const NEAR: f32 = 1e-4;

/// The far plane, in distances.
const FAR: f32 = 100.0;

pub(super) fn fit_projections(mut cameras: Query<(&OrbitCamera, &mut Projection)>) {
    for (orbit, mut projection) in &mut cameras {
        let fitted = match &*projection {
            Projection::Perspective(shown) => perspective(orbit, shown),
            Projection::Orthographic(shown) => orthographic(orbit, shown),
            Projection::Custom(_) => None,
        };
        if let Some(fitted) = fitted {
            *projection = fitted;
        }
    }
}

/// The projection with other planes, if those it has are far from right.
fn perspective(orbit: &OrbitCamera, shown: &PerspectiveProjection) -> Option<Projection> {
    let near = orbit.distance * NEAR;
    let fits = (shown.near - near).abs() <= near * 0.5;
    let fitted = PerspectiveProjection { near, far: orbit.distance * FAR, ..shown.clone() };
    (!fits).then_some(Projection::Perspective(fitted))
}

fn orthographic(orbit: &OrbitCamera, shown: &OrthographicProjection) -> Option<Projection> {
    let fitted = as_orthographic(orbit, shown);
    let fits = shown.scale == fitted.scale && shown.near == fitted.near;
    (!fits).then_some(Projection::Orthographic(fitted))
}

/// What is behind the camera is seen too: there is no "behind" where lines of sight are parallel.
fn as_orthographic(orbit: &OrbitCamera, shown: &OrthographicProjection) -> OrthographicProjection {
    let reach = orbit.distance * FAR;
    OrthographicProjection {
        scale: orbit.view_height(),
        scaling_mode: ScalingMode::FixedVertical { viewport_height: 1.0 },
        near: -reach,
        far: reach,
        ..shown.clone()
    }
}

/// The other kind of projection, in which the target is as large as in this one.
pub(super) fn toggled(orbit: &OrbitCamera, shown: &Projection) -> Projection {
    match shown {
        Projection::Orthographic(_) => Projection::Perspective(PerspectiveProjection {
            fov: OrbitCamera::FIELD_OF_VIEW,
            near: orbit.distance * NEAR,
            far: orbit.distance * FAR,
            ..default()
        }),
        _ => Projection::Orthographic(as_orthographic(orbit, &OrthographicProjection::default_3d())),
    }
}
