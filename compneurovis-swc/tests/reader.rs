//! What the reader takes, repairs and refuses.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use compneurovis_swc::{Column, ReadSwc, ReadSwcError, Swc, SwcError, SwcWarning, parse_swc, read_swc};

const PLAIN: &str = "1 1 0 0 0 5 -1\n2 3 0 5 0 1 1\n3 3 0 9 0 1 2\n4 3 4 9 0 1 2\n";

fn read(text: &str) -> Swc {
    parse_swc(text.as_bytes()).unwrap()
}

fn refuse(text: &str) -> SwcError {
    parse_swc(text.as_bytes()).unwrap_err()
}

fn ids(swc: &Swc) -> Vec<i64> {
    swc.samples.iter().map(|sample| sample.id).collect()
}

#[test]
fn layout_of_the_text_does_not_matter() {
    let plain = read(PLAIN);
    assert_eq!(plain.warnings, []);
    let variants = [
        PLAIN.replace('\n', "\r\n"),
        PLAIN.replace('\n', "\r"),
        PLAIN.trim_end().to_owned(),
        PLAIN.replace(' ', "\t"),
        PLAIN.replace(' ', "   "),
        PLAIN.replace('\n', " \n"),
        PLAIN.replace('\n', " 17 extra columns\n"),
        PLAIN.replace('\n', " # a note\n"),
        PLAIN.replace('\n', "\0anything\n"),
        PLAIN.replace("1 1", "+1 1.0").replace(" 5 ", " 5.0e0 "),
    ];
    for text in variants {
        assert_eq!(read(&text), plain, "{text:?}");
    }
}

#[test]
fn comments_and_blank_lines_may_stand_anywhere() {
    let swc = parse_swc(b"# h\xe9ader\n\n 1 1 0 0 0 5 -1\n  # indented\n\t\n2 3 0 5 0 1 1\n#end").unwrap();
    assert_eq!((swc.samples[0].line, swc.samples[1].line), (3, 5 + 1));
    assert_eq!(swc.warnings, []);
    // A comment of any length: NEURON dies beyond 50 kB.
    let long = format!("#{}\n{PLAIN}", "x".repeat(200_000));
    assert_eq!(read(&long).samples.len(), 4);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let swc = read(&format!("\u{feff}{PLAIN}"));
    assert_eq!(swc.warnings, [SwcWarning::ByteOrderMark]);
    assert_eq!(swc.samples, read(PLAIN).samples);
}

#[test]
fn rows_that_cannot_be_read_are_skipped_and_named() {
    let swc = read("id type x y z r parent\n1 1 0 0 0 5 -1\n2 3 0,5 1 1 1 1\n3 3 1 1 0xg0 1 1\n");
    let lines = [1, 3, 4].map(|line| SwcWarning::UnreadableRow { line });
    assert_eq!(swc.warnings, lines);
}

#[test]
fn no_samples_is_an_error() {
    assert_eq!(refuse(""), SwcError::NoSamples { unreadable_line: None });
    assert_eq!(refuse("# only\n\n"), SwcError::NoSamples { unreadable_line: None });
    assert_eq!(refuse("# x\n1,1,0,0,0,5,-1\n"), SwcError::NoSamples { unreadable_line: Some(2) });
}

#[test]
fn ids_may_be_large_sparse_and_unordered() {
    let swc = read("720575940661214849 1 0 0 0 5 -1\n720575940661214850 3 1 0 0 1 720575940661214849\n");
    assert_eq!(swc.warnings, []);
    assert_eq!(swc.samples[1].parent, Some(720_575_940_661_214_849));

    let shuffled = read("3 3 0 9 0 1 2\n1 1 0 0 0 5 -1\n4 3 4 9 0 1 2\n2 3 0 5 0 1 1\n");
    assert_eq!(ids(&shuffled), [1, 2, 3, 4]);
    assert_eq!(shuffled.warnings, [SwcWarning::IdsNotAscending { line: 2, id: 1 }]);
}

#[test]
fn parents_numbered_above_their_children_are_put_first() {
    let swc = read("1 3 2 0 0 1 3\n2 3 3 0 0 1 1\n3 1 0 0 0 5 -1\n4 3 0 9 0 1 3\n");
    assert_eq!(ids(&swc), [3, 1, 2, 4]);
    assert_eq!(swc.warnings, [SwcWarning::ParentAfterChild { line: 1, id: 1 }]);
}

#[test]
fn dangling_parents_become_roots() {
    let swc = read("1 1 0 0 0 5 0\n2 3 0 5 0 1 2\n3 3 0 9 0 1 99\n");
    assert!(swc.samples.iter().all(|sample| sample.parent.is_none()));
    let expected = [
        SwcWarning::UnknownParent { line: 1, id: 1, parent: 0 },
        SwcWarning::SelfParent { line: 2, id: 2 },
        SwcWarning::UnknownParent { line: 3, id: 3, parent: 99 },
        SwcWarning::SeveralRoots { line: 2, id: 2, roots: 3 },
    ];
    assert_eq!(swc.warnings, expected);
}

#[test]
fn of_rows_with_one_id_the_first_is_kept() {
    let repeated = read(&format!("{PLAIN}2 3 0 5.0 0 1 1\n"));
    assert_eq!(repeated.samples, read(PLAIN).samples);
    assert!(repeated.warnings.contains(&SwcWarning::RepeatedRow { line: 5, id: 2, first_line: 2 }));
    let conflict = read(&format!("{PLAIN}2 3 0 6 0 1 1\n"));
    assert_eq!(conflict.samples, read(PLAIN).samples);
    assert!(conflict.warnings.contains(&SwcWarning::DuplicateId { line: 5, id: 2, first_line: 2 }));
}

#[test]
fn cycles_are_cut_at_their_first_sample() {
    let alone = read("1 3 0 0 0 1 2\n2 3 1 0 0 1 1\n");
    let parents = |swc: &Swc| -> Vec<_> { swc.samples.iter().map(|sample| (sample.id, sample.parent)).collect() };
    assert_eq!(parents(&alone), [(1, None), (2, Some(1))]);
    assert_eq!(alone.warnings[0], SwcWarning::CycleCut { line: 1, id: 1 });
    let beside = read(&format!("{PLAIN}5 3 0 0 0 1 4\n6 3 0 0 0 1 8\n7 3 0 0 0 1 6\n8 3 0 0 0 1 7\n9 3 0 0 0 1 8\n"));
    assert_eq!(parents(&beside)[5..], [(6, None), (7, Some(6)), (8, Some(7)), (9, Some(8))]);
    let expected = [SwcWarning::CycleCut { line: 6, id: 6 }, SwcWarning::SeveralRoots { line: 6, id: 6, roots: 2 }];
    assert_eq!(beside.warnings, expected);
}

#[test]
fn numbers_that_cannot_be_are_refused() {
    let row = |x: &str, radius: &str| format!("1 1 0 0 0 5 -1\n2 3 {x} 0 0 {radius} 1\n");
    for bad in ["nan", "NaN", "inf", "-Infinity", "1e400", "1e39"] {
        assert_eq!(refuse(&row(bad, "1")), SwcError::NotFinite { line: 2, column: Column::X }, "{bad}");
        assert_eq!(refuse(&row("1", bad)), SwcError::NotFinite { line: 2, column: Column::Radius }, "{bad}");
    }
    assert!(matches!(refuse(&row("1e20", "1")), SwcError::TooFar { line: 2, .. }));
    assert!(matches!(refuse("1e99 1 0 0 0 5 -1\n"), SwcError::NotWhole { line: 1, column: Column::Id, .. }));
    assert_eq!(refuse("1 3.5 0 0 0 5 -1\n"), SwcError::NotWhole { line: 1, column: Column::Kind, value: 3.5 });
    assert!(matches!(refuse("1 1e9 0 0 0 5 -1\n"), SwcError::NotWhole { column: Column::Kind, .. }));
    assert_eq!(refuse("-3 1 0 0 0 5 -1\n"), SwcError::NegativeId { line: 1, id: -3 });
}

#[test]
fn odd_radii_are_noted() {
    let swc = read("1 1 0 0 0 5 -1\n2 3 1 0 0 -2 1\n3 3 2 0 0 0 2\n");
    assert_eq!(swc.samples[1].radius_um, -2.0);
    let expected =
        [SwcWarning::NegativeRadius { line: 2, id: 2, radius_um: -2.0 }, SwcWarning::ZeroRadius { line: 3, id: 3 }];
    assert_eq!(swc.warnings, expected);
}

#[test]
fn files_are_named_when_they_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cell.swc");
    assert!(matches!(read_swc(&path), Err(ReadSwcError::Io { .. })));
    std::fs::write(&path, "# nothing\n").unwrap();
    let error = read_swc(&path).unwrap_err();
    assert!(matches!(error, ReadSwcError::Swc { source: SwcError::NoSamples { .. }, .. }));
    assert!(error.to_string().contains("cell.swc` is not usable as SWC: "), "{error}");
    std::fs::write(&path, PLAIN).unwrap();
    assert_eq!(read_swc(&path).unwrap(), read(PLAIN));
}

#[test]
fn strict_reading_refuses_every_warning() {
    let strict = |text: &str| ReadSwc::new().strict(true).text(text.as_bytes());
    assert_eq!(strict(PLAIN).unwrap(), read(PLAIN));
    let spoilt = PLAIN.replace("0 9 0 1 2", "0 9 0 0 2");
    assert_eq!(strict(&spoilt), Err(SwcError::Strict(SwcWarning::ZeroRadius { line: 3, id: 3 })));
}

#[test]
fn comments_are_kept_and_written_again() {
    let swc =
        parse_swc(b"# Ram\xf3n\r\n#CREATURE rat\r\n1 1 0 0 0 5 -1 # no line of its own\r\n  # later\r\n").unwrap();
    assert_eq!(swc.header.lines().collect::<Vec<_>>(), ["# Ram\u{f3}n", "#CREATURE rat", "# later"]);
    let mut text = Vec::new();
    swc.write(&mut text).unwrap();
    assert_eq!(parse_swc(&text).unwrap().header, swc.header);
}

#[test]
fn whole_numbers_may_be_written_in_any_way() {
    let swc = read("0x1 1. 0 0 0 5 -1.0\n2e0 3 0 5 0 1 +1\n3.7 3 0 9 0 1 2.9\n");
    assert_eq!(ids(&swc), [1, 2, 3]);
    assert_eq!(swc.samples[2].parent, Some(2));
    let columns: Vec<_> = swc.warnings.iter().map(|warning| (warning.line(), warning.kind())).collect();
    assert_eq!(columns, [(Some(3), "not_whole"); 2]);
}

#[test]
fn ids_reach_to_the_end_of_64_bits() {
    let last = i64::MAX;
    let swc = read(&format!("{} 1 0 0 0 5 -1\n{last} 3 0 5 0 1 {}\n", last - 1, last - 1));
    assert_eq!((ids(&swc), swc.samples[1].parent), (vec![last - 1, last], Some(last - 1)));
}

#[test]
fn a_reader_is_read_to_its_end() {
    assert_eq!(ReadSwc::new().reader(PLAIN.as_bytes()).unwrap(), read(PLAIN));
    let error = ReadSwc::new().reader(&b"#"[..]).unwrap_err();
    assert!(error.to_string().starts_with("the SWC text is not usable as SWC"), "{error}");
}

#[test]
fn compressed_files_are_unpacked_if_that_was_built() {
    use std::io::Write as _;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(PLAIN.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let result = ReadSwc::new().reader(&packed[..]);
    if cfg!(feature = "gzip") {
        assert_eq!(result.unwrap(), read(PLAIN));
        assert!(matches!(ReadSwc::new().reader(&packed[..20]), Err(ReadSwcError::Io { .. })));
    } else {
        assert!(result.unwrap_err().to_string().contains("feature `gzip`"));
    }
}
