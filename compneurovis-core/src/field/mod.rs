//! Values over named dims.

mod coord;
mod dense;
mod series;

pub use coord::Coord;
pub use dense::Field;
