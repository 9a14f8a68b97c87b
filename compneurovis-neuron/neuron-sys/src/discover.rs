//! Finding an installation of NEURON.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::{cache_folder, wheel_folder, wheel_prefix};
use crate::error::SysError;
use crate::fetch;

/// The shared library's file name on this system.
const LIBRARY: &str = if cfg!(target_os = "macos") { "libnrniv.dylib" } else { "libnrniv.so" };

/// A function that exists since the C API took its present form, in 9.0.0.
const API_MARKER: &[u8] = b"nrn_function_call_nothrow";

/// Asks Python where the package `neuron` is, without importing it.
const FIND_SPEC: &str = "import importlib.util as u; s = u.find_spec('neuron'); \
                         print(list(s.submodule_search_locations)[0] if s else '')";

/// An installation of NEURON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The shared library `libnrniv`.
    pub library: PathBuf,
    /// NEURON's folder of hoc files, what `NEURONHOME` must be: `<prefix>/share/nrn`.
    pub home: PathBuf,
    /// Which rule found it.
    pub origin: Origin,
}

/// Which rule found an installation, in the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The caller named it ([`Search::library`]).
    Explicit,
    /// The variable `NEURON_LIBRARY` named it.
    Variable,
    /// The active virtual environment (`VIRTUAL_ENV`).
    VirtualEnv,
    /// The active conda environment (`CONDA_PREFIX`).
    Conda,
    /// Beside the program `nrniv` on `PATH`.
    Path,
    /// A usual prefix of the system.
    Prefix,
    /// What an earlier run fetched.
    Cache,
    /// The package `neuron` of `python3`.
    Python,
    /// Fetched by this call.
    Fetched,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Explicit => "the caller",
            Self::Variable => "NEURON_LIBRARY",
            Self::VirtualEnv => "VIRTUAL_ENV",
            Self::Conda => "CONDA_PREFIX",
            Self::Path => "nrniv on PATH",
            Self::Prefix => "usual prefix",
            Self::Cache => "cache",
            Self::Python => "python3",
            Self::Fetched => "fetched wheel",
        })
    }
}

/// One place that was looked at in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The rule that led there.
    pub origin: Origin,
    /// The place, if the rule led to one.
    pub path: Option<PathBuf>,
    /// Why it was not taken.
    pub reason: String,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {} ({})", self.origin, path.display(), self.reason),
            None => write!(f, "{}: {}", self.origin, self.reason),
        }
    }
}

/// What of the process environment the search looks at.
///
/// [`Environment::from_process`] is the real one; the default is empty, for tests.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Environment {
    /// `NEURON_LIBRARY`.
    pub neuron_library: Option<PathBuf>,
    /// `VIRTUAL_ENV`.
    pub virtual_env: Option<PathBuf>,
    /// `CONDA_PREFIX`.
    pub conda_prefix: Option<PathBuf>,
    /// The folders of `PATH`.
    pub path: Vec<PathBuf>,
    /// Prefixes of system-wide installations.
    pub prefixes: Vec<PathBuf>,
    /// `COMPNEUROVIS_CACHE`.
    pub compneurovis_cache: Option<PathBuf>,
    /// `XDG_CACHE_HOME`.
    pub xdg_cache_home: Option<PathBuf>,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// The Python interpreter to ask, by name or path; `None` asks none.
    pub python: Option<PathBuf>,
}

impl Environment {
    /// The environment of this process.
    pub fn from_process() -> Self {
        let path = |name| std::env::var_os(name).map(PathBuf::from);
        let home = path("HOME");
        let mut prefixes: Vec<PathBuf> = home.iter().map(|home| home.join(".local")).collect();
        prefixes.extend(
            ["/usr/local", "/usr/local/nrn", "/opt/nrn", "/opt/homebrew", "/usr", "/Applications/NEURON"]
                .map(PathBuf::from),
        );
        Self {
            neuron_library: path("NEURON_LIBRARY").filter(|path| !path.as_os_str().is_empty()),
            virtual_env: path("VIRTUAL_ENV"),
            conda_prefix: path("CONDA_PREFIX"),
            path: std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
            prefixes,
            compneurovis_cache: path("COMPNEUROVIS_CACHE"),
            xdg_cache_home: path("XDG_CACHE_HOME"),
            home,
            python: Some(PathBuf::from("python3")),
        }
    }
}

/// Where to look for NEURON, and whether it may be fetched.
///
/// The order is: an explicit path, `NEURON_LIBRARY`, the active virtual or conda environment,
/// `nrniv` on `PATH`, the usual prefixes, what was fetched earlier, the `neuron` package of
/// `python3`, and last, when allowed, the official wheel.
///
/// ```no_run
/// use neuron_sys::Search;
///
/// let installation = Search::new().allow_fetch(true).find()?;
/// println!("{} ({})", installation.library.display(), installation.origin);
/// # Ok::<(), neuron_sys::SysError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Search {
    library: Option<PathBuf>,
    allow_fetch: bool,
    environment: Environment,
}

impl Default for Search {
    fn default() -> Self {
        Self::new()
    }
}

impl Search {
    /// Looks at the environment of this process and fetches nothing.
    pub fn new() -> Self {
        Self::in_environment(Environment::from_process())
    }

    /// Looks at the given environment instead of that of this process.
    pub fn in_environment(environment: Environment) -> Self {
        Self { library: None, allow_fetch: false, environment }
    }

    /// Takes the NEURON at `path` and no other: the library, its prefix, or the folder of the
    /// Python package.
    #[must_use]
    pub fn library(mut self, path: impl Into<PathBuf>) -> Self {
        self.library = Some(path.into());
        self
    }

    /// Whether the official wheel may be fetched when no installation is found.
    #[must_use]
    pub fn allow_fetch(mut self, allow: bool) -> Self {
        self.allow_fetch = allow;
        self
    }

    /// Finds an installation.
    ///
    /// # Errors
    /// [`SysError::Explicit`] when a path was named and holds no usable NEURON,
    /// [`SysError::Fetch`] when fetching was allowed and failed, else [`SysError::NotFound`].
    pub fn find(&self) -> Result<Installation, SysError> {
        if let Some(path) = &self.library {
            return named(path, Origin::Explicit);
        }
        if let Some(path) = &self.environment.neuron_library {
            return named(path, Origin::Variable);
        }
        let mut tried = Vec::new();
        match self.look_around(&mut tried) {
            Some(installation) => Ok(installation),
            None if self.allow_fetch => self.fetch(tried),
            None => Err(SysError::NotFound { tried }),
        }
    }

    /// All rules that need no permission, cheapest first; asking Python costs a process.
    fn look_around(&self, tried: &mut Vec<Attempt>) -> Option<Installation> {
        let environment = &self.environment;
        let mut first = |prefixes: Vec<PathBuf>, origin| try_prefixes(&prefixes, origin, tried);
        first(environment.virtual_env.iter().flat_map(|env| python_prefixes(env)).collect(), Origin::VirtualEnv)
            .or_else(|| {
                let conda = environment.conda_prefix.iter();
                first(conda.flat_map(|env| python_prefixes(env)).collect(), Origin::Conda)
            })
            .or_else(|| first(nrniv_prefixes(&environment.path), Origin::Path))
            .or_else(|| first(environment.prefixes.clone(), Origin::Prefix))
            .or_else(|| {
                let cache = cache_folder(environment).into_iter();
                first(cache.map(|cache| wheel_prefix(&wheel_folder(&cache))).collect(), Origin::Cache)
            })
            .or_else(|| first(python_package(environment.python.as_deref()), Origin::Python))
    }

    fn fetch(&self, tried: Vec<Attempt>) -> Result<Installation, SysError> {
        let fetched = fetch::fetch(&self.environment);
        let prefix = match fetched {
            Ok(prefix) => prefix,
            Err(source) => return Err(SysError::Fetch { source, tried }),
        };
        installation(&prefix, Origin::Fetched).map_err(|reason| SysError::Explicit {
            path: prefix,
            named_by: "the fetched wheel",
            reason,
        })
    }
}

/// A path that someone named: not usable is an error, since looking elsewhere would hide it.
fn named(path: &Path, origin: Origin) -> Result<Installation, SysError> {
    let named_by = if origin == Origin::Explicit { "the caller" } else { "NEURON_LIBRARY" };
    let prefix = if path.is_file() {
        // <prefix>/lib/libnrniv.so
        path.parent().and_then(Path::parent).unwrap_or(path).to_path_buf()
    } else if path.join(".data").is_dir() {
        path.join(".data")
    } else {
        path.to_path_buf()
    };
    let found = installation(&prefix, origin)
        .map(|found| if path.is_file() { Installation { library: path.to_path_buf(), ..found } } else { found });
    found.map_err(|reason| SysError::Explicit { path: path.to_path_buf(), named_by, reason })
}

/// The first usable prefix; what was tried in vain is noted, also when a rule led nowhere.
fn try_prefixes(prefixes: &[PathBuf], origin: Origin, tried: &mut Vec<Attempt>) -> Option<Installation> {
    if prefixes.is_empty() {
        tried.push(Attempt { origin, path: None, reason: "nothing there".to_owned() });
    }
    for prefix in prefixes {
        match installation(prefix, origin) {
            Ok(found) => {
                tracing::debug!(library = %found.library.display(), %origin, "found NEURON");
                return Some(found);
            }
            Err(reason) => tried.push(Attempt { origin, path: Some(prefix.clone()), reason }),
        }
    }
    None
}

/// The installation below `prefix`, or the reason there is none.
fn installation(prefix: &Path, origin: Origin) -> Result<Installation, String> {
    let library = library_folders(prefix)
        .map(|folder| folder.join(LIBRARY))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("no lib/{LIBRARY}"))?;
    let home = prefix.join("share/nrn");
    if !home.join("lib/hoc/stdrun.hoc").is_file() {
        return Err("no share/nrn/lib/hoc/stdrun.hoc".to_owned());
    }
    // Opening an old library to look would leave it in the process under the same name, so the
    // file is searched instead.
    let bytes = std::fs::read(&library).map_err(|error| error.to_string())?;
    if !contains(&bytes, API_MARKER) {
        return Err("older than NEURON 9.0, which has no C API".to_owned());
    }
    Ok(Installation { library, home, origin })
}

/// The folders of a prefix that hold libraries.
fn library_folders(prefix: &Path) -> impl Iterator<Item = PathBuf> {
    let multiarch = format!("lib/{}-linux-gnu", std::env::consts::ARCH);
    ["lib".to_owned(), "lib64".to_owned(), multiarch].map(|folder| prefix.join(folder)).into_iter()
}

/// Whether `needle` occurs in `haystack`.
fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// The prefixes inside an environment of Python: that of its package, and the environment itself.
fn python_prefixes(environment: &Path) -> Vec<PathBuf> {
    let mut prefixes = Vec::new();
    let pythons = std::fs::read_dir(environment.join("lib")).into_iter().flatten().flatten();
    for entry in pythons {
        if entry.file_name().to_string_lossy().starts_with("python3") {
            let prefix = entry.path().join("site-packages/neuron/.data");
            if prefix.is_dir() {
                prefixes.push(prefix);
            }
        }
    }
    prefixes.sort();
    prefixes.push(environment.to_path_buf());
    prefixes
}

/// The prefixes of each `nrniv` on `PATH`: of the program itself, and of the package if the program
/// is the wrapper that pip installs.
fn nrniv_prefixes(path: &[PathBuf]) -> Vec<PathBuf> {
    path.iter()
        .map(|folder| folder.join("nrniv"))
        .filter(|program| program.is_file())
        .filter_map(|program| program.canonicalize().ok())
        .filter_map(|program| program.parent().and_then(Path::parent).map(Path::to_path_buf))
        .flat_map(|prefix| python_prefixes(&prefix))
        .collect()
}

/// The prefix inside the package `neuron` of this Python.
fn python_package(python: Option<&Path>) -> Vec<PathBuf> {
    let Some(python) = python else { return Vec::new() };
    let output = Command::new(python).args(["-c", FIND_SPEC]).output();
    let Ok(output) = output else { return Vec::new() };
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if folder.is_empty() { Vec::new() } else { vec![PathBuf::from(folder).join(".data")] }
}
