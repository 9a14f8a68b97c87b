//! The one NEURON of this process.

use std::ffi::{CStr, CString, c_char, c_int};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::api::{Api, Symbol};
use crate::discover::{Installation, Search};
use crate::error::{HocError, SysError};
use crate::library::{self, EventTables, StructureCounters};
use crate::{guard, output};

/// NEURON, opened and initialised: without Python, without a display, printing through `tracing`
/// (target `neuron`).
///
/// There is one per process and it is never closed. The functions of the table are unsafe: see
/// [`Runtime::guard`] for what they ask.
#[derive(Debug)]
pub struct Runtime {
    api: Api,
    counters: StructureCounters,
    event_tables: Option<EventTables>,
    installation: Installation,
    guard: *mut Symbol,
    version: String,
}

// SAFETY: the value is never changed after it was made; everything that dereferences its pointers is
// an unsafe function whose caller promises to be the only thread that uses NEURON.
unsafe impl Send for Runtime {}
// SAFETY: as above.
unsafe impl Sync for Runtime {}

static RUNTIME: OnceLock<Runtime> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());

impl Runtime {
    /// Finds, opens and initialises NEURON, or returns the one that runs already, whatever
    /// `search` says.
    ///
    /// The environment variable `NEURONHOME` is set to the folder of hoc files beside the library;
    /// NEURON reads it, and sets it itself when it is missing. Programs whose other threads change
    /// or read the environment through C should start NEURON before they start those threads.
    ///
    /// # Errors
    /// [`SysError`]: nothing found, a library that cannot be opened or is too old, or an
    /// unsupported system.
    pub fn start(search: &Search) -> Result<&'static Self, SysError> {
        let _one_at_a_time = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = RUNTIME.get() {
            return Ok(runtime);
        }
        library::check_system()?;
        let installation = search.find()?;
        let library = library::open(&installation.library)?;
        // SAFETY: this is the first use of the library, under the lock.
        let runtime = unsafe { initialise(library, installation)? };
        Ok(RUNTIME.get_or_init(|| runtime))
    }

    /// The NEURON that runs, if one does.
    pub fn started() -> Option<&'static Self> {
        RUNTIME.get()
    }

    /// The table of raw functions.
    #[inline]
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// What tells whether addresses of values are still good.
    #[inline]
    pub fn counters(&self) -> &StructureCounters {
        &self.counters
    }

    /// Makes NEURON forget which objects a `SaveState` file has meant by its events so far. It looks
    /// them up once and keeps what it found, also when the objects are gone, so this is needed
    /// before every `SaveState.fread`. Says `false`, and does nothing, if this NEURON has no such
    /// functions.
    ///
    /// # Safety
    /// This thread is the only one that calls NEURON.
    pub unsafe fn forget_saved_events(&self) -> bool {
        let Some(tables) = self.event_tables else { return false };
        // SAFETY: functions of the library that free tables of its own, and throw nothing.
        unsafe {
            (tables.self_events)();
            (tables.connections)();
        }
        true
    }

    /// Where NEURON was found.
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// NEURON's own text about its version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Runs raw calls such that an exception of NEURON's comes back as an error, with its stacks
    /// as they were before. Costs about 40 ns. What NEURON prints meanwhile is logged, or becomes
    /// part of the error.
    ///
    /// # Errors
    /// [`HocError`] with NEURON's text. The closure then ended at the call that failed, like a
    /// panic: values it owned were dropped, and nothing after that call ran.
    ///
    /// # Safety
    /// - This thread is the only one that calls NEURON.
    /// - The closure must not panic: a panic cannot cross NEURON's frames and aborts the process.
    ///   It contains raw calls and plain moves of data; checks and formatting belong outside.
    /// - It pops what its calls leave on NEURON's value stack, no more and no less.
    #[inline]
    pub unsafe fn guard<T>(&self, calls: impl FnOnce(&Api) -> T) -> Result<T, HocError> {
        // SAFETY: the caller's promise.
        unsafe { guard::run(&self.api, self.guard, calls) }
    }

    /// Calls a built-in function without arguments that returns a number, such as `fadvance`.
    ///
    /// # Errors
    /// [`HocError`] with NEURON's text.
    ///
    /// # Safety
    /// `function` is the symbol of such a function, and this thread is the only one that calls
    /// NEURON.
    #[inline]
    pub unsafe fn call(&self, function: *mut Symbol) -> Result<f64, HocError> {
        // SAFETY: the caller's promise.
        unsafe { guard::call_function(&self.api, function) }
    }
}

/// The recipe that `nrn_init` needs.
///
/// # Safety
/// The library was just opened, and no other thread uses it.
unsafe fn initialise(library: library::Library, installation: Installation) -> Result<Runtime, SysError> {
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    let structure = library.structure;
    let library::Library { api, counters, event_tables, throw, .. } = library;
    // SAFETY: NEURON's start changes the same variable when it is missing, so a host that is not
    // ready for this is not ready for NEURON; `Runtime::start` says so.
    unsafe { std::env::set_var("NEURONHOME", &installation.home) };
    // SAFETY: the library is open and the arguments are what `nrn_init` asks for: an array that it
    // may change and keep.
    unsafe {
        (api.nrn_stdout_redirect)(Some(output::collect));
        let (count, arguments) = leak_arguments(&["compneurovis", "-nogui", "-nopython"]);
        (api.nrn_init)(count, arguments);
    }
    // Not before: what ends the start of NEURON has no one to report to.
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    match throw {
        Some(throw) => {
            crate::exits::refuse(&installation.library, &api, throw)?;
            match structure {
                Some(structure) => crate::steps::refuse_changes(&installation.library, &api, structure)?,
                None => tracing::warn!("this NEURON fails badly if hoc code changes the structure in a step"),
            }
        }
        None => tracing::warn!("this NEURON ends the process on `quit()`: it has no function to raise errors"),
    }
    #[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
    let _ = throw;
    // SAFETY: NEURON is initialised.
    let guard = unsafe { guard::register(&api)? };
    let mut runtime = Runtime { api, counters, event_tables, installation, guard, version: String::new() };
    // SAFETY: as above.
    runtime.version = unsafe { version(&runtime)? };
    tracing::debug!(version = %runtime.version, "NEURON started");
    Ok(runtime)
}

/// NEURON changes the array and keeps the pointers, so it is given to it for good.
fn leak_arguments(arguments: &[&str]) -> (c_int, *mut *mut c_char) {
    let mut pointers: Vec<*mut c_char> =
        arguments.iter().map(|argument| CString::new(*argument).unwrap_or_default().into_raw()).collect();
    pointers.push(std::ptr::null_mut());
    (arguments.len() as c_int, Box::leak(pointers.into_boxed_slice()).as_mut_ptr())
}

/// Asks NEURON for its version.
///
/// # Safety
/// NEURON is initialised, and this is the only thread that calls it.
unsafe fn version(runtime: &Runtime) -> Result<String, SysError> {
    let init = |reason: String| SysError::Init { reason };
    // SAFETY: the name is a C string.
    let symbol = unsafe { (runtime.api.nrn_symbol)(c"nrnversion".as_ptr()) };
    if symbol.is_null() {
        return Err(init("it does not know `nrnversion`".to_owned()));
    }
    // SAFETY: `nrnversion` is a function that leaves a string; the closure only calls.
    let cell = unsafe {
        runtime.guard(|api| {
            (api.nrn_function_call)(symbol, 0);
            (api.nrn_str_pop)()
        })
    };
    let cell = cell.map_err(|error| init(error.message))?;
    // SAFETY: the popped cell holds a C string that lives until the next call.
    Ok(unsafe { CStr::from_ptr(*cell) }.to_string_lossy().into_owned())
}
