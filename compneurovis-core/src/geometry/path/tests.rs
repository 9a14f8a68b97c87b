use std::collections::{HashMap, VecDeque};

use proptest::prelude::*;

use super::*;
use crate::{Section, SectionKind};

/// A forest of sections: parent among the earlier ones, place on it, own end, nseg, length.
fn cells() -> impl Strategy<Value = MorphologyGeometry> {
    let x = prop_oneof![Just(0.0), Just(0.5), Just(1.0), 0.0..1.0];
    let row = (prop::option::weighted(0.9, any::<prop::sample::Index>()), x, any::<bool>(), 1u32..6, 0.0..90.0);
    prop::collection::vec(row, 1..12).prop_map(|rows| {
        let mut builder = MorphologyGeometry::builder("cells");
        for (at, (parent, x, by_end, nseg, length_um)) in rows.into_iter().enumerate() {
            let end = if by_end { SectionEnd::End } else { SectionEnd::Start };
            let mut section = Section::new(format!("s{at}"), SectionKind::Unknown, nseg)
                .attached_at(x, end)
                .with_length_um(length_um);
            section.parent = parent.filter(|_| at > 0).map(|parent| parent.index(at) as u32);
            builder.section(section);
        }
        builder.build().unwrap()
    })
}

/// The compartment at the end of a section that is connected, and the one on the parent.
fn joints(cell: &MorphologyGeometry) -> impl Iterator<Item = (&Section, &Section, [u32; 2])> {
    cell.sections().iter().filter_map(|child| {
        let parent = &cell.sections()[child.parent? as usize];
        let own = if child.child_end == SectionEnd::Start { 0 } else { child.nseg - 1 };
        let on = ((child.parent_x * f64::from(parent.nseg)) as u32).min(parent.nseg - 1);
        Some((child, parent, [child.first_compartment + own, parent.first_compartment + on]))
    })
}

/// Breadth first over the pairs of neighbours, as if nothing were known of trees.
fn shortest(cell: &MorphologyGeometry, from: u32, to: u32) -> Option<Vec<u32>> {
    let mut pairs: Vec<[u32; 2]> = joints(cell).map(|(.., pair)| pair).collect();
    for section in cell.sections() {
        pairs.extend(
            (1..section.nseg).map(|index| [section.first_compartment + index - 1, section.first_compartment + index]),
        );
    }
    let (mut before, mut queue) = (HashMap::from([(from, from)]), VecDeque::from([from]));
    while let Some(here) = queue.pop_front() {
        for &[a, b] in &pairs {
            for (one, other) in [(a, b), (b, a)] {
                if one == here && !before.contains_key(&other) {
                    before.insert(other, here);
                    queue.push_back(other);
                }
            }
        }
    }
    before.get(&to)?;
    let mut path: Vec<u32> = std::iter::successors(Some(to), |&at| Some(before[&at]).filter(|_| at != from)).collect();
    path.reverse();
    Some(path)
}

/// Distances from a point of a section over a graph of all ends, joints and centres, relaxed until
/// nothing changes. A point is its section and its distance from the start, in bits.
fn distances_from(cell: &MorphologyGeometry, start: (usize, f64)) -> impl Fn(usize, f64) -> f64 {
    let key = |section: usize, arc: f64| (section, arc.to_bits());
    let mut points: Vec<Vec<f64>> = cell
        .sections()
        .iter()
        .map(|section| {
            let centers = (0..section.nseg).map(|index| section.center(index) * section.length_um);
            centers.chain([0.0, section.length_um]).collect()
        })
        .collect();
    points[start.0].push(start.1);
    let mut edges = Vec::new();
    for (at, child) in cell.sections().iter().enumerate() {
        let Some(parent) = child.parent else { continue };
        let own = if child.child_end == SectionEnd::Start { 0.0 } else { child.length_um };
        let on = child.parent_x * cell.sections()[parent as usize].length_um;
        points[parent as usize].push(on);
        edges.push((key(at, own), key(parent as usize, on), 0.0));
    }
    for (at, arcs) in points.iter_mut().enumerate() {
        arcs.sort_by(f64::total_cmp);
        edges.extend(arcs.windows(2).map(|pair| (key(at, pair[0]), key(at, pair[1]), pair[1] - pair[0])));
    }
    let mut distances = HashMap::from([(key(start.0, start.1), 0.0)]);
    loop {
        let mut changed = false;
        for &(a, b, length) in &edges {
            for (one, other) in [(a, b), (b, a)] {
                let Some(&distance) = distances.get(&one) else { continue };
                let through = distance + length;
                if distances.get(&other).is_none_or(|&known| through < known) {
                    distances.insert(other, through);
                    changed = true;
                }
            }
        }
        if !changed {
            return move |section, arc| distances[&key(section, arc)];
        }
    }
}

fn place(cell: &MorphologyGeometry, compartment: u32) -> (usize, f64) {
    let at = cell.sections().iter().rposition(|section| section.first_compartment <= compartment).unwrap();
    let section = &cell.sections()[at];
    (at, section.center(compartment - section.first_compartment) * section.length_um)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9 * (1.0 + a.abs())
}

proptest! {
    #[test]
    fn paths_are_those_of_a_search_over_neighbours(cell in cells()) {
        let count = cell.compartments() as u32;
        for from in 0..count {
            let start = place(&cell, from);
            let distance = distances_from(&cell, start);
            for to in 0..count {
                let found = cell.path(from, to);
                let Some(expected) = shortest(&cell, from, to) else {
                    let is_apart = matches!(found, Err(PathError::Apart { .. }));
                    prop_assert!(is_apart, "{:?}", found);
                    prop_assert_eq!(cell.path_distance_um(from, to), Err(found.unwrap_err()));
                    continue;
                };
                let path = found.unwrap();
                prop_assert_eq!(path.compartments(), &expected[..]);
                let (section, arc) = place(&cell, to);
                prop_assert!(close(path.length_um(), distance(section, arc)));
                prop_assert_eq!(cell.path_distance_um(from, to), Ok(path.length_um()));
                let distances = path.distances_um();
                prop_assert_eq!((distances.len(), distances[0]), (expected.len(), 0.0));
                prop_assert!(close(distances[distances.len() - 1], path.length_um()), "{:?}", distances);
                prop_assert!(distances.is_sorted(), "{:?}", distances);
            }
        }
    }

    #[test]
    fn distances_from_the_root_begin_in_its_middle(cell in cells()) {
        for compartment in 0..cell.compartments() as u32 {
            let at = place(&cell, compartment);
            let mut root = at.0;
            while let Some(parent) = cell.sections()[root].parent {
                root = parent as usize;
            }
            let distance = distances_from(&cell, (root, 0.5 * cell.sections()[root].length_um));
            prop_assert!(close(cell.root_distance_um(compartment).unwrap(), distance(at.0, at.1)));
        }
    }
}

/// A soma with two dendrites on its end and an axon on its middle.
fn star() -> MorphologyGeometry {
    let mut builder = MorphologyGeometry::builder("star");
    let soma = builder.section(Section::new("soma", SectionKind::Soma, 3).with_length_um(30.0));
    for name in ["left", "right"] {
        let dendrite = Section::new(name, SectionKind::Dendrite, 2).with_length_um(100.0);
        builder.section(dendrite.with_parent(soma));
    }
    let axon = Section::new("axon", SectionKind::Axon, 1).with_length_um(10.0);
    builder.section(axon.with_parent(soma).attached_at(0.5, SectionEnd::End));
    builder.section(Section::new("alone", SectionKind::Unknown, 1));
    builder.build().unwrap()
}

#[test]
fn siblings_meet_on_the_compartment_they_share() {
    let path = star().path(4, 5).unwrap();
    assert_eq!(path.compartments(), [4, 3, 2, 5]);
    // The path only touches the soma, at its end: there the soma's compartment is on it.
    assert_eq!(path.distances_um(), [0.0, 50.0, 75.0, 100.0]);
    assert_eq!(path.length_um(), 100.0);
}

#[test]
fn a_section_can_hang_by_its_end_on_the_middle_of_another() {
    let cell = star();
    let path = cell.path(7, 3).unwrap();
    assert_eq!(path.compartments(), [7, 1, 2, 3]);
    assert_eq!(path.distances_um(), [0.0, 5.0, 15.0, 45.0]);
    assert_eq!(cell.root_distance_um(7), Ok(5.0));
}

#[test]
fn a_path_to_itself_is_one_compartment() {
    let path = star().path(3, 3).unwrap();
    assert_eq!((path.compartments(), path.distances_um(), path.length_um()), (&[3][..], &[0.0][..], 0.0));
}

#[test]
fn there_is_no_path_to_another_tree_or_to_nowhere() {
    let cell = star();
    let error = cell.path(0, 8).unwrap_err();
    assert!(matches!(error, PathError::Apart { .. }));
    assert!(error.to_string().contains("`soma@0.16667` and `alone@0.50000`"), "{error}");
    let error = cell.path(9, 0).unwrap_err();
    assert_eq!(error, PathError::UnknownCompartment { geometry: "star".into(), compartment: 9, compartments: 9 });
    assert_eq!(cell.path_distance_um(0, 9), Err(error.clone()));
    assert_eq!(cell.root_distance_um(9), Err(error));
}

#[test]
fn a_path_down_ten_thousand_sections_does_not_recurse() {
    let mut builder = MorphologyGeometry::builder("chain");
    builder.section(Section::new("0", SectionKind::Soma, 1).with_length_um(1.0));
    for at in 1..10_000 {
        builder.section(Section::new(at.to_string(), SectionKind::Axon, 1).with_parent(at - 1).with_length_um(1.0));
    }
    let path = builder.build().unwrap().path(0, 9_999).unwrap();
    assert_eq!((path.compartments().len(), path.length_um()), (10_000, 9_999.0));
}
