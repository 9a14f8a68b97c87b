//! Showing an application as the flags ask: in a window, or as a picture.

use std::{path::Path, process::ExitCode, time::Duration};

use compneurovis_bevy::{BevyFrontend, FrontendError, Headless};
use compneurovis_core::{AppSpec, Frontend, Phase, SessionCommand};

use crate::{
    Args,
    exports::write_files,
    terminal::{fail, instead_of_a_window, log_to_terminal},
};

/// How far a model runs for a picture, in ms, unless the flags say.
const PICTURE_MS: f64 = 25.0;

/// How long a session may take to have something to show, and to get where its picture is taken.
const PATIENCE: Duration = Duration::from_secs(600);

/// Frames in which panels, cameras and textures come to rest.
const SETTLING: usize = 6;

/// Shows an application as the flags ask, and says how it went. What goes wrong is told on the
/// terminal.
pub fn show_app(app: AppSpec, args: &Args) -> ExitCode {
    log_to_terminal();
    let app = match args.remote.place(app) {
        Ok(Some(app)) => app,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => return fail(&error),
    };
    let app = match &args.record {
        Some(path) => app.with_recording(path),
        None => app,
    };
    let instead = || if args.writes_files() { None } else { instead_of_a_window(&app.title) };
    let headless = args.headless.clone().or_else(instead);
    let shown = match headless {
        None if !args.writes_files() => window(app, args),
        path => picture(app, args, path.as_deref()),
    };
    shown.map_or_else(|error| fail(&error), |()| ExitCode::SUCCESS)
}

fn window(app: AppSpec, args: &Args) -> Result<(), FrontendError> {
    let app = match args.sim_ms {
        Some(time_ms) => app.with_first_command(SessionCommand::RunUntil { time_ms }),
        None => app,
    };
    BevyFrontend { size: args.size, until_ms: args.sim_ms, log: false, ..BevyFrontend::default() }.run(app)
}

fn picture(app: AppSpec, args: &Args, path: Option<&Path>) -> Result<(), FrontendError> {
    let time_ms = args.sim_ms.unwrap_or(PICTURE_MS);
    let mut headless = Headless::new(app.with_first_command(SessionCommand::RunUntil { time_ms }), args.size)?;
    let is_there = |headless: &mut Headless| headless.status().phase != Phase::Starting;
    headless.run_until("something to show", PATIENCE, is_there)?;
    headless.run_until("the moment of the picture", PATIENCE, |headless| {
        let status = headless.status();
        !status.capabilities.advance || status.phase == Phase::Paused
    })?;
    for _ in 0..SETTLING {
        headless.frame();
    }
    write_files(&mut headless, args, path)
}
