//! Three cells without 3-D points that excite each other in a ring.
//!
//! `cargo run --example multicell` shows them, each drawn at the end of the axon that excites it. A pulse into the first
//! cell travels around; the sliders change the pulses and the synapses while it does.

use std::process::ExitCode;

use clap::Parser;
use compneurovis_core::{Control, ControlId, LinePlotView, Scene, Selector, SessionError, Value};
use compneurovis_examples::{Args, show};
use compneurovis_neuron::{
    CellConnection, CellLayout, HistoryCapture, NetCon, Neuron, NeuronModel, NeuronSceneBuilder, NeuronSettings,
    PointProcess, Section, SectionSpec,
};

/// When the pulses begin, and how long each lasts.
const PULSES_MS: [f64; 5] = [2.0, 20.0, 40.0, 60.0, 80.0];
const PULSE_MS: f64 = 5.0;

/// The end of which axon excites what: indices of sections, the control of the weight, its default in uS.
const SYNAPSES: [(usize, usize, &str, f64); 3] = [(2, 3, "w12", 0.05), (6, 7, "w23", 0.05), (13, 1, "w31", 0.03)];

#[derive(Default)]
struct Ring {
    clamps: Vec<PointProcess>,
    wires: Vec<NetCon>,
}

fn cable(name: &str, length_um: f64, diameter_um: f64, nseg: usize) -> SectionSpec<'_> {
    SectionSpec::cylinder(name, length_um, diameter_um).nseg(nseg).mechanisms(&["hh"])
}

impl NeuronModel for Ring {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.allow_fetch, settings.history) = (true, HistoryCapture::Full);
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(neuron.build_sections(&[
            cable("cell1.soma", 20.0, 20.0, 1),
            cable("cell1.dend", 200.0, 3.0, 10).on(0, 1.0),
            cable("cell1.axon", 300.0, 1.5, 10).on(0, 0.0),
            cable("cell2.soma", 25.0, 15.0, 1),
            cable("cell2.dend_a", 150.0, 2.5, 10).on(3, 1.0),
            cable("cell2.dend_b", 180.0, 2.5, 10).on(3, 1.0),
            cable("cell2.axon", 250.0, 1.0, 10).on(3, 0.0),
            cable("cell3.soma", 30.0, 18.0, 1),
            cable("cell3.dend", 120.0, 4.0, 10).on(7, 1.0),
            cable("cell3.branch_a", 100.0, 2.5, 10).on(8, 1.0),
            cable("cell3.branch_b", 80.0, 2.5, 10).on(8, 1.0),
            cable("cell3.twig_a", 60.0, 1.5, 5).on(10, 1.0),
            cable("cell3.twig_b", 50.0, 1.5, 5).on(10, 1.0),
            cable("cell3.axon", 200.0, 1.2, 10).on(7, 0.0),
        ])?)
    }

    fn setup_model(&mut self, neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        for begin_ms in PULSES_MS {
            let clamp = sections[0].point_process("IClamp", 0.5)?;
            clamp.set("del", begin_ms)?;
            clamp.set("dur", PULSE_MS)?;
            self.clamps.push(clamp);
        }
        for (axon, target, ..) in SYNAPSES {
            let synapse = sections[target].point_process("ExpSyn", 0.5)?;
            synapse.set("tau", 2.0)?;
            neuron.keep(&synapse);
            let wire = NetCon::from_voltage(&sections[axon].range_ref("v", 0.9)?, Some(&synapse))?;
            wire.set_delay(1.0)?;
            self.wires.push(wire);
        }
        Ok(())
    }

    fn cell_layout(&self) -> CellLayout {
        let at_end = |child: &str, axon: &str| CellConnection::new(child, axon, 1.0);
        let mut layout = CellLayout::default();
        layout.connections = vec![at_end("cell2.soma", "cell1.axon"), at_end("cell3.soma", "cell2.axon")];
        layout
    }

    fn control_specs(&self) -> Vec<Control> {
        let pulse = Control::scalar("stim_amp", "Pulses into cell 1", 0.5, 0.0, 2.0).with_unit("nA").with_steps(100);
        let weights = SYNAPSES.map(|(_, _, id, weight_us)| {
            let label = format!("Synapse of cell {} on {}", &id[1..2], &id[2..3]);
            Control::scalar(id, label, weight_us, 0.0, 0.1).with_unit("µS").with_steps(100)
        });
        [pulse].into_iter().chain(weights).collect()
    }

    fn apply_control(&mut self, _neuron: &Neuron, control: &ControlId, value: &Value) -> Result<bool, SessionError> {
        let number = value.as_f64().ok_or("a number was expected")?;
        if control.as_str() == "stim_amp" {
            self.clamps.iter().try_for_each(|clamp| clamp.set("amp", number))?;
            return Ok(true);
        }
        let Some(at) = SYNAPSES.iter().position(|synapse| synapse.2 == control.as_str()) else { return Ok(false) };
        self.wires[at].set_weight(0, number)?;
        Ok(true)
    }

    fn build_scene(&mut self, parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
        let somas = ["cell1", "cell2", "cell3"].map(|cell| format!("{cell}.soma@0.50000"));
        let plot = LinePlotView::new("somas", parts.history_id(), "time").with_title("Somas");
        let plot = plot.selecting("segment", Selector::Labels(somas.to_vec()));
        parts.with_view(plot.with_x_label("Time", "ms").with_y_label("Membrane potential", "mV")).build()
    }
}

fn main() -> ExitCode {
    show("Three cells", &Args::parse(), Ring::default)
}
