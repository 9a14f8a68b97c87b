//! A leaky integrate-and-fire neuron: a solver of one's own, with closures and without a simulator.
//!
//! `cargo run --example lif` shows it. The tonic current of 1.7 nA stays below threshold; Space gives a pulse that makes
//! it fire once, the sliders make it fire for good, P pauses, R starts over.

use std::process::ExitCode;

use clap::Parser;
use compneurovis_core::{
    Action, Binding, Coord, Field, LinePlotView, LiveApp, Pace, Scene, SessionCommand, SessionError, Value,
};
use compneurovis_examples::{Args, Slider, set_number, show_app, sliders};
use ndarray::Array2;

/// Length of a step, and how many are taken between two pictures.
const DT_MS: f64 = 0.25;
const STEPS: usize = 4;

/// How long a pulse lasts, as the time constant of its decay.
const PULSE_TAU_MS: f64 = 14.0;
const PULSE_NA: f64 = 2.8;

/// What is kept of the past.
const SAMPLES: usize = 4000;

const CONTROLS: [Slider; 6] = [
    ("tonic", "Tonic current", "nA", 1.7, 0.0, 5.0),
    ("rest", "Resting potential", "mV", -68.0, -90.0, -50.0),
    ("threshold", "Threshold", "mV", -50.0, -65.0, -30.0),
    ("reset_potential", "Potential after a spike", "mV", -72.0, -90.0, -50.0),
    ("tau", "Membrane time constant", "ms", 18.0, 2.0, 60.0),
    ("refractory", "Refractory time", "ms", 2.5, 0.0, 20.0),
];

struct Lif {
    time_ms: f64,
    v_mv: f64,
    pulse_na: f64,
    silent_ms: f64,
    /// Values of the controls, in their order.
    values: [f64; 6],
}

impl Lif {
    /// One Euler step. Whether it ends with a spike.
    fn step(&mut self) -> bool {
        let [tonic_na, rest_mv, threshold_mv, reset_mv, tau_ms, refractory_ms] = self.values;
        self.pulse_na *= 1.0 - DT_MS / PULSE_TAU_MS;
        self.time_ms += DT_MS;
        if self.silent_ms > 0.0 {
            self.silent_ms -= DT_MS;
            self.v_mv = reset_mv;
            return false;
        }
        // A membrane resistance of 10 megohm: nA become mV.
        self.v_mv += DT_MS * (rest_mv - self.v_mv + 10.0 * (tonic_na + self.pulse_na)) / tau_ms;
        let fires = self.v_mv >= threshold_mv;
        if fires {
            (self.v_mv, self.silent_ms) = (reset_mv, refractory_ms);
        }
        fires
    }

    fn scene(&self) -> Result<Scene, SessionError> {
        let two = |id: &str, names: [&str; 2], at: [f32; 2]| {
            let dims = [("series", Coord::labels(names)), ("time", Coord::from(vec![0.0]))];
            Field::new(id, Array2::from_shape_vec((2, 1), at.to_vec())?.into_dyn(), dims).map_err(SessionError::from)
        };
        let plot = |id: &str, title: &str, label: &str, unit: &str| {
            let plot = LinePlotView::new(id, id, "time").with_title(title).with_x_label("Time", "ms");
            plot.with_y_label(label, unit).with_rolling_window(500.0)
        };
        let voltage = plot("voltage", "Membrane potential", "V", "mV").with_y_limits(-75.0, -45.0);
        let voltage = voltage.with_level(Binding::state("threshold"), "threshold");
        let scene = Scene::new()
            .with_field(Field::series("voltage", "time", vec![0.0], vec![self.v_mv as f32])?.with_unit("mV"))
            .with_field(two("current", ["tonic", "pulse"], [self.values[0] as f32, 0.0])?.with_unit("nA"))
            .with_field(two("events", ["spike", "refractory"], [0.0, 0.0])?)
            .with_view(voltage.with_level(Binding::state("reset_potential"), "reset"))
            .with_view(plot("current", "Currents", "I", "nA").with_y_limits(0.0, 4.5))
            .with_view(plot("events", "Spikes", "", "").with_y_limits(-0.05, 1.05))
            .with_action(Action::new("pulse", "Pulse").with_shortcut("Space"))
            .with_action(Action::new("pause", "Pause").with_shortcut("P"));
        Ok(sliders(&CONTROLS).fold(scene, Scene::with_control))
    }
}

fn main() -> ExitCode {
    let mut app = LiveApp::new("Integrate and fire", || {
        let values = CONTROLS.map(|control| control.3);
        let lif = Lif { time_ms: 0.0, v_mv: values[1], pulse_na: 0.0, silent_ms: 0.0, values };
        let scene = lif.scene()?;
        Ok((lif, scene))
    })
    .on_advance(|lif, emitter| {
        let (mut times, mut rows) = (Vec::new(), [const { Vec::new() }; 5]);
        for _ in 0..STEPS {
            let spike = if lif.step() { 1.0 } else { 0.0 };
            let refractory = if lif.values[5] > 0.0 { lif.silent_ms / lif.values[5] } else { 0.0 };
            times.push(lif.time_ms);
            let now = [lif.v_mv, lif.values[0], lif.pulse_na, spike, refractory];
            rows.iter_mut().zip(now).for_each(|(row, value)| row.push(value as f32));
        }
        let [voltage, tonic, pulse, spikes, refractory] = rows;
        emitter.append_series("voltage", "time", &times, &voltage, Some(SAMPLES));
        for (field, pair) in [("current", [tonic, pulse]), ("events", [spikes, refractory])] {
            let pair = Array2::from_shape_vec((2, STEPS), pair.concat())?.into_dyn();
            emitter.append(field, "time", &times, pair, Some(SAMPLES));
        }
        emitter.set_time(lif.time_ms, STEPS as u64);
        Ok(())
    })
    .on_action("pulse", |lif, _, _| set_number(&mut lif.pulse_na, &Value::Float(PULSE_NA)));
    for (index, (id, ..)) in CONTROLS.into_iter().enumerate() {
        app = app.on_control(id, move |lif, value: &Value, _| set_number(&mut lif.values[index], value));
    }
    show_app(app.app().with_first_command(SessionCommand::SetPace(Pace::MsPerSecond(100.0))), &Args::parse())
}
