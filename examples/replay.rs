//! A run out of a file, to be gone through again.
//!
//! `cargo run --example replay -- RUN.mcap` plays a recording, such as one that `--record RUN.mcap` of another example
//! has written. Drag along the timeline, or use `[` and `]`; Space plays and pauses. Without a file it first records a
//! short run of its own, a wave of excitation along an axon, and plays that.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use compneurovis_core::{AppSpec, SessionCommand, Viewer, recording::recorded_app};
use compneurovis_examples::{Args, axon_app, fail, show_app};

/// How long the run of its own is, in ms.
const RUN_MS: f64 = 60.0;

#[derive(Parser)]
struct Flags {
    /// The recording. Without one, a short run is recorded first.
    recording: Option<PathBuf>,

    #[command(flatten)]
    args: Args,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    match app(flags.recording.as_deref()) {
        Ok(app) => show_app(app, &flags.args),
        Err(error) => fail(&*error),
    }
}

fn app(recording: Option<&Path>) -> Result<AppSpec, Box<dyn std::error::Error>> {
    if let Some(path) = recording {
        return Ok(recorded_app(path)?);
    }
    let path = std::env::temp_dir().join(format!("compneurovis-replay-{}.mcap", std::process::id()));
    let run = axon_app().with_recording(&path);
    let mut viewer = Viewer::start(&run.with_first_command(SessionCommand::Pause))?;
    viewer.run_until(RUN_MS)?;
    drop(viewer);
    Ok(recorded_app(&path)?)
}
