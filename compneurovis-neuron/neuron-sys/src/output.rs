//! What NEURON prints: collected while a call runs, then logged or attached to the call's error.

use std::ffi::{CStr, c_char, c_int};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// How much text of one stream is kept between two collections; a hoc loop that prints may not
/// grow without bound.
const LIMIT: usize = 64 * 1024;

/// What was printed since the last collection.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// One buffer for all threads: NEURON's own worker threads print as well, and there is one NEURON.
static PRINTED: Mutex<Printed> = Mutex::new(Printed { stdout: String::new(), stderr: String::new() });

/// Whether the buffer holds anything, so that a silent call takes no lock.
static PENDING: AtomicBool = AtomicBool::new(false);

/// Given to `nrn_stdout_redirect`. It only stores: a subscriber of `tracing` that panicked here
/// would unwind into C++.
pub(crate) extern "C-unwind" fn collect(stream: c_int, text: *mut c_char) -> c_int {
    if text.is_null() {
        return 0;
    }
    // SAFETY: NEURON passes a C string that lives for the call.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    let mut printed = PRINTED.lock().unwrap_or_else(PoisonError::into_inner);
    let target = if stream == 1 { &mut printed.stdout } else { &mut printed.stderr };
    if target.len() + text.len() <= LIMIT {
        target.push_str(&text);
    }
    PENDING.store(true, Ordering::Release);
    0
}

/// Takes what was printed, if anything.
#[inline]
pub(crate) fn take() -> Option<Printed> {
    if !PENDING.load(Ordering::Acquire) {
        return None;
    }
    PENDING.store(false, Ordering::Release);
    let mut printed = PRINTED.lock().unwrap_or_else(PoisonError::into_inner);
    Some(std::mem::take(&mut *printed))
}

/// Logs what was printed by a call that succeeded.
pub(crate) fn log(printed: &Printed) {
    for line in printed.stdout.lines().filter(|line| !line.trim().is_empty()) {
        tracing::info!(target: "neuron", "{line}");
    }
    for line in printed.stderr.lines().filter(|line| !line.trim().is_empty()) {
        tracing::warn!(target: "neuron", "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_collected_by_stream_and_bounded() {
        let _ = take();
        let mut text = *b"abc\0";
        collect(1, text.as_mut_ptr().cast());
        collect(2, text.as_mut_ptr().cast());
        collect(1, std::ptr::null_mut());
        let printed = take().unwrap();
        assert_eq!((&*printed.stdout, &*printed.stderr), ("abc", "abc"));
        assert!(take().is_none());
        for _ in 0..LIMIT {
            collect(1, text.as_mut_ptr().cast());
        }
        assert!(take().unwrap().stdout.len() <= LIMIT);
    }
}
