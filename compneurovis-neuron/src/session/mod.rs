//! Sessions that run a NEURON model.

mod app;
mod apply;
mod attach;
mod cost;
mod course;
mod display;
mod driver;
mod geometry;
mod history;
mod hoc_file;
mod matching;
mod model;
mod past;
mod placement;
mod quantity;
mod recorders;
mod running;
mod scene;
mod settings;
mod state;
mod structure;
mod timing;
mod trace_view;
mod watch;

pub use app::build_neuron_app;
pub use attach::{AttachedModel, attach, attach_hoc};
pub use cost::StepCost;
pub use driver::NeuronSession;
pub use model::NeuronModel;
pub use past::Past;
pub use placement::{CellConnection, CellLayout};
pub use quantity::DisplayQuantity;
pub use recorders::{RecordError, RecordedSamples, Recorders, Spike};
pub use scene::NeuronSceneBuilder;
pub use settings::{HistoryCapture, NeuronSettings, SettingsError};
pub use watch::Batch;

/// The field that colours the cell: the membrane potential of every compartment now, in mV.
pub const DISPLAY_FIELD: &str = "segment_display";

/// The field of traces: the membrane potential of the traced compartments over time, in mV.
pub const HISTORY_FIELD: &str = "segment_history";

/// The field of recorded spikes over time: for each the number of its place.
pub const SPIKES_FIELD: &str = "spikes";

/// The view of the cell.
pub const MORPHOLOGY_VIEW: &str = "morphology";

/// The view of the traces.
pub const TRACE_VIEW: &str = "trace";

/// The view of the recorded spikes, where a model wants one.
pub const RASTER_VIEW: &str = "raster";

/// The geometry of the cell.
pub const GEOMETRY: &str = "morphology";

/// The control, and the action, that chooses which quantity the cell is coloured by.
pub const DISPLAY_QUANTITY: &str = "display_quantity";
