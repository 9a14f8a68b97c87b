//! A picture that stands still.

use crate::{Capabilities, ControlId, Emitter, Scene, Session, SessionContext, SessionError, Value};

/// A session that shows one scene and never advances. Controls of its scene change what follows the
/// shared state, and no model.
#[derive(Clone, Debug)]
pub struct StillSession {
    scene: Scene,
}

impl StillSession {
    /// A session that shows `scene`.
    pub fn new(scene: Scene) -> Self {
        Self { scene }
    }
}

impl Session for StillSession {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        Ok(Some(self.scene.clone()))
    }

    fn advance(&mut self, _emitter: &mut Emitter) -> Result<(), SessionError> {
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::STILL
    }

    /// What follows the state has changed already.
    fn on_control(
        &mut self,
        _control: &ControlId,
        _value: &Value,
        _context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        Ok(true)
    }
}
