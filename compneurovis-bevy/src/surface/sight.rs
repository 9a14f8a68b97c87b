//! A surface's box as one camera sees it.

use bevy::prelude::*;

use super::SurfaceShape;

/// A surface's box as one camera sees it. Points are in the coordinates of the view's entity, from the middle of
/// the box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sight {
    pub(super) clip_from_middle: Mat4,
    /// Width and height of the camera's viewport in points.
    pub(super) size: Vec2,
    /// Pixels for a point.
    pub(super) scale: f32,
}

impl Sight {
    pub(super) fn new(
        camera: &Camera,
        seen_from: &GlobalTransform,
        of: &GlobalTransform,
        shape: &SurfaceShape,
    ) -> Option<Self> {
        let size = camera.logical_viewport_size().filter(|size| camera.is_active && size.min_element() > 0.0)?;
        let clip_from_middle = clip_from_middle(camera.clip_from_view(), seen_from, of, shape);
        Some(Self { clip_from_middle, size, scale: camera.target_scaling_factor().unwrap_or(1.0) })
    }

    /// Where a point is in points from the top left of the viewport, and how far away, in steps that are no lengths in an
    /// orthographic view; `None` behind the camera.
    pub(super) fn project(&self, point: Vec3) -> Option<(Vec2, f32)> {
        let clip = self.clip_from_middle * point.extend(1.0);
        let ndc = clip.truncate() / clip.w;
        let at = (Vec2::new(ndc.x, -ndc.y) + 1.0) * 0.5 * self.size;
        // Bevy's depth is reversed: nearer is greater, and 1 is the near plane.
        let depth = if self.clip_from_middle.row(3).truncate() == Vec3::ZERO { -ndc.z } else { clip.w };
        (clip.w > 0.0 && ndc.z <= 1.0 && at.is_finite()).then_some((at, depth))
    }

    /// The direction on the screen, of length 1, in which something goes; nothing if it goes straight away.
    pub(super) fn direction(&self, from: Vec3, to: Vec3) -> Option<Vec2> {
        let ((from, _), (to, _)) = (self.project(from)?, self.project(to)?);
        (to - from).try_normalize()
    }

    /// How long the way between two points is on the screen, in points.
    pub(super) fn length(&self, from: Vec3, to: Vec3) -> f32 {
        self.project(from).zip(self.project(to)).map_or(0.0, |((from, _), (to, _))| from.distance(to))
    }
}

/// From the coordinates of the view's entity, with the middle of the box as their origin, to those of the screen.
/// In double precision: data can be far from their zero, and cameras then as far.
pub(super) fn clip_from_middle(
    clip_from_view: Mat4,
    camera: &GlobalTransform,
    of: &GlobalTransform,
    shape: &SurfaceShape,
) -> Mat4 {
    let view_from_world = camera.to_matrix().as_dmat4().inverse();
    let middle = bevy::math::DMat4::from_translation(shape.place(shape.middle()));
    (clip_from_view.as_dmat4() * view_from_world * of.to_matrix().as_dmat4() * middle).as_mat4()
}
