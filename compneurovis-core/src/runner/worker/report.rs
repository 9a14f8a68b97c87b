//! What the worker says: failures, and where the session stands.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use super::{Activity, Worker};
use crate::{Emitter, Failure, Phase, SessionError, SessionStatus, SessionUpdate};

/// How often the status goes out at most. Frontends show it to people.
const STATUS_EVERY: Duration = Duration::from_millis(16);

impl Worker {
    /// Calls into a session. An error or panic is emitted with its cause, and gives `None`.
    pub(super) fn guard<T>(
        &self,
        activity: Activity,
        doing: &str,
        call: impl FnOnce() -> Result<T, SessionError>,
    ) -> Option<T> {
        self.pulse.enter(activity);
        let result = catch_unwind(AssertUnwindSafe(call));
        self.pulse.leave();
        let failure = match result {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(error)) => Failure::new(doing, &*error, true),
            Err(panic) => {
                let cause = format!("the session panicked: {}", panic_text(&*panic));
                Failure { doing: doing.to_owned(), causes: vec![cause], fatal: true }
            }
        };
        tracing::error!("the session failed while {failure}");
        self.log_failure(&failure);
        self.outbox.push(SessionUpdate::Error(failure));
        None
    }

    pub(super) fn enter(&mut self, phase: Phase, emitter: &Emitter) {
        self.phase = phase;
        self.tell_status(emitter);
    }

    /// Emits where the session stands, if that is news and not too often.
    pub(super) fn tell_status(&mut self, emitter: &Emitter) {
        let now = Instant::now();
        let running = self.phase == Phase::Running;
        let recent = |(at, last): (Instant, SessionStatus)| {
            last.phase == self.phase && running && now.duration_since(at) < STATUS_EVERY
        };
        if self.last_status.is_some_and(recent) {
            return;
        }
        let ms_per_second = if running { self.clock.speed(now, emitter.time_ms()) } else { 0.0 };
        let status = SessionStatus {
            phase: self.phase,
            time_ms: emitter.time_ms(),
            steps: emitter.steps(),
            ms_per_second,
            pace: self.clock.pace(),
            capabilities: self.capabilities,
            cost: emitter.cost(),
        };
        if self.last_status.is_none_or(|(_, last)| last != status) {
            self.last_status = Some((now, status));
            self.outbox.push(SessionUpdate::Status(status));
        }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
