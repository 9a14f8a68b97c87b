//! What NEURON calls when it wants to end the process.
//!
//! `quit()` in hoc calls `exit`, a failed check of NEURON's own calls `abort`; both would take the
//! whole program with them. The library reaches these functions through slots that a host can fill
//! ([`crate::slots`]), and those put there raise an error instead, which comes back from the call
//! like any other. A check that fails on one of NEURON's worker threads, or in a function that was
//! compiled not to expect an exception there, still ends the process.

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::path::Path;
use std::sync::OnceLock;

use crate::api::Api;
use crate::error::SysError;
use crate::slots::{self, Replacement};

/// `hoc_execerror(const char*, const char*)`: throws, and so never returns.
pub(crate) type Throw = unsafe extern "C-unwind" fn(*const c_char, *const c_char);

/// The symbol of that function.
pub(crate) const THROW: &[u8] = b"_Z13hoc_execerrorPKcS0_\0";

static RAISE: OnceLock<Throw> = OnceLock::new();

thread_local! {
    /// Whether an error is being raised, so that one that fails does not raise another.
    static RAISING: Cell<bool> = const { Cell::new(false) };
}

/// Puts the functions of this module into the library.
pub(crate) fn refuse(path: &Path, api: &Api, throw: Throw) -> Result<(), SysError> {
    RAISE.get_or_init(|| throw);
    let replacements = [
        // The first thing that `quit()` does, before it closes what NEURON needs.
        Replacement { name: c"_Z14hoc_final_exitv", function: quit as *const () as usize },
        Replacement { name: c"exit", function: exit as *const () as usize },
        Replacement { name: c"abort", function: abort as *const () as usize },
        Replacement { name: c"__assert_fail", function: assert_fail as *const () as usize },
    ];
    // SAFETY: the signatures are those of NEURON's `hocdec.h` and of the C library.
    unsafe { slots::replace(path, api.nrn_init as *const () as usize, &replacements) }
}

/// For `hoc_final_exit()`.
extern "C-unwind" fn quit() {
    raise(c"quit() would end the program that NEURON is part of, and is refused");
}

/// For `exit(int)`.
extern "C-unwind" fn exit(_status: c_int) -> ! {
    raise(c"NEURON wanted to end the program that it is part of, which is refused");
}

/// For `abort()`.
extern "C-unwind" fn abort() -> ! {
    raise(c"NEURON found itself in a state that it cannot go on from; clear the model and build it anew");
}

/// For `__assert_fail`, by which a failed `assert` is reported.
///
/// # Safety
/// The first argument is null or a C string.
unsafe extern "C-unwind" fn assert_fail(
    condition: *const c_char,
    _file: *const c_char,
    _line: c_uint,
    _function: *const c_char,
) -> ! {
    if condition.is_null() {
        abort();
    }
    // SAFETY: the caller's promise.
    let condition = unsafe { CStr::from_ptr(condition) }.to_string_lossy();
    let text = format!("a check of NEURON's own failed ({condition}); clear the model and build it anew");
    // The exception takes a copy; the text is leaked, since nothing after the call runs for sure.
    raise(CString::new(text).map_or(c"a check of NEURON's own failed", |text| Box::leak(text.into_boxed_c_str())));
}

/// Throws NEURON's exception with this text.
pub(crate) fn raise(text: &'static CStr) -> ! {
    let Some(throw) = RAISE.get().filter(|_| !RAISING.replace(true)) else { std::process::abort() };
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            RAISING.set(false);
        }
    }
    // The exception unwinds through this frame.
    let _done = Done;
    // SAFETY: the texts are C strings, and NEURON called, so that its own handler is further up.
    unsafe { throw(text.as_ptr(), std::ptr::null()) };
    std::process::abort();
}
