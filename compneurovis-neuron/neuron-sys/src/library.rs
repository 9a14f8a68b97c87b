//! Opening `libnrniv`.

use std::ffi::{c_char, c_int};
use std::path::Path;

use crate::api::Api;
use crate::error::SysError;

/// NEURON's counters of what changed in the structure of the model.
///
/// An address of a value stays good as long as these say that nothing moved: see
/// [`StructureCounters::pending`] and [`StructureCounters::count`].
#[derive(Debug, Clone, Copy)]
pub struct StructureCounters {
    structure_change_cnt: *mut c_int,
    v_structure_change: *mut c_int,
    tree_changed: *mut c_int,
    nrn_nthread: *mut c_int,
}

impl StructureCounters {
    /// How often NEURON has re-sorted its storage.
    ///
    /// # Safety
    /// Only on the thread that owns NEURON.
    #[inline]
    pub unsafe fn count(&self) -> i32 {
        // SAFETY: a variable of the library, which is never closed; the caller is its only user.
        unsafe { self.structure_change_cnt.read_volatile() }
    }

    /// Whether something changed that the next step or initialisation will re-sort for.
    ///
    /// # Safety
    /// Only on the thread that owns NEURON.
    #[inline]
    pub unsafe fn pending(&self) -> bool {
        // SAFETY: as in `count`.
        unsafe { self.v_structure_change.read_volatile() != 0 || self.tree_changed.read_volatile() != 0 }
    }

    /// Whether the next step or initialisation will sort the tree of sections anew: after a change of `nseg`,
    /// of a connection, or of which sections there are.
    ///
    /// # Safety
    /// Only on the thread that owns NEURON.
    #[inline]
    pub unsafe fn tree_pending(&self) -> bool {
        // SAFETY: as in `count`.
        unsafe { self.tree_changed.read_volatile() != 0 }
    }

    /// The number of threads NEURON computes with.
    ///
    /// # Safety
    /// Only on the thread that owns NEURON.
    #[inline]
    pub unsafe fn threads(&self) -> i32 {
        // SAFETY: as in `count`.
        unsafe { self.nrn_nthread.read_volatile() }
    }
}

/// What opening the library yields.
pub(crate) struct Library {
    pub(crate) api: Api,
    pub(crate) counters: StructureCounters,
    pub(crate) event_tables: Option<EventTables>,
    /// What raises an error in NEURON.
    pub(crate) throw: Option<unsafe extern "C-unwind" fn(*const c_char, *const c_char)>,
    /// What changes the structure of a model, and what computes its steps.
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    pub(crate) structure: Option<crate::steps::Originals>,
}

/// Functions of NEURON's own that empty the tables by which `SaveState.fread` finds the targets of
/// events. NEURON fills the tables once and keeps them when the model changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventTables {
    /// `SelfEvent::savestate_free()`.
    pub(crate) self_events: unsafe extern "C-unwind" fn(),
    /// `NetConSave::invalid()`.
    pub(crate) connections: unsafe extern "C-unwind" fn(),
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) fn open(path: &Path) -> Result<Library, SysError> {
    use libloading::os::unix::{Library as Handle, RTLD_LAZY, RTLD_LOCAL};

    // Lazily, since `modl_reg` is missing until it is patched in; locally, since the library exports
    // names such as `t`, `dt` and readline's, which must not meet the host's.
    // SAFETY: the initialisers of libnrniv set up its own tables and touch nothing of the host's.
    let handle = unsafe { Handle::open(Some(path), RTLD_LAZY | RTLD_LOCAL) };
    let handle = handle.map_err(|error| open_error(path, &error))?;
    let api = Api::resolve(&handle, path)?;
    let variable = |name: &'static str, bytes: &[u8]| {
        // SAFETY: the four names are of `int` variables in the library.
        let symbol = unsafe { handle.get::<*mut c_int>(bytes) };
        symbol.map(|address| *address).map_err(|_| SysError::MissingSymbol { path: path.to_path_buf(), symbol: name })
    };
    let counters = StructureCounters {
        structure_change_cnt: variable("structure_change_cnt", b"structure_change_cnt\0")?,
        v_structure_change: variable("v_structure_change", b"v_structure_change\0")?,
        tree_changed: variable("tree_changed", b"tree_changed\0")?,
        nrn_nthread: variable("nrn_nthread", b"nrn_nthread\0")?,
    };
    // SAFETY: the name is that of a function of the library with this signature.
    let throw = unsafe { handle.get::<crate::exits::Throw>(crate::exits::THROW) }.ok().map(|throw| *throw);
    // SAFETY: the finder gives addresses of the library's own functions, whose names are their signatures.
    let structure = unsafe {
        crate::steps::Originals::find(|name| handle.get::<*mut std::ffi::c_void>(name).ok().map(|address| *address))
    };
    let function = |name: &[u8]| {
        // SAFETY: both names are of static functions of C++ without arguments or a result.
        unsafe { handle.get::<unsafe extern "C-unwind" fn()>(name) }.ok().map(|function| *function)
    };
    let event_tables = function(b"_ZN9SelfEvent14savestate_freeEv\0")
        .zip(function(b"_ZN10NetConSave7invalidEv\0"))
        .map(|(self_events, connections)| EventTables { self_events, connections });
    let autoload = variable("nrn_noauto_dlopen_nrnmech", b"nrn_noauto_dlopen_nrnmech\0")?;
    crate::slots::supply(path, api.nrn_init as *const () as usize)?;
    // Otherwise the start would load mechanisms from whatever folder the process happens to be in.
    // SAFETY: an `int` variable of the library, which no one reads before `nrn_init`.
    unsafe { autoload.write(1) };
    // Closing would run destructors under everything that still points into the library.
    std::mem::forget(handle);
    Ok(Library { api, counters, event_tables, throw, structure })
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(crate) fn open(_path: &Path) -> Result<Library, SysError> {
    check_system().and(Err(SysError::Unsupported { system: std::env::consts::OS }))
}

/// Whether NEURON can be opened here at all, which is asked before it is looked for or fetched.
pub(crate) fn check_system() -> Result<(), SysError> {
    let architecture = cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));
    match std::env::consts::OS {
        "linux" if architecture => Ok(()),
        "linux" => Err(SysError::Unsupported { system: std::env::consts::ARCH }),
        "windows" => Err(SysError::Unsupported { system: "Windows, whose NEURON is built for another compiler" }),
        "macos" => Err(SysError::Unsupported { system: "macOS" }),
        other => Err(SysError::Unsupported { system: other }),
    }
}

/// The loader's refusal, with the one that has a remedy told apart.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn open_error(path: &Path, error: &libloading::Error) -> SysError {
    let reason = match error {
        libloading::Error::DlOpen { desc } => format!("{desc:?}"),
        other => other.to_string(),
    };
    if reason.contains("modl_reg") {
        return SysError::BindNow { path: path.to_path_buf() };
    }
    SysError::Open { path: path.to_path_buf(), reason }
}
