//! A run out of a file, to be gone through again.
//!
//! `cargo run --example replay -- RUN.mcap` plays a recording, such as one that `--record RUN.mcap` of another example
//! has written. Drag along the timeline, or use `[` and `]`; Space plays and pauses. Without a file it first records a
//! short run of its own, a wave of excitation along an axon, and plays that. With `--whole OUT.nwb` it writes all samples
//! of the run, also those that the window no longer holds.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use compneurovis_core::{
    AppSpec, SessionCommand, Viewer,
    export::{NwbAbout, npz, nwb},
    recording::{RecordingFile, RecordingFileError, recorded_app},
};
use compneurovis_examples::{Args, axon_app, fail, show_app};

/// How long the run of its own is, in ms.
const RUN_MS: f64 = 60.0;

#[derive(Parser)]
struct Flags {
    /// The recording. Without one, a short run is recorded first.
    recording: Option<PathBuf>,

    /// Write all samples of the recording to this file and exit: as NPZ if its name ends so, else as NWB.
    #[arg(long, value_name = "OUT.nwb", requires = "recording")]
    whole: Option<PathBuf>,

    #[command(flatten)]
    args: Args,
}

/// Which recording it is that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}", path.display())]
struct Unreadable {
    path: PathBuf,
    source: RecordingFileError,
}

impl Unreadable {
    fn of(path: &Path) -> impl Fn(RecordingFileError) -> Self {
        move |source| Self { path: path.to_owned(), source }
    }
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    if let Some((recording, whole)) = flags.recording.as_deref().zip(flags.whole.as_deref()) {
        return write_whole(recording, whole).map_or_else(|error| fail(&*error), |()| ExitCode::SUCCESS);
    }
    match app(flags.recording.as_deref()) {
        Ok(app) => show_app(app, &flags.args),
        Err(error) => fail(&*error),
    }
}

fn write_whole(recording: &Path, whole: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let unreadable = Unreadable::of(recording);
    let file = RecordingFile::open(recording).map_err(&unreadable)?;
    let scene = file.whole_run().map_err(&unreadable)?;
    if whole.extension().is_some_and(|extension| extension == "npz") {
        return Ok(npz(&scene, whole)?);
    }
    let mut about = NwbAbout::new(file.info().title.as_str());
    (about.started_unix_ns, about.marks) = (file.info().started_unix_ns, file.marks().map_err(&unreadable)?.to_vec());
    Ok(nwb(&scene, &about, whole)?)
}

fn app(recording: Option<&Path>) -> Result<AppSpec, Box<dyn std::error::Error>> {
    if let Some(path) = recording {
        return Ok(recorded_app(path).map_err(Unreadable::of(path))?);
    }
    let path = std::env::temp_dir().join(format!("compneurovis-replay-{}.mcap", std::process::id()));
    let run = axon_app().with_recording(&path);
    let mut viewer = Viewer::start(&run.with_first_command(SessionCommand::Pause))?;
    viewer.run_until(RUN_MS)?;
    drop(viewer);
    Ok(recorded_app(&path)?)
}
