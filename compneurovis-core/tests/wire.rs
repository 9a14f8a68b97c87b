//! The protocol, byte by byte: what `docs/protocol.md` shows is what is spoken, and no bytes are too odd.
//!
//! `COMPNEUROVIS_FUZZ_SECONDS` says how long streams are changed at random; CI takes 30.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use compneurovis_core::{
    SessionCommand, SessionUpdate, codec,
    remote::{FrameKind, FrameReader, Role, Token, greeting, write_frame},
};

/// How long streams are changed, unless the environment says otherwise.
const SECONDS: u64 = 2;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The bytes of the example of a name in the documentation: of each line what stands between its
/// offset and its remark, two digits a byte.
fn documented(name: &str) -> Vec<u8> {
    let text = fs::read_to_string(repository().join("docs/protocol.md")).unwrap();
    let (_, after) = text.split_once(&format!("```text {name}\n")).unwrap_or_else(|| panic!("no example {name}"));
    let (example, _) = after.split_once("```").unwrap();
    let mut bytes = Vec::new();
    for line in example.lines() {
        let (offset, rest) = line.split_once(':').unwrap();
        assert_eq!(usize::from_str_radix(offset.trim(), 16).unwrap(), bytes.len(), "{name}: {line}");
        let (digits, _) = rest.split_once('|').unwrap();
        bytes.extend(digits.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()));
    }
    assert!(bytes.len() >= 8, "{name}");
    bytes
}

#[test]
fn the_documented_bytes_are_spoken() {
    assert_eq!(documented("greeting"), greeting(Role::Viewer, &Token::new("open sesame").unwrap()));
    let mut frame = Vec::new();
    let values = ndarray::array![-65.0f32, 0.5, f32::NAN].into_dyn();
    let update = SessionUpdate::FieldReplace { field: "v".into(), values, coords: Vec::new() };
    write_frame(FrameKind::Update, &mut frame, |into| codec::encode_update(&update, into)).unwrap();
    assert_eq!(documented("update"), frame);
    let command = SessionCommand::set("gain", 2.0);
    write_frame(FrameKind::Command, &mut frame, |into| codec::encode_command(&command, into)).unwrap();
    assert_eq!(documented("command"), frame);
    write_frame(FrameKind::Start, &mut frame, |_| {}).unwrap();
    assert_eq!(documented("start"), frame);
}

/// Reads a stream as both ends do.
fn exercise(stream: &[u8]) {
    let mut frames = FrameReader::new(stream);
    while let Ok(Some((_, content))) = frames.read() {
        message(content);
    }
    message(stream);
}

fn message(bytes: &[u8]) {
    if let Ok(update) = codec::decode_update(bytes) {
        let mut again = Vec::new();
        codec::encode_update(&update, &mut again);
        assert!(codec::decode_update(&again).is_ok(), "{update:?}");
    }
    let _ = codec::decode_command(bytes);
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/frames");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let streams: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(streams.len() >= 10, "the corpus has {} files", streams.len());
    streams
}

/// The most memory that this process has ever asked for, in MB, where the system tells it.
fn most_memory_mb() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmPeak:"))?.trim();
    Some(line.split(' ').next()?.parse::<u64>().ok()? / 1024)
}

#[test]
fn the_corpus_holds_and_takes_no_memory() {
    let before = most_memory_mb();
    let streams = corpus();
    streams.iter().for_each(|stream| exercise(stream));
    // Some of them claim gigabytes. Threads of the tests beside this one ask for some as well.
    if let (Some(before), Some(after)) = (before, most_memory_mb()) {
        assert!(after < before + 512, "{before} MB before, {after} MB after");
    }
}

/// A generator of xorshift: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// What is worth inserting into a stream.
const WORDS: [&[u8]; 12] = [
    &[255; 4],
    &[255; 8],
    &[0; 8],
    &[1, 1, 0, 0],
    br#"{"array":0}"#,
    br#"{"array":4294967295}"#,
    b"[[[[[[[[[[[[[[[[",
    br#""shape":[18446744073709551615,2]"#,
    br#""NaN:7ff8000000000001""#,
    b"1e999",
    b"null",
    b"\xff\xfe",
];

fn changed(streams: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = streams[dice.below(streams.len())].clone();
    for _ in 0..1 + dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(6) {
            0 => bytes.insert(at, dice.next() as u8),
            1 if at < bytes.len() => bytes[at] = dice.next() as u8,
            2 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            3 => drop(bytes.drain(at..(at + dice.below(20)).min(bytes.len()))),
            4 => drop(bytes.splice(at..at, WORDS[dice.below(WORDS.len())].iter().copied())),
            _ => {
                let other = &streams[dice.below(streams.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[dice.below(other.len() + 1)..]);
            }
        }
    }
    bytes
}

#[test]
fn changed_streams_hold() {
    let seconds = std::env::var("COMPNEUROVIS_FUZZ_SECONDS").map_or(SECONDS, |seconds| seconds.parse().unwrap());
    let (streams, start, mut dice) = (corpus(), Instant::now(), Dice(0x9e37_79b9_7f4a_7c15));
    let mut count = 0u64;
    while count < 1000 || start.elapsed() < Duration::from_secs(seconds) {
        exercise(&changed(&streams, &mut dice));
        count += 1;
    }
    println!("{count} streams");
}
