//! Sections to geometry.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use compneurovis_core::{GeometryError, SectionEnd, SectionKind};
use compneurovis_swc::{SectionWarning, Sections, SyntheticCell, parse_swc};

fn cell(text: &str) -> Sections {
    Sections::from_samples(&parse_swc(text.as_bytes()).unwrap().samples).unwrap()
}

#[test]
fn positions_are_arc_length_times_nseg() {
    let cell = cell("1 3 0 0 0 2 -1\n2 3 3 4 0 1 1\n3 3 3 4 15 1 2\n");
    let geometry = cell.geometry("g", |_| 8).unwrap();
    let positions: Vec<_> =
        geometry.frusta().iter().map(|frustum| (frustum.start_position, frustum.end_position)).collect();
    assert_eq!(positions, [(0.0, 2.0), (2.0, 8.0)]);
    let radii: Vec<_> =
        geometry.frusta().iter().map(|frustum| (frustum.start_radius_um, frustum.end_radius_um)).collect();
    assert_eq!(radii, [(2.0, 1.0), (1.0, 1.0)]);
}

#[test]
fn points_at_one_place_make_no_frustum() {
    let cell = cell("1 3 0 0 0 2 -1\n2 3 5 0 0 1 1\n3 3 5 0 0 2 2\n4 3 9 0 0 2 3\n");
    let geometry = cell.geometry("g", |_| 1).unwrap();
    assert_eq!(geometry.frusta().len(), 2);
    assert_eq!(geometry.frusta()[1].start_position, geometry.frusta()[0].end_position);
}

#[test]
fn a_section_without_length_has_compartments_but_no_frusta() {
    let cell = cell("1 1 0 0 0 5 -1\n2 1 0 0 0 5 1\n3 3 0 9 0 1 2\n");
    assert_eq!(cell.warnings, [SectionWarning::NoLength { line: 1, name: "soma[0]".into() }]);
    let geometry = cell.geometry("g", |_| 3).unwrap();
    assert_eq!((geometry.compartments(), geometry.frusta().len()), (6, 1));
    assert_eq!(geometry.frusta()[0].section, 1);
}

#[test]
fn parents_come_first_even_where_neuron_creates_them_later() {
    let cell = cell("1 1 0 0 0 5 -1\n2 0 5 0 0 1 1\n3 0 9 0 0 1 2\n4 7 9 5 0 1 3\n");
    let names: Vec<_> = cell.sections.iter().map(|section| &*section.name).collect();
    assert_eq!(names, ["dend_0[0]", "soma[0]", "dend_7[0]"]);
    let geometry = cell.geometry("g", |_| 1).unwrap();
    let rows: Vec<_> = geometry.sections().iter().map(|row| (&*row.name, row.kind, row.parent)).collect();
    assert_eq!(
        rows,
        [
            ("soma[0]", SectionKind::Soma, None),
            ("dend_0[0]", SectionKind::Unknown, Some(0)),
            ("dend_7[0]", SectionKind::Other(7), Some(1)),
        ]
    );
}

#[test]
fn sections_keep_their_lengths_and_where_they_hang() {
    // Two on the middle of a soma of one sample, which is 10 um long; one on the end of the first.
    let cell = cell(
        "1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 25 0 0 1 2\n4 3 25 10 0 1 3\n5 3 25 0 30 1 3\n6 2 0 9 0 1 1\n7 2 0 13 0 1 6\n",
    );
    let geometry = cell.geometry("g", |_| 1).unwrap();
    let rows: Vec<_> =
        geometry.sections().iter().map(|row| (&*row.name, row.length_um, row.parent_x, row.child_end)).collect();
    assert_eq!(
        rows,
        [
            ("soma[0]", 10.0, 1.0, SectionEnd::Start),
            ("axon[0]", 4.0, 0.5, SectionEnd::Start),
            ("dend[0]", 20.0, 0.5, SectionEnd::Start),
            ("dend[1]", 10.0, 1.0, SectionEnd::Start),
            ("dend[2]", 30.0, 1.0, SectionEnd::Start),
        ]
    );
    let path = geometry.path(3, 1).unwrap();
    assert_eq!(path.compartments(), [3, 2, 0, 1]);
    assert_eq!(path.length_um(), 5.0 + 20.0 + 2.0);
    assert_eq!(geometry.root_distance_um(4), Ok(20.0 + 15.0));
}

#[test]
fn impossible_nseg_is_an_error() {
    let cell = cell("1 1 0 0 0 5 -1\n");
    assert!(matches!(cell.geometry("g", |_| 0), Err(GeometryError::NoCompartments { .. })));
    assert!(matches!(cell.geometry("g", |_| usize::MAX), Err(GeometryError::TooLarge { .. })));
}

#[test]
fn a_synthetic_cell_is_drawn_in_one_piece() {
    let samples = SyntheticCell { nodes: 3_000, seed: 3 }.generate().unwrap();
    let cell = Sections::from_samples(&samples).unwrap();
    let geometry = cell.geometry("g", |_| 5).unwrap();
    assert_eq!(geometry.compartments(), 5 * cell.sections.len());
    let pairs: usize = cell.sections.iter().map(|section| section.points.len() - 1).sum();
    assert_eq!(geometry.frusta().len(), pairs);
}
