//! The software rasteriser: frusta to a picture, in plain Rust over slices.
//!
//! Drawing has two halves, because they change at different rates.
//! [`rasterize`] fills a [`PixelBuffer`]: for every pixel the compartment seen there, how brightly it is lit and how
//! deep it lies. That depends on the camera and the geometry only. [`Painter::shade`] turns the buffer into colours
//! and touches covered pixels only, so a frame with new values and a still camera costs the same for a thousand
//! frusta as for a million. [`PixelBuffer::pick`] reads what lies under the pointer.
//!
//! A frustum is drawn as the convex hull of its two end spheres (a *round cone*). Neighbours share a sphere, so that
//! joints have no cracks. Where a tube is wide enough for its shape to show, each pixel casts a ray at that hull;
//! thinner tubes are flat strips of at least [`MIN_HALF_WIDTH_PX`], so that a process stays visible from any
//! distance. A surface nearer than the near plane is not drawn, and tubes have no inside: a camera within a soma
//! looks out of it.
//!
//! The result is the same for any number of threads: rows are cut into bands, each band is drawn by one thread in
//! the order of the frusta, and at equal depth the first one stays.
//!
//! Nothing here knows about Bevy. Matrices are column-major arrays, as `to_cols_array_2d` gives them; depths are those
//! of Bevy's cameras, one at the near plane and zero at infinity.

mod band;
mod bins;
mod buffer;
mod cell;
mod colour;
mod cone;
mod dots;
mod fill;
mod flat;
mod labels;
mod outline;
mod paint;
mod tube;
mod vector;
mod view;
mod workers;

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

pub use buffer::{NONE, PixelBuffer, Span};
pub use cell::{Cell, IDENTITY};
pub(crate) use colour::append_colours;
pub use colour::colourize;
pub use fill::{Scratch, rasterize};
pub use flat::MIN_HALF_WIDTH_PX;
pub use paint::{Highlight, Painter};
pub use view::{Matrix, RasterView};

pub(crate) use workers::share;
