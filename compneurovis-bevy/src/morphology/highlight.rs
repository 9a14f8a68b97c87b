//! Lines around compartments: what is marked in a cell, and with which colour.

use std::ops::Range;

use bevy::prelude::*;
use compneurovis_core::MorphologyGeometry;

use super::{CellGeometry, CellStage};
use crate::{
    raster::Highlight,
    session::{Selection, ViewOf},
};

/// Gold, which no end of the voltage map comes near.
pub const HIGHLIGHT_COLOR: [u8; 4] = [255, 176, 0, 255];

/// A pale gold, for a section around the compartment that is selected in it.
const SECTION_COLOR: [u8; 4] = [255, 214, 120, 255];

/// Teal, for the way between two compartments.
const PATH_COLOR: [u8; 4] = [0, 150, 136, 255];

/// Compartments of a morphology view that have a line around them, as its geometry numbers them.
///
/// Every camera that sees the cell shows the lines. Of two that meet in a pixel the later one is seen. Filled with what
/// is selected whenever the selection or the geometry changes; in between it is yours.
#[derive(Component, Clone, Debug, Default, PartialEq, Eq, Deref, DerefMut)]
pub struct CellHighlights(pub Vec<Highlight>);

impl CellHighlights {
    /// A line around one compartment, in the colour of the selection.
    pub fn around(compartment: u32) -> Highlight {
        Highlight { colour: HIGHLIGHT_COLOR, ..Highlight::new(compartment..compartment.saturating_add(1)) }
    }

    /// The lines of a selection: around each of its compartments and its section; and, if there are two
    /// compartments of one tree, along the way between them.
    fn of(selection: &Selection, geometry: &MorphologyGeometry) -> Self {
        let selected: Vec<u32> = selection.of_geometry(geometry.id()).map(|selected| selected.compartment).collect();
        let mut lines = Vec::new();
        if let [from, to] = selected[..]
            && let Ok(path) = geometry.path(from, to)
        {
            let line = |compartments| Highlight { colour: PATH_COLOR, ..Highlight::new(compartments) };
            lines.extend(ranges(path.compartments()).into_iter().map(line));
        }
        let section = selection.section.as_deref().and_then(|section| geometry.section_named(section));
        lines.extend(section.map(|section| {
            let first = section.first_compartment;
            Highlight { colour: SECTION_COLOR, ..Highlight::new(first..first + section.nseg) }
        }));
        lines.extend(selected.into_iter().map(Self::around));
        Self(lines)
    }
}

/// Compartments as ranges of neighbours, of which a path has one or two a section.
fn ranges(compartments: &[u32]) -> Vec<Range<u32>> {
    let mut sorted = compartments.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.chunk_by(|a, b| a + 1 == *b).map(|run| run[0]..run[run.len() - 1] + 1).collect()
}

/// Lets the highlights be what is selected, where that has changed.
pub(super) fn highlight_selection(
    selections: Query<Ref<Selection>>,
    mut views: Query<(&ViewOf, Ref<CellGeometry>, &mut CellHighlights)>,
) {
    for (of, geometry, mut highlights) in &mut views {
        let Ok(selection) = selections.get(of.session) else { continue };
        if selection.is_changed() || geometry.is_changed() {
            highlights.set_if_neq(CellHighlights::of(&selection, &geometry));
        }
    }
}

/// The highlights of all cells, as the compartments are numbered on the stage.
pub(super) fn staged(stage: &CellStage, views: &Query<&CellHighlights>) -> Vec<Highlight> {
    let mut staged = Vec::new();
    for cell in &stage.cells {
        let Ok(highlights) = views.get(cell.entity) else { continue };
        staged.extend(highlights.iter().filter_map(|highlight| {
            let on_stage =
                |compartment: u32| cell.compartments.start.saturating_add(compartment).min(cell.compartments.end);
            let compartments = on_stage(highlight.compartments.start)..on_stage(highlight.compartments.end);
            // Another cell's compartments follow those of this one.
            (!compartments.is_empty()).then(|| Highlight { compartments, ..highlight.clone() })
        }));
    }
    staged
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn a_path_becomes_ranges() {
        assert_eq!(ranges(&[5, 4, 3, 10, 11, 3]), [3..6, 10..12]);
        assert_eq!(ranges(&[]), []);
    }
}
