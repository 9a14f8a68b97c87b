//! What the tests share: chance from a seed, and cells and texts made by it.
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod dice;
pub(crate) mod odd_text;
