//! Tables of sliders.

use compneurovis_core::{Control, SessionError, Value};

/// A slider: its id, its label, its unit, its default, and the range of its values.
pub type Slider = (&'static str, &'static str, &'static str, f64, f64, f64);

/// The controls of a table of sliders, in its order.
pub fn sliders(table: &[Slider]) -> impl Iterator<Item = Control> {
    table
        .iter()
        .map(|&(id, label, unit, default, min, max)| Control::scalar(id, label, default, min, max).with_unit(unit))
}

/// Sets a number of a model to the value of a control.
///
/// # Errors
/// The value is no number.
pub fn set_number(number: &mut f64, value: &Value) -> Result<(), SessionError> {
    *number = value.as_f64().ok_or("a number was expected")?;
    Ok(())
}
