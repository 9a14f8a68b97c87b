//! What examples say on the terminal.

#![expect(clippy::print_stderr, reason = "programs talk to their user on the terminal")]

use std::{error::Error, process::ExitCode};

use compneurovis_core::error_causes;

/// What is told on the terminal unless `RUST_LOG` says otherwise: NEURON being fetched, viewers of a served session, and every
/// warning but those about what a software adapter lacks.
#[cfg(feature = "viewer")]
const DEFAULT_LOG: &str = "warn,neuron_sys=info,compneurovis_core::remote=info,bevy_render=error,bevy_egui=error";

/// Tells an error with its causes on the terminal.
pub fn fail(error: &(dyn Error + 'static)) -> ExitCode {
    eprintln!("error: {}", error_causes(error).join(": "));
    ExitCode::FAILURE
}

/// Logs to the terminal from now on.
#[cfg(feature = "viewer")]
pub(crate) fn log_to_terminal() {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| DEFAULT_LOG.to_owned());
    let on_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).without_time();
    let subscriber = subscriber.with_ansi(on_terminal);
    // Someone else's subscriber is as good.
    let _ = subscriber.with_writer(std::io::stderr).try_init();
}

/// Where the picture goes if there is no display for a window.
#[cfg(feature = "viewer")]
pub(crate) fn instead_of_a_window(title: &str) -> Option<std::path::PathBuf> {
    let reason = compneurovis_bevy::no_display()?;
    let name: String = title.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let path = std::path::PathBuf::from(format!("{name}.png"));
    eprintln!("{reason}; rendering to {} instead of a window", path.display());
    Some(path)
}
