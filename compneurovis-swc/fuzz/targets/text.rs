#![no_main]
#![allow(dead_code, reason = "each target exercises one thing")]

#[path = "../exercise.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::text(bytes));
