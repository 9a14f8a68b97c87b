//! What holds for any input.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use compneurovis_swc::{Sample, SampleKind, SampleTree, Sections, SyntheticCell, parse_swc, write_swc};
use proptest::prelude::*;

/// Reads, and if that goes well, goes all the way to the geometry.
fn use_text(text: &[u8]) {
    if let Ok(swc) = parse_swc(text) {
        let sections = Sections::from_samples(&swc.samples).expect("what the reader returns is a tree");
        let geometry = sections.geometry("g", |_| 3).expect("sections make a geometry");
        assert_eq!(geometry.compartments(), 3 * sections.sections.len());
        for section in &sections.sections {
            assert!(section.points.len() >= 2 && section.length_um().is_finite());
        }
    }
}

/// Rows of seven numbers with all that can be wrong with them.
fn odd_rows() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        8 => (-3_i32..30).prop_map(|number| number.to_string()),
        2 => (-9e3_f32..9e3).prop_map(|number| number.to_string()),
        1 => prop::sample::select(vec!["nan", "inf", "1e400", "", "NA", "1,5", "0x1p3", "5e", "-", "#", "1.0", "1e15", "9999999999999"])
            .prop_map(str::to_owned),
    ];
    let row = prop::collection::vec(number, 5..9).prop_map(|numbers| numbers.join(" "));
    let end = prop::sample::select(vec!["\n", "\r\n", "\r", " \n"]);
    prop::collection::vec((row, end), 0..40).prop_map(|rows| rows.into_iter().map(|(row, end)| row + end).collect())
}

/// Rows that can all be read, with kinds, parents and places that make every branch of Import3d run.
fn any_tree() -> impl Strategy<Value = Vec<Sample>> {
    let row = (0_usize..1000, -1_i32..6, prop::array::uniform3(-4_i8..4), 0_u8..4, any::<bool>());
    prop::collection::vec(row, 1..60).prop_map(|rows| {
        (0..)
            .zip(rows)
            .map(|(index, (pick, kind, place, radius, continues))| Sample {
                id: index as i64 * 3,
                kind: SampleKind(kind),
                position_um: place.map(f32::from),
                radius_um: f32::from(radius),
                parent: match index {
                    0 => None,
                    _ if pick == 0 => None,
                    _ if continues => Some((index as i64 - 1) * 3),
                    _ => Some((pick % index) as i64 * 3),
                },
                line: index + 1,
            })
            .collect()
    })
}

/// Trees of one kind in depth-first order, one root: what every tracing program writes.
fn plain_tree() -> impl Strategy<Value = Vec<Sample>> {
    let row = (0_usize..4, prop::array::uniform3(-100.0_f32..100.0), 0.1_f32..3.0);
    prop::collection::vec(row, 2..200).prop_map(|rows| {
        let mut path: Vec<i64> = Vec::new();
        let mut samples = Vec::new();
        for (index, (up, position_um, radius_um)) in rows.into_iter().enumerate() {
            // Often go on, else go some samples back up. The root keeps one branch.
            let keep = if up < 2 { path.len() } else { (path.len() - path.len().min(3 * up)).max(path.len().min(2)) };
            path.truncate(keep);
            let (id, parent) = (index as i64 + 1, path.last().copied());
            samples.push(Sample { id, kind: SampleKind(3), position_um, radius_um, parent, line: index + 1 });
            path.push(id);
        }
        samples
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        use_text(&bytes);
    }

    #[test]
    fn odd_rows_are_read_or_refused(text in odd_rows()) {
        use_text(text.as_bytes());
    }

    #[test]
    fn spoilt_files_are_read_or_refused(
        seed in 0_u64..50,
        spoilt in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
        end in any::<prop::sample::Index>(),
    ) {
        let mut text = Vec::new();
        write_swc(&SyntheticCell { nodes: 100, seed }.generate().unwrap(), &mut text).unwrap();
        for (place, byte) in spoilt {
            let place = place.index(text.len());
            text[place] = byte;
        }
        text.truncate(end.index(text.len()) + 1);
        use_text(&text);
    }

    #[test]
    fn any_tree_has_sections(samples in any_tree()) {
        let tree = SampleTree::new(&samples).unwrap();
        prop_assert_eq!(tree.child_counts().len(), samples.len());
        let cell = Sections::from_samples(&samples).unwrap();
        let mut names: Vec<_> = cell.sections.iter().map(|section| &section.name).collect();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), cell.sections.len());
        let mut order = cell.connect_order.clone();
        for (position, place) in order.iter().enumerate() {
            let parent = cell.sections[*place].parent;
            prop_assert!(parent.is_none_or(|parent| order[..position].contains(&parent.section)));
        }
        order.sort_unstable();
        prop_assert!(order.into_iter().eq(0..cell.sections.len()));
    }

    #[test]
    fn sections_keep_the_length_of_the_cable(samples in plain_tree()) {
        let cell = Sections::from_samples(&samples).unwrap();
        let cable_um = SampleTree::new(&samples).unwrap().cable_length_um();
        prop_assert!((cell.length_um() - cable_um).abs() <= 1e-4 * cable_um, "{} {cable_um}", cell.length_um());
        prop_assert_eq!(&cell.warnings[..], &[][..]);
    }

    #[test]
    fn text_keeps_every_sample(samples in any_tree()) {
        let mut text = Vec::new();
        write_swc(&samples, &mut text).unwrap();
        let back = parse_swc(&text).unwrap().samples;
        let line_free = |samples: &[Sample]| -> Vec<_> {
            samples.iter().map(|sample| Sample { line: 0, ..*sample }).collect()
        };
        prop_assert_eq!(line_free(&back), line_free(&samples));
    }

    #[test]
    fn synthetic_cells_survive_the_round_trip(nodes in 100_usize..3000, seed in any::<u64>()) {
        let samples = SyntheticCell { nodes, seed }.generate().unwrap();
        prop_assert_eq!(samples.len(), nodes);
        let mut text = Vec::new();
        write_swc(&samples, &mut text).unwrap();
        let swc = parse_swc(&text).unwrap();
        prop_assert_eq!(&swc.warnings[..], &[][..]);
        prop_assert_eq!(swc.samples, samples);
    }
}
