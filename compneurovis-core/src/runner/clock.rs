//! Simulated time against the clock on the wall: pace and speed.

use std::time::{Duration, Instant};

use crate::Pace;

/// Over how much wall time speed is averaged.
const SPEED_WINDOW: Duration = Duration::from_millis(500);

/// The longest that a paced session sleeps before it looks around again, and the most by which it
/// catches up after standing in its way.
const LONGEST_NAP: Duration = Duration::from_millis(100);

/// Paces a session and measures how fast it goes.
#[derive(Debug)]
pub(super) struct Clock {
    pace: Pace,
    /// Wall and simulated time of the same moment, from which pace is counted.
    anchor: (Instant, f64),
    /// The same, from which speed is counted.
    mark: (Instant, f64),
    ms_per_second: f64,
}

impl Clock {
    pub(super) fn new(now: Instant) -> Self {
        Self { pace: Pace::Unlimited, anchor: (now, 0.0), mark: (now, 0.0), ms_per_second: 0.0 }
    }

    pub(super) fn set_pace(&mut self, pace: Pace, now: Instant, time_ms: f64) {
        self.pace = match pace {
            Pace::MsPerSecond(rate) if !(rate.is_finite() && rate > 0.0) => Pace::Unlimited,
            pace => pace,
        };
        self.restart(now, time_ms);
    }

    pub(super) fn pace(&self) -> Pace {
        self.pace
    }

    /// Counts from here: after a pause or a reset.
    pub(super) fn restart(&mut self, now: Instant, time_ms: f64) {
        self.anchor = (now, time_ms);
        self.mark = (now, time_ms);
        self.ms_per_second = 0.0;
    }

    /// How long to wait until the model may go on from `time_ms`.
    pub(super) fn wait(&mut self, now: Instant, time_ms: f64) -> Duration {
        let Pace::MsPerSecond(rate) = self.pace else { return Duration::ZERO };
        let due = (time_ms - self.anchor.1) / rate;
        let passed = now.duration_since(self.anchor.0).as_secs_f64();
        if passed > due + LONGEST_NAP.as_secs_f64() || due < 0.0 {
            // Too slow to keep the pace, or started over: what is lost is not made up for.
            self.anchor = (now, time_ms);
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(due - passed).unwrap_or_default().min(LONGEST_NAP)
    }

    /// Simulated ms per second of wall time, lately.
    pub(super) fn speed(&mut self, now: Instant, time_ms: f64) -> f64 {
        let (then, from_ms) = self.mark;
        let passed = now.duration_since(then);
        let fresh = self.ms_per_second == 0.0 && passed > Duration::ZERO;
        if fresh || passed >= SPEED_WINDOW {
            self.ms_per_second = ((time_ms - from_ms) / passed.as_secs_f64()).max(0.0);
        }
        if passed >= SPEED_WINDOW {
            self.mark = (now, time_ms);
        }
        self.ms_per_second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pace_waits_and_never_sprints() {
        let start = Instant::now();
        let mut clock = Clock::new(start);
        clock.set_pace(Pace::MsPerSecond(100.0), start, 0.0);
        assert_eq!(clock.wait(start, 5.0), Duration::from_millis(50));
        let late = start + Duration::from_secs(10);
        assert_eq!(clock.wait(late, 6.0), Duration::ZERO);
        assert_eq!(clock.wait(late, 11.0), Duration::from_millis(50), "ten lost seconds are not made up for");
        clock.set_pace(Pace::MsPerSecond(f64::NAN), late, 0.0);
        assert_eq!(clock.wait(late, 1e9), Duration::ZERO);
    }

    #[test]
    fn speed_is_what_was_done_in_the_time() {
        let start = Instant::now();
        let mut clock = Clock::new(start);
        let speed = clock.speed(start + Duration::from_secs(1), 25.0);
        assert!((speed - 25.0).abs() < 1e-9, "{speed}");
    }
}
