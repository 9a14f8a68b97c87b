//! What the worker is at, seen from outside.

use std::{
    fmt,
    sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// After how long inside one call a session counts as busy.
pub const BUSY_AFTER: Duration = Duration::from_secs(1);

/// A call into a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Activity {
    /// The builder.
    Building,
    /// `startup_scene` and `initialize`.
    Initialising,
    /// `advance`.
    Advancing,
    /// `handle`, and everything else that the user wants.
    Handling,
    /// `shutdown`.
    ShuttingDown,
    /// Getting hold of a session that runs elsewhere: starting its process, or connecting.
    Connecting,
    /// A session elsewhere that does not answer.
    Silent,
}

impl Activity {
    const ALL: [Self; 7] = [
        Self::Building,
        Self::Initialising,
        Self::Advancing,
        Self::Handling,
        Self::ShuttingDown,
        Self::Connecting,
        Self::Silent,
    ];

    /// Its number between processes, from 1.
    pub(crate) fn code(self) -> u8 {
        self as u8 + 1
    }

    /// The activity of a number, if there is one.
    pub(crate) fn of_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code.checked_sub(1)?)).copied()
    }
}

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Building => "building the session",
            Self::Initialising => "initialising",
            Self::Advancing => "advancing",
            Self::Handling => "handling a command",
            Self::ShuttingDown => "shutting down",
            Self::Connecting => "connecting",
            Self::Silent => "and not answering",
        })
    }
}

/// A session that has been inside one call for longer than [`BUSY_AFTER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Which call.
    pub activity: Activity,
    /// For how long.
    pub duration: Duration,
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "busy {} for {:.0} s", self.activity, self.duration.as_secs_f64())
    }
}

/// Shared by worker and link: the wish to end, and the call that the worker is in.
///
/// No lock, as it is looked at after every step and written before every call.
#[derive(Debug)]
pub(crate) struct Pulse {
    stop: AtomicBool,
    begin: Instant,
    /// 0 for none.
    activity: AtomicU8,
    /// When that began, in microseconds after `begin`.
    since_us: AtomicU64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            stop: AtomicBool::new(false),
            begin: Instant::now(),
            activity: AtomicU8::new(0),
            since_us: AtomicU64::new(0),
        }
    }
}

impl Pulse {
    pub(crate) fn request_stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(crate) fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Says that a call begins.
    pub(crate) fn enter(&self, activity: Activity) {
        self.enter_since(activity, Duration::ZERO);
    }

    /// Says that a call goes on for so long already.
    pub(crate) fn enter_since(&self, activity: Activity, duration: Duration) {
        let duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        // Can be before the beginning of this pulse, and is then counted from the other side of zero.
        self.since_us.store(self.now_us().wrapping_sub(duration_us), Ordering::Relaxed);
        // After the time, so that no reader sees the new call with the old one's beginning.
        self.activity.store(activity.code(), Ordering::Release);
    }

    /// Says that it has ended.
    pub(crate) fn leave(&self) {
        self.activity.store(0, Ordering::Release);
    }

    /// The call that goes on, if there is one.
    pub(crate) fn current(&self) -> Option<Busy> {
        let activity = Activity::of_code(self.activity.load(Ordering::Acquire))?;
        let duration = self.now_us().wrapping_sub(self.since_us.load(Ordering::Relaxed));
        Some(Busy { activity, duration: Duration::from_micros(duration) })
    }

    /// The call that goes on for long already, if there is one.
    pub(crate) fn busy(&self) -> Option<Busy> {
        self.current().filter(|busy| busy.duration >= BUSY_AFTER)
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.begin.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
