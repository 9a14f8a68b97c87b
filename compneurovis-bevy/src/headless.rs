//! The same window without a display: frames into an image, one at a time.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bevy::{
    app::PluginsState,
    camera::RenderTarget,
    ecs::message::Messages,
    image::Image,
    log::LogPlugin,
    prelude::*,
    render::{
        pipelined_rendering::PipelinedRenderingPlugin,
        render_resource::{PollType, TextureFormat, TextureUsages},
        renderer::RenderDevice,
        view::screenshot::{Screenshot, ScreenshotCaptured},
    },
    window::{ExitCondition, WindowPlugin},
    winit::WinitPlugin,
};
use bevy_egui::EguiContext;
use compneurovis_core::{AppSpec, Failure, Phase, Scene, SessionCommand, SessionStatus};

use crate::{
    CompNeuroVisPlugins, FrontendError, LiveSession, Past, SendCommand, SessionProblems, SessionProgress, SessionScene,
    WorkbenchPlugin, adapter, adapter_name,
    executors::OnFewThreads,
    export::{Export, ExportInput, Exported, Recipe, write_png},
    lost::{LostGraphics, WatchGraphics},
    timeline::{TimelineInput, TimelineRequest},
    workbench::{SpaceCamera, WorkbenchTarget},
};

/// How long a screenshot may take to come back from the GPU.
const SCREENSHOT_PATIENCE: Duration = Duration::from_secs(30);

/// Frames in which panels, their letters and the cameras between them come to rest.
const SETTLING: usize = 6;

/// An application drawn frame by frame into an image, without a window.
///
/// Each [`frame`](Self::frame) runs the whole schedule and waits for the GPU, so that its time is
/// the cost of a frame. Logging is the caller's to set up.
pub struct Headless {
    app: App,
    session: Entity,
    target: Handle<Image>,
}

/// The last screenshot, as soon as it is there.
#[derive(Resource, Default)]
struct Captured(Option<Image>);

impl Headless {
    /// Starts the session and builds the app around an image of `size` pixels.
    ///
    /// # Errors
    /// There is no adapter, or no thread for the session.
    pub fn new(spec: AppSpec, size: (u32, u32)) -> Result<Self, FrontendError> {
        Self::composed(spec, size, |app, target| {
            app.add_plugins(WorkbenchPlugin).insert_resource(WorkbenchTarget(target));
        })
    }

    /// The same for an app of one's own: `compose` adds what there is to see beside the session's views, with
    /// cameras that draw to the target it is given. Bevy's own plugins and [`CompNeuroVisPlugins`] are there.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn composed(
        spec: AppSpec,
        size: (u32, u32),
        compose: impl FnOnce(&mut App, RenderTarget),
    ) -> Result<Self, FrontendError> {
        let link = spec.start().map_err(FrontendError::Worker)?;
        let renderer = adapter::render_plugin()?;
        let mut app = App::new();
        app.add_plugins((headless_plugins().set(renderer), CompNeuroVisPlugins, WatchGraphics, OnFewThreads))
            .init_resource::<Captured>()
            .add_systems(PreUpdate, stand_still);
        let target = target_image(&mut app, size);
        compose(&mut app, RenderTarget::Image(target.clone().into()));
        let session = app.world_mut().spawn(LiveSession::started(spec, link)).id();
        while app.plugins_state() == PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        Ok(Self { app, session, target })
    }

    /// Draws one frame to the end of its work on the GPU, and says how long it took.
    pub fn frame(&mut self) -> Duration {
        let begin = Instant::now();
        self.app.update();
        if let Some(device) = self.app.world().get_resource::<RenderDevice>() {
            // An error here is a lost device, which the next frame reports.
            let _ = device.wgpu_device().poll(PollType::wait_indefinitely());
        }
        begin.elapsed()
    }

    /// Draws frames until `done`.
    ///
    /// # Errors
    /// The session failed, or it took longer than `patience`.
    pub fn run_until(
        &mut self,
        waited_for: &str,
        patience: Duration,
        mut done: impl FnMut(&mut Self) -> bool,
    ) -> Result<(), FrontendError> {
        let begin = Instant::now();
        loop {
            self.frame();
            self.check_session()?;
            if done(self) {
                return Ok(());
            }
            if begin.elapsed() > patience {
                let (waited_for, seconds) = (waited_for.to_owned(), patience.as_secs_f64());
                return Err(FrontendError::Timeout { waited_for, seconds });
            }
        }
    }

    /// Fails if the session has failed, or the graphics device.
    ///
    /// # Errors
    /// What it failed of.
    pub fn check_session(&self) -> Result<(), FrontendError> {
        self.check_graphics()?;
        if self.status().phase != Phase::Failed {
            return Ok(());
        }
        let fatal = self.problems().iter().rev().find(|failure| failure.fatal).cloned();
        fatal.map_or(Ok(()), |failure| Err(FrontendError::Session(failure)))
    }

    fn check_graphics(&self) -> Result<(), FrontendError> {
        let lost = self.app.world().get_resource::<LostGraphics>().and_then(|lost| lost.0.clone());
        lost.map_or(Ok(()), |why| Err(FrontendError::Graphics(why)))
    }

    /// Sends a command with the next frame.
    pub fn send(&mut self, command: SessionCommand) {
        let session = self.session;
        self.app.world_mut().write_message(SendCommand { session, command });
    }

    /// Where the session stands.
    pub fn status(&self) -> SessionStatus {
        self.app.world().get::<SessionProgress>(self.session).map_or_else(SessionStatus::default, |progress| **progress)
    }

    /// What there is to see.
    pub fn scene(&self) -> Option<&Scene> {
        self.app.world().get::<SessionScene>(self.session).map(|scene| &**scene)
    }

    /// What the session told to have gone wrong in this life, oldest first; also updates that did not fit the scene.
    pub fn problems(&self) -> &[Failure] {
        self.app.world().get::<SessionProblems>(self.session).map_or(&[], |problems| &problems.0)
    }

    /// The entity of the session.
    pub fn session(&self) -> Entity {
        self.session
    }

    /// The camera of the first panel of views in space, as soon as there is one.
    pub fn cell_camera(&mut self) -> Option<Entity> {
        let world = self.app.world_mut();
        world.query_filtered::<Entity, With<SpaceCamera>>().iter(world).next()
    }

    /// The adapter that draws.
    pub fn adapter(&self) -> String {
        adapter_name(self.app.world()).unwrap_or_else(|| "unknown".to_owned())
    }

    /// The world of the app.
    pub fn world_mut(&mut self) -> &mut World {
        self.app.world_mut()
    }

    /// Draws frames until one has come back from the GPU.
    ///
    /// # Errors
    /// It does not come back, or the graphics device failed.
    pub fn screenshot(&mut self) -> Result<Image, FrontendError> {
        self.app.world_mut().resource_mut::<Captured>().0 = None;
        let capture = |event: On<ScreenshotCaptured>, mut captured: ResMut<Captured>| {
            captured.0 = Some(event.image.clone());
        };
        self.app.world_mut().spawn(Screenshot::image(self.target.clone())).observe(capture);
        let begin = Instant::now();
        while begin.elapsed() < SCREENSHOT_PATIENCE {
            self.frame();
            self.check_graphics()?;
            if let Some(image) = self.app.world_mut().resource_mut::<Captured>().0.take() {
                return Ok(image);
            }
        }
        let seconds = SCREENSHOT_PATIENCE.as_secs_f64();
        Err(FrontendError::Timeout { waited_for: "a screenshot".to_owned(), seconds })
    }

    /// Draws frames until the panels have come to rest, and writes the last one to a PNG file, with its [`Recipe`]
    /// inside. A file that is there is replaced.
    ///
    /// # Errors
    /// The frame does not come back from the GPU, or the file cannot be written.
    pub fn save_png(&mut self, path: &Path) -> Result<(), FrontendError> {
        for _ in 0..SETTLING {
            self.frame();
        }
        let image = self.screenshot()?;
        let recipe = self.recipe().of_part(None, 1.0);
        let failed = |error: crate::export::ExportError| {
            let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            FrontendError::Picture { path: path.to_owned(), cause }
        };
        write_png(path, &image, None, &recipe).map_err(failed)
    }

    /// The recipe of what is shown.
    pub fn recipe(&self) -> Recipe {
        let world = self.app.world();
        let (Some(session), Some(scene)) = (world.get::<LiveSession>(self.session), self.scene()) else {
            return Recipe::default();
        };
        let moment = world.get::<Past>(self.session).and_then(Past::simulated_ms);
        Recipe::of(session.title(), scene, &self.status(), moment.unwrap_or(self.status().time_ms))
    }

    /// Draws frames until something is exported, and says where it is. What is at `to` already is not
    /// replaced.
    ///
    /// # Errors
    /// Why it could not be exported, or it took longer than `patience`.
    pub fn export(&mut self, export: Export, to: &Path, patience: Duration) -> Result<PathBuf, FrontendError> {
        let session = self.session;
        let mut cursor = self.app.world().resource::<Messages<Exported>>().get_cursor_current();
        self.app.world_mut().write_message(ExportInput { session, export, to: Some(to.to_owned()) });
        let begin = Instant::now();
        while begin.elapsed() < patience {
            self.frame();
            let exported = self.app.world().resource::<Messages<Exported>>();
            if let Some(Exported { outcome, .. }) = cursor.read(exported).next() {
                return outcome.clone().map_err(FrontendError::Export);
            }
        }
        Err(FrontendError::Timeout { waited_for: "an export".to_owned(), seconds: patience.as_secs_f64() })
    }

    /// Does something about time with the next frame, such as showing an earlier moment.
    pub fn request(&mut self, request: TimelineRequest) {
        let session = self.session;
        self.app.world_mut().write_message(TimelineInput { session, request });
    }
}

/// Nothing fades in or slides: a picture shows how it is, not how it is about to be.
fn stand_still(mut contexts: Query<&mut EguiContext>) {
    for mut context in &mut contexts {
        let context = context.bypass_change_detection().get_mut();
        if context.global_style().animation_time != 0.0 {
            context.all_styles_mut(|style| style.animation_time = 0.0);
        }
    }
}

fn headless_plugins() -> bevy::app::PluginGroupBuilder {
    DefaultPlugins
        .set(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
        // It needs a display.
        .disable::<WinitPlugin>()
        // Each frame is finished before the next begins, so that its time means something.
        .disable::<PipelinedRenderingPlugin>()
        .disable::<LogPlugin>()
}

fn target_image(app: &mut App, (width, height): (u32, u32)) -> Handle<Image> {
    let mut image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    app.world_mut().resource_mut::<Assets<Image>>().add(image)
}
