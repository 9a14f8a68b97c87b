//! Why a frontend cannot show anything.

use std::fmt;

use compneurovis_core::{Failure, error_causes};
use thiserror::Error;

/// What can go wrong with a window or a picture.
///
/// Its `Debug` is for people, too: it is what a `main` that returns it prints.
#[derive(Error)]
#[non_exhaustive]
pub enum FrontendError {
    /// There is nowhere to open a window.
    #[error("there is no display to open a window on: {0}. Set DISPLAY, or render to a file with --headless OUT.png")]
    NoDisplay(String),
    /// There is nothing to draw with.
    #[error(
        "there is no graphics adapter: {0}. Install a driver for the GPU, or a software one \
         (Debian: apt-get install mesa-vulkan-drivers)"
    )]
    NoAdapter(String),
    /// The worker thread could not be started.
    #[error("the session's worker thread could not be started")]
    Worker(#[source] std::io::Error),
    /// The session failed and was not restarted.
    #[error("the session failed while {0}")]
    Session(Failure),
    /// The window system or the graphics driver gave up.
    #[error("the window crashed: {0}")]
    Crashed(String),
    /// The graphics device is gone, or refused its work.
    #[error(
        "the graphics device failed, so that there is no picture any more: {0}. Start again; the session is not to blame"
    )]
    Graphics(String),
    /// Something was waited for that did not come.
    #[error("{waited_for} did not happen within {seconds} s")]
    Timeout {
        /// What was waited for.
        waited_for: String,
        /// For how long.
        seconds: f64,
    },
    /// A picture could not be written.
    #[error("the picture could not be written to {path}: {cause}")]
    Picture {
        /// Where to.
        path: std::path::PathBuf,
        /// Why not.
        cause: String,
    },
    /// Something could not be exported.
    #[error("{0}")]
    Export(String),
}

impl fmt::Debug for FrontendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&error_causes(self).join(": "))
    }
}
