//! The C API of the NEURON simulator, found and loaded at run time.
//!
//! Nothing is linked: a crate that depends on this one compiles, tests and documents itself on a
//! machine without NEURON. [`Search`] finds an installation (or fetches the official wheel when it
//! may), [`Runtime::start`] opens `libnrniv`, fills in the one symbol the library expects from its
//! host, initialises the interpreter without Python and without a display, and returns the table
//! of functions ([`Api`]) together with [`Runtime::guard`].
//!
//! # Why there is a guard
//!
//! Almost every function of the C API can throw a C++ exception, and an exception that reaches the
//! top of a Rust thread aborts the process. [`Runtime::guard`] runs a closure of raw calls *inside*
//! a function that NEURON itself calls and whose exceptions it catches; the closure's failure comes
//! back as a [`HocError`] with NEURON's own text, and NEURON has restored its stacks.
//!
//! # What stays the caller's duty
//!
//! NEURON is one global per process and not thread-safe: **one thread at a time**. A null symbol, a
//! freed section, an index out of bounds or a wrong kind of symbol is a segmentation fault that no
//! guard catches. The crate `compneurovis-neuron` checks all of that and is safe to use.
//!
//! ```no_run
//! # #![allow(unsafe_code)]
//! use neuron_sys::{Runtime, Search};
//!
//! let runtime = Runtime::start(&Search::new())?;
//! println!("{} from {}", runtime.version(), runtime.installation().library.display());
//! // SAFETY: this is the only thread that calls NEURON, and the name is a C string.
//! let known = unsafe { !(runtime.api().nrn_symbol)(c"finitialize".as_ptr()).is_null() };
//! assert!(known);
//! # Ok::<(), neuron_sys::SysError>(())
//! ```
#![expect(unsafe_code, reason = "this crate is the boundary to the C API of NEURON; every block says why it is sound")]
#![cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "loading is implemented for Linux only"))]

#[cfg(panic = "abort")]
compile_error!(
    "neuron-sys needs panic = \"unwind\": NEURON reports errors as C++ exceptions, \
     and with panic = \"abort\" every one of them would end the process"
);

mod api;
mod cache;
mod discover;
mod error;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod exits;
mod fetch;
mod guard;
mod library;
mod output;
mod runtime;
mod slots;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod steps;

pub use api::{Api, Item, Object, SectionListIterator, StackType, Symbol, SymbolList};
pub use api::{Section, SymbolTableIterator};
pub use cache::cache_folder;
pub use discover::{Attempt, Environment, Installation, Origin, Search};
pub use error::{HocError, SysError};
pub use fetch::{FetchError, WHEEL_VERSION};
pub use library::StructureCounters;
pub use runtime::Runtime;
