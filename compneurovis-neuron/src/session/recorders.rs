//! Numbers of the model that are read after every step, and spikes.

use compneurovis_core::{Field, FieldError};
use indexmap::IndexMap;
use thiserror::Error;

use super::SPIKES_FIELD;
use crate::{Neuron, NeuronError, RangeProbe, RangeRef, Section};

/// A wish to record that makes no sense. What was recorded before still is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// A name for each reference is needed, and the other way round.
    #[error("names and references must have the same length; there are {names} names and {references} references")]
    Length {
        /// How many names.
        names: usize,
        /// How many references.
        references: usize,
    },
    /// A name that is given twice.
    #[error("the names of what is recorded must be unique; `{name}` is given twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// A name under which something is recorded already.
    #[error("the session already records `{name}`")]
    Already {
        /// The name.
        name: String,
    },
    /// A threshold that no potential reaches.
    #[error("the threshold of the spikes of `{name}` must be a finite number of mV, not {threshold_mv}")]
    Threshold {
        /// The place.
        name: String,
        /// What was given.
        threshold_mv: String,
    },
}

/// What is to be read after every step beside the compartments: asked for in
/// [`prepare_recorders`](super::NeuronModel::prepare_recorders), delivered once a batch to
/// [`on_recorded_samples`](super::NeuronModel::on_recorded_samples).
///
/// Recording reads and adds nothing to the model, so it changes no result. What is gone in the middle of a run, such as
/// a section that is deleted, reads as NaN from then on, with a notice that names it.
#[derive(Debug, Default)]
pub struct Recorders {
    references: IndexMap<String, RangeRef>,
    trains: Vec<Train>,
}

/// A place whose spikes are recorded. Its potential is the number after those that have a name.
#[derive(Debug)]
struct Train {
    name: String,
    threshold_mv: f64,
    reference: RangeRef,
}

impl Recorders {
    /// Records a number under a name.
    ///
    /// # Errors
    /// [`RecordError::Already`].
    pub fn record(&mut self, name: impl Into<String>, reference: &RangeRef) -> Result<(), RecordError> {
        self.record_many([name.into()], std::slice::from_ref(reference))
    }

    /// Records numbers, each under its name; all or none.
    ///
    /// # Errors
    /// [`RecordError::Length`], [`RecordError::Twice`], [`RecordError::Already`].
    pub fn record_many<N: Into<String>>(
        &mut self,
        names: impl IntoIterator<Item = N>,
        references: &[RangeRef],
    ) -> Result<(), RecordError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.len() != references.len() {
            return Err(RecordError::Length { names: names.len(), references: references.len() });
        }
        for (at, name) in names.iter().enumerate() {
            if names[..at].contains(name) {
                return Err(RecordError::Twice { name: name.clone() });
            }
            if self.references.contains_key(name) {
                return Err(RecordError::Already { name: name.clone() });
            }
        }
        self.references.extend(names.into_iter().zip(references.iter().cloned()));
        Ok(())
    }

    /// Records when the potential at `x` (0 to 1) of a section rises to a threshold in mV: the time of
    /// the first step that is there, as a `NetCon` without a target would say.
    ///
    /// # Errors
    /// The place is not there, [`RecordError::Already`] or [`RecordError::Threshold`].
    pub fn record_spikes(
        &mut self,
        section: &Section,
        x: f64,
        threshold_mv: f64,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let (name, reference) = (format!("{}({x})", section.name()), section.range_ref("v", x)?);
        if self.trains.iter().any(|train| train.name == name) {
            return Err(RecordError::Already { name }.into());
        }
        if !threshold_mv.is_finite() {
            return Err(RecordError::Threshold { name, threshold_mv: threshold_mv.to_string() }.into());
        }
        self.trains.push(Train { name, threshold_mv, reference });
        Ok(())
    }

    /// The names of what is recorded, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.references.keys().map(String::as_str)
    }

    /// The places whose spikes are recorded, in their order: `"soma(0.5)"`.
    pub fn spike_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.trains.iter().map(|train| train.name.as_str())
    }
}

/// A spike: which of the places, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// The index of the place among those whose spikes are recorded.
    pub train: usize,
    /// In ms.
    pub time_ms: f64,
}

/// The samples of one batch of steps.
///
/// Each series has one value for each step of the batch.
#[derive(Debug)]
pub struct RecordedSamples {
    recorders: Recorders,
    /// Only if there is anything to read.
    probe: Option<RangeProbe>,
    /// The numbers after the last step: those that have a name, then the potentials of the trains.
    now: Vec<f64>,
    before_mv: Vec<f64>,
    /// Step after step, as they come.
    by_step: Vec<f32>,
    /// Series after series.
    by_name: Vec<f32>,
    steps: usize,
    spikes: Vec<Spike>,
    /// What has gone since this was asked last.
    gone: Vec<String>,
}

impl RecordedSamples {
    pub(super) fn new(neuron: &Neuron, recorders: Recorders) -> Result<Self, NeuronError> {
        let references = recorders.references.values().chain(recorders.trains.iter().map(|train| &train.reference));
        let references: Vec<RangeRef> = references.cloned().collect();
        let probe = if references.is_empty() { None } else { Some(RangeProbe::new(neuron, &references)?) };
        Ok(Self {
            now: vec![0.0; references.len()],
            before_mv: vec![f64::INFINITY; recorders.trains.len()],
            recorders,
            probe,
            by_step: Vec::new(),
            by_name: Vec::new(),
            steps: 0,
            spikes: Vec::new(),
            gone: Vec::new(),
        })
    }

    /// The names of the series, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.recorders.names()
    }

    /// How many steps the batch has.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.probe.is_none()
    }

    /// The series of a name: one value for each step. `None` if nothing is recorded under it.
    pub fn get(&self, name: &str) -> Option<&[f32]> {
        let series = self.recorders.references.get_index_of(name)?;
        self.by_name.get(series * self.steps..(series + 1) * self.steps)
    }

    /// All series with their names, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[f32])> {
        self.names().filter_map(|name| Some((name, self.get(name)?)))
    }

    /// All series, one row after the other: what a field over (series, time) takes.
    pub fn rows(&self) -> &[f32] {
        &self.by_name
    }

    /// The numbers after the last step, as NEURON has them.
    pub fn now(&self) -> impl ExactSizeIterator<Item = (&str, f64)> {
        self.names().zip(self.now.iter().copied())
    }

    /// The spikes of the batch, in the order of time.
    pub fn spikes(&self) -> &[Spike] {
        &self.spikes
    }

    /// The places whose spikes are recorded, in their order.
    pub fn spike_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.recorders.spike_names()
    }

    /// Begins at an initial state: what is above its threshold there is no spike.
    pub(super) fn restart(&mut self) -> Result<(), NeuronError> {
        self.begin_batch();
        self.read()?;
        let named = self.recorders.references.len();
        self.before_mv.copy_from_slice(&self.now[named..]);
        Ok(())
    }

    pub(super) fn begin_batch(&mut self) {
        self.steps = 0;
        self.by_step.clear();
        self.by_name.clear();
        self.spikes.clear();
    }

    /// Reads all numbers. Those that are gone, such as of a section that was deleted, are NaN from now on.
    #[inline]
    pub(super) fn read(&mut self) -> Result<(), NeuronError> {
        let Some(probe) = &mut self.probe else { return Ok(()) };
        match probe.read_f64(&mut self.now) {
            Ok(_) => Ok(()),
            Err(error) => self.read_what_is_left(error),
        }
    }

    #[cold]
    fn read_what_is_left(&mut self, error: NeuronError) -> Result<(), NeuronError> {
        let Some(probe) = &mut self.probe else { return Ok(()) };
        let gone = probe.forget_gone()?;
        if gone.is_empty() {
            return Err(error);
        }
        probe.read_f64(&mut self.now)?;
        let names: Vec<&str> = self.recorders.names().chain(self.recorders.spike_names()).collect();
        self.gone.extend(gone.into_iter().filter_map(|place| names.get(place)).map(|name| (*name).to_owned()));
        Ok(())
    }

    /// The names of what can no longer be recorded, once each.
    pub(super) fn take_gone(&mut self) -> Vec<String> {
        std::mem::take(&mut self.gone)
    }

    /// Takes the numbers after a step.
    #[inline]
    pub(super) fn take_step(&mut self, time_ms: f64) -> Result<(), NeuronError> {
        self.steps += 1;
        if self.probe.is_none() {
            return Ok(());
        }
        self.read()?;
        let (named, potentials_mv) = self.now.split_at(self.recorders.references.len());
        self.by_step.extend(named.iter().map(|number| *number as f32));
        let trains = self.recorders.trains.iter().zip(potentials_mv).zip(&mut self.before_mv);
        for (train, ((place, &now_mv), before_mv)) in trains.enumerate() {
            if *before_mv < place.threshold_mv && now_mv >= place.threshold_mv {
                self.spikes.push(Spike { train, time_ms });
            }
            *before_mv = now_mv;
        }
        Ok(())
    }

    /// Ends the batch: puts the values of each name together.
    pub(super) fn finish_batch(&mut self) {
        let named = self.recorders.references.len();
        self.by_name.clear();
        for series in 0..named {
            self.by_name.extend(self.by_step.iter().skip(series).step_by(named));
        }
    }

    /// The field of spikes, still without any; `None` if none are recorded.
    pub(super) fn spikes_field(&self) -> Result<Option<Field>, FieldError> {
        if self.recorders.trains.is_empty() {
            return Ok(None);
        }
        Field::series(SPIKES_FIELD, "time", Vec::new(), Vec::new()).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_names_as_references_are_needed() {
        let mut recorders = Recorders::default();
        let error = recorders.record_many(["a", "b"], &[]).unwrap_err();
        assert_eq!(error, RecordError::Length { names: 2, references: 0 });
        assert_eq!(recorders.names().len(), 0);
    }
}
