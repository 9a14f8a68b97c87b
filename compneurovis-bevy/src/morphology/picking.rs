//! The pointer over cells: what it is over, and what it clicks.

use bevy::{camera::visibility::RenderLayers, prelude::*};

use super::{CellGeometry, CellStage, Pictures};
use crate::{
    camera::PointerOver,
    session::{ClearSelection, SelectEntity, ViewOf},
};

/// How far the pointer may move between press and release of a click, in pixels.
const CLICK_SLACK_PX: f32 = 5.0;

/// Marks a camera in which a click selects the compartment under the pointer.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct PickingCamera;

/// In a camera with this, a click beside all cells selects nothing; without it the selection stays.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct ClearsSelection;

/// The compartment that the pointer is over.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Hovered(pub Option<Hover>);

/// A compartment under the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hover {
    /// The camera that sees it.
    pub camera: Entity,
    /// The entity of its view.
    pub view: Entity,
    /// Its index in fields over the compartments of the view's geometry.
    pub compartment: u32,
    /// Where the pointer is, in pixels from the top left of the camera's viewport.
    pub position: Vec2,
}

pub(super) fn hover(
    pointer: PointerOver<With<PickingCamera>>,
    stage: Res<CellStage>,
    pictures: Res<Pictures>,
    mut hovered: ResMut<Hovered>,
) {
    // While something is dragged nothing is pointed at.
    let camera = pointer.camera().filter(|_| !pointer.any_pressed());
    let over = camera.and_then(|camera| {
        let position = pointer.position_in(camera)?;
        let (view, compartment) = pictures.pick(&stage, camera, position)?;
        Some(Hover { camera, view, compartment, position })
    });
    hovered.set_if_neq(Hovered(over));
}

pub(super) fn select_by_click(
    pointer: PointerOver<With<PickingCamera>>,
    stage: Res<CellStage>,
    pictures: Res<Pictures>,
    views: Query<(&ViewOf, &CellGeometry)>,
    clearing: Query<(), With<ClearsSelection>>,
    layers: Query<Option<&RenderLayers>>,
    mut selected: MessageWriter<SelectEntity>,
    mut cleared: MessageWriter<ClearSelection>,
    mut pressed: Local<Option<(Entity, Vec2)>>,
) {
    if pointer.just_pressed(MouseButton::Left) {
        *pressed = pointer.camera().and_then(|camera| Some((camera, pointer.position_in(camera)?)));
    }
    if !pointer.just_released(MouseButton::Left) {
        return;
    }
    let Some((camera, from)) = pressed.take() else { return };
    let Some(position) = pointer.position_in(camera).filter(|to| to.distance(from) <= CLICK_SLACK_PX) else { return };
    let Some((view, compartment)) = pictures.pick(&stage, camera, position) else {
        if clearing.contains(camera) {
            let seen = layers.get(camera).ok().flatten().cloned().unwrap_or_default();
            let seen = stage.seen_by(&seen).filter_map(|cell| views.get(cell.entity).ok());
            cleared.write_batch(seen.map(|(of, _)| ClearSelection { session: of.session }));
        }
        return;
    };
    let Ok((of, geometry)) = views.get(view) else { return };
    if let Some(entity) = geometry.entity_id(compartment) {
        selected.write(SelectEntity { session: of.session, entity, modifiers: pointer.modifiers() });
    }
}
