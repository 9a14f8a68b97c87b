//! How a process ended, in words.

use std::process::ExitStatus;

/// What became of a process: its exit code, or the signal that ended it.
pub(super) fn describe(status: ExitStatus) -> String {
    if let Some(code) = status.code() {
        return format!("its process ended with exit code {code}");
    }
    match signal(status) {
        Some(number) => match name(number) {
            Some((name, means)) => format!("its process was ended by {name} (signal {number}): {means}"),
            None => format!("its process was ended by signal {number}"),
        },
        None => "its process ended, and the system does not say how".to_owned(),
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

/// What a signal is called, and what it mostly means. The numbers are those that Linux and macOS share,
/// but for one.
fn name(number: i32) -> Option<(&'static str, &'static str)> {
    const SIGBUS: i32 = if cfg!(target_os = "linux") { 7 } else { 10 };
    Some(match number {
        1 => ("SIGHUP", "its terminal was closed"),
        2 => ("SIGINT", "it was interrupted"),
        3 => ("SIGQUIT", "it was interrupted"),
        4 => ("SIGILL", "an instruction that the processor does not know"),
        6 => ("SIGABRT", "it gave itself up (abort)"),
        8 => ("SIGFPE", "a computation that cannot be done, such as a division of whole numbers by zero"),
        9 => ("SIGKILL", "someone ended it, or the system did, for want of memory"),
        11 => ("SIGSEGV", "it used memory that it does not have (segmentation fault)"),
        13 => ("SIGPIPE", "it wrote to what no one reads"),
        15 => ("SIGTERM", "it was asked to end"),
        SIGBUS => ("SIGBUS", "it used memory that is not there (bus error)"),
        _ => return None,
    })
}
