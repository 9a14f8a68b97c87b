//! Selection: from a message to the component, the shared state and the session.

use bevy::prelude::*;
use compneurovis_core::{EntityId, Geometry, Scene};

use super::{SelectEntity, SelectedEntity, Selection, SendCommand, input::Reacting};

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
            selection.0 = find(scene, entity);
        }
        reacting.follow("selecting a compartment", reaction, &mut commands);
    }
}

/// Lets the selection be what the shared state says, after the session or a new scene changed it.
pub(super) fn follow_state(scene: &Scene, selection: &mut Mut<Selection>) {
    let selected = scene.selected_entity().and_then(|entity| find(scene, &entity));
    selection.set_if_neq(Selection(selected));
}

fn find(scene: &Scene, entity: &EntityId) -> Option<SelectedEntity> {
    scene.geometries.values().filter_map(Geometry::as_morphology).find_map(|morphology| {
        let compartment = morphology.compartment_of(entity.as_str())?;
        Some(SelectedEntity { entity: entity.clone(), geometry: morphology.id().clone(), compartment })
    })
}
