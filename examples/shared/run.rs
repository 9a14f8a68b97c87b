//! Running an application in a window.

#![expect(clippy::print_stderr, reason = "programs talk to their user on the terminal")]

use std::{error::Error, process::ExitCode};

use compneurovis_bevy::run_app;
use compneurovis_core::AppSpec;

/// Shows an application in a window until that is closed. What goes wrong is told on the terminal.
pub fn run(app: AppSpec) -> ExitCode {
    match run_app(app) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Tells an error with its causes on the terminal.
pub fn fail(error: &(dyn Error + 'static)) -> ExitCode {
    eprint!("error: {error}");
    let causes = std::iter::successors(error.source(), |error| (*error).source());
    causes.for_each(|cause| eprint!(": {cause}"));
    eprintln!();
    ExitCode::FAILURE
}
