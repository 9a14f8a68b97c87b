//! The traces: of the compartments that were asked for, or of all.

use std::sync::Arc;

use compneurovis_core::{Coord, Emitter, EntityId, Field, FieldError, FieldId, MorphologyGeometry, SessionUpdate};
use ndarray::{ArrayD, IxDyn};

use super::{HistoryCapture, Past};

/// What a history is like, whatever is in it.
#[derive(Clone, Debug)]
pub(super) struct HistorySpec {
    pub(super) id: FieldId,
    pub(super) unit: String,
    /// What is traced, in words.
    pub(super) label: String,
    pub(super) capture: HistoryCapture,
    pub(super) max_samples: usize,
    pub(super) stride: usize,
}

/// Which compartments are traced, and their samples.
#[derive(Debug)]
pub(super) struct History {
    spec: HistorySpec,
    geometry: Arc<MorphologyGeometry>,
    traced: Vec<u32>,
    /// The same field that the viewer has, to be shown anew with one more trace. A history of all
    /// compartments needs none, and is too large to be kept twice.
    kept: Option<Field>,
    /// What is still to be appended to it, step after step: many small batches at once cost less.
    times_to_keep: Vec<f64>,
    to_keep: Vec<f32>,
    /// The batch in the making: for each step a value of each trace.
    batch: Vec<f32>,
}

/// How many steps are appended at once to what is kept.
const KEPT_AT_ONCE: usize = 64;

impl History {
    /// Traces the compartment `first`, or all, whose values now are `values`.
    pub(super) fn new(geometry: Arc<MorphologyGeometry>, first: u32, spec: HistorySpec) -> Self {
        let traced = match spec.capture {
            HistoryCapture::OnDemand => vec![first],
            HistoryCapture::Full => (0..geometry.compartments() as u32).collect(),
        };
        let (times_to_keep, to_keep, batch) = Default::default();
        Self { spec, geometry, traced, kept: None, times_to_keep, to_keep, batch }
    }

    pub(super) fn id(&self) -> &FieldId {
        &self.spec.id
    }

    pub(super) fn traced(&self) -> &[u32] {
        &self.traced
    }

    pub(super) fn max_samples(&self) -> usize {
        self.spec.max_samples
    }

    /// Keeps so many samples, if that is more than before.
    pub(super) fn make_room(&mut self, samples: usize) {
        self.spec.max_samples = self.spec.max_samples.max(samples);
    }

    fn is_full(&self) -> bool {
        self.spec.capture == HistoryCapture::Full
    }

    /// Takes one step into the batch. Costs as many reads as there are traces.
    #[inline]
    pub(super) fn take_step(&mut self, values: &[f32]) {
        if self.is_full() {
            return self.batch.extend_from_slice(values);
        }
        self.batch.extend(self.traced.iter().map(|&compartment| values[compartment as usize]));
    }

    /// What a trace did in the batch; `None` if the compartment is not traced.
    pub(super) fn batch_of(&self, compartment: u32) -> Option<impl Iterator<Item = f32>> {
        let row = self.traced.iter().position(|&traced| traced == compartment)?;
        Some(self.batch.iter().skip(row).step_by(self.traced.len().max(1)).copied())
    }

    /// Ends the batch and emits it.
    pub(super) fn emit_batch(&mut self, times_ms: &[f64], emitter: &mut Emitter) -> Result<(), FieldError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        emitter.append_steps(&self.spec.id, "time", times_ms, &self.batch, Some(self.spec.max_samples));
        self.finish_batch(times_ms)
    }

    /// Ends the batch, if no one has.
    pub(super) fn finish_batch(&mut self, times_ms: &[f64]) -> Result<(), FieldError> {
        if self.kept.is_some() && !self.batch.is_empty() {
            self.times_to_keep.extend_from_slice(times_ms);
            self.to_keep.extend_from_slice(&self.batch);
        }
        self.batch.clear();
        if self.times_to_keep.len() < KEPT_AT_ONCE { Ok(()) } else { self.keep() }
    }

    /// Appends what is to be kept.
    fn keep(&mut self) -> Result<(), FieldError> {
        let Some(field) = self.kept.as_mut().filter(|_| !self.times_to_keep.is_empty()) else { return Ok(()) };
        let mut rows = Vec::with_capacity(self.to_keep.len());
        transpose(&self.to_keep, self.traced.len(), &mut rows);
        let values = array(&self.spec.id, self.traced.len(), self.times_to_keep.len(), rows)?;
        field.append("time", &values.view(), &self.times_to_keep, Some(self.spec.max_samples))?;
        self.times_to_keep.clear();
        self.to_keep.clear();
        Ok(())
    }

    /// Traces one more compartment, with what is known of its past. `false` if it is traced already.
    pub(super) fn trace(&mut self, compartment: u32, past: &Past, values: &[f32]) -> Result<bool, FieldError> {
        self.keep()?;
        let Some(field) = self.kept.as_ref().filter(|_| !self.traced.contains(&compartment)) else { return Ok(false) };
        let times = field.coord("time")?.numbers().unwrap_or_default().to_vec();
        let mut rows: Vec<f32> = field.values().iter().copied().collect();
        let mut row = past.trace(compartment as usize, &times);
        if let (Some(last), Some(&value)) = (row.last_mut(), values.get(compartment as usize)) {
            *last = value;
        }
        rows.extend(row);
        self.traced.push(compartment);
        self.kept = Some(self.field(times, rows)?);
        Ok(true)
    }

    /// Goes on over another geometry. The traces of compartments that are there under the same id stay, and
    /// those of others end: gives their ids. If none stays, the first compartment is traced. A history of all
    /// compartments begins anew.
    pub(super) fn change_geometry(
        &mut self,
        geometry: Arc<MorphologyGeometry>,
        stride: usize,
    ) -> Result<Vec<EntityId>, FieldError> {
        self.keep()?;
        let before = std::mem::replace(&mut self.geometry, geometry);
        self.spec.stride = if self.is_full() { 1 } else { stride };
        self.batch.clear();
        if self.is_full() {
            self.traced = (0..self.geometry.compartments() as u32).collect();
            return Ok(Vec::new());
        }
        let (mut stays, mut traced, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        for id in self.traced.iter().filter_map(|&compartment| before.entity_id(compartment)) {
            let now = self.geometry.compartment_of(id.as_str());
            let now = now.filter(|&now| self.geometry.entity_id(now).as_ref() == Some(&id));
            stays.push(now.is_some());
            match now {
                Some(now) => traced.push(now),
                None => gone.push(id),
            }
        }
        self.take_traced(traced, &stays)?;
        Ok(gone)
    }

    /// Traces other compartments from now on, which are the traced ones that stay.
    fn take_traced(&mut self, traced: Vec<u32>, stays: &[bool]) -> Result<(), FieldError> {
        let none_stays = traced.is_empty();
        self.traced = if none_stays { vec![0] } else { traced };
        let Some(field) = &self.kept else { return Ok(()) };
        let times = field.coord("time")?.numbers().unwrap_or_default().to_vec();
        let (values, mut rows) = (field.values(), Vec::new());
        for (row, _) in values.outer_iter().zip(stays).filter(|(_, stays)| **stays) {
            rows.extend(row.iter().copied());
        }
        if none_stays {
            rows.resize(times.len(), f32::NAN);
        }
        self.kept = Some(self.field(times, rows)?);
        Ok(())
    }

    /// The field with all that is known; from one sample on if all compartments are traced.
    pub(super) fn whole(&mut self, time_ms: f64, values: &[f32]) -> Result<Field, FieldError> {
        self.keep()?;
        match &self.kept {
            Some(field) => Ok(field.clone()),
            None => self.restart(time_ms, values),
        }
    }

    /// Traces a compartment no more. `false` if it is not traced, is the only one, or all are.
    pub(super) fn untrace(&mut self, compartment: u32) -> Result<bool, FieldError> {
        let there = self.traced.contains(&compartment);
        if self.is_full() || !there || self.traced.len() == 1 {
            return Ok(false);
        }
        self.keep()?;
        let stays: Vec<bool> = self.traced.iter().map(|&traced| traced != compartment).collect();
        let traced = self.traced.iter().copied().filter(|&traced| traced != compartment).collect();
        self.take_traced(traced, &stays)?;
        Ok(true)
    }

    /// Starts over with one sample of each trace, and gives the field with it.
    pub(super) fn restart(&mut self, time_ms: f64, values: &[f32]) -> Result<Field, FieldError> {
        self.batch.clear();
        self.times_to_keep.clear();
        self.to_keep.clear();
        let now = self.traced.iter().map(|&compartment| values[compartment as usize]).collect();
        let field = self.field(vec![time_ms], now)?;
        self.kept = (!self.is_full()).then(|| field.clone());
        Ok(field)
    }

    fn field(&self, times: Vec<f64>, rows: Vec<f32>) -> Result<Field, FieldError> {
        let labels = self.traced.iter().filter_map(|&compartment| self.geometry.entity_id(compartment));
        let labels = Coord::labels(labels.map(|id| id.to_string()));
        let values = array(&self.spec.id, self.traced.len(), times.len(), rows)?;
        let dims = [("segment", labels), ("time", Coord::from(times))];
        let field = Field::new(&self.spec.id, values, dims)?.with_unit(&self.spec.unit).with_label(&self.spec.label);
        Ok(field.with_attr(compneurovis_core::field::PAST_STRIDE, self.spec.stride.to_string()))
    }

    /// Emits all traces anew.
    pub(super) fn emit_all(&self, emitter: &mut Emitter) {
        self.kept.iter().for_each(|field| emit_whole(field, emitter));
    }
}

/// Emits the values and coords of a field.
pub(super) fn emit_whole(field: &Field, emitter: &mut Emitter) {
    emitter.emit(SessionUpdate::FieldReplace {
        field: field.id().clone(),
        values: field.values().to_owned(),
        coords: field.coords().map(|(dim, coord)| (dim.to_owned(), coord.clone())).collect(),
    });
}

fn array(id: &FieldId, rows: usize, samples: usize, values: Vec<f32>) -> Result<ArrayD<f32>, FieldError> {
    let found = values.len();
    ArrayD::from_shape_vec(IxDyn(&[rows, samples]), values).map_err(|_| FieldError::Shape {
        field: id.clone(),
        expected: vec![rows, samples],
        found: vec![found],
    })
}

/// From step after step to trace after trace.
fn transpose(by_step: &[f32], rows: usize, into: &mut Vec<f32>) {
    if by_step.len() == rows || rows <= 1 {
        return into.extend_from_slice(by_step);
    }
    for row in 0..rows {
        into.extend(by_step.iter().skip(row).step_by(rows));
    }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Section, SectionKind};

    use super::*;

    fn cell() -> Arc<MorphologyGeometry> {
        let mut builder = MorphologyGeometry::builder("cell");
        builder.section(Section::new("dend", SectionKind::Dendrite, 3));
        Arc::new(builder.build().unwrap())
    }

    fn spec(capture: HistoryCapture) -> HistorySpec {
        let (unit, label) = ("mV".to_owned(), "Membrane potential".to_owned());
        HistorySpec { id: "segment_history".into(), unit, label, capture, max_samples: 4, stride: 1 }
    }

    fn values(step: f32) -> [f32; 3] {
        [step, 10.0 + step, 20.0 + step]
    }

    #[test]
    fn a_new_trace_shows_its_past() {
        let mut past = Past::new(3, 4, 1);
        past.offer(0.0, &values(0.0));
        let mut history = History::new(cell(), 0, spec(HistoryCapture::OnDemand));
        history.restart(0.0, &values(0.0)).unwrap();
        for step in 1..6 {
            past.offer(f64::from(step), &values(step as f32));
            history.take_step(&values(step as f32));
        }
        assert_eq!(history.batch_of(0).unwrap().collect::<Vec<_>>(), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!(history.batch_of(1).is_none());
        history.finish_batch(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert!(history.trace(2, &past, &values(5.0)).unwrap());
        assert!(!history.trace(2, &past, &values(5.0)).unwrap());
        let field = history.kept.as_ref().unwrap();
        assert_eq!(field.series_of("time", "dend@0.83333"), Some(&[22.0, 23.0, 24.0, 25.0][..]));
        assert_eq!(field.series_of("time", "dend@0.16667"), Some(&[2.0, 3.0, 4.0, 5.0][..]));
        assert_eq!(history.restart(0.0, &values(7.0)).unwrap().shape(), [2, 1]);
    }

    #[test]
    fn all_compartments_are_traced_from_the_start() {
        let mut history = History::new(cell(), 0, spec(HistoryCapture::Full));
        assert_eq!(history.restart(0.0, &values(0.0)).unwrap().shape(), [3, 1]);
        history.take_step(&values(1.0));
        history.take_step(&values(2.0));
        assert_eq!(history.batch_of(1).unwrap().collect::<Vec<_>>(), [11.0, 12.0]);
        let mut rows = Vec::new();
        transpose(&history.batch, 3, &mut rows);
        assert_eq!(rows, [1.0, 2.0, 11.0, 12.0, 21.0, 22.0]);
        assert!(!history.trace(2, &Past::new(3, 4, 0), &values(2.0)).unwrap(), "it is traced already");
    }
}
