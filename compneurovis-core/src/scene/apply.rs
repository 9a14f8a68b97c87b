//! How updates change a scene: the same for every frontend.

use std::hash::Hash;

use indexmap::IndexMap;

use super::Scene;
use crate::{
    ApplyError, Field, FieldId, SceneChange, SessionUpdate, State,
    control::{check_values, insert_control},
};

impl Scene {
    /// Applies an update. Notices, errors, statuses, snapshots and timelines are no part of a scene and
    /// change nothing.
    ///
    /// Returns the memory of replaced values, to be used again.
    ///
    /// # Errors
    /// The update names what is not there or does not fit what is; the scene is then unchanged.
    pub fn apply(&mut self, update: SessionUpdate) -> Result<Option<Vec<f32>>, ApplyError> {
        match update {
            SessionUpdate::SceneReady(scene) => {
                scene.check()?;
                *self = *scene;
            }
            SessionUpdate::FieldReplace { field, values, coords } => {
                if let Some(field) = self.fields.get(&field) {
                    self.check_compartments(field, values.shape())?;
                }
                return Ok(Some(self.field_mut(&field)?.replace(values, coords)?));
            }
            SessionUpdate::FieldAppend { field, dim, values, coord, max_length } => {
                self.field_mut(&field)?.append(&dim, &values.view(), &coord, max_length)?;
            }
            SessionUpdate::ScenePatch(changes) => self.apply_patch(changes)?,
            SessionUpdate::PanelPatch(patch) => {
                // The layout looks at all of the scene but itself.
                let mut layout = std::mem::take(&mut self.layout);
                let patched = layout.patch(patch, self);
                self.layout = layout;
                patched?;
            }
            SessionUpdate::LayoutReplace(layout) => {
                layout.check(self)?;
                self.layout = layout;
            }
            SessionUpdate::StatePatch(patch) => self.apply_state(patch)?,
            SessionUpdate::Status(_)
            | SessionUpdate::Notice(_)
            | SessionUpdate::Error(_)
            | SessionUpdate::Snapshot(_)
            | SessionUpdate::Timeline(_) => {}
        }
        Ok(None)
    }

    fn field_mut(&mut self, id: &FieldId) -> Result<&mut Field, ApplyError> {
        // Asked first and not after a failed `get_mut`, as the error lists the keys.
        if !self.fields.contains_key(id) {
            return Err(ApplyError::UnknownField { id: id.clone(), known: ids(&self.fields) });
        }
        Ok(&mut self.fields[id])
    }

    fn apply_state(&mut self, patch: State) -> Result<(), ApplyError> {
        check_values(&self.controls, &patch)?;
        self.state.extend(patch);
        Ok(())
    }

    fn apply_patch(&mut self, changes: Vec<SceneChange>) -> Result<(), ApplyError> {
        // All or none: tried on the structure of a copy, which shares geometries and is small.
        let mut trial = self.without_field_data();
        let known = |id: &FieldId| self.fields.contains_key(id);
        let mut removed: Vec<FieldId> = Vec::new();
        for change in &changes {
            if let SceneChange::RemoveField(id) = change {
                let there = trial.fields.shift_remove(id).is_some() || (known(id) && !removed.contains(id));
                if !there {
                    return Err(ApplyError::UnknownField { id: id.clone(), known: ids(&self.fields) });
                }
                removed.push(id.clone());
            } else {
                trial.apply_change(change.clone())?;
            }
        }
        // In the end, not in between: a geometry and its fields change together.
        trial.fields.values().try_for_each(|field| trial.check_compartments(field, field.shape()))?;
        trial.check_controls()?;
        let staying = self.fields.values().filter(|field| !trial.fields.contains_key(field.id()));
        let mut staying = staying.filter(|field| !removed.contains(field.id()));
        staying.try_for_each(|field| trial.check_compartments(field, field.shape()))?;
        changes.into_iter().try_for_each(|change| self.apply_change(change))
    }

    /// The structure alone, on which a patch is tried: changes never look at field values.
    fn without_field_data(&self) -> Self {
        Self {
            fields: IndexMap::new(),
            geometries: self.geometries.clone(),
            views: self.views.clone(),
            operators: self.operators.clone(),
            controls: self.controls.clone(),
            actions: self.actions.clone(),
            state: State::new(),
            layout: self.layout.clone(),
            metadata: IndexMap::new(),
        }
    }

    fn apply_change(&mut self, change: SceneChange) -> Result<(), ApplyError> {
        match change {
            SceneChange::SetField(field) => set(&mut self.fields, field.id().clone(), field),
            SceneChange::RemoveField(id) => {
                remove(&mut self.fields, id, |id, known| ApplyError::UnknownField { id, known })?;
            }
            SceneChange::SetGeometry(geometry) => set(&mut self.geometries, geometry.id().clone(), geometry),
            SceneChange::RemoveGeometry(id) => {
                remove(&mut self.geometries, id, |id, known| ApplyError::UnknownGeometry { id, known })?;
            }
            SceneChange::SetView(view) => set(&mut self.views, view.id().clone(), view),
            SceneChange::RemoveView(id) => {
                let id = remove(&mut self.views, id, |id, known| ApplyError::UnknownView { id, known })?;
                self.layout.forget_view(&id);
            }
            SceneChange::SetOperator(operator) => set(&mut self.operators, operator.id().clone(), operator),
            SceneChange::RemoveOperator(id) => {
                let id = remove(&mut self.operators, id, |id, known| ApplyError::UnknownOperator { id, known })?;
                self.layout.forget_operator(&id);
            }
            SceneChange::SetControl(control) => {
                control.check()?;
                insert_control(&mut self.controls, &mut self.state, control);
            }
            SceneChange::RemoveControl(id) => {
                let id = remove(&mut self.controls, id, |id, known| ApplyError::UnknownControl { id, known })?;
                self.layout.forget_control(&id);
            }
            SceneChange::SetAction(action) => set(&mut self.actions, action.id.clone(), action),
            SceneChange::RemoveAction(id) => {
                let id = remove(&mut self.actions, id, |id, known| ApplyError::UnknownAction { id, known })?;
                self.layout.forget_action(&id);
            }
            SceneChange::SetMetadata { key, text } if text.is_empty() => {
                self.metadata.shift_remove(&key);
            }
            SceneChange::SetMetadata { key, text } => set(&mut self.metadata, key, text),
        }
        Ok(())
    }
}

fn ids<K: Clone, V>(map: &IndexMap<K, V>) -> Vec<K> {
    map.keys().cloned().collect()
}

fn set<K: Hash + Eq, V>(map: &mut IndexMap<K, V>, id: K, thing: V) {
    map.insert(id, thing);
}

/// Takes a thing out, keeping the order of the others, and gives its id back.
fn remove<K: Clone + Hash + Eq, V>(
    map: &mut IndexMap<K, V>,
    id: K,
    unknown: impl FnOnce(K, Vec<K>) -> ApplyError,
) -> Result<K, ApplyError> {
    match map.shift_remove_entry(&id) {
        Some((id, _)) => Ok(id),
        None => Err(unknown(id, ids(map))),
    }
}

#[cfg(test)]
mod tests;
