//! A population of cells from SWC files, Hodgkin-Huxley everywhere, each soma stimulated at times of its own.
//!
//! `cargo run --example c_elegans -- --swc FOLDER` shows the cells of a folder, such as those of the worm, with what
//! their files spoil repaired. Without a folder it shows generated cells. The times come from a seed.

use std::{process::ExitCode, sync::Arc};

use clap::Parser;
use compneurovis_core::{Control, ControlId, MorphologyGeometry, SessionError, Value};
use compneurovis_examples::{Args, Folder, folder, show};
use compneurovis_neuron::{GEOMETRY, Neuron, NeuronModel, NeuronSettings, PointProcess, Section, build_swc_cell};
use compneurovis_swc::{Section as SwcSection, Sections, SwcMode, SyntheticCell};

/// When the pulses begin at the earliest, by how much later at most, and how long they last.
const PULSES_MS: [f64; 5] = [2.0, 20.0, 40.0, 60.0, 80.0];
const SPREAD_MS: f64 = 5.0;
const PULSE_MS: f64 = 5.0;

/// How many cells are generated, of how many nodes, and how far from each other.
const GENERATED: u64 = 9;
const NODES: usize = 400;
const DISTANCE_UM: f32 = 420.0;

/// A cell of each file, or of each seed, with sections named `{cell}.soma[0]`.
fn load(args: &Args) -> Result<Folder, SessionError> {
    let mut found = match &args.swc {
        Some(path) => folder(path, args.swc_mode.unwrap_or(SwcMode::Repaired))?,
        None => Folder { cells: (1..=GENERATED).map(generate).collect::<Result<_, _>>()?, warnings: Vec::new() },
    };
    for (cell, sections) in &mut found.cells {
        sections.sections.iter_mut().for_each(|section| section.name = format!("{cell}.{}", section.name));
    }
    Ok(found)
}

fn generate(seed: u64) -> Result<(String, Sections), SessionError> {
    let mut cell = Sections::from_samples(&SyntheticCell { nodes: NODES, seed }.generate()?)?;
    for point in cell.sections.iter_mut().flat_map(|section| &mut section.points) {
        point.position_um[0] += seed as f32 * DISTANCE_UM;
    }
    Ok((format!("cell{seed}"), cell))
}

fn nseg(section: &SwcSection) -> usize {
    if section.kind.is_soma() { 1 } else { 10 }
}

struct Worm {
    args: Args,
    cells: Folder,
    clamps: Vec<PointProcess>,
}

impl NeuronModel for Worm {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        settings.allow_fetch = true;
        settings
    }

    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        self.cells = load(&self.args)?;
        self.cells.warnings.iter().for_each(|warning| tracing::info!("{warning}"));
        let mut builder = MorphologyGeometry::builder(GEOMETRY);
        for (_, sections) in &self.cells.cells {
            sections.add_to(&mut builder, None, nseg);
        }
        Ok(Some(Arc::new(builder.build()?)))
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        let cells = self.cells.cells.iter().map(|(_, sections)| build_swc_cell(neuron, sections, nseg, &["hh"]));
        Ok(cells.collect::<Result<Vec<_>, _>>()?.concat())
    }

    fn setup_model(&mut self, _neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        // Weyl's sequence: even, and the same on every machine.
        let mut late = (1..).map(|at| (f64::from(at) * 0.618_033_988_749_895).fract() * SPREAD_MS);
        for soma in sections.iter().filter(|section| section.name().contains("soma")) {
            for (begin_ms, late_ms) in PULSES_MS.into_iter().zip(&mut late) {
                let clamp = soma.point_process("IClamp", 0.5)?;
                clamp.set("del", begin_ms + late_ms)?;
                clamp.set("dur", PULSE_MS)?;
                self.clamps.push(clamp);
            }
        }
        Ok(())
    }

    fn control_specs(&self) -> Vec<Control> {
        // The worm's cells are small, and so is what makes them fire.
        let amplitude_na = if self.args.swc.is_some() { 0.2 } else { 1.0 };
        vec![Control::scalar("stim_amp", "Pulse amplitude", amplitude_na, 0.0, 2.0).with_unit("nA").with_steps(100)]
    }

    fn apply_control(&mut self, _neuron: &Neuron, control: &ControlId, value: &Value) -> Result<bool, SessionError> {
        let ("stim_amp", Some(amplitude_na)) = (control.as_str(), value.as_f64()) else { return Ok(false) };
        self.clamps.iter().try_for_each(|clamp| clamp.set("amp", amplitude_na))?;
        Ok(true)
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let of = args.clone();
    let worm = move || Worm { args: of.clone(), cells: Folder::default(), clamps: Vec::new() };
    show("Population", &args, worm)
}
