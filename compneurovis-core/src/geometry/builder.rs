//! How a geometry comes about: everything is checked once, when it is built.

use std::{collections::HashMap, sync::Arc};

use super::{Frustum, MorphologyGeometry, Section, lookup::SectionLookup};
use crate::{GeometryError, GeometryId};

/// Collects sections and frusta and checks them all at once.
#[derive(Clone, Debug)]
pub struct MorphologyGeometryBuilder {
    pub(super) id: GeometryId,
    pub(super) sections: Vec<Section>,
    pub(super) frusta: Vec<Frustum>,
}

impl MorphologyGeometryBuilder {
    pub(super) fn new(id: GeometryId) -> Self {
        Self { id, sections: Vec::new(), frusta: Vec::new() }
    }

    /// Adds a section and returns its index. `first_compartment` is filled in by [`build`](Self::build),
    /// and so is a `length_um` of 0.
    pub fn section(&mut self, section: Section) -> u32 {
        let index = u32::try_from(self.sections.len()).unwrap_or(u32::MAX);
        self.sections.push(section);
        index
    }

    /// Adds a frustum.
    pub fn frustum(&mut self, frustum: Frustum) -> &mut Self {
        self.frusta.push(frustum);
        self
    }

    /// Checks and numbers everything, and takes the lengths of sections that are not given from
    /// their frusta.
    ///
    /// # Errors
    /// Section names that are not unique, `nseg` 0, parents that do not come first, places on them
    /// that are not within 0 and 1, lengths that are negative or not finite, frusta of unknown
    /// sections or with numbers that are not finite, more than 2³² of anything.
    pub fn build(self) -> Result<MorphologyGeometry, GeometryError> {
        let Self { id, mut sections, frusta } = self;
        let by_name = index_names(&id, &sections)?;
        check_parents(&id, &sections)?;
        check_frusta(&id, &frusta, sections.len())?;
        fill_lengths(&id, &mut sections, &frusta)?;
        let compartments = number_compartments(&id, &mut sections)?;
        let lookup = SectionLookup::new(&sections);
        Ok(MorphologyGeometry { id, sections, frusta, compartments, by_name, lookup })
    }
}

fn index_names(id: &GeometryId, sections: &[Section]) -> Result<HashMap<Arc<str>, u32>, GeometryError> {
    let mut by_name = HashMap::with_capacity(sections.len());
    for (index, section) in (0u32..).zip(sections) {
        if by_name.insert(section.name.clone(), index).is_some() {
            return Err(GeometryError::DuplicateSection { geometry: id.clone(), section: section.name.to_string() });
        }
    }
    Ok(by_name)
}

fn check_parents(id: &GeometryId, sections: &[Section]) -> Result<(), GeometryError> {
    for (index, section) in sections.iter().enumerate() {
        if let Some(parent) = section.parent.filter(|&parent| parent as usize >= index) {
            return Err(GeometryError::Parent { geometry: id.clone(), section: section.name.to_string(), parent });
        }
        if !(0.0..=1.0).contains(&section.parent_x) {
            return Err(GeometryError::Attachment {
                geometry: id.clone(),
                section: section.name.to_string(),
                x: section.parent_x.to_string(),
            });
        }
    }
    Ok(())
}

fn fill_lengths(id: &GeometryId, sections: &mut [Section], frusta: &[Frustum]) -> Result<(), GeometryError> {
    let mut drawn_um = vec![0.0; sections.len()];
    for frustum in frusta {
        drawn_um[frustum.section as usize] += frustum.length_um();
    }
    for (section, drawn_um) in sections.iter_mut().zip(drawn_um) {
        if section.length_um == 0.0 {
            section.length_um = drawn_um;
        }
        // `contains` is false for NaN.
        if !(0.0..f64::INFINITY).contains(&section.length_um) {
            return Err(GeometryError::Length {
                geometry: id.clone(),
                section: section.name.to_string(),
                length_um: section.length_um.to_string(),
            });
        }
    }
    Ok(())
}

fn check_frusta(id: &GeometryId, frusta: &[Frustum], sections: usize) -> Result<(), GeometryError> {
    if u32::try_from(frusta.len()).is_err() {
        return Err(GeometryError::TooLarge { geometry: id.clone(), what: "frusta", limit: u32::MAX });
    }
    for (index, frustum) in frusta.iter().enumerate() {
        if frustum.section as usize >= sections {
            return Err(GeometryError::UnknownSection {
                geometry: id.clone(),
                frustum: index,
                section: frustum.section,
                sections,
            });
        }
        if let Some(what) = frustum.problem() {
            return Err(GeometryError::BadFrustum { geometry: id.clone(), frustum: index, what });
        }
    }
    Ok(())
}

fn number_compartments(id: &GeometryId, sections: &mut [Section]) -> Result<u32, GeometryError> {
    let mut next = 0u32;
    for section in sections {
        if section.nseg == 0 {
            return Err(GeometryError::NoCompartments { geometry: id.clone(), section: section.name.to_string() });
        }
        section.first_compartment = next;
        // The last index stays free: pictures use it for "no compartment".
        next = next.checked_add(section.nseg).filter(|&sum| sum < u32::MAX).ok_or_else(|| GeometryError::TooLarge {
            geometry: id.clone(),
            what: "compartments",
            limit: u32::MAX - 1,
        })?;
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SectionKind;

    fn two_sections() -> MorphologyGeometryBuilder {
        let mut builder = MorphologyGeometry::builder("cell");
        let soma = builder.section(Section::new("soma[0]", SectionKind::Soma, 1));
        builder.section(Section::new("dend[0]", SectionKind::Dendrite, 10).with_parent(soma));
        builder
    }

    #[test]
    fn impossible_sections_are_refused() {
        let mut twice = two_sections();
        twice.section(Section::new("soma[0]", SectionKind::Soma, 1));
        assert!(matches!(twice.build(), Err(GeometryError::DuplicateSection { .. })));
        let mut empty = two_sections();
        empty.section(Section::new("axon[0]", SectionKind::Axon, 0));
        assert!(matches!(empty.build(), Err(GeometryError::NoCompartments { .. })));
        let mut orphan = two_sections();
        orphan.section(Section::new("axon[0]", SectionKind::Axon, 1).with_parent(2));
        assert!(matches!(orphan.build(), Err(GeometryError::Parent { .. })));
    }

    #[test]
    fn impossible_frusta_are_refused() {
        let frustum = Frustum {
            start_um: [0.0; 3],
            start_radius_um: 1.0,
            end_um: [1.0; 3],
            end_radius_um: 1.0,
            section: 1,
            start_position: 0.0,
            end_position: 10.0,
        };
        let build = |frustum| {
            let mut builder = two_sections();
            builder.frustum(frustum);
            builder.build()
        };
        assert!(build(frustum).is_ok());
        assert!(matches!(build(Frustum { section: 2, ..frustum }), Err(GeometryError::UnknownSection { .. })));
        for bad in [
            Frustum { end_um: [f32::NAN, 0.0, 0.0], ..frustum },
            Frustum { start_radius_um: -1.0, ..frustum },
            Frustum { end_position: f32::INFINITY, ..frustum },
        ] {
            assert!(matches!(build(bad), Err(GeometryError::BadFrustum { .. })), "{bad:?}");
        }
    }

    #[test]
    fn impossible_places_and_lengths_are_refused() {
        let build = |change: &dyn Fn(&mut Section)| {
            let mut builder = two_sections();
            change(&mut builder.sections[1]);
            builder.build()
        };
        for x in [-0.1, 1.1, f64::NAN] {
            assert!(matches!(build(&|section| section.parent_x = x), Err(GeometryError::Attachment { .. })), "{x}");
        }
        for length_um in [-1.0, f64::NAN, f64::INFINITY] {
            let built = build(&|section| section.length_um = length_um);
            assert!(matches!(built, Err(GeometryError::Length { .. })), "{length_um}");
        }
    }

    #[test]
    fn lengths_that_are_not_given_are_those_of_the_frusta() {
        let mut builder = two_sections();
        builder.sections[0].length_um = 7.0;
        for (section, x) in [(0, 0.0), (1, 0.0), (1, 3.0)] {
            builder.frustum(Frustum {
                start_um: [x, 0.0, 0.0],
                start_radius_um: 1.0,
                end_um: [x + 3.0, 4.0, 0.0],
                end_radius_um: 1.0,
                section,
                start_position: 0.0,
                end_position: 1.0,
            });
        }
        let lengths: Vec<_> = builder.build().unwrap().sections().iter().map(|section| section.length_um).collect();
        assert_eq!(lengths, [7.0, 10.0]);
    }
}
