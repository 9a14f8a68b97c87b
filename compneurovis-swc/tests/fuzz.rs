//! The corpus of the fuzzer, replayed, and texts that are changed at random.
//!
//! `COMPNEUROVIS_FUZZ_SECONDS` says how long to change texts; CI takes 30.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
#![allow(clippy::print_stdout, reason = "a test says what it did")]

mod common;
#[path = "../fuzz/exercise.rs"]
mod exercise;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::dice::Dice;

/// How long texts are changed, unless the environment says otherwise.
const SECONDS: u64 = 2;

/// What is worth inserting into a text.
const WORDS: [&[u8]; 16] = [
    b"nan",
    b"inf",
    b"NA",
    b"0x",
    b"1e",
    b"-1",
    b"#",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xef\xbb\xbf",
    b"1e39",
    b" ",
    b"1 1 0 0 0 5 -1\n",
    b"9223372036854775807",
    b"# Meta: {\"units\": \"1 nm\"}\n",
];

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let inputs: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(inputs.len() >= 10, "the corpus of {target} has {} files", inputs.len());
    inputs
}

#[test]
fn the_corpus_of_the_fuzzer_holds() {
    corpus("text").iter().for_each(|bytes| exercise::text(bytes));
    corpus("tree").iter().for_each(|bytes| exercise::tree(bytes));
}

#[test]
fn changed_texts_hold() {
    let seconds = std::env::var("COMPNEUROVIS_FUZZ_SECONDS").map_or(SECONDS, |seconds| seconds.parse().unwrap());
    let (texts, trees, start) = (corpus("text"), corpus("tree"), Instant::now());
    let mut seed = 0;
    // At least some, however slow the machine is.
    while seed < 200 || start.elapsed() < Duration::from_secs(seconds) {
        let mut dice = Dice::new(seed);
        exercise::text(&changed(&texts, &mut dice));
        exercise::text(common::odd_text::text(&mut dice).as_bytes());
        exercise::tree(&changed(&trees, &mut dice));
        seed += 1;
    }
    println!("{} inputs", 3 * seed);
}

/// One of the inputs, changed in some places, or crossed with another.
fn changed(inputs: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = inputs[dice.below(inputs.len())].clone();
    for _ in 0..1 + dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(6) {
            0 => bytes.insert(at, dice.next() as u8),
            1 if at < bytes.len() => bytes[at] = dice.next() as u8,
            2 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            3 => {
                bytes.drain(at..(at + dice.below(20)).min(bytes.len()));
            }
            4 => {
                bytes.splice(at..at, dice.one_of(&WORDS).iter().copied());
            }
            _ => {
                let other = &inputs[dice.below(inputs.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[dice.below(other.len() + 1)..]);
            }
        }
    }
    bytes
}
