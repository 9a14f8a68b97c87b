//! What watching costs, measured against NEURON alone.

use std::time::Instant;

use compneurovis_core::{Emitter, SessionError};

use super::{NeuronModel, NeuronSession};

/// Microseconds of each solver step, in the order measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepCost {
    /// Steps of the session: NEURON's own, sampling and emitting.
    pub watched_us: Vec<f64>,
    /// NEURON's own alone.
    pub bare_us: Vec<f64>,
}

impl StepCost {
    /// The medians: watched, bare.
    pub fn medians(&self) -> (f64, f64) {
        (median(&self.watched_us), median(&self.bare_us))
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

impl<M: NeuronModel> NeuronSession<M> {
    /// Measures steps of the session against bare ones: `blocks` of each in turn, each of `steps`
    /// steps from the initial state. The model is left at its initial state.
    ///
    /// # Errors
    /// The session has not been initialised, or a step fails.
    pub fn step_cost(&mut self, blocks: usize, steps: usize) -> Result<StepCost, SessionError> {
        let mut emitter = Emitter::detached();
        let mut cost = StepCost::default();
        for block in 0..blocks {
            // Which comes first alternates too, as caches and clocks favour one or the other.
            for watched in [block % 2 == 0, block % 2 != 0] {
                let times = if watched { &mut cost.watched_us } else { &mut cost.bare_us };
                self.measure(&mut emitter, steps, watched, times)?;
            }
        }
        self.restart()?;
        Ok(cost)
    }

    fn restart(&mut self) -> Result<(), SessionError> {
        let (model, running, settings) = self.parts()?;
        running.restart(model, settings.v_init_mv).map(drop)
    }

    fn measure(
        &mut self,
        emitter: &mut Emitter,
        steps: usize,
        watched: bool,
        times: &mut Vec<f64>,
    ) -> Result<(), SessionError> {
        self.restart()?;
        let (model, running, settings) = self.parts()?;
        let mut done = 0;
        while done < steps {
            let (begin, before) = (Instant::now(), emitter.steps());
            let count = if watched {
                running.advance(model, settings.display_dt_ms, emitter)?;
                (emitter.steps() - before).max(1)
            } else {
                running.neuron().advance()?;
                1
            };
            times.push(begin.elapsed().as_secs_f64() * 1e6 / count as f64);
            done += count as usize;
        }
        Ok(())
    }
}
