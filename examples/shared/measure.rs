//! Measuring frames and steps.

use std::time::Duration;

use bevy::prelude::{Vec2, Visibility, With};
use compneurovis_bevy::{FrontendError, Headless, Morphology, OrbitCamera, workbench::WorkbenchSettings};
use compneurovis_core::SessionCommand;

#[cfg(feature = "neuron")]
use crate::instrumented::{MEASURE_STEPS, Stopwatch};
use crate::stats::{Stats, quantile};

/// Frames of each kind.
const FRAMES: usize = 60;

/// Frames before those, in which pipelines and caches come to rest.
const WARM_UP: usize = 10;

/// How long any of it may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// Fills in what is measured with a NEURON session running: frames as of any app, and steps.
#[cfg(feature = "neuron")]
pub(crate) fn measure(headless: &mut Headless, stopwatch: &Stopwatch, stats: &mut Stats) -> Result<(), FrontendError> {
    stopwatch.times().step_us.clear();
    measure_frames(headless, stats)?;
    stats.step_us_rendering = quantile(&stopwatch.times().step_us, 0.5);
    measure_steps(headless, stopwatch, stats)
}

/// Fills in what frames cost with the app running: still, turning and empty.
pub(crate) fn measure_frames(headless: &mut Headless, stats: &mut Stats) -> Result<(), FrontendError> {
    headless.send(SessionCommand::Resume);
    for _ in 0..WARM_UP {
        headless.frame();
    }
    let still = fresh_frames(headless, |_| {})?;
    let turning = fresh_frames(headless, turn)?;
    headless.send(SessionCommand::Pause);
    let empty = empty_frames(headless);
    stats.frame_still_ms_median = quantile(&still, 0.5);
    stats.frame_still_ms_p95 = quantile(&still, 0.95);
    stats.frame_turning_ms_median = quantile(&turning, 0.5);
    stats.frame_turning_ms_p95 = quantile(&turning, 0.95);
    stats.frame_empty_ms_median = quantile(&empty, 0.5);
    stats.frames = still.len() + turning.len() + empty.len();
    Ok(())
}

/// Frames that each show values of a newer step than the one before, in ms; any, where nothing advances.
fn fresh_frames(headless: &mut Headless, mut before: impl FnMut(&mut Headless)) -> Result<Vec<f64>, FrontendError> {
    let mut times = Vec::with_capacity(FRAMES);
    let begin = std::time::Instant::now();
    while times.len() < FRAMES {
        let steps = headless.status().steps;
        before(headless);
        let took = headless.frame();
        if headless.status().steps > steps || !headless.status().capabilities.advance {
            times.push(took.as_secs_f64() * 1e3);
        }
        headless.check_session()?;
        if begin.elapsed() > PATIENCE {
            let waited_for = format!("{FRAMES} frames with new values");
            return Err(FrontendError::Timeout { waited_for, seconds: PATIENCE.as_secs_f64() });
        }
    }
    Ok(times)
}

fn turn(headless: &mut Headless) {
    let world = headless.world_mut();
    for mut orbit in world.query::<&mut OrbitCamera>().iter_mut(world) {
        orbit.turn(Vec2::new(4.0, 0.0), 720.0);
    }
}

/// Frames with neither cell nor panels, in ms: what Bevy itself takes.
fn empty_frames(headless: &mut Headless) -> Vec<f64> {
    set_shown(headless, false);
    for _ in 0..WARM_UP {
        headless.frame();
    }
    let times = (0..FRAMES).map(|_| headless.frame().as_secs_f64() * 1e3).collect();
    set_shown(headless, true);
    times
}

fn set_shown(headless: &mut Headless, shown: bool) {
    let world = headless.world_mut();
    world.resource_mut::<WorkbenchSettings>().panels = shown;
    let visibility = if shown { Visibility::Inherited } else { Visibility::Hidden };
    for mut cell in world.query_filtered::<&mut Visibility, With<Morphology>>().iter_mut(world) {
        *cell = visibility;
    }
}

/// Steps of the session against NEURON's own, nothing being drawn meanwhile.
#[cfg(feature = "neuron")]
fn measure_steps(headless: &mut Headless, stopwatch: &Stopwatch, stats: &mut Stats) -> Result<(), FrontendError> {
    headless.send(SessionCommand::invoke(MEASURE_STEPS));
    headless.frame();
    let begin = std::time::Instant::now();
    loop {
        std::thread::sleep(Duration::from_millis(50));
        if let Some(cost) = stopwatch.times().cost.take() {
            let (watched, bare) = cost.medians();
            (stats.step_us_median, stats.bare_step_us_median) = (Some(watched), Some(bare));
            return Ok(());
        }
        if begin.elapsed() > PATIENCE {
            let waited_for = "the measurement of steps".to_owned();
            return Err(FrontendError::Timeout { waited_for, seconds: PATIENCE.as_secs_f64() });
        }
    }
}
