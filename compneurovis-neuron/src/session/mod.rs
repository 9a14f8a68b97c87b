//! Sessions that run a NEURON model.

mod app;
mod cost;
mod driver;
mod history;
mod layout;
mod model;
mod past;
mod settings;
mod timing;

pub use app::build_neuron_app;
pub use cost::StepCost;
pub use driver::NeuronSession;
pub use model::NeuronModel;
pub use past::Past;
pub use settings::{NeuronSettings, SettingsError};

/// The field that colours the cell: the membrane potential of every compartment now, in mV.
pub const DISPLAY_FIELD: &str = "segment_display";

/// The field of traces: the membrane potential of the traced compartments over time, in mV.
pub const HISTORY_FIELD: &str = "segment_history";

/// The view of the cell.
pub const MORPHOLOGY_VIEW: &str = "morphology";

/// The view of the traces.
pub const TRACE_VIEW: &str = "trace";

/// The geometry of the cell.
pub const GEOMETRY: &str = "morphology";
