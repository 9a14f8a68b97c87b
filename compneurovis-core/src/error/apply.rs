//! Why an update changes nothing.

use thiserror::Error;

use crate::{ActionId, ControlError, ControlId, FieldError, FieldId, GeometryId, LayoutError, OperatorId, ViewId};

/// An update that does not fit the scene that it was applied to. The scene is then unchanged.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// No such field.
    #[error("the scene has no field `{id}`; it has {known:?}")]
    UnknownField {
        /// The id in the update.
        id: FieldId,
        /// The fields that exist.
        known: Vec<FieldId>,
    },
    /// No such view.
    #[error("the scene has no view `{id}`; it has {known:?}")]
    UnknownView {
        /// The id in the update.
        id: ViewId,
        /// The views that exist.
        known: Vec<ViewId>,
    },
    /// No such operator.
    #[error("the scene has no operator `{id}`; it has {known:?}")]
    UnknownOperator {
        /// The id in the update.
        id: OperatorId,
        /// The operators that exist.
        known: Vec<OperatorId>,
    },
    /// No such action.
    #[error("the scene has no action `{id}`; it has {known:?}")]
    UnknownAction {
        /// The id in the update.
        id: ActionId,
        /// The actions that exist.
        known: Vec<ActionId>,
    },
    /// No such control.
    #[error("the scene has no control `{id}`; it has {known:?}")]
    UnknownControl {
        /// The id in the update.
        id: ControlId,
        /// The controls that exist.
        known: Vec<ControlId>,
    },
    /// No such geometry.
    #[error("the scene has no geometry `{id}`; it has {known:?}")]
    UnknownGeometry {
        /// The id in the update.
        id: GeometryId,
        /// The geometries that exist.
        known: Vec<GeometryId>,
    },
    /// Two things of one id.
    #[error("the scene has the {what} `{id}` already; ids are unique, and a `Set…` change replaces")]
    Duplicate {
        /// What kind of thing.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// A thing that does not stand under its own id.
    #[error("the {what} `{id}` stands under the id `{key}`")]
    Misplaced {
        /// What kind of thing.
        what: &'static str,
        /// Its own id.
        id: String,
        /// The id it stands under.
        key: String,
    },
    /// A field over compartments whose length is not their number.
    #[error(
        "field `{field}` has {found} values along `{dim}`, but geometry `{geometry}` has {compartments} compartments"
    )]
    Compartments {
        /// The field.
        field: FieldId,
        /// The dim over compartments.
        dim: String,
        /// The geometry.
        geometry: GeometryId,
        /// Length of the axis.
        found: usize,
        /// Compartments of the geometry.
        compartments: usize,
    },
    /// The values do not fit the field.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The control cannot be, or does not take the value.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The layout cannot be.
    #[error(transparent)]
    Layout(#[from] LayoutError),
}
