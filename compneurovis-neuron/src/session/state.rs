//! States of the model, to go back to.

use compneurovis_core::{Emitter, SessionError, Snapshot};
use thiserror::Error;

use super::{NeuronModel, NeuronSession};
use crate::SavedState;

/// Who can read a snapshot of these sessions.
const FORMAT: &str = "compneurovis-neuron SavedState";

/// A snapshot that is not for a session of this kind.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the snapshot is one of `{found}`, this session reads those of `{FORMAT}`")]
struct OtherFormat {
    found: String,
}

impl<M: NeuronModel> NeuronSession<M> {
    pub(super) fn take_snapshot(&mut self) -> Result<Snapshot, SessionError> {
        let (_, running, _) = self.parts()?;
        let state = running.neuron().save_state()?;
        Ok(Snapshot { format: FORMAT.to_owned(), time_ms: state.time_ms(), data: state.as_bytes().clone() })
    }

    /// Goes back to a state. Parameters and controls stay as they are, and traces begin anew: what they
    /// had can have been another run's.
    pub(super) fn put_back(&mut self, snapshot: &Snapshot, emitter: &mut Emitter) -> Result<(), SessionError> {
        if snapshot.format != FORMAT {
            return Err(OtherFormat { found: snapshot.format.clone() }.into());
        }
        let state = SavedState::from_bytes(snapshot.data.clone())?;
        let (model, running, _) = self.parts()?;
        running.neuron().restore_state(&state)?;
        let time_ms = running.begin_here(model)?;
        emitter.set_time(time_ms, 0);
        running.watch.emit_beginning(time_ms, emitter)?;
        emitter.notice("");
        Ok(())
    }
}
