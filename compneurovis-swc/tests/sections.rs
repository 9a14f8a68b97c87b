//! Import3d's conventions on small cells, as NEURON 9.0.2 has them.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use compneurovis_swc::{Section, SectionWarning, Sections, parse_swc};

fn cell(text: &str) -> Sections {
    Sections::from_samples(&parse_swc(text.as_bytes()).unwrap().samples).unwrap()
}

/// Name, name of the parent, position on it, and whether there is a wire.
fn table(cell: &Sections) -> Vec<(&str, &str, f64, bool)> {
    let mut table = Vec::new();
    for Section { name, parent, wire_from_um, .. } in &cell.sections {
        let (parent, x) = parent.map_or(("", -1.0), |parent| (&*cell.sections[parent.section].name, parent.x));
        table.push((name.as_str(), parent, x, wire_from_um.is_some()));
    }
    table
}

/// Position and diameter of each point.
fn points(section: &Section) -> Vec<([f32; 3], f32)> {
    section.points.iter().map(|point| (point.position_um, point.diameter_um)).collect()
}

#[test]
fn a_soma_of_one_sample_is_a_cylinder_along_x() {
    let cell = cell("1 1 10 20 30 5 -1\n2 3 10 26 30 1 1\n3 3 10 40 30 .5 2\n4 2 10 9 30 .5 1\n");
    assert_eq!(
        table(&cell),
        [("soma[0]", "", -1.0, false), ("axon[0]", "soma[0]", 0.5, false), ("dend[0]", "soma[0]", 0.5, true)]
    );
    let ([soma, axon, dendrite], place) = (&cell.sections[..], [10.0, 20.0, 30.0]) else { unreachable!() };
    let x = |x: f32| ([x, 20.0, 30.0], 10.0);
    assert_eq!(points(soma), [x(5.0), x(10.0), x(15.0)]);
    // With one sample of its own a neurite starts at the centre of the soma, with its own diameter.
    assert_eq!(points(axon), [(place, 1.0), ([10.0, 9.0, 30.0], 1.0)]);
    assert_eq!(points(dendrite), [([10.0, 26.0, 30.0], 2.0), ([10.0, 40.0, 30.0], 1.0)]);
    assert_eq!(dendrite.wire_from_um, Some(place));
    assert_eq!(cell.connect_order, [0, 2, 1]);
}

#[test]
fn three_samples_in_the_way_of_neuromorpho_are_one_sphere() {
    let sphere = cell("1 1 0 0 0 5 -1\n2 1 0 -5 0 5 1\n3 1 0 5 0 5 1\n4 3 0 5 0 1 1\n5 3 0 30 0 1 4\n");
    assert_eq!(table(&sphere), [("soma[0]", "", -1.0, false), ("dend[0]", "soma[0]", 0.5, true)]);
    assert_eq!(sphere.sections[0].length_um(), 10.0);
    assert_eq!(sphere.warnings, []);
    // Not one diameter apart: two tubes.
    let tubes = cell("1 1 0 0 0 5 -1\n2 1 0 -8 0 5 1\n3 1 0 8 0 5 1\n");
    assert_eq!(table(&tubes), [("soma[0]", "", -1.0, false), ("soma[1]", "soma[0]", 0.0, false)]);
}

#[test]
fn neurites_hang_on_the_ends_and_the_middle_of_a_long_soma() {
    let text = "1 1 0 0 0 4 -1\n2 1 0 10 0 5 1\n3 1 0 20 0 4 2\n\
                4 2 0 -9 0 1 1\n5 2 0 -20 0 1 4\n6 3 9 10 0 1 2\n7 3 30 10 0 1 6\n8 4 0 30 0 1 3\n9 4 0 50 0 1 8\n";
    let cell = cell(text);
    assert_eq!(
        table(&cell),
        [
            ("soma[0]", "", -1.0, false),
            ("axon[0]", "soma[0]", 0.0, false),
            ("dend[0]", "soma[0]", 0.5, true),
            ("apic[0]", "soma[0]", 1.0, false)
        ]
    );
    assert_eq!(points(&cell.sections[3])[0], ([0.0, 20.0, 0.0], 2.0));
}

#[test]
fn a_section_ends_at_forks_and_where_the_kind_changes() {
    let cell = cell("1 3 0 0 0 1 -1\n2 3 1 0 0 1 1\n3 3 2 0 0 1 2\n4 4 3 0 0 1 3\n5 3 1 5 0 1 2\n6 3 1 9 0 1 5\n");
    assert_eq!(
        table(&cell),
        [
            ("dend[0]", "", -1.0, false),
            ("dend[1]", "dend[0]", 1.0, false),
            ("dend[2]", "dend[0]", 1.0, false),
            ("apic[0]", "dend[1]", 1.0, false)
        ]
    );
    assert_eq!(cell.sections[2].arc_um(), [0.0, 5.0, 9.0]);
}

#[test]
fn a_second_branch_at_the_first_sample_of_a_dendrite_hangs_on_its_start() {
    let cell = cell("1 1 0 0 0 5 -1\n2 2 0 -9 0 1 1\n3 3 0 6 0 1 1\n4 3 0 20 0 1 3\n5 3 9 9 0 1 3\n6 3 20 9 0 1 5\n");
    assert_eq!(table(&cell)[2..], [("dend[0]", "soma[0]", 0.5, true), ("dend[1]", "dend[0]", 0.0, false)]);
}

#[test]
fn sections_without_length_are_dropped_and_their_children_move_up() {
    let cell = cell("1 3 0 0 0 1 -1\n2 3 5 0 0 1 1\n3 4 5 0 0 1 2\n4 3 9 0 0 1 3\n5 3 5 9 0 1 3\n");
    assert_eq!(cell.warnings, [SectionWarning::SectionDropped { line: 3 }]);
    assert_eq!(table(&cell)[1..], [("dend[1]", "dend[0]", 1.0, false), ("dend[2]", "dend[0]", 1.0, false)]);
}

#[test]
fn further_roots_are_tied_to_the_first_sample() {
    let cell = cell("1 1 0 0 0 5 -1\n2 3 0 6 0 1 1\n3 3 0 9 0 1 2\n4 2 90 0 0 1 -1\n5 2 99 0 0 1 4\n");
    assert_eq!(cell.warnings, [SectionWarning::RootTied { line: 4, name: "axon[0]".into(), to_line: 1 }]);
    assert_eq!(table(&cell)[1], ("axon[0]", "soma[0]", 0.5, true));
}

#[test]
fn a_row_that_goes_on_where_it_does_not_belong_is_named() {
    // The child of sample 3 does not follow it: NEURON lets 4 continue 3 all the same.
    let cell = cell("1 1 0 0 0 5 -1\n2 3 0 6 0 1 1\n3 3 0 7 0 1 1\n4 3 9 9 9 1 2\n5 3 0 9 0 1 3\n");
    assert_eq!(cell.warnings, [SectionWarning::JoinedToRowAbove { line: 4 }]);
}

#[test]
fn kinds_name_sections_and_order_them() {
    let cell = cell("1 1 0 0 0 5 -1\n2 -2 0 9 0 1 1\n3 0 9 0 0 1 1\n4 6 0 0 9 1 1\n");
    let names: Vec<_> = table(&cell).iter().map(|row| row.0).collect();
    assert_eq!(names, ["minus_2[0]", "dend_0[0]", "soma[0]", "dend_6[0]"]);
    assert_eq!(cell.connect_order, [2, 0, 1, 3]);
}

#[test]
fn neither_chains_nor_combs_overflow_the_stack() {
    let chain: String = (1..=200_000).map(|id| format!("{id} 3 {id} 0 0 1 {}\n", id - 1)).collect();
    assert_eq!(cell(&chain).sections.len(), 1);
    // The same numbered from the tip: samples have to be put in order.
    let reversed: String = (1..200_000).map(|id| format!("{id} 3 {id} 0 0 1 {}\n", id + 1)).collect();
    assert_eq!(cell(&format!("{reversed}200000 3 0 0 0 1 -1\n")).sections.len(), 1);
    // A side branch at every second sample (the first one joins the section of the root).
    let row = |id: usize| {
        format!("{id} 3 {id} {} 0 1 {}\n", id % 2, if id == 1 { -1 } else { id as i64 - 1 - (id % 2) as i64 })
    };
    let comb: String = (1..=100_000).map(|id| if id == 1 { "1 3 0 0 0 1 -1\n".into() } else { row(id) }).collect();
    assert_eq!(cell(&comb).sections.len(), 99_998);
}
