//! What a session's hooks can ask and do.

use crate::{
    Action, ActionId, ControlId, Emitter, EntityId, EntityInfo, Notice, SessionCommand, SessionUpdate, Value,
    action::Payload,
};

/// Passed to the hooks of a [`Session`](crate::Session): the shared state as the session knows it, the
/// selection, and ways to answer the user.
///
/// ```
/// use compneurovis_core::prelude::*;
/// # struct Tagger;
/// # impl Session for Tagger {
/// #     fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> { Ok(None) }
/// #     fn advance(&mut self, _: &mut Emitter) -> Result<(), SessionError> { Ok(()) }
/// fn on_key_press(&mut self, key: &str, context: &mut SessionContext) -> Result<bool, SessionError> {
///     if key != "T" {
///         return Ok(false);
///     }
///     let Some(info) = context.selected_entity().and_then(|entity| context.entity_info(&entity)) else {
///         return Err("nothing is selected".into());
///     };
///     context.show_status(format!("tagged {}", info.section), Some(1000));
///     context.set_state("tagged", info.id.as_str());
///     Ok(true)
/// }
/// # }
/// ```
pub struct SessionContext<'a> {
    emitter: &'a mut Emitter,
}

impl<'a> SessionContext<'a> {
    /// A context that speaks through `emitter`.
    pub fn new(emitter: &'a mut Emitter) -> Self {
        Self { emitter }
    }

    /// To emit anything else.
    pub fn emitter(&mut self) -> &mut Emitter {
        self.emitter
    }

    /// A value of the shared state, as far as the session knows: what it emitted, the controls as it
    /// was told, and the selection.
    pub fn state(&self, key: &str) -> Option<&Value> {
        self.emitter.outline().state.get(key)
    }

    /// The value of a control.
    pub fn control(&self, control: &ControlId) -> Option<&Value> {
        let outline = self.emitter.outline();
        outline.state.get(outline.controls.get(control)?.state_key())
    }

    /// Sets a value of the shared state, here and at the viewer.
    pub fn set_state(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.emitter.set_state(key, value);
    }

    /// The compartment that is selected, if any.
    pub fn selected_entity(&self) -> Option<EntityId> {
        self.emitter.outline().selected_entity()
    }

    /// What is known about a compartment of the scene's morphologies; `None` if none has it. O(1).
    pub fn entity_info(&self, entity: &EntityId) -> Option<EntityInfo> {
        self.emitter.outline().entity_info(entity)
    }

    /// Shows a line to the user, for so many ms or until it is taken away.
    pub fn show_status(&mut self, text: impl Into<String>, timeout_ms: Option<u64>) {
        self.emitter.emit(SessionUpdate::Notice(Notice { text: text.into(), timeout_ms }));
    }

    /// Takes the line away.
    pub fn clear_status(&mut self) {
        self.emitter.notice("");
    }

    /// Does an action as if the user had, after this hook.
    pub fn invoke_action(&mut self, action: impl Into<ActionId>, payload: Payload) {
        self.emitter.queue(SessionCommand::InvokeAction { action: action.into(), payload });
    }

    /// The actions of the scene.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.emitter.outline().actions.values()
    }

    pub(crate) fn known_actions(&self) -> Vec<ActionId> {
        self.emitter.outline().actions.keys().cloned().collect()
    }
}
