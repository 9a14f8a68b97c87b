//! Samples of a field, step after step.

use ndarray::{ArrayD, IxDyn};

use crate::{FieldId, SessionUpdate};

/// More samples of a field over (series, dim): for each position of `coord` a value of each series.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps<'a> {
    pub(crate) field: &'a FieldId,
    pub(crate) dim: &'a str,
    pub(crate) coord: &'a [f64],
    /// Position after position.
    pub(crate) values: &'a [f32],
    pub(crate) max_length: Option<usize>,
}

impl Steps<'_> {
    /// How many series there are.
    pub(crate) fn rows(&self) -> usize {
        self.values.len() / self.coord.len().max(1)
    }

    /// The same as an update, in memory that is given. What misses a value or has one too many fits no field.
    pub(crate) fn into_update(self, mut memory: Vec<f32>) -> SessionUpdate {
        let (rows, length) = (self.rows(), self.coord.len());
        if rows <= 1 || length <= 1 {
            memory.extend_from_slice(self.values);
        } else {
            for row in 0..rows {
                memory.extend(self.values.iter().skip(row).step_by(rows));
            }
        }
        let found = memory.len();
        let values = match ArrayD::from_shape_vec(IxDyn(&[rows, length]), memory) {
            Ok(values) => values,
            // For whoever applies it to say.
            Err(_) => ArrayD::zeros(IxDyn(&[found])),
        };
        SessionUpdate::FieldAppend {
            field: self.field.clone(),
            dim: self.dim.to_owned(),
            values,
            coord: self.coord.to_vec(),
            max_length: self.max_length,
        }
    }
}
