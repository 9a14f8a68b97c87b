//! A graphics device that is lost: a message, and no waiting.
//!
//! Without any adapter this test says so and passes, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.

mod common;

use std::time::{Duration, Instant};

use bevy::render::renderer::RenderDevice;
use common::star_app;
use compneurovis_bevy::{FrontendError, Headless};
use compneurovis_core::Phase;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_lost_device_is_an_error_that_says_so_and_the_session_goes_on() {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let mut headless = match Headless::new(star_app(), (320, 200)) {
        Ok(headless) => headless,
        Err(FrontendError::NoAdapter(why)) if !required => {
            return eprintln!("skipped, as there is no graphics adapter: {why}");
        }
        Err(error) => panic!("{error}"),
    };
    headless.run_until("a session", PATIENCE, |headless| headless.status().phase == Phase::Running).expect("it runs");
    headless.screenshot().expect("a picture, as long as there is a device");
    headless.world_mut().resource::<RenderDevice>().wgpu_device().destroy();
    let began = Instant::now();
    let error = headless.run_until("never", PATIENCE, |_| false).expect_err("there is nothing to draw with");
    assert!(matches!(error, FrontendError::Graphics(_)), "{error}");
    assert!(error.to_string().contains("no picture any more"), "{error}");
    assert!(matches!(headless.screenshot(), Err(FrontendError::Graphics(_))), "nor is a picture waited for");
    assert!(began.elapsed() < PATIENCE / 2, "and that is said at once");
    // The worker has not been told to end.
    let before = headless.status().time_ms;
    for _ in 0..50 {
        headless.frame();
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(headless.status().time_ms > before, "the session goes on");
}
