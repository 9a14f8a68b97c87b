//! Selection: from a message to the component, the shared state and the session.

use bevy::prelude::*;
use compneurovis_core::{EntityId, Geometry, Scene, SessionCommand, Value, scene::SELECTED_ENTITY};

use super::{SelectEntity, SelectedEntity, Selection, SendCommand, SessionScene};

pub(super) fn select_entities(
    mut selected: MessageReader<SelectEntity>,
    mut sessions: Query<(&mut SessionScene, &mut Selection)>,
    mut commands: MessageWriter<SendCommand>,
) {
    for SelectEntity { session, entity, modifiers } in selected.read() {
        let Ok((mut scene, mut selection)) = sessions.get_mut(*session) else { continue };
        let Some(found) = find(&scene, entity) else {
            warn!(%entity, "no geometry of the session has the entity to be selected");
            continue;
        };
        selection.0 = Some(found);
        scene.0.state.insert(SELECTED_ENTITY.to_owned(), Value::Text(entity.to_string()));
        let command = SessionCommand::EntityClicked { entity: entity.clone(), modifiers: *modifiers };
        commands.write(SendCommand { session: *session, command });
    }
}

/// Lets the selection be what the shared state says, after the session or a new scene changed it.
pub(super) fn follow_state(scene: &Scene, selection: &mut Mut<Selection>) {
    let selected = scene.state.get(SELECTED_ENTITY).and_then(Value::as_str);
    let selected = selected.and_then(|entity| find(scene, &entity.into()));
    selection.set_if_neq(Selection(selected));
}

fn find(scene: &Scene, entity: &EntityId) -> Option<SelectedEntity> {
    scene.geometries.values().filter_map(Geometry::as_morphology).find_map(|morphology| {
        let compartment = morphology.compartment_of(entity.as_str())?;
        Some(SelectedEntity { entity: entity.clone(), geometry: morphology.id().clone(), compartment })
    })
}
