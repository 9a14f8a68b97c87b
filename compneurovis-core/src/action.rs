//! What the user can do while the model runs.

use serde::{Deserialize, Serialize};

use crate::ActionId;

/// A button. Pressing it, or one of its keys, sends [`InvokeAction`](crate::SessionCommand::InvokeAction).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Its id.
    pub id: ActionId,
    /// Written on it.
    pub label: String,
    /// Keys that do the same, such as `"K"`.
    pub shortcuts: Vec<String>,
}

impl Action {
    /// A button without shortcuts.
    pub fn new(id: impl Into<ActionId>, label: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), shortcuts: Vec::new() }
    }

    /// The same action, with one more key that does it.
    #[must_use]
    pub fn with_shortcut(mut self, key: impl Into<String>) -> Self {
        self.shortcuts.push(key.into());
        self
    }
}
