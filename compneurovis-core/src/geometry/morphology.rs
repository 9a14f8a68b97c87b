//! The geometry of one or more cells: a section table and its frusta.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Frustum, MorphologyGeometryBuilder, Section, SectionKind, lookup::SectionLookup};
use crate::{EntityId, GeometryError, GeometryId};

/// Sections, their compartments, and the frusta that show them.
///
/// A field over the compartments has [`compartments`](Self::compartments) values: those of the
/// first section, then those of the second, and so on. Entity ids are compartments, written
/// `"{section}@{x:.5}"`; they are computed, never stored.
///
/// ```
/// use compneurovis_core::{Frustum, MorphologyGeometry, Section, SectionKind};
/// let mut builder = MorphologyGeometry::builder("cell");
/// let soma = builder.section(Section::new("soma", SectionKind::Soma, 1));
/// let dend = builder.section(Section::new("dend", SectionKind::Dendrite, 4).with_parent(soma));
/// builder.frustum(Frustum {
///     start_um: [10.0, 0.0, 0.0], start_radius_um: 1.0, end_um: [110.0, 0.0, 0.0], end_radius_um: 0.5,
///     section: dend, start_position: 0.0, end_position: 4.0,
/// });
/// let cell = builder.build()?;
/// assert_eq!(cell.compartments(), 5);
/// assert_eq!(cell.entity_id(2).unwrap().as_str(), "dend@0.37500");
/// assert_eq!(cell.compartment_of("dend@0.37500"), Some(2));
/// # Ok::<(), compneurovis_core::GeometryError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct MorphologyGeometry {
    pub(super) id: GeometryId,
    pub(super) sections: Vec<Section>,
    pub(super) frusta: Vec<Frustum>,
    pub(super) compartments: u32,
    pub(super) by_name: HashMap<Arc<str>, u32>,
    pub(super) lookup: SectionLookup,
}

/// What is known about a compartment without looking at any field.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityInfo {
    /// Its id, `"{section}@{x:.5}"`.
    pub id: EntityId,
    /// Its index, which is its place in a field over compartments.
    pub compartment: u32,
    /// Name of its section.
    pub section: Arc<str>,
    /// Part of the cell.
    pub kind: SectionKind,
    /// Normalised position of its centre along the section, 0 to 1.
    pub x: f64,
}

impl MorphologyGeometry {
    /// Starts an empty geometry.
    pub fn builder(id: impl Into<GeometryId>) -> MorphologyGeometryBuilder {
        MorphologyGeometryBuilder::new(id.into())
    }

    /// Its id.
    pub fn id(&self) -> &GeometryId {
        &self.id
    }

    /// The section table; parents before children.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The frusta, in no particular order.
    pub fn frusta(&self) -> &[Frustum] {
        &self.frusta
    }

    /// How many compartments all sections have together.
    pub fn compartments(&self) -> usize {
        self.compartments as usize
    }

    /// The section that a compartment belongs to; `None` beyond the last. O(1).
    pub fn section_of(&self, compartment: u32) -> Option<&Section> {
        self.sections.get(self.section_index_of(compartment)? as usize)
    }

    /// Index in [`sections`](Self::sections) of the section that a compartment belongs to. O(1).
    pub fn section_index_of(&self, compartment: u32) -> Option<u32> {
        (compartment < self.compartments).then(|| self.lookup.section_of(&self.sections, compartment))
    }

    /// The section of a name. O(1).
    pub fn section_named(&self, name: &str) -> Option<&Section> {
        self.sections.get(*self.by_name.get(name)? as usize)
    }

    /// Everything that is known about a compartment; `None` beyond the last. O(1).
    pub fn entity_info(&self, compartment: u32) -> Option<EntityInfo> {
        let section = self.section_of(compartment)?;
        let x = section.center(compartment - section.first_compartment);
        Some(EntityInfo {
            id: format!("{}@{x:.5}", section.name).into(),
            compartment,
            section: section.name.clone(),
            kind: section.kind,
            x,
        })
    }

    /// The id of a compartment, `"{section}@{x:.5}"`.
    pub fn entity_id(&self, compartment: u32) -> Option<EntityId> {
        Some(self.entity_info(compartment)?.id)
    }

    /// The compartment that an entity id names: the one that contains its x. O(1).
    ///
    /// `None` if there is no such section or x is not within 0 and 1.
    pub fn compartment_of(&self, entity_id: &str) -> Option<u32> {
        let (name, x) = entity_id.rsplit_once('@')?;
        let x: f64 = x.parse().ok()?;
        if !(0.0..=1.0).contains(&x) {
            return None;
        }
        let section = self.section_named(name)?;
        Some(section.first_compartment + section.index_at(x))
    }

    /// The corners `(min, max)` of the box around all frusta with their radii, in micrometres.
    ///
    /// `None` if there are none.
    pub fn bounds_um(&self) -> Option<([f32; 3], [f32; 3])> {
        if self.frusta.is_empty() {
            return None;
        }
        let (mut min, mut max) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
        let ends = self.frusta.iter().flat_map(|f| [(f.start_um, f.start_radius_um), (f.end_um, f.end_radius_um)]);
        for (point, radius) in ends {
            for axis in 0..3 {
                min[axis] = min[axis].min(point[axis] - radius);
                max[axis] = max[axis].max(point[axis] + radius);
            }
        }
        Some((min, max))
    }
}

/// The serialised form: without what can be computed, and checked again when read.
#[derive(Serialize, Deserialize)]
struct Parts {
    id: GeometryId,
    #[serde(with = "super::table::sections")]
    sections: Vec<Section>,
    #[serde(with = "super::table::frusta")]
    frusta: Vec<Frustum>,
}

impl TryFrom<Parts> for MorphologyGeometry {
    type Error = GeometryError;

    fn try_from(Parts { id, sections, frusta }: Parts) -> Result<Self, GeometryError> {
        MorphologyGeometryBuilder { id, sections, frusta }.build()
    }
}

impl From<MorphologyGeometry> for Parts {
    fn from(geometry: MorphologyGeometry) -> Self {
        Self { id: geometry.id, sections: geometry.sections, frusta: geometry.frusta }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_sections() -> MorphologyGeometryBuilder {
        let mut builder = MorphologyGeometry::builder("cell");
        let soma = builder.section(Section::new("soma[0]", SectionKind::Soma, 1));
        builder.section(Section::new("dend[0]", SectionKind::Dendrite, 10).with_parent(soma));
        builder
    }

    #[test]
    fn ids_and_indices_are_inverse() {
        let cell = two_sections().build().unwrap();
        for compartment in 0..cell.compartments() as u32 {
            let id = cell.entity_id(compartment).unwrap();
            assert_eq!(cell.compartment_of(id.as_str()), Some(compartment), "{id}");
        }
        assert_eq!(cell.entity_id(0).unwrap().as_str(), "soma[0]@0.50000");
        assert_eq!(cell.entity_id(11), None);
        for unknown in ["dend[0]", "dend[1]@0.5", "dend[0]@1.5", "dend[0]@nan", "@", ""] {
            assert_eq!(cell.compartment_of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn bounds_include_the_radii() {
        let mut builder = two_sections();
        assert_eq!(builder.clone().build().unwrap().bounds_um(), None);
        builder.frustum(Frustum {
            start_um: [0.0; 3],
            start_radius_um: 2.0,
            end_um: [10.0, 0.0, 0.0],
            end_radius_um: 1.0,
            section: 0,
            start_position: 0.0,
            end_position: 1.0,
        });
        let bounds = builder.build().unwrap().bounds_um();
        assert_eq!(bounds, Some(([-2.0, -2.0, -2.0], [11.0, 2.0, 2.0])));
    }

    #[test]
    fn serialising_checks_again() {
        let cell = two_sections().build().unwrap();
        let text = serde_json::to_string(&cell).unwrap();
        let back: MorphologyGeometry = serde_json::from_str(&text).unwrap();
        assert_eq!(back.sections(), cell.sections());
        assert!(serde_json::from_str::<MorphologyGeometry>(&text.replace("dend[0]", "soma[0]")).is_err());
    }
}
