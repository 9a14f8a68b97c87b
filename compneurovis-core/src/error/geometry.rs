//! What can be wrong with a geometry.

use thiserror::Error;

use crate::GeometryId;

/// A geometry that cannot be.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum GeometryError {
    /// Two sections of one name.
    #[error("geometry `{geometry}` names the section `{section}` twice; prefix the sections of several cells")]
    DuplicateSection {
        /// The geometry.
        geometry: GeometryId,
        /// The section name that occurs twice.
        section: String,
    },
    /// A section without compartments.
    #[error("geometry `{geometry}`: section `{section}` has nseg 0; it must be at least 1")]
    NoCompartments {
        /// The geometry.
        geometry: GeometryId,
        /// The section.
        section: String,
    },
    /// A parent that does not come before its child.
    #[error("geometry `{geometry}`: section `{section}` has parent {parent}, which is not an earlier section")]
    Parent {
        /// The geometry.
        geometry: GeometryId,
        /// The section.
        section: String,
        /// The index given.
        parent: u32,
    },
    /// A frustum of a section that does not exist.
    #[error("geometry `{geometry}`: frustum {frustum} is of section {section}, but there are {sections} sections")]
    UnknownSection {
        /// The geometry.
        geometry: GeometryId,
        /// Index of the frustum.
        frustum: usize,
        /// The section index it names.
        section: u32,
        /// How many sections there are.
        sections: usize,
    },
    /// A frustum with a coordinate, radius or position that is not a finite number, or a negative radius.
    #[error("geometry `{geometry}`: frustum {frustum} has a {what} that is not a finite number of at least zero")]
    BadFrustum {
        /// The geometry.
        geometry: GeometryId,
        /// Index of the frustum.
        frustum: usize,
        /// Which of its numbers.
        what: &'static str,
    },
    /// More compartments or frusta than a 32-bit index counts.
    #[error("geometry `{geometry}` has more than {limit} {what}")]
    TooLarge {
        /// The geometry.
        geometry: GeometryId,
        /// What there is too much of.
        what: &'static str,
        /// How many are possible.
        limit: u32,
    },
    /// A place on a parent that is not on it.
    #[error("geometry `{geometry}`: section `{section}` is connected at {x} of its parent; that must be 0 to 1")]
    Attachment {
        /// The geometry.
        geometry: GeometryId,
        /// The section.
        section: String,
        /// The place given.
        x: String,
    },
    /// A section whose length is negative or not a finite number.
    #[error("geometry `{geometry}`: section `{section}` is {length_um} um long; that must be finite and at least 0")]
    Length {
        /// The geometry.
        geometry: GeometryId,
        /// The section.
        section: String,
        /// The length given.
        length_um: String,
    },
    /// A grid whose two dims have one name.
    #[error("grid `{geometry}` names both its dims `{dim}`; they must differ")]
    SameDim {
        /// The geometry.
        geometry: GeometryId,
        /// The name.
        dim: String,
    },
    /// Coordinates of a grid that make no axis.
    #[error("grid `{geometry}`: the coordinates along `{dim}` {problem}")]
    Axis {
        /// The geometry.
        geometry: GeometryId,
        /// The dim.
        dim: String,
        /// What is wrong with them.
        problem: String,
    },
}
