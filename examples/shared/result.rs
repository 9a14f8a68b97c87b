//! A result that was there before anything is shown of it.

use std::process::ExitCode;

use compneurovis_core::AppSpec;

use crate::Args;

/// Writes the picture, figures and files of an application that the flags ask for, without ever opening a window.
#[cfg(feature = "viewer")]
pub fn write_result(app: AppSpec, args: &Args) -> ExitCode {
    use compneurovis_bevy::{WorkbenchPlugin, workbench::WorkbenchTarget};

    if !args.writes_files() && args.stats.is_none() {
        return ExitCode::SUCCESS;
    }
    // What was set and done, was so for the result.
    let args = &Args { set: Vec::new(), act: Vec::new(), ..args.clone() };
    crate::picture(app, args, args.headless.as_deref(), |app, target| {
        app.add_plugins(WorkbenchPlugin).insert_resource(WorkbenchTarget(target));
    })
}

/// Says that there is nothing here that draws, if the flags ask for something drawn.
#[cfg(not(feature = "viewer"))]
pub fn write_result(_app: AppSpec, args: &Args) -> ExitCode {
    if !args.writes_files() && args.stats.is_none() {
        return ExitCode::SUCCESS;
    }
    crate::fail(&std::io::Error::other(
        "pictures, figures and files of them need the feature `viewer`, which this was built without",
    ))
}
