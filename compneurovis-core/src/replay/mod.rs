//! Recorded frames, played again.

mod recording;
mod session;

pub use recording::{FrameField, Recording, RecordingError, ReplayFrame};
pub use session::ReplaySession;

use crate::AppSpec;

/// An application that plays a recording at the speed at which it was recorded: the times of its
/// frames are ms on the clock on the wall.
///
/// A [`SetPace`](crate::SessionCommand::SetPace) changes the speed,
/// [`Seek`](crate::SessionCommand::Seek) goes to another time, and
/// [`SetLoop`](crate::SessionCommand::SetLoop) says whether it begins again at the end, which it does
/// at first.
///
/// ```
/// use compneurovis_core::prelude::*;
/// use compneurovis_core::{ReplayFrame, Recording, replay_app};
/// let scene = Scene::new().with_field(Field::series("v", "x", vec![0.0, 1.0], vec![0.0, 0.0])?);
/// let frame = |time_ms: f64| ReplayFrame::new(time_ms).with("v", ndarray::array![time_ms as f32, 0.0].into_dyn());
/// let recording = Recording::new(scene, (0..20).map(|at| frame(f64::from(at) * 50.0)).collect())?;
/// let mut viewer = Viewer::start(&replay_app("Replay", recording).with_first_command(SessionCommand::Pause))?;
/// viewer.run_until(0.0)?;
/// viewer.send(SessionCommand::Seek { time_ms: 420.0 })?;
/// viewer.watch("the frame", |viewer| viewer.scene.fields["v"].as_slice() == Some(&[400.0, 0.0]))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn replay_app(title: impl Into<String>, recording: Recording) -> AppSpec {
    let recording = std::sync::Arc::new(recording);
    AppSpec::new(title, move || Ok(ReplaySession::new(recording.clone())))
        .with_first_command(crate::SessionCommand::SetPace(crate::Pace::MsPerSecond(1000.0)))
}
