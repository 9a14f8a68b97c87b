//! Folders of MOD files: what is in them, and which mechanisms they define.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::error::NeuronError;

/// The files of a folder that decide what is compiled.
#[derive(Debug)]
pub(crate) struct ModFiles {
    pub(crate) folder: PathBuf,
    /// By name: MOD files, and what they may include.
    files: BTreeMap<OsString, Vec<u8>>,
}

impl ModFiles {
    /// Reads the folder.
    ///
    /// # Errors
    /// [`NeuronError::File`], or [`NeuronError::NoModFiles`].
    pub(crate) fn read(folder: &Path) -> Result<Self, NeuronError> {
        let failed = |source| NeuronError::file(folder, source);
        // The compiler runs elsewhere.
        let folder_of = folder.canonicalize().map_err(failed)?;
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let kind = path.extension().and_then(OsStr::to_str).unwrap_or_default();
            if ["mod", "inc", "h", "hpp"].contains(&kind) && path.is_file() {
                let text = fs::read(&path).map_err(|source| NeuronError::file(&path, source))?;
                files.extend(path.file_name().map(|name| (name.to_owned(), text)));
            }
        }
        let found = Self { folder: folder_of, files };
        if found.mod_files().next().is_none() {
            return Err(NeuronError::NoModFiles { folder: folder.to_path_buf() });
        }
        for name in found.mod_files() {
            checked_stem(name)?;
        }
        Ok(found)
    }

    /// The names of the MOD files, in order.
    pub(crate) fn mod_files(&self) -> impl Iterator<Item = &OsStr> {
        let is_mod = |name: &&OsStr| Path::new(name).extension().is_some_and(|kind| kind == "mod");
        self.files.keys().map(OsString::as_os_str).filter(is_mod)
    }

    /// The names of the mechanisms that the files define.
    pub(crate) fn mechanisms(&self) -> Vec<String> {
        let texts = self.files.iter().filter(|(name, _)| Path::new(name).extension().is_some_and(|kind| kind == "mod"));
        texts.filter_map(|(_, text)| mechanism_name(&String::from_utf8_lossy(text))).collect()
    }
}

impl Hash for ModFiles {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.files.hash(state);
    }
}

/// The stem of a file's name, which becomes part of a function's name in C.
pub(crate) fn checked_stem(name: &OsStr) -> Result<String, NeuronError> {
    let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(stem);
    }
    let reason = "the name of a MOD file has letters, digits and underscores";
    Err(NeuronError::BadName { name: name.to_string_lossy().into_owned(), reason })
}

/// The name after `SUFFIX`, `POINT_PROCESS` or `ARTIFICIAL_CELL`.
fn mechanism_name(text: &str) -> Option<String> {
    let mut words = Vec::new();
    let mut in_comment = false;
    for line in text.lines() {
        let code = line.split([':', '?']).next().unwrap_or_default();
        for word in code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
            match word {
                "COMMENT" => in_comment = true,
                "ENDCOMMENT" => in_comment = false,
                word if !in_comment => words.push(word),
                _ => {}
            }
        }
    }
    let kind = words.iter().position(|word| ["SUFFIX", "POINT_PROCESS", "ARTIFICIAL_CELL"].contains(word))?;
    // A file of functions only has no name of its own.
    words.get(kind + 1).filter(|name| **name != "nothing").map(|name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mechanisms_are_named_by_their_blocks() {
        let text =
            "COMMENT\nSUFFIX old\nENDCOMMENT\n: SUFFIX no\nNEURON { ? POINT_PROCESS no\n POINT_PROCESS Syn RANGE a }";
        assert_eq!(mechanism_name(text).as_deref(), Some("Syn"));
        assert_eq!(mechanism_name("NEURON{SUFFIX kd USEION k}").as_deref(), Some("kd"));
        assert_eq!(mechanism_name("NEURON { SUFFIX nothing }"), None);
        assert_eq!(mechanism_name("VERBATIM"), None);
    }

    #[test]
    fn folders_without_mod_files_and_odd_names_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(ModFiles::read(folder.path()), Err(NeuronError::NoModFiles { .. })));
        fs::write(folder.path().join("a-b.mod"), "NEURON { SUFFIX ab }").unwrap();
        assert!(matches!(ModFiles::read(folder.path()), Err(NeuronError::BadName { .. })));
        assert!(matches!(ModFiles::read(&folder.path().join("none")), Err(NeuronError::File { .. })));
    }
}
