//! What keeps a surface from being seen as it should.

use bevy::prelude::*;
use compneurovis_core::{FieldId, GeometryError, GeometryId, OperatorError};
use thiserror::Error;

/// What keeps a surface from being seen as it should. Some let it be drawn all the same.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SurfaceProblem {
    /// The scene has no such field.
    #[error("the surface is of field `{field}`, which the scene does not have; it has {known:?}")]
    UnknownField {
        /// The field.
        field: FieldId,
        /// The fields that exist.
        known: Vec<FieldId>,
    },
    /// The field has not two dims.
    #[error("a surface is of a field over two dims, but `{field}` has {dims:?}")]
    Dims {
        /// The field.
        field: FieldId,
        /// Its dims.
        dims: Vec<String>,
    },
    /// The field has no values.
    #[error("field `{field}` is empty: it has {rows} by {columns} values")]
    Empty {
        /// The field.
        field: FieldId,
        /// Length of its first dim.
        rows: usize,
        /// Length of its second dim.
        columns: usize,
    },
    /// The field has values, but none that is a finite number.
    #[error("field `{field}` has no finite values")]
    NothingFinite {
        /// The field.
        field: FieldId,
    },
    /// The scene has no such geometry.
    #[error("the surface lies on `{geometry}`, which the scene does not have; it has {known:?}")]
    UnknownGeometry {
        /// The geometry.
        geometry: GeometryId,
        /// The geometries that exist.
        known: Vec<GeometryId>,
    },
    /// The geometry is no grid.
    #[error("the surface lies on `{geometry}`, which is not a grid")]
    NotAGrid {
        /// The geometry.
        geometry: GeometryId,
    },
    /// The grid is over other dims than the field.
    #[error("grid `{geometry}` is over {grid:?}, but field `{field}` over {dims:?}")]
    GridDims {
        /// The grid.
        geometry: GeometryId,
        /// Its dims.
        grid: Vec<String>,
        /// The field.
        field: FieldId,
        /// Its dims.
        dims: Vec<String>,
    },
    /// The grid has another number of lines than the field has values.
    #[error("grid `{geometry}` has {lines} lines along `{dim}`, but the field has {values} values")]
    GridShape {
        /// The grid.
        geometry: GeometryId,
        /// The dim.
        dim: String,
        /// Lines of the grid along it.
        lines: usize,
        /// Values of the field along it.
        values: usize,
    },
    /// The field's own coordinates make no grid.
    #[error("the coordinates of the field make no grid")]
    Coordinates(#[source] GeometryError),
    /// More values than a picture can have.
    #[error("field `{field}` has {values} values, more than the {most} that a surface can have")]
    TooMany {
        /// The field.
        field: FieldId,
        /// How many values it has.
        values: usize,
        /// How many it can have.
        most: usize,
    },
    /// A cut through the surface is not where it should be.
    #[error("a cut is not drawn")]
    Slice(#[source] OperatorError),
    /// To scale, one side is a hair beside another.
    #[error(
        "drawn to scale, {thin} is a hair beside {long}: let the surface's `aspect` be `fit`, or give it a `height_scale`"
    )]
    Proportions {
        /// The shortest side.
        thin: String,
        /// The longest side.
        long: String,
    },
}

/// What is wrong with a surface, on its view's entity; absent while all is well.
///
/// Where nothing can be drawn, these say why. [`surface_problems_ui`](super::surface_problems_ui) shows them.
#[derive(Component, Clone, Debug, Default, PartialEq, Deref)]
pub struct SurfaceProblems(pub Vec<SurfaceProblem>);

impl SurfaceProblems {
    /// All of them with their causes, one a line.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.0.iter().map(told).collect();
        lines.join("\n")
    }
}

/// A problem and its causes.
fn told(problem: &SurfaceProblem) -> String {
    let mut text = problem.to_string();
    let mut cause = std::error::Error::source(problem);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
