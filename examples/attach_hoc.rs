//! A hoc file that knows nothing of a viewer, watched while it runs.
//!
//! `cargo run --example attach_hoc -- --hoc FILE` shows all sections that the file makes; without it, `attach_hoc.hoc`
//! beside this file. Sections without 3-D points are given places in the picture and stay as they are in NEURON.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use compneurovis_core::{Pace, SessionCommand};
use compneurovis_examples::{Args, show_app};
use compneurovis_neuron::attach_hoc;

/// Shows a hoc file's model.
#[derive(Parser)]
struct Flags {
    /// The hoc file.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/attach_hoc.hoc"))]
    hoc: PathBuf,

    #[command(flatten)]
    args: Args,
}

fn main() -> ExitCode {
    let Flags { hoc, args } = Flags::parse();
    let title = hoc.file_name().map_or_else(|| "hoc".to_owned(), |name| name.to_string_lossy().into_owned());
    let app = attach_hoc(hoc).with_title(title);
    show_app(app.with_first_command(SessionCommand::SetPace(Pace::MsPerSecond(10.0))), &args)
}
