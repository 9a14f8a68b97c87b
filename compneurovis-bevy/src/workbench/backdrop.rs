//! The background of a camera that must not clear: several cameras share the picture of a window, and
//! clearing knows no viewport.

use bevy::{
    asset::{AssetServer, embedded_asset, load_embedded_asset},
    camera::ClearColorConfig,
    core_pipeline::{Core3dSystems, FullscreenShader, schedule::Core3d},
    ecs::query::QueryItem,
    prelude::*,
    render::{
        RenderApp, RenderStartup,
        camera::ExtractedCamera,
        extract_component::{ExtractComponent, ExtractComponentPlugin},
        render_resource::{
            BlendComponent, BlendFactor, BlendOperation, BlendState, ColorTargetState, ColorWrites, FragmentState,
            MultisampleState, PipelineCache, RenderPassDescriptor, RenderPipelineDescriptor, SpecializedRenderPipeline,
            SpecializedRenderPipelines, TextureFormat,
        },
        renderer::{RenderContext, ViewQuery},
        sync_component::SyncComponent,
        view::ViewTarget,
    },
};

/// The colour behind what a camera sees, drawn if the camera does not clear.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub(super) struct Backdrop(pub(super) LinearRgba);

/// A backdrop that has to be drawn.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct DrawnBackdrop(LinearRgba);

impl SyncComponent for Backdrop {
    type Target = DrawnBackdrop;
}

impl ExtractComponent for Backdrop {
    type QueryData = (&'static Backdrop, &'static Camera);
    type QueryFilter = ();
    type Out = DrawnBackdrop;

    fn extract_component((backdrop, camera): QueryItem<'_, '_, Self::QueryData>) -> Option<DrawnBackdrop> {
        let drawn = camera.is_active && matches!(camera.clear_color, ClearColorConfig::None);
        drawn.then_some(DrawnBackdrop(backdrop.0))
    }
}

#[derive(Resource)]
struct BackdropPipeline {
    fullscreen: FullscreenShader,
    shader: Handle<Shader>,
}

pub(super) fn build(app: &mut App) {
    embedded_asset!(app, "backdrop.wgsl");
    app.add_plugins(ExtractComponentPlugin::<Backdrop>::default());
}

/// Adds the pass, if there is a renderer. When all plugins were built, as its app exists only then.
pub(super) fn finish(app: &mut App) {
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    render_app
        .init_resource::<SpecializedRenderPipelines<BackdropPipeline>>()
        .add_systems(RenderStartup, make_pipeline)
        .add_systems(Core3d, fill.after(Core3dSystems::Prepass).before(Core3dSystems::MainPass));
}

fn make_pipeline(mut commands: Commands, assets: Res<AssetServer>, fullscreen: Res<FullscreenShader>) {
    let shader = load_embedded_asset!(&*assets, "backdrop.wgsl");
    commands.insert_resource(BackdropPipeline { fullscreen: fullscreen.clone(), shader });
}

impl SpecializedRenderPipeline for BackdropPipeline {
    /// Format and sample count of the camera's picture.
    type Key = (TextureFormat, u32);

    fn specialize(&self, (format, samples): Self::Key) -> RenderPipelineDescriptor {
        let constant = BlendComponent {
            src_factor: BlendFactor::Constant,
            dst_factor: BlendFactor::Zero,
            operation: BlendOperation::Add,
        };
        let blend = Some(BlendState { color: constant, alpha: constant });
        RenderPipelineDescriptor {
            label: Some("backdrop".into()),
            vertex: self.fullscreen.to_vertex_state(),
            fragment: Some(FragmentState {
                shader: self.shader.clone(),
                entry_point: Some("fragment".into()),
                targets: vec![Some(ColorTargetState { format, blend, write_mask: ColorWrites::ALL })],
                ..default()
            }),
            multisample: MultisampleState { count: samples, ..default() },
            ..default()
        }
    }
}

fn fill(
    view: ViewQuery<(&DrawnBackdrop, &ExtractedCamera, &ViewTarget, &Msaa)>,
    pipeline: Option<Res<BackdropPipeline>>,
    mut pipelines: ResMut<SpecializedRenderPipelines<BackdropPipeline>>,
    cache: Res<PipelineCache>,
    mut context: RenderContext,
) {
    let (backdrop, camera, target, msaa) = view.into_inner();
    let Some(pipeline) = pipeline else { return };
    let id = pipelines.specialize(&cache, &pipeline, (target.main_texture_format(), msaa.samples()));
    let Some(ready) = cache.get_render_pipeline(id) else { return };
    let mut pass = context.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("backdrop"),
        color_attachments: &[Some(target.get_color_attachment())],
        depth_stencil_attachment: None,
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    if let Some(viewport) = &camera.viewport {
        pass.set_camera_viewport(viewport);
    }
    pass.set_render_pipeline(ready);
    pass.set_blend_constant(backdrop.0);
    pass.draw(0..3, 0..1);
}
