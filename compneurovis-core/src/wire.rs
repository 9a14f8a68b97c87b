//! Numbers on the wire: where the format is one for people, what is not finite is written as text.
//!
//! JSON has no `NaN` and no infinity, and writes them as `null`, which is no number when read again.
//! Gaps in a trace are `NaN`, so these modules write `"NaN"`, `"inf"` and `"-inf"` there. Formats for
//! machines get the plain numbers.

use std::fmt;

use ndarray::{ArrayD, IxDyn};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeSeq};

/// A number as it is written for people.
struct ForPeople(f64);

impl ForPeople {
    fn text(number: f64) -> &'static str {
        match number {
            number if number.is_nan() => "NaN",
            number if number > 0.0 => "inf",
            _ => "-inf",
        }
    }
}

impl<'de> Deserialize<'de> for ForPeople {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ForPeopleVisitor)
    }
}

struct ForPeopleVisitor;

impl de::Visitor<'_> for ForPeopleVisitor {
    type Value = ForPeople;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, \"NaN\", \"inf\" or \"-inf\"")
    }

    fn visit_f64<E>(self, number: f64) -> Result<ForPeople, E> {
        Ok(ForPeople(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<ForPeople, E> {
        Ok(ForPeople(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<ForPeople, E> {
        Ok(ForPeople(number as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ForPeople, E> {
        match text {
            "NaN" => Ok(ForPeople(f64::NAN)),
            "inf" => Ok(ForPeople(f64::INFINITY)),
            "-inf" => Ok(ForPeople(f64::NEG_INFINITY)),
            other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
        }
    }
}

/// One `f64`.
pub(crate) mod number {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        if number.is_finite() || !serializer.is_human_readable() {
            return serializer.serialize_f64(*number);
        }
        serializer.serialize_str(ForPeople::text(*number))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        if deserializer.is_human_readable() {
            return Ok(ForPeople::deserialize(deserializer)?.0);
        }
        f64::deserialize(deserializer)
    }
}

/// A list of `f64`.
pub(crate) mod numbers {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(numbers: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return numbers.serialize(serializer);
        }
        let mut list = serializer.serialize_seq(Some(numbers.len()))?;
        for number in numbers {
            match number.is_finite() {
                true => list.serialize_element(number)?,
                false => list.serialize_element(ForPeople::text(*number))?,
            }
        }
        list.end()
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        if !deserializer.is_human_readable() {
            return Vec::deserialize(deserializer);
        }
        Ok(Vec::<ForPeople>::deserialize(deserializer)?.into_iter().map(|number| number.0).collect())
    }
}

/// A list of `f32`, whose shortest text that reads back as itself is shorter than an `f64`'s.
pub(crate) mod values {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(values: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return values.serialize(serializer);
        }
        let mut list = serializer.serialize_seq(Some(values.len()))?;
        for value in values {
            match value.is_finite() {
                true => list.serialize_element(value)?,
                false => list.serialize_element(ForPeople::text(f64::from(*value)))?,
            }
        }
        list.end()
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
        if !deserializer.is_human_readable() {
            return Vec::deserialize(deserializer);
        }
        Ok(Vec::<ForPeople>::deserialize(deserializer)?.into_iter().map(|number| number.0 as f32).collect())
    }
}

/// An array of `f32`: its shape, and its values in row-major order.
pub(crate) mod array {
    use super::*;

    #[derive(Serialize)]
    struct Written<'a> {
        shape: &'a [usize],
        #[serde(with = "values")]
        values: &'a [f32],
    }

    #[derive(Deserialize)]
    struct Read {
        shape: Vec<usize>,
        #[serde(with = "values")]
        values: Vec<f32>,
    }

    pub(crate) fn serialize<S: Serializer>(array: &ArrayD<f32>, serializer: S) -> Result<S::Ok, S::Error> {
        let row_major = array.as_standard_layout();
        // In standard layout it is a slice.
        let values = row_major.as_slice().unwrap_or_default();
        Written { shape: array.shape(), values }.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ArrayD<f32>, D::Error> {
        let Read { shape, values } = Read::deserialize(deserializer)?;
        let found = values.len();
        ArrayD::from_shape_vec(IxDyn(&shape), values)
            .map_err(|_| de::Error::custom(format_args!("{found} values do not fill the shape {shape:?}")))
    }
}
