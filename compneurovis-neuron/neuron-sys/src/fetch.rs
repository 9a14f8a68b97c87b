//! Fetching the official wheel of NEURON through pip, with its checksum.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::cache::{cache_folder, wheel_folder, wheel_prefix};
use crate::discover::Environment;

/// The version of the wheel that is fetched.
pub const WHEEL_VERSION: &str = "9.0.2";

/// How many lines of pip's output an error carries.
const TAIL_LINES: usize = 8;

/// Unpacks the archive named by the first argument into the folder named by the second.
const UNPACK: &str = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";

/// The wheel for one kind of machine.
///
/// The library inside does not use Python, so that any of a platform's wheels serves whatever
/// Python the user has; the one for CPython 3.12 is taken.
struct Wheel {
    os: &'static str,
    arch: &'static str,
    /// pip's name of the platform.
    platform: &'static str,
    sha256: &'static str,
}

const WHEELS: [Wheel; 4] = [
    Wheel {
        os: "linux",
        arch: "x86_64",
        platform: "manylinux_2_28_x86_64",
        sha256: "e696cfcf4a807ba00602f5bca3873a2f09ea8adee148d54afe221ed5ad0163d8",
    },
    Wheel {
        os: "linux",
        arch: "aarch64",
        platform: "manylinux_2_28_aarch64",
        sha256: "c9132866e435f39177a8b02cecd479d54996f7ca0f68488b8a31ab0ef1bf5ad8",
    },
    Wheel {
        os: "macos",
        arch: "aarch64",
        platform: "macosx_11_0_arm64",
        sha256: "428e7787f1eebd594105337b4852688e0fba70c47832a3768c0c669134964c16",
    },
    Wheel {
        os: "macos",
        arch: "x86_64",
        platform: "macosx_10_15_x86_64",
        sha256: "c374ad71a03cfeddb9a8e049c70ff79d1021d83ad028a268ffce653e11b8275d",
    },
];

/// The wheel could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// There is no wheel for this kind of machine.
    #[error("there is no wheel of NEURON {WHEEL_VERSION} for {os} on {arch}")]
    NoWheel {
        /// The operating system.
        os: &'static str,
        /// The architecture.
        arch: &'static str,
    },
    /// No folder is known in which to keep the wheel.
    #[error("no folder to keep it in: set COMPNEUROVIS_CACHE, XDG_CACHE_HOME or HOME")]
    NoCache,
    /// Python could not be started.
    #[error("cannot run `{python}`, whose pip fetches the wheel: {source}; install Python 3 with pip")]
    NoPython {
        /// The program.
        python: String,
        /// The reason the system gives.
        source: std::io::Error,
    },
    /// pip failed: no network, no pip, or a wheel whose checksum is wrong.
    #[error("`{command}` failed; its last lines:\n{tail}")]
    Pip {
        /// The command, as it can be typed.
        command: String,
        /// The last lines pip printed.
        tail: String,
    },
    /// The wheel could not be unpacked.
    #[error("cannot unpack the wheel `{}`:\n{tail}", .wheel.display())]
    Unpack {
        /// The wheel.
        wheel: PathBuf,
        /// The last lines Python printed.
        tail: String,
    },
    /// A file or folder could not be written.
    #[error("cannot write `{}`: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The reason the system gives.
        source: std::io::Error,
    },
}

/// Fetches and unpacks the wheel, and returns the prefix inside it.
pub(crate) fn fetch(environment: &Environment) -> Result<PathBuf, FetchError> {
    let wheel = this_machine()?;
    let cache = cache_folder(environment).ok_or(FetchError::NoCache)?;
    let python = environment.python.clone().unwrap_or_else(|| PathBuf::from("python3"));
    let target = wheel_folder(&cache);
    // Processes that fetch at the same time each work in a folder of their own; the rename decides.
    let scratch = Scratch::new(&cache)?;
    tracing::info!(version = WHEEL_VERSION, cache = %cache.display(), "fetching NEURON");
    let file = download(&python, wheel, &scratch.0)?;
    let unpacked = scratch.0.join("unpacked");
    unpack(&python, &file, &unpacked)?;
    make_programs_executable(&wheel_prefix(&unpacked).join("bin"));
    match std::fs::rename(&unpacked, &target) {
        Ok(()) => Ok(wheel_prefix(&target)),
        Err(_) if wheel_prefix(&target).is_dir() => Ok(wheel_prefix(&target)),
        Err(source) => Err(FetchError::Io { path: target, source }),
    }
}

fn this_machine() -> Result<&'static Wheel, FetchError> {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    WHEELS.iter().find(|wheel| wheel.os == os && wheel.arch == arch).ok_or(FetchError::NoWheel { os, arch })
}

/// A folder that goes away with its value.
struct Scratch(PathBuf);

impl Scratch {
    fn new(cache: &Path) -> Result<Self, FetchError> {
        let nanos =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
        let path = cache.join(format!(".fetch-{}-{nanos}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|source| FetchError::Io { path: path.clone(), source })?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::debug!(path = %self.0.display(), %error, "left a scratch folder behind");
        }
    }
}

/// Runs `pip download`, which checks the checksum, and returns the wheel's path.
fn download(python: &Path, wheel: &Wheel, folder: &Path) -> Result<PathBuf, FetchError> {
    let requirements = folder.join("requirements.txt");
    let line = format!("neuron=={WHEEL_VERSION} --hash=sha256:{}\n", wheel.sha256);
    std::fs::write(&requirements, line).map_err(|source| FetchError::Io { path: requirements.clone(), source })?;
    let mut command = Command::new(python);
    command
        .args(["-m", "pip", "--disable-pip-version-check", "--no-input", "download"])
        .args(["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"])
        .args(["--platform", wheel.platform, "--implementation", "cp"])
        .args(["--python-version", "312", "--abi", "cp312"])
        .arg("--dest")
        .arg(folder)
        .arg("--requirement")
        .arg(&requirements);
    let output = run(python, &mut command)?;
    if !output.status.success() {
        let command = format!("{} -m pip download neuron=={WHEEL_VERSION} --no-deps", python.display());
        return Err(FetchError::Pip { command, tail: tail(&output) });
    }
    downloaded(folder)
}

fn downloaded(folder: &Path) -> Result<PathBuf, FetchError> {
    let entries = std::fs::read_dir(folder).map_err(|source| FetchError::Io { path: folder.to_path_buf(), source })?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| FetchError::Pip {
            command: "pip download".to_owned(),
            tail: "it reported success, but there is no wheel".to_owned(),
        })
}

fn unpack(python: &Path, wheel: &Path, folder: &Path) -> Result<(), FetchError> {
    let mut command = Command::new(python);
    command.args(["-c", UNPACK]).arg(wheel).arg(folder);
    let output = run(python, &mut command)?;
    if output.status.success() {
        return Ok(());
    }
    Err(FetchError::Unpack { wheel: wheel.to_path_buf(), tail: tail(&output) })
}

fn run(python: &Path, command: &mut Command) -> Result<Output, FetchError> {
    command
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|source| FetchError::NoPython { python: python.display().to_string(), source })
}

/// The last lines of what a program printed.
fn tail(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// Python's unpacker drops the executable bits, which the compiler of MOD files needs.
#[cfg(unix)]
fn make_programs_executable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let permissions = std::fs::Permissions::from_mode(0o755);
        if let Err(error) = std::fs::set_permissions(entry.path(), permissions) {
            tracing::warn!(path = %entry.path().display(), %error, "cannot make it executable");
        }
    }
}

#[cfg(not(unix))]
fn make_programs_executable(_folder: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_sha256_and_platforms_are_unique() {
        for (i, wheel) in WHEELS.iter().enumerate() {
            assert_eq!(wheel.sha256.len(), 64, "{}", wheel.platform);
            assert!(wheel.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert!(WHEELS[..i].iter().all(|other| other.sha256 != wheel.sha256));
        }
    }

    #[test]
    fn no_python_is_a_typed_error() {
        let folder = Scratch::new(&std::env::temp_dir()).unwrap();
        let environment = Environment {
            compneurovis_cache: Some(folder.0.clone()),
            python: Some(PathBuf::from("no-such-python")),
            ..Environment::default()
        };
        let error = fetch(&environment).unwrap_err();
        assert!(matches!(error, FetchError::NoPython { .. }), "{error}");
        assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0, "the scratch folder stays");
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_pip_is_quoted() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Scratch::new(&std::env::temp_dir()).unwrap();
        let python = folder.0.join("python");
        std::fs::write(&python, "#!/bin/sh\necho 'No module named pip' >&2\nexit 1\n").unwrap();
        std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
        let environment = Environment {
            compneurovis_cache: Some(folder.0.join("cache")),
            python: Some(python),
            ..Environment::default()
        };
        let error = fetch(&environment).unwrap_err();
        assert!(error.to_string().contains("No module named pip"), "{error}");
    }
}
