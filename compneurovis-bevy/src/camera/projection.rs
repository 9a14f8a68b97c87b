//! Near and far planes in proportion to what is looked at, and the scale of orthographic cameras.

use bevy::{camera::ScalingMode, prelude::*};

use super::{OrbitCamera, SpaceBounds};

/// The near plane as a part of the distance, so that both a bouton and a brain can be looked at.
const NEAR: f32 = 1e-4;

/// The far plane, in distances.
const FAR: f32 = 100.0;

/// Room in front of and behind what there is to see, for an orthographic camera.
const ROOM: f32 = 4.0;

pub(super) fn fit_projections(mut cameras: Query<(&OrbitCamera, &mut Projection)>, things: Query<&SpaceBounds>) {
    for (orbit, mut projection) in &mut cameras {
        let fitted = match &*projection {
            Projection::Perspective(shown) => perspective(orbit, shown),
            Projection::Orthographic(shown) => orthographic(orbit, shown, reach(orbit, &things)),
            Projection::Custom(_) => None,
        };
        if let Some(fitted) = fitted {
            *projection = fitted;
        }
    }
}

/// How far from a camera's target there is something to see, with room for what is not ours.
fn reach(orbit: &OrbitCamera, things: &Query<&SpaceBounds>) -> Option<f32> {
    let farthest = things
        .iter()
        .filter_map(|bounds| bounds.0)
        .map(|(min, max)| (orbit.target - min).abs().max((max - orbit.target).abs()).length());
    farthest.reduce(f32::max).map(|farthest| ROOM * farthest)
}

/// The projection with other planes, if those it has are far from right.
fn perspective(orbit: &OrbitCamera, shown: &PerspectiveProjection) -> Option<Projection> {
    let near = orbit.distance * NEAR;
    let fits = (shown.near - near).abs() <= near * 0.5;
    let fitted = PerspectiveProjection { near, far: orbit.distance * FAR, ..shown.clone() };
    (!fits).then_some(Projection::Perspective(fitted))
}

fn orthographic(orbit: &OrbitCamera, shown: &OrthographicProjection, reach: Option<f32>) -> Option<Projection> {
    let fitted = as_orthographic(orbit, shown, reach);
    let fits = shown.scale == fitted.scale && shown.near == fitted.near && shown.far == fitted.far;
    (!fits).then_some(Projection::Orthographic(fitted))
}

/// What is behind the camera is seen too: there is no "behind" where lines of sight are parallel. Depths
/// are spread evenly between the planes, so these are no farther apart than they must be.
fn as_orthographic(orbit: &OrbitCamera, shown: &OrthographicProjection, reach: Option<f32>) -> OrthographicProjection {
    let reach = reach.unwrap_or(orbit.distance * FAR);
    OrthographicProjection {
        scale: orbit.view_height(),
        scaling_mode: ScalingMode::FixedVertical { viewport_height: 1.0 },
        near: orbit.distance - reach,
        far: orbit.distance + reach,
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
        _ => Projection::Orthographic(as_orthographic(orbit, &OrthographicProjection::default_3d(), None)),
    }
}
