//! A cell as it is handed to the rasteriser.

use compneurovis_core::{Frustum, MorphologyGeometry, Section};

use super::view::Matrix;

/// The matrix that leaves everything where it is.
pub const IDENTITY: Matrix = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];

/// A cell to draw: frusta and the sections they belong to, borrowed from where they are kept anyhow.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    /// What is drawn. One whose section there is not is left out.
    pub frusta: &'a [Frustum],
    /// How many compartments each section has, and which is its first.
    pub sections: &'a [Section],
    /// From the cell to the world: end points follow the matrix, and radii its mean scale.
    pub world_from_cell: Matrix,
    /// The number in the picture of the cell's first compartment.
    pub first_compartment: u32,
}

impl<'a> Cell<'a> {
    /// A cell that stays where it is, with the compartments numbered as in its geometry.
    pub fn new(geometry: &'a MorphologyGeometry) -> Self {
        Self {
            frusta: geometry.frusta(),
            sections: geometry.sections(),
            world_from_cell: IDENTITY,
            first_compartment: 0,
        }
    }
}
