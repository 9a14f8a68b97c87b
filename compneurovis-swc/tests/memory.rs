//! Memory that reading and making sections take: at most 64 bytes for each byte of text.
//!
//! A program of its own with a single test, since the allocator counts for all threads.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
#![allow(clippy::print_stdout, reason = "a test says what it measured")]

use compneurovis_swc::{LoadSwc, SwcMode, parse_swc};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Bytes of memory for a byte of text.
const LIMIT: usize = 64;

/// Lines of each text.
const LINES: usize = 40_000;

/// Texts whose rows are as short as can be and make as much as can be.
fn texts() -> Vec<(&'static str, Vec<u8>)> {
    let lines = |line: &dyn Fn(usize) -> String| -> Vec<u8> { (0..LINES).map(line).collect::<String>().into_bytes() };
    let chain = |kind: fn(usize) -> usize, radius: u8| {
        lines(&|id| format!("{id} {} {id} 0 0 {radius} {}\n", kind(id), id as i64 - 1))
    };
    let marked = |text: Vec<u8>| [b"\xef\xbb\xbf", &text[..]].concat();
    vec![
        ("a chain", chain(|_| 3, 1)),
        ("a section a row", chain(|id| id % 2 + 2, 1)),
        ("a section a row without area", chain(|id| id % 2 + 2, 0)),
        ("a section a row behind a mark", marked(chain(|id| id % 2 + 2, 1))),
        ("roots in one place", lines(&|id| format!("{id} 3 0 0 0 0 -1\n"))),
        ("roots apart", lines(&|id| format!("{id} 3 {id} 0 0 0 -1\n"))),
        ("roots of soma", lines(&|id| format!("{id} 1 {id} 0 0 0 -1\n"))),
        ("soma in one place", lines(&|id| format!("{id} 1 0 0 0 0 0\n"))),
        ("a star", lines(&|id| format!("{id} 3 {id} 0 0 0 0\n"))),
        ("unknown parents", lines(&|id| format!("{id} 3 {id} 0 0 0 {LINES}\n"))),
        ("parents of themselves", lines(&|id| format!("{id} 3 {id} 0 0 0 {id}\n"))),
        ("one id", lines(&|id| format!("1 3 {id} 0 0 0 0\n"))),
        ("from the tips", lines(&|id| format!("{} 3 {id} 0 0 0 {}\n", LINES - id, LINES - id + 1))),
        ("a cycle", lines(&|id| format!("{id} 3 0 0 0 0 {}\n", (id + 1) % LINES))),
        ("sparse ids", lines(&|id| format!("{} 3 0 0 0 0 {}\n", id * 99_991, (id.max(1) - 1) * 99_991))),
        ("fractions", lines(&|id| format!("{id}.5 3 0 0 0 0 .5\n"))),
        ("no radii", lines(&|id| format!("{id} 3 {id} 0 0 NA {}\n", id as i64 - 1))),
        ("no places", lines(&|id| format!("{id} 3 NA 0 0 0 {}\n", id as i64 - 1))),
        ("junk", [b"1 1 0 0 0 5 -1\n".to_vec(), lines(&|_| "x\n".to_owned())].concat()),
        ("comments", [b"1 1 0 0 0 5 -1\n".to_vec(), lines(&|_| "#\n".to_owned())].concat()),
        ("old comments", [b"1 1 0 0 0 5 -1\n".to_vec(), b"#\xe9\n".repeat(LINES)].concat()),
        ("blank lines", [b"1 1 0 0 0 5 -1\n".to_vec(), lines(&|_| "\n".to_owned())].concat()),
    ]
}

/// The most memory that a call takes, for a byte of `text`.
fn per_byte<T>(text: &[u8], call: impl FnOnce() -> T) -> usize {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    drop(call());
    (MEMORY.peak_usage() - before) / text.len()
}

#[test]
fn memory_is_bounded_by_the_text() {
    let mut most = 0;
    for (name, text) in texts() {
        let load = |mode| LoadSwc::new().mode(mode).text(&text);
        let reading = per_byte(&text, || parse_swc(&text));
        let exact = per_byte(&text, || load(SwcMode::Exact));
        let repaired = per_byte(&text, || load(SwcMode::Repaired));
        println!("{name}: reading {reading}, exact {exact}, repaired {repaired} bytes a byte");
        most = most.max(reading).max(exact).max(repaired);
    }
    assert!((1..=LIMIT).contains(&most), "{most} bytes of memory for a byte of text");
}
