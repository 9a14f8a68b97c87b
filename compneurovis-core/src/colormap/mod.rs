//! From values to colours: 256-entry tables, one source for every picture.
//!
//! A [`ColorMap`] has a name, or is a [`Ramp`] of colours, and makes a [`ColorTable`]. A
//! [`ColorNorm`] finds the values at its ends; [`table_index`] then says which entry a value gets.
//!
//! ```
//! use compneurovis_core::colormap::{ColorMap, ColorNorm, table_index};
//! let potentials_mv = [-70.0, -65.0, 30.0];
//! let limits = ColorNorm::Auto.limits(None, &potentials_mv);
//! let table = "viridis".parse::<ColorMap>()?.table();
//! let color = table_index(30.0, limits).map(|index| table[index]);
//! assert_eq!(color.map(|color| color.to_string()), Some("#fde725".to_owned()));
//! # Ok::<(), compneurovis_core::ColorError>(())
//! ```

mod color_map;
mod limits;
mod named;
mod published;
mod ramp;
mod rgba;
mod table;

pub use color_map::ColorMap;
pub use limits::{ColorNorm, data_limits};
pub use ramp::Ramp;
pub use rgba::Rgba;
pub use table::{ColorTable, NAN_COLOR, NO_VALUE_COLOR, TABLE_SIZE, table_index, table_scale};
