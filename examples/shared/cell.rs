//! The cell that an example shows.

use std::{path::PathBuf, sync::Arc};

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
    /// The generator refused.
    #[error(transparent)]
    Generated(#[from] SyntheticError),
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

fn tell(warnings: &[String]) {
    warnings.iter().take(WARNINGS_TOLD).for_each(|warning| tracing::warn!("{warning}"));
    let more = warnings.len().saturating_sub(WARNINGS_TOLD);
    if more > 0 {
        tracing::warn!("and {more} more like these");
    }
}
