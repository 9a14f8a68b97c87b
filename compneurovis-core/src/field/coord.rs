//! What the positions along one dim of a field mean.

use std::{collections::HashMap, ops::Deref, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::GeometryId;

/// The coordinate of a dim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Coord {
    /// Numbers, in double precision: time in single precision stops counting at 0.1 ms steps.
    Numbers(Numbers),
    /// Unique labels.
    Labels(Labels),
    /// One position per compartment of a geometry. Its length is the geometry's business.
    Compartments(GeometryId),
}

/// Numbers that grow at the end and are cut at the front, at the cost of what is new.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    data: Vec<f64>,
    /// Where the numbers begin: those before were cut off.
    start: usize,
}

impl Numbers {
    /// Appends numbers and keeps the newest `max_length`. O(batch), amortised.
    pub(super) fn append(&mut self, newer: &[f64], max_length: Option<usize>) {
        self.data.extend_from_slice(newer);
        self.start += max_length.map_or(0, |max| self.len().saturating_sub(max));
        // What was cut off is as much as what is left: moving that is paid for.
        if self.start > self.len() {
            self.data.drain(..self.start);
            self.start = 0;
        }
    }
}

impl Deref for Numbers {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.data[self.start..]
    }
}

impl From<Vec<f64>> for Numbers {
    fn from(data: Vec<f64>) -> Self {
        Self { data, start: 0 }
    }
}

impl From<Numbers> for Vec<f64> {
    fn from(mut numbers: Numbers) -> Self {
        numbers.data.drain(..numbers.start);
        numbers.data
    }
}

/// Equality of what can be seen. Numbers are compared by their bits, so that a coordinate that is
/// not a number equals itself.
impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(&**other).all(|(a, b)| a.to_bits() == b.to_bits())
    }
}

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::wire::numbers::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(crate::wire::numbers::deserialize(deserializer)?.into())
    }
}

impl From<Vec<f64>> for Coord {
    fn from(numbers: Vec<f64>) -> Self {
        Self::Numbers(numbers.into())
    }
}

/// Unique labels with a hash beside them, so that a look-up is not a scan. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Arc<str>>", into = "Vec<Arc<str>>")]
pub struct Labels {
    names: Arc<[Arc<str>]>,
    index: Arc<HashMap<Arc<str>, usize>>,
}

impl Labels {
    /// The labels in order.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Position of a label. O(1).
    pub fn position(&self, label: &str) -> Option<usize> {
        self.index.get(label).copied()
    }

    /// The first label that occurs twice, if any.
    pub(super) fn duplicate(&self) -> Option<&Arc<str>> {
        if self.index.len() == self.names.len() {
            return None;
        }
        // The hash kept the first position of each, so a later one differs.
        self.names.iter().enumerate().find(|&(at, name)| self.index.get(name) != Some(&at)).map(|(_, name)| name)
    }
}

impl From<Vec<Arc<str>>> for Labels {
    fn from(names: Vec<Arc<str>>) -> Self {
        let mut index = HashMap::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            index.entry(name.clone()).or_insert(at);
        }
        Self { names: names.into(), index: index.into() }
    }
}

impl From<Labels> for Vec<Arc<str>> {
    fn from(labels: Labels) -> Self {
        labels.names.to_vec()
    }
}

impl Coord {
    /// A coordinate of labels.
    pub fn labels<T: AsRef<str>>(labels: impl IntoIterator<Item = T>) -> Self {
        let names: Vec<Arc<str>> = labels.into_iter().map(|label| label.as_ref().into()).collect();
        Self::Labels(names.into())
    }

    /// How many entries it has; `None` where that is the geometry's business.
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::Numbers(numbers) => Some(numbers.len()),
            Self::Labels(labels) => Some(labels.names.len()),
            Self::Compartments(_) => None,
        }
    }

    /// Whether it is known to have no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The numbers, if it holds numbers.
    pub fn numbers(&self) -> Option<&[f64]> {
        match self {
            Self::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Numbers(_) => "numbers",
            Self::Labels(_) => "labels",
            Self::Compartments(_) => "compartments",
        }
    }
}
