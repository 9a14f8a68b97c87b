//! Framing: cameras that show everything by themselves.

use bevy::{camera::visibility::RenderLayers, prelude::*};

use super::OrbitCamera;

/// Room around what is framed, as a part of the view.
const MARGIN: f32 = 1.08;

/// How many times farther a camera goes at most to keep a corner free.
const FARTHEST: f32 = 2.0;

/// How often the distance is halved that is looked for.
const HALVINGS: usize = 10;

/// The box around something that cameras frame, in the coordinates of the world. `None` while there is
/// nothing to see of it.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct SpaceBounds(pub Option<(Vec3, Vec3)>);

/// Room in the corners of a camera's view, in points, as for a colour bar and a scale bar. A camera that shows everything keeps it
/// free of that.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct FramingRoom {
    /// Width and height at the upper left.
    pub upper_left: Vec2,
    /// Width and height at the lower left.
    pub lower_left: Vec2,
    /// Width and height at the lower right.
    pub lower_right: Vec2,
}

impl FramingRoom {
    /// Whether a rectangle in a view of a size leaves the corners free.
    fn is_beside(&self, seen: Rect, size: Vec2) -> bool {
        let Self { upper_left, lower_left, lower_right } = *self;
        (seen.min.x >= upper_left.x || seen.min.y >= upper_left.y)
            && (seen.min.x >= lower_left.x || seen.max.y <= size.y - lower_left.y)
            && (seen.max.x <= size.x - lower_right.x || seen.max.y <= size.y - lower_right.y)
    }
}

/// Asks a camera to show what is selected, as large as it fits.
#[derive(Message, Clone, Copy, Debug)]
pub struct FitSelection {
    /// The camera.
    pub camera: Entity,
}

pub(super) fn frame_cameras(
    things: Query<(&SpaceBounds, Option<&RenderLayers>, Option<&InheritedVisibility>)>,
    mut cameras: Query<(&mut OrbitCamera, &Camera, Option<&RenderLayers>, Option<&FramingRoom>)>,
) {
    for (mut orbit, camera, layers, room) in &mut cameras {
        let Some(size) = camera.logical_viewport_size().filter(|_| orbit.auto_frame) else { continue };
        let seen = layers.cloned().unwrap_or_default();
        let shown = things.iter().filter(|(_, layers, visibility)| {
            seen.intersects(&layers.cloned().unwrap_or_default())
                && visibility.is_none_or(|visibility| visibility.get())
        });
        if let Some(bounds) = shown.filter_map(|(bounds, ..)| bounds.0).reduce(union) {
            let framed = orbit.framing_beside(bounds, size, room.copied().unwrap_or_default());
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
        let corners = corners(half).map(|corner| rotation.inverse() * corner);
        // A corner is in view if its offset is within the slope times its distance.
        let distance = corners
            .map(|corner| corner.z + MARGIN * (corner.x.abs() / slope.x).max(corner.y.abs() / slope.y))
            .fold(0.1, f32::max);
        Self { target: center, distance, ..*self }
    }

    /// The same in a view of a size in points, with that room in its corners: smaller, by no more than it must be, if the box would
    /// reach into them. What is turned stays in the middle.
    fn framing_beside(&self, bounds: (Vec3, Vec3), size: Vec2, room: FramingRoom) -> Self {
        let framed = self.framing(bounds, size.x / size.y.max(1.0));
        let at = |times: f32| Self { distance: framed.distance * times, ..framed };
        let is_beside = |times: f32| room.is_beside(at(times).seen(bounds, size), size);
        if is_beside(1.0) || !is_beside(FARTHEST) {
            return framed;
        }
        let (mut inside, mut beside) = (1.0, FARTHEST);
        for _ in 0..HALVINGS {
            let middle = (inside + beside) / 2.0;
            if is_beside(middle) { beside = middle } else { inside = middle }
        }
        at(beside)
    }

    /// Where a box is seen in a view of that size in points, if it is wholly before the camera.
    fn seen(&self, (min, max): (Vec3, Vec3), size: Vec2) -> Rect {
        let (center, rotation) = ((min + max) / 2.0, self.rotation());
        let points_per_slope = size.y / 2.0 / (Self::FIELD_OF_VIEW / 2.0).tan();
        let seen = corners((max - min) / 2.0).map(|corner| {
            let seen = rotation.inverse() * (center + corner - self.target);
            let scale = points_per_slope / (self.distance - seen.z).max(f32::MIN_POSITIVE);
            size / 2.0 + Vec2::new(seen.x, -seen.y) * scale
        });
        seen.fold(Rect::EMPTY, |seen, corner| seen.union_point(corner))
    }
}

/// The corners of a box around the origin.
fn corners(half: Vec3) -> impl Iterator<Item = Vec3> {
    (0..8).map(move |corner: u32| {
        let sign = |bit: u32| if corner >> bit & 1 == 0 { -1.0 } else { 1.0 };
        half * Vec3::new(sign(0), sign(1), sign(2))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_reach_into_a_corner_leaves_it_free() {
        let size = Vec2::new(600.0, 400.0);
        let framed = |half: Vec2, room| {
            let bounds = (-half.extend(1.0), half.extend(1.0));
            let orbit = OrbitCamera::default().framing_beside(bounds, size, room);
            (orbit.seen(bounds, size), orbit.distance)
        };
        let upper = FramingRoom { upper_left: Vec2::new(90.0, 180.0), ..default() };
        // As wide as the view, and so high that it reaches beside the bar.
        let (seen, near) = framed(Vec2::new(300.0, 100.0), upper);
        assert!(seen.min.x >= 90.0 && seen.min.x < 91.0 && seen.min.y > 100.0, "{seen:?}");
        // A flat one passes below, and is as large as it can be.
        let (seen, far) = framed(Vec2::new(300.0, 5.0), upper);
        assert!(seen.min.x > 0.0 && seen.min.x < 40.0 && seen.min.y > 180.0 && far < near, "{seen:?}");
        // A slender one is beside it.
        let (seen, _) = framed(Vec2::new(20.0, 300.0), upper);
        assert!(seen.min.x > 200.0 && seen.min.y < 30.0, "{seen:?}");
        // One that fills the view ends above what is at its foot, on either side.
        for (lower_left, lower_right) in [(Vec2::new(120.0, 40.0), Vec2::ZERO), (Vec2::ZERO, Vec2::new(120.0, 40.0))] {
            let (seen, _) = framed(Vec2::new(290.0, 190.0), FramingRoom { lower_left, lower_right, ..default() });
            assert!(seen.max.y <= 360.0 && seen.max.y > 358.0 && seen.min.x < 100.0, "{seen:?}");
        }
    }

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
