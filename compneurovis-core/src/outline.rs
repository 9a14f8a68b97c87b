//! What a session has said of its scene's structure.

use indexmap::IndexMap;

use crate::{
    Action, ActionId, ApplyError, BuiltinAction, Control, ControlId, EntityId, EntityInfo, Geometry, GeometryId,
    MarkKind, Modifiers, Scene, SceneChange, SessionCommand, SessionUpdate, State, Value,
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

/// What a viewer does by itself when it sends a command. No update says so, and a recording has to be told.
#[derive(Debug)]
#[cfg_attr(not(feature = "recording"), expect(dead_code, reason = "recordings alone are told"))]
pub(crate) struct Deed {
    /// What it changes of the shared state.
    pub(crate) state: State,
    /// The mark that it leaves.
    pub(crate) kind: MarkKind,
    pub(crate) label: String,
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

    /// Does what viewers do by themselves with a command, if they do anything with it.
    pub(crate) fn deed(&mut self, command: &SessionCommand) -> Option<Deed> {
        match command {
            SessionCommand::SetControl { control, value } => {
                let taken = self.controls.get(control).is_some_and(|control| control.accept(value).is_ok());
                if taken { self.set(control, value) } else { None }
            }
            SessionCommand::EntityClicked { entity, modifiers } => self.select(entity, *modifiers),
            SessionCommand::InvokeAction { action, .. } if BuiltinAction::of(action).is_none() => {
                let label = self.actions.get(action).map_or_else(|| action.to_string(), |action| action.label.clone());
                Some(Deed { state: State::new(), kind: MarkKind::Action, label })
            }
            _ => None,
        }
    }

    /// Sets a control to a value that it takes. `None` if it has that value, or there is no such control.
    fn set(&mut self, control: &ControlId, value: &Value) -> Option<Deed> {
        let control = self.controls.get(control)?;
        let key = control.state_key().to_owned();
        if self.state.insert(key.clone(), value.clone()).as_ref() == Some(value) {
            return None;
        }
        let label = format!("{} = {value}", control.label);
        Some(Deed { state: State::from([(key, value.clone())]), kind: MarkKind::Control, label })
    }

    /// Selects a compartment, as frontends do when it is clicked.
    fn select(&mut self, entity: &EntityId, modifiers: Modifiers) -> Option<Deed> {
        let (info, before) = (self.entity_info(entity), self.state.clone());
        selection::select(info.as_ref(), entity, modifiers, &mut self.state);
        let changed = self.state.iter().filter(|(key, value)| before.get(*key) != Some(value));
        let state: State = changed.map(|(key, value)| (key.clone(), value.clone())).collect();
        (!state.is_empty()).then(|| Deed { state, kind: MarkKind::Event, label: format!("{entity} selected") })
    }

    pub(crate) fn entity_info(&self, entity: &EntityId) -> Option<EntityInfo> {
        entity_info(&self.geometries, entity)
    }

    pub(crate) fn selected_entity(&self) -> Option<EntityId> {
        self.state.get(SELECTED_ENTITY).and_then(Value::as_str).map(EntityId::from)
    }
}
