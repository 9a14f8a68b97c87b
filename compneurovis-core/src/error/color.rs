//! What can be wrong with a colour.

use thiserror::Error;

/// A text that is no colour or colour map.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ColorError {
    /// No such colour map.
    #[error("there is no colour map `{name}`; there are {known:?}, and ramps such as `ramp:#ff1060:#00d2be`")]
    UnknownMap {
        /// What was asked for.
        name: String,
        /// The maps that exist.
        known: Vec<&'static str>,
    },
    /// No such colour.
    #[error("`{text}` is no colour; write #rgb, #rrggbb, #rrggbbaa or one of {known:?}")]
    UnknownColor {
        /// What was asked for.
        text: String,
        /// The colours that have a name.
        known: Vec<&'static str>,
    },
    /// A ramp out of nothing.
    #[error("a ramp needs at least one colour, as in `ramp:#ff1060`")]
    NoStops,
}
