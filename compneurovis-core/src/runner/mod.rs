//! Runs sessions on a worker thread that outlives them.
//!
//! The worker builds the session, advances it, and on failure or restart drops it and builds it
//! again, on the same thread: a simulator that wants one thread for all its life gets it. Pause,
//! step, run-until and pace live here, so every session has them.
//!
//! Towards the frontend stands an [outbox](UpdateReceiver) that coalesces: however slow the
//! viewer, memory stays bounded, the simulator never waits, and applying what comes through
//! leaves exactly the scene that applying every update would. Towards the session, newer settings
//! of a control supersede older ones that are still waiting, and all other commands keep their order.

mod appends;
mod clock;
mod commands;
mod link;
mod outbox;
mod patches;
mod perf_log;
mod pulse;
mod steps;
mod worker;

pub use commands::{CommandError, CommandSender};
pub use link::{SessionLink, UpdateReceiver};
pub use outbox::{Counters, Outbox};
pub use perf_log::PerfLog;
pub use pulse::{Activity, BUSY_AFTER, Busy};

pub(crate) use appends::Appends;
pub(crate) use commands::{channel, drain};
pub(crate) use link::{begin_recording, start};
pub(crate) use pulse::Pulse;
pub(crate) use steps::Steps;
