//! What watching costs for a heavy cell: a measurement, run by hand.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::sync::Arc;
use std::time::Instant;

use compneurovis_core::{Emitter, MorphologyGeometry, Session, SessionError};
use compneurovis_neuron::{GEOMETRY, Neuron, NeuronModel, NeuronSession, Section, build_swc_cell};
use compneurovis_swc::{Section as SwcSection, Sections, SyntheticCell, read_swc};

struct Heavy {
    cell: Option<Sections>,
    took: Vec<(&'static str, f64)>,
    begin: Instant,
}

fn nseg(section: &SwcSection) -> usize {
    if section.kind.is_soma() { 1 } else { 10 }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

impl Heavy {
    fn mark(&mut self, what: &'static str) {
        self.took.push((what, milliseconds(self.begin)));
        self.begin = Instant::now();
    }
}

impl NeuronModel for Heavy {
    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        self.begin = Instant::now();
        let samples = match std::env::var_os("COMPNEUROVIS_HEAVY_CELL") {
            Some(path) => read_swc(path)?.samples,
            None => SyntheticCell { nodes: 71_000, seed: 1 }.generate()?,
        };
        self.mark("read");
        let cell = Sections::from_samples(&samples)?;
        self.mark("sections");
        let geometry = cell.geometry(GEOMETRY, nseg)?;
        self.cell = Some(cell);
        self.mark("geometry");
        Ok(Some(Arc::new(geometry)))
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        self.mark("scene, NEURON");
        let cell = self.cell.as_ref().ok_or("no cell")?;
        let sections = build_swc_cell(neuron, cell, nseg, &["hh"])?;
        self.mark("build_swc_cell");
        Ok(sections)
    }

    fn setup_model(&mut self, neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        neuron.keep(&common::clamp(&sections[0], 0.5, 2.0, 5.0, 1.0));
        self.begin = Instant::now();
        Ok(())
    }
}

#[test]
#[ignore = "takes a minute and a gigabyte; prints timings. COMPNEUROVIS_HEAVY_CELL names another cell"]
fn watching_a_heavy_cell_costs_little() {
    let Some(_turn) = common::turn() else { return };
    let mut session = NeuronSession::new(Heavy { cell: None, took: Vec::new(), begin: Instant::now() });
    let begin = Instant::now();
    drop(session.startup_scene().unwrap());
    drop(session.initialize(&mut Emitter::detached()).unwrap());
    let (init_ms, rest_ms) = (milliseconds(begin), milliseconds(session.model().begin));
    println!("ready after {init_ms:.0} ms: {:.0?}, after the hooks {rest_ms:.0}", session.model().took);
    let mut ratios: Vec<f64> = Vec::new();
    for _ in 0..3 {
        let (watched, bare) = session.step_cost(10, 30).unwrap().medians();
        println!("a step: watched {watched:.0} us, bare {bare:.0} us");
        ratios.push(watched / bare);
    }
    ratios.sort_by(f64::total_cmp);
    assert!(ratios[1] < 1.05, "watching costs {ratios:?}");
}
