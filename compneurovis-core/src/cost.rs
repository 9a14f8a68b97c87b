//! What advancing a session costs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How much a new figure counts against those before it.
const NEWEST: f64 = 0.1;

/// What advancing costs lately, by the clock on the wall. 0 is what nobody has measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AdvanceCost {
    /// A call of [`Session::advance`](crate::Session::advance), in ms: its solver steps, and taking and
    /// emitting what is shown of them.
    pub advance_ms: f64,
    /// A step of the solver alone, in µs. Known if the session
    /// [says it](crate::Emitter::note_step_cost).
    pub step_us: f64,
    /// Taking the samples of a step, in µs. Known if the session says it.
    pub sample_us: f64,
}

impl AdvanceCost {
    pub(crate) fn note_advance(&mut self, took: Duration) {
        follow(&mut self.advance_ms, took.as_secs_f64() * 1e3);
    }

    pub(crate) fn note_step(&mut self, step: Duration, sample: Duration) {
        follow(&mut self.step_us, step.as_secs_f64() * 1e6);
        follow(&mut self.sample_us, sample.as_secs_f64() * 1e6);
    }
}

/// Moves a figure some way towards what was measured last.
fn follow(figure: &mut f64, newest: f64) {
    *figure = if *figure == 0.0 { newest } else { *figure + NEWEST * (newest - *figure) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_follow_what_is_measured() {
        let mut cost = AdvanceCost::default();
        cost.note_step(Duration::from_micros(40), Duration::from_micros(4));
        assert_eq!((cost.step_us, cost.sample_us, cost.advance_ms), (40.0, 4.0, 0.0));
        for _ in 0..100 {
            cost.note_step(Duration::from_micros(80), Duration::from_micros(4));
        }
        assert!((cost.step_us - 80.0).abs() < 0.1 && (cost.sample_us - 4.0).abs() < 1e-9, "{cost:?}");
    }
}
