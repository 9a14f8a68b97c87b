//! All of a run at once.

use super::{RecordingFile, RecordingFileError, format::channel};
use crate::{Scene, SessionUpdate};

impl RecordingFile {
    /// The scene at the end, with every sample that was ever appended to its fields, also those that were cut
    /// off while it ran: what an export of the run is made of. Where the model was reset, histories begin anew.
    ///
    /// # Errors
    /// As [`scene_at`](Self::scene_at); also a run that does not fit the limits.
    pub fn whole_run(&self) -> Result<Scene, RecordingFileError> {
        let (mut scene, (first, from)) = self.scene_and_place(f64::NEG_INFINITY)?;
        let mut bytes = 0;
        for at in first..self.chunks().len() {
            let chunk = self.chunk(at)?;
            let skipped = if at == first { from } else { 0 };
            for message in chunk.messages.iter().skip(skipped).filter(|message| channel::is_played(message.channel)) {
                let mut update = self.update(at, &chunk, message)?;
                if let SessionUpdate::FieldAppend { max_length, values, .. } = &mut update {
                    *max_length = None;
                    bytes += 4 * values.len() as u64;
                    self.check_limit(at, bytes)?;
                }
                // What did not fit was no part of the scene that was shown either.
                let _ = scene.apply(update);
            }
        }
        Ok(scene)
    }
}
