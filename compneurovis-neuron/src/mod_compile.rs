//! Compiling MOD files to a library that NEURON loads.
//!
//! What `nrnivmodl` does, without its shell, its `make` and the program `special` that it also
//! builds: `nocmodl` translates each file to C++, a compiler makes a library of all. Libraries are
//! kept in the cache under a key made of the files, NEURON and the compiler.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use neuron_sys::{Environment, Installation, cache_folder};

use crate::error::NeuronError;
use crate::mod_files::{ModFiles, checked_stem};

/// The definitions that NEURON's own makefile passes.
const DEFINITIONS: [&str; 8] = [
    "-DUSE_PYTHON",
    "-DNRN_ENABLE_THREADS",
    "-DCORENRN_BUILD=0",
    "-DNRNPYTHON_DYNAMICLOAD",
    "-DMPI_NO_CPPBIND=1",
    "-DOMPI_SKIP_MPICXX=1",
    "-DMPICH_SKIP_MPICXX=1",
    "-DHAVE_CONFIG_H",
];

/// The file name of compiled mechanisms.
const LIBRARY: &str = "libnrnmech.so";

/// A compiled library, and the folder that it lies in if that goes with the value.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) library: PathBuf,
    _folder: Option<tempfile::TempDir>,
}

/// The library of these files: from the cache, or compiled now.
///
/// # Errors
/// [`NeuronError::NoCompiler`], [`NeuronError::ModCompile`], [`NeuronError::File`].
pub(crate) fn library(files: &ModFiles, installation: &Installation, version: &str) -> Result<Compiled, NeuronError> {
    let compiler = Compiler::find()?;
    let mut hasher = DefaultHasher::new();
    (files, &installation.library, version, &compiler.version, DEFINITIONS).hash(&mut hasher);
    let key = format!("mechanisms-{:016x}", hasher.finish());
    let Some(cache) = cache_folder(&Environment::from_process()) else {
        let folder = tempfile::tempdir().map_err(|source| NeuronError::file(std::env::temp_dir(), source))?;
        let library = build(files, installation, &compiler, folder.path())?;
        return Ok(Compiled { library, _folder: Some(folder) });
    };
    let kept = cache.join(key);
    let library = kept.join(LIBRARY);
    if !library.is_file() {
        fs::create_dir_all(&cache).map_err(|source| NeuronError::file(&cache, source))?;
        // Beside its place, so that it gets there in one step, whoever else is compiling.
        let folder = tempfile::tempdir_in(&cache).map_err(|source| NeuronError::file(&cache, source))?;
        build(files, installation, &compiler, folder.path())?;
        let moved = fs::rename(folder.path(), &kept);
        if let (Err(source), false) = (moved, library.is_file()) {
            return Err(NeuronError::file(&kept, source));
        }
    }
    Ok(Compiled { library, _folder: None })
}

/// Compiles the files in a folder and returns the library.
fn build(
    files: &ModFiles,
    installation: &Installation,
    compiler: &Compiler,
    folder: &Path,
) -> Result<PathBuf, NeuronError> {
    let prefix = installation.library.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    let translator = prefix.join("bin/nocmodl");
    let units = installation.home.join("lib/nrnunits.lib");
    let mut sources = Vec::new();
    for name in files.mod_files() {
        let mut run = Command::new(&translator);
        run.arg(name).arg("-o").arg(folder).current_dir(&files.folder).env("MODLUNIT", &units);
        let output = run.output().map_err(|source| NeuronError::file(&translator, source))?;
        checked(name, &output)?;
        sources.push(checked_stem(name)?);
    }
    let list = folder.join("compneurovis_registration.cpp");
    fs::write(&list, registration(&sources)).map_err(|source| NeuronError::file(&list, source))?;
    let library = folder.join(LIBRARY);
    let mut run = Command::new(&compiler.program);
    run.args(["-O2", "-std=c++17", "-shared", "-fPIC"]).args(DEFINITIONS);
    for include in [prefix.join("include"), prefix.join("include/nrncvode"), files.folder.clone()] {
        run.arg("-I").arg(include);
    }
    run.args(sources.iter().map(|source| folder.join(source).with_extension("cpp"))).arg(&list);
    run.arg("-o").arg(&library);
    if let Some(home) = installation.library.parent() {
        let mut path = std::ffi::OsString::from("-Wl,-rpath,");
        path.push(home);
        run.arg("-L").arg(home).arg("-lnrniv").arg(path);
    }
    let output = run.output().map_err(|source| NeuronError::file(&compiler.program, source))?;
    checked(OsStr::new("the translated MOD files"), &output)?;
    Ok(library)
}

/// The function by which NEURON learns of the mechanisms.
fn registration(stems: &[String]) -> String {
    let declared: String = stems.iter().map(|stem| format!("extern \"C\" void _{stem}_reg(void);\n")).collect();
    let called: String = stems.iter().map(|stem| format!("  _{stem}_reg();\n")).collect();
    format!("{declared}extern \"C\" void modl_reg() {{\n{called}}}\n")
}

/// The words of a program that has failed.
fn checked(what: &OsStr, output: &Output) -> Result<(), NeuronError> {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    if output.status.success() {
        for line in text.iter().flat_map(|text| text.lines()) {
            tracing::debug!(target: "neuron", "{line}");
        }
        return Ok(());
    }
    let log = text.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    Err(NeuronError::ModCompile { what: what.to_string_lossy().into_owned(), log })
}

/// A compiler for C++.
#[derive(Debug)]
struct Compiler {
    program: PathBuf,
    version: Vec<u8>,
}

impl Compiler {
    /// The one that `CXX` names, or the first of the usual ones.
    fn find() -> Result<Self, NeuronError> {
        let named = std::env::var_os("CXX").filter(|name| !name.is_empty());
        let tried: Vec<PathBuf> = match named {
            Some(name) => vec![name.into()],
            None => ["c++", "g++", "clang++"].map(PathBuf::from).to_vec(),
        };
        for program in &tried {
            if let Ok(output) = Command::new(program).arg("--version").output()
                && output.status.success()
            {
                return Ok(Self { program: program.clone(), version: output.stdout });
            }
        }
        let tried = tried.iter().map(|program| program.display().to_string()).collect::<Vec<_>>().join(", ");
        Err(NeuronError::NoCompiler { tried })
    }
}
