//! What the user's input means: the same for every frontend.

mod hooks;

use thiserror::Error;

pub use hooks::{FrontendContext, FrontendHooks};

use crate::{
    Action, ActionId, AppSpec, BindingError, BuiltinAction, Capabilities, ControlError, ControlId, EntityId, Modifiers,
    Notice, Scene, SessionCommand, Value,
    action::Payload,
    selection::{self, Selected},
};

/// An input that means nothing to the scene. Nothing was changed by it.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum InputError {
    /// No such control.
    #[error("the scene has no control `{control}`; it has {known:?}")]
    UnknownControl {
        /// The control.
        control: ControlId,
        /// The controls that exist.
        known: Vec<ControlId>,
    },
    /// No such action.
    #[error("the scene has no action `{action}`; it has {known:?}")]
    UnknownAction {
        /// The action.
        action: ActionId,
        /// The actions that exist.
        known: Vec<ActionId>,
    },
    /// No such compartment.
    #[error("no morphology of the scene has the compartment `{entity}`")]
    UnknownEntity {
        /// The compartment.
        entity: EntityId,
    },
    /// A value that the control does not take.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// An action whose payload follows what the state does not have.
    #[error("action `{action}`")]
    Payload {
        /// The action.
        action: ActionId,
        /// Why not.
        source: BindingError,
    },
}

/// What an input leads to, beyond what it changed in the scene.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reaction {
    /// What the session is to be told, in this order.
    pub commands: Vec<SessionCommand>,
    /// A line to show, or to take away if it is empty.
    pub notice: Option<Notice>,
}

impl Reaction {
    fn send(command: SessionCommand) -> Self {
        Self { commands: vec![command], notice: None }
    }
}

/// Turns the input of a user into changes of the scene's state and commands for the session.
///
/// In this order: the application's own hooks, which can take an input for themselves; what the scene
/// says (shortcuts of actions, an action armed for the next click); what is [built in](BuiltinAction);
/// and at last the session.
///
/// ```
/// use compneurovis_core::{Action, Capabilities, Interaction, Scene, SessionCommand};
/// let mut scene = Scene::new().with_action(Action::new("kick", "Kick").with_shortcut("K"));
/// let mut interaction = Interaction::default();
/// let sent = |reaction: compneurovis_core::Reaction| reaction.commands;
/// let model = Capabilities::MODEL;
/// assert_eq!(sent(interaction.key_pressed("K", &mut scene, model)?), [SessionCommand::invoke("kick")]);
/// assert_eq!(sent(interaction.key_pressed("R", &mut scene, model)?), [SessionCommand::Reset]);
/// assert_eq!(
///     sent(interaction.key_pressed("Q", &mut scene, model)?),
///     [SessionCommand::KeyPressed { key: "Q".into() }]
/// );
/// # Ok::<(), compneurovis_core::InputError>(())
/// ```
#[derive(Default)]
pub struct Interaction {
    hooks: Option<Box<dyn FrontendHooks>>,
    armed: Option<ActionId>,
}

impl Interaction {
    /// With the hooks of an application.
    pub fn new(app: &AppSpec) -> Self {
        Self { hooks: app.hooks.as_ref().map(|make| make()), armed: None }
    }

    /// The action that the next click on a compartment does, if one is armed.
    pub fn armed(&self) -> Option<&ActionId> {
        self.armed.as_ref()
    }

    /// A control was moved.
    ///
    /// # Errors
    /// There is no such control, or it does not take the value.
    pub fn control_changed(
        &mut self,
        control: &ControlId,
        value: Value,
        scene: &mut Scene,
    ) -> Result<Reaction, InputError> {
        let mut reaction = Reaction::default();
        FrontendContext::new(scene, &mut reaction).set_control(control, value)?;
        Ok(reaction)
    }

    /// All controls shall have their defaults.
    pub fn restore_defaults(&mut self, scene: &mut Scene) -> Reaction {
        for control in scene.controls.values() {
            scene.state.insert(control.state_key().to_owned(), control.default_value());
        }
        Reaction::send(SessionCommand::RestoreDefaults)
    }

    /// An action's button was pressed. An action that is done to compartments is armed, or no more.
    ///
    /// # Errors
    /// There is no such action, or its payload follows what the state does not have.
    pub fn action_invoked(&mut self, id: &ActionId, scene: &mut Scene) -> Result<Reaction, InputError> {
        let Some(action) = scene.actions.get(id).cloned() else {
            return match BuiltinAction::of(id) {
                Some(_) => Ok(Reaction::send(SessionCommand::invoke(id))),
                None => Err(InputError::UnknownAction {
                    action: id.clone(),
                    known: scene.actions.keys().cloned().collect(),
                }),
            };
        };
        let command = action.command(&scene.state).map_err(|source| payload_error(id, source))?;
        let nothing = Payload::new();
        let payload = if let SessionCommand::InvokeAction { payload, .. } = &command { payload } else { &nothing };
        let mut reaction = Reaction::default();
        if self.ask(|hooks, context| hooks.on_action(id, payload, context), scene, &mut reaction) {
            return Ok(reaction);
        }
        if action.selection_key.is_some() {
            reaction.notice = Some(self.arm(&action));
        } else {
            reaction.commands.push(command);
        }
        Ok(reaction)
    }

    /// Arms an action, or takes it back if it is the one that is armed.
    fn arm(&mut self, action: &Action) -> Notice {
        if self.armed.as_ref() == Some(&action.id) {
            self.armed = None;
            return Notice::default();
        }
        self.armed = Some(action.id.clone());
        Notice::new(format!("{}: click a compartment to apply it, or the button to stop", action.label))
    }

    /// A key was pressed that nothing on the screen wanted: a letter, a name such as `Space`, or with
    /// what is held, `Ctrl+K`.
    ///
    /// # Errors
    /// It is the shortcut of an action whose payload follows what the state does not have.
    pub fn key_pressed(
        &mut self,
        key: &str,
        scene: &mut Scene,
        capabilities: Capabilities,
    ) -> Result<Reaction, InputError> {
        let mut reaction = Reaction::default();
        if self.ask(|hooks, context| hooks.on_key_press(key, context), scene, &mut reaction) {
            return Ok(reaction);
        }
        let action = scene.actions.values().find(|action| action.has_shortcut(key)).map(|action| action.id.clone());
        if let Some(action) = action {
            return self.action_invoked(&action, scene);
        }
        reaction
            .commands
            .push(built_in(key, capabilities).unwrap_or_else(|| SessionCommand::KeyPressed { key: key.into() }));
        Ok(reaction)
    }

    /// A compartment was clicked: it is selected, and the armed action is done to it, or else the
    /// session hears of it.
    ///
    /// # Errors
    /// There is no such compartment, or the armed action's payload follows what the state does not
    /// have.
    pub fn entity_clicked(
        &mut self,
        entity: &EntityId,
        modifiers: Modifiers,
        scene: &mut Scene,
    ) -> Result<Reaction, InputError> {
        let info = scene.entity_info(entity).ok_or_else(|| InputError::UnknownEntity { entity: entity.clone() })?;
        selection::select(Some(&info), entity, modifiers, &mut scene.state);
        let mut reaction = Reaction::default();
        if self.ask(|hooks, context| hooks.on_entity_clicked(entity, modifiers, context), scene, &mut reaction) {
            return Ok(reaction);
        }
        // An action that was removed meanwhile disarms itself.
        let armed = self.armed.take().and_then(|id| scene.actions.get(&id));
        let command = match armed {
            None => SessionCommand::EntityClicked { entity: entity.clone(), modifiers },
            Some(action) => {
                self.armed = Some(action.id.clone());
                action.command_for(entity, &scene.state).map_err(|source| payload_error(&action.id, source))?
            }
        };
        reaction.commands.push(command);
        Ok(reaction)
    }

    /// The background was clicked, where that means that nothing is selected any more.
    pub fn selection_cleared(&mut self, scene: &mut Scene) {
        Selected::default().write("", &mut scene.state);
    }

    /// Asks the hooks, if there are any. `true` if they take the input for themselves.
    fn ask(
        &mut self,
        call: impl FnOnce(&mut dyn FrontendHooks, &mut FrontendContext) -> bool,
        scene: &mut Scene,
        reaction: &mut Reaction,
    ) -> bool {
        let context = &mut FrontendContext::new(scene, reaction);
        self.hooks.as_deref_mut().is_some_and(|hooks| call(hooks, context))
    }
}

fn payload_error(action: &ActionId, source: BindingError) -> InputError {
    InputError::Payload { action: action.clone(), source }
}

/// The command of a key that means the same everywhere, if the session can obey it.
fn built_in(key: &str, capabilities: Capabilities) -> Option<SessionCommand> {
    let builtin = BuiltinAction::ALL
        .into_iter()
        .find(|builtin| builtin.key().is_some_and(|own| own.eq_ignore_ascii_case(key)))?;
    match builtin {
        BuiltinAction::Reset => capabilities.reset.then_some(SessionCommand::Reset),
        BuiltinAction::Step => capabilities.advance.then_some(SessionCommand::Step),
        // The runner knows better than any frontend whether it stands still.
        BuiltinAction::Pause => capabilities.advance.then(|| SessionCommand::invoke(builtin.name())),
        BuiltinAction::RestoreDefaults | BuiltinAction::Restart => None,
    }
}

impl std::fmt::Debug for Interaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interaction").field("hooks", &self.hooks.is_some()).field("armed", &self.armed).finish()
    }
}

#[cfg(test)]
mod tests;
