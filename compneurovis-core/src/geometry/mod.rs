//! Where values live: sections, their compartments, and the frusta that are drawn.

mod frustum;
mod morphology;
mod section;

use std::sync::Arc;

pub use frustum::Frustum;
pub use morphology::{EntityInfo, MorphologyGeometry, MorphologyGeometryBuilder};
pub use section::{Section, SectionKind};
use serde::{Deserialize, Serialize};

use crate::GeometryId;

/// A structure that fields can lie on. Shared, because frontends keep it over many scenes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Geometry {
    /// The sections of one or more cells.
    Morphology(Arc<MorphologyGeometry>),
}

impl Geometry {
    /// The id of whichever geometry it is.
    pub fn id(&self) -> &GeometryId {
        match self {
            Self::Morphology(morphology) => morphology.id(),
        }
    }

    /// The morphology, if it is one.
    pub fn as_morphology(&self) -> Option<&Arc<MorphologyGeometry>> {
        match self {
            Self::Morphology(morphology) => Some(morphology),
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
