//! What is done with any bytes, and must hold. Used by the fuzz targets and by ordinary tests.
//!
//! `cargo +nightly fuzz run text` and `... tree`, in `compneurovis-swc`; see `fuzz/README.md`.

use compneurovis_swc::{
    DEFAULT_RA_OHM_CM, LoadSwc, ReadSwc, Sample, SampleKind, SampleTree, SectionWarning, Sections, Swc, SwcMode, Units,
    parse_swc, renumbered, write_swc,
};

/// Reads text in every way and goes all the way with what comes out.
pub(crate) fn text(bytes: &[u8]) {
    if let Ok(swc) = parse_swc(bytes) {
        assert_round_trip(&swc);
        samples(&swc.samples);
        cell(&swc.sections(SwcMode::Exact).expect("what was read has sections"), SwcMode::Exact);
        assert_eq!(ReadSwc::new().strict(true).text(bytes).is_ok(), swc.warnings.is_empty());
    }
    let _ = ReadSwc::new().units(Units::Scale(1e-3)).text(bytes);
    let unspoilt = LoadSwc::new().text(bytes);
    if let Ok(repaired) = LoadSwc::new().mode(SwcMode::Repaired).text(bytes) {
        assert!(repaired.warnings().all(|warning| !warning.to_string().is_empty() && !warning.kind().is_empty()));
        cell(&repaired.sections, SwcMode::Repaired);
        if let Ok(exact) = unspoilt
            && exact.warnings().next().is_none()
        {
            assert_eq!(exact.sections, repaired.sections, "there is nothing to repair");
        }
    }
}

/// Takes bytes for the rows of a tree, four for each: how far back the parent is, kind, place, radius.
pub(crate) fn tree(bytes: &[u8]) {
    let mut rows: Vec<Sample> = Vec::new();
    for (index, bytes) in bytes.chunks_exact(4).enumerate() {
        let [back, kind, place, radius] = [0, 1, 2, 3].map(|at| bytes[at]);
        let parent = index.checked_sub(usize::from(back & 0x7f) + 1).map(|parent| parent as i64);
        rows.push(Sample {
            id: index as i64,
            kind: SampleKind(i32::from(kind % 8) - 1),
            position_um: [place & 7, (place >> 3) & 7, place >> 6].map(|part| f32::from(part) - 2.0),
            radius_um: f32::from(radius as i8) / 8.0,
            parent: parent.filter(|_| back < 0xf0),
            line: index + 1,
        });
    }
    if !rows.is_empty() {
        samples(&rows);
    }
}

fn samples(samples: &[Sample]) {
    let tree = SampleTree::new(samples).expect("samples in the order of a tree");
    let numbers = tree.statistics();
    assert_eq!(numbers.kinds.values().map(|extent| extent.samples).sum::<usize>(), samples.len());
    assert!(numbers.trees >= 1 && numbers.tips >= 1 && numbers.longest_path_um.is_finite());
    let renumbered = renumbered(samples).expect("a tree");
    assert!((1..).zip(&renumbered).all(|(id, sample)| sample.id == id));
    for mode in [SwcMode::Exact, SwcMode::Repaired] {
        cell(&Sections::with_mode(samples, mode).expect("a tree has sections"), mode);
    }
}

fn cell(cell: &Sections, mode: SwcMode) {
    assert!(!cell.sections.is_empty());
    let mut is_made = vec![false; cell.sections.len()];
    for place in &cell.connect_order {
        let parent = cell.sections[*place].parent;
        assert!(parent.is_none_or(|parent| is_made[parent.section] && (0.0..=1.0).contains(&parent.x)));
        assert!(!std::mem::replace(&mut is_made[*place], true), "each is connected once");
    }
    assert!(is_made.iter().all(|is_made| *is_made));
    for section in &cell.sections {
        assert!(section.points.len() >= 2 && section.length_um().is_finite());
        let segments = section.segments(3, DEFAULT_RA_OHM_CM);
        assert!(segments.iter().all(|segment| segment.diameter_um >= 0.0 && segment.area_um2 >= 0.0));
    }
    if mode == SwcMode::Repaired {
        assert!(!cell.warnings.iter().any(spoils), "{:?}", cell.warnings);
    }
    let geometry = cell.geometry("cell", |_| 3).expect("sections can be drawn");
    assert_eq!(geometry.compartments(), 3 * cell.sections.len());
}

/// Whether Import3d has done what must not be left of it.
fn spoils(warning: &SectionWarning) -> bool {
    matches!(
        warning,
        SectionWarning::RootTied { .. } | SectionWarning::JoinedToRowAbove { .. } | SectionWarning::NoArea { .. }
    )
}

fn assert_round_trip(swc: &Swc) {
    let mut text = Vec::new();
    swc.write(&mut text).expect("memory takes any text");
    let back = parse_swc(&text).expect("what was written can be read");
    assert_eq!(back.header, swc.header);
    assert_same(&back.samples, &swc.samples);
    text.clear();
    write_swc(&swc.samples, &mut text).expect("memory takes any text");
    assert_same(&parse_swc(&text).expect("what was written can be read").samples, &swc.samples);
}

fn assert_same(one: &[Sample], other: &[Sample]) {
    let without_line = |sample: &Sample| Sample { line: 0, ..*sample };
    assert!(one.iter().map(without_line).eq(other.iter().map(without_line)), "{one:?} {other:?}");
}
