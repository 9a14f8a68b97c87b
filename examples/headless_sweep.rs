//! How often a neuron fires for how much current: a sweep without a window, written as CSV.
//!
//! `cargo run -p compneurovis-examples --no-default-features --features neuron --example headless_sweep` needs no Bevy
//! and prints one line for each current; `--out FILE.csv` writes them to a file. Built with the default features,
//! `--headless OUT.png` draws the curve.

#![expect(clippy::print_stdout, reason = "programs talk to their user on the terminal")]

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use compneurovis_core::{
    AppSpec, Control, ControlId, Field, LinePlotView, Scene, SessionCommand, SessionError, Value, Viewer, still_app,
};
use compneurovis_examples::{Args, fail, write_result};
use compneurovis_neuron::{
    Neuron, NeuronModel, NeuronSceneBuilder, NeuronSettings, PointProcess, Recorders, SPIKES_FIELD, Section,
    SectionSpec, build_neuron_app,
};

/// Counts the spikes of a neuron for a range of currents.
#[derive(Parser)]
struct Flags {
    /// The least current, the greatest, and the difference from one to the next, in nA.
    #[arg(long, allow_negative_numbers = true, value_names = ["MIN", "MAX", "BY"], default_values_t = [0.0, 0.3, 0.05])]
    currents: Vec<f64>,

    /// Write to this file instead of the terminal.
    #[arg(long, value_name = "FILE.csv")]
    out: Option<PathBuf>,

    #[command(flatten)]
    shared: Args,
}

/// How long each run is unless `--sim-ms` says, in ms.
const RUN_MS: f64 = 100.0;

#[derive(Default)]
struct Point {
    clamp: Option<PointProcess>,
}

impl NeuronModel for Point {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.dt_ms, settings.display_dt_ms, settings.allow_fetch) = (0.025, 1.0, true);
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(neuron.build_sections(&[SectionSpec::cylinder("soma", 12.6157, 12.6157).mechanisms(&["hh"])])?)
    }

    fn setup_model(&mut self, _neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        let clamp = self.clamp.insert(sections[0].point_process("IClamp", 0.5)?);
        Ok(clamp.set("dur", 1e9)?)
    }

    fn prepare_recorders(&mut self, _: &Neuron, sections: &[Section], to: &mut Recorders) -> Result<(), SessionError> {
        to.record_spikes(&sections[0], 0.5, 0.0)
    }

    fn control_specs(&self) -> Vec<Control> {
        vec![Control::scalar("amp", "Current", 0.0, -10.0, 10.0).with_unit("nA")]
    }

    fn apply_control(&mut self, _: &Neuron, control: &ControlId, value: &Value) -> Result<bool, SessionError> {
        let (Some(clamp), Some(amplitude_na), "amp") = (&self.clamp, value.as_f64(), control.as_str()) else {
            return Ok(false);
        };
        clamp.set("amp", amplitude_na)?;
        Ok(true)
    }

    fn build_scene(&mut self, parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
        parts.without_morphology().with_raster().build()
    }
}

/// The table as CSV, and the rate over the current as a plot.
fn sweep(flags: &Flags) -> Result<(String, AppSpec), Box<dyn std::error::Error>> {
    let [from_na, to_na, step_na] = flags.currents[..] else { return Err("three numbers were expected".into()) };
    if !(step_na > 0.0 && to_na >= from_na) {
        return Err("currents go from the least to the greatest, in steps longer than 0".into());
    }
    let run_ms = flags.shared.sim_ms.unwrap_or(RUN_MS);
    let app = flags.shared.first_commands().fold(build_neuron_app(Point::default), AppSpec::with_first_command);
    let mut viewer = Viewer::start(&app.with_first_command(SessionCommand::Pause))?;
    let mut table = "current_na,spikes,first_spike_ms,rate_hz\n".to_owned();
    let (mut currents_na, mut rates_hz) = (Vec::new(), Vec::new());
    for run in 0..=((to_na - from_na) / step_na + 1e-9) as usize {
        let current_na = from_na + run as f64 * step_na;
        viewer.reset()?;
        viewer.set("amp", current_na)?;
        viewer.run_until(run_ms)?;
        let spikes = viewer.scene.fields[SPIKES_FIELD].coord("time")?.numbers().unwrap_or_default();
        let first_ms = spikes.first().map(|time_ms| format!("{time_ms:.3}")).unwrap_or_default();
        let rate_hz = 1000.0 * spikes.len() as f64 / run_ms;
        table += &format!("{current_na:.4},{},{first_ms},{rate_hz:.1}\n", spikes.len());
        currents_na.push(current_na);
        rates_hz.push(rate_hz as f32);
    }
    let plot = LinePlotView::new("rate", "rate", "current").with_title("Firing rate over current");
    let plot = plot.with_x_label("Current", "nA").with_y_label("Rate", "Hz");
    let rate = Field::series("rate", "current", currents_na, rates_hz)?.with_unit("Hz");
    Ok((table, still_app("Sweep", Scene::new().with_field(rate).with_view(plot))))
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    let written = sweep(&flags).and_then(|(table, app)| {
        match &flags.out {
            Some(path) => std::fs::write(path, table)?,
            None => print!("{table}"),
        }
        Ok(write_result(app, &flags.shared))
    });
    written.unwrap_or_else(|error| fail(&*error))
}
