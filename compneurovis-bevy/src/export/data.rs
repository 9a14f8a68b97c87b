//! Numbers: traces as CSV and NWB, everything as NPZ.

use std::path::Path;

use compneurovis_core::{
    Scene,
    export::{all_csv, npz},
};

use super::ExportError;

/// Writes the fields that fit a table into a folder, one file a field.
pub(super) fn write_csv(scene: &Scene, folder: &Path) -> Result<(), ExportError> {
    all_csv(scene, folder).map(drop).map_err(|error| failed(folder, &error))
}

/// Writes all fields and geometries, with the moment that they are of.
pub(super) fn write_npz(scene: &Scene, time_ms: f64, path: &Path) -> Result<(), ExportError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| ExportError::Write { path: path.to_owned(), source })?;
    }
    let scene = scene.clone().with_metadata("simulated_time_ms", time_ms.to_string());
    npz(&scene, path).map_err(|error| failed(path, &error))
}

/// Writes the traces, and the marks of the timeline.
#[cfg(feature = "nwb")]
pub(super) fn write_nwb(
    scene: &Scene,
    about: &str,
    marks: Vec<compneurovis_core::Mark>,
    path: &Path,
) -> Result<(), ExportError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| ExportError::Write { path: path.to_owned(), source })?;
    }
    let mut about = compneurovis_core::export::NwbAbout::new(about);
    about.marks = marks;
    compneurovis_core::export::nwb(scene, &about, path).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &dyn std::error::Error) -> ExportError {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let cause = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
    ExportError::Data { path: path.to_owned(), cause }
}
