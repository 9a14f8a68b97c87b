//! What the benchmarks share: generated cells, and a session without a simulator.
//!
//! Each bench target is a group of its own name: `cargo bench -p compneurovis-benches --bench frame`
//! measures `frame/empty`, `frame/still/71000` and so on, and
//! `cargo bench -p compneurovis-benches --bench frame -- still` some of them.
//!
//! | target | ours | floor in the same run | needs |
//! |---|---|---|---|
//! | `field_append` | appending to a field | `Vec`, plain concatenation | |
//! | `field_select` | a part of a field | a copy, going through all labels | |
//! | `scene_apply` | what a frontend does with an update | a copy | |
//! | `channel` | updates from thread to thread | a copy | |
//! | `decimate` | a long series to one column for each pixel | a pass over all samples, a copy | |
//! | `outbox` | emitting updates | a copy, `Vec` | |
//! | `record` | a recorded session, its file, and frames to go back to | the same session alone, a copy, the frames alone | |
//! | `seek` | moments of a recording of 2 GB | | |
//! | `swc` | reading, sectioning and generating cells | counting lines, copies | |
//! | `raster` | cells to pixels in software | filling and copying memory | feature `viewer` |
//! | `frame` | whole frames with new values | the frame of an empty app | feature `viewer`, a Vulkan device |
//! | `plot` | whole frames with new samples in a plot | the frame of an empty app, an empty plot | feature `viewer`, a Vulkan device |
//! | `pick` | what is under the pointer | | feature `viewer`, a Vulkan device |
//! | `window` | the whole default window, live | the frame of an empty app | feature `viewer`, a Vulkan device |
//! | `step` | steps of a watched NEURON model | NEURON's own steps | feature `neuron`, NEURON |
//!
//! Without default features only what needs neither Bevy nor NEURON is built.
//! Figures of one run compare with each other, and with no other run: machines are noisy.

mod cell;
mod processor;
mod traces;
#[cfg(feature = "viewer")]
mod viewer;
mod wave;

pub use cell::{Cell, samples};
pub use processor::{ThreadClock, processor_ms};
pub use traces::{TRACES, TraceOrders, traces_app};
#[cfg(feature = "viewer")]
pub use viewer::{SIZE, Viewer};
pub use wave::{FIELD, Orders, wave_app};

/// Nodes of the cells that are drawn; each has about as many frusta.
pub const NODES: [usize; 5] = [1_000, 10_000, 71_000, 250_000, 1_000_000];
