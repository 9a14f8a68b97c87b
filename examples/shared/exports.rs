//! Files that the flags ask for, of what a session shows when its run is over.

#![expect(clippy::print_stdout, reason = "programs talk to their user on the terminal")]

use std::{path::Path, time::Duration};

use compneurovis_bevy::{FrontendError, Headless, export::Export};
use compneurovis_core::PanelId;

use crate::Args;

/// How long a picture or a file may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a movie may take.
const MOVIE_PATIENCE: Duration = Duration::from_secs(3600);

/// Writes all that the flags ask for, the picture to `path`.
///
/// # Errors
/// The first file that cannot be written.
pub(crate) fn write_files(headless: &mut Headless, args: &Args, path: Option<&Path>) -> Result<(), FrontendError> {
    if let Some(path) = path {
        picture(headless, args, path)?;
    }
    for (panel, path) in &args.export_svg {
        write(headless, "plot", Export::Svg { panel: panel.as_str().into() }, path, PATIENCE)?;
    }
    if let Some(folder) = &args.export_csv {
        write(headless, "traces", Export::Csv, folder, PATIENCE)?;
    }
    if let Some(path) = &args.export_npz {
        write(headless, "fields and geometry", Export::Npz, path, PATIENCE)?;
    }
    #[cfg(feature = "nwb")]
    if let Some(path) = &args.export_nwb {
        write_nwb(headless, path)?;
    }
    if let Some(path) = &args.movie {
        let export =
            Export::Movie { panel: panel(args), scale: args.scale, frames: args.movie_frames, frames_per_second: 25 };
        write(headless, "movie", export, path, MOVIE_PATIENCE)?;
    }
    Ok(())
}

#[cfg(feature = "nwb")]
fn write_nwb(headless: &Headless, path: &Path) -> Result<(), FrontendError> {
    use compneurovis_core::export::{NwbAbout, nwb};
    let failed = |cause: String| FrontendError::Export(format!("{} could not be written: {cause}", path.display()));
    let scene = headless.scene().ok_or_else(|| failed("there is nothing to see yet".to_owned()))?;
    let about = NwbAbout::new("a simulation, watched with CompNeuroVis");
    nwb(scene, &about, path).map_err(|error| failed(error.to_string()))?;
    println!("traces: {}", path.display());
    Ok(())
}

fn picture(headless: &mut Headless, args: &Args, path: &Path) -> Result<(), FrontendError> {
    let time_ms = headless.status().time_ms;
    if args.scale == 1.0 && args.panel.is_none() {
        headless.save_png(path)?;
        println!("picture at t = {time_ms:.3} ms: {}", path.display());
        return Ok(());
    }
    // As a plain picture does, it takes the place of the one before.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(FrontendError::Picture { path: path.to_owned(), cause: error.to_string() });
        }
        _ => {}
    }
    let what = format!("picture at t = {time_ms:.3} ms");
    write(headless, &what, Export::Picture { panel: panel(args), scale: args.scale }, path, PATIENCE)
}

fn panel(args: &Args) -> Option<PanelId> {
    args.panel.as_deref().map(PanelId::from)
}

fn write(
    headless: &mut Headless,
    what: &str,
    export: Export,
    path: &Path,
    patience: Duration,
) -> Result<(), FrontendError> {
    let written = headless.export(export, path, patience)?;
    println!("{what}: {}", written.display());
    Ok(())
}
