//! Models that were not written for a session.

use std::path::PathBuf;

use compneurovis_core::{AppSpec, Control, SessionError};

use super::hoc_file::load;
use super::{NeuronModel, NeuronSettings, build_neuron_app};
use crate::{Neuron, Section};

/// An application that watches what a function builds in NEURON: all sections that are there afterwards.
///
/// What the function returns, such as handles to synapses, is kept as long as the model lives. `dt`, `v_init`
/// and `celsius` are those that the model has set.
///
/// ```no_run
/// use compneurovis_neuron::{Neuron, NeuronError, PointProcess, attach};
///
/// /// As it was before there was a session.
/// fn build(neuron: &Neuron) -> Result<PointProcess, NeuronError> {
///     let soma = neuron.section("soma")?;
///     soma.insert("hh")?;
///     soma.point_process("IClamp", 0.5)
/// }
///
/// let app = attach(build);
/// ```
pub fn attach<H: 'static, E: Into<SessionError>>(
    build: impl Fn(&Neuron) -> Result<H, E> + Clone + Send + Sync + 'static,
) -> AppSpec {
    build_neuron_app(move || AttachedModel::new(build.clone()))
}

/// An application that watches the sections that a hoc file makes.
///
/// The model begins as the file's `init()` says, or NEURON's own; `dt`, `v_init` and `celsius` are those of
/// the file. It is executed for every life of the session, with the files that it loads by `load_file` or
/// `xopen`, each on a line of its own; templates, and files of NEURON's own library, stay with the process:
/// NEURON defines and loads them once.
///
/// ```no_run
/// let app = compneurovis_neuron::attach_hoc("model.hoc").with_title("My model");
/// ```
pub fn attach_hoc(path: impl Into<PathBuf>) -> AppSpec {
    let path = path.into();
    build_neuron_app(move || {
        let path = path.clone();
        AttachedModel::new(move |neuron: &Neuron| load(neuron, &path.to_string_lossy())).initialized_by("init()")
    })
}

/// A [`NeuronModel`] of whatever a function builds; see [`attach`]. A model of one's own can hold one, and
/// add what it likes.
pub struct AttachedModel<B, H> {
    build: B,
    handles: Option<H>,
    init: Option<String>,
    settings: NeuronSettings,
    dt_ms: f64,
}

impl<B, H, E> AttachedModel<B, H>
where
    B: Fn(&Neuron) -> Result<H, E>,
    E: Into<SessionError>,
{
    /// A model that the function builds.
    pub fn new(build: B) -> Self {
        let settings = NeuronSettings { follow_model: true, ..NeuronSettings::default() };
        Self { build, handles: None, init: None, settings, dt_ms: 0.025 }
    }

    /// The same model with other settings than that `dt`, `v_init` and `celsius` follow the model.
    #[must_use]
    pub fn with_settings(mut self, settings: NeuronSettings) -> Self {
        self.settings = settings;
        self
    }

    /// The same model, put to its initial state by hoc code, which calls `finitialize`.
    #[must_use]
    pub fn initialized_by(mut self, code: impl Into<String>) -> Self {
        self.init = Some(code.into());
        self
    }

    /// What the function returned; `None` before it was called.
    pub fn handles(&self) -> Option<&H> {
        self.handles.as_ref()
    }
}

impl<B, H, E> NeuronModel for AttachedModel<B, H>
where
    B: Fn(&Neuron) -> Result<H, E>,
    E: Into<SessionError>,
{
    fn settings(&self) -> NeuronSettings {
        self.settings.clone()
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        self.handles = Some((self.build)(neuron).map_err(Into::into)?);
        self.dt_ms = neuron.global("dt")?;
        let sections = neuron.sections()?;
        if sections.is_empty() {
            return Err("the model has no sections".into());
        }
        Ok(sections)
    }

    fn initialize_model(&mut self, neuron: &Neuron, v_init_mv: f64) -> Result<(), SessionError> {
        let Some(code) = &self.init else { return Ok(neuron.initialize(v_init_mv)?) };
        neuron.hoc(&format!("v_init = {v_init_mv:?}"))?;
        Ok(neuron.initialize_by_hoc(code)?)
    }

    fn control_specs(&self) -> Vec<Control> {
        let least_ms = self.settings.display_dt_ms.max(self.dt_ms);
        vec![Control::scalar("display_dt", "Display interval", least_ms, least_ms, 100.0 * least_ms).with_unit("ms")]
    }
}
