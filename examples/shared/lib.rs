//! What the examples share: their flags, the cell they show, and how it is shown and measured.

mod args;
mod cell;
mod remote;

#[cfg(feature = "viewer")]
mod exports;
#[cfg(all(feature = "viewer", feature = "neuron"))]
mod instrumented;
#[cfg(all(feature = "viewer", feature = "neuron"))]
mod measure;
#[cfg(all(feature = "viewer", feature = "neuron"))]
mod process;
#[cfg(feature = "viewer")]
mod run;
#[cfg(all(feature = "viewer", feature = "neuron"))]
mod show;
#[cfg(all(feature = "viewer", feature = "neuron"))]
mod stats;
#[cfg(feature = "viewer")]
mod terminal;

pub use args::Args;
pub use cell::{Cell, CellError, CellSource};
pub use remote::RemoteArgs;

#[cfg(feature = "viewer")]
pub use run::show_app;
#[cfg(all(feature = "viewer", feature = "neuron"))]
pub use show::show;
#[cfg(all(feature = "viewer", feature = "neuron"))]
pub use stats::Stats;
#[cfg(feature = "viewer")]
pub use terminal::fail;

/// The code in the README, which has to compile.
#[cfg(all(doctest, feature = "viewer", feature = "neuron"))]
#[doc = include_str!("../../README.md")]
struct Readme;
