//! A real NEURON: started, guarded, and with its words in the errors.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test may fail where it stands")]
#![allow(unsafe_code, reason = "the tests call the raw functions")]

use std::process::Command;

use neuron_sys::{Runtime, Search, SysError};

/// The variable that makes this program try to start under `LD_BIND_NOW`.
const BOUND: &str = "NEURON_SYS_TEST_BOUND";

/// NEURON, found or fetched; its absence is a failure if `COMPNEUROVIS_REQUIRE_NEURON` is 1.
fn start() -> Option<&'static Runtime> {
    match Runtime::start(&Search::new().allow_fetch(true)) {
        Ok(runtime) => Some(runtime),
        Err(error) => {
            let required = std::env::var("COMPNEUROVIS_REQUIRE_NEURON").is_ok_and(|value| value == "1");
            assert!(!required, "NEURON is required: {error}");
            eprintln!("skipped, there is no NEURON: {error}");
            None
        }
    }
}

#[test]
fn exceptions_become_errors_and_stacks_are_restored() {
    if std::env::var_os(BOUND).is_some() {
        let error = Runtime::start(&Search::new().allow_fetch(true)).unwrap_err();
        assert!(matches!(error, SysError::BindNow { .. }), "{error}");
        return;
    }
    let Some(runtime) = start() else { return };
    assert!(runtime.version().starts_with("NEURON"), "{}", runtime.version());
    assert!(std::ptr::eq(runtime, Runtime::start(&Search::new()).unwrap()));
    // SAFETY: this is the only thread of the program that uses NEURON.
    unsafe { use_it(runtime) };
    starts_only_lazily();
}

/// # Safety
/// No other thread uses NEURON.
unsafe fn use_it(runtime: &Runtime) {
    // SAFETY: the caller's promise; names are C strings and stacks are left as found.
    unsafe {
        let hoc = |code: &std::ffi::CStr| runtime.guard(|api| (api.nrn_hoc_call)(code.as_ptr()));
        assert_eq!(hoc(c"x_ = 6 * 7\n").unwrap(), 0);
        let x = (runtime.api().nrn_symbol)(c"x_".as_ptr());
        assert_eq!(*(runtime.api().nrn_symbol_dataptr)(x), 42.0);
        let error = hoc(c"no_such_function(1)\n").unwrap_err();
        assert!(error.message.contains("no_such_function"), "{error}");
        assert!(!error.message.contains("compneurovis"), "{error}");

        // What a closure owns is dropped when NEURON leaves it by an exception.
        struct Noted<'a>(&'a std::cell::Cell<bool>);
        impl Drop for Noted<'_> {
            fn drop(&mut self) {
                self.0.set(true);
            }
        }
        let dropped = std::cell::Cell::new(false);
        let sqrt = (runtime.api().nrn_symbol)(c"finitialize".as_ptr());
        let outcome = runtime.guard(|api| {
            let _noted = Noted(&dropped);
            (api.nrn_double_push)(7.0);
            let section = (api.nrn_section_new)(c"a".as_ptr());
            (api.nrn_nseg_set)(section, -1);
            (api.nrn_function_call)(sqrt, 0);
        });
        assert!(outcome.is_err() && dropped.get());

        // Failures leave nothing on NEURON's stacks, and guards nest.
        for _ in 0..20_000 {
            let nested = runtime.guard(|api| {
                (api.nrn_double_push)(1.0);
                let inner = runtime.guard(|api| {
                    (api.nrn_double_push)(2.0);
                    (api.nrn_hoc_call)(c"x_ =\n".as_ptr())
                });
                ((api.nrn_double_pop)(), inner.is_err())
            });
            assert_eq!(nested.unwrap(), (1.0, true));
        }
    }
}

/// Under `LD_BIND_NOW` the library cannot be opened, and the error says so.
fn starts_only_lazily() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "exceptions_become_errors_and_stacks_are_restored"])
        .env("LD_BIND_NOW", "1")
        .env(BOUND, "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
