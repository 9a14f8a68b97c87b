//! Values over named dims.

mod coord;
mod dense;
mod revision;
mod select;
mod series;

pub use coord::{Coord, Labels, Numbers};
pub use dense::Field;
pub use revision::Revision;
pub use select::Selector;

/// The attribute of a field of traces that says at which stride, in samples, the past of a series
/// is known: shorter gaps than this lie between two samples of it and are no gaps in the data.
pub const PAST_STRIDE: &str = "past_stride";

/// The attribute that says what the values of a field are, such as "Membrane potential": what people
/// read instead of its id. See [`Field::label`].
pub const LABEL: &str = "label";
