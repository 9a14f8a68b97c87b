//! What is drawn of a surface, kept beside its view.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use bevy::{camera::primitives::Aabb, prelude::*};
use compneurovis_core::{ColorMap, Field, FieldId, Scene, SurfaceView, field::Revision};

use super::{
    AxisLabels, SurfaceGrid, SurfaceProblem, SurfaceProblems, SurfaceShape,
    look::{self, AxesLook, Heights, Look, SliceLook},
};
use crate::{
    camera::SpaceBounds,
    session::{ChosenLimits, SessionScene, Surface, ViewOf},
};

/// A surface as it is drawn: its grid, its box and its colours, resolved against the state of its scene.
///
/// On the entity of its view for as long as there is something to draw; [`SurfaceProblems`] says why not.
/// Heights that are not finite are holes: what touches them is not drawn.
#[derive(Component, Clone, Debug)]
pub struct SurfacePicture {
    pub(super) field: FieldId,
    pub(super) grid: SurfaceGrid,
    pub(super) heights: Heights,
    pub(super) shape: SurfaceShape,
    pub(super) look: Look,
    pub(super) axes: AxesLook,
    pub(super) slices: Vec<SliceLook>,
    revision: Revision,
    pub(super) stamps: Stamps,
    drawn: Option<Instant>,
}

/// What state the parts of a picture are in: another number is another state, in the whole process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamps {
    pub(super) coordinates: u64,
    pub(super) heights: u64,
    /// Of what is drawn as lines.
    pub(super) lines: u64,
}

fn stamp() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // Unique is all that it must be: nothing else is published by it.
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl SurfacePicture {
    /// The field of its heights.
    pub fn field(&self) -> &FieldId {
        &self.field
    }

    /// Where its heights are.
    pub fn grid(&self) -> &SurfaceGrid {
        &self.grid
    }

    /// The box around it, and how its data become places.
    pub fn shape(&self) -> &SurfaceShape {
        &self.shape
    }

    /// The heights at both ends of its colour map, and the map; for a colour bar.
    pub fn colors(&self) -> (&ColorMap, (f32, f32)) {
        (&self.look.color_map, self.look.limits)
    }

    /// Whether its colours say its heights.
    pub fn is_colored_by_height(&self) -> bool {
        !self.look.uniform
    }

    /// The height at a point of the grid, `[x, y]`; `None` beyond it or in a field that is no longer the same.
    pub(super) fn height(&self, field: &Field, at: [usize; 2]) -> Option<f32> {
        field.values().get(&self.grid.index(at)[..]).copied()
    }

    /// Whether it is a row or a point, which is drawn as a line.
    pub(super) fn is_line(&self) -> bool {
        self.grid.lines().contains(&1)
    }

    /// What is to be drawn, with problems that do not keep it from being drawn.
    fn of(
        view: &SurfaceView,
        limits: Option<(f32, f32)>,
        scene: &Scene,
        before: Option<&Self>,
    ) -> Result<(Self, Vec<SurfaceProblem>), SurfaceProblem> {
        let mut problems = Vec::new();
        let (grid, field) = SurfaceGrid::of(view, scene)?;
        let revision = field.revision();
        let same_values = before.is_some_and(|before| before.revision == revision && before.field == view.field);
        let heights = before.filter(|_| same_values).map_or_else(|| Heights::of(field), |before| before.heights);
        if heights.range.is_none() {
            problems.push(SurfaceProblem::NothingFinite { field: view.field.clone() });
        }
        let axes = AxesLook::of(view, scene, &grid, field);
        // Another field or another grid has nothing to do with the box there was.
        let same_box = before.filter(|before| before.field == view.field && before.grid == grid);
        let shape = SurfaceShape::new(
            &grid,
            heights.range,
            same_box.map(|before| &before.shape),
            look::aspect(view, scene),
            axes.tick_count,
        );
        problems.extend(shape.proportions(&axes.names));
        let slices = look::slices(view, scene, &grid, &mut problems);
        let look = Look::of(view, limits, scene, &heights);
        let field = view.field.clone();
        let stamps = Stamps { coordinates: 0, heights: 0, lines: 0 };
        let mut new = Self { field, grid, heights, shape, look, axes, slices, revision, stamps, drawn: None };
        new.number(before, same_values);
        Ok((new, problems))
    }

    /// Gives every part that differs from before another number.
    fn number(&mut self, before: Option<&Self>, same_values: bool) {
        let kept = |same: bool, stamped: fn(&Stamps) -> u64| {
            before.filter(|_| same).map_or_else(stamp, |before| stamped(&before.stamps))
        };
        let same = |with: &dyn Fn(&Self) -> bool| before.is_some_and(with);
        let coordinates =
            same(&|before| before.grid == self.grid && before.shape.middle()[..2] == self.shape.middle()[..2]);
        let heights = same_values && same(&|before| before.grid.strides() == self.grid.strides());
        let on_heights = self.is_line() || !self.slices.is_empty();
        let lines = coordinates
            && (heights || !on_heights)
            && same(&|before| before.shape == self.shape && before.axes == self.axes && before.slices == self.slices)
            && (!self.is_line() || same(&|before| before.look == self.look));
        self.stamps = Stamps {
            coordinates: kept(coordinates, |stamps| stamps.coordinates),
            heights: kept(heights, |stamps| stamps.heights),
            lines: kept(lines, |stamps| stamps.lines),
        };
    }
}

/// Gives the views their pictures, as their scenes and settings change.
pub(super) fn resolve_surfaces(
    mut commands: Commands,
    sessions: Query<Ref<SessionScene>>,
    mut views: Query<(
        Entity,
        Ref<Surface>,
        Ref<ChosenLimits>,
        &ViewOf,
        Option<&mut SurfacePicture>,
        Option<&SurfaceProblems>,
    )>,
    mut waiting: Local<bevy::ecs::entity::EntityHashSet>,
) {
    waiting.retain(|&entity| views.contains(entity));
    for (entity, view, limits, of, picture, shown) in &mut views {
        let Ok(scene) = sessions.get(of.session) else { continue };
        if !view.is_changed() && !limits.is_changed() && !scene.is_changed() && !waiting.contains(&entity) {
            continue;
        }
        let too_soon = picture.as_ref().is_some_and(|picture| !view.is_changed() && picture.is_too_new(&view));
        if too_soon {
            waiting.insert(entity);
            continue;
        }
        waiting.remove(&entity);
        let (new, problems) = match SurfacePicture::of(&view, limits.0, &scene, picture.as_deref()) {
            Ok((new, problems)) => (Some(new), problems),
            Err(problem) => (None, vec![problem]),
        };
        let mut entity = commands.entity(entity);
        match (new, picture) {
            (Some(new), Some(mut old)) => *old = SurfacePicture { drawn: Some(Instant::now()), ..new },
            (Some(new), None) => {
                entity.insert(SurfacePicture { drawn: Some(Instant::now()), ..new });
            }
            (None, _) => {
                entity.remove::<(SurfacePicture, AxisLabels)>();
                entity.insert(SpaceBounds(None));
            }
        }
        note(&mut entity, problems, shown);
    }
}

impl SurfacePicture {
    /// Whether it is too early to draw it anew.
    fn is_too_new(&self, view: &SurfaceView) -> bool {
        let Some(hz) = view.max_refresh_hz.filter(|&hz| hz > 0.0 && hz.is_finite()) else { return false };
        let pause = Duration::try_from_secs_f64(1.0 / hz).unwrap_or(Duration::MAX);
        self.drawn.is_some_and(|drawn| drawn.elapsed() < pause)
    }
}

fn note(entity: &mut EntityCommands, problems: Vec<SurfaceProblem>, shown: Option<&SurfaceProblems>) {
    if problems.is_empty() {
        if shown.is_some() {
            entity.remove::<SurfaceProblems>();
        }
        return;
    }
    let problems = SurfaceProblems(problems);
    if shown != Some(&problems) {
        warn!(view = %entity.id(), "{}", problems.text());
        entity.insert(problems);
    }
}

/// Room around a surface with axes for their texts, as a part of the sides of its box.
const ROOM_FOR_TEXTS: f32 = 0.12;

/// Follows the boxes of pictures and the transforms of their entities, for cameras that frame them.
pub(super) fn measure_surfaces(
    mut pictures: Query<
        (&SurfacePicture, &GlobalTransform, &mut SpaceBounds),
        Or<(Changed<SurfacePicture>, Changed<GlobalTransform>)>,
    >,
) {
    for (picture, transform, mut bounds) in &mut pictures {
        let affine = transform.affine();
        let corners = (0..8).map(|corner| picture.shape.place(picture.shape.corner(corner)).as_vec3());
        let around = Aabb::enclosing(corners.map(|corner| affine.transform_point3(corner)));
        let room = if picture.axes.visible { ROOM_FOR_TEXTS } else { 0.0 };
        let framed = around.map(|around| {
            let more = Vec3::from(around.half_extents) * room;
            (Vec3::from(around.min()) - more, Vec3::from(around.max()) + more)
        });
        bounds.set_if_neq(SpaceBounds(framed));
    }
}
