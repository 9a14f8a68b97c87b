//! The session that plays a recording.

use std::sync::Arc;

use super::{FrameField, Recording, recording::all_coords};
use crate::{Capabilities, Emitter, Scene, Session, SessionContext, SessionError, SessionUpdate};

/// Plays a [`Recording`]: each advance shows the next frame. Pausing and pace are the runner's.
#[derive(Clone, Debug)]
pub struct ReplaySession {
    recording: Arc<Recording>,
    frame: usize,
    looping: bool,
}

impl ReplaySession {
    /// A session that plays a recording from its first frame, over and over.
    pub fn new(recording: Arc<Recording>) -> Self {
        Self { recording, frame: 0, looping: true }
    }

    /// Index of the frame that is shown.
    pub fn frame(&self) -> usize {
        self.frame
    }

    fn last(&self) -> usize {
        self.recording.frames().len() - 1
    }

    /// Shows the frame after the one that is shown: what changes in it.
    fn show_next(&mut self, emitter: &mut Emitter) {
        self.frame += 1;
        let recording = self.recording.clone();
        recording.frames()[self.frame].fields.iter().for_each(|field| emit(field, emitter));
        self.tell_time(1, emitter);
    }

    /// Shows any frame: everything that has changed until then, and as it was at first what has not.
    fn show(&mut self, frame: usize, emitter: &mut Emitter) {
        self.frame = frame.min(self.last());
        let recording = self.recording.clone();
        recording.fields_at(self.frame).for_each(|field| emit(field, emitter));
        for field in recording.fields_after(self.frame) {
            if let Some(first) = recording.scene().fields.get(field) {
                emitter.replace_copy(field, &first.values(), all_coords(first));
            }
        }
        self.tell_time(0, emitter);
    }

    fn tell_time(&self, frames: u64, emitter: &mut Emitter) {
        emitter.set_time(self.recording.frames()[self.frame].time_ms, frames);
    }
}

fn emit(FrameField { field, values, coords }: &FrameField, emitter: &mut Emitter) {
    emitter.replace_copy(field, &values.view(), coords.clone());
}

impl Session for ReplaySession {
    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        self.frame = 0;
        self.tell_time(0, emitter);
        emitter.emit(SessionUpdate::Timeline(self.recording.timeline()));
        Ok(Some(self.recording.scene().clone()))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        match self.frame == self.last() {
            true => self.show(0, emitter),
            false => self.show_next(emitter),
        }
        // Whoever goes on from there begins again.
        if self.frame == self.last() && !self.looping {
            emitter.request_pause();
        }
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::RECORDING
    }

    fn on_reset(&mut self, context: &mut SessionContext) -> Result<bool, SessionError> {
        self.show(0, context.emitter());
        Ok(true)
    }

    fn seek(&mut self, time_ms: f64, emitter: &mut Emitter) -> Result<(), SessionError> {
        if time_ms.is_nan() {
            return Err("NaN is no time".into());
        }
        self.show(self.recording.frame_at(time_ms), emitter);
        Ok(())
    }

    fn set_loop(&mut self, looping: bool, _emitter: &mut Emitter) -> Result<(), SessionError> {
        self.looping = looping;
        Ok(())
    }
}
