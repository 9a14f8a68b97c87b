//! The colour of every compartment on the stage.

use bevy::prelude::*;
use compneurovis_core::{
    Scene,
    colormap::{NAN_COLOR, NO_VALUE_COLOR},
};

use super::{CellStage, stage::StagedCell};
use crate::{
    raster,
    session::{ChosenLimits, Morphology, SessionScene, ViewOf},
};

/// The packed colours of all compartments on the stage.
#[derive(Resource, Debug, Default)]
pub struct CellColors {
    pub(super) packed: Vec<u32>,
    /// Changes with every change of a colour.
    pub(super) version: u64,
}

impl CellColors {
    /// How often values have been turned into colours.
    pub fn version(&self) -> u64 {
        self.version
    }
}

pub(super) fn color_cells(
    stage: Res<CellStage>,
    mut colors: ResMut<CellColors>,
    sessions: Query<Ref<SessionScene>>,
    views: Query<(Ref<Morphology>, &ViewOf, Ref<ChosenLimits>)>,
) {
    let scene_of = |cell: &StagedCell| {
        let (morphology, of, limits) = views.get(cell.entity).ok()?;
        Some((morphology, sessions.get(of.session).ok()?, limits))
    };
    let changed = |cell| {
        scene_of(cell)
            .is_some_and(|(view, scene, limits)| view.is_changed() || scene.is_changed() || limits.is_changed())
    };
    if !stage.is_changed() && !stage.cells.iter().any(changed) {
        return;
    }
    let CellColors { packed, version } = &mut *colors;
    packed.clear();
    for cell in &stage.cells {
        if scene_of(cell).and_then(|(view, scene, limits)| colorize(cell, &view, &scene, limits.0, packed)).is_none() {
            packed.resize(cell.compartments.end as usize, u32::from_le_bytes(NO_VALUE_COLOR.0));
        }
    }
    *version += 1;
}

/// Adds the colours of a cell; `None`, and nothing, if the view has no field of the right length to be coloured by.
fn colorize(
    cell: &StagedCell,
    view: &Morphology,
    scene: &Scene,
    chosen: Option<(f32, f32)>,
    out: &mut Vec<u32>,
) -> Option<()> {
    let values = view.color_values(scene)?;
    if values.len() != cell.geometry.compartments() {
        return None;
    }
    let limits = chosen.unwrap_or_else(|| view.color_limits.resolve(&scene.state, &values));
    let table = view.color_map.table().map(|color| color.0);
    raster::append_colours(&values, limits, &table, NAN_COLOR.0, out);
    Some(())
}
