//! The scene of a picture, with all its values, as a file.

use std::path::PathBuf;

use compneurovis_bevy::Headless;
use compneurovis_core::scene::SceneJsonError;
use thiserror::Error;

use crate::Args;

/// Why there is no such file.
#[derive(Debug, Error)]
pub(crate) enum SceneFileError {
    #[error("the scene has no text")]
    Text(#[from] SceneJsonError),
    #[error("the scene could not be written to {path}")]
    Write { path: PathBuf, source: std::io::Error },
}

/// Writes the scene to where the flags want it, if they do.
pub(crate) fn save_scene(headless: &Headless, args: &Args) -> Result<(), SceneFileError> {
    let (Some(path), Some(scene)) = (&args.scene, headless.scene()) else { return Ok(()) };
    let text = scene.to_json()?;
    std::fs::write(path, text).map_err(|source| SceneFileError::Write { path: path.clone(), source })
}
