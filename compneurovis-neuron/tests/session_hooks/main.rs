//! What a model can do beyond being built: record, choose its views, sample otherwise, answer the user.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "../common/mod.rs"]
mod common;

mod recording;
mod sampling;
mod stick;
mod time;
mod user;
mod views;
