//! Cells in a camera of the user's, among things of the user's: nearer hides farther, at rest and while it turns.
//!
//! Without any adapter this test says so and passes, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.

mod common;

use std::time::{Duration, Instant};

use bevy::{
    app::PluginsState,
    camera::RenderTarget,
    core_pipeline::{
        Core3dSystems,
        core_3d::{CORE_3D_DEPTH_FORMAT, main_opaque_pass_3d},
        schedule::Core3d,
        tonemapping::Tonemapping,
    },
    log::LogPlugin,
    prelude::*,
    render::{
        RenderApp, RenderStartup,
        pipelined_rendering::PipelinedRenderingPlugin,
        render_resource::{
            CachedRenderPipelineId, ColorTargetState, ColorWrites, CompareFunction, DepthBiasState, DepthStencilState,
            FragmentState, PipelineCache, RenderPassDescriptor, RenderPipelineDescriptor, StencilState, StoreOp,
            TextureFormat, TextureUsages, VertexState,
        },
        renderer::{RenderContext, ViewQuery},
        view::{
            ViewDepthTexture, ViewTarget,
            screenshot::{Screenshot, ScreenshotCaptured},
        },
    },
    window::{ExitCondition, WindowPlugin},
    winit::WinitPlugin,
};
use common::{LONG, star_app};
use compneurovis_bevy::{
    CompNeuroVisPlugins, FrontendError, Headless, LiveSession, OrbitCamera, ViewOf,
    morphology::{CellStage, Pictures},
};

const PATIENCE: Duration = Duration::from_secs(60);

const SIZE: UVec2 = UVec2::new(640, 400);

/// Two rectangles, right before the camera on the left, behind everything on the right.
const QUADS: &str = "
@vertex
fn vertex(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    let corners = array<vec2<f32>, 6>(
        vec2(0.0, 0.0), vec2(1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, 1.0), vec2(1.0, 0.0), vec2(1.0, 1.0));
    let is_near = index < 6u;
    let at = corners[index % 6u];
    // Bevy's depth is reversed.
    return vec4(select(at.x, at.x - 1.0, is_near), at.y * 2.0 - 1.0, select(1e-6, 0.9, is_near), 1.0);
}

@fragment
fn fragment() -> @location(0) vec4<f32> {
    return vec4(0.0, 0.0, 1.0, 1.0);
}
";

const BLUE: [u8; 3] = [0, 0, 255];

/// A pass of the user's, that draws by depth after Bevy's opaque things.
struct QuadsPlugin;

#[derive(Resource)]
struct Quads(Handle<Shader>);

#[derive(Resource)]
struct QuadsPipeline(CachedRenderPipelineId);

impl Plugin for QuadsPlugin {
    fn build(&self, _app: &mut App) {}

    fn finish(&self, app: &mut App) {
        let shader = app.world_mut().resource_mut::<Assets<Shader>>().add(Shader::from_wgsl(QUADS, "quads.wgsl"));
        app.get_sub_app_mut(RenderApp)
            .expect("a renderer")
            .insert_resource(Quads(shader))
            .add_systems(RenderStartup, make_quads)
            .add_systems(Core3d, draw_quads.in_set(Core3dSystems::MainPass).after(main_opaque_pass_3d));
    }
}

fn make_quads(mut commands: Commands, quads: Res<Quads>, cache: Res<PipelineCache>) {
    let format = TextureFormat::Rgba8UnormSrgb;
    let descriptor = RenderPipelineDescriptor {
        vertex: VertexState { shader: quads.0.clone(), entry_point: Some("vertex".into()), ..default() },
        fragment: Some(FragmentState {
            shader: quads.0.clone(),
            entry_point: Some("fragment".into()),
            targets: vec![Some(ColorTargetState { format, blend: None, write_mask: ColorWrites::ALL })],
            ..default()
        }),
        depth_stencil: Some(DepthStencilState {
            format: CORE_3D_DEPTH_FORMAT,
            depth_write_enabled: Some(true),
            depth_compare: Some(CompareFunction::GreaterEqual),
            stencil: StencilState::default(),
            bias: DepthBiasState::default(),
        }),
        ..default()
    };
    commands.insert_resource(QuadsPipeline(cache.queue_render_pipeline(descriptor)));
}

fn draw_quads(
    view: ViewQuery<(&ViewTarget, &ViewDepthTexture)>,
    pipeline: Res<QuadsPipeline>,
    cache: Res<PipelineCache>,
    mut context: RenderContext,
) {
    let (target, depth) = view.into_inner();
    let Some(pipeline) = cache.get_render_pipeline(pipeline.0) else { return };
    let mut pass = context.begin_tracked_render_pass(RenderPassDescriptor {
        color_attachments: &[Some(target.get_color_attachment())],
        depth_stencil_attachment: Some(depth.get_attachment(StoreOp::Store)),
        ..default()
    });
    pass.set_render_pipeline(pipeline);
    pass.draw(0..12, 0..1);
}

/// The user's app: a camera of its own with an image, the quads, and a session; no workbench.
fn app() -> (App, Entity, Handle<Image>) {
    let mut app = App::new();
    let plugins = DefaultPlugins
        .set(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
        .disable::<WinitPlugin>()
        .disable::<PipelinedRenderingPlugin>()
        .disable::<LogPlugin>();
    app.add_plugins((plugins, CompNeuroVisPlugins, QuadsPlugin));
    while app.plugins_state() == PluginsState::Adding {
        bevy::tasks::tick_global_task_pools_on_main_thread();
    }
    app.finish();
    app.cleanup();
    let mut image = Image::new_target_texture(SIZE.x, SIZE.y, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    let image = app.world_mut().resource_mut::<Assets<Image>>().add(image);
    let target = RenderTarget::Image(image.clone().into());
    let camera = (Camera3d::default(), OrbitCamera::default(), Msaa::Off, Tonemapping::None, target);
    let camera = app.world_mut().spawn(camera).id();
    app.world_mut().spawn(LiveSession::new(star_app()));
    (app, camera, image)
}

#[derive(Resource, Default)]
struct Captured(Option<Image>);

fn screenshot(app: &mut App, target: &Handle<Image>) -> Image {
    app.insert_resource(Captured(None));
    let capture = |event: On<ScreenshotCaptured>, mut captured: ResMut<Captured>| {
        captured.0 = Some(event.image.clone());
    };
    app.world_mut().spawn(Screenshot::image(target.clone())).observe(capture);
    let begin = Instant::now();
    loop {
        app.update();
        if let Some(image) = app.world_mut().resource_mut::<Captured>().0.take() {
            return image;
        }
        assert!(begin.elapsed() < PATIENCE, "a picture comes back");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Where compartments are seen, if they are.
fn seen(app: &mut App, camera: Entity) -> Vec<UVec2> {
    let world = app.world_mut();
    let Some((cell, _)) = world.query::<(Entity, &ViewOf)>().iter(world).find(|(_, of)| of.view.as_str() == "cell")
    else {
        return Vec::new();
    };
    let (pictures, stage) = (world.resource::<Pictures>(), world.resource::<CellStage>());
    let places = (0..LONG + 2).filter_map(|compartment| pictures.find_on_screen(stage, camera, cell, compartment));
    places.map(|place| place.middle.as_uvec2()).collect()
}

#[test]
fn what_is_nearer_hides_what_is_farther_at_rest_and_in_motion() {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    if let Err(FrontendError::NoAdapter(why)) = Headless::new(star_app(), (8, 8)) {
        assert!(!required, "{why}");
        return eprintln!("skipped, as there is no graphics adapter: {why}");
    }
    let (mut app, camera, image) = app();
    let begin = Instant::now();
    while seen(&mut app, camera).is_empty() {
        app.update();
        assert!(begin.elapsed() < PATIENCE, "a cell in the picture");
    }
    // The pipelines of what is beside it may still be on their way.
    for _ in 0..20 {
        app.update();
        std::thread::sleep(Duration::from_millis(2));
    }
    // At rest, and then after the camera has turned: each picture is taken of the frames that follow.
    for step in 0..4 {
        if step > 0 {
            let mut orbit = app.world_mut().get_mut::<OrbitCamera>(camera).unwrap();
            orbit.turn(Vec2::new(20.0, 3.0), SIZE.y as f32);
        }
        app.update();
        let picture = screenshot(&mut app, &image);
        let places = seen(&mut app, camera);
        let (mut hidden, mut shown) = (0, 0);
        for at in places {
            let color = picture.get_color_at(at.x, at.y).unwrap().to_srgba();
            let color = [color.red, color.green, color.blue].map(|part| (part * 255.0).round() as u8);
            if at.x < SIZE.x / 2 - 1 {
                assert_eq!(color, BLUE, "step {step}: what is before the cell hides it at {at}");
                hidden += 1;
            } else if at.x > SIZE.x / 2 + 1 {
                assert_ne!(color, BLUE, "step {step}: what is behind the cell does not, at {at}");
                shown += 1;
            }
        }
        assert!(hidden > 0 && shown > 0, "step {step}: {hidden} hidden, {shown} shown");
        let corner = |x: u32| picture.get_color_at(x, 2).unwrap().to_srgba();
        assert!(corner(2).blue > 0.99 && corner(SIZE.x - 3).blue > 0.99, "both are there beside the cell");
    }
}
