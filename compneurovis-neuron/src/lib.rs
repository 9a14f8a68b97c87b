//! NEURON for CompNeuroVis: a safe interface to the simulator.
//!
//! [`Neuron`] is the interpreter, one per process, found and opened at run time. [`Section`],
//! [`PointProcess`], [`NetCon`] and [`Vector`] are handles to what is in it, [`RangeRef`] names one
//! number, [`VoltageProbe`] and [`RangeProbe`] read many at the speed of memory.
//! [`Neuron::build_sections`] builds whole cells.
//!
//! Every mistake is a [`NeuronError`]: names, kinds, ranges and liveness are checked before a call,
//! and what NEURON refuses comes back with its own text. Lengths are in micrometres, times in ms,
//! potentials in mV, as in NEURON.
#![expect(unsafe_code, reason = "the crate wraps the C API of NEURON; every block says why it is sound")]

mod argument;
mod build;
mod census;
mod epoch;
mod error;
mod gather;
mod inner;
mod instances;
mod integration;
mod interpreter;
mod load_mechanisms;
mod mechanism;
mod mod_compile;
mod mod_files;
mod model_export;
mod model_file;
mod model_import;
mod net_con;
mod object;
mod ownership;
mod point_process;
mod pointer;
mod population;
mod probe;
mod range_probe;
mod range_ref;
mod saved_layout;
mod saved_state;
mod section;
mod session;
mod shape;
mod swc_cell;
mod symbol;
mod topology;
pub mod tutorials;
mod vector;

pub use build::{Connection, Parent, SectionSpec, Shape};
pub use census::EventSource;
pub use error::NeuronError;
pub use interpreter::Neuron;
pub use mechanism::IonStyle;
pub use model_file::{ConnectionRecord, ModelFile, ParentRecord, PointProcessRecord, SectionRecord, SourceRecord};
pub use model_import::ImportedModel;
pub use net_con::NetCon;
pub use neuron_sys::{Environment, Installation, Origin, Search, SysError};
pub use object::ObjectRef;
pub use point_process::PointProcess;
pub use population::{NeuronCell, PopulationError, load_swc_many};
pub use probe::{ReadReport, VoltageProbe};
pub use range_probe::RangeProbe;
pub use range_ref::RangeRef;
pub use saved_state::SavedState;
pub use section::Section;
pub use session::{
    AttachedModel, Batch, CellConnection, CellLayout, DISPLAY_FIELD, DISPLAY_QUANTITY, DisplayQuantity, GEOMETRY,
    HISTORY_FIELD, HistoryCapture, MORPHOLOGY_VIEW, NeuronModel, NeuronSceneBuilder, NeuronSession, NeuronSettings,
    Past, RASTER_VIEW, RecordError, RecordedSamples, Recorders, SPIKES_FIELD, SettingsError, Spike, StepCost,
    TRACE_VIEW, attach, attach_hoc, build_neuron_app,
};
pub use shape::Point3d;
pub use swc_cell::build_swc_cell;
pub use vector::Vector;
