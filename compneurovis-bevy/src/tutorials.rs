//! Tutorials. Their code is compiled with the tests.

#[doc = include_str!("../docs/compose_in_bevy.md")]
pub mod compose_in_bevy {}

#[doc = include_str!("../docs/write_a_view.md")]
pub mod write_a_view {}
