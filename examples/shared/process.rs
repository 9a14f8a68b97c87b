//! What the system knows about this process.

use std::time::{Duration, Instant};

/// When the process started: before `main`, by as much as loading took.
///
/// Where the system does not tell (it does on Linux, to a hundredth of a second), the first call
/// is taken for the start.
pub(crate) fn started() -> Instant {
    let now = Instant::now();
    age().and_then(|age| now.checked_sub(age)).unwrap_or(now)
}

fn age() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, can hold anything; field 22 counts from before it.
    let ticks: f64 = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()?;
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    let uptime: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    // A tick is a hundredth of a second on every Linux that Rust runs on.
    Duration::try_from_secs_f64(uptime - ticks / 100.0).ok()
}

/// The most memory that the process has had, in megabytes.
pub(crate) fn peak_rss_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}
