//! An application's own say in what input means, on the frontend's side.

use super::{InputError, Reaction};
use crate::{
    ActionId, ControlId, EntityId, EntityInfo, Modifiers, Notice, Scene, SessionCommand, Value, action::Payload,
};

/// Hears of the user's input before anything is done with it. Each returns `true` to take it for
/// itself: then nothing else happens.
///
/// A way out for what a session cannot know, such as a picture of one's own. What is about the model
/// belongs into the [`Session`](crate::Session).
pub trait FrontendHooks: Send + Sync {
    /// An action's button or key was pressed.
    fn on_action(&mut self, _action: &ActionId, _payload: &Payload, _context: &mut FrontendContext) -> bool {
        false
    }

    /// A key was pressed.
    fn on_key_press(&mut self, _key: &str, _context: &mut FrontendContext) -> bool {
        false
    }

    /// A compartment was clicked. It is selected already.
    fn on_entity_clicked(&mut self, _entity: &EntityId, _modifiers: Modifiers, _context: &mut FrontendContext) -> bool {
        false
    }
}

/// What hooks of a frontend can see and do.
pub struct FrontendContext<'a> {
    scene: &'a mut Scene,
    reaction: &'a mut Reaction,
}

impl<'a> FrontendContext<'a> {
    pub(super) fn new(scene: &'a mut Scene, reaction: &'a mut Reaction) -> Self {
        Self { scene, reaction }
    }

    /// Everything that is shown.
    pub fn scene(&self) -> &Scene {
        self.scene
    }

    /// A value of the shared state.
    pub fn state(&self, key: &str) -> Option<&Value> {
        self.scene.state.get(key)
    }

    /// The compartment that is selected, if any.
    pub fn selected_entity(&self) -> Option<EntityId> {
        self.scene.selected_entity()
    }

    /// What is known about a compartment.
    pub fn entity_info(&self, entity: &EntityId) -> Option<EntityInfo> {
        self.scene.entity_info(entity)
    }

    /// Sets a value of the shared state, which views follow. The session does not hear of it.
    pub fn set_state(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.scene.state.insert(key.into(), value.into());
    }

    /// Moves a control, as its widget would.
    ///
    /// # Errors
    /// There is no such control, or it does not take the value.
    pub fn set_control(&mut self, id: &ControlId, value: Value) -> Result<(), InputError> {
        let Some(control) = self.scene.controls.get(id) else {
            let known = self.scene.controls.keys().cloned().collect();
            return Err(InputError::UnknownControl { control: id.clone(), known });
        };
        control.accept(&value)?;
        self.scene.state.insert(control.state_key().to_owned(), value.clone());
        if control.send_to_session {
            self.reaction.commands.push(SessionCommand::SetControl { control: id.clone(), value });
        }
        Ok(())
    }

    /// Lets the session do an action, with what its payload follows and what is added here.
    ///
    /// # Errors
    /// Its payload follows what the state does not have.
    pub fn invoke_action(&mut self, id: &ActionId, more: Payload) -> Result<(), InputError> {
        let action = self.scene.actions.get(id);
        let mut command = match action {
            None => SessionCommand::invoke(id),
            Some(action) => action.command(&self.scene.state).map_err(|source| super::payload_error(id, source))?,
        };
        if let SessionCommand::InvokeAction { payload, .. } = &mut command {
            payload.extend(more);
        }
        self.reaction.commands.push(command);
        Ok(())
    }

    /// Sends anything else to the session.
    pub fn send(&mut self, command: SessionCommand) {
        self.reaction.commands.push(command);
    }

    /// Shows a line to the user, for so many ms or until it is taken away.
    pub fn show_status(&mut self, text: impl Into<String>, timeout_ms: Option<u64>) {
        self.reaction.notice = Some(Notice { text: text.into(), timeout_ms });
    }

    /// Takes the line away.
    pub fn clear_status(&mut self) {
        self.reaction.notice = Some(Notice::default());
    }
}
