//! Files that the flags ask for, of what a session shows when its run is over.

#![expect(clippy::print_stderr, reason = "programs talk to their user on the terminal")]

use std::{path::Path, time::Duration};

use compneurovis_bevy::{FrontendError, Headless, export::Export, workbench::WorkbenchSettings};
use compneurovis_core::PanelId;

use crate::{Args, terminal::fail};

/// How long a picture or a file may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a movie may take.
const MOVIE_PATIENCE: Duration = Duration::from_secs(3600);

/// Lets pictures of a live run be the same however fast it ran.
pub(crate) fn forget_pace(headless: &mut Headless) {
    if let Some(mut settings) = headless.world_mut().get_resource_mut::<WorkbenchSettings>() {
        settings.live_past = false;
    }
}

/// Writes all that the flags ask for, the picture to `path`. What cannot be written keeps nothing else from being written.
///
/// # Errors
/// The last file that could not be written; those before it are told on the terminal.
pub(crate) fn write_files(headless: &mut Headless, args: &Args, path: Option<&Path>) -> Result<(), FrontendError> {
    let mut result = path.map_or(Ok(()), |path| picture(headless, args, path));
    for (what, export, path, patience) in exports(args) {
        let written = write(headless, what, export, path, patience);
        if let (Err(_), Err(earlier)) = (&written, &result) {
            fail(earlier);
        }
        result = written.and(result);
    }
    result
}

/// What the flags ask for beside the picture: what it is called on the terminal, where it goes, and how long it may take.
fn exports(args: &Args) -> impl Iterator<Item = (&'static str, Export, &Path, Duration)> {
    let plots = args.export_svg.iter().map(|(panel, path)| {
        let export = Export::Svg { panel: panel.as_str().into() };
        ("plot", export, path.as_path(), PATIENCE)
    });
    let files = [
        ("traces", Export::Csv, &args.export_csv),
        ("fields and geometry", Export::Npz, &args.export_npz),
        ("run", Export::Nwb, &args.export_nwb),
    ];
    let files = files.into_iter().filter_map(|(what, export, path)| Some((what, export, path.as_deref()?, PATIENCE)));
    let movie = args.movie.as_deref().map(|path| {
        let export =
            Export::Movie { panel: panel(args), scale: args.scale, frames: args.movie_frames, frames_per_second: 25 };
        ("movie", export, path, MOVIE_PATIENCE)
    });
    plots.chain(files).chain(movie)
}

fn picture(headless: &mut Headless, args: &Args, path: &Path) -> Result<(), FrontendError> {
    let status = headless.status();
    // What stands still has no time.
    let moment = if status.capabilities.advance { format!(" at t = {:.3} ms", status.time_ms) } else { String::new() };
    let what = format!("picture{moment}");
    if args.scale == 1.0 && args.panel.is_none() {
        headless.save_png(path)?;
        eprintln!("{what}: {}", path.display());
        return Ok(());
    }
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
    // What is there already is not replaced by an export, but by a flag; and not before the new one is there.
    if written != path && written.is_file() {
        let failed = |error: std::io::Error| FrontendError::Picture { path: path.to_owned(), cause: error.to_string() };
        std::fs::rename(&written, path).map_err(failed)?;
        eprintln!("{what}: {}", path.display());
    } else {
        // A folder has more in it than one file.
        eprintln!("{what}: {}", written.display());
    }
    Ok(())
}
