//! The boxes around cells, and around what is selected in them: what cameras frame.

use bevy::{camera::visibility::RenderLayers, prelude::*};
use compneurovis_core::{Frustum, MorphologyGeometry};

use super::{CellGeometry, CellStage};
use crate::{
    camera::{FitSelection, OrbitCamera, SpaceBounds, aspect_of, union},
    session::{Selection, ViewOf},
};

/// The room around something small, in its own sizes: a compartment is seen among its neighbours.
const CONTEXT: f32 = 4.0;

/// Tells cameras where the cells are.
pub(super) fn measure_cells(stage: Res<CellStage>, mut views: Query<(Entity, &mut SpaceBounds), With<CellGeometry>>) {
    if !stage.is_changed() {
        return;
    }
    for (view, mut bounds) in &mut views {
        let cell = stage.cells.iter().find(|cell| cell.entity == view);
        bounds.set_if_neq(SpaceBounds(cell.and_then(|cell| cell.bounds)));
    }
}

pub(super) fn fit_selection(
    mut fits: MessageReader<FitSelection>,
    mut cameras: Query<(&mut OrbitCamera, &Camera, Option<&RenderLayers>)>,
    selections: Query<&Selection>,
    views: Query<(&ViewOf, &CellGeometry, &GlobalTransform, Option<&RenderLayers>)>,
) {
    for FitSelection { camera } in fits.read() {
        let Ok((mut orbit, camera, layers)) = cameras.get_mut(*camera) else { continue };
        let seen = layers.cloned().unwrap_or_default();
        let shown = views.iter().filter(|(.., layers)| seen.intersects(&layers.cloned().unwrap_or_default()));
        let selected = shown.filter_map(|(of, geometry, transform, _)| {
            let (min, max) = bounds_of(selections.get(of.session).ok()?, geometry)?;
            Some(placed(min, max, transform))
        });
        if let (Some(bounds), Some(aspect)) = (selected.reduce(union), aspect_of(camera)) {
            *orbit = OrbitCamera { auto_frame: false, ..orbit.framing(bounds, aspect) };
        }
    }
}

/// The box around all that is selected in a geometry, with room around it.
fn bounds_of(selection: &Selection, geometry: &MorphologyGeometry) -> Option<(Vec3, Vec3)> {
    let mut ranges: Vec<_> = selection
        .of_geometry(geometry.id())
        .map(|selected| selected.compartment..selected.compartment.saturating_add(1))
        .collect();
    let whole = selection.section.as_deref().and_then(|name| geometry.section_named(name));
    ranges.extend(whole.map(|section| section.first_compartment..section.first_compartment + section.nseg));
    if ranges.is_empty() {
        return None;
    }
    let shows = |frustum: &&Frustum| {
        let section = &geometry.sections()[frustum.section as usize];
        let (low, high) =
            (frustum.start_position.min(frustum.end_position), frustum.start_position.max(frustum.end_position));
        ranges.iter().any(|range| {
            let begin = range.start as f32 - section.first_compartment as f32;
            let end = range.end as f32 - section.first_compartment as f32;
            begin < high && end > low
        })
    };
    let boxes = geometry.frusta().iter().filter(shows).flat_map(|frustum| {
        let ends = [(frustum.start_um, frustum.start_radius_um), (frustum.end_um, frustum.end_radius_um)];
        ends.map(|(point, radius)| (Vec3::from(point) - radius, Vec3::from(point) + radius))
    });
    let (min, max) = boxes.filter(|(min, max)| min.is_finite() && max.is_finite()).reduce(union)?;
    let (center, half) = ((min + max) / 2.0, (max - min) / 2.0);
    let room = half.max_element() * CONTEXT;
    Some((center - half - room, center + half + room))
}

/// The box around a box that was moved.
fn placed(min: Vec3, max: Vec3, transform: &GlobalTransform) -> (Vec3, Vec3) {
    let pick = |corner: u32, bit: u32, low: f32, high: f32| if corner >> bit & 1 == 0 { low } else { high };
    let corner = |corner: u32| {
        let point =
            Vec3::new(pick(corner, 0, min.x, max.x), pick(corner, 1, min.y, max.y), pick(corner, 2, min.z, max.z));
        transform.transform_point(point)
    };
    (1..8).map(corner).fold((corner(0), corner(0)), |(min, max), point| (min.min(point), max.max(point)))
}
