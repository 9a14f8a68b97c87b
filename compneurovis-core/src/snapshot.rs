//! The whole state of a model at one moment, to go back to.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The state of a model at one moment, in a form that only sessions like its own read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Who can read it, such as `"neuron SaveState"`. Others refuse it.
    pub format: String,
    /// Simulated time of the moment in ms.
    #[serde(with = "crate::wire::number")]
    pub time_ms: f64,
    /// The state.
    #[serde(with = "crate::wire::bytes")]
    pub data: Arc<[u8]>,
}
