//! A frustum with a section of its own, as tests like to write it.

use compneurovis_core::{Section, SectionKind};

use super::super::labels::{Labels, Numbers};
use super::*;

/// A truncated cone, and the compartments along it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Frustum {
    pub(in super::super) start_um: [f32; 3],
    pub(in super::super) start_radius_um: f32,
    pub(in super::super) end_um: [f32; 3],
    pub(in super::super) end_radius_um: f32,
    /// The index of its section's first compartment.
    pub(in super::super) first_compartment: u32,
    /// How many compartments its section has.
    pub(in super::super) compartments: u32,
    pub(in super::super) start_position: f32,
    pub(in super::super) end_position: f32,
}

impl Frustum {
    pub(in super::super) fn compartment_at(&self, t: f32) -> u32 {
        Labels::of(&self.piece(0), Numbers::of(&self.section(), 0)).at(t)
    }

    pub(super) fn piece(&self, section: u32) -> compneurovis_core::Frustum {
        compneurovis_core::Frustum {
            start_um: self.start_um,
            start_radius_um: self.start_radius_um,
            end_um: self.end_um,
            end_radius_um: self.end_radius_um,
            section,
            start_position: self.start_position,
            end_position: self.end_position,
        }
    }

    pub(super) fn section(&self) -> Section {
        let first_compartment = self.first_compartment;
        Section { first_compartment, ..Section::new("", SectionKind::Unknown, self.compartments) }
    }
}

/// Frusta and their sections, as a geometry holds them.
pub(super) struct Pieces {
    frusta: Vec<compneurovis_core::Frustum>,
    sections: Vec<Section>,
}

impl Pieces {
    pub(super) fn new(frusta: &[Frustum]) -> Self {
        Self {
            frusta: (0..).zip(frusta).map(|(section, frustum)| frustum.piece(section)).collect(),
            sections: frusta.iter().map(Frustum::section).collect(),
        }
    }

    pub(super) fn cell(&self) -> Cell<'_> {
        Cell { frusta: &self.frusta, sections: &self.sections, world_from_cell: IDENTITY, first_compartment: 0 }
    }
}
