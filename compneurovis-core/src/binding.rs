//! Properties that may follow the shared state.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::value::{FromValue, State};

/// A property that is either fixed or follows a key of the shared state.
///
/// ```
/// use compneurovis_core::{Binding, State, Value};
/// let state = State::from([("window_ms".to_owned(), Value::Float(40.0))]);
/// let fixed: Binding<f64> = Binding::Literal(2.0);
/// let followed: Binding<f64> = Binding::state("window_ms");
/// assert_eq!(fixed.resolve(&state), Ok(2.0));
/// assert_eq!(followed.resolve(&state), Ok(40.0));
/// let error = Binding::<f64>::state("windo_ms").resolve(&state).unwrap_err();
/// assert_eq!(error.to_string(), "the state has no `windo_ms`; it has [\"window_ms\"]");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding<T> {
    /// This value.
    Literal(T),
    /// Whatever the state has under this key at the time of drawing.
    State(String),
}

/// Why a property that follows the state has no value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BindingError {
    /// The state has no such key.
    #[error("the state has no `{key}`; it has {known:?}")]
    UnknownKey {
        /// The key that is followed.
        key: String,
        /// The keys that exist.
        known: Vec<String>,
    },
    /// The state has something else under this key.
    #[error("the state has {found} under `{key}`, where {wanted} is needed")]
    Kind {
        /// The key that is followed.
        key: String,
        /// What the property needs.
        wanted: &'static str,
        /// What is there.
        found: &'static str,
    },
}

impl<T> Binding<T> {
    /// A binding to the state under `key`.
    pub fn state(key: impl Into<String>) -> Self {
        Self::State(key.into())
    }

    /// The key that is followed, if any.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::State(key) => Some(key),
        }
    }
}

impl<T: FromValue + Clone> Binding<T> {
    /// What the property is now.
    ///
    /// # Errors
    /// The state lacks the key, or has a value of another kind under it.
    pub fn resolve(&self, state: &State) -> Result<T, BindingError> {
        let key = match self {
            Self::Literal(value) => return Ok(value.clone()),
            Self::State(key) => key,
        };
        let value = state
            .get(key)
            .ok_or_else(|| BindingError::UnknownKey { key: key.clone(), known: state.keys().cloned().collect() })?;
        T::from_value(value).ok_or_else(|| BindingError::Kind {
            key: key.clone(),
            wanted: T::WANTED,
            found: value.kind(),
        })
    }

    /// What the property is now, or `default` where the state does not say.
    pub fn resolve_or(&self, state: &State, default: T) -> T {
        self.resolve(state).unwrap_or(default)
    }
}

impl<T> From<T> for Binding<T> {
    fn from(value: T) -> Self {
        Self::Literal(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Selector, Value};

    #[test]
    fn a_value_of_another_kind_is_an_error_and_not_a_guess() {
        let state = State::from([("which".to_owned(), Value::List(vec!["a".into()]))]);
        assert_eq!(
            Binding::<f64>::state("which").resolve(&state),
            Err(BindingError::Kind { key: "which".into(), wanted: "a number", found: "a list of texts" })
        );
        assert_eq!(Binding::state("which").resolve(&state), Ok(Selector::Labels(vec!["a".into()])));
        assert_eq!(Binding::state("which").resolve_or(&state, 2.0), 2.0);
    }
}
