//! From a long series to one column for each pixel, at a cost that follows the pixels.
//!
//! A [`MinMaxPyramid`] keeps the least and greatest of every 64 samples, of every 16 of those, and
//! so on. It is fed by appends and lies beside the series, which it does not copy. A
//! [`SeriesFollower`] keeps one in step with a series of a [`Field`](crate::Field), at the cost of
//! what is new since the last look; what it returns makes a [`Column`] for each pixel.
//!
//! ```
//! use compneurovis_core::{Field, decimate::SeriesFollower};
//! let times_ms: Vec<f64> = (0..100_000).map(|step| 0.1 * f64::from(step)).collect();
//! let mut potentials_mv = vec![-65.0; times_ms.len()];
//! potentials_mv[70_000] = 30.0; // a spike of one sample, at 7,000 ms
//! let field = Field::series("v", "time", times_ms, potentials_mv)?;
//!
//! // Kept by the plot from frame to frame, as is the buffer.
//! let (mut follower, mut columns) = (SeriesFollower::new(), Vec::new());
//! let series = follower.follow(&field, "time", &[]).expect("numbers over time");
//! series.columns((0.0, 10_000.0), 500, &mut columns);
//! assert_eq!((columns.len(), columns[350].max, columns[351].max), (500, 30.0, -65.0));
//! # Ok::<(), compneurovis_core::FieldError>(())
//! ```
//!
//! Only series over a coordinate that never falls are decimated this way. Where it falls or is not
//! a number somewhere, the columns come from [`scan_columns`], a pass over all samples, and are as
//! right. A curve whose x goes back and forth, as in a phase plane, has no columns at all: draw its
//! points.

mod block;
mod column;
mod follow;
mod order;
mod pyramid;
mod search;
#[cfg(test)]
mod tests;

pub use column::{Column, scan_columns};
pub use follow::{DecimatedSeries, SeriesFollower};
pub use pyramid::MinMaxPyramid;
