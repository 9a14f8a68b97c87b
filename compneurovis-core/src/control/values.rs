//! Controls and their values in the shared state, which a scene and a session's outline of it keep alike.

use indexmap::{IndexMap, map::Entry};

use super::Control;
use crate::{ControlError, ControlId, State};

/// Whether the controls take what `state` has under their keys.
pub(crate) fn check_values(controls: &IndexMap<ControlId, Control>, state: &State) -> Result<(), ControlError> {
    for control in controls.values() {
        if let Some(value) = state.get(control.state_key()) {
            control.accept(value)?;
        }
    }
    Ok(())
}

/// Adds or replaces a control. What the state has for it stays if the control takes it; else, or if
/// there is nothing, its default enters.
pub(crate) fn insert_control(controls: &mut IndexMap<ControlId, Control>, state: &mut State, control: Control) {
    match state.entry(control.state_key().to_owned()) {
        Entry::Occupied(value) if control.accept(value.get()).is_ok() => {}
        Entry::Occupied(mut value) => {
            value.insert(control.default_value());
        }
        Entry::Vacant(vacant) => {
            vacant.insert(control.default_value());
        }
    }
    controls.insert(control.id.clone(), control);
}
