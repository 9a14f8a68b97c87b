//! What the user can set while the model runs.

mod kind;
mod values;

use serde::{Deserialize, Serialize};

pub use kind::{
    BoolControl, ChoiceControl, ChoiceWidget, ControlKind, IntegerControl, NumberWidget, ScalarControl, Scale,
    TextControl, XyControl, XyShape,
};
pub(crate) use values::{check_values, insert_control};

use crate::{ControlError, ControlId, Value};

/// A named knob.
///
/// Its value stands in the shared state under [`state_key`](Self::state_key), where the properties
/// of views can follow it; unless it is for the frontend alone, setting it also sends
/// [`SetControl`](crate::SessionCommand::SetControl) to the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Control {
    /// Its id.
    pub id: ControlId,
    /// Shown beside it.
    pub label: String,
    /// What it sets.
    pub kind: ControlKind,
    /// Its unit; may be empty.
    #[serde(default)]
    pub unit: String,
    /// Controls of one group stand together and fold together; none if empty.
    #[serde(default)]
    pub group: String,
    /// The key of the shared state that holds its value, if that is not its id.
    #[serde(default)]
    pub key: Option<String>,
    /// Whether the session hears of it. If not, only what follows the state does.
    #[serde(default = "yes")]
    pub send_to_session: bool,
}

fn yes() -> bool {
    true
}

impl Control {
    /// A control of any kind.
    pub fn new(id: impl Into<ControlId>, label: impl Into<String>, kind: impl Into<ControlKind>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            kind: kind.into(),
            unit: String::new(),
            group: String::new(),
            key: None,
            send_to_session: true,
        }
    }

    /// A number from `min` to `max` on a linear slider of 100 steps.
    ///
    /// ```
    /// use compneurovis_core::{Control, Value};
    /// let amplitude = Control::scalar("stim_amp", "Stimulus", 1.0, 0.0, 2.0).with_unit("nA");
    /// assert!(amplitude.check().is_ok());
    /// let error = amplitude.accept(&Value::Float(3.0)).unwrap_err();
    /// assert_eq!(error.to_string(), "control `stim_amp` takes a number from 0 to 2, not 3");
    /// ```
    pub fn scalar(id: impl Into<ControlId>, label: impl Into<String>, default: f64, min: f64, max: f64) -> Self {
        Self::new(id, label, ScalarControl::new(default, min, max))
    }

    /// A whole number from `min` to `max` in a box.
    pub fn integer(id: impl Into<ControlId>, label: impl Into<String>, default: i64, min: i64, max: i64) -> Self {
        Self::new(id, label, IntegerControl::new(default, min, max))
    }

    /// One of several words, at first `default`.
    pub fn choice<T: Into<String>>(
        id: impl Into<ControlId>,
        label: impl Into<String>,
        default: impl Into<String>,
        options: impl IntoIterator<Item = T>,
    ) -> Self {
        Self::new(id, label, ChoiceControl::new(default, options))
    }

    /// On or off.
    pub fn toggle(id: impl Into<ControlId>, label: impl Into<String>, default: bool) -> Self {
        Self::new(id, label, BoolControl { default })
    }

    /// A point of a square pad from 0 to 1 both ways.
    pub fn xy(id: impl Into<ControlId>, label: impl Into<String>) -> Self {
        Self::new(id, label, XyControl::default())
    }

    /// A line of text.
    pub fn text(id: impl Into<ControlId>, label: impl Into<String>, default: impl Into<String>) -> Self {
        Self::new(id, label, TextControl { default: default.into(), ..TextControl::default() })
    }

    /// The same control with a unit.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// The same control in a group.
    #[must_use]
    pub fn with_group(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }

    /// The same control with so many steps from end to end, if it is a scalar.
    #[must_use]
    pub fn with_steps(mut self, steps: u32) -> Self {
        if let ControlKind::Scalar(scalar) = &mut self.kind {
            scalar.steps = steps;
        }
        self
    }

    /// The same control on a logarithmic scale, if it is a scalar.
    #[must_use]
    pub fn logarithmic(mut self) -> Self {
        if let ControlKind::Scalar(scalar) = &mut self.kind {
            scalar.scale = Scale::Logarithmic;
        }
        self
    }

    /// The same control, whose value stands in the shared state under another key than its id.
    #[must_use]
    pub fn with_state_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The same control, of which the session does not hear.
    #[must_use]
    pub fn for_frontend(mut self) -> Self {
        self.send_to_session = false;
        self
    }

    /// The key of the shared state that holds its value.
    pub fn state_key(&self) -> &str {
        self.key.as_deref().unwrap_or(self.id.as_str())
    }

    /// The value to start with and to return to.
    pub fn default_value(&self) -> Value {
        self.kind.default_value()
    }

    /// Whether the control itself makes sense.
    ///
    /// # Errors
    /// A range that is empty or not finite, a logarithmic one that is not positive, a choice
    /// without options or with one twice, a default that the control would not take.
    pub fn check(&self) -> Result<(), ControlError> {
        self.kind.check(&self.id)?;
        self.accept(&self.default_value())
            .map_err(|error| ControlError::Default { control: self.id.clone(), source: Box::new(error) })
    }

    /// Whether the control takes `value`.
    ///
    /// # Errors
    /// A value of another kind, or one outside of what the control spans.
    pub fn accept(&self, value: &Value) -> Result<(), ControlError> {
        if self.kind.takes(value) {
            return Ok(());
        }
        Err(ControlError::Value {
            control: self.id.clone(),
            expected: self.kind.expected(),
            found: if let Value::Text(text) = value { format!("{text:?}") } else { value.to_string() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(control: &Control, values: &[Value]) {
        control.check().unwrap();
        for bad in values {
            let error = control.accept(bad).unwrap_err().to_string();
            assert!(error.contains(control.id.as_str()), "{error}");
        }
    }

    #[test]
    fn each_kind_takes_its_own_values_only() {
        let text = Value::from("1");
        let scalar = Control::scalar("a", "A", 1.0, 0.0, 2.0);
        assert!(scalar.accept(&Value::Float(2.0)).is_ok());
        assert!(scalar.accept(&Value::Int(2)).is_ok());
        refuses(&scalar, &[Value::Float(2.1), Value::Float(f64::NAN), text.clone(), Value::Bool(true)]);
        let integer = Control::integer("n", "N", 1, -3, 3);
        assert!(integer.accept(&Value::Float(-3.0)).is_ok());
        refuses(&integer, &[Value::Int(4), Value::Float(0.5), text.clone()]);
        let choice = Control::choice("c", "C", "one", ["one", "two"]);
        assert!(choice.accept(&"two".into()).is_ok());
        refuses(&choice, &["three".into(), Value::Int(1)]);
        let toggle = Control::toggle("b", "B", true);
        assert!(toggle.accept(&false.into()).is_ok());
        refuses(&toggle, &[Value::Int(1), "on".into()]);
        let xy = Control::xy("p", "P");
        assert!(xy.accept(&(0.0, 1.0).into()).is_ok());
        refuses(&xy, &[(0.0, 1.1).into(), (f64::NAN, 0.0).into(), Value::Float(0.5)]);
        let note = Control::new("t", "T", TextControl { max_length: Some(3), ..TextControl::default() });
        assert!(note.accept(&"äöü".into()).is_ok());
        refuses(&note, &["four".into(), Value::Int(1)]);
    }

    #[test]
    fn the_corners_of_a_circle_are_not_reached() {
        let circle =
            XyControl { shape: XyShape::Circle, x_range: (-2.0, 2.0), default: (0.0, 0.5), ..Default::default() };
        let pad = Control::new("p", "P", circle);
        pad.check().unwrap();
        for edge in [(-2.0, 0.5), (2.0, 0.5), (0.0, 1.0), (0.0, 0.0)] {
            assert!(pad.accept(&edge.into()).is_ok(), "{edge:?}");
        }
        assert!(pad.accept(&(2.0, 1.0).into()).is_err());
    }

    #[test]
    fn nonsense_is_refused() {
        for (default, min, max) in [(1.0, 2.0, 0.0), (3.0, 0.0, 2.0), (0.0, f64::NAN, 1.0), (f64::NAN, 0.0, 1.0)] {
            assert!(Control::scalar("a", "A", default, min, max).check().is_err(), "{default} {min} {max}");
        }
        assert!(Control::scalar("a", "A", 0.5, 0.0, 1.0).logarithmic().check().is_err());
        assert!(Control::integer("a", "A", 0, 1, 2).check().is_err());
        assert!(Control::choice("a", "A", "x", ["y"]).check().is_err());
        assert!(Control::choice("a", "A", "x", ["x", "x"]).check().is_err());
        assert!(Control::choice("a", "A", "x", Vec::<String>::new()).check().is_err());
        let empty = XyControl { y_range: (1.0, 1.0), ..XyControl::default() };
        assert!(Control::new("a", "A", empty).check().is_err());
        let twice = Control::choice("a", "A", "x", ["x", "x"]).check().unwrap_err();
        assert_eq!(twice.to_string(), "control `a` has the option \"x\" twice");
    }
}
