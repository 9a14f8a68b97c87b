//! What is taken of a running model, and told.

use std::sync::Arc;

use compneurovis_core::{Emitter, EntityId, FieldId, MorphologyGeometry, Scene, SessionError, View};
use ndarray::Array1;

use super::history::{History, emit_whole};
use super::quantity::Shown;
use super::{Past, RecordedSamples, SPIKES_FIELD};
use crate::{Neuron, Section};

/// The samples of a batch of steps, and what they are for.
pub(super) struct Watch {
    /// What was sampled after the last step.
    pub(super) values: Vec<f32>,
    /// When the steps of the batch ended.
    pub(super) times_ms: Vec<f64>,
    pub(super) past: Past,
    /// `None` if no view shows it.
    pub(super) history: Option<History>,
    pub(super) recorded: RecordedSamples,
    /// What colours the cell, if not what was sampled.
    pub(super) shown: Option<Shown>,
    /// `None` if no view shows it.
    pub(super) display: Option<FieldId>,
    pub(super) shows_spikes: bool,
}

impl Watch {
    /// Takes no more pains than the scene needs.
    pub(super) fn fit(&mut self, scene: &Scene, dt_ms: f64) {
        self.display = self.display.take().filter(|id| scene.fields.contains_key(id));
        self.shows_spikes = scene.fields.contains_key(SPIKES_FIELD);
        self.history = self.history.take().filter(|history| scene.fields.contains_key(history.id()));
        if let Some(history) = &mut self.history {
            history.make_room(longest_window(scene, history.id(), dt_ms));
        }
    }

    pub(super) fn begin_batch(&mut self) {
        self.times_ms.clear();
        self.recorded.begin_batch();
    }

    /// Takes the values after a step. What they were sampled into is here already.
    #[inline]
    pub(super) fn take_step(&mut self, time_ms: f64) -> Result<(), SessionError> {
        self.times_ms.push(time_ms);
        if let Some(history) = &mut self.history {
            history.take_step(&self.values);
            self.past.offer(time_ms, &self.values);
        }
        Ok(self.recorded.take_step(time_ms)?)
    }

    pub(super) fn finish_batch(&mut self) -> Result<(), SessionError> {
        if let Some(history) = &mut self.history {
            history.finish_batch(&self.times_ms)?;
        }
        Ok(())
    }

    pub(super) fn emit_values(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let Some(id) = &self.display else { return Ok(()) };
        match &mut self.shown {
            Some(shown) => {
                let mut buffer = emitter.take_buffer(self.values.len());
                shown.read_into(&mut buffer)?;
                emitter.replace(id, buffer);
            }
            None => emitter.replace_slice(id, &self.values),
        }
        Ok(())
    }

    /// Appends what colours the cell now.
    pub(super) fn read_colors(&mut self, values: &mut Vec<f32>) -> Result<(), SessionError> {
        match &mut self.shown {
            Some(shown) => shown.read_into(values)?,
            None => values.extend_from_slice(&self.values),
        }
        Ok(())
    }

    /// Goes on over another geometry, with sections that are sampled already. Gives the compartments whose
    /// traces have ended.
    pub(super) fn change_geometry(
        &mut self,
        neuron: &Neuron,
        sections: &[Section],
        geometry: &Arc<MorphologyGeometry>,
        past: Past,
    ) -> Result<Vec<EntityId>, SessionError> {
        if let Some(shown) = self.shown.take() {
            self.shown = Some(Shown::new(neuron, shown.quantity, sections)?);
        }
        self.past = past;
        let Some(history) = &mut self.history else { return Ok(Vec::new()) };
        Ok(history.change_geometry(geometry.clone(), self.past.stride())?)
    }

    /// Traces a compartment no more, if it is not the only one.
    pub(super) fn untrace(&mut self, compartment: u32, emitter: &mut Emitter) -> Result<bool, SessionError> {
        let Some(history) = &mut self.history else { return Ok(false) };
        let untraced = history.untrace(compartment)?;
        if untraced {
            history.emit_all(emitter);
        }
        Ok(untraced)
    }

    /// Traces one more compartment, if it is not traced yet and a view shows traces.
    pub(super) fn trace(&mut self, compartment: u32, emitter: &mut Emitter) -> Result<(), SessionError> {
        if let Some(history) = &mut self.history
            && history.trace(compartment, &self.past, &self.values)?
        {
            history.emit_all(emitter);
        }
        Ok(())
    }

    fn emit_spikes(&self, emitter: &mut Emitter) {
        let spikes = self.recorded.spikes();
        if !self.shows_spikes || spikes.is_empty() {
            return;
        }
        let times: Vec<f64> = spikes.iter().map(|spike| spike.time_ms).collect();
        let rows: Array1<f32> = spikes.iter().map(|spike| spike.train as f32).collect();
        emitter.append(SPIKES_FIELD, "time", &times, rows.into_dyn(), Some(MAX_SPIKES));
    }

    /// A line for the user about what was recorded and cannot be any more.
    #[inline]
    pub(super) fn what_is_gone(&mut self) -> Option<String> {
        let gone = self.recorded.take_gone();
        (!gone.is_empty()).then(|| format!("No longer there, and so no longer recorded: {}", gone.join(", ")))
    }

    /// Begins anew, as after a Reset.
    pub(super) fn restart(&mut self, time_ms: f64) -> Result<(), SessionError> {
        self.times_ms.clear();
        self.past.clear();
        if self.history.is_some() {
            self.past.offer(time_ms, &self.values);
        }
        Ok(self.recorded.restart()?)
    }

    /// Emits everything, with one sample of each trace.
    pub(super) fn emit_beginning(&mut self, time_ms: f64, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.emit_values(emitter)?;
        if let Some(history) = &mut self.history {
            emit_whole(&history.restart(time_ms, &self.values)?, emitter);
        }
        if let Some(spikes) = self.recorded.spikes_field()?.filter(|_| self.shows_spikes) {
            emit_whole(&spikes, emitter);
        }
        Ok(())
    }
}

/// How many spikes a raster keeps.
const MAX_SPIKES: usize = 100_000;

/// How many samples the longest plot of a field shows.
fn longest_window(scene: &Scene, history: &FieldId, dt_ms: f64) -> usize {
    let windows = scene.views.values().filter_map(|view| match view {
        View::LinePlot(view) if view.source == history.clone().into() => {
            view.rolling_window.filter(|window| window.is_finite())
        }
        _ => None,
    });
    // One more than there are steps in it, as both its ends are seen. `as` saturates.
    windows.map(|window| steps_in(window, dt_ms) + 1).max().unwrap_or(0)
}

fn steps_in(window_ms: f64, dt_ms: f64) -> usize {
    let ratio = window_ms / dt_ms;
    let nearest = ratio.round();
    let steps = if (ratio - nearest).abs() < 1e-6 { nearest } else { ratio.ceil() };
    steps.clamp(0.0, 1e8) as usize
}

/// A batch of steps that was just done.
pub struct Batch<'a> {
    pub(super) watch: &'a mut Watch,
}

impl Batch<'_> {
    /// When each step ended, in ms.
    pub fn times_ms(&self) -> &[f64] {
        &self.watch.times_ms
    }

    /// What was sampled after the last step, one value for each compartment.
    pub fn values(&self) -> &[f32] {
        &self.watch.values
    }

    /// The compartments that are traced; none if no view shows traces.
    pub fn traced(&self) -> &[u32] {
        self.watch.history.as_ref().map_or(&[], History::traced)
    }

    /// What a traced compartment did, one value for each step; `None` if it is not traced. Before
    /// [`emit`](Self::emit), which takes the values away.
    pub fn trace(&self, compartment: u32) -> Option<impl Iterator<Item = f32> + '_> {
        self.watch.history.as_ref()?.batch_of(compartment)
    }

    /// What was recorded.
    pub fn samples(&self) -> &RecordedSamples {
        &self.watch.recorded
    }

    /// Emits what a session emits unless its model does otherwise: the colours of the cell, and the new
    /// samples of the traces and the new spikes, as far as a view shows them.
    ///
    /// # Errors
    /// A quantity that is shown cannot be read any more.
    pub fn emit(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.emit_values(emitter)?;
        self.emit_traces(emitter)?;
        self.watch.emit_spikes(emitter);
        Ok(())
    }

    /// Emits the colours of the cell only.
    ///
    /// # Errors
    /// As [`emit`](Self::emit).
    pub fn emit_values(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.watch.emit_values(emitter)
    }

    /// Emits the new samples of the traces only.
    ///
    /// # Errors
    /// As [`emit`](Self::emit).
    pub fn emit_traces(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        if let Some(history) = &mut self.watch.history {
            history.emit_batch(&self.watch.times_ms, emitter)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::LinePlotView;

    use super::*;

    #[test]
    fn a_window_needs_a_sample_at_both_its_ends() {
        let plot = |id: &str, window| LinePlotView::new(id, "v", "time").with_rolling_window(window);
        let scene = Scene::new().with_view(plot("a", 40.0)).with_view(plot("b", 7.0));
        assert_eq!(longest_window(&scene, &"v".into(), 0.025), 1601);
        assert_eq!(longest_window(&scene, &"w".into(), 0.025), 0);
        let scene = Scene::new().with_view(plot("a", f64::INFINITY));
        assert_eq!(longest_window(&scene, &"v".into(), 0.025), 0);
    }
}
