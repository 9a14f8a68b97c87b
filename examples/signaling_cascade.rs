//! A ligand that binds to a receptor that drives an effector: three mechanisms of our own, from MOD files.
//!
//! `cargo run --example signaling_cascade` compiles `signaling_mod` (which needs a C++ compiler); L adds ligand at once.

use std::process::ExitCode;

use clap::Parser;
use compneurovis_core::{
    Action, ActionId, Control, ControlId, Emitter, LinePlotView, Pace, Payload, Scene, SessionCommand, SessionContext,
    SessionError, Value,
};
use compneurovis_examples::{Args, RecordedField, Slider, show_app, sliders};
use compneurovis_neuron::{
    Neuron, NeuronModel, NeuronSceneBuilder, NeuronSettings, PointProcess, RecordedSamples, Recorders, Section,
    SectionSpec, build_neuron_app,
};

const MOD_FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/signaling_mod");
const CLASSES: [&str; 3] = ["GenericLigand", "GenericReceptor", "SetpointRelaxEffector"];

const SERIES: [(usize, &str, &str); 5] = [
    (0, "C", "ligand"),
    (1, "bound1", "bound"),
    (1, "activation", "activation"),
    (2, "s_inf", "set point"),
    (2, "s", "effector"),
];

const SLIDERS: [(usize, Slider); 11] = [
    (0, ("external_input", "Inflow of ligand", "/ms", 0.005, 0.0, 0.1)),
    (0, ("decay_rate", "Decay of ligand", "/ms", 0.00955, 1e-5, 0.1)),
    (1, ("kd1", "Dissociation constant", "", 3.09, 0.01, 10.0)),
    (1, ("efficacy1", "Efficacy", "", 1.0, 0.0, 2.0)),
    (1, ("decay1", "Unbinding", "/ms", 0.275, 1e-4, 1.0)),
    (1, ("capacity", "Receptors", "", 1.62, 0.0, 5.0)),
    (1, ("baseline", "Baseline", "", 0.0, 0.0, 1.0)),
    (2, ("K", "Half activation", "", 0.5, 0.001, 10.0)),
    (2, ("n", "Hill coefficient", "", 3.0, 1.0, 6.0)),
    (2, ("tau_on", "Onset", "ms", 151.0, 1.0, 200.0)),
    (2, ("tau_off", "Decay of the effect", "ms", 140.0, 1.0, 200.0)),
];

struct Cascade {
    processes: Vec<PointProcess>,
    levels: RecordedField,
}

impl Cascade {
    fn new() -> Self {
        Self { processes: Vec::new(), levels: RecordedField::new("levels", "", &SERIES.map(|of| of.2), 100_000) }
    }
}

impl NeuronModel for Cascade {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.dt_ms, settings.display_dt_ms, settings.allow_fetch) = (0.01, 1.0, true);
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        neuron.load_mechanisms(MOD_FILES)?;
        Ok(neuron.build_sections(&[SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(&["pas"])])?)
    }

    fn setup_model(&mut self, _neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        let placed: Result<Vec<_>, _> = CLASSES.iter().map(|class| sections[0].point_process(class, 0.5)).collect();
        self.processes = placed?;
        let [ligand, receptor, effector] = &self.processes[..] else { return Err("three were placed".into()) };
        receptor.set_pointer("C_lig1", ligand, "C")?;
        for unused in ["C_lig2", "C_lig3", "C_lig4"] {
            receptor.set_pointer(unused, ligand, "C_init")?;
        }
        Ok(effector.set_pointer("drive", receptor, "activation")?)
    }

    fn prepare_recorders(&mut self, _: &Neuron, _: &[Section], to: &mut Recorders) -> Result<(), SessionError> {
        let references = SERIES.map(|(of, name, _)| self.processes[of].range_ref(name));
        self.levels.record(to, &references.into_iter().collect::<Result<Vec<_>, _>>()?)
    }

    fn on_recorded_samples(&mut self, t: &[f64], of: &RecordedSamples, to: &mut Emitter) -> Result<(), SessionError> {
        self.levels.append(t, of, to)
    }

    fn on_reset(&mut self, _: &Neuron, context: &mut SessionContext<'_>) -> Result<(), SessionError> {
        self.levels.clear(context.emitter())
    }

    fn control_specs(&self) -> Vec<Control> {
        sliders(&SLIDERS.map(|(_, slider)| slider)).collect()
    }

    fn action_specs(&self) -> Vec<Action> {
        vec![Action::new("pulse", "Add ligand").with_shortcut("L")]
    }

    fn apply_control(&mut self, _: &Neuron, control: &ControlId, value: &Value) -> Result<bool, SessionError> {
        let known = SLIDERS.iter().find(|(_, slider)| slider.0 == control.as_str());
        let (Some((of, _)), Some(number)) = (known, value.as_f64()) else { return Ok(false) };
        self.processes[*of].set(control.as_str(), number)?;
        Ok(true)
    }

    fn apply_action(&mut self, _: &Neuron, _: &ActionId, _: &Payload) -> Result<bool, SessionError> {
        self.processes[0].set("C", self.processes[0].get("C")? + 0.5)?;
        Ok(true)
    }

    fn build_scene(&mut self, parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
        let plot = LinePlotView::new("levels", "levels", "time").with_title("Signalling cascade");
        let plot = plot.with_x_label("Time", "ms").with_y_limits(0.0, 1.0);
        parts.without_morphology().without_trace().with_field(self.levels.field()?).with_view(plot).build()
    }
}

fn main() -> ExitCode {
    let app = build_neuron_app(Cascade::new).with_title("Signalling cascade");
    show_app(app.with_first_command(SessionCommand::SetPace(Pace::MsPerSecond(50.0))), &Args::parse())
}
