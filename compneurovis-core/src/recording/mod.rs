//! Runs to files and back: a recorder beside any session, and a session that plays what it wrote.
//!
//! A recording is an [MCAP](https://mcap.dev) file: an index over time, compressed chunks that are whole or
//! not there, and readers in other languages. Its messages are [updates as bytes](crate::codec), each on
//! the channel of its field or kind. Now and then there is a whole scene, with which a chunk begins, so that
//! any moment is found by reading from the last one before it. The time of a message is that of the run:
//! simulated time, which goes on counting where the model is reset; for a session that tells no time, that
//! of the clock on the wall.
//!
//! The recorder takes a copy of each update where the session emits it, before anything is coalesced, and
//! writes on a thread of its own, so that neither viewer nor disk hold up the model. If the disk is too slow,
//! every second frame of a field goes, never a sample; file, user and [`RecordingStatus`] are told. What was
//! emitted is handed to the system within a quarter of a second, as a chunk of its own: of a process that is
//! killed no more is lost, and the file opens.
//!
//! ```
//! use compneurovis_core::{prelude::*, recording::{RecordingFile, recorded_app}};
//! # struct Count(f64);
//! # impl Session for Count {
//! #     fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> {
//! #         Ok(Some(Scene::new().with_field(Field::series("x", "time", vec![0.0], vec![0.0])?)))
//! #     }
//! #     fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
//! #         self.0 += 1.0;
//! #         emitter.append_series("x", "time", &[self.0], &[self.0 as f32], None);
//! #         emitter.set_time(self.0, 1);
//! #         Ok(())
//! #     }
//! # }
//! # let folder = tempfile::tempdir()?;
//! let path = folder.path().join("run.mcap");
//! let app = AppSpec::new("Count", || Ok(Count(0.0))).with_recording(&path);
//! let mut viewer = Viewer::start(&app.with_first_command(SessionCommand::Pause))?;
//! viewer.run_until(10.0)?;
//! drop(viewer);
//!
//! let file = RecordingFile::open(&path)?;
//! assert_eq!(file.timeline()?.end_ms, 10.0);
//! assert_eq!(file.scene_at(4.0)?.fields["x"].shape(), [5]);
//! let again = recorded_app(&path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod container;
mod cursor;
mod error;
mod file;
mod format;
mod index;
mod recorder;
mod records;
mod session;
mod tape;
mod whole;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use error::{RecordError, RecordingFileError};
pub use file::{ReadLimits, RecordingFile, RecordingInfo};
pub use session::RecordedSession;

pub(crate) use recorder::Recorder;

use crate::{AppSpec, Pace, SessionCommand};

/// What is recorded, and how.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordingSettings {
    /// Where a trace in mV has to rise over for a mark of a spike; no such marks if `None`.
    pub spike_threshold_mv: Option<f32>,
    /// How many bytes wait for the disk before frames are thinned.
    pub queue_bytes: usize,
}

impl Default for RecordingSettings {
    fn default() -> Self {
        Self { spike_threshold_mv: Some(0.0), queue_bytes: 64 << 20 }
    }
}

/// How far a recording is that is being made, or was.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordingStatus {
    /// The file.
    pub path: PathBuf,
    /// Whether it goes on.
    pub running: bool,
    /// Bytes of what was written, before compression.
    pub bytes: u64,
    /// The time of the run up to which it was written, in ms.
    pub time_ms: f64,
    /// How many updates were taken in.
    pub updates: u64,
    /// How many frames of fields were left out, as the disk was too slow for them.
    pub dropped_frames: u64,
    /// Why it ended, if not by a wish.
    pub error: Option<Arc<RecordError>>,
}

/// A recording that an application begins with.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordingSpec {
    /// The file, which must not be there yet.
    pub path: PathBuf,
    /// What is recorded, and how.
    pub settings: RecordingSettings,
}

/// An application that plays a recording, at the speed at which the run went.
///
/// It pauses, seeks, loops and starts over as every recording does.
///
/// # Errors
/// The file is no recording, or there is nothing in it.
pub fn recorded_app(path: impl AsRef<Path>) -> Result<AppSpec, RecordingFileError> {
    let file = Arc::new(RecordingFile::open(path)?);
    let (title, pace) = (file.info().title.clone(), file.ms_per_second());
    // Looked at now, so that whoever names a wrong file is told before a window opens.
    file.scene_at(file.start_ms())?;
    let app = AppSpec::new(title, move || Ok(RecordedSession::new(file.clone())));
    Ok(app.with_first_command(SessionCommand::SetPace(pace.map_or(Pace::Unlimited, Pace::MsPerSecond))))
}
