//! What can go wrong when a model is built or run.

use std::fmt;
use std::path::PathBuf;

use neuron_sys::{HocError, SysError};

/// A failed operation on NEURON. None of them leaves NEURON unusable.
///
/// Its `Debug` is for people, too: it is what a `main` that returns it prints.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum NeuronError {
    /// NEURON could not be found, opened or started.
    #[error(transparent)]
    Start(#[from] SysError),
    /// NEURON belongs to another thread of this process.
    #[error("NEURON is one per process and belongs to the thread `{owner}`; this is `{this}`")]
    WrongThread {
        /// The thread that owns NEURON.
        owner: String,
        /// The thread that asked.
        this: String,
    },
    /// This thread has a [`Neuron`](crate::Neuron) already.
    #[error("this thread already holds NEURON: drop the other `Neuron` first, there is one per process")]
    AlreadyHeld,
    /// NEURON refused, in its own words.
    #[error("cannot {action}: {message}")]
    Hoc {
        /// What was attempted.
        action: String,
        /// NEURON's text.
        message: String,
    },
    /// NEURON has no such name.
    #[error("NEURON knows no {expected} `{name}`{}", Known(.known))]
    UnknownName {
        /// The name.
        name: String,
        /// What it was expected to be.
        expected: String,
        /// The names that there are, where they are few.
        known: Vec<String>,
    },
    /// The name means something else.
    #[error("`{name}` is {found}, expected {expected}")]
    WrongKind {
        /// The name.
        name: String,
        /// What it is.
        found: String,
        /// What it was expected to be.
        expected: String,
    },
    /// The name cannot be passed to NEURON.
    #[error("`{name}` is not a usable name or text: {reason}")]
    BadName {
        /// The text.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The section has been deleted.
    #[error("the section `{name}` has been deleted")]
    DeadSection {
        /// The section.
        name: String,
    },
    /// The handle is from before [`Neuron::clear`](crate::Neuron::clear).
    #[error("`{what}` belongs to a model that has been cleared")]
    Cleared {
        /// The handle.
        what: String,
    },
    /// The point process is on no section, because its section was deleted.
    #[error("the {class} is on no section: its section has been deleted")]
    Unlocated {
        /// The class of the point process.
        class: String,
    },
    /// A connection leads to a point process on no section, and would end the process.
    #[error("a NetCon leads to a `{class}` whose section has been deleted: drop the connection")]
    LostTarget {
        /// The class of the point process.
        class: String,
    },
    /// A mechanism has a pointer that leads nowhere, and would end the process when computed.
    #[error("the POINTER `{pointer}` of a `{class}` points nowhere: set it before the model is computed")]
    UnsetPointer {
        /// The class of the point process.
        class: String,
        /// The name of the pointer.
        pointer: String,
    },
    /// A number is outside of what is possible.
    #[error("{what} is {value}, expected {expected}")]
    OutOfRange {
        /// What the number is for.
        what: String,
        /// The number.
        value: f64,
        /// What is possible.
        expected: &'static str,
    },
    /// An index is past the end.
    #[error("index {index} of {what} is past its {len} elements")]
    BadIndex {
        /// What was indexed.
        what: String,
        /// The index.
        index: usize,
        /// How many there are.
        len: usize,
    },
    /// A buffer has the wrong length.
    #[error("the buffer has room for {found} values, expected {expected}")]
    BufferLength {
        /// How many values there are.
        expected: usize,
        /// The buffer's length.
        found: usize,
    },
    /// The number of compartments under a probe has changed.
    #[error("the section `{name}` now has {found} compartments, {expected} when the probe was made: make a new one")]
    CompartmentsChanged {
        /// The section.
        name: String,
        /// The number when the probe was made.
        expected: usize,
        /// The number now.
        found: usize,
    },
    /// A hoc file could not be loaded; NEURON itself does not say why.
    #[error("NEURON could not load `{path}`: no such file in the current folder or in its library")]
    LoadFile {
        /// The file.
        path: String,
    },
    /// A folder that was to be compiled has no MOD files.
    #[error("there are no MOD files in `{}`", .folder.display())]
    NoModFiles {
        /// The folder.
        folder: PathBuf,
    },
    /// Mechanisms have to be compiled, and there is no compiler.
    #[error(
        "mechanisms have to be compiled, and there is no C++ compiler (tried {tried}): install one \
         (Debian and Ubuntu: `apt install g++`; Fedora: `dnf install gcc-c++`; Arch: `pacman -S gcc`), \
         or set CXX to its path"
    )]
    NoCompiler {
        /// The programs that were looked for.
        tried: String,
    },
    /// A MOD file does not compile.
    #[error("{what} cannot be compiled:\n{log}")]
    ModCompile {
        /// The file.
        what: String,
        /// The words of NEURON's translator or of the compiler.
        log: String,
    },
    /// A mechanism cannot be loaded because NEURON has another of that name, and never forgets one.
    #[error("NEURON knows a mechanism `{name}` already: another one of that name needs a new process")]
    MechanismExists {
        /// The mechanism.
        name: String,
    },
    /// The description of a model has another version.
    #[error("the model is described in version {found} of the format, expected {expected}")]
    ModelVersion {
        /// The version of the description.
        found: u32,
        /// The version that is understood.
        expected: u32,
    },
    /// A saved state cannot be restored.
    #[error("the saved state does not fit the model: {reason}")]
    SavedState {
        /// What is different.
        reason: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot use `{}`: {source}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// Time was to be advanced before the model was initialised.
    #[error("call `initialize` first: {reason}")]
    NotInitialized {
        /// Why it is needed.
        reason: &'static str,
    },
}

/// The names that there are, in messages.
struct Known<'a>(&'a [String]);

impl fmt::Display for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => Ok(()),
            names => write!(f, "; it has `{}`", names.join("`, `")),
        }
    }
}

impl fmt::Debug for NeuronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&compneurovis_core::error_causes(self).join(": "))
    }
}

impl NeuronError {
    /// NEURON's refusal of `action`.
    pub(crate) fn hoc(action: impl Into<String>, error: HocError) -> Self {
        Self::Hoc { action: action.into(), message: error.message }
    }

    /// The system's refusal to read or write a file.
    pub(crate) fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::File { path: path.into(), source }
    }
}

/// A number that must be finite.
pub(crate) fn finite(what: &str, value: f64) -> Result<f64, NeuronError> {
    within(what, value, value.is_finite(), "a finite number")
}

/// A number that must be finite and above zero.
pub(crate) fn positive(what: &str, value: f64) -> Result<f64, NeuronError> {
    within(what, value, value.is_finite() && value > 0.0, "a finite number above 0")
}

/// A place along a section.
pub(crate) fn location(x: f64) -> Result<f64, NeuronError> {
    within("the location on the section", x, (0.0..=1.0).contains(&x), "a number from 0 to 1")
}

/// A number that must satisfy a condition.
pub(crate) fn within(what: &str, value: f64, good: bool, expected: &'static str) -> Result<f64, NeuronError> {
    if good { Ok(value) } else { Err(NeuronError::OutOfRange { what: what.to_owned(), value, expected }) }
}
