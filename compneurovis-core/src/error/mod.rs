//! What can be wrong with data: each error names the thing and what was expected of it.

mod apply;
mod causes;
mod color;
mod control;
mod field;
mod geometry;
mod layout;
mod path;

pub use apply::ApplyError;
pub use causes::error_causes;
pub use color::ColorError;
pub use control::ControlError;
pub use field::FieldError;
pub use geometry::GeometryError;
pub use layout::LayoutError;
pub use path::PathError;
