//! Showing a model as the flags ask: in a window, or as a picture.

#![expect(clippy::print_stderr, reason = "programs talk to their user on the terminal")]

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use compneurovis_bevy::{
    BevyFrontend, FrontendError, Headless,
    morphology::{CellStage, Pictures},
};
use compneurovis_core::{AppSpec, Frontend, Pace, Phase, SessionCommand};
use compneurovis_neuron::NeuronModel;
use thiserror::Error;

use crate::{
    Args,
    exports::{forget_pace, write_files},
    instrumented::{Instrumented, Stopwatch},
    measure::measure,
    process,
    scene_file::{SceneFileError, save_scene},
    stats::{Stats, quantile},
    terminal::{fail, instead_of_a_window, log_to_terminal},
    told::{Told, check_all, check_first, refuses},
};

/// How far the model runs for a picture, in ms: the second spike has passed the soma.
const PICTURE_MS: f64 = 25.2;

/// How fast the model runs in a window, unless its user or its size decide otherwise: so that one
/// can watch a spike travel.
const WINDOW_PACE: Pace = Pace::MsPerSecond(10.0);

/// How long building the model may take; the first time, NEURON is fetched too.
const START_PATIENCE: Duration = Duration::from_secs(600);

/// How long the model may run for a picture.
const RUN_PATIENCE: Duration = Duration::from_secs(3600);

/// Why an example ended badly.
#[derive(Debug, Error)]
enum ShowError {
    #[error(transparent)]
    Frontend(#[from] FrontendError),
    #[error(transparent)]
    Told(#[from] Told),
    #[error("the figures could not be written to {path}")]
    Stats { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Scene(#[from] SceneFileError),
}

/// Shows the model that `make` makes, as the flags ask, and says how it went. What goes wrong is
/// told on the terminal.
pub fn show<M: NeuronModel + 'static>(
    title: &str,
    args: &Args,
    make: impl Fn() -> M + Send + Sync + 'static,
) -> ExitCode {
    let started = process::started();
    log_to_terminal();
    let stopwatch = Stopwatch::default();
    let watch = stopwatch.clone();
    let app = AppSpec::new(title, move || Ok(Instrumented::new(make(), watch.clone())));
    let app = match args.place(app) {
        Ok(Some(app)) => app,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => return fail(&error),
    };
    let app = args.first_commands().fold(app, AppSpec::with_first_command);
    let run = Run { args, started, stopwatch };
    let instead = || if args.writes_files() { None } else { instead_of_a_window(title) };
    let headless = args.headless.clone().or_else(instead);
    let shown = match headless {
        None if !args.writes_files() => run.window(app),
        path => run.picture(app, path.as_deref()),
    };
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        // The worker has told it already, when it happened.
        Err(ShowError::Frontend(FrontendError::Session(_))) => ExitCode::FAILURE,
        Err(error) => fail(&error),
    }
}

struct Run<'a> {
    args: &'a Args,
    started: Instant,
    stopwatch: Stopwatch,
}

impl Run<'_> {
    fn window(&self, app: AppSpec) -> Result<(), ShowError> {
        let frontend =
            BevyFrontend { size: self.args.size, until_ms: self.args.sim_ms, log: false, ..BevyFrontend::default() };
        let seen = frontend.seen.clone();
        let app = match self.args.sim_ms {
            Some(time_ms) => app.with_first_command(SessionCommand::RunUntil { time_ms }),
            None => app.with_first_command(SessionCommand::SetPace(WINDOW_PACE)),
        };
        frontend.run(app)?;
        let Some(path) = &self.args.stats else { return Ok(()) };
        let seen = seen.get();
        let mut stats = Stats { adapter: seen.adapter, ..Stats::default() };
        if let Some(scene) = &seen.scene {
            stats.count(scene);
        }
        (stats.sim_ms, stats.steps) = (seen.status.time_ms, seen.status.steps);
        stats.first_picture_ms = seen.first_picture.map(|at| milliseconds(at.duration_since(self.started)));
        stats.step_us_rendering = quantile(&self.stopwatch.times().step_us, 0.5);
        self.write(stats, path)
    }

    fn picture(&self, app: AppSpec, path: Option<&Path>) -> Result<(), ShowError> {
        let until_ms = self.args.sim_ms.unwrap_or(PICTURE_MS);
        let app = app.with_first_command(SessionCommand::RunUntil { time_ms: until_ms });
        let mut headless = Headless::new(app, self.args.size)?;
        forget_pace(&mut headless);
        headless.run_until("the first picture of the cell", START_PATIENCE, shows_whole_cell)?;
        let first_picture_ms = milliseconds(self.started.elapsed());
        let arrived =
            |headless: &mut Headless| refuses(headless, self.args) || headless.status().phase == Phase::Paused;
        headless.run_until("a built model", START_PATIENCE, |headless| headless.status().phase != Phase::Starting)?;
        headless.run_until("the end of the simulation", RUN_PATIENCE, arrived)?;
        // Panels know new values a frame later.
        for _ in 0..2 {
            headless.frame();
        }
        check_first(&headless, self.args)?;
        write_files(&mut headless, self.args, path)?;
        save_scene(&headless, self.args)?;
        let Some(path) = &self.args.stats else { return Ok(check_all(&headless)?) };
        let mut stats = Stats { adapter: Some(headless.adapter()), ..Stats::default() };
        if let Some(scene) = headless.scene() {
            stats.count(scene);
        }
        (stats.sim_ms, stats.steps) = (headless.status().time_ms, headless.status().steps);
        stats.first_picture_ms = Some(first_picture_ms);
        measure(&mut headless, &self.stopwatch, &mut stats)?;
        self.write(stats, path)?;
        Ok(check_all(&headless)?)
    }

    fn write(&self, mut stats: Stats, path: &Path) -> Result<(), ShowError> {
        stats.init_ms = self.stopwatch.times().init_ms;
        stats.peak_rss_mb = process::peak_rss_mb();
        stats.write(path).map_err(|source| ShowError::Stats { path: path.to_owned(), source })?;
        eprintln!("figures: {}", path.display());
        Ok(())
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn shows_whole_cell(headless: &mut Headless) -> bool {
    let camera = headless.cell_camera();
    let world = headless.world_mut();
    let (pictures, stage) = (world.resource::<Pictures>(), world.resource::<CellStage>());
    camera.is_some_and(|camera| pictures.shows_everything(stage, camera))
}
