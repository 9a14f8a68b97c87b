//! Where values live: sections, their compartments, and the frusta that are drawn; grids.

mod builder;
mod frustum;
mod grid;
mod lookup;
mod morphology;
mod path;
mod section;
mod table;

use std::sync::Arc;

pub use builder::MorphologyGeometryBuilder;
pub use frustum::Frustum;
pub use grid::{GridAxis, GridGeometry};
pub use morphology::{EntityInfo, MorphologyGeometry};
pub use path::Path;
pub use section::{Section, SectionEnd, SectionKind};
use serde::{Deserialize, Serialize};

use crate::GeometryId;

/// A structure that fields can lie on. Shared, because frontends keep it over many scenes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Geometry {
    /// The sections of one or more cells.
    Morphology(Arc<MorphologyGeometry>),
    /// A rectilinear grid in two dims.
    Grid(Arc<GridGeometry>),
}

impl Geometry {
    /// The id of whichever geometry it is.
    pub fn id(&self) -> &GeometryId {
        match self {
            Self::Morphology(morphology) => morphology.id(),
            Self::Grid(grid) => grid.id(),
        }
    }

    /// The morphology, if it is one.
    pub fn as_morphology(&self) -> Option<&Arc<MorphologyGeometry>> {
        match self {
            Self::Morphology(morphology) => Some(morphology),
            Self::Grid(_) => None,
        }
    }

    /// The grid, if it is one.
    pub fn as_grid(&self) -> Option<&Arc<GridGeometry>> {
        match self {
            Self::Grid(grid) => Some(grid),
            Self::Morphology(_) => None,
        }
    }
}

impl From<MorphologyGeometry> for Geometry {
    fn from(morphology: MorphologyGeometry) -> Self {
        Self::Morphology(Arc::new(morphology))
    }
}

impl From<Arc<MorphologyGeometry>> for Geometry {
    fn from(morphology: Arc<MorphologyGeometry>) -> Self {
        Self::Morphology(morphology)
    }
}

impl From<GridGeometry> for Geometry {
    fn from(grid: GridGeometry) -> Self {
        Self::Grid(Arc::new(grid))
    }
}

impl From<Arc<GridGeometry>> for Geometry {
    fn from(grid: Arc<GridGeometry>) -> Self {
        Self::Grid(grid)
    }
}
