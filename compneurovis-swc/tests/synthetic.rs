//! Synthetic cells are what they promise.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use compneurovis_swc::synthetic::{MAX_NODES, MIN_NODES};
use compneurovis_swc::{SampleKind, SampleTree, Sections, SyntheticCell, SyntheticError, parse_swc, write_swc};

#[test]
fn any_size_has_exactly_its_nodes_and_no_warnings() {
    for nodes in (MIN_NODES..400).chain([999, 5_000, 71_000]) {
        let samples = SyntheticCell { nodes, seed: nodes as u64 }.generate().unwrap();
        assert_eq!(samples.len(), nodes);
        let sections = Sections::from_samples(&samples).unwrap();
        assert_eq!(sections.warnings, [], "{nodes} nodes");
        for kind in 1..=4 {
            assert!(samples.iter().any(|sample| sample.kind == SampleKind(kind)), "{nodes} nodes, kind {kind}");
        }
    }
}

#[test]
fn sizes_out_of_range_are_refused() {
    for nodes in [0, MIN_NODES - 1, MAX_NODES + 1, usize::MAX] {
        let refused = SyntheticCell { nodes, seed: 1 }.generate();
        assert_eq!(refused, Err(SyntheticError::Nodes { nodes }));
    }
}

#[test]
fn a_million_nodes_survive_the_round_trip() {
    let samples = SyntheticCell { nodes: 1_000_000, seed: 1 }.generate().unwrap();
    let mut text = Vec::new();
    write_swc(&samples, &mut text).unwrap();
    let swc = parse_swc(&text).unwrap();
    assert_eq!(swc.warnings, []);
    assert!(swc.samples == samples);
    assert!(Sections::from_samples(&samples).unwrap().sections.len() > 1_000);
}

#[test]
fn a_seed_gives_the_same_cell_for_ever() {
    let text = |seed| {
        let mut text = Vec::new();
        write_swc(&SyntheticCell { nodes: 1_000, seed }.generate().unwrap(), &mut text).unwrap();
        text
    };
    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
    // FNV-1a; a change here changes every demonstration and benchmark.
    let hash = text(1)
        .iter()
        .skip_while(|byte| **byte != b'\n')
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    assert_eq!(hash, HASH_OF_SEED_1, "hash {hash:#x}");
}

const HASH_OF_SEED_1: u64 = 0xabd0_3c5d_5d61_a6f2;

#[test]
fn it_looks_like_a_pyramidal_cell() {
    for seed in 0..20 {
        let samples = SyntheticCell { nodes: 5_000, seed }.generate().unwrap();
        let extent = |axis: usize, kind: SampleKind| {
            let of_kind = samples.iter().filter(|sample| sample.kind == kind);
            of_kind
                .map(|sample| sample.position_um[axis])
                .fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)))
        };
        let apical = extent(1, SampleKind::APICAL_DENDRITE);
        assert!(apical.1 > 500.0 && apical.1 < 760.0, "seed {seed}: apical {apical:?}");
        let axon = extent(1, SampleKind::AXON);
        assert!(axon.0 < -300.0 && axon.0 > -700.0, "seed {seed}: axon {axon:?}");
        for axis in [0, 2] {
            let (low, high) = extent(axis, SampleKind::BASAL_DENDRITE);
            assert!(low < -70.0 && high > 70.0, "seed {seed}: basal {low} {high}");
        }
        let cable_um = SampleTree::new(&samples).unwrap().cable_length_um();
        assert!((10_000.0..50_000.0).contains(&cable_um), "seed {seed}: {cable_um} um");
        assert!(samples.iter().all(|sample| (0.1..=10.0).contains(&sample.radius_um)));
    }
}

#[test]
fn branches_taper_away_from_the_soma() {
    let samples = SyntheticCell { nodes: 5_000, seed: 4 }.generate().unwrap();
    let children = SampleTree::new(&samples).unwrap().child_counts();
    let mut compared = 0;
    for sample in samples.iter().filter(|sample| !sample.kind.is_soma()) {
        let place = sample.parent.unwrap() as usize - 1;
        let parent = &samples[place];
        if children[place] == 1 && !parent.kind.is_soma() {
            assert!(sample.radius_um <= parent.radius_um, "{sample:?} {parent:?}");
            compared += 1;
        }
    }
    assert!(compared > 4_000, "{compared}");
}
