//! Running raw calls where NEURON catches their exceptions.

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_void};
use std::mem::MaybeUninit;
use std::sync::OnceLock;

use crate::api::{Api, Symbol};
use crate::error::{HocError, SysError};
use crate::output::{self, Printed};

/// The name under which NEURON knows the function that runs a closure.
const NAME: &CStr = c"compneurovis_guarded_call_";

/// NEURON's longest messages are a line.
const MESSAGE_BYTES: usize = 1024;

/// A closure waiting to be run by [`guarded`], without its type.
#[derive(Clone, Copy)]
struct Call {
    run: unsafe fn(*mut c_void),
    data: *mut c_void,
}

thread_local! {
    static CALL: Cell<Option<Call>> = const { Cell::new(None) };
}

/// The functions that end a registered function; set before the first call.
static RETURN: OnceLock<(unsafe extern "C-unwind" fn(), unsafe extern "C-unwind" fn(f64))> = OnceLock::new();

/// The function that NEURON knows: runs the waiting closure, if there is one (hoc code could call
/// it by its name), and returns a number.
extern "C-unwind" fn guarded() {
    if let Some(call) = CALL.take() {
        // SAFETY: `run` put the pair there, and its frame is still on the stack.
        unsafe { (call.run)(call.data) };
    }
    if let Some((hoc_ret, double_push)) = RETURN.get() {
        // SAFETY: NEURON called this function, and expects these two calls at its end.
        unsafe {
            hoc_ret();
            double_push(0.0);
        }
    }
}

/// Registers the function with NEURON and returns its symbol.
///
/// # Safety
/// NEURON is initialised, and this is the only thread that calls it.
pub(crate) unsafe fn register(api: &Api) -> Result<*mut Symbol, SysError> {
    let missing = |what: &str| SysError::Init { reason: format!("it does not know `{what}`") };
    // SAFETY: the names are C strings, and the symbol is not null.
    unsafe {
        let built_in = (api.nrn_symbol)(c"finitialize".as_ptr());
        if built_in.is_null() {
            return Err(missing("finitialize"));
        }
        let kind = (api.nrn_symbol_type)(built_in);
        // Before registering: NEURON may call the function from then on.
        RETURN.get_or_init(|| (api.nrn_hoc_ret, api.nrn_double_push));
        (api.nrn_register_function)(Some(guarded), NAME.as_ptr(), kind);
        let symbol = (api.nrn_symbol)(NAME.as_ptr());
        if symbol.is_null() { Err(missing("compneurovis_guarded_call_")) } else { Ok(symbol) }
    }
}

/// Runs `calls` inside NEURON's own try block.
///
/// # Safety
/// As for [`Runtime::guard`](crate::Runtime::guard); `symbol` is what [`register`] returned.
pub(crate) unsafe fn run<T, F: FnOnce(&Api) -> T>(api: &Api, symbol: *mut Symbol, calls: F) -> Result<T, HocError> {
    struct Frame<'a, T, F> {
        api: &'a Api,
        calls: Option<F>,
        result: Option<T>,
    }

    unsafe fn enter<T, F: FnOnce(&Api) -> T>(data: *mut c_void) {
        // SAFETY: `data` is the frame of the call below, which waits for this function.
        let frame = unsafe { &mut *data.cast::<Frame<'_, T, F>>() };
        if let Some(calls) = frame.calls.take() {
            frame.result = Some(calls(frame.api));
        }
    }

    let mut frame = Frame { api, calls: Some(calls), result: None };
    let data = (&raw mut frame).cast();
    let outer = CALL.replace(Some(Call { run: enter::<T, F>, data }));
    // SAFETY: the caller's promise; nothing was pushed, and one number is popped on success.
    let outcome = unsafe { call_function(api, symbol) };
    CALL.set(outer);
    outcome?;
    frame.result.ok_or_else(|| HocError { message: "the guarded call did not run".to_owned() })
}

/// Calls a function without arguments that returns a number.
///
/// # Safety
/// `symbol` is such a function, and this is the thread that owns NEURON.
#[inline]
pub(crate) unsafe fn call_function(api: &Api, symbol: *mut Symbol) -> Result<f64, HocError> {
    let mut message = [const { MaybeUninit::<c_char>::uninit() }; MESSAGE_BYTES];
    message[0].write(0);
    let buffer = message.as_mut_ptr().cast();
    // SAFETY: the symbol is a function, the buffer has the length that is given.
    let failed = unsafe { (api.nrn_function_call_nothrow)(symbol, 0, buffer, MESSAGE_BYTES) } != 0;
    if !failed {
        // SAFETY: a function that returned left its number on the stack.
        let value = unsafe { (api.nrn_double_pop)() };
        if let Some(printed) = output::take() {
            output::log(&printed);
        }
        return Ok(value);
    }
    // SAFETY: NEURON ends its text with a zero byte, and so did we before the call.
    let text = unsafe { CStr::from_ptr(buffer) }.to_string_lossy().into_owned();
    Err(error(&text, output::take().unwrap_or_default()))
}

/// NEURON's own words: what the exception said, and what was printed on the way, without repeats.
fn error(exception: &str, printed: Printed) -> HocError {
    output::log(&Printed { stdout: printed.stdout, stderr: String::new() });
    let exception = exception.strip_prefix("hoc_execerror:").unwrap_or(exception).trim();
    let mut lines: Vec<&str> = Vec::new();
    let mut printed = std::iter::once(exception).chain(printed.stderr.lines());
    while let Some(line) = printed.next() {
        let line = line.trim().trim_start_matches("compneurovis:").trim();
        if line == "near line 0" {
            // No hoc was running: the line that follows is only the last one that ever ran.
            printed.next();
            continue;
        }
        let noise = line.is_empty() || line == "^" || line.starts_with("compneurovis_guarded_call_");
        if !noise && !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        lines.push("NEURON reported an error without a text");
    }
    HocError { message: lines.join("\n") }
}
