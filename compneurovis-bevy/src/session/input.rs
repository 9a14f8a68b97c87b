//! What the user did, and what it leads to.

use bevy::prelude::*;
use compneurovis_core::{Failure, InputError, Reaction};

use super::{
    Input, LiveSession, SendCommand, SessionNotice, SessionProblems, SessionProgress, SessionScene, UserInput,
};

/// The components that input changes.
#[derive(bevy::ecs::query::QueryData)]
#[query_data(mutable)]
pub(super) struct Reacting {
    entity: Entity,
    pub(super) session: &'static mut LiveSession,
    pub(super) scene: &'static mut SessionScene,
    progress: &'static SessionProgress,
    problems: &'static mut SessionProblems,
    notice: &'static mut SessionNotice,
}

pub(super) fn take_input(
    mut inputs: MessageReader<UserInput>,
    mut sessions: Query<Reacting>,
    mut commands: MessageWriter<SendCommand>,
) {
    for UserInput { session, input } in inputs.read() {
        let Ok(mut reacting) = sessions.get_mut(*session) else { continue };
        let reaction = reacting.react(input);
        reacting.follow("handling input", reaction, &mut commands);
    }
}

impl ReactingItem<'_, '_> {
    fn react(&mut self, input: &Input) -> Result<Reaction, InputError> {
        let (interaction, scene) = (&mut self.session.interaction, &mut self.scene.0);
        match input {
            Input::Key(key) => interaction.key_pressed(key, scene, self.progress.capabilities),
            Input::Control(control, value) => interaction.control_changed(control, value.clone(), scene),
            Input::Action(action) => interaction.action_invoked(action, scene),
        }
    }

    /// Sends and shows what an input leads to, or says why it leads to nothing.
    pub(super) fn follow(
        &mut self,
        doing: &str,
        reaction: Result<Reaction, InputError>,
        commands: &mut MessageWriter<SendCommand>,
    ) {
        match reaction {
            Ok(Reaction { commands: sent, notice }) => {
                notice.into_iter().for_each(|notice| self.notice.show(notice));
                let session = self.entity;
                commands.write_batch(sent.into_iter().map(|command| SendCommand { session, command }));
            }
            Err(error) => {
                self.problems.add(Failure::new(doing, &error, false));
            }
        }
    }
}
