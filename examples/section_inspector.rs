//! A cell of five sections (`cargo run --example section_inspector`): click one to see its potential and gates.

use std::process::ExitCode;

use clap::Parser;
use compneurovis_core::{
    Binding, ColorMap, Control, ControlId, Emitter, LinePlotView, PanelCamera, Scene, SessionContext, SessionError,
    Value, scene::SELECTED_ENTITY,
};
use compneurovis_examples::{Args, RecordedField, show};
use compneurovis_neuron::{
    DisplayQuantity, Neuron, NeuronModel, NeuronSceneBuilder, NeuronSettings, Point3d, PointProcess, RecordedSamples,
    Recorders, Section, SectionSpec,
};

/// Name, ends, diameter, nseg, and where on which section it hangs; lengths in micrometres.
type Row = (&'static str, [f64; 3], [f64; 3], f64, usize, Option<(usize, f64)>);
const SECTIONS: [Row; 5] = [
    ("soma", [-12.0, 0.0, 0.0], [12.0, 0.0, 0.0], 18.0, 1, None),
    ("apical", [12.0, 0.0, 0.0], [112.0, 44.0, 8.0], 3.5, 9, Some((0, 1.0))),
    ("basal", [-12.0, 0.0, 0.0], [-108.0, -42.0, -8.0], 3.0, 7, Some((0, 0.0))),
    ("axon_initial", [-12.0, 0.0, 0.0], [-12.0, 0.0, 56.0], 1.8, 7, Some((0, 0.0))),
    ("axon_distal", [-12.0, 0.0, 56.0], [-12.0, 0.0, 186.0], 1.2, 9, Some((3, 1.0))),
];

/// Into which section, in ms and nA: when, how long, how much.
const CLAMPS: [&str; 6] = ["soma 8 ms", "soma 42 ms", "soma 78 ms", "apical 24 ms", "apical 60 ms", "basal 50 ms"];
const SECTION: [usize; 6] = [0, 0, 0, 1, 1, 2];
const BEGIN_MS: [f64; 6] = [8.0, 42.0, 78.0, 24.0, 60.0, 50.0];
const LAST_MS: [f64; 6] = [4.0, 5.0, 4.0, 6.0, 6.0, 8.0];
const CURRENT_NA: [f64; 6] = [1.0, 0.85, 1.05, 0.35, 0.35, -0.18];
const GATES: [&str; 3] = ["m_hh", "h_hh", "n_hh"];

#[derive(Default)]
struct Inspector {
    clamps: Vec<PointProcess>,
    gates: RecordedField,
    currents: RecordedField,
}

fn compartments() -> impl Iterator<Item = (usize, f64)> {
    let nsegs = SECTIONS.iter().map(|row| row.4).enumerate();
    nsegs.flat_map(|(at, nseg)| (0..nseg).map(move |index| (at, (index as f64 + 0.5) / nseg as f64)))
}

impl NeuronModel for Inspector {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.dt_ms, settings.display_dt_ms, settings.max_samples, settings.allow_fetch) = (0.025, 0.5, 1600, true);
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        let points = SECTIONS.map(|row| [row.1, row.2].map(|[x, y, z]| Point3d { x, y, z, diameter: row.3 }));
        let specs = SECTIONS.iter().zip(&points).map(|(row, points)| {
            let mut spec = SectionSpec::along(row.0, points).nseg(row.4).mechanisms(&["hh"]);
            (spec.ra_ohm_cm, spec.cm_uf_cm2) = (Some(100.0), Some(1.0));
            if let Some((parent, x)) = row.5 { spec.on(parent, x) } else { spec }
        });
        Ok(neuron.build_sections(&specs.collect::<Vec<_>>())?)
    }

    fn setup_model(&mut self, _neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        for at in 0..SECTION.len() {
            let clamp = sections[SECTION[at]].point_process("IClamp", 0.5)?;
            clamp.set("del", BEGIN_MS[at])?;
            clamp.set("dur", LAST_MS[at])?;
            self.clamps.push(clamp);
        }
        let ids = compartments().map(|(at, x)| format!("{}@{x:.5}", SECTIONS[at].0)).collect();
        let names = [("segment", ids), ("gate", GATES.map(str::to_owned).to_vec())];
        self.gates = RecordedField::over("gating", "", names, 1601);
        self.currents = RecordedField::new("input_current", "nA", &CLAMPS, 1601);
        Ok(())
    }

    fn prepare_recorders(&mut self, _: &Neuron, sections: &[Section], to: &mut Recorders) -> Result<(), SessionError> {
        let gates = compartments().flat_map(|(at, x)| GATES.map(|gate| sections[at].range_ref(gate, x)));
        self.gates.record(to, &gates.collect::<Result<Vec<_>, _>>()?)?;
        self.currents.record(to, &self.clamps.iter().map(|clamp| clamp.range_ref("i")).collect::<Result<Vec<_>, _>>()?)
    }

    fn on_recorded_samples(&mut self, t: &[f64], of: &RecordedSamples, to: &mut Emitter) -> Result<(), SessionError> {
        self.currents.append(t, of, to)?;
        self.gates.append(t, of, to)
    }

    fn on_reset(&mut self, _: &Neuron, context: &mut SessionContext<'_>) -> Result<(), SessionError> {
        [&self.gates, &self.currents].iter().try_for_each(|field| field.clear(context.emitter()))
    }

    fn control_specs(&self) -> Vec<Control> {
        vec![Control::scalar("stim_scale", "Stimuli times", 1.0, 0.0, 1.6).with_steps(160)]
    }

    fn apply_control(&mut self, _: &Neuron, control: &ControlId, value: &Value) -> Result<bool, SessionError> {
        let ("stim_scale", Some(scale)) = (control.as_str(), value.as_f64()) else { return Ok(false) };
        self.clamps.iter().zip(CURRENT_NA).try_for_each(|(clamp, current_na)| clamp.set("amp", scale * current_na))?;
        Ok(true)
    }

    fn display_quantities(&self) -> Vec<DisplayQuantity> {
        GATES.map(|gate| DisplayQuantity::new(gate).with_colors(ColorMap::Viridis, (0.0, 1.0))).to_vec()
    }

    fn build_scene(&mut self, mut parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
        let window = |plot: LinePlotView| plot.with_rolling_window(40.0).with_x_label("Time", "ms");
        let plot = |id: &str, title: &str| window(LinePlotView::new(id, id, "time").with_title(title));
        parts.trace = parts.trace.map(window);
        parts.fields = vec![self.gates.field()?, self.currents.field()?];
        let gates = plot("gating", "Gates").selecting("segment", Binding::state(SELECTED_ENTITY));
        let currents = plot("input_current", "Currents").with_y_limits(-0.4, 1.8);
        let scene = parts.with_view(gates.with_y_limits(-0.05, 1.05)).with_view(currents).build()?;
        Ok(scene.seen_from(PanelCamera { azimuth_deg: 55.0, ..PanelCamera::default() })) // the axon comes to the front
    }
}

fn main() -> ExitCode {
    show("Section inspector", &Args::parse(), Inspector::default)
}
