//! How many solver steps make one update.

use super::SettingsError;

/// The most steps between two pictures.
const MAX_STEPS: usize = 1_000_000;

/// `display_dt / dt`, rounded when within a millionth of a whole number, else up.
pub(super) fn steps_per_update(dt_ms: f64, display_dt_ms: f64) -> Result<usize, SettingsError> {
    for (name, found) in [("dt", dt_ms), ("display_dt", display_dt_ms)] {
        if !(found.is_finite() && found > 0.0) {
            return Err(SettingsError::Interval { name, found });
        }
    }
    let ratio = display_dt_ms / dt_ms;
    let nearest = ratio.round();
    let steps = if (ratio - nearest).abs() < 1e-6 { nearest } else { ratio.ceil() };
    if steps > MAX_STEPS as f64 {
        return Err(SettingsError::TooManySteps { display_dt_ms, dt_ms, limit: MAX_STEPS });
    }
    Ok((steps as usize).max(1))
}

/// Whether a time is another one or beyond it, but for what many small steps add up to.
pub(super) fn is_at(time_ms: f64, goal_ms: f64) -> bool {
    time_ms >= goal_ms - 1e-9 * goal_ms.abs().max(1.0)
}

/// Where a batch of steps ends. A batch that ends before, because someone wants something, is gone on with.
#[derive(Clone, Debug)]
pub(super) struct Pacing {
    /// Whether NEURON chooses the length of steps.
    pub(super) variable: bool,
    steps_per_update: usize,
    /// How many steps of the update are still to be done.
    left: usize,
    /// The multiple of `display_dt` that a batch of variable steps goes to.
    goal_ms: f64,
    done: usize,
}

impl Pacing {
    pub(super) fn new(steps_per_update: usize) -> Self {
        Self { variable: false, steps_per_update, left: steps_per_update, goal_ms: 0.0, done: 0 }
    }

    pub(super) fn set_steps(&mut self, steps_per_update: usize) {
        if steps_per_update != self.steps_per_update {
            (self.steps_per_update, self.left) = (steps_per_update, steps_per_update);
        }
    }

    /// Begins over at an initial state.
    pub(super) fn restart(&mut self) {
        self.left = self.steps_per_update;
    }

    /// Begins a batch, or goes on with one, at a time.
    pub(super) fn begin_batch(&mut self, time_ms: f64, display_dt_ms: f64) {
        self.done = 0;
        if self.left == 0 {
            self.left = self.steps_per_update;
        }
        if self.variable {
            // From a time that is a multiple but for its last bits to the next one.
            self.goal_ms = ((time_ms / display_dt_ms + 1e-9).floor() + 1.0) * display_dt_ms;
        }
    }

    /// Counts a step, and says whether the batch ends with it.
    #[inline]
    pub(super) fn ends_at(&mut self, time_ms: f64) -> bool {
        self.done += 1;
        if self.variable {
            return self.done >= MAX_STEPS || is_at(time_ms, self.goal_ms);
        }
        self.left = self.left.saturating_sub(1);
        self.left == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_not_rounded_up() {
        // 0.3 / 0.1 is 2.9999999999999996 and 0.7 / 0.1 is 6.999999999999999.
        for (dt, display, expected) in [
            (0.1, 0.1, 1),
            (0.1, 0.3, 3),
            (0.1, 0.7, 7),
            (0.025, 0.1, 4),
            (0.1, 0.25, 3),
            (0.1, 0.01, 1),
            (0.1, 5.0, 50),
        ] {
            assert_eq!(steps_per_update(dt, display), Ok(expected), "{display} / {dt}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for (dt, display) in [(0.0, 0.1), (0.1, 0.0), (-0.1, 0.1), (f64::NAN, 0.1), (0.1, f64::INFINITY)] {
            assert!(matches!(steps_per_update(dt, display), Err(SettingsError::Interval { .. })), "{display} / {dt}");
        }
        assert!(matches!(steps_per_update(1e-9, 5.0), Err(SettingsError::TooManySteps { .. })));
    }

    /// The lengths of the batches that the times of steps fall into.
    fn batches(pacing: &mut Pacing, display_dt_ms: f64, times_ms: &[f64]) -> Vec<usize> {
        let (mut lengths, mut length, mut time_ms) = (Vec::new(), 0, 0.0);
        for &next_ms in times_ms {
            if length == 0 {
                pacing.begin_batch(time_ms, display_dt_ms);
            }
            (length, time_ms) = (length + 1, next_ms);
            if pacing.ends_at(time_ms) {
                lengths.push(std::mem::take(&mut length));
            }
        }
        lengths
    }

    #[test]
    fn a_batch_of_variable_steps_ends_at_or_beyond_a_multiple() {
        let mut pacing = Pacing { variable: true, ..Pacing::new(3) };
        let times = [0.1, 0.7, 1.0, 1.2, 3.4, 3.6, 4.0 - 1e-12, 4.5, 5.1];
        assert_eq!(batches(&mut pacing, 1.0, &times), [3, 2, 2, 2]);
    }

    #[test]
    fn a_batch_that_was_interrupted_is_gone_on_with() {
        let mut pacing = Pacing::new(3);
        pacing.begin_batch(0.0, 0.3);
        assert!(!pacing.ends_at(0.1));
        // Interrupted here.
        pacing.begin_batch(0.1, 0.3);
        assert!(!pacing.ends_at(0.2));
        assert!(pacing.ends_at(0.3));
        assert_eq!(batches(&mut pacing, 0.3, &[0.4, 0.5, 0.6, 0.7]), [3]);
        // Other settings begin a batch of their own.
        pacing.set_steps(2);
        assert_eq!(batches(&mut pacing, 0.2, &[0.8, 0.9]), [2]);
    }

    #[test]
    fn many_small_steps_arrive() {
        let mut time_ms = 0.0;
        (0..1000).for_each(|_| time_ms += 0.1);
        assert!(time_ms < 100.0 && is_at(time_ms, 100.0) && !is_at(time_ms - 0.1, 100.0));
    }
}
