//! What the user can do while the model runs.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{ActionId, Binding, BindingError, EntityId, SessionCommand, State, Value};

/// What an action tells the session beyond its id.
pub type Payload = IndexMap<String, Value>;

/// A button. Pressing it, or one of its keys, sends [`InvokeAction`](crate::SessionCommand::InvokeAction).
///
/// Ids that are names of a [`BuiltinAction`], such as `reset`, are done by the runner for every
/// session.
///
/// ```
/// use compneurovis_core::{Action, Binding, SessionCommand, State, Value};
/// let kick = Action::new("kick", "Kick").with_shortcut("K").with_payload("strength", Binding::state("strength"));
/// let state = State::from([("strength".to_owned(), Value::Float(2.0))]);
/// let SessionCommand::InvokeAction { payload, .. } = kick.command(&state)? else { unreachable!() };
/// assert_eq!(payload["strength"], Value::Float(2.0));
/// # Ok::<(), compneurovis_core::BindingError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Action {
    /// Its id.
    pub id: ActionId,
    /// Written on it.
    pub label: String,
    /// Keys that do the same, such as `"K"` or `"Ctrl+K"`.
    pub shortcuts: Vec<String>,
    /// What is sent along; what follows the state is read when the action is invoked.
    #[serde(default)]
    pub payload: IndexMap<String, Binding<Value>>,
    /// If set, the action arms the pointer instead: the next compartments clicked are sent along
    /// under this key, until the action is pressed again.
    #[serde(default)]
    pub selection_key: Option<String>,
    /// Actions of one group stand together and fold together; none if empty.
    #[serde(default)]
    pub group: String,
}

impl Action {
    /// The key under which a clicked compartment is sent along, unless the action names another.
    pub const SELECTION_KEY: &'static str = "entity_id";

    /// A button without shortcuts.
    pub fn new(id: impl Into<ActionId>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            shortcuts: Vec::new(),
            payload: IndexMap::new(),
            selection_key: None,
            group: String::new(),
        }
    }

    /// The same action, with one more key that does it.
    #[must_use]
    pub fn with_shortcut(mut self, key: impl Into<String>) -> Self {
        self.shortcuts.push(key.into());
        self
    }

    /// The same action, with one more thing that is sent along.
    #[must_use]
    pub fn with_payload(mut self, key: impl Into<String>, value: impl Into<Binding<Value>>) -> Self {
        self.payload.insert(key.into(), value.into());
        self
    }

    /// The same action, done to each compartment that is clicked while it is armed.
    #[must_use]
    pub fn on_selection(mut self) -> Self {
        self.selection_key = Some(Self::SELECTION_KEY.to_owned());
        self
    }

    /// The same action in a group.
    #[must_use]
    pub fn with_group(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }

    /// The command that does it now.
    ///
    /// # Errors
    /// The state lacks something that the payload follows.
    pub fn command(&self, state: &State) -> Result<SessionCommand, BindingError> {
        let payload = self.payload.iter().map(|(key, value)| Ok((key.clone(), value.resolve(state)?)));
        Ok(SessionCommand::InvokeAction { action: self.id.clone(), payload: payload.collect::<Result<_, _>>()? })
    }

    /// The command that does it to a compartment.
    ///
    /// # Errors
    /// The state lacks something that the payload follows.
    pub fn command_for(&self, entity: &EntityId, state: &State) -> Result<SessionCommand, BindingError> {
        let mut command = self.command(state)?;
        if let SessionCommand::InvokeAction { payload, .. } = &mut command {
            let key = self.selection_key.as_deref().unwrap_or(Self::SELECTION_KEY);
            payload.insert(key.to_owned(), Value::Text(entity.to_string()));
        }
        Ok(command)
    }

    /// Whether pressing `key` means this action. Upper and lower case are the same.
    pub fn has_shortcut(&self, key: &str) -> bool {
        self.shortcuts.iter().any(|shortcut| shortcut.eq_ignore_ascii_case(key))
    }
}

/// What every session can do, as it is the runner that does it: an action with one of these names
/// for its id never reaches the session as an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuiltinAction {
    /// `reset`: start over at t = 0.
    Reset,
    /// `restore_defaults`: give every control its default.
    RestoreDefaults,
    /// `pause`: stand still, or go on.
    Pause,
    /// `step`: pause, and advance once.
    Step,
    /// `restart`: build the session anew.
    Restart,
}

impl BuiltinAction {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Reset, Self::RestoreDefaults, Self::Pause, Self::Step, Self::Restart];

    /// The one whose name an action has for its id.
    pub fn of(action: &ActionId) -> Option<Self> {
        Self::ALL.into_iter().find(|builtin| builtin.name() == action.as_str())
    }

    /// Its name, which is the id of actions that do it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::RestoreDefaults => "restore_defaults",
            Self::Pause => "pause",
            Self::Step => "step",
            Self::Restart => "restart",
        }
    }

    /// The key that does it in every frontend, unless an action of the scene has it.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Reset => Some("R"),
            Self::Pause => Some("Space"),
            Self::Step => Some("."),
            Self::RestoreDefaults | Self::Restart => None,
        }
    }

    /// The action that does it, with its usual label and key.
    pub fn action(self) -> Action {
        let label = match self {
            Self::Reset => "Reset",
            Self::RestoreDefaults => "Restore defaults",
            Self::Pause => "Pause",
            Self::Step => "Step",
            Self::Restart => "Restart",
        };
        let action = Action::new(self.name(), label);
        self.key().into_iter().fold(action, Action::with_shortcut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_follows_nothing_is_an_error() {
        let action = Action::new("a", "A").with_payload("x", Binding::state("gone"));
        assert!(matches!(action.command(&State::new()), Err(BindingError::UnknownKey { .. })));
    }

    #[test]
    fn a_clicked_compartment_is_sent_along() {
        let action = Action::new("a", "A").with_payload("x", Value::Int(1)).on_selection();
        let command = action.command_for(&"soma@0.50000".into(), &State::new()).unwrap();
        let payload = Payload::from([("x".to_owned(), Value::Int(1)), ("entity_id".to_owned(), "soma@0.50000".into())]);
        assert_eq!(command, SessionCommand::InvokeAction { action: "a".into(), payload });
    }

    #[test]
    fn builtin_names_are_theirs() {
        for builtin in BuiltinAction::ALL {
            assert_eq!(BuiltinAction::of(&builtin.action().id), Some(builtin));
        }
        assert_eq!(BuiltinAction::of(&"kick".into()), None);
    }
}
