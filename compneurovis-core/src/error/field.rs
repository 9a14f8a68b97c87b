//! What can be wrong with a field.

use thiserror::Error;

use crate::FieldId;

/// A field that cannot be, or values that do not fit one.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum FieldError {
    /// The number of dims differs from the number of axes of the values.
    #[error("field `{field}` has {dims} dims but its values have {axes} axes")]
    Rank {
        /// The field.
        field: FieldId,
        /// How many dims were named.
        dims: usize,
        /// How many axes the values have.
        axes: usize,
    },
    /// Two dims of one name.
    #[error("field `{field}` names the dim `{dim}` twice")]
    DuplicateDim {
        /// The field.
        field: FieldId,
        /// The name that occurs twice.
        dim: String,
    },
    /// A coordinate that is longer or shorter than its axis.
    #[error("field `{field}`: the coord of dim `{dim}` has {coord} entries, its axis {axis}")]
    CoordLength {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// Entries of the coord.
        coord: usize,
        /// Length of the axis.
        axis: usize,
    },
    /// A label that occurs twice in one coordinate.
    #[error("field `{field}`: the coord of dim `{dim}` has the label `{label}` twice")]
    DuplicateLabel {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// The label.
        label: String,
    },
    /// A dim that the field does not have.
    #[error("field `{field}` has no dim `{dim}`; it has {known:?}")]
    UnknownDim {
        /// The field.
        field: FieldId,
        /// The dim that was asked for.
        dim: String,
        /// The dims that exist.
        known: Vec<String>,
    },
    /// Values whose shape does not fit.
    #[error("field `{field}` expects values of shape {expected:?}, not {found:?}")]
    Shape {
        /// The field.
        field: FieldId,
        /// The shape that fits.
        expected: Vec<usize>,
        /// The shape that came.
        found: Vec<usize>,
    },
    /// An index that is not one of a dim's positions.
    #[error("field `{field}` has {length} positions along `{dim}`; {index} is not one of them")]
    IndexOutOfRange {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// The index that was asked for.
        index: i64,
        /// How many positions there are.
        length: usize,
    },
    /// A label that a dim does not have.
    #[error("field `{field}` has no label `{label}` along `{dim}`")]
    UnknownLabel {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// The label that was asked for.
        label: String,
    },
    /// No coordinate is nearest to a number: there are none, or the number is none.
    #[error("field `{field}`: no coordinate along `{dim}` is nearest to {number}")]
    NothingNear {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// What was asked for.
        number: String,
    },
    /// A selector that needs another kind of coordinate.
    #[error("field `{field}`: the selector needs {wanted} along `{dim}`, which has {found}")]
    UnsuitedSelector {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// What the selector needs.
        wanted: &'static str,
        /// What the coord holds.
        found: &'static str,
    },
    /// An append along a dim whose coord does not hold numbers.
    #[error("field `{field}`: only a dim with numbers can be appended to, `{dim}` has {kind}")]
    NotAppendable {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// What its coord holds.
        kind: &'static str,
    },
}
