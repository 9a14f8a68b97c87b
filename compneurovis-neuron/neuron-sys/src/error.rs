//! What can go wrong between the file system and a running interpreter.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::discover::Attempt;
use crate::fetch::FetchError;

/// NEURON could not be found, opened or started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SysError {
    /// No installation was found; lists every place that was looked at and what to do.
    #[error("{}", not_found_text(.tried))]
    NotFound {
        /// Every place that was looked at, in order, with the reason it was not taken.
        tried: Vec<Attempt>,
    },
    /// An installation was named explicitly, and there is no usable NEURON there.
    #[error("no usable NEURON at `{}` (named by {named_by}): {reason}", .path.display())]
    Explicit {
        /// The path as it was given.
        path: PathBuf,
        /// What named it: the caller or `NEURON_LIBRARY`.
        named_by: &'static str,
        /// Why it is not usable.
        reason: String,
    },
    /// Fetching the wheel was allowed, was needed, and failed.
    #[error("NEURON is not installed and could not be fetched: {source}\n{}", not_found_text(.tried))]
    Fetch {
        /// Why the wheel could not be fetched.
        source: FetchError,
        /// Every place that was looked at before fetching.
        tried: Vec<Attempt>,
    },
    /// The dynamic loader refused the library.
    #[error("cannot open the NEURON library `{}`: {reason}", .path.display())]
    Open {
        /// The library.
        path: PathBuf,
        /// The loader's own text.
        reason: String,
    },
    /// The process was started with `LD_BIND_NOW`, under which `libnrniv` cannot be opened.
    #[error(
        "cannot open `{}`: it expects the symbol `modl_reg` from its host, which is supplied after \
         a lazy open; this process binds all symbols at once. Start it without LD_BIND_NOW, or \
         export `modl_reg` from the executable \
         (link argument -Wl,--export-dynamic-symbol=modl_reg)", .path.display()
    )]
    BindNow {
        /// The library.
        path: PathBuf,
    },
    /// The library lacks a function or variable of the 9.0 C API.
    #[error(
        "`{}` has no symbol `{symbol}`: the C API of NEURON 9.0 or newer is needed", .path.display()
    )]
    MissingSymbol {
        /// The library.
        path: PathBuf,
        /// The symbol that was looked up.
        symbol: &'static str,
    },
    /// A function of ours could not be put into the opened library: `modl_reg`, which it needs from
    /// its host, or what keeps it from ending the process.
    #[error("cannot supply functions to `{}`: {reason}", .path.display())]
    Slot {
        /// The library.
        path: PathBuf,
        /// What was unexpected about the file.
        reason: &'static str,
    },
    /// The interpreter opened but did not start as expected.
    #[error("NEURON did not start: {reason}")]
    Init {
        /// What was missing or refused.
        reason: String,
    },
    /// Loading NEURON is not supported on this system.
    #[error("NEURON cannot be loaded on {system}: only Linux on x86_64 and aarch64 is supported")]
    Unsupported {
        /// Operating system and architecture.
        system: &'static str,
    },
}

/// NEURON's interpreter reported an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HocError {
    /// NEURON's own words: the exception's text, and what it printed while failing.
    pub message: String,
}

/// The list of places, one a line, and what to type.
fn not_found_text(tried: &[Attempt]) -> String {
    let mut text = String::from("no NEURON installation was found; looked at:\n");
    for attempt in tried {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "  {attempt}");
    }
    text.push_str(
        "install it with `python3 -m pip install neuron==9.0.2`, or set NEURON_LIBRARY to the path \
         of libnrniv, or allow the wheel to be fetched",
    );
    text
}
