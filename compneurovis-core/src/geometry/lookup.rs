//! Which section a compartment belongs to, at once.

use super::Section;

/// Compartments from one entry of the index to the next: half a byte of index for each compartment.
const BLOCK: u32 = 8;

/// How many entries the index has for each section at most. With more, which are sections of hundreds
/// of compartments, the table is searched by halves: the memory is then what the table deserves,
/// whatever number of compartments a file claims.
const MOST_BLOCKS: usize = 64;

/// The section of every eighth compartment. A section has a compartment at least, so from there it
/// is at most seven rows of the table to the section of any other.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SectionLookup(Vec<u32>);

impl SectionLookup {
    /// `sections` are numbered, and have a compartment each at least.
    pub(super) fn new(sections: &[Section]) -> Self {
        let mut blocks = Vec::new();
        let end = sections.last().map_or(0, |last| last.first_compartment + last.nseg);
        if end.div_ceil(BLOCK) as usize > MOST_BLOCKS * sections.len() {
            return Self(blocks);
        }
        for (index, section) in (0..).zip(sections) {
            let end = section.first_compartment + section.nseg;
            blocks.resize(end.div_ceil(BLOCK) as usize, index);
        }
        Self(blocks)
    }

    /// The index of the section of a compartment that exists.
    pub(super) fn section_of(&self, sections: &[Section], compartment: u32) -> u32 {
        let Some(&(mut section)) = self.0.get((compartment / BLOCK) as usize) else {
            let after = sections.partition_point(|section| section.first_compartment <= compartment);
            return after.saturating_sub(1) as u32;
        };
        while sections.get(section as usize + 1).is_some_and(|next| next.first_compartment <= compartment) {
            section += 1;
        }
        section
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{MorphologyGeometry, Section, SectionKind};

    proptest! {
        #[test]
        fn every_compartment_finds_its_section(
            nsegs in prop::collection::vec(prop_oneof![20 => 1u32..30, 1 => 500u32..3000], 0..40),
        ) {
            let mut builder = MorphologyGeometry::builder("cell");
            let mut expected = Vec::new();
            for (index, &nseg) in (0u32..).zip(&nsegs) {
                builder.section(Section::new(format!("s{index}"), SectionKind::Unknown, nseg));
                expected.extend(std::iter::repeat_n(index, nseg as usize));
            }
            let cell = builder.build().unwrap();
            let found: Vec<_> = (0..).map_while(|compartment| cell.section_index_of(compartment)).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(cell.section_index_of(u32::MAX), None);
        }
    }
}
