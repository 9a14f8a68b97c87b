//! The values at both ends of a view's colour map.

use serde::{Deserialize, Serialize};

use crate::{State, Value, colormap::ColorNorm};

/// Which values have the colours at both ends of a map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColorLimits {
    /// These, in the field's unit.
    Fixed(f32, f32),
    /// The least and the greatest of the values that are shown.
    #[default]
    Automatic,
    /// As far below zero as above, so far that all values that are shown are within.
    Symmetric,
    /// The two numbers under a key of the shared state; as `Automatic` where there are none.
    State(String),
}

impl ColorLimits {
    /// The limits, where `values` are shown. Always two finite numbers, which may be equal.
    ///
    /// ```
    /// use compneurovis_core::{ColorLimits, State, Value};
    /// let state = State::from([("limits".to_owned(), Value::Pair(0.0, 1.0))]);
    /// assert_eq!(ColorLimits::State("limits".into()).resolve(&state, &[7.0]), (0.0, 1.0));
    /// assert_eq!(ColorLimits::Symmetric.resolve(&state, &[-2.0, 1.0]), (-2.0, 2.0));
    /// ```
    pub fn resolve(&self, state: &State, values: &[f32]) -> (f32, f32) {
        let norm = if *self == Self::Symmetric { ColorNorm::Symmetric } else { ColorNorm::Auto };
        norm.limits(self.fixed(state), values)
    }

    /// The limits that stand whatever the values are; `None` if they follow those.
    pub fn fixed(&self, state: &State) -> Option<(f32, f32)> {
        let (low, high) = match self {
            Self::Fixed(low, high) => (*low, *high),
            Self::State(key) => {
                let (low, high) = state.get(key).and_then(Value::as_pair)?;
                (low as f32, high as f32)
            }
            Self::Automatic | Self::Symmetric => return None,
        };
        (low.is_finite() && high.is_finite()).then_some((low, high))
    }

    /// The key of the shared state that is followed, if any.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::State(key) => Some(key),
            _ => None,
        }
    }
}

impl From<(f32, f32)> for ColorLimits {
    fn from((low, high): (f32, f32)) -> Self {
        Self::Fixed(low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_that_are_none_follow_the_values() {
        let values = [1.0, f32::NAN, 3.0];
        for limits in [ColorLimits::Fixed(f32::NAN, 1.0), ColorLimits::State("gone".into()), ColorLimits::Automatic] {
            assert_eq!(limits.resolve(&State::new(), &values), (1.0, 3.0), "{limits:?}");
        }
        let wrong = State::from([("k".to_owned(), Value::Bool(true))]);
        assert_eq!(ColorLimits::State("k".into()).fixed(&wrong), None);
    }
}
