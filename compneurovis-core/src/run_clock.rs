//! The time of a run from its beginning, whatever becomes of the model's.

/// Makes of simulated times, which begin anew with each reset, times that only grow.
///
/// Until something is started over, the time of the run is the simulated time. From then on it counts
/// from where it was: a run of 100 ms that is reset and goes on for 50 ms is 150 ms long.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RunClock {
    /// What is added to simulated times.
    offset_ms: f64,
    now_ms: Option<f64>,
}

/// By how much what comes after a reset is later than what came before: so both can be sought.
const RESET_MS: f64 = 1e-6;

/// What has come of a simulated time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RunTime {
    /// The time of the run in ms: not below 0, and never before the one told last.
    pub(crate) time_ms: f64,
    /// Whether the model was started over, or went back.
    pub(crate) went_back: bool,
}

impl RunClock {
    /// The time of the run at a simulated time. What is no time is no later than what was.
    pub(crate) fn at(&mut self, simulated_ms: f64) -> RunTime {
        let Some(last_ms) = self.now_ms else {
            let simulated_ms = if simulated_ms.is_finite() { simulated_ms } else { 0.0 };
            self.offset_ms = if simulated_ms < 0.0 { -simulated_ms } else { 0.0 };
            return self.tell(simulated_ms + self.offset_ms, false);
        };
        let time_ms = simulated_ms + self.offset_ms;
        if !time_ms.is_finite() || time_ms == last_ms {
            return self.tell(last_ms, false);
        }
        if time_ms > last_ms {
            return self.tell(time_ms, false);
        }
        self.offset_ms = last_ms + RESET_MS - simulated_ms;
        self.tell(last_ms + RESET_MS, true)
    }

    /// The time of the run that was told last, in ms; 0 at first.
    pub(crate) fn now_ms(&self) -> f64 {
        self.now_ms.unwrap_or(0.0)
    }

    /// The time of the run at a simulated time that was lately, without telling it.
    pub(crate) fn near(&self, simulated_ms: f64) -> f64 {
        let time_ms = simulated_ms + self.offset_ms;
        if time_ms >= 0.0 && time_ms <= self.now_ms() { time_ms } else { self.now_ms() }
    }

    fn tell(&mut self, time_ms: f64, went_back: bool) -> RunTime {
        self.now_ms = Some(time_ms);
        RunTime { time_ms, went_back }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_does_not_turn_time_back() {
        let mut clock = RunClock::default();
        let times = [0.0, 0.1, 0.1, f64::NAN, 100.0, 0.0, 0.0, 50.0].map(|time_ms| clock.at(time_ms));
        let expected = [0.0, 0.1, 0.1, 0.1, 100.0, 100.0 + RESET_MS, 100.0 + RESET_MS, 150.0 + RESET_MS];
        for (time, expected) in times.into_iter().zip(expected) {
            assert!((time.time_ms - expected).abs() < 1e-9, "{time:?} instead of {expected}");
        }
        assert_eq!(times.map(|time| time.went_back), [false, false, false, false, false, true, false, false]);
        assert_eq!(RunClock::default().at(-5.0).time_ms, 0.0);
        assert_eq!(RunClock::default().at(7.0).time_ms, 7.0);
    }
}
