//! The field: the one data primitive.

use std::borrow::Cow;

use indexmap::IndexMap;
use ndarray::{ArrayD, ArrayViewD, IxDyn};
use serde::{Deserialize, Serialize, Serializer};

use super::{Coord, Revision, series::SeriesStorage};
use crate::{FieldError, FieldId, GeometryId};

/// Values in single precision over named dims, each with its [`Coord`].
///
/// Appending along a dim costs the batch, not the history, and every series stays contiguous
/// along that dim, so that a plot borrows it without a copy.
///
/// ```
/// use compneurovis_core::{Coord, Field};
/// use ndarray::array;
///
/// let mut history = Field::new(
///     "v",
///     array![[-65.0, -64.9], [-65.0, -65.0]].into_dyn(),
///     [("segment", Coord::labels(["soma@0.5", "dend@0.5"])), ("time", Coord::from(vec![0.0, 0.1]))],
/// )?
/// .with_unit("mV");
/// history.append("time", &array![[-64.8], [-64.9]].into_dyn().view(), &[0.2], Some(1000))?;
/// assert_eq!(history.series_of("time", "soma@0.5"), Some(&[-65.0, -64.9, -64.8][..]));
/// # Ok::<(), compneurovis_core::FieldError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Field {
    id: FieldId,
    coords: IndexMap<String, Coord>,
    unit: String,
    attrs: IndexMap<String, String>,
    storage: SeriesStorage,
}

impl Field {
    /// A field of `values`, with one `(name, coord)` for each of their axes.
    ///
    /// # Errors
    /// A dim too many or too few or named twice, a coord whose length is not that of its axis,
    /// labels that are not unique.
    pub fn new<D: Into<String>>(
        id: impl Into<FieldId>,
        values: ArrayD<f32>,
        dims: impl IntoIterator<Item = (D, Coord)>,
    ) -> Result<Self, FieldError> {
        let id = id.into();
        let mut coords = IndexMap::new();
        for (dim, coord) in dims {
            let dim = dim.into();
            if coords.insert(dim.clone(), coord).is_some() {
                return Err(FieldError::DuplicateDim { field: id, dim });
            }
        }
        check_coords(&id, &coords, values.shape())?;
        let shape = values.shape().to_vec();
        let storage = SeriesStorage::new(row_major(values), shape);
        Ok(Self { id, coords, unit: String::new(), attrs: IndexMap::new(), storage })
    }

    /// One value for each compartment of a geometry, over the dim `segment`.
    ///
    /// # Errors
    /// None at present; the length is checked when the field enters a scene.
    pub fn over_compartments(
        id: impl Into<FieldId>,
        geometry: impl Into<GeometryId>,
        values: Vec<f32>,
    ) -> Result<Self, FieldError> {
        Self::from_vec(id, values, "segment", Coord::Compartments(geometry.into()))
    }

    /// A single series over a dim of numbers.
    ///
    /// # Errors
    /// Different numbers of coordinates and values.
    pub fn series(
        id: impl Into<FieldId>,
        dim: impl Into<String>,
        coord: Vec<f64>,
        values: Vec<f32>,
    ) -> Result<Self, FieldError> {
        Self::from_vec(id, values, dim, Coord::from(coord))
    }

    fn from_vec(
        id: impl Into<FieldId>,
        values: Vec<f32>,
        dim: impl Into<String>,
        coord: Coord,
    ) -> Result<Self, FieldError> {
        let (id, length) = (id.into(), values.len());
        let coords = IndexMap::from([(dim.into(), coord)]);
        check_coords(&id, &coords, &[length])?;
        let storage = SeriesStorage::new(values, vec![length]);
        Ok(Self { id, coords, unit: String::new(), attrs: IndexMap::new(), storage })
    }

    /// The same field with a unit, such as `mV`.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// The same field with one more attribute, free text for the reader.
    #[must_use]
    pub fn with_attr(mut self, key: impl Into<String>, text: impl Into<String>) -> Self {
        self.attrs.insert(key.into(), text.into());
        self
    }

    /// The same field with words for what its values are, such as "Membrane potential": read at axes,
    /// colour bars and in tables instead of its id.
    ///
    /// ```
    /// use compneurovis_core::Field;
    /// let field = Field::series("v", "time", vec![0.0], vec![-65.0])?.with_unit("mV");
    /// assert_eq!(field.label(), "v");
    /// assert_eq!(field.with_label("Membrane potential").label_with_unit(), "Membrane potential (mV)");
    /// # Ok::<(), compneurovis_core::FieldError>(())
    /// ```
    #[must_use]
    pub fn with_label(self, label: impl Into<String>) -> Self {
        self.with_attr(super::LABEL, label)
    }

    /// The same field under another id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<FieldId>) -> Self {
        self.id = id.into();
        self
    }

    /// A field of the same id, unit and attributes, with other values, and other coords for the dims
    /// named.
    ///
    /// # Errors
    /// An unknown dim, or shapes that do not fit.
    pub fn with_values<D: Into<String>>(
        &self,
        values: ArrayD<f32>,
        coords: impl IntoIterator<Item = (D, Coord)>,
    ) -> Result<Self, FieldError> {
        let mut all = self.coords.clone();
        for (dim, coord) in coords {
            let dim = dim.into();
            self.axis(&dim)?;
            all.insert(dim, coord);
        }
        let mut field = Self::new(self.id.clone(), values, all)?;
        (field.unit, field.attrs) = (self.unit.clone(), self.attrs.clone());
        Ok(field)
    }

    /// Its id.
    pub fn id(&self) -> &FieldId {
        &self.id
    }

    /// Its unit; empty if it has none.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// Free text by key.
    pub fn attrs(&self) -> &IndexMap<String, String> {
        &self.attrs
    }

    /// What its values are, in words: its attribute [`LABEL`](super::LABEL), or its id if it has none.
    pub fn label(&self) -> &str {
        let said = self.attrs.get(super::LABEL).map(String::as_str);
        said.filter(|label| !label.is_empty()).unwrap_or(self.id.as_str())
    }

    /// The same with its unit, such as "Membrane potential (mV)".
    pub fn label_with_unit(&self) -> String {
        let label = self.label();
        if self.unit.is_empty() { label.to_owned() } else { format!("{label} ({})", self.unit) }
    }

    /// Names of the dims, in the order of the axes.
    pub fn dims(&self) -> impl ExactSizeIterator<Item = &str> {
        self.coords.keys().map(String::as_str)
    }

    /// Lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        self.storage.shape()
    }

    /// The values; their axes are in the order of the dims.
    pub fn values(&self) -> ArrayViewD<'_, f32> {
        self.storage.view()
    }

    /// The values of a field of one dim, as a slice.
    pub fn as_slice(&self) -> Option<&[f32]> {
        (self.shape().len() == 1).then(|| self.storage.series(0, &[]))?
    }

    /// The coordinate of a dim.
    ///
    /// # Errors
    /// There is no such dim.
    pub fn coord(&self, dim: &str) -> Result<&Coord, FieldError> {
        self.coords.get(dim).ok_or_else(|| self.unknown_dim(dim))
    }

    /// All `(dim, coord)` pairs in the order of the axes.
    pub fn coords(&self) -> impl ExactSizeIterator<Item = (&str, &Coord)> {
        self.coords.iter().map(|(dim, coord)| (dim.as_str(), coord))
    }

    /// Which axis a dim is.
    ///
    /// # Errors
    /// There is no such dim.
    pub fn axis(&self, dim: &str) -> Result<usize, FieldError> {
        self.coords.get_index_of(dim).ok_or_else(|| self.unknown_dim(dim))
    }

    /// The samples along `dim` of the series labelled `label` on the one other dim, borrowed.
    ///
    /// `None` if the field has not two dims, the label is unknown, or the samples are not
    /// contiguous, which they are along the last dim and along the dim that was appended to.
    pub fn series_of(&self, dim: &str, label: &str) -> Option<&[f32]> {
        let axis = self.coords.get_index_of(dim)?;
        if self.coords.len() != 2 {
            return None;
        }
        let (_, Coord::Labels(labels)) = self.coords.get_index(1 - axis)? else {
            return None;
        };
        self.storage.series(axis, &[labels.position(label)?])
    }

    /// The samples along `dim` at `position` on all other dims, in their order, borrowed.
    ///
    /// `None` if there is no such place or its samples are not contiguous.
    pub fn series_at(&self, dim: &str, position: &[usize]) -> Option<&[f32]> {
        if position.len() + 1 != self.coords.len() {
            return None;
        }
        self.storage.series(self.coords.get_index_of(dim)?, position)
    }

    /// Which state its values are in, for whoever keeps something beside them.
    pub fn revision(&self) -> Revision {
        self.storage.revision()
    }

    /// Takes new values, and new coords for the dims named.
    ///
    /// Gives the old values back so that their memory can be used again.
    ///
    /// # Errors
    /// An unknown dim, or shapes that do not fit; the field is then unchanged.
    pub fn replace(&mut self, values: ArrayD<f32>, coords: Vec<(String, Coord)>) -> Result<Vec<f32>, FieldError> {
        for (dim, _) in &coords {
            self.axis(dim)?;
        }
        let new_coord = |dim: &str| coords.iter().find(|(name, _)| name == dim).map(|(_, coord)| coord);
        let lengths = self.coords.iter().zip(self.shape());
        let expected: Vec<usize> =
            lengths.map(|((dim, _), &old)| new_coord(dim).map_or(old, |coord| coord.len().unwrap_or(old))).collect();
        if values.shape() != expected {
            return Err(FieldError::Shape { field: self.id.clone(), expected, found: values.shape().to_vec() });
        }
        for (dim, coord) in &coords {
            check_labels(&self.id, dim, coord)?;
        }
        self.coords.extend(coords);
        let storage = SeriesStorage::new(row_major(values), expected);
        Ok(std::mem::replace(&mut self.storage, storage).into_data())
    }

    /// Appends `batch` along `dim`, whose coord must hold numbers, and keeps the newest
    /// `max_length` samples. O(batch), amortised.
    ///
    /// The axes of `batch` are those of the field in their order, but `dim` comes last: a batch
    /// is one run of samples for each series, whatever the order of the dims.
    ///
    /// # Errors
    /// An unknown dim, a dim without numbers, or shapes that do not fit; the field is then unchanged.
    pub fn append(
        &mut self,
        dim: &str,
        batch: &ArrayViewD<'_, f32>,
        coord: &[f64],
        max_length: Option<usize>,
    ) -> Result<(), FieldError> {
        let axis = self.axis(dim)?;
        let mut expected = self.shape().to_vec();
        expected.remove(axis);
        expected.push(coord.len());
        if batch.shape() != expected {
            return Err(FieldError::Shape { field: self.id.clone(), expected, found: batch.shape().to_vec() });
        }
        let kind = self.coords[axis].kind();
        let Coord::Numbers(numbers) = &mut self.coords[axis] else {
            return Err(FieldError::NotAppendable { field: self.id.clone(), dim: dim.to_owned(), kind });
        };
        numbers.append(coord, max_length);
        self.storage.append(axis, batch, max_length);
        Ok(())
    }

    fn unknown_dim(&self, dim: &str) -> FieldError {
        FieldError::UnknownDim {
            field: self.id.clone(),
            dim: dim.to_owned(),
            known: self.coords.keys().cloned().collect(),
        }
    }
}

/// Equality of what can be seen, whatever the slack.
impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        let bits = |field: &Self| field.values().iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        self.id == other.id
            && self.unit == other.unit
            && self.attrs == other.attrs
            && self.coords == other.coords
            && self.shape() == other.shape()
            && bits(self) == bits(other)
    }
}

fn row_major(values: ArrayD<f32>) -> Vec<f32> {
    if values.is_standard_layout() {
        let length = values.len();
        let (mut data, offset) = values.into_raw_vec_and_offset();
        // An array can be a window into a longer vector.
        data.drain(..offset.unwrap_or(0));
        data.truncate(length);
        data
    } else {
        values.iter().copied().collect()
    }
}

fn check_coords(id: &FieldId, coords: &IndexMap<String, Coord>, shape: &[usize]) -> Result<(), FieldError> {
    if coords.len() != shape.len() {
        return Err(FieldError::Rank { field: id.clone(), dims: coords.len(), axes: shape.len() });
    }
    for ((dim, coord), &axis) in coords.iter().zip(shape) {
        if let Some(length) = coord.len().filter(|&length| length != axis) {
            return Err(FieldError::CoordLength { field: id.clone(), dim: dim.clone(), coord: length, axis });
        }
        check_labels(id, dim, coord)?;
    }
    Ok(())
}

fn check_labels(id: &FieldId, dim: &str, coord: &Coord) -> Result<(), FieldError> {
    let Coord::Labels(labels) = coord else { return Ok(()) };
    match labels.duplicate() {
        None => Ok(()),
        Some(label) => {
            Err(FieldError::DuplicateLabel { field: id.clone(), dim: dim.to_owned(), label: label.to_string() })
        }
    }
}

/// The serialised form: no slack, and checked again when read.
#[derive(Deserialize)]
struct Parts {
    id: FieldId,
    coords: IndexMap<String, Coord>,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    attrs: IndexMap<String, String>,
    shape: Vec<usize>,
    #[serde(with = "crate::wire::values")]
    values: Vec<f32>,
}

impl TryFrom<Parts> for Field {
    type Error = FieldError;

    fn try_from(parts: Parts) -> Result<Self, FieldError> {
        let length = parts.values.len();
        let values = ArrayD::from_shape_vec(IxDyn(&parts.shape), parts.values).map_err(|_| FieldError::Shape {
            field: parts.id.clone(),
            expected: parts.shape.clone(),
            found: vec![length],
        })?;
        let mut field = Self::new(parts.id, values, parts.coords)?;
        (field.unit, field.attrs) = (parts.unit, parts.attrs);
        Ok(field)
    }
}

/// The serialised form, borrowed: a field can be most of the memory.
#[derive(Serialize)]
struct PartsRef<'a> {
    id: &'a FieldId,
    coords: &'a IndexMap<String, Coord>,
    unit: &'a str,
    attrs: &'a IndexMap<String, String>,
    shape: &'a [usize],
    #[serde(with = "crate::wire::values")]
    values: Cow<'a, [f32]>,
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let view = self.values();
        let values = view.to_slice().map_or_else(|| view.iter().copied().collect(), Cow::Borrowed);
        let Self { id, coords, unit, attrs, .. } = self;
        PartsRef { id, coords, unit, attrs, shape: self.shape(), values }.serialize(serializer)
    }
}

#[cfg(test)]
mod tests;
