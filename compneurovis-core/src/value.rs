//! Values that controls and shared state take.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{Rgba, Selector};

/// Values shared by session and frontend, by key: those of the controls, and what is selected.
pub type State = IndexMap<String, Value>;

/// The value of a control or of a key of the shared state.
///
/// Two are equal if their numbers have the same bits, so that what is not a number equals itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Value {
    /// A real number.
    Float(#[serde(with = "crate::wire::number")] f64),
    /// A whole number.
    Int(i64),
    /// On or off.
    Bool(bool),
    /// A word, a choice, an entity id, a colour by name.
    Text(String),
    /// Several words, such as the traced entities.
    List(Vec<String>),
    /// Two numbers: a point of an xy pad, or the limits of a colour map.
    Pair(#[serde(with = "crate::wire::number")] f64, #[serde(with = "crate::wire::number")] f64),
}

/// The value as a person writes it.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Float(number) => write!(f, "{number}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Bool(true) => f.write_str("on"),
            Self::Bool(false) => f.write_str("off"),
            Self::Text(text) => f.write_str(text),
            Self::List(texts) => f.write_str(&texts.join(", ")),
            Self::Pair(first, second) => write!(f, "{first}, {second}"),
        }
    }
}

impl Value {
    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Float(_) => "a number",
            Self::Int(_) => "a whole number",
            Self::Bool(_) => "on or off",
            Self::Text(_) => "text",
            Self::List(_) => "a list of texts",
            Self::Pair(..) => "two numbers",
        }
    }

    /// The value as a number; `None` unless it is a real or a whole one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Float(number) => Some(*number),
            Self::Int(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// The value as a whole number; `None` for anything else, but a real number that is whole.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            // `as` saturates, and then the way back differs.
            Self::Float(number) if *number as i64 as f64 == *number => Some(*number as i64),
            _ => None,
        }
    }

    /// The value as on or off; `None` for everything else.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(on) => Some(*on),
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

    /// The value as two numbers; `None` for everything else.
    pub fn as_pair(&self) -> Option<(f64, f64)> {
        match self {
            Self::Pair(first, second) => Some((*first, *second)),
            _ => None,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        let same = |a: &f64, b: &f64| a.to_bits() == b.to_bits();
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => same(a, b),
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Pair(a, b), Self::Pair(c, d)) => same(a, c) && same(b, d),
            _ => false,
        }
    }
}

/// What a property can be, and how it is read out of a [`Value`] that it follows.
pub trait FromValue: Sized {
    /// What kind of value is needed, for messages.
    const WANTED: &'static str;

    /// The property that the value means; `None` if it means none.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($type:ty, $wanted:literal, $read:expr;)*) => {$(
        impl FromValue for $type {
            const WANTED: &'static str = $wanted;

            fn from_value(value: &Value) -> Option<Self> {
                let read: fn(&Value) -> Option<Self> = $read;
                read(value)
            }
        }
    )*};
}

from_value! {
    f64, "a number", Value::as_f64;
    f32, "a number", |value| value.as_f64().map(|number| number as f32);
    u32, "a whole number of at least zero", |value| value.as_i64()?.try_into().ok();
    bool, "on or off", Value::as_bool;
    String, "text", |value| value.as_str().map(str::to_owned);
    (f64, f64), "two numbers", Value::as_pair;
    (f32, f32), "two numbers", |value| value.as_pair().map(|(first, second)| (first as f32, second as f32));
    Rgba, "a colour", |value| value.as_str()?.parse().ok();
    Value, "a value", |value| Some(value.clone());
    Selector, "a label, a list of labels or a number", |value| match value {
        Value::Text(label) => Some(Self::Label(label.clone())),
        Value::List(labels) => Some(Self::Labels(labels.clone())),
        Value::Int(index) => Some(Self::Index(*index)),
        Value::Float(number) => Some(Self::Nearest(*number)),
        _ => None,
    };
}

macro_rules! into_value {
    ($($type:ty => $make:expr;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                let make: fn($type) -> Self = $make;
                make(value)
            }
        }
    )*};
}

into_value! {
    f64 => Value::Float;
    i64 => Value::Int;
    bool => Value::Bool;
    String => Value::Text;
    &str => |text| Value::Text(text.to_owned());
    Vec<String> => Value::List;
    (f64, f64) => |(first, second)| Value::Pair(first, second);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_what_they_are() {
        assert_eq!(Value::Float(3.0).as_i64(), Some(3));
        for fraction in [3.5, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(Value::Float(fraction).as_i64(), None, "{fraction}");
        }
        assert_eq!(u32::from_value(&Value::Int(-1)), None);
        assert_eq!(Selector::from_value(&Value::Int(-1)), Some(Selector::Index(-1)));
        assert_eq!(f64::from_value(&Value::Text("3".into())), None);
    }

    #[test]
    fn what_is_not_finite_survives_json() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.1] {
            let text = serde_json::to_string(&Value::Pair(value, 1.0)).unwrap();
            let Value::Pair(first, second) = serde_json::from_str(&text).unwrap() else { unreachable!() };
            assert_eq!((first.to_bits(), second), (value.to_bits(), 1.0), "{text}");
        }
        assert!(serde_json::from_str::<Value>(r#"{"float":"three"}"#).is_err());
    }
}
