//! What the user can set while the model runs.

use serde::{Deserialize, Serialize};

use crate::{ControlError, ControlId, Value};

/// A named knob. Setting it sends [`SetControl`](crate::SessionCommand::SetControl), and its value
/// stands in the shared state under its id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// Its id.
    pub id: ControlId,
    /// Shown beside it.
    pub label: String,
    /// What it sets.
    pub kind: ControlKind,
}

/// What a control sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ControlKind {
    /// A number within a range.
    Scalar(ScalarControl),
}

/// A number within a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScalarControl {
    /// The value to start with and to return to.
    pub default: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// How many steps the slider has from end to end.
    pub steps: u32,
    /// Its unit; may be empty.
    pub unit: String,
    /// How the slider spreads the range.
    pub scale: Scale,
}

/// How a slider spreads a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// Equal distances are equal differences.
    #[default]
    Linear,
    /// Equal distances are equal ratios; the range must be positive.
    Logarithmic,
}

impl Control {
    /// A number from `min` to `max` on a linear slider of 100 steps.
    ///
    /// ```
    /// use compneurovis_core::Control;
    /// let amplitude = Control::scalar("stim_amp", "Stimulus", 1.0, 0.0, 2.0).with_unit("nA");
    /// assert!(amplitude.check().is_ok());
    /// ```
    pub fn scalar(id: impl Into<ControlId>, label: impl Into<String>, default: f64, min: f64, max: f64) -> Self {
        let scalar = ScalarControl { default, min, max, steps: 100, unit: String::new(), scale: Scale::Linear };
        Self { id: id.into(), label: label.into(), kind: ControlKind::Scalar(scalar) }
    }

    /// The same control with a unit.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        let ControlKind::Scalar(scalar) = &mut self.kind;
        scalar.unit = unit.into();
        self
    }

    /// The same control with so many steps from end to end.
    #[must_use]
    pub fn with_steps(mut self, steps: u32) -> Self {
        let ControlKind::Scalar(scalar) = &mut self.kind;
        scalar.steps = steps;
        self
    }

    /// The value to start with.
    pub fn default_value(&self) -> Value {
        let ControlKind::Scalar(scalar) = &self.kind;
        Value::Float(scalar.default)
    }

    /// Whether the control itself makes sense.
    ///
    /// # Errors
    /// A range that is empty or not finite, a logarithmic one that is not positive, a default
    /// outside it.
    pub fn check(&self) -> Result<(), ControlError> {
        let ControlKind::Scalar(scalar) = &self.kind;
        let &ScalarControl { min, max, default, scale, .. } = scalar;
        let problem = if !(min.is_finite() && max.is_finite()) {
            "is not finite"
        } else if min >= max {
            "is empty"
        } else if scale == Scale::Logarithmic && min <= 0.0 {
            "is not positive, as a logarithmic scale needs"
        } else if !(min..=max).contains(&default) {
            "does not contain the default"
        } else {
            return Ok(());
        };
        Err(ControlError::Range { control: self.id.clone(), min, max, problem })
    }

    /// Whether the control takes `value`.
    ///
    /// # Errors
    /// Not a number, or a number outside the range.
    pub fn accept(&self, value: &Value) -> Result<(), ControlError> {
        let ControlKind::Scalar(scalar) = &self.kind;
        match value.as_f64() {
            Some(number) if (scalar.min..=scalar.max).contains(&number) => Ok(()),
            _ => Err(ControlError::Value {
                control: self.id.clone(),
                min: scalar.min,
                max: scalar.max,
                found: format!("{value:?}"),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused() {
        let control = Control::scalar("a", "A", 1.0, 0.0, 2.0);
        assert!(control.check().is_ok());
        assert!(control.accept(&Value::Float(2.0)).is_ok());
        for bad in [Value::Float(2.1), Value::Float(f64::NAN), Value::Text("1".into()), Value::Bool(true)] {
            assert!(control.accept(&bad).is_err(), "{bad:?}");
        }
        for (default, min, max) in [(1.0, 2.0, 0.0), (3.0, 0.0, 2.0), (0.0, f64::NAN, 1.0), (f64::NAN, 0.0, 1.0)] {
            assert!(Control::scalar("a", "A", default, min, max).check().is_err(), "{default} {min} {max}");
        }
    }
}
