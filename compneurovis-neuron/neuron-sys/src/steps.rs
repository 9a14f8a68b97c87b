//! What hoc code may not do while a step is computed: change the structure of the model.
//!
//! In a fixed step NEURON's storage is frozen, and says so by exceptions, of which those out of
//! destructors end the process. With variable steps NEURON does not look, and goes on in memory that
//! is gone. So the functions that every such change goes through are replaced ([`crate::slots`]) by
//! some that raise an error before anything has changed, as long as a step is on its way.

use std::ffi::{c_int, c_short, c_void};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use crate::api::{Api, Section};
use crate::error::SysError;
use crate::exits::raise;
use crate::slots::{self, Replacement};

/// How many steps are being computed, one inside the other.
static STEPS: AtomicU32 = AtomicU32::new(0);

static ORIGINALS: OnceLock<Originals> = OnceLock::new();

/// NEURON's note of the section that a point process is being placed on, which it would keep after an error and look
/// at when the section is gone; null if it is not known where that is.
static PLACED_ON: AtomicPtr<*mut Section> = AtomicPtr::new(std::ptr::null_mut());

/// A step on its way. Ends when it is dropped, also by an exception.
struct Step;

impl Step {
    #[inline]
    fn begin() -> Self {
        // One thread computes steps, and asks; the others only work for it.
        STEPS.store(STEPS.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Step {
    #[inline]
    fn drop(&mut self) {
        STEPS.store(STEPS.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
    }
}

/// Says that no step is being computed.
struct Still;

impl Still {
    /// Raises an error if a step is being computed, and it matters.
    #[inline]
    fn check_if(matters: bool) -> Self {
        if matters && STEPS.load(Ordering::Relaxed) > 0 {
            let placed_on = PLACED_ON.load(Ordering::Relaxed);
            if !placed_on.is_null() {
                // SAFETY: a variable of the library, which is never closed; NEURON's thread has called.
                unsafe { placed_on.write(std::ptr::null_mut()) };
            }
            raise(c"the structure of the model cannot change while a step is computed; change it between steps");
        }
        Self
    }
}

/// Declares functions of NEURON's by their symbols, and replacements that do something before.
macro_rules! replaced {
    ($($symbol:literal => $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?, $before:expr;)*) => {
        /// NEURON's own functions.
        pub(crate) struct Originals {
            $($name: unsafe extern "C-unwind" fn($($type),*) $(-> $result)?,)*
        }

        impl Originals {
            /// Finds the functions, by what finds an address; `None` if this NEURON lacks one.
            ///
            /// # Safety
            /// What is found has the signature that its C++ name says.
            pub(crate) unsafe fn find(find: impl Fn(&[u8]) -> Option<*mut c_void>) -> Option<Self> {
                PLACED_ON.store(find(b"nrn_pnt_sec_for_need_\0")?.cast(), Ordering::Relaxed);
                Some(Self {
                    $($name: {
                        let address = find(concat!($symbol, "\0").as_bytes())?;
                        // SAFETY: the caller's promise; the address is not null.
                        unsafe { std::mem::transmute::<
                            *mut c_void, unsafe extern "C-unwind" fn($($type),*) $(-> $result)?
                        >(address) }
                    },)*
                })
            }
        }

        fn replacements() -> Vec<Replacement> {
            vec![$(Replacement {
                name: const {
                    match std::ffi::CStr::from_bytes_with_nul(concat!($symbol, "\0").as_bytes()) {
                        Ok(name) => name,
                        Err(_) => panic!("a name with a zero byte"),
                    }
                },
                function: $name as *const () as usize,
            },)*]
        }

        $(
            /// # Safety
            /// Called by NEURON only, as the function that it stands for.
            unsafe extern "C-unwind" fn $name($($argument: $type),*) $(-> $result)? {
                let _before = $before;
                let Some(originals) = ORIGINALS.get() else { std::process::abort() };
                // SAFETY: the arguments are those that NEURON gave.
                unsafe { (originals.$name)($($argument),*) }
            }
        )*
    };
}

/// Something of C++ that only its address is known of.
type Opaque = *mut c_void;

replaced! {
    // What computes steps.
    "_Z14nrn_fixed_stepRKN6neuron18model_sorted_tokenE" => fixed_step(token: Opaque), Step::begin();
    "_Z20nrn_fixed_step_groupRKN6neuron18model_sorted_tokenEi"
        => fixed_steps(token: Opaque, count: c_int), Step::begin();
    "_ZN8NetCvode5solveEd" => variable_steps(solver: Opaque, until_ms: f64) -> c_int, Step::begin();

    // What changes the structure. An artificial cell is on no node, and may come at any time.
    "_Z10prop_allocPP4PropiP4Node"
        => place(list: Opaque, kind: c_int, node: Opaque) -> Opaque, Still::check_if(!node.is_null());
    "_Z10node_allocP7Sections" => nodes(section: *mut Section, count: c_short), Still::check_if(true);
    "_Z15nrn_change_nsegP7Sectioni" => change_nseg(section: *mut Section, nseg: c_int), Still::check_if(true);
    "_Z8sec_freeP8hoc_Item" => free(item: Opaque), Still::check_if(true);
    "_Z14nrn_disconnectP7Section" => disconnect(section: *mut Section), Still::check_if(true);
    "_Z23nrn_relocate_old_pointsP7SectionP4NodeS0_S2_"
        => relocate(from: *mut Section, old: Opaque, to: *mut Section, new: Opaque), Still::check_if(true);
}

/// Puts the functions of this module into the library.
pub(crate) fn refuse_changes(path: &Path, api: &Api, originals: Originals) -> Result<(), SysError> {
    ORIGINALS.get_or_init(|| originals);
    // SAFETY: the signatures are those that the symbols say.
    unsafe { slots::replace(path, api.nrn_init as *const () as usize, &replacements()) }
}
