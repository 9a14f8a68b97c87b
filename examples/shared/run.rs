//! Showing an application as the flags ask: in a window, or as a picture.

#![expect(clippy::print_stderr, reason = "programs talk to their user on the terminal")]

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use bevy::{app::App, camera::RenderTarget};
use compneurovis_bevy::{BevyFrontend, FrontendError, Headless, WorkbenchPlugin, workbench::WorkbenchTarget};
use compneurovis_core::{AppSpec, Frontend, Pace, Phase, SessionCommand};
use thiserror::Error;

use crate::{
    Args,
    exports::{forget_pace, write_files},
    measure::measure_frames,
    process,
    scene_file::{SceneFileError, save_scene},
    stats::Stats,
    terminal::{fail, instead_of_a_window, log_to_terminal},
    told::{Told, check_all, check_first, refuses},
};

/// How far a model runs for a picture, in ms, unless the flags say.
const PICTURE_MS: f64 = 25.0;

/// How long a session may take to have something to show, and to get where its picture is taken.
const PATIENCE: Duration = Duration::from_secs(600);

/// Frames in which panels, cameras and textures come to rest.
const SETTLING: usize = 6;

/// Why an example ended badly.
#[derive(Debug, Error)]
enum RunError {
    #[error(transparent)]
    Frontend(#[from] FrontendError),
    #[error(transparent)]
    Scene(#[from] SceneFileError),
    #[error(transparent)]
    Told(#[from] Told),
    #[error("the figures could not be written to {path}")]
    Stats { path: PathBuf, source: std::io::Error },
}

/// Shows an application as the flags ask, and says how it went. What goes wrong is told on the
/// terminal.
pub fn show_app(app: AppSpec, args: &Args) -> ExitCode {
    show_extended(app, args, |_| {})
}

/// The same, with systems and resources of the example's own in the app.
pub fn show_extended(app: AppSpec, args: &Args, extend: fn(&mut App)) -> ExitCode {
    log_to_terminal();
    let app = match args.place(app) {
        Ok(Some(app)) => app,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => return fail(&error),
    };
    let path = picture_path(&app, args);
    if path.is_none() && !args.writes_files() {
        return tell(window(app, args, extend));
    }
    picture(app, args, path.as_deref(), |app, target| {
        app.add_plugins(WorkbenchPlugin).insert_resource(WorkbenchTarget(target));
        extend(app);
    })
}

/// Where the flags, or a missing display, want a picture instead of a window; from here on the terminal has the log.
pub fn picture_path(app: &AppSpec, args: &Args) -> Option<PathBuf> {
    log_to_terminal();
    args.headless.clone().or_else(|| if args.writes_files() { None } else { instead_of_a_window(&app.title) })
}

/// Takes the picture of an app, which `compose` makes with cameras that draw to its target, and writes the other files
/// that the flags ask for.
pub fn picture(
    app: AppSpec,
    args: &Args,
    path: Option<&Path>,
    compose: impl FnOnce(&mut App, RenderTarget),
) -> ExitCode {
    tell(take_picture(app, args, path, compose))
}

fn tell(shown: Result<(), RunError>) -> ExitCode {
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        // The worker has told it already, when it happened.
        Err(RunError::Frontend(FrontendError::Session(_))) => ExitCode::FAILURE,
        Err(error) => fail(&error),
    }
}

fn window(app: AppSpec, args: &Args, extend: fn(&mut App)) -> Result<(), RunError> {
    let app = args.first_commands().fold(app, AppSpec::with_first_command);
    let app = match args.sim_ms {
        Some(time_ms) => app.with_first_command(SessionCommand::RunUntil { time_ms }),
        None => app,
    };
    let frontend = BevyFrontend { size: args.size, until_ms: args.sim_ms, log: false, ..BevyFrontend::default() };
    Ok(BevyFrontend { extend: Some(extend), ..frontend }.run(app)?)
}

fn take_picture(
    app: AppSpec,
    args: &Args,
    path: Option<&Path>,
    compose: impl FnOnce(&mut App, RenderTarget),
) -> Result<(), RunError> {
    let started = process::started();
    let time_ms = args.sim_ms.unwrap_or(PICTURE_MS);
    let app = args.first_commands().fold(app, AppSpec::with_first_command);
    // The pace is for people.
    let app = app.with_first_command(SessionCommand::SetPace(Pace::Unlimited));
    let app = app.with_first_command(SessionCommand::RunUntil { time_ms });
    let mut headless = Headless::composed(app, args.size, compose)?;
    forget_pace(&mut headless);
    let is_there = |headless: &mut Headless| headless.status().phase != Phase::Starting;
    headless.run_until("something to show", PATIENCE, is_there)?;
    let first_picture = Instant::now();
    headless.run_until("the moment of the picture", PATIENCE, |headless| {
        let status = headless.status();
        refuses(headless, args) || !status.capabilities.advance || status.phase == Phase::Paused
    })?;
    for _ in 0..SETTLING {
        headless.frame();
    }
    check_first(&headless, args)?;
    write_files(&mut headless, args, path)?;
    save_scene(&headless, args)?;
    let Some(path) = &args.stats else { return Ok(check_all(&headless)?) };
    let mut stats = Stats { adapter: Some(headless.adapter()), ..Stats::default() };
    if let Some(scene) = headless.scene() {
        stats.count(scene);
    }
    (stats.sim_ms, stats.steps) = (headless.status().time_ms, headless.status().steps);
    stats.first_picture_ms = Some(first_picture.duration_since(started).as_secs_f64() * 1e3);
    measure_frames(&mut headless, &mut stats)?;
    stats.peak_rss_mb = process::peak_rss_mb();
    stats.write(path).map_err(|source| RunError::Stats { path: path.clone(), source })?;
    eprintln!("figures: {}", path.display());
    Ok(check_all(&headless)?)
}
