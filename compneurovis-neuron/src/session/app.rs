//! From a model to an application.

use compneurovis_core::AppSpec;

use super::{NeuronModel, NeuronSession};

/// An application that runs the model that `make` makes.
///
/// `make` is a constructor, never an instance: it is called on the worker thread that owns NEURON,
/// and again for every restart.
pub fn build_neuron_app<M: NeuronModel + 'static>(make: impl Fn() -> M + Send + Sync + 'static) -> AppSpec {
    AppSpec::new("CompNeuroVis", move || Ok(NeuronSession::new(make())))
}
