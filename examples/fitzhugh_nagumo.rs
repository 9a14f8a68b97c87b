//! The FitzHugh-Nagumo model with an excitatory and an inhibitory synapse: a solver against the `Session` trait.
//!
//! `cargo run --example fitzhugh_nagumo` shows it. E excites, Q inhibits; the phase plane has the limit cycle.

use std::process::ExitCode;

use clap::Parser;
use compneurovis_core::{
    Action, ActionId, AppSpec, ControlId, Coord, Emitter, Field, LinePlotView, Pace, Payload, PhasePlaneView, Scene,
    Selector, Session, SessionCommand, SessionContext, SessionError, Value,
};
use compneurovis_examples::{Args, Slider, show_app, sliders};
use ndarray::Array2;

const DT_MS: f64 = 0.25;
const STEPS: usize = 12;
const SAMPLES: usize = 2400;

const SERIES: [&str; 4] = ["v", "w", "excitation", "inhibition"];
const START: [f64; 4] = [-1.2, -0.62, 0.0, 0.0];

const CONTROLS: [Slider; 8] = [
    ("a", "a", "", 0.7, 0.0, 1.5),
    ("b", "b", "", 0.8, 0.0, 1.5),
    ("tau", "Recovery", "ms", 12.5, 2.0, 40.0),
    ("current", "Current", "", 0.5, -0.5, 1.5),
    ("exc_weight", "Excitation", "", 0.9, 0.0, 3.0),
    ("inh_weight", "Inhibition", "", 0.7, 0.0, 3.0),
    ("tau_exc", "Decay of excitation", "ms", 18.0, 2.0, 80.0),
    ("tau_inh", "Decay of inhibition", "ms", 30.0, 2.0, 80.0),
];

struct FitzHughNagumo {
    time_ms: f64,
    state: [f64; 4],
    values: [f64; 8],
}

impl FitzHughNagumo {
    fn slope(&self, [v, w, exc, inh]: [f64; 4]) -> [f64; 4] {
        let [a, b, tau, current, _, _, tau_exc, tau_inh] = self.values;
        [v - v.powi(3) / 3.0 - w + current + exc - inh, (v + a - b * w) / tau, -exc / tau_exc, -inh / tau_inh]
    }

    /// One step of the classical Runge-Kutta method.
    fn step(&mut self) {
        let along = |slope: [f64; 4], part: f64| std::array::from_fn(|at| self.state[at] + part * DT_MS * slope[at]);
        let first = self.slope(self.state);
        let second = self.slope(along(first, 0.5));
        let third = self.slope(along(second, 0.5));
        let fourth = self.slope(along(third, 1.0));
        for at in 0..4 {
            self.state[at] += DT_MS / 6.0 * (first[at] + 2.0 * second[at] + 2.0 * third[at] + fourth[at]);
        }
        self.time_ms += DT_MS;
    }
}

impl Session for FitzHughNagumo {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let first = Array2::from_shape_fn((4, 1), |(at, _)| self.state[at] as f32).into_dyn();
        let dims = [("series", Coord::labels(SERIES)), ("time", Coord::from(vec![0.0]))];
        let plot = |id: &str, title: &str, names: &[&str]| {
            let names = Selector::Labels(names.iter().map(ToString::to_string).collect());
            let plot = LinePlotView::new(id, "state", "time").with_title(title).selecting("series", names);
            plot.with_x_label("Time", "ms").with_y_label("", "").with_rolling_window(600.0)
        };
        let of = |name: &str| Selector::Label(name.to_owned());
        let plane = PhasePlaneView::new("w over v", "state", "state").selecting_x("series", of("v"));
        let scene = Scene::new()
            .with_field(Field::new("state", first, dims)?)
            .with_view(plot("voltage", "Voltage", &["v"]).with_y_limits(-2.5, 2.5))
            .with_view(plot("slow", "Recovery and synapses", &["w", "excitation", "inhibition"]))
            .with_view(plane.selecting_y("series", of("w")))
            .with_action(Action::new("excite", "Excite").with_shortcut("E"))
            .with_action(Action::new("inhibit", "Inhibit").with_shortcut("Q"));
        Ok(Some(sliders(&CONTROLS).fold(scene, Scene::with_control)))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let (mut times, mut values) = (Vec::new(), Array2::zeros((4, STEPS)));
        for at in 0..STEPS {
            self.step();
            times.push(self.time_ms);
            values.column_mut(at).iter_mut().zip(self.state).for_each(|(value, now)| *value = now as f32);
        }
        emitter.append("state", "time", &times, values.into_dyn(), Some(SAMPLES));
        emitter.set_time(self.time_ms, STEPS as u64);
        Ok(())
    }

    fn on_control(&mut self, id: &ControlId, value: &Value, _: &mut SessionContext) -> Result<bool, SessionError> {
        let Some(index) = CONTROLS.iter().position(|control| control.0 == id.as_str()) else { return Ok(false) };
        self.values[index] = value.as_f64().ok_or("a number was expected")?;
        Ok(true)
    }

    fn on_action(&mut self, id: &ActionId, _: &Payload, _: &mut SessionContext) -> Result<bool, SessionError> {
        let (conductance, weight) = match id.as_str() {
            "excite" => (2, self.values[4]),
            _ => (3, self.values[5]),
        };
        self.state[conductance] += weight;
        Ok(true)
    }

    fn on_reset(&mut self, context: &mut SessionContext) -> Result<bool, SessionError> {
        (self.time_ms, self.state) = (0.0, START);
        let first = Array2::from_shape_fn((4, 1), |(at, _)| START[at] as f32).into_dyn();
        context.emitter().replace_copy("state", &first.view(), vec![("time".to_owned(), vec![0.0].into())]);
        context.emitter().set_time(0.0, 0);
        Ok(true)
    }
}

fn main() -> ExitCode {
    let values = CONTROLS.map(|control| control.3);
    let app = AppSpec::new("FitzHugh-Nagumo", move || Ok(FitzHughNagumo { time_ms: 0.0, state: START, values }));
    show_app(app.with_first_command(SessionCommand::SetPace(Pace::MsPerSecond(100.0))), &Args::parse())
}
