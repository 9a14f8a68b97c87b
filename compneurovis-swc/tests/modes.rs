//! Exact, repaired, and neither chosen: what becomes of cells that NEURON spoils.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use compneurovis_swc::{LoadSwc, LoadSwcError, SectionWarning, Sections, SwcCell, SwcMode, load_swc};

/// A soma of one point twice, as in the files that NeuroML was converted to.
const SOMA_TWICE: &str = "1 1 0 0 0 5 -1\n2 1 0 0 0 5 1\n3 3 0 5 0 1 2\n4 3 0 60 0 1 3\n";

/// A soma with a dendrite, and a piece of axon that hangs nowhere.
const TWO_ROOTS: &str =
    "1 1 0 0 0 5 -1\n2 3 0 5 0 1 1\n3 3 0 60 0 1 2\n4 2 90 0 0 1 -1\n5 2 99 0 0 1 4\n6 2 99 9 0 1 5\n";

fn load(text: &str, mode: SwcMode) -> SwcCell {
    LoadSwc::new().mode(mode).text(text.as_bytes()).unwrap()
}

fn refusal(text: &str) -> String {
    let error = LoadSwc::new().text(text.as_bytes()).unwrap_err();
    assert!(matches!(error, LoadSwcError::ChooseMode { .. }), "{error}");
    error.to_string()
}

/// Name, name of the parent, and length of each section.
fn table(cell: &SwcCell) -> Vec<(&str, Option<&str>, f64)> {
    let Sections { sections, .. } = &cell.sections;
    let parent = |index: usize| sections[index].parent.map(|parent| &*sections[parent.section].name);
    (0..sections.len()).map(|index| (&*sections[index].name, parent(index), sections[index].length_um())).collect()
}

#[test]
fn without_a_choice_a_section_without_length_is_refused() {
    let text = refusal(SOMA_TWICE);
    for part in ["line 1", "soma[0]", "`exact`", "`repaired`", "the SWC text"] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn without_a_choice_a_section_without_area_is_refused() {
    let text = refusal("1 1 0 0 0 5 -1\n2 3 0 5 0 0 1\n3 3 0 60 0 0 2\n");
    assert!(text.starts_with("line 2: section dend[0] has no area"), "{text}");
}

#[test]
fn without_a_choice_a_second_root_is_refused() {
    let text = refusal(TWO_ROOTS);
    assert!(text.starts_with("line 4: a further root, which section axon[0] ties to the sample of line 1"), "{text}");
    // The parent of a row that cannot be read does not exist, which makes a root as well.
    let text = refusal("1 1 0 0 0 5 -1\n2 3 0 5 0 NA 1\n3 3 0 60 0 1 2\n4 3 0 90 0 1 3\n");
    let causes = "line 2: not seven numbers, skipped; line 3: parent 2 of sample 3 does not exist, taken as a root; ";
    assert!(text.starts_with(&format!("{causes}and so line 3: a further root")), "{text}");
    assert!(text.contains("; mend the file, or choose the mode `exact`"), "{text}");
}

#[test]
fn without_a_choice_a_sound_cell_is_exact() {
    let sound = "1 1 0 0 0 5 -1\n2 3 0 5 0 1 1\n3 3 0 60 0 1 2\n";
    let cell = LoadSwc::new().text(sound.as_bytes()).unwrap();
    assert_eq!((cell.mode, cell.warnings().count()), (SwcMode::Exact, 0));
    assert_eq!(cell.sections, load(sound, SwcMode::Exact).sections);
    assert_eq!(cell.sections, load(sound, SwcMode::Repaired).sections);
}

#[test]
fn a_file_is_named_in_the_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cell.swc");
    std::fs::write(&path, TWO_ROOTS).unwrap();
    assert!(load_swc(&path).unwrap_err().to_string().ends_with("cell.swc`"));
    assert!(LoadSwc::new().reader(std::fs::File::open(&path).unwrap()).is_err());
}

#[test]
fn a_soma_in_one_place_becomes_a_sphere() {
    let exact = load(SOMA_TWICE, SwcMode::Exact);
    assert_eq!(exact.sections.warnings, [SectionWarning::NoLength { line: 1, name: "soma[0]".into() }]);
    let [segment] = exact.sections.sections[0].segments(1, 35.4)[..] else { panic!("one segment") };
    assert_eq!(segment.diameter_um, 500.0);

    let repaired = load(SOMA_TWICE, SwcMode::Repaired);
    assert_eq!(table(&repaired), [("soma[0]", None, 10.0), ("dend[0]", Some("soma[0]"), 55.0)]);
    let expected = SectionWarning::SomaCollapsed { line: 1, samples: 2, radius_um: 5.0 };
    assert_eq!(repaired.sections.warnings, [expected]);
}

#[test]
fn trees_that_touch_nothing_stand_alone() {
    let exact = load(TWO_ROOTS, SwcMode::Exact);
    assert_eq!(table(&exact)[1], ("axon[0]", Some("soma[0]"), 18.0));
    let repaired = load(TWO_ROOTS, SwcMode::Repaired);
    assert_eq!(table(&repaired)[1], ("axon[0]", None, 18.0));
    assert_eq!(repaired.sections.warnings, [SectionWarning::RootKept { line: 4 }]);
    let geometry = repaired.sections.geometry("g", |_| 1).unwrap();
    assert_eq!(geometry.sections().iter().filter(|section| section.parent.is_none()).count(), 2);
}

#[test]
fn a_second_soma_gets_no_tube_to_the_first() {
    let somata = "1 1 0 0 0 5 -1\n2 3 0 5 0 1 1\n3 3 0 60 0 1 2\n4 1 100 0 0 6 -1\n5 3 100 6 0 1 4\n6 3 100 40 0 1 5\n";
    let exact = load(somata, SwcMode::Exact);
    assert_eq!(table(&exact)[1], ("soma[1]", Some("soma[0]"), 100.0));
    let repaired = load(somata, SwcMode::Repaired);
    assert_eq!(table(&repaired)[1], ("soma[1]", None, 12.0));
    assert_eq!(table(&repaired)[3], ("dend[1]", Some("soma[1]"), 34.0));
}

#[test]
fn trees_that_touch_are_joined_where_they_do() {
    // The second tree begins where the first one ends, and the third where the second one does.
    let text = "1 1 0 0 0 5 -1\n2 3 0 5 0 1 1\n3 3 0 60 0 1 2\n\
                4 3 0 99 0 1 -1\n5 3 0 120 0 1 4\n6 3 0 60 0 1 -1\n7 3 0 70 0 1 6\n8 3 0 99 0 1 7\n";
    let repaired = load(text, SwcMode::Repaired);
    let expected =
        [SectionWarning::RootJoined { line: 4, to_line: 8 }, SectionWarning::RootJoined { line: 6, to_line: 3 }];
    assert_eq!(repaired.sections.warnings[..2], expected);
    assert_eq!(table(&repaired), [("soma[0]", None, 10.0), ("dend[0]", Some("soma[0]"), 115.0)]);
}

#[test]
fn rows_that_neuron_loses_are_kept() {
    // NEURON cannot read the first row behind the mark, and takes the next one for the root.
    let marked = format!("\u{feff}{}", "1 1 0 0 0 5 -1\n2 3 0 5 0 1 1\n3 3 0 60 0 1 2\n");
    let exact = load(&marked, SwcMode::Exact);
    assert_eq!(table(&exact), [("dend[0]", None, 55.0)]);
    assert_eq!(exact.sections.warnings, [SectionWarning::RowLost { line: 1 }]);
    assert_eq!(table(&load(&marked, SwcMode::Repaired)).len(), 2);

    // Sample 2 has no radius, sample 4 no place, and sample 6 hangs on that.
    let gaps = "1 1 0 0 0 5 -1\n2 3 0 5 0 NA 1\n3 3 0 60 0 1 2\n4 3 nan 90 0 1 3\n6 3 0 99 0 1 4\n";
    let repaired = load(gaps, SwcMode::Repaired);
    let kinds: Vec<_> = repaired.warnings().map(|warning| (warning.line(), warning.kind())).collect();
    assert_eq!(kinds, [(Some(2), "radius_filled"), (Some(4), "sample_bridged")]);
    assert_eq!(table(&repaired)[1], ("dend[0]", Some("soma[0]"), 94.0));
}

#[test]
fn a_first_row_with_a_parent_is_a_root_as_in_neuron() {
    // NEURON does not look at the parent of the first row; by the tree it comes third.
    let text = "1 3 2 0 0 1 2\n2 3 9 0 0 1 -1\n3 3 20 0 0 1 2\n";
    let exact = load(text, SwcMode::Exact);
    assert_eq!(exact.sections.warnings[0], SectionWarning::FirstRowTaken { line: 1 });
    assert_eq!(exact.sections.sections[0].points[0].position_um, [1.0, 0.0, 0.0]);
    let repaired = load(text, SwcMode::Repaired);
    assert_eq!(repaired.sections.sections[0].points[0].position_um, [9.0, 0.0, 0.0]);
}

#[test]
fn rows_are_joined_by_their_parents_only() {
    let text = "1 1 0 0 0 5 -1\n2 3 0 6 0 1 1\n3 3 0 7 0 1 1\n4 3 9 9 9 1 2\n5 3 0 9 0 1 3\n";
    let joined = |mode| load(text, mode).sections.warnings.contains(&SectionWarning::JoinedToRowAbove { line: 4 });
    assert_eq!((joined(SwcMode::Exact), joined(SwcMode::Repaired)), (true, false));
    assert!(load(text, SwcMode::Repaired).sections.warnings.contains(&SectionWarning::NotJoined { line: 4 }));
}

#[test]
fn branches_hang_on_the_end_that_their_parent_is() {
    // Sample 6, of another kind, hangs on sample 3, the first of the dendrite and the last of its section.
    let text =
        "1 1 0 0 0 5 -1\n2 2 0 -6 0 1 1\n3 3 0 6 0 1 1\n4 3 0 9 0 1 3\n5 3 0 20 0 1 4\n6 4 9 6 0 1 3\n7 4 20 6 0 1 6\n";
    let place = |cell: &SwcCell| {
        let apical = cell.sections.sections.iter().find(|section| section.name == "apic[0]").unwrap();
        apical.parent.map(|parent| (cell.sections.sections[parent.section].name.clone(), parent.x)).unwrap()
    };
    let (exact, repaired) = (load(text, SwcMode::Exact), load(text, SwcMode::Repaired));
    assert_eq!(place(&exact), ("dend[0]".to_owned(), 0.0));
    assert_eq!(exact.sections.warnings, [SectionWarning::HungOnStart { line: 6 }]);
    assert_eq!(place(&repaired), ("dend[0]".to_owned(), 1.0));
    assert_eq!(repaired.sections.warnings, [SectionWarning::HungOnEnd { line: 6 }]);
}

#[test]
fn radii_of_zero_are_replaced_where_they_cut_the_cell() {
    let text = "1 1 0 0 0 5 -1\n2 3 0 6 0 1 1\n3 3 0 9 0 0 2\n4 3 0 20 0 .5 3\n5 3 0 30 0 0 4\n";
    let repaired = load(text, SwcMode::Repaired);
    assert_eq!(repaired.sections.warnings, [SectionWarning::ZeroRadiusReplaced { line: 3, radius_um: 1.0 }]);
    let diameters: Vec<_> = repaired.sections.sections[1].points.iter().map(|point| point.diameter_um).collect();
    assert_eq!(diameters, [2.0, 2.0, 1.0, 0.0], "a tip may taper off");
}

#[test]
fn units_of_the_header_count_in_repaired_cells_and_on_request() {
    use compneurovis_swc::{SwcWarning, Units};
    let text = "# Meta: {\"units\": \"1 nanometer\"}\n1 1 0 0 0 5000 -1\n2 3 0 5000 0 1000 1\n3 3 0 60000 0 1000 2\n";
    let exact = load(text, SwcMode::Exact);
    assert_eq!(exact.swc.warnings, [SwcWarning::UnitsIgnored { unit_um: 0.001 }]);
    assert_eq!(exact.sections.sections[0].length_um(), 10_000.0);
    let repaired = load(text, SwcMode::Repaired);
    assert_eq!(repaired.swc.warnings, [SwcWarning::UnitsTaken { unit_um: 0.001 }]);
    assert_eq!(repaired.sections.sections[0].length_um(), 10.0);
    let asked = LoadSwc::new().units(Units::Scale(0.01)).text(text.as_bytes()).unwrap();
    assert_eq!(asked.sections.sections[0].length_um(), 100.0);
    assert!(LoadSwc::new().units(Units::Scale(0.0)).text(text.as_bytes()).is_err());
}
