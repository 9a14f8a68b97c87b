//! Why there is no way along a tree.

use thiserror::Error;

use crate::{EntityId, GeometryId};

/// Two compartments that no path joins.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PathError {
    /// No such compartment.
    #[error("geometry `{geometry}` has {compartments} compartments; {compartment} is not one of them")]
    UnknownCompartment {
        /// The geometry.
        geometry: GeometryId,
        /// The index that was asked for.
        compartment: u32,
        /// How many there are.
        compartments: usize,
    },
    /// They are parts of different cells.
    #[error("geometry `{geometry}`: no path joins `{from}` and `{to}`, which belong to different trees")]
    Apart {
        /// The geometry.
        geometry: GeometryId,
        /// Where the path should begin.
        from: EntityId,
        /// Where it should end.
        to: EntityId,
    },
}
