//! What the examples share: their flags, the cell they show, and how it is shown and measured.

mod args;
mod axon;
mod cell;
#[cfg(feature = "neuron")]
mod recorded_field;
mod remote;
mod sliders;

#[cfg(feature = "viewer")]
mod exports;
#[cfg(all(feature = "viewer", feature = "neuron"))]
mod instrumented;
#[cfg(feature = "viewer")]
mod measure;
#[cfg(feature = "viewer")]
mod process;
mod result;
#[cfg(feature = "viewer")]
mod run;
#[cfg(feature = "viewer")]
mod scene_file;
#[cfg(all(feature = "viewer", feature = "neuron"))]
mod show;
#[cfg(feature = "viewer")]
mod stats;
mod terminal;
#[cfg(feature = "viewer")]
mod told;

pub use args::Args;
pub use axon::axon_app;
pub use cell::{Cell, CellError, CellSource, Folder, folder};
#[cfg(feature = "neuron")]
pub use recorded_field::RecordedField;
pub use remote::RemoteArgs;
pub use result::write_result;
pub use sliders::{Slider, set_number, sliders};
pub use terminal::fail;

#[cfg(feature = "viewer")]
pub use run::{picture, picture_path, show_app, show_extended};
#[cfg(all(feature = "viewer", feature = "neuron"))]
pub use show::show;
#[cfg(feature = "viewer")]
pub use stats::Stats;

/// The code in the README, which has to compile.
#[cfg(all(doctest, feature = "viewer", feature = "neuron"))]
#[doc = include_str!("../../README.md")]
struct Readme;
