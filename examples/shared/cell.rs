//! The cell that an example shows.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use compneurovis_core::{GeometryError, MorphologyGeometry};
use compneurovis_swc::{LoadSwc, LoadSwcError, Section, Sections, SwcError, SwcMode, SyntheticCell, SyntheticError};
use thiserror::Error;

/// How many nodes the generated cell has: enough to look like a neuron, few enough for a laptop to
/// simulate it faster than one can follow.
const GENERATED_NODES: usize = 3000;

/// How many warnings about a file are told one by one.
const WARNINGS_TOLD: usize = 5;

/// Where a cell comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellSource {
    /// An SWC file.
    File {
        /// Where it is.
        path: PathBuf,
        /// Whose rules make its sections. `None` takes NEURON's, and refuses what they spoil.
        mode: Option<SwcMode>,
    },
    /// The generator of synthetic cells, which makes the same one every time.
    Generated,
}

/// A cell ready to be built and shown.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its sections as NEURON would make them.
    pub sections: Arc<Sections>,
    /// The same, to be drawn.
    pub geometry: Arc<MorphologyGeometry>,
}

/// Why there is no cell.
#[derive(Debug, Error)]
pub enum CellError {
    /// The file cannot be read, or not as SWC, or somebody has to say how.
    #[error(transparent)]
    Load(#[from] LoadSwcError),
    /// The generated samples make no cell.
    #[error("the generated cell has no sections")]
    Sections(#[from] SwcError),
    /// The sections cannot be drawn.
    #[error(transparent)]
    Geometry(#[from] GeometryError),
    /// The folder cannot be read.
    #[error("cannot read the folder {}", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
    /// The folder has no cells.
    #[error("{} has no SWC files that can be read", .0.display())]
    Empty(PathBuf),
    /// The generator refused.
    #[error(transparent)]
    Generated(#[from] SyntheticError),
}

impl fmt::Display for CellSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, mode: None } => write!(f, "{}", path.display()),
            Self::File { path, mode: Some(mode) } => write!(f, "{} ({mode})", path.display()),
            Self::Generated => write!(f, "generated, of {GENERATED_NODES} nodes"),
        }
    }
}

impl CellSource {
    /// Reads or generates the cell, with `nseg` compartments in each section. What is odd about a
    /// file is logged.
    ///
    /// # Errors
    /// There is no such cell.
    pub fn load(&self, geometry_id: &str, nseg: impl Fn(&Section) -> usize) -> Result<Cell, CellError> {
        let (sections, warnings) = self.sections()?;
        tell(&warnings);
        let geometry = Arc::new(sections.geometry(geometry_id, nseg)?);
        Ok(Cell { sections: Arc::new(sections), geometry })
    }

    /// Reads or generates the sections, and says what was odd about the file.
    ///
    /// # Errors
    /// There is no such cell.
    pub fn sections(&self) -> Result<(Sections, Vec<String>), CellError> {
        match self {
            Self::File { path, mode } => {
                let loader = mode.map_or(LoadSwc::new(), |mode| LoadSwc::new().mode(mode));
                let cell = loader.path(path)?;
                let warnings = cell.warnings().map(|warning| warning.to_string()).collect();
                Ok((cell.sections, warnings))
            }
            Self::Generated => {
                let generator = SyntheticCell { nodes: GENERATED_NODES, ..SyntheticCell::default() };
                Ok((Sections::from_samples(&generator.generate()?)?, Vec::new()))
            }
        }
    }
}

/// The cells of a folder.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// The sections of each cell, under the name of its file.
    pub cells: Vec<(String, Sections)>,
    /// What was odd about the files, those that were left out among it.
    pub warnings: Vec<String>,
}

/// Reads every SWC file of a folder, in the order of their names. One that cannot be read is a warning.
///
/// # Errors
/// The folder cannot be read, or has no cell.
pub fn folder(path: &Path, mode: SwcMode) -> Result<Folder, CellError> {
    let is_swc = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("swc"));
    let entries = path.read_dir().map_err(|error| CellError::Folder(path.to_owned(), error))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| is_swc(path));
    paths.sort();
    let mut folder = Folder::default();
    for path in paths {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match (CellSource::File { path, mode: Some(mode) }).sections() {
            Ok((sections, warnings)) => {
                folder.warnings.extend(warnings.into_iter().map(|warning| format!("{name}: {warning}")));
                folder.cells.push((name, sections));
            }
            Err(error) => folder.warnings.push(format!("{name} was left out: {error}")),
        }
    }
    if folder.cells.is_empty() { Err(CellError::Empty(path.to_owned())) } else { Ok(folder) }
}

fn tell(warnings: &[String]) {
    warnings.iter().take(WARNINGS_TOLD).for_each(|warning| tracing::warn!("{warning}"));
    let more = warnings.len().saturating_sub(WARNINGS_TOLD);
    if more > 0 {
        tracing::warn!("and {more} more like these");
    }
}
