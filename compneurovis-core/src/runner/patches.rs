//! Joining patches that wait: what can be seen of two is what is seen of one.
//!
//! Two patches can be one if both only set things that the later value of alone can be seen.
//! Controls are none of these: what the shared state has for a control depends on every version of
//! it. Nor are removals: what is set again after one stands last.

use std::mem::Discriminant;

use crate::{FieldId, PanelPatch, SceneChange};

/// Whether changes only set what the last version alone of can be seen.
pub(super) fn only_set(changes: &[SceneChange]) -> bool {
    changes.iter().all(|change| key(change).is_some())
}

/// Whether changes set or remove a field.
pub(super) fn touch_field(changes: &[SceneChange], id: &FieldId) -> bool {
    changes.iter().any(|change| match change {
        SceneChange::SetField(field) => field.id() == id,
        SceneChange::RemoveField(removed) => removed == id,
        _ => false,
    })
}

/// Whether changes are about what values of the state are checked against.
pub(super) fn touch_controls(changes: &[SceneChange]) -> bool {
    changes.iter().any(|change| matches!(change, SceneChange::SetControl(_) | SceneChange::RemoveControl(_)))
}

/// The fields that changes set.
pub(super) fn fields(changes: &[SceneChange]) -> impl Iterator<Item = &FieldId> {
    changes.iter().filter_map(|change| match change {
        SceneChange::SetField(field) => Some(field.id()),
        _ => None,
    })
}

/// Adds newer changes to older ones; those that set the same thing take their places. In the place of
/// the last one, should there be several already.
pub(super) fn merge(older: &mut Vec<SceneChange>, newer: Vec<SceneChange>) {
    for change in newer {
        match older.iter_mut().rev().find(|older| key(older) == key(&change)) {
            Some(same) => *same = change,
            None => older.push(change),
        }
    }
}

/// What two patches of a panel come to.
pub(super) fn merge_panel(older: PanelPatch, newer: PanelPatch) -> PanelPatch {
    PanelPatch {
        panel: newer.panel,
        title: newer.title.or(older.title),
        views: newer.views.or(older.views),
        operators: newer.operators.or(older.operators),
        controls: newer.controls.or(older.controls),
        actions: newer.actions.or(older.actions),
        camera: newer.camera.or(older.camera),
        options: newer.options.or(older.options),
    }
}

/// What a change sets, if the last version of it alone can be seen.
fn key(change: &SceneChange) -> Option<(Discriminant<SceneChange>, &str)> {
    let id = match change {
        SceneChange::SetField(field) => field.id().as_str(),
        SceneChange::SetGeometry(geometry) => geometry.id().as_str(),
        SceneChange::SetView(view) => view.id().as_str(),
        SceneChange::SetOperator(operator) => operator.id().as_str(),
        SceneChange::SetAction(action) => action.id.as_str(),
        SceneChange::SetMetadata { key, .. } => key,
        _ => return None,
    };
    Some((std::mem::discriminant(change), id))
}
