//! What the worker writes into its perf log.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::Worker;
use crate::{Emitter, Failure, SessionCommand, runner::Counters};

/// Over how long advances are counted together: a record each would be thousands a second.
const RECORD_EVERY: Duration = Duration::from_millis(250);

/// The advances since the last record.
#[derive(Debug)]
pub(super) struct Tally {
    begin: Instant,
    from_ms: f64,
    from_steps: u64,
    advances: u64,
    sum: Duration,
    longest: Duration,
}

#[derive(Serialize)]
struct Advances {
    advances: u64,
    steps: u64,
    time_ms: f64,
    simulated_ms: f64,
    duration_ms: f64,
    inside_ms: f64,
    longest_ms: f64,
    updates: Counters,
}

#[derive(Serialize)]
struct Took {
    duration_ms: f64,
}

#[derive(Serialize)]
struct Command<'a> {
    command: &'a str,
    duration_ms: f64,
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

impl Tally {
    pub(super) fn new(begin: Instant) -> Self {
        let none = Duration::ZERO;
        Self { begin, from_ms: 0.0, from_steps: 0, advances: 0, sum: none, longest: none }
    }
}

impl Worker {
    pub(super) fn log_initialised(&mut self, begin: Instant) {
        self.tally = Tally::new(Instant::now());
        if let Some(log) = &self.perf_log {
            log.record("initialise", Took { duration_ms: milliseconds(begin.elapsed()) });
        }
    }

    pub(super) fn log_command(&self, command: &SessionCommand, begin: Instant) {
        if let Some(log) = &self.perf_log {
            let duration_ms = milliseconds(begin.elapsed());
            log.record("handle_command", Command { command: command.name(), duration_ms });
        }
    }

    pub(super) fn log_failure(&self, failure: &Failure) {
        if let Some(log) = &self.perf_log {
            log.record("error", failure);
        }
    }

    /// Counts an advance that began at `begin`, and writes down what was counted now and then.
    pub(super) fn tally_advance(&mut self, begin: Instant, emitter: &Emitter) {
        let Some(log) = &self.perf_log else { return };
        let (now, tally) = (Instant::now(), &mut self.tally);
        let took = now.duration_since(begin);
        tally.advances += 1;
        tally.sum += took;
        tally.longest = tally.longest.max(took);
        let passed = now.duration_since(tally.begin);
        if passed < RECORD_EVERY {
            return;
        }
        log.record(
            "advance",
            Advances {
                advances: tally.advances,
                steps: emitter.steps().saturating_sub(tally.from_steps),
                time_ms: emitter.time_ms(),
                simulated_ms: emitter.time_ms() - tally.from_ms,
                duration_ms: milliseconds(passed),
                inside_ms: milliseconds(tally.sum),
                longest_ms: milliseconds(tally.longest),
                updates: self.outbox.counters(),
            },
        );
        *tally = Tally { from_ms: emitter.time_ms(), from_steps: emitter.steps(), ..Tally::new(now) };
    }
}
