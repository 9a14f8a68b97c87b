//! One whole cell, Hodgkin-Huxley everywhere, with five current pulses into its soma.
//!
//! `cargo run --example complex_cell` shows a generated cell in a window; `--swc FILE` another.
//! Drag to turn it, scroll to go nearer, click a compartment to trace it; the sliders change the
//! pulses and the interval between two pictures while the model runs.

use std::{process::ExitCode, sync::Arc};

use clap::Parser;
use compneurovis_core::{Control, ControlId, MorphologyGeometry, Scene, SessionError, Value};
use compneurovis_examples::{Args, Cell, CellSource, show};
use compneurovis_neuron::{
    GEOMETRY, Neuron, NeuronModel, NeuronSceneBuilder, NeuronSettings, PointProcess, Section, build_swc_cell,
};
use compneurovis_swc::Section as SwcSection;

/// When the pulses begin, in ms.
const PULSES_MS: [f64; 5] = [2.0, 20.0, 40.0, 60.0, 80.0];

/// How long each lasts, in ms.
const PULSE_MS: f64 = 5.0;

/// Compartments of every section but the soma.
const NSEG: usize = 10;

struct ComplexCell {
    source: CellSource,
    cell: Option<Cell>,
    clamps: Vec<PointProcess>,
}

impl ComplexCell {
    fn new(source: CellSource) -> Self {
        Self { source, cell: None, clamps: Vec::new() }
    }
}

fn nseg(section: &SwcSection) -> usize {
    if section.kind.is_soma() { 1 } else { NSEG }
}

impl NeuronModel for ComplexCell {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        settings.allow_fetch = true;
        settings
    }

    // The file alone is enough for a picture, so the window shows the cell while NEURON builds it.
    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        let cell = self.source.load(GEOMETRY, nseg)?;
        let geometry = cell.geometry.clone();
        self.cell = Some(cell);
        Ok(Some(geometry))
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        let cell = self.cell.as_ref().ok_or("the cell has not been read")?;
        Ok(build_swc_cell(neuron, &cell.sections, nseg, &["hh"])?)
    }

    fn setup_model(&mut self, _neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        let soma = sections.iter().find(|section| section.name().starts_with("soma")).unwrap_or(&sections[0]);
        for begin_ms in PULSES_MS {
            let clamp = soma.point_process("IClamp", 0.5)?;
            clamp.set("del", begin_ms)?;
            clamp.set("dur", PULSE_MS)?;
            self.clamps.push(clamp);
        }
        Ok(())
    }

    fn control_specs(&self) -> Vec<Control> {
        vec![
            Control::scalar("display_dt", "Display interval", 0.1, 0.1, 5.0).with_unit("ms").with_steps(98),
            Control::scalar("stim_amp", "Pulse amplitude", 1.0, 0.0, 2.0).with_unit("nA").with_steps(100),
        ]
    }

    fn apply_control(&mut self, _neuron: &Neuron, control: &ControlId, value: &Value) -> Result<bool, SessionError> {
        if control.as_str() != "stim_amp" {
            return Ok(false);
        }
        let amplitude_na = value.as_f64().ok_or("the amplitude is not a number")?;
        for clamp in &self.clamps {
            clamp.set("amp", amplitude_na)?;
        }
        Ok(true)
    }

    // Pictures and files tell it.
    fn build_scene(&mut self, parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
        Ok(parts.build()?.with_metadata("cell", self.source.to_string()))
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let source = args.cell();
    show("Complex cell", &args, move || ComplexCell::new(source.clone()))
}
