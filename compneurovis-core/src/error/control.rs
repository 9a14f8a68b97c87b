//! What can be wrong with a control.

use thiserror::Error;

use crate::ControlId;

/// A control with a nonsensical range, or a value that it does not take.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ControlError {
    /// The value is of another kind, or outside of what the control spans.
    #[error("control `{control}` takes {expected}, not {found}")]
    Value {
        /// The control.
        control: ControlId,
        /// What it takes.
        expected: String,
        /// What came.
        found: String,
    },
    /// The control's own range is empty, not finite, or does not suit its scale.
    #[error("control `{control}` has the range {min} to {max}, which {problem}")]
    Range {
        /// The control.
        control: ControlId,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A choice without options.
    #[error("control `{control}` has no options to choose from")]
    NoOptions {
        /// The control.
        control: ControlId,
    },
    /// A choice with an option twice.
    #[error("control `{control}` has the option {option:?} twice")]
    DuplicateOption {
        /// The control.
        control: ControlId,
        /// The option.
        option: String,
    },
    /// A default that the control itself would not take.
    #[error("the default of control `{control}` is none")]
    Default {
        /// The control.
        control: ControlId,
        /// Why not.
        source: Box<ControlError>,
    },
}
