//! Loading mechanisms that are not built in.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::argument::Argument;
use crate::error::NeuronError;
use crate::interpreter::Neuron;
use crate::mod_compile;
use crate::mod_files::ModFiles;
use crate::symbol::Kind;

/// The libraries that this process has loaded from folders; NEURON cannot load one twice.
static LOADED: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);

impl Neuron {
    /// Loads mechanisms from a folder of MOD files, or from a library (a `libnrnmech`) that is
    /// compiled already. They stay until the process ends.
    ///
    /// The MOD files of a folder are compiled when that has not been done before, with NEURON's own
    /// translator and the C++ compiler of the machine (`CXX`, `c++`, `g++` or `clang++`); the result
    /// is kept in the cache of CompNeuroVis until the files, NEURON or the compiler change. A folder
    /// that this process has loaded as it is now is not loaded again.
    ///
    /// ```no_run
    /// # use compneurovis_neuron::{Neuron, Search};
    /// let neuron = Neuron::acquire(&Search::new())?;
    /// neuron.load_mechanisms("channels")?;
    /// let soma = neuron.section("soma")?;
    /// soma.insert("kdr")?;
    /// # Ok::<(), compneurovis_neuron::NeuronError>(())
    /// ```
    ///
    /// # Errors
    /// [`NeuronError::LoadFile`] if there is no such folder or file, [`NeuronError::NoModFiles`],
    /// [`NeuronError::NoCompiler`], [`NeuronError::ModCompile`] with the words of the translator or
    /// compiler, [`NeuronError::MechanismExists`] if NEURON has another mechanism of one of the
    /// names, [`NeuronError::File`], or [`NeuronError::Hoc`] with NEURON's text.
    pub fn load_mechanisms(&self, path: impl AsRef<Path>) -> Result<(), NeuronError> {
        let path = path.as_ref();
        if path.is_dir() {
            return self.load_folder(path);
        }
        if !path.is_file() {
            return Err(NeuronError::LoadFile { path: path.display().to_string() });
        }
        self.load_library(path)
    }

    fn load_folder(&self, folder: &Path) -> Result<(), NeuronError> {
        let files = ModFiles::read(folder)?;
        let compiled = mod_compile::library(&files, self.installation(), self.version())?;
        let library = compiled.library.clone();
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = loaded.get_or_insert_default();
        if loaded.contains(&library) {
            return Ok(());
        }
        for name in files.mechanisms() {
            if self.inner.symbol(&name, Kind::Mechanism).is_ok() || self.inner.symbol(&name, Kind::Class).is_ok() {
                return Err(NeuronError::MechanismExists { name });
            }
        }
        self.load_library(&library)?;
        loaded.insert(library);
        Ok(())
    }

    fn load_library(&self, library: &Path) -> Result<(), NeuronError> {
        let failed = || NeuronError::LoadFile { path: library.display().to_string() };
        // The loader would look for a bare name elsewhere.
        let library = fs::canonicalize(library).map_err(|_| failed())?;
        let text = library.to_str().ok_or_else(failed)?;
        let loaded = self.inner.call("nrn_load_dll", &[Argument::Text(text)])?;
        if loaded == 1.0 { Ok(()) } else { Err(failed()) }
    }
}
