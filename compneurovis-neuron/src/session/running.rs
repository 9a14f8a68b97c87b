//! A model that NEURON has, and its way through time.

use std::time::Instant;

use compneurovis_core::{Emitter, Scene, SessionError};

use super::history::{History, HistorySpec};
use super::structure::Structure;
use super::timing::{Pacing, is_at};
use super::watch::{Batch, Watch};
use super::{HistoryCapture, NeuronModel, NeuronSettings, Past, RecordedSamples};
use crate::{Neuron, NeuronError, RangeProbe, Section, VoltageProbe};

/// How many steps lie between two that are measured.
const MEASURE_EVERY: u32 = 31;

/// What there is once NEURON has the model. Dropped before NEURON is given back.
pub(super) struct Running {
    pub(super) watch: Watch,
    pub(super) sections: Vec<Section>,
    probe: VoltageProbe,
    /// Reads the time, a step's last word, without looking for it by name.
    clock: RangeProbe,
    pub(super) structure: Structure,
    pub(super) pacing: Pacing,
    tstop_ms: Option<f64>,
    diverged: bool,
    told_diverged: bool,
    /// Where the batch began.
    begin_ms: f64,
    /// Steps until one is measured.
    unmeasured: u32,
    // Last, as handles above are of it.
    neuron: Neuron,
}

impl Running {
    /// What a scene says about the simulation: of which simulator, and what it begins with. The model's own word counts.
    pub(super) fn describe(&self, mut scene: Scene) -> Result<Scene, NeuronError> {
        let [dt_ms, celsius] = ["dt", "celsius"].map(|name| self.neuron.global(name));
        let said = [
            ("simulator", self.neuron.version().to_owned()),
            ("dt_ms", dt_ms?.to_string()),
            ("celsius", celsius?.to_string()),
        ];
        for (key, text) in said {
            scene.metadata.entry(key.to_owned()).or_insert(text);
        }
        Ok(scene)
    }

    /// Watches the sections of a model that is built, from its initial state on.
    pub(super) fn new<M: NeuronModel>(
        model: &mut M,
        neuron: Neuron,
        sections: Vec<Section>,
        mut watch: Watch,
        settings: &NeuronSettings,
    ) -> Result<Self, SessionError> {
        model.initialize_model(&neuron, settings.v_init_mv)?;
        // Not before: initialising moves the potentials.
        let probe = VoltageProbe::new(&neuron, &sections)?;
        let clock = RangeProbe::new(&neuron, &[neuron.global_ref("t")?])?;
        watch.values.resize(probe.len(), 0.0);
        let structure = Structure::new(&neuron, &sections)?;
        let pacing = Pacing::new(model.steps_per_update(settings)?);
        let tstop_ms = settings.tstop_ms;
        let mut running = Self {
            watch,
            sections,
            probe,
            clock,
            structure,
            pacing,
            tstop_ms,
            diverged: false,
            told_diverged: false,
            begin_ms: 0.0,
            unmeasured: 0,
            neuron,
        };
        running.sample(model)?;
        let time_ms = running.time_ms()?;
        running.watch.restart(time_ms)?;
        running.look_at_method()?;
        Ok(running)
    }

    pub(super) fn neuron(&self) -> &Neuron {
        &self.neuron
    }

    #[inline]
    pub(super) fn time_ms(&mut self) -> Result<f64, NeuronError> {
        let mut time_ms = [0.0];
        self.clock.read_f64(&mut time_ms)?;
        Ok(time_ms[0])
    }

    #[inline]
    fn sample<M: NeuronModel>(&mut self, model: &mut M) -> Result<(), SessionError> {
        let report = model.sample_step(&self.neuron, &mut self.probe, &mut self.watch.values)?;
        self.diverged |= !report.finite;
        Ok(())
    }

    /// Looks whether steps have a fixed length. A hook or the model's own code can change that.
    pub(super) fn look_at_method(&mut self) -> Result<(), NeuronError> {
        self.pacing.variable = self.neuron.is_variable_step()?;
        Ok(())
    }

    /// Takes settings that have changed.
    pub(super) fn take_settings<M: NeuronModel>(
        &mut self,
        model: &M,
        settings: &NeuronSettings,
    ) -> Result<(), SessionError> {
        self.pacing.set_steps(model.steps_per_update(settings)?);
        self.tstop_ms = settings.tstop_ms;
        Ok(self.look_at_method()?)
    }

    pub(super) fn initialize<M: NeuronModel>(&mut self, model: &mut M, v_init_mv: f64) -> Result<(), SessionError> {
        model.initialize_model(&self.neuron, v_init_mv)
    }

    pub(super) fn restart<M: NeuronModel>(&mut self, model: &mut M, v_init_mv: f64) -> Result<f64, SessionError> {
        self.initialize(model, v_init_mv)?;
        self.begin_here(model)
    }

    /// Begins a new history at the state that the model is in. Gives its time in ms.
    pub(super) fn begin_here<M: NeuronModel>(&mut self, model: &mut M) -> Result<f64, SessionError> {
        (self.diverged, self.told_diverged) = (false, false);
        self.sample(model)?;
        let time_ms = self.time_ms()?;
        self.pacing.restart();
        self.watch.restart(time_ms)?;
        self.look_at_method()?;
        Ok(time_ms)
    }

    /// One step, and everything about it that has to be kept. The hot path: a solver step, one pass
    /// over the potentials, and a few reads.
    ///
    /// `None` if the step has changed the sections, so that what would be sampled is not what is shown.
    #[inline]
    fn step<M: NeuronModel>(&mut self, model: &mut M, emitter: &mut Emitter) -> Result<Option<f64>, SessionError> {
        if self.unmeasured == 0 {
            self.unmeasured = MEASURE_EVERY;
            return self.measured_step(model, emitter);
        }
        self.unmeasured -= 1;
        self.neuron.advance()?;
        self.take_sample(model)
    }

    #[inline]
    fn take_sample<M: NeuronModel>(&mut self, model: &mut M) -> Result<Option<f64>, SessionError> {
        if self.structure.has_moved() && self.differs()? {
            return Ok(None);
        }
        self.sample(model)?;
        let time_ms = self.time_ms()?;
        self.watch.take_step(time_ms)?;
        Ok(Some(time_ms))
    }

    /// The same step by the clock on the wall, whose readings are half the price of a small model's step.
    #[cold]
    fn measured_step<M: NeuronModel>(
        &mut self,
        model: &mut M,
        emitter: &mut Emitter,
    ) -> Result<Option<f64>, SessionError> {
        let begin = Instant::now();
        self.neuron.advance()?;
        let step = begin.elapsed();
        let time_ms = self.take_sample(model)?;
        emitter.note_step_cost(step, begin.elapsed() - step);
        Ok(time_ms)
    }

    /// Whether the model has other sections or compartments than those that are watched.
    pub(super) fn differs(&mut self) -> Result<bool, NeuronError> {
        self.structure.differs(&self.neuron, &self.sections)
    }

    /// Watches other sections from now on, and says whose traces have ended. A step that has brought the change
    /// is taken now, and is a batch that is still to be handed over.
    pub(super) fn watch_sections<M: NeuronModel>(
        &mut self,
        model: &mut M,
        sections: Vec<Section>,
        geometry: &std::sync::Arc<compneurovis_core::MorphologyGeometry>,
        past: Past,
        in_step: bool,
    ) -> Result<Vec<compneurovis_core::EntityId>, SessionError> {
        self.probe = VoltageProbe::new(&self.neuron, &sections)?;
        self.structure = Structure::new(&self.neuron, &sections)?;
        self.sections = sections;
        self.watch.values.clear();
        self.watch.values.resize(self.probe.len(), 0.0);
        self.sample(model)?;
        let gone = self.watch.change_geometry(&self.neuron, &self.sections, geometry, past)?;
        let time_ms = self.time_ms()?;
        self.watch.begin_batch();
        if in_step {
            self.watch.take_step(time_ms)?;
        } else {
            self.watch.past.offer(time_ms, &self.watch.values);
            // Whether all that is recorded is still there.
            self.watch.recorded.read()?;
        }
        Ok(gone)
    }

    /// A batch of steps and its updates. It ends before its time if someone wants something, or if a step has
    /// changed the sections: then that step is still to be taken, and the answer is `true`.
    pub(super) fn advance<M: NeuronModel>(
        &mut self,
        model: &mut M,
        display_dt_ms: f64,
        emitter: &mut Emitter,
    ) -> Result<bool, SessionError> {
        self.begin_ms = self.time_ms()?;
        self.watch.begin_batch();
        self.pacing.begin_batch(self.begin_ms, display_dt_ms);
        let mut changed = false;
        loop {
            let Some(time_ms) = self.step(model, emitter)? else {
                changed = true;
                // One of the steps of its update all the same.
                self.pacing.ends_at(self.begin_ms);
                break;
            };
            let ends = self.pacing.ends_at(time_ms) || self.stops_between(self.begin_ms, time_ms);
            if ends || emitter.stop_requested() || emitter.command_waits() {
                break;
            }
        }
        self.hand_over(model, emitter)?;
        Ok(changed)
    }

    /// Gives what the batch has to the model and the viewer.
    pub(super) fn hand_over<M: NeuronModel>(
        &mut self,
        model: &mut M,
        emitter: &mut Emitter,
    ) -> Result<(), SessionError> {
        let Some(&time_ms) = self.watch.times_ms.last() else { return Ok(()) };
        model.emit_batch(&mut Batch { watch: &mut self.watch }, emitter)?;
        self.watch.finish_batch()?;
        if !self.watch.recorded.is_empty() {
            self.watch.recorded.finish_batch();
            model.on_recorded_samples(&self.watch.times_ms, &self.watch.recorded, emitter)?;
        }
        emitter.set_time(time_ms, self.watch.times_ms.len() as u64);
        if let Some(gone) = self.watch.what_is_gone() {
            emitter.notice(gone);
        }
        if self.stops_between(self.begin_ms, time_ms) {
            emitter.request_pause();
        }
        if self.diverged && !self.told_diverged {
            self.told_diverged = true;
            emitter.notice(format!("Some values are not numbers since t = {time_ms:.3} ms; Reset starts over"));
        }
        Ok(())
    }

    fn stops_between(&self, begin_ms: f64, time_ms: f64) -> bool {
        self.tstop_ms.is_some_and(|tstop_ms| !is_at(begin_ms, tstop_ms) && is_at(time_ms, tstop_ms))
    }
}

/// Room for the past of so many compartments, if there is room for their history at all.
pub(super) fn past_of(compartments: usize, settings: &NeuronSettings) -> Result<Past, SessionError> {
    settings.check_history(compartments, settings.max_samples)?;
    // A history of all compartments is their past.
    let full = settings.history == HistoryCapture::Full;
    let past_mb = if full { 0 } else { settings.past_budget_mb };
    Ok(Past::new(compartments, settings.max_samples, past_mb))
}

/// What is taken of a model: all that there could be, before it is known what its scene shows.
pub(super) fn watch_all<M: NeuronModel>(
    model: &M,
    geometry: &std::sync::Arc<compneurovis_core::MorphologyGeometry>,
    settings: &NeuronSettings,
    recorded: RecordedSamples,
) -> Result<Watch, SessionError> {
    let compartments = geometry.compartments();
    let past = past_of(compartments, settings)?;
    let full = settings.history == HistoryCapture::Full;
    let spec = HistorySpec {
        id: model.history_field_id(),
        unit: model.history_unit(),
        label: model.trace_y_label(),
        capture: settings.history,
        max_samples: settings.max_samples,
        stride: if full { 1 } else { past.stride() },
    };
    Ok(Watch {
        values: Vec::new(),
        times_ms: Vec::new(),
        past,
        history: Some(History::new(geometry.clone(), 0, spec)),
        recorded,
        shown: None,
        display: Some(model.display_field_id()),
        shows_spikes: false,
    })
}
