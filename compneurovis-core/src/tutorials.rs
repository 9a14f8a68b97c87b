//! Tutorials. Their code is compiled and run with the tests.

#[doc = include_str!("../docs/own_session.md")]
pub mod own_session {}

#[doc = include_str!("../docs/static_surface.md")]
pub mod static_surface {}

#[doc = include_str!("../docs/replay_app.md")]
pub mod replay_app {}

#[doc = include_str!("../docs/run_headless.md")]
pub mod run_headless {}

#[doc = include_str!("../docs/session_update_model.md")]
pub mod session_update_model {}
