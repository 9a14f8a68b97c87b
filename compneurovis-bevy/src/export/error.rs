//! Why something was not exported.

use std::path::PathBuf;

use compneurovis_core::PanelId;
use thiserror::Error;

/// What can go wrong with a figure or a file of data.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A file or folder that cannot be written.
    #[error("{path} could not be written")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A PNG file that cannot be written or read.
    #[error("the picture {path} could not be written: {cause}")]
    Png {
        /// Which.
        path: PathBuf,
        /// Why not.
        cause: String,
    },
    /// Numbers that cannot be written.
    #[error("the data could not be written to {path}: {cause}")]
    Data {
        /// Where to.
        path: PathBuf,
        /// Why not.
        cause: String,
    },
    /// A format that this build cannot write.
    #[error("{path} is not written: this program was built without the feature `nwb` of compneurovis-bevy")]
    NoNwb {
        /// What was to be written.
        path: PathBuf,
    },
    /// A panel that is not to be seen.
    #[error("the panel `{panel}` is not shown in the window; those that are: {known:?}")]
    NotShown {
        /// Which.
        panel: PanelId,
        /// Those that are shown.
        known: Vec<PanelId>,
    },
    /// A panel of which there is no SVG.
    #[error("there is no SVG of `{panel}`: {why}")]
    NoPlot {
        /// Which.
        panel: PanelId,
        /// Why not.
        why: String,
    },
    /// A scale that makes no picture.
    #[error("a picture cannot be {width} × {height} pixels large at scale {scale}; there have to be 1 to {most} each")]
    Scale {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// The scale.
        scale: f32,
        /// The most pixels of a side.
        most: u32,
    },
    /// No time to make a movie of.
    #[error("there is no timeline to make a movie of: nothing has been recorded or simulated yet")]
    NoTime,
    /// No ffmpeg.
    #[error(
        "ffmpeg is not on the PATH, so there is no {movie}; the frames are in {frames}. Install ffmpeg, or join them elsewhere"
    )]
    NoFfmpeg {
        /// What it would have written.
        movie: PathBuf,
        /// Where the frames are.
        frames: PathBuf,
    },
    /// An ffmpeg that fails.
    #[error("ffmpeg could not write {movie}: {cause}; the frames are in {frames}")]
    Ffmpeg {
        /// What it would have written.
        movie: PathBuf,
        /// Where the frames are.
        frames: PathBuf,
        /// Its last words.
        cause: String,
    },
}
