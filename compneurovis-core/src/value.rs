//! Values that controls and shared state take, and properties that may follow them.

use serde::{Deserialize, Serialize};

/// The value of a control or of a key of the shared state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Value {
    /// A real number.
    Float(f64),
    /// A whole number.
    Int(i64),
    /// On or off.
    Bool(bool),
    /// A word, a choice, an entity id.
    Text(String),
    /// Several words, such as the traced entities.
    List(Vec<String>),
}

impl Value {
    /// The value as a number; `None` for text, lists and booleans.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Float(number) => Some(*number),
            Self::Int(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// The value as text; `None` for everything but text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(on: bool) -> Self {
        Self::Bool(on)
    }
}

/// A property that is either fixed or follows a key of the shared state.
///
/// ```
/// use compneurovis_core::{Binding, Value};
/// let fixed: Binding<f64> = Binding::Literal(2.0);
/// let followed: Binding<f64> = Binding::state("window_ms");
/// assert_ne!(fixed, followed);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Binding<T> {
    /// This value.
    Literal(T),
    /// Whatever the state has under this key at the time of drawing.
    State(String),
}

impl<T> Binding<T> {
    /// A binding to the state under `key`.
    pub fn state(key: impl Into<String>) -> Self {
        Self::State(key.into())
    }
}
