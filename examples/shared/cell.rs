//! The cell that an example shows.

use std::{path::PathBuf, sync::Arc};

use compneurovis_core::{GeometryError, MorphologyGeometry};
use compneurovis_swc::{ReadSwcError, Sample, Section, Sections, SwcError, SyntheticCell, SyntheticError, read_swc};
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
    File(PathBuf),
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
    /// The file cannot be read, or not as SWC.
    #[error(transparent)]
    Read(#[from] ReadSwcError),
    /// Its samples make no cell.
    #[error("`{path}` makes no cell")]
    Sections {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: SwcError,
    },
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
        let samples = self.samples()?;
        let sections = Sections::from_samples(&samples).map_err(|source| {
            let path = match self {
                Self::File(path) => path.clone(),
                Self::Generated => "the generated cell".into(),
            };
            CellError::Sections { path, source }
        })?;
        tell(sections.warnings.iter());
        let geometry = Arc::new(sections.geometry(geometry_id, nseg)?);
        Ok(Cell { sections: Arc::new(sections), geometry })
    }

    fn samples(&self) -> Result<Vec<Sample>, CellError> {
        match self {
            Self::File(path) => {
                let swc = read_swc(path)?;
                tell(swc.warnings.iter());
                Ok(swc.samples)
            }
            Self::Generated => {
                let generator = SyntheticCell { nodes: GENERATED_NODES, ..SyntheticCell::default() };
                Ok(generator.generate()?)
            }
        }
    }
}

fn tell<W: std::fmt::Display>(warnings: impl ExactSizeIterator<Item = W>) {
    let more = warnings.len().saturating_sub(WARNINGS_TOLD);
    warnings.take(WARNINGS_TOLD).for_each(|warning| tracing::warn!("{warning}"));
    if more > 0 {
        tracing::warn!("and {more} more like these");
    }
}
