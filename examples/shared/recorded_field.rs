//! Numbers that a model records, as a field over time.

use compneurovis_core::{Coord, Emitter, Field, SessionError};
use compneurovis_neuron::{RangeRef, RecordedSamples, Recorders};
use ndarray::ArrayD;

/// A field over some dims of names and `time`, with a recorded number for each combination of names.
#[derive(Clone, Debug, Default)]
pub struct RecordedField {
    id: String,
    unit: String,
    dims: Vec<(&'static str, Vec<String>)>,
    samples: usize,
}

impl RecordedField {
    /// A field of one dim `series` beside the time, which keeps so many samples.
    pub fn new(id: &str, unit: &str, names: &[&str], samples: usize) -> Self {
        Self::over(id, unit, [("series", names.iter().map(ToString::to_string).collect())], samples)
    }

    /// A field over several dims beside the time.
    pub fn over(
        id: &str,
        unit: &str,
        dims: impl IntoIterator<Item = (&'static str, Vec<String>)>,
        samples: usize,
    ) -> Self {
        Self { id: id.to_owned(), unit: unit.to_owned(), dims: dims.into_iter().collect(), samples }
    }

    fn name(&self, at: usize) -> String {
        format!("{} {at}", self.id)
    }

    /// Records a number for each combination of names, the last dim's changing fastest.
    ///
    /// # Errors
    /// Something is recorded under the field's name already.
    pub fn record(&self, recorders: &mut Recorders, references: &[RangeRef]) -> Result<(), SessionError> {
        Ok(recorders.record_many((0..references.len()).map(|at| self.name(at)), references)?)
    }

    /// The field before anything is recorded.
    ///
    /// # Errors
    /// A name is there twice.
    pub fn field(&self) -> Result<Field, SessionError> {
        let dims = self.dims.iter().map(|(dim, names)| (*dim, Coord::labels(names)));
        let dims = dims.chain([("time", Coord::from(Vec::<f64>::new()))]);
        Ok(Field::new(self.id.as_str(), ArrayD::zeros(self.shape(0)), dims)?.with_unit(self.unit.as_str()))
    }

    /// Appends what one batch of steps has recorded.
    ///
    /// # Errors
    /// It is not what [`record`](Self::record) asked for.
    pub fn append(
        &self,
        times_ms: &[f64],
        samples: &RecordedSamples,
        emitter: &mut Emitter,
    ) -> Result<(), SessionError> {
        let series: usize = self.dims.iter().map(|(_, names)| names.len()).product();
        let rows = (0..series).filter_map(|at| samples.get(&self.name(at)));
        self.append_values(times_ms, rows.flatten().copied().collect(), emitter)
    }

    /// Appends values of the model's own, series after series.
    ///
    /// # Errors
    /// There are not as many as the field has series, for each time.
    pub fn append_values(&self, times_ms: &[f64], values: Vec<f32>, emitter: &mut Emitter) -> Result<(), SessionError> {
        let values = ArrayD::from_shape_vec(self.shape(times_ms.len()), values)?;
        emitter.append(self.id.as_str(), "time", times_ms, values, Some(self.samples));
        Ok(())
    }

    /// Empties the field, as a Reset does.
    ///
    /// # Errors
    /// None: a field without samples has as many values as its shape says.
    pub fn clear(&self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let none = ArrayD::from_shape_vec(self.shape(0), Vec::new())?;
        emitter.replace_copy(self.id.as_str(), &none.view(), vec![("time".to_owned(), Vec::<f64>::new().into())]);
        Ok(())
    }

    fn shape(&self, times: usize) -> Vec<usize> {
        self.dims.iter().map(|(_, names)| names.len()).chain([times]).collect()
    }
}
