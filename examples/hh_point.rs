//! One compartment of 500 square micrometres with a current clamp: every parameter of Hodgkin and Huxley as a slider.
//!
//! `cargo run --example hh_point` shows potential, currents and gates, and the phase plane of V and n.

use std::process::ExitCode;

use clap::Parser;
use compneurovis_core::{
    Control, ControlId, Emitter, LinePlotView, Pace, Scene, SessionCommand, SessionContext, SessionError, Value,
};
use compneurovis_examples::{Args, RecordedField, Slider, show_app, sliders};
use compneurovis_neuron::{
    Neuron, NeuronModel, NeuronSceneBuilder, NeuronSettings, PointProcess, RecordedSamples, Recorders, Section,
    SectionSpec, build_neuron_app,
};

/// What is kept of the past: 100 ms.
const SAMPLES: usize = 4000;

/// The clamp's current, range variables of the section, and settings of the session.
const SLIDERS: [Slider; 10] = [
    ("clamp_amp", "Current", "nA", 0.1, -0.2, 0.5),
    ("gnabar_hh", "Sodium conductance", "S/cm²", 0.12, 0.01, 0.3),
    ("gkbar_hh", "Potassium conductance", "S/cm²", 0.036, 0.005, 0.1),
    ("gl_hh", "Leak conductance", "S/cm²", 0.0003, 5e-5, 5e-3),
    ("el_hh", "Reversal of the leak", "mV", -54.3, -80.0, -30.0),
    ("ena", "Reversal of sodium", "mV", 50.0, 35.0, 80.0),
    ("ek", "Reversal of potassium", "mV", -77.0, -110.0, -50.0),
    ("cm", "Capacitance", "µF/cm²", 1.0, 0.2, 3.0),
    ("celsius", "Temperature", "°C", 6.3, 3.0, 37.0),
    ("display_dt", "Display interval", "ms", 0.1, 0.025, 4.0),
];

struct Point {
    soma: Option<Section>,
    clamp: Option<PointProcess>,
    gates: RecordedField,
    currents: RecordedField,
}

impl Point {
    fn new() -> Self {
        let currents = RecordedField::new("current", "nA", &["clamp"], SAMPLES);
        Self { soma: None, clamp: None, gates: RecordedField::new("gates", "", &["m", "h", "n"], SAMPLES), currents }
    }
}

impl NeuronModel for Point {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.dt_ms, settings.display_dt_ms) = (0.025, 0.1);
        (settings.max_samples, settings.allow_fetch) = (SAMPLES, true);
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        let soma = SectionSpec::cylinder("soma", 12.6157, 12.6157).mechanisms(&["hh"]);
        let sections = neuron.build_sections(&[soma])?;
        self.soma = sections.first().cloned();
        Ok(sections)
    }

    fn setup_model(&mut self, _neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        let clamp = self.clamp.insert(sections[0].point_process("IClamp", 0.5)?);
        Ok(clamp.set("dur", 1e9)?)
    }

    fn prepare_recorders(&mut self, _: &Neuron, sections: &[Section], to: &mut Recorders) -> Result<(), SessionError> {
        let gate = |name| sections[0].range_ref(name, 0.5);
        self.gates.record(to, &[gate("m_hh")?, gate("h_hh")?, gate("n_hh")?])?;
        let clamp = self.clamp.as_ref().ok_or("there is no clamp")?;
        self.currents.record(to, &[clamp.range_ref("i")?])
    }

    fn on_recorded_samples(&mut self, t: &[f64], of: &RecordedSamples, to: &mut Emitter) -> Result<(), SessionError> {
        self.gates.append(t, of, to)?;
        self.currents.append(t, of, to)
    }

    fn on_reset(&mut self, _: &Neuron, context: &mut SessionContext<'_>) -> Result<(), SessionError> {
        [&self.gates, &self.currents].iter().try_for_each(|field| field.clear(context.emitter()))
    }

    fn control_specs(&self) -> Vec<Control> {
        sliders(&SLIDERS).collect()
    }

    fn apply_control(&mut self, _: &Neuron, control: &ControlId, value: &Value) -> Result<bool, SessionError> {
        let (Some(soma), Some(clamp), Some(number)) = (&self.soma, &self.clamp, value.as_f64()) else {
            return Ok(false);
        };
        match control.as_str() {
            "celsius" | "display_dt" => return Ok(false), // the session's own
            "clamp_amp" => clamp.set("amp", number)?,
            variable => soma.set(variable, number)?,
        }
        Ok(true)
    }

    fn build_scene(&mut self, parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
        let plot = |id: &str, field: &str, title: &str, low, high| {
            let plot = LinePlotView::new(id, field, "time").with_title(title).with_x_label("Time", "ms");
            plot.with_rolling_window(80.0).with_y_limits(low, high)
        };
        let voltage = plot("voltage", parts.history_id().as_str(), "Membrane potential", -90.0, 60.0);
        let parts = parts.without_morphology().without_trace();
        let parts = parts.with_field(self.gates.field()?).with_field(self.currents.field()?);
        parts
            .with_view(voltage.with_y_label("V", "mV"))
            .with_view(plot("gates", "gates", "Gates", -0.05, 1.05).with_y_label("Open", ""))
            .with_view(plot("current", "current", "Current", -0.25, 0.55).with_y_label("I", "nA"))
            .build()
    }
}

fn main() -> ExitCode {
    let app = build_neuron_app(Point::new).with_title("Hodgkin-Huxley point model");
    show_app(app.with_first_command(SessionCommand::SetPace(Pace::MsPerSecond(20.0))), &Args::parse())
}
