//! Selection: from a message to the component, the shared state and the session.

use bevy::prelude::*;
use compneurovis_core::{EntityId, Geometry, Scene};

use super::{
    ClearSelection, LiveSession, SelectEntity, SelectedEntity, Selection, SendCommand, SessionScene, input::Reacting,
};

pub(super) fn select_entities(
    mut selected: MessageReader<SelectEntity>,
    mut sessions: Query<(Reacting, &mut Selection)>,
    mut commands: MessageWriter<SendCommand>,
) {
    for SelectEntity { session, entity, modifiers } in selected.read() {
        let Ok((mut reacting, mut selection)) = sessions.get_mut(*session) else { continue };
        let (interaction, scene) = (&mut reacting.session.interaction, &mut reacting.scene.0);
        let reaction = interaction.entity_clicked(entity, *modifiers, scene);
        if reaction.is_ok() {
            follow_state(scene, &mut selection);
        }
        reacting.follow("selecting a compartment", reaction, &mut commands);
    }
}

/// Lets the selection be what the shared state says, after the session or a new scene changed it.
pub(super) fn follow_state(scene: &Scene, selection: &mut Mut<Selection>) {
    let selected = scene.selected();
    let entities = selected.entities.iter().filter_map(|entity| find(scene, entity)).collect();
    selection.set_if_neq(Selection { entities, section: selected.section });
}

/// Takes the selection away where the background was clicked.
pub(super) fn clear_selections(
    mut cleared: MessageReader<ClearSelection>,
    mut sessions: Query<(&mut LiveSession, &mut SessionScene, &mut Selection)>,
) {
    for ClearSelection { session } in cleared.read() {
        let Ok((mut live, mut scene, mut selection)) = sessions.get_mut(*session) else { continue };
        live.interaction.selection_cleared(&mut scene.0);
        follow_state(&scene.0, &mut selection);
    }
}

fn find(scene: &Scene, entity: &EntityId) -> Option<SelectedEntity> {
    scene.geometries.values().filter_map(Geometry::as_morphology).find_map(|morphology| {
        let compartment = morphology.compartment_of(entity.as_str())?;
        Some(SelectedEntity { entity: entity.clone(), geometry: morphology.id().clone(), compartment })
    })
}
