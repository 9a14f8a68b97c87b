//! What is known of a cell before it has sections: its soma, its numbers, its order.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::f64::consts::PI;

use compneurovis_swc::{
    SampleKind, SampleTree, SectionWarning, Sections, SomaKind, SyntheticCell, parse_swc, renumbered,
};

fn soma_kind(text: &str) -> SomaKind {
    SampleTree::new(&parse_swc(text.as_bytes()).unwrap().samples).unwrap().soma_kind()
}

/// Sixteen points of radius 0.1 on a circle of radius 10.
fn outline() -> String {
    (1..=16)
        .map(|id| {
            let (y, x) = (f64::from(id) * PI / 8.0).sin_cos();
            format!("{id} 1 {:.3} {:.3} 0 .1 {}\n", 10.0 * x, 10.0 * y, if id == 1 { -1 } else { id - 1 })
        })
        .collect()
}

#[test]
fn somata_are_told_apart() {
    assert_eq!(soma_kind("1 3 0 0 0 5 -1\n2 3 0 9 0 1 1\n"), SomaKind::None);
    assert_eq!(soma_kind("1 1 0 0 0 5 -1\n2 3 0 9 0 1 1\n"), SomaKind::SinglePoint);
    assert_eq!(soma_kind("1 1 0 0 0 5 -1\n2 1 0 -5 0 5 1\n3 1 0 5 0 5 1\n4 3 0 9 0 1 1\n"), SomaKind::ThreePoint);
    assert_eq!(soma_kind("1 1 0 0 0 5 -1\n2 1 0 -8 0 5 1\n3 1 0 8 0 5 1\n"), SomaKind::Branched);
    assert_eq!(soma_kind("1 1 0 0 0 4 -1\n2 1 0 10 0 5 1\n3 1 0 20 0 4 2\n"), SomaKind::Stacked);
    assert_eq!(soma_kind("1 1 0 0 0 5 -1\n2 3 0 9 0 1 1\n3 1 0 20 0 4 2\n4 1 9 9 9 3 -1\n"), SomaKind::Several(3));
    assert_eq!(soma_kind(&outline()), SomaKind::Outline);
    let generated = SyntheticCell { nodes: 300, seed: 1 }.generate().unwrap();
    assert_eq!(SampleTree::new(&generated).unwrap().soma_kind(), SomaKind::Stacked);
}

#[test]
fn an_outline_is_named() {
    let swc = parse_swc(outline().as_bytes()).unwrap();
    let cell = Sections::from_samples(&swc.samples).unwrap();
    assert_eq!(cell.warnings, [SectionWarning::OutlineSoma { line: 1 }]);
}

#[test]
fn surfaces_are_those_of_frusta_and_spheres() {
    let text = "1 1 0 0 0 5 -1\n2 3 9 0 0 2 1\n3 3 9 4 0 -5 2\n4 2 0 -9 0 1 1\n";
    let swc = parse_swc(text.as_bytes()).unwrap();
    let numbers = SampleTree::new(&swc.samples).unwrap().statistics();
    let soma = numbers.kinds[&SampleKind::SOMA];
    assert!((soma.area_um2 - 100.0 * PI).abs() < 1e-9 && soma.length_um == 0.0);
    let dendrite = numbers.kinds[&SampleKind::BASAL_DENDRITE];
    assert!((dendrite.area_um2 - 35.0 * PI).abs() < 1e-9, "slant height 5: {}", dendrite.area_um2);
    assert_eq!((dendrite.samples, dendrite.length_um), (2, 4.0));
    assert_eq!(numbers.kinds[&SampleKind::AXON].length_um, 0.0, "inside the soma, or tied to it");
    assert_eq!((numbers.trees, numbers.tips, numbers.depth), (1, 2, 2));
}

#[test]
fn several_trees_are_counted() {
    let swc = parse_swc(b"1 1 0 0 0 5 -1\n2 3 9 0 0 2 1\n3 2 0 0 50 1 -1\n4 2 0 0 90 1 3\n").unwrap();
    let tree = SampleTree::new(&swc.samples).unwrap();
    assert_eq!(tree.roots().collect::<Vec<_>>(), [0, 2]);
    assert_eq!(tree.statistics().trees, 2);
    assert_eq!(tree.statistics().longest_path_um, 40.0);
}

#[test]
fn renumbering_keeps_the_cell() {
    let swc = parse_swc(b"10 1 0 0 0 5 -1\n20 3 0 6 0 1 10\n30 2 0 -6 0 1 10\n40 3 0 60 0 1 20\n50 2 0 -60 0 1 30\n")
        .unwrap();
    let samples = renumbered(&swc.samples).unwrap();
    assert_eq!(samples.iter().map(|sample| sample.id).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let cable = |samples| SampleTree::new(samples).unwrap().statistics();
    assert_eq!(cable(&samples), cable(&swc.samples));
    // Each branch now stands in one piece, so that NEURON makes one section of it.
    let sections = |samples| Sections::from_samples(samples).unwrap().sections.len();
    assert_eq!((sections(&swc.samples), sections(&samples)), (4, 3));
}
