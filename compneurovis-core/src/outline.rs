//! What a session has said of its scene's structure.

use indexmap::IndexMap;

use crate::{
    Action, ActionId, ApplyError, Control, ControlId, EntityId, EntityInfo, Geometry, GeometryId, Modifiers, Scene,
    SceneChange, SessionUpdate, State, Value,
    control::{check_values, insert_control},
    scene::{SELECTED_ENTITY, entity_info},
    selection,
};

/// The structure of a scene on the session's side of the link, as it was emitted: what hooks ask
/// about and commands are checked against. Without field values, which are the session's own.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// Whether there was a scene at all.
    pub(crate) known: bool,
    pub(crate) geometries: IndexMap<GeometryId, Geometry>,
    pub(crate) controls: IndexMap<ControlId, Control>,
    pub(crate) actions: IndexMap<ActionId, Action>,
    pub(crate) state: State,
}

impl Outline {
    /// Takes notice of an update that goes out, unless every scene would refuse it.
    pub(crate) fn note(&mut self, update: &SessionUpdate) -> Result<(), ApplyError> {
        match update {
            SessionUpdate::SceneReady(scene) => {
                scene.check()?;
                self.replace(scene);
            }
            SessionUpdate::ScenePatch(changes) => self.patch(changes)?,
            SessionUpdate::StatePatch(patch) => {
                check_values(&self.controls, patch)?;
                self.state.extend(patch.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            _ => {}
        }
        Ok(())
    }

    fn replace(&mut self, scene: &Scene) {
        *self = Self {
            known: true,
            geometries: scene.geometries.clone(),
            controls: scene.controls.clone(),
            actions: scene.actions.clone(),
            state: scene.state.clone(),
        };
    }

    fn patch(&mut self, changes: &[SceneChange]) -> Result<(), ApplyError> {
        for change in changes {
            if let SceneChange::SetControl(control) = change {
                control.check()?;
            }
        }
        for change in changes {
            match change {
                SceneChange::SetGeometry(geometry) => {
                    self.geometries.insert(geometry.id().clone(), geometry.clone());
                }
                SceneChange::RemoveGeometry(id) => drop(self.geometries.shift_remove(id)),
                SceneChange::SetControl(control) => {
                    insert_control(&mut self.controls, &mut self.state, control.clone());
                }
                SceneChange::RemoveControl(id) => drop(self.controls.shift_remove(id)),
                SceneChange::SetAction(action) => drop(self.actions.insert(action.id.clone(), action.clone())),
                SceneChange::RemoveAction(id) => drop(self.actions.shift_remove(id)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Selects a compartment, as frontends do when it is clicked.
    pub(crate) fn select(&mut self, entity: &EntityId, modifiers: Modifiers) {
        let info = self.entity_info(entity);
        selection::select(info.as_ref(), entity, modifiers, &mut self.state);
    }

    pub(crate) fn entity_info(&self, entity: &EntityId) -> Option<EntityInfo> {
        entity_info(&self.geometries, entity)
    }

    pub(crate) fn selected_entity(&self) -> Option<EntityId> {
        self.state.get(SELECTED_ENTITY).and_then(Value::as_str).map(EntityId::from)
    }
}
