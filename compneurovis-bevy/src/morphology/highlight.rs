//! Lines around compartments: what is marked in a cell, and with which colour.

use bevy::prelude::*;

use super::{CellGeometry, CellStage};
use crate::{
    raster::Highlight,
    session::{Selection, ViewOf},
};

/// Gold, which no end of the voltage map comes near.
pub const HIGHLIGHT_COLOR: [u8; 4] = [255, 176, 0, 255];

/// Compartments of a morphology view that have a line around them, as its geometry numbers them.
///
/// Every camera that sees the cell shows the lines. Of two that meet in a pixel the later one is seen. Filled with the
/// selected compartment whenever the selection or the geometry changes; in between it is yours.
#[derive(Component, Clone, Debug, Default, PartialEq, Eq, Deref, DerefMut)]
pub struct CellHighlights(pub Vec<Highlight>);

impl CellHighlights {
    /// A line around one compartment, in the colour of the selection.
    pub fn around(compartment: u32) -> Highlight {
        Highlight { colour: HIGHLIGHT_COLOR, ..Highlight::new(compartment..compartment.saturating_add(1)) }
    }
}

/// Lets the highlights be what is selected, where that has changed.
pub(super) fn highlight_selection(
    selections: Query<Ref<Selection>>,
    mut views: Query<(&ViewOf, Ref<CellGeometry>, &mut CellHighlights)>,
) {
    for (of, geometry, mut highlights) in &mut views {
        let Ok(selection) = selections.get(of.session) else { continue };
        if !selection.is_changed() && !geometry.is_changed() {
            continue;
        }
        let selected = selection.0.as_ref().filter(|selected| selected.geometry == *geometry.id());
        let lines = selected.map(|selected| CellHighlights::around(selected.compartment));
        highlights.set_if_neq(CellHighlights(lines.into_iter().collect()));
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
