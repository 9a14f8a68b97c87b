//! The frusta of all visible cells, in the coordinates of the world.

use std::{ops::Range, sync::Arc};

use bevy::{camera::visibility::RenderLayers, prelude::*};
use compneurovis_core::MorphologyGeometry;

use super::CellHighlights;
use crate::{
    raster,
    session::{Morphology, SessionScene, ViewOf},
};

/// The geometry that a [`Morphology`] is drawn from. There as soon as its session's scene has it.
#[derive(Component, Clone, Debug, Deref)]
#[require(CellHighlights)]
pub struct CellGeometry(pub Arc<MorphologyGeometry>);

/// All visible cells together, so that one picture shows them in front of each other.
#[derive(Resource, Debug, Default)]
pub struct CellStage {
    pub(super) frusta: Vec<raster::Frustum>,
    pub(super) cells: Vec<StagedCell>,
    /// The corners of the box around all cells, in the coordinates of the world.
    pub(super) bounds: Option<(Vec3, Vec3)>,
    /// Changes with every change of the frusta.
    pub(super) version: u64,
}

/// A cell on the stage.
#[derive(Clone, Debug)]
pub(super) struct StagedCell {
    pub(super) entity: Entity,
    pub(super) geometry: Arc<MorphologyGeometry>,
    /// Where its compartments are among those of all cells.
    pub(super) compartments: Range<u32>,
    /// Which cameras see it.
    pub(super) layers: RenderLayers,
    /// Where its frusta are among those of all cells.
    pub(super) frusta: Range<usize>,
    /// The corners of the box around it, in the coordinates of the world.
    pub(super) bounds: Option<(Vec3, Vec3)>,
}

impl CellStage {
    /// How many frusta are drawn.
    pub fn frusta(&self) -> usize {
        self.frusta.len()
    }

    /// The cell of a compartment of the stage, and the compartment's index in it.
    pub(super) fn find(&self, staged: u32) -> Option<(&StagedCell, u32)> {
        let cell = self.cells.iter().find(|cell| cell.compartments.contains(&staged))?;
        Some((cell, staged - cell.compartments.start))
    }

    /// The corners of the box around all cells that a camera with these layers sees, in the coordinates of the world.
    pub fn bounds_for(&self, layers: &RenderLayers) -> Option<(Vec3, Vec3)> {
        self.seen_by(layers).filter_map(|cell| cell.bounds).reduce(union)
    }

    /// The cells that a camera with these layers sees.
    pub(super) fn seen_by(&self, layers: &RenderLayers) -> impl Iterator<Item = &StagedCell> {
        self.cells.iter().filter(|cell| cell.layers.intersects(layers))
    }
}

fn union((min, max): (Vec3, Vec3), (low, high): (Vec3, Vec3)) -> (Vec3, Vec3) {
    (min.min(low), max.max(high))
}

fn measure(frusta: &[raster::Frustum]) -> Option<(Vec3, Vec3)> {
    let ends = frusta
        .iter()
        .flat_map(|f| [(Vec3::from(f.start_um), f.start_radius_um), (Vec3::from(f.end_um), f.end_radius_um)]);
    ends.map(|(point, radius)| (point - radius, point + radius)).reduce(union)
}

pub(super) fn attach_geometry(
    mut commands: Commands,
    sessions: Query<&SessionScene>,
    changed: Query<(), Changed<SessionScene>>,
    views: Query<(Entity, Ref<Morphology>, &ViewOf, Option<&CellGeometry>)>,
) {
    for (entity, morphology, of, shown) in &views {
        if !morphology.is_changed() && !changed.contains(of.session) {
            continue;
        }
        let geometry = sessions.get(of.session).ok().and_then(|scene| scene.morphology(&morphology.geometry));
        match (geometry, shown) {
            (Some(new), Some(old)) if Arc::ptr_eq(new, &old.0) => {}
            (Some(new), _) => {
                commands.entity(entity).insert(CellGeometry(new.clone()));
            }
            (None, Some(_)) => {
                commands.entity(entity).remove::<CellGeometry>();
            }
            (None, None) => {}
        }
    }
}

/// What decides whether and where a cell is drawn.
type Shown = (Entity, Ref<'static, CellGeometry>, Ref<'static, GlobalTransform>);

/// Collects the visible cells again, if anything about them changed.
pub(super) fn collect_cells(
    mut stage: ResMut<CellStage>,
    cells: Query<(Shown, Option<&InheritedVisibility>, Option<&RenderLayers>)>,
) {
    let visible = cells.iter().filter(|(_, visibility, _)| visibility.is_none_or(|visibility| visibility.get()));
    let shown: Vec<_> = visible.map(|(cell, _, layers)| (cell, layers.cloned().unwrap_or_default())).collect();
    let same_cells = shown.len() == stage.cells.len()
        && shown
            .iter()
            .zip(&stage.cells)
            .all(|(((entity, ..), layers), staged)| *entity == staged.entity && *layers == staged.layers);
    let changed = shown.iter().any(|((_, geometry, transform), _)| geometry.is_changed() || transform.is_changed());
    if same_cells && !changed {
        return;
    }
    stage.version += 1;
    stage.cells.clear();
    stage.frusta.clear();
    let mut next = 0u32;
    for ((entity, geometry, transform), layers) in shown {
        let count = geometry.compartments() as u32;
        // The last id means "no compartment".
        let Some(end) = next.checked_add(count).filter(|&end| end < raster::NONE) else {
            error!("more compartments than a picture can tell apart; some cells are not drawn");
            break;
        };
        let start = stage.frusta.len();
        stage.frusta.extend(placed(&geometry.0, &transform, next));
        let frusta = start..stage.frusta.len();
        let bounds = measure(&stage.frusta[frusta.clone()]);
        let (geometry, compartments) = (geometry.0.clone(), next..end);
        stage.cells.push(StagedCell { entity, geometry, compartments, layers, frusta, bounds });
        next = end;
    }
    stage.bounds = stage.cells.iter().filter_map(|cell| cell.bounds).reduce(union);
}

/// The frusta of a cell where its transform puts them. Radii follow the mean scale.
fn placed(
    geometry: &MorphologyGeometry,
    transform: &GlobalTransform,
    first: u32,
) -> impl Iterator<Item = raster::Frustum> {
    let affine = transform.affine();
    let scale = affine.matrix3.determinant().abs().cbrt();
    geometry.frusta().iter().map(move |frustum| {
        let section = &geometry.sections()[frustum.section as usize];
        raster::Frustum {
            start_um: affine.transform_point3(frustum.start_um.into()).into(),
            start_radius_um: frustum.start_radius_um * scale,
            end_um: affine.transform_point3(frustum.end_um.into()).into(),
            end_radius_um: frustum.end_radius_um * scale,
            first_compartment: first + section.first_compartment,
            compartments: section.nseg,
            start_position: frustum.start_position,
            end_position: frustum.end_position,
        }
    })
}
