//! The match of sections that NEURON has with a geometry.

use std::collections::HashMap;

use compneurovis_core::{MorphologyGeometry, SessionError};
use thiserror::Error;

use crate::Section;

/// A model and a geometry that are not about the same cell.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum MatchError {
    /// Sections are told apart by their names.
    #[error("two sections are named `{0}`; give the sections of each cell a prefix of its own")]
    SameName(String),
    /// The geometry has a section that the model has not.
    #[error("the geometry has a section `{0}`, which `build_sections` did not build")]
    Missing(String),
    /// The model has sections that the geometry has not.
    #[error("`build_sections` built {built} sections, but the geometry has {shown}")]
    Count { built: usize, shown: usize },
    /// A section with another number of compartments.
    #[error("section `{section}` has nseg {built}, but {shown} in the geometry")]
    Nseg { section: String, built: usize, shown: u32 },
}

/// The sections in the order of the geometry, so that values have the order of its compartments.
pub(super) fn in_order(geometry: &MorphologyGeometry, sections: Vec<Section>) -> Result<Vec<Section>, SessionError> {
    let (built, shown) = (sections.len(), geometry.sections().len());
    if built != shown {
        return Err(MatchError::Count { built, shown }.into());
    }
    let mut by_name = HashMap::with_capacity(built);
    for section in sections {
        if let Some(twin) = by_name.insert(section.name().to_owned(), section) {
            return Err(MatchError::SameName(twin.name().to_owned()).into());
        }
    }
    let mut ordered = Vec::with_capacity(built);
    for row in geometry.sections() {
        let missing = || MatchError::Missing(row.name.to_string());
        let section = by_name.remove(&*row.name).ok_or_else(missing)?;
        let built = section.nseg()?;
        if built != row.nseg as usize {
            return Err(MatchError::Nseg { section: row.name.to_string(), built, shown: row.nseg }.into());
        }
        ordered.push(section);
    }
    Ok(ordered)
}
