//! A window for an application.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use bevy::{log::LogPlugin, prelude::*, render::renderer::RenderAdapterInfo, window::WindowResolution};
use compneurovis_core::{AppSpec, Failure, Frontend, Phase, Scene, SessionStatus};

use crate::{
    CompNeuroVisPlugins, FrontendError, LiveSession, SessionProblems, SessionProgress, SessionScene, WorkbenchPlugin,
    adapter, display,
    executors::OnFewThreads,
    lost::{LostGraphics, WatchGraphics},
    morphology::{CellStage, Pictures},
    workbench::SpaceCamera,
};

/// Opens a window for `app` and returns when it was closed.
///
/// # Errors
/// There is no display or no adapter, the graphics device failed, or the session had failed when the window was closed.
pub fn run_app(app: AppSpec) -> Result<(), FrontendError> {
    BevyFrontend::default().run(app)
}

/// A window, and what it shall do beyond showing an application.
#[derive(Clone, Debug)]
pub struct BevyFrontend {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Close when the session got so far, in ms.
    pub until_ms: Option<f64>,
    /// Whether to set up logging to the terminal, as Bevy does. Not, if the program did already.
    pub log: bool,
    /// What has been seen, for whoever keeps a clone of it.
    pub seen: Seen,
    /// Adds systems and resources of one's own to the app, such as [`CustomViews`](crate::workbench::CustomViews),
    /// after all plugins and before the first frame.
    pub extend: Option<fn(&mut App)>,
}

/// What a window has shown so far. Clones share it.
#[derive(Resource, Clone, Debug, Default)]
pub struct Seen(Arc<Mutex<Sights>>);

/// What a window has shown.
#[derive(Clone, Debug, Default)]
pub struct Sights {
    /// When the first frame with the whole of the cell had been drawn.
    pub first_picture: Option<Instant>,
    /// The adapter that draws.
    pub adapter: Option<String>,
    /// Where the session stands, or stood at the end.
    pub status: SessionStatus,
    /// The scene of the session, when the window was closed.
    pub scene: Option<Scene>,
    /// What the session failed of, unless it was restarted.
    pub failure: Option<Failure>,
    /// Why there was no picture any more, if the graphics device failed.
    pub lost_graphics: Option<String>,
}

impl Seen {
    /// What has been seen so far.
    pub fn get(&self) -> Sights {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Sights> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for BevyFrontend {
    fn default() -> Self {
        Self { size: (1280, 720), until_ms: None, log: true, seen: Seen::default(), extend: None }
    }
}

#[derive(Resource)]
struct CloseAt(f64);

impl Frontend for BevyFrontend {
    type Error = FrontendError;

    fn run(self, spec: AppSpec) -> Result<(), FrontendError> {
        display::check()?;
        // First of all, so that the model is built while the window is.
        let link = spec.start().map_err(FrontendError::Worker)?;
        let renderer = adapter::render_plugin()?;
        let mut app = App::new();
        let plugins = window_plugins(&spec.title, self.size).set(renderer);
        let plugins = if self.log { plugins } else { plugins.disable::<LogPlugin>() };
        app.add_plugins((plugins, CompNeuroVisPlugins, WorkbenchPlugin, WatchGraphics, OnFewThreads))
            .insert_resource(self.seen.clone())
            .add_systems(Last, (note_session, note_first_picture, note_end).chain());
        if let Some(until_ms) = self.until_ms {
            app.insert_resource(CloseAt(until_ms)).add_systems(Last, close_in_time.before(note_end));
        }
        if let Some(extend) = self.extend {
            extend(&mut app);
        }
        app.world_mut().spawn(LiveSession::started(spec, link));
        catch_unwind(AssertUnwindSafe(|| app.run())).map_err(|panic| FrontendError::Crashed(panic_text(&*panic)))?;
        let Sights { failure, lost_graphics, .. } = self.seen.get();
        if let Some(why) = lost_graphics {
            return Err(FrontendError::Graphics(why));
        }
        failure.map_or(Ok(()), |failure| Err(FrontendError::Session(failure)))
    }
}

fn window_plugins(title: &str, (width, height): (u32, u32)) -> bevy::app::PluginGroupBuilder {
    let window = Window { title: title.to_owned(), resolution: WindowResolution::new(width, height), ..default() };
    DefaultPlugins
        .set(WindowPlugin { primary_window: Some(window), ..default() })
        .set(LogPlugin { filter: "warn".to_owned(), ..default() })
}

fn note_session(sessions: Query<(&SessionProgress, &SessionProblems), Changed<SessionProgress>>, seen: Res<Seen>) {
    for (progress, problems) in &sessions {
        let mut seen = seen.lock();
        let fatal = problems.iter().rev().find(|failure| failure.fatal).cloned();
        seen.failure = if progress.phase == Phase::Failed { fatal } else { None };
        seen.status = **progress;
    }
}

/// With pipelined rendering, the frame after the next begins when the frame with the cell is done.
fn note_first_picture(
    (pictures, stage): (Res<Pictures>, Res<CellStage>),
    cameras: Query<Entity, With<SpaceCamera>>,
    adapter: Option<Res<RenderAdapterInfo>>,
    seen: Res<Seen>,
    mut frames: Local<u32>,
) {
    if *frames > 2 || !cameras.iter().any(|camera| pictures.shows_everything(&stage, camera)) {
        return;
    }
    *frames += 1;
    if *frames == 3 {
        let mut seen = seen.lock();
        debug!("the window has a cell");
        seen.first_picture = Some(Instant::now());
        seen.adapter = adapter.map(|info| info.name.clone());
    }
}

fn note_end(
    mut ends: MessageReader<AppExit>,
    sessions: Query<&SessionScene>,
    lost: Res<LostGraphics>,
    seen: Res<Seen>,
) {
    if ends.read().next().is_some() {
        let mut seen = seen.lock();
        seen.scene = sessions.iter().next().map(|scene| (**scene).clone());
        seen.lost_graphics.clone_from(&lost.0);
    }
}

fn close_in_time(
    at: Res<CloseAt>,
    sessions: Query<&SessionProgress>,
    seen: Res<Seen>,
    mut exit: MessageWriter<AppExit>,
) {
    let seen = seen.lock().first_picture.is_some();
    let done = |progress: &SessionProgress| {
        (progress.time_ms >= at.0 - 1e-6 && seen) || matches!(progress.phase, Phase::Failed | Phase::Stopped)
    };
    if sessions.iter().all(done) {
        exit.write(AppExit::Success);
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message").to_owned()
}
