//! Numbers on the wire: where the format is one for people, what is not finite is written as text.
//!
//! JSON has no `NaN` and no infinity, and writes them as `null`, which is no number when read again.
//! Gaps in a trace are `NaN`, so these modules write `"NaN"`, `"inf"` and `"-inf"` there; one of the other
//! values that are no number has its bits behind it, as in `"NaN:7ff8000000000001"`. Formats for
//! machines get the plain numbers, and a message of the [codec](crate::codec) has lists beside its text.

use std::{borrow::Cow, fmt, marker::PhantomData};

use ndarray::{ArrayD, IxDyn};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer, de,
    ser::{self, SerializeSeq},
};

use crate::codec::{self, Element, Taken};

/// A number as it is written for people.
struct ForPeople(f64);

impl ForPeople {
    fn text(number: f64) -> Cow<'static, str> {
        match number {
            number if number.to_bits() == f64::NAN.to_bits() => "NaN".into(),
            number if number.is_nan() => format!("NaN:{:016x}", number.to_bits()).into(),
            number if number > 0.0 => "inf".into(),
            _ => "-inf".into(),
        }
    }

    /// The number that is no number and has these bits.
    fn nan(bits: &str) -> Option<f64> {
        let bits = u64::from_str_radix(bits, 16).ok()?;
        Some(f64::from_bits(bits)).filter(|number| number.is_nan())
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
            other => match other.strip_prefix("NaN:").and_then(ForPeople::nan) {
                Some(number) => Ok(ForPeople(number)),
                None => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
            },
        }
    }
}

/// A type of values that are written as lists.
trait Listed: Element + Into<f64> + Serialize {
    fn from_number(number: f64) -> Self;
}

impl Listed for f32 {
    fn from_number(number: f64) -> Self {
        number as Self
    }
}

impl Listed for f64 {
    fn from_number(number: f64) -> Self {
        number
    }
}

/// Where a list stands in a message: `{"array": 0}`.
#[derive(Serialize, Deserialize)]
struct ArrayNumber {
    array: u32,
}

/// Writes a list for people, or the place of its array in the message that is being written.
fn serialize_list<T: Listed, S: Serializer>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    if let Some(array) = codec::put(list) {
        return ArrayNumber { array }.serialize(serializer);
    }
    let mut items = serializer.serialize_seq(Some(list.len()))?;
    for item in list {
        match (*item).into() {
            number if number.is_finite() => items.serialize_element(item)?,
            number => items.serialize_element(&ForPeople::text(number))?,
        }
    }
    items.end()
}

/// The array of a number in the message that is being read.
fn array_of<T: Element, E: de::Error>(number: u32) -> Result<Vec<T>, E> {
    let wanted = T::NAME;
    match codec::take(number) {
        Taken::Values(values) => Ok(values),
        Taken::Unknown => Err(E::custom(format_args!("there is no array {number}"))),
        Taken::Twice => Err(E::custom(format_args!("array {number} stands in two places"))),
        Taken::Other(found) => Err(E::custom(format_args!("array {number} is of {found}, not of {wanted}"))),
    }
}

/// Reads a list that was written for people, or an array of the message.
struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Listed> de::Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(ForPeople(number)) = items.next_element()? {
            list.push(T::from_number(number));
        }
        Ok(list)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
        let place = ArrayNumber::deserialize(de::value::MapAccessDeserializer::new(map))?;
        array_of(place.array)
    }
}

/// A list of whole numbers that is an array in messages, and is written nowhere else.
pub(crate) mod whole {
    use super::*;

    pub(crate) fn serialize<T: Element, S: Serializer>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        let array = codec::put(list).ok_or_else(|| ser::Error::custom("there is no message to put an array into"))?;
        ArrayNumber { array }.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: Element, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        array_of(ArrayNumber::deserialize(deserializer)?.array)
    }
}

/// Bytes: a list of numbers, or an array in a message.
pub(crate) mod bytes {
    use std::sync::Arc;

    use super::*;

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        match codec::writing() {
            true => whole::serialize(bytes, serializer),
            false => bytes.serialize(serializer),
        }
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Read {
        Array(ArrayNumber),
        List(Vec<u8>),
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[u8]>, D::Error> {
        if !codec::reading() {
            return Ok(Vec::deserialize(deserializer)?.into());
        }
        match Read::deserialize(deserializer)? {
            Read::Array(place) => Ok(array_of(place.array)?.into()),
            Read::List(bytes) => Ok(bytes.into()),
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
        serializer.serialize_str(&ForPeople::text(*number))
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
        serialize_list(numbers, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        if !deserializer.is_human_readable() {
            return Vec::deserialize(deserializer);
        }
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// A list of `f32`, whose shortest text that reads back as itself is shorter than an `f64`'s.
pub(crate) mod values {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(values: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return values.serialize(serializer);
        }
        serialize_list(values, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
        if !deserializer.is_human_readable() {
            return Vec::deserialize(deserializer);
        }
        deserializer.deserialize_any(ListVisitor(PhantomData))
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
