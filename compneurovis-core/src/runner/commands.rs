//! The way of a command to the session.

use std::collections::VecDeque;

use crossbeam_channel::{Receiver, Sender, TrySendError};
use thiserror::Error;

use crate::SessionCommand;

/// How many commands wait at most. At sixty a second, as a dragged slider sends them, this is more
/// than a quarter of a minute of a session that does not listen.
const CAPACITY: usize = 1024;

/// Why a command did not reach the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CommandError {
    /// So many commands wait already that the session must be stuck.
    #[error("the session is busy: {CAPACITY} commands wait for it already")]
    Busy,
    /// The worker has ended.
    #[error("the session has ended")]
    Ended,
}

/// Sends commands to a session. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CommandSender {
    channel: Sender<SessionCommand>,
}

impl CommandSender {
    /// Sends a command, without waiting.
    ///
    /// # Errors
    /// The session is busy or has ended.
    pub fn send(&self, command: SessionCommand) -> Result<(), CommandError> {
        self.channel.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => CommandError::Busy,
            TrySendError::Disconnected(_) => CommandError::Ended,
        })
    }
}

pub(crate) fn channel() -> (CommandSender, Receiver<SessionCommand>) {
    let (sender, receiver) = crossbeam_channel::bounded(CAPACITY);
    (CommandSender { channel: sender }, receiver)
}

/// Everything that waits, with settings of one control conflated to the newest.
///
/// Only across other settings: a click between two settings sees the first of them.
pub(crate) fn drain(receiver: &Receiver<SessionCommand>, first: Option<SessionCommand>) -> VecDeque<SessionCommand> {
    let mut commands: VecDeque<SessionCommand> = VecDeque::new();
    for command in first.into_iter().chain(receiver.try_iter()) {
        if let SessionCommand::SetControl { control, .. } = &command {
            let sets = |older: &SessionCommand| matches!(older, SessionCommand::SetControl { .. });
            let run = commands.iter().rev().take_while(|older| sets(older)).count();
            let from = commands.len() - run;
            let older = commands.iter().skip(from).position(
                |older| matches!(older, SessionCommand::SetControl { control: older, .. } if older == control),
            );
            if let Some(older) = older {
                commands.remove(from + older);
            }
        }
        commands.push_back(command);
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    fn set(control: &str, value: f64) -> SessionCommand {
        SessionCommand::SetControl { control: control.into(), value: Value::Float(value) }
    }

    #[test]
    fn settings_conflate_and_order_stays() {
        let (sender, receiver) = channel();
        let sent = [set("a", 1.0), set("b", 1.0), set("a", 2.0), SessionCommand::Reset, set("a", 3.0), set("a", 4.0)];
        for command in sent {
            sender.send(command).unwrap();
        }
        let expected = [set("b", 1.0), set("a", 2.0), SessionCommand::Reset, set("a", 4.0)];
        assert_eq!(drain(&receiver, None), expected);
    }

    #[test]
    fn a_session_that_does_not_listen_is_busy() {
        let (sender, receiver) = channel();
        for _ in 0..CAPACITY {
            sender.send(SessionCommand::Reset).unwrap();
        }
        assert_eq!(sender.send(SessionCommand::Reset), Err(CommandError::Busy));
        drop(receiver);
        assert_eq!(sender.send(SessionCommand::Reset), Err(CommandError::Ended));
    }
}
