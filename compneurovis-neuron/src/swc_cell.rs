//! Cells from SWC files, built in NEURON by direct calls.

use compneurovis_swc::{Section as SwcSection, Sections};

use crate::{Neuron, NeuronError, Point3d, Section, SectionSpec};

/// Builds the sections of an SWC file as NEURON's Import3d would, with `nseg` compartments each and
/// `mechanisms` in all, and returns them in the order of `cell`.
///
/// No file reaches Import3d: it takes seconds for a large cell and crashes on malformed ones.
///
/// # Errors
/// What NEURON refuses.
pub fn build_swc_cell(
    neuron: &Neuron,
    cell: &Sections,
    nseg: impl Fn(&SwcSection) -> usize,
    mechanisms: &[&str],
) -> Result<Vec<Section>, NeuronError> {
    let points: Vec<Vec<Point3d>> = cell.sections.iter().map(points).collect();
    let specs: Vec<SectionSpec<'_>> = cell
        .sections
        .iter()
        .zip(&points)
        .map(|(section, points)| SectionSpec::along(&section.name, points).nseg(nseg(section)).mechanisms(mechanisms))
        .collect();
    let sections = neuron.build_sections(&specs)?;
    // In Import3d's order, which decides the order of the branches and so the last bits of results.
    for &child in &cell.connect_order {
        if let Some(connection) = &cell.sections[child].parent {
            sections[child].connect(0.0, &sections[connection.section], connection.x)?;
        }
    }
    Ok(sections)
}

fn points(section: &SwcSection) -> Vec<Point3d> {
    let point = |point: &compneurovis_swc::Point3d| {
        let [x, y, z] = point.position_um.map(f64::from);
        Point3d { x, y, z, diameter: f64::from(point.diameter_um) }
    };
    section.points.iter().map(point).collect()
}
