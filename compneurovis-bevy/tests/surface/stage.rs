//! A surface on a stage: an app without a display whose session emits what a test orders.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bevy::{
    camera::{RenderTarget, visibility::RenderLayers},
    core_pipeline::tonemapping::Tonemapping,
    prelude::*,
    render::{
        render_resource::{TextureFormat, TextureUsages},
        view::screenshot::{Screenshot, ScreenshotCaptured},
    },
};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};
use compneurovis_bevy::{
    FrontendError, Headless, OrbitCamera, Surface,
    camera::SpaceBounds,
    surface::{
        AxisLabels, SurfacePicture, SurfacePoint, SurfaceProblems, SurfaceUploads, UploadedBytes, pick_surface,
        surface_labels_ui, surface_problems_ui,
    },
    workbench::{SpaceCamera, WorkbenchSettings},
};
use compneurovis_core::{LiveApp, Scene, SessionUpdate};

/// Width and height of the pictures.
pub(crate) const SIZE: (u32, u32) = (640, 480);

const PATIENCE: Duration = Duration::from_secs(60);

/// A window without a display, and what its session emits next.
pub(crate) struct Stage {
    pub(crate) headless: Headless,
    orders: Arc<Mutex<Vec<SessionUpdate>>>,
}

#[derive(Resource, Default)]
struct Captured(Option<Image>);

impl Stage {
    /// Shows a scene without panels; `None` where there is no adapter.
    pub(crate) fn new(scene: Scene) -> Option<Self> {
        Self::of_size(scene, SIZE)
    }

    pub(crate) fn of_size(scene: Scene, size: (u32, u32)) -> Option<Self> {
        let orders = Arc::new(Mutex::new(Vec::new()));
        let taken = orders.clone();
        let app = LiveApp::new("Surface", move || Ok((taken.clone(), scene.clone())))
            .on_advance(|orders, emitter| {
                orders.lock().map_err(|_| "the test failed")?.drain(..).for_each(|update| emitter.emit(update));
                Ok(())
            })
            .every(Duration::from_millis(2))
            .app();
        let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
        let headless = match Headless::new(app, size) {
            Ok(headless) => headless,
            Err(FrontendError::NoAdapter(why)) if !required => {
                eprintln!("skipped, as there is no graphics adapter: {why}");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let mut stage = Self { headless, orders };
        let world = stage.headless.world_mut();
        world.init_resource::<Captured>();
        world.resource_mut::<WorkbenchSettings>().panels = false;
        world.resource_mut::<Schedules>().add_systems(EguiPrimaryContextPass, draw_texts);
        stage.wait("a surface, or why there is none", |stage| stage.surface().is_some());
        stage.frames(3);
        Some(stage)
    }

    pub(crate) fn frames(&mut self, count: usize) {
        for _ in 0..count {
            self.headless.frame();
        }
    }

    fn wait(&mut self, waited_for: &str, mut done: impl FnMut(&mut Self) -> bool) {
        let begin = Instant::now();
        while !done(self) {
            assert!(begin.elapsed() < PATIENCE, "{waited_for} did not come");
            self.headless.frame();
            self.headless.check_session().unwrap();
        }
    }

    /// Lets the session emit updates, and waits until they are drawn.
    pub(crate) fn emit(&mut self, updates: impl IntoIterator<Item = SessionUpdate>) {
        self.orders.lock().unwrap().extend(updates);
        self.wait("the session's updates", |stage| stage.orders.lock().unwrap().is_empty());
        std::thread::sleep(Duration::from_millis(20));
        self.frames(4);
    }

    pub(crate) fn world(&mut self) -> &mut World {
        self.headless.world_mut()
    }

    /// The view's entity, once it has a picture or a problem.
    pub(crate) fn surface(&mut self) -> Option<Entity> {
        let world = self.world();
        let mut query =
            world.query_filtered::<Entity, (With<Surface>, Or<(With<SurfacePicture>, With<SurfaceProblems>)>)>();
        query.iter(world).next()
    }

    pub(crate) fn get<T: Component + Clone>(&mut self) -> Option<T> {
        let surface = self.surface()?;
        self.world().get::<T>(surface).cloned()
    }

    pub(crate) fn uploaded(&mut self) -> UploadedBytes {
        self.world().resource::<SurfaceUploads>().get()
    }

    pub(crate) fn camera(&mut self) -> Entity {
        self.headless.cell_camera().unwrap()
    }

    /// Turns a camera towards the surface, so that all of it is seen.
    pub(crate) fn look(&mut self, camera: Entity, yaw_deg: f32, pitch_deg: f32) {
        let (min, max) = self.get::<SpaceBounds>().unwrap().0.unwrap();
        let world = self.world();
        let mut camera = world.get_mut::<OrbitCamera>(camera).unwrap();
        *camera = OrbitCamera {
            target: (min + max) / 2.0,
            distance: (max - min).length() * 1.3,
            yaw: yaw_deg.to_radians(),
            pitch: pitch_deg.to_radians(),
            auto_frame: false,
        };
        self.frames(3);
    }

    /// Another camera with a picture of its own.
    pub(crate) fn second_camera(&mut self) -> (Entity, Handle<Image>) {
        let mut image = Image::new_target_texture(SIZE.0, SIZE.1, TextureFormat::Rgba8UnormSrgb, None);
        image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
        let world = self.world();
        let image = world.resource_mut::<Assets<Image>>().add(image);
        let camera = world.spawn((
            Camera3d::default(),
            OrbitCamera::default(),
            // The window puts views on the layers of their panels.
            RenderLayers::from_layers(&[0, 1, 2]),
            Msaa::Off,
            Tonemapping::None,
            RenderTarget::Image(image.clone().into()),
            Camera { clear_color: ClearColorConfig::Custom(Color::WHITE), ..default() },
        ));
        (camera.id(), image)
    }

    /// What a target of a second camera shows.
    pub(crate) fn capture(&mut self, image: &Handle<Image>) -> Image {
        let capture = |event: On<ScreenshotCaptured>, mut captured: ResMut<Captured>| {
            captured.0 = Some(event.image.clone());
        };
        self.world().spawn(Screenshot::image(image.clone())).observe(capture);
        self.wait("a screenshot", |stage| stage.world().resource::<Captured>().0.is_some());
        self.world().resource_mut::<Captured>().0.take().unwrap()
    }

    pub(crate) fn screenshot(&mut self) -> Image {
        self.headless.screenshot().unwrap()
    }

    /// Keeps the picture for those who want to look at it.
    pub(crate) fn save(&mut self, name: &str) {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("surface");
        self.headless.save_png(&folder.join(name).with_extension("png")).unwrap();
    }

    /// Where a camera sees a point of the data, in pixels.
    pub(crate) fn on_screen(&mut self, camera: Entity, data: [f64; 3]) -> Vec2 {
        let (picture, surface) = (self.get::<SurfacePicture>().unwrap(), self.surface().unwrap());
        let world = self.world();
        let transform = *world.get::<GlobalTransform>(surface).unwrap();
        let place = transform.transform_point(picture.shape().place(data).as_vec3());
        let (settings, from) = (world.get::<Camera>(camera).unwrap(), world.get::<GlobalTransform>(camera).unwrap());
        settings.world_to_viewport(from, place).unwrap()
    }

    /// What is under a pixel, and how high the surface is just there.
    pub(crate) fn pick(&mut self, camera: Entity, at: Vec2) -> Option<(SurfacePoint, f32)> {
        let (picture, surface) = (self.get::<SurfacePicture>().unwrap(), self.surface().unwrap());
        let field = self.headless.scene().unwrap().fields[picture.field()].clone();
        let world = self.world();
        let transform = *world.get::<GlobalTransform>(surface).unwrap();
        let (settings, from) = (world.get::<Camera>(camera).unwrap(), world.get::<GlobalTransform>(camera).unwrap());
        let ray = settings.viewport_to_world(from, at).unwrap();
        let point = pick_surface(&picture, &field, &transform, ray)?;
        let hit = transform.affine().inverse().transform_point3(ray.get_point(point.distance));
        Some((point, hit.y / picture.shape().scale[2] as f32))
    }
}

/// As a window does it.
fn draw_texts(
    mut contexts: EguiContexts,
    camera: Single<(Entity, &Camera), With<SpaceCamera>>,
    surfaces: Query<(Option<&AxisLabels>, Option<&SurfaceProblems>, Has<SurfacePicture>), With<Surface>>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let (camera, settings) = *camera;
    let Some(viewport) = settings.logical_viewport_rect() else { return Ok(()) };
    let point = |at: Vec2| egui::pos2(at.x, at.y);
    let rect = egui::Rect::from_min_max(point(viewport.min), point(viewport.max));
    let layer = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(context.viewport_rect());
    let ui = egui::Ui::new(context.clone(), "axes".into(), layer);
    for (labels, problems, drawn) in &surfaces {
        labels.into_iter().for_each(|labels| surface_labels_ui(&ui, rect, labels, camera));
        problems.into_iter().for_each(|problems| surface_problems_ui(&ui, rect, problems, drawn));
    }
    Ok(())
}

/// The colour of a pixel.
pub(crate) fn pixel(image: &Image, at: Vec2) -> [u8; 3] {
    let color = image.get_color_at(at.x as u32, at.y as u32).unwrap().to_srgba();
    [color.red, color.green, color.blue].map(|part| (part * 255.0).round() as u8)
}
