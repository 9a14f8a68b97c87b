//! Where a fetched NEURON is kept between runs.

use std::path::{Path, PathBuf};

use crate::discover::Environment;
use crate::fetch::WHEEL_VERSION;

/// The folder that holds what CompNeuroVis has fetched: `COMPNEUROVIS_CACHE`, or `compneurovis` in
/// `XDG_CACHE_HOME`, or `~/.cache/compneurovis`; `None` when none of the three is set.
pub fn cache_folder(environment: &Environment) -> Option<PathBuf> {
    let named = |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
    named(&environment.compneurovis_cache)
        .or_else(|| named(&environment.xdg_cache_home).map(|cache| cache.join("compneurovis")))
        .or_else(|| named(&environment.home).map(|home| home.join(".cache/compneurovis")))
}

/// The folder inside `cache` that holds the unpacked wheel for this kind of machine.
pub(crate) fn wheel_folder(cache: &Path) -> PathBuf {
    cache.join(format!("neuron-{WHEEL_VERSION}-{}-{}", std::env::consts::OS, std::env::consts::ARCH))
}

/// The installation prefix inside an unpacked wheel.
pub(crate) fn wheel_prefix(folder: &Path) -> PathBuf {
    folder.join("neuron/.data")
}
