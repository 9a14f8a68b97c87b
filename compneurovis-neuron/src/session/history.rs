//! The traces of the compartments that were asked for.

use std::sync::Arc;

use compneurovis_core::{Coord, Field, FieldError, MorphologyGeometry};
use ndarray::{Array2, ArrayD, ArrayView2};

use super::{HISTORY_FIELD, Past};

/// Which compartments are traced, and their samples: the same field that the viewer has.
#[derive(Debug)]
pub(super) struct History {
    geometry: Arc<MorphologyGeometry>,
    traced: Vec<u32>,
    field: Field,
    max_samples: usize,
    stride: usize,
    /// The batch in the making: for each step its time, and a value of each trace.
    times: Vec<f64>,
    batch: Vec<f32>,
}

impl History {
    /// Traces `first`, whose value now is `values[first]`.
    pub(super) fn new(
        geometry: Arc<MorphologyGeometry>,
        first: u32,
        time_ms: f64,
        values: &[f32],
        max_samples: usize,
        stride: usize,
    ) -> Result<Self, FieldError> {
        let traced = vec![first];
        let field = make_field(&geometry, &traced, vec![time_ms], now(&traced, values), stride)?;
        Ok(Self { geometry, traced, field, max_samples, stride, times: Vec::new(), batch: Vec::new() })
    }

    pub(super) fn field(&self) -> &Field {
        &self.field
    }

    pub(super) fn max_samples(&self) -> usize {
        self.max_samples
    }

    /// Takes one step into the batch. Costs as many reads as there are traces.
    pub(super) fn take_step(&mut self, time_ms: f64, values: &[f32]) {
        self.times.push(time_ms);
        self.batch.extend(self.traced.iter().map(|&compartment| values[compartment as usize]));
    }

    /// Ends the batch: the times, and the values with one row for each trace.
    pub(super) fn finish_batch(&mut self) -> Result<(Vec<f64>, ArrayD<f32>), FieldError> {
        let times = std::mem::take(&mut self.times);
        let shape = (times.len(), self.traced.len());
        let by_step = ArrayView2::from_shape(shape, &self.batch)
            .map(|batch| batch.t().as_standard_layout().into_owned().into_dyn())
            .unwrap_or_else(|_| ArrayD::zeros(vec![self.traced.len(), 0]));
        self.batch.clear();
        self.field.append("time", &by_step.view(), &times, Some(self.max_samples))?;
        Ok((times, by_step))
    }

    /// Traces one more compartment, with what is known of its past. `false` if it is traced already.
    pub(super) fn trace(&mut self, compartment: u32, past: &Past, values: &[f32]) -> Result<bool, FieldError> {
        if self.traced.contains(&compartment) {
            return Ok(false);
        }
        let times = self.field.coord("time")?.numbers().unwrap_or_default().to_vec();
        let mut rows: Vec<f32> = self.field.values().iter().copied().collect();
        let mut row = past.trace(compartment as usize, &times);
        if let (Some(last), Some(&value)) = (row.last_mut(), values.get(compartment as usize)) {
            *last = value;
        }
        rows.extend(row);
        self.traced.push(compartment);
        self.field = make_field(&self.geometry, &self.traced, times, rows, self.stride)?;
        Ok(true)
    }

    /// Starts over with one sample of each trace.
    pub(super) fn restart(&mut self, time_ms: f64, values: &[f32]) -> Result<(), FieldError> {
        self.times.clear();
        self.batch.clear();
        let now = now(&self.traced, values);
        self.field = make_field(&self.geometry, &self.traced, vec![time_ms], now, self.stride)?;
        Ok(())
    }
}

fn now(traced: &[u32], values: &[f32]) -> Vec<f32> {
    traced.iter().map(|&compartment| values[compartment as usize]).collect()
}

fn make_field(
    geometry: &MorphologyGeometry,
    traced: &[u32],
    times: Vec<f64>,
    rows: Vec<f32>,
    stride: usize,
) -> Result<Field, FieldError> {
    let labels = traced.iter().filter_map(|&compartment| geometry.entity_id(compartment));
    let labels = Coord::labels(labels.map(|id| id.to_string()));
    let found = rows.len();
    let values = Array2::from_shape_vec((traced.len(), times.len()), rows).map_err(|_| FieldError::Shape {
        field: HISTORY_FIELD.into(),
        expected: vec![traced.len(), times.len()],
        found: vec![found],
    })?;
    let dims = [("segment", labels), ("time", Coord::from(times))];
    let field = Field::new(HISTORY_FIELD, values.into_dyn(), dims)?.with_unit("mV");
    Ok(field.with_attr(compneurovis_core::field::PAST_STRIDE, stride.to_string()))
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Section, SectionKind};

    use super::*;

    #[test]
    fn a_new_trace_shows_its_past() {
        let mut builder = MorphologyGeometry::builder("cell");
        builder.section(Section::new("dend", SectionKind::Dendrite, 3));
        let cell = Arc::new(builder.build().unwrap());
        let values = |step: f32| [step, 10.0 + step, 20.0 + step];
        let mut past = Past::new(3, 4, 1);
        past.offer(0.0, &values(0.0));
        let mut history = History::new(cell, 0, 0.0, &values(0.0), 4, 1).unwrap();
        for step in 1..6 {
            past.offer(f64::from(step), &values(step as f32));
            history.take_step(f64::from(step), &values(step as f32));
        }
        let (times, batch) = history.finish_batch().unwrap();
        assert_eq!((times.len(), batch.shape()), (5, &[1, 5][..]));
        assert!(history.trace(2, &past, &values(5.0)).unwrap());
        assert!(!history.trace(2, &past, &values(5.0)).unwrap());
        let field = history.field();
        assert_eq!(field.series_of("time", "dend@0.83333"), Some(&[22.0, 23.0, 24.0, 25.0][..]));
        assert_eq!(field.series_of("time", "dend@0.16667"), Some(&[2.0, 3.0, 4.0, 5.0][..]));
        history.restart(0.0, &values(7.0)).unwrap();
        assert_eq!(history.field().shape(), [2, 1]);
    }
}
