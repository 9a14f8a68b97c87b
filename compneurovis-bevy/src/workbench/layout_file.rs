//! Layouts as files: where the user has put the panels.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use compneurovis_core::{LayoutNode, PanelId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Arrangement, Theme};

/// The version of the format that is written.
const VERSION: u32 = 1;

/// An arrangement of panels as it is kept in a file: JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayoutFile {
    /// Version of the format.
    pub version: u32,
    /// The tree of the panels, in the form that a scene's layout has.
    pub root: Option<LayoutNode>,
    /// Panels that are closed.
    #[serde(default)]
    pub closed: Vec<PanelId>,
    /// Light or dark.
    #[serde(default)]
    pub theme: Theme,
    /// How large everything is.
    #[serde(default = "one")]
    pub scale: f32,
}

fn one() -> f32 {
    1.0
}

/// Why a layout was not saved or loaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LayoutFileError {
    /// The file cannot be read.
    #[error("the layout `{path}` cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("the layout `{path}` cannot be written")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is something else.
    #[error("`{path}` is no layout: {problem}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The file is from a newer version.
    #[error("`{path}` is a layout of version {found}, and this program knows those up to {known}")]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest version that is known.
        known: u32,
    },
    /// The file is about other panels.
    #[error("`{path}` is about other panels ({found:?}) than there are ({known:?})")]
    OtherPanels {
        /// The file.
        path: PathBuf,
        /// The panels it names.
        found: Vec<PanelId>,
        /// The panels that exist.
        known: Vec<PanelId>,
    },
}

impl LayoutFile {
    /// The arrangement as it is now.
    pub fn of(arrangement: &Arrangement, theme: Theme, scale: f32) -> Self {
        let (root, closed) = arrangement.to_node();
        Self { version: VERSION, root, closed, theme, scale }
    }

    /// Writes it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), LayoutFileError> {
        let failed = |source| LayoutFileError::Write { path: path.to_owned(), source };
        let text = serde_json::to_string_pretty(self).map_err(|error| failed(error.into()))?;
        fs::write(path, text).map_err(failed)
    }

    /// Reads it.
    ///
    /// # Errors
    /// The file cannot be read, or is no layout of a version that is known.
    pub fn load(path: &Path) -> Result<Self, LayoutFileError> {
        let path_buf = || path.to_owned();
        let text = fs::read_to_string(path).map_err(|source| LayoutFileError::Read { path: path_buf(), source })?;
        let file: Self = serde_json::from_str(&text)
            .map_err(|error| LayoutFileError::Format { path: path_buf(), problem: error.to_string() })?;
        if file.version > VERSION {
            return Err(LayoutFileError::Version { path: path_buf(), found: file.version, known: VERSION });
        }
        Ok(file)
    }

    /// Arranges the panels so. Returns the panels of the file that there are not.
    ///
    /// # Errors
    /// The file names none of the panels; the arrangement is then as it was.
    pub fn apply(&self, path: &Path, arrangement: &mut Arrangement) -> Result<Vec<PanelId>, LayoutFileError> {
        let known: Vec<PanelId> = arrangement.layout().panels.keys().cloned().collect();
        let found: Vec<PanelId> = self.root.iter().flat_map(LayoutNode::panels).cloned().collect();
        let (here, gone): (Vec<_>, Vec<_>) = found.into_iter().partition(|id| known.contains(id));
        if here.is_empty() {
            return Err(LayoutFileError::OtherPanels { path: path.to_owned(), found: gone, known });
        }
        arrangement.arrange(self.root.as_ref());
        self.closed.iter().for_each(|id| arrangement.set_open(id, false));
        arrangement.edited = true;
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{LinePlotView, Scene};

    use super::*;

    fn arranged() -> Arrangement {
        let scene =
            ["a", "b"].into_iter().fold(Scene::new(), |scene, id| scene.with_view(LinePlotView::new(id, "f", "time")));
        let mut arrangement = Arrangement::default();
        arrangement.follow(&scene);
        arrangement
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let path = tempfile::tempdir().unwrap().keep().join("layout.json");
        let mut arrangement = arranged();
        arrangement.set_open(&"b-panel".into(), false);
        let saved = LayoutFile::of(&arrangement, Theme::Dark, 1.25);
        saved.save(&path).unwrap();
        let loaded = LayoutFile::load(&path).unwrap();
        assert_eq!(loaded, saved);
        let mut fresh = arranged();
        assert_eq!(loaded.apply(&path, &mut fresh).unwrap(), Vec::<PanelId>::new());
        assert_eq!(fresh.to_node(), arrangement.to_node());
    }

    #[test]
    fn a_file_from_elsewhere_is_an_error_that_says_so() {
        let path = Path::new("elsewhere.json");
        let mut arrangement = arranged();
        let before = arrangement.to_node();
        let file = LayoutFile {
            version: 1,
            root: Some(LayoutNode::panel("x")),
            closed: Vec::new(),
            theme: Theme::Light,
            scale: 1.0,
        };
        let error = file.apply(path, &mut arrangement).unwrap_err().to_string();
        assert!(error.contains("\"x\"") && error.contains("a-panel"), "{error}");
        assert_eq!(arrangement.to_node(), before);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("no.json");
        assert!(matches!(LayoutFile::load(&path), Err(LayoutFileError::Read { .. })));
        for (text, expected) in [("{\"hello\": 1}", "is no layout"), ("{\"version\": 9, \"root\": null}", "version 9")]
        {
            fs::write(&path, text).unwrap();
            let error = LayoutFile::load(&path).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
