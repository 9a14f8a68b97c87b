//! What the session of a heavy cell takes: 257,000 compartments, every one sampled at every step.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail where it stands, and says what it saw")]

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use common::look::start_paused;
use compneurovis_core::{MorphologyGeometry, SessionError, Viewer};
use compneurovis_neuron::{GEOMETRY, Neuron, NeuronModel, Section, build_neuron_app, build_swc_cell};
use compneurovis_swc::{Section as SwcSection, Sections, SyntheticCell, read_swc};

/// The most that the process may ever have taken, in megabytes.
const PEAK_MB: u64 = 900;

struct Heavy {
    cell: Sections,
}

/// The cell of the corpus that has so many compartments, or a generated one with longer sections.
fn cell() -> Sections {
    let samples = match std::env::var_os("COMPNEUROVIS_CORPUS") {
        Some(folder) => read_swc(Path::new(&folder).join("Animal_2_Basal_2.CNG.swc")).unwrap().samples,
        None => SyntheticCell { nodes: 71_000, ..SyntheticCell::default() }.generate().unwrap(),
    };
    Sections::from_samples(&samples).unwrap()
}

impl Heavy {
    /// Ten compartments a section, but more where there are few sections.
    fn nseg(&self) -> impl Fn(&SwcSection) -> usize + use<> {
        let many = (257_000 / self.cell.sections.len()).max(10);
        move |section| if section.kind.is_soma() { 1 } else { many }
    }
}

impl NeuronModel for Heavy {
    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        Ok(Some(Arc::new(self.cell.geometry(GEOMETRY, self.nseg())?)))
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        let begin = Instant::now();
        let sections = build_swc_cell(neuron, &self.cell, self.nseg(), &["hh"])?;
        println!("sections after {:.2} s", begin.elapsed().as_secs_f64());
        Ok(sections)
    }

    fn initialize_model(&mut self, neuron: &Neuron, v_init_mv: f64) -> Result<(), SessionError> {
        let begin = Instant::now();
        neuron.initialize(v_init_mv)?;
        println!("initialised after {:.2} s", begin.elapsed().as_secs_f64());
        Ok(())
    }
}

/// The peak of this process in megabytes, on systems that tell.
fn peak_mb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1000)
}

#[test]
fn a_heavy_cell_fits() {
    let Some(_turn) = common::turn() else { return };
    let begin = Instant::now();
    let app = build_neuron_app(|| Heavy { cell: cell() });
    let mut viewer: Viewer = start_paused(app);
    println!("there after {:.2} s", begin.elapsed().as_secs_f64());
    let compartments = viewer.scene.morphology(&GEOMETRY.into()).unwrap().compartments();
    assert!(compartments > 240_000, "{compartments}");
    viewer.run_until(2.0).unwrap();
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
    let Some(peak_mb) = peak_mb() else { return };
    println!("{compartments} compartments, at most {peak_mb} MB");
    assert!(peak_mb <= PEAK_MB, "{peak_mb} MB");
}
