//! Tutorials. Their code is compiled with the tests, and run where NEURON has to be there.

#[doc = include_str!("../docs/neuron_session.md")]
pub mod neuron_session {}

#[doc = include_str!("../docs/from_python_neuron.md")]
pub mod from_python_neuron {}
