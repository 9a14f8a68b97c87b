//! All visible cells, and where they are in the world.

use std::{ops::Range, sync::Arc};

use bevy::{camera::visibility::RenderLayers, math::Affine3A, prelude::*};
use compneurovis_core::MorphologyGeometry;

use super::CellHighlights;
use crate::{
    camera::union,
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
    pub(super) cells: Vec<StagedCell>,
    /// The corners of the box around all cells, in the coordinates of the world.
    pub(super) bounds: Option<(Vec3, Vec3)>,
    /// Changes with every change of what is drawn.
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
    /// Where it is.
    pub(super) place: Affine3A,
    /// The corners of the box around it, in the coordinates of the world.
    pub(super) bounds: Option<(Vec3, Vec3)>,
}

impl CellStage {
    /// How many frusta are drawn.
    pub fn frusta(&self) -> usize {
        self.cells.iter().map(|cell| cell.geometry.frusta().len()).sum()
    }

    /// Whether there is no cell, not even one without frusta.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
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

impl StagedCell {
    /// The cell as the rasteriser takes it: nothing is copied.
    pub(super) fn drawn(&self) -> raster::Cell<'_> {
        raster::Cell {
            world_from_cell: Mat4::from(self.place).to_cols_array_2d(),
            first_compartment: self.compartments.start,
            ..raster::Cell::new(&self.geometry)
        }
    }
}

/// The corners of the box around a cell where its transform puts it. Radii follow the mean scale.
fn measure(geometry: &MorphologyGeometry, place: &Affine3A) -> Option<(Vec3, Vec3)> {
    let scale = place.matrix3.determinant().abs().cbrt();
    let ends = geometry.frusta().iter().flat_map(|f| [(f.start_um, f.start_radius_um), (f.end_um, f.end_radius_um)]);
    let placed = ends.map(|(point, radius)| (place.transform_point3(point.into()), radius * scale));
    placed.map(|(point, radius)| (point - radius, point + radius)).reduce(union)
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
    let mut next = 0u32;
    for ((entity, geometry, transform), layers) in shown {
        let count = geometry.compartments() as u32;
        // The last id means "no compartment".
        let Some(end) = next.checked_add(count).filter(|&end| end < raster::NONE) else {
            error!("more compartments than a picture can tell apart; some cells are not drawn");
            break;
        };
        let (place, geometry, compartments) = (transform.affine(), geometry.0.clone(), next..end);
        let bounds = measure(&geometry, &place);
        stage.cells.push(StagedCell { entity, geometry, compartments, layers, place, bounds });
        next = end;
    }
    stage.bounds = stage.cells.iter().filter_map(|cell| cell.bounds).reduce(union);
}
