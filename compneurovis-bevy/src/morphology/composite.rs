//! The render pass that puts pictures of cells into the pictures of cameras.

use bevy::{
    asset::{AssetServer, load_embedded_asset},
    camera::CameraOutputMode,
    core_pipeline::{
        Core3dSystems, FullscreenShader,
        core_3d::{CORE_3D_DEPTH_FORMAT, main_opaque_pass_3d},
        schedule::Core3d,
    },
    ecs::{entity::EntityHashMap, schedule::ScheduleLabel},
    prelude::*,
    render::{
        Extract, ExtractSchedule, Render, RenderApp, RenderStartup, RenderSystems,
        camera::ExtractedCamera,
        render_resource::{
            BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, CachedRenderPipelineId,
            ColorTargetState, ColorWrites, CompareFunction, DepthBiasState, DepthStencilState, Extent3d, FragmentState,
            MultisampleState, Origin3d, PipelineCache, RenderPassDescriptor, RenderPipelineDescriptor, ShaderStages,
            SpecializedRenderPipeline, SpecializedRenderPipelines, StencilState, StoreOp, TexelCopyBufferLayout,
            TexelCopyTextureInfo, Texture, TextureAspect, TextureDescriptor, TextureDimension, TextureFormat,
            TextureSampleType, TextureUsages, TextureViewDescriptor, binding_types::texture_2d,
        },
        renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery},
        sync_world::MainEntity,
        view::{ViewDepthTexture, ViewTarget},
    },
};

use super::{
    Pictures,
    copies::{self, CellsAlone, Copies},
    picture::Picture,
};

/// Adds the pass, if there is a renderer.
pub(super) fn build(app: &mut App) {
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    render_app
        .init_resource::<GpuPictures>()
        .init_resource::<SpecializedRenderPipelines<CompositePipeline>>()
        .add_systems(RenderStartup, make_pipeline)
        .add_systems(ExtractSchedule, upload_pictures)
        .add_systems(Render, leave_out_passes.in_set(RenderSystems::PrepareResources))
        .add_schedule(copies::schedule())
        .add_systems(CellsAlone, compose)
        .add_systems(Core3d, compose.in_set(Core3dSystems::MainPass).before(main_opaque_pass_3d));
}

/// Cameras that show nothing but copies have none of Bevy's passes: each goes through the whole of a picture.
///
/// Not where a camera writes to its target by itself, as it then has passes that bring what it shows there.
fn leave_out_passes(
    gpu: Res<GpuPictures>,
    mut cameras: Query<(&MainEntity, &mut ExtractedCamera, &ViewTarget, &Msaa)>,
) {
    for (camera, mut extracted, target, msaa) in &mut cameras {
        let is_copied = gpu.by_camera.get(&camera.id()).is_some_and(|picture| picture.copies.is_some());
        if is_copied && matches!(extracted.output_mode, CameraOutputMode::Skip) && copies::takes_copies(target, msaa) {
            extracted.schedule = CellsAlone.intern();
        }
    }
}

#[derive(Resource)]
struct CompositePipeline {
    layout: BindGroupLayoutDescriptor,
    fullscreen: FullscreenShader,
    shader: Handle<Shader>,
}

/// The textures of all cameras, by the camera's entity in the main world.
#[derive(Resource, Default)]
struct GpuPictures {
    by_camera: EntityHashMap<GpuPicture>,
}

struct GpuPicture {
    colors: Texture,
    depths: Texture,
    size: UVec2,
    painted_in: Vec<URect>,
    /// Stamp of the buffer whose depths are in the texture.
    depth_stamp: u64,
    /// Version of the picture whose pixels are in the texture.
    version: u64,
    bind_group: Option<BindGroup>,
    /// What is copied in place of that while there are only cells.
    copies: Option<Copies>,
}

fn make_pipeline(mut commands: Commands, assets: Res<AssetServer>, fullscreen: Res<FullscreenShader>) {
    let unfiltered = || texture_2d(TextureSampleType::Float { filterable: false });
    commands.insert_resource(CompositePipeline {
        layout: BindGroupLayoutDescriptor::new(
            "cells",
            &BindGroupLayoutEntries::sequential(ShaderStages::FRAGMENT, (unfiltered(), unfiltered())),
        ),
        fullscreen: fullscreen.clone(),
        shader: load_embedded_asset!(&*assets, "composite.wgsl"),
    });
}

impl SpecializedRenderPipeline for CompositePipeline {
    /// Format and sample count of the camera's picture.
    type Key = (TextureFormat, u32);

    fn specialize(&self, (format, samples): Self::Key) -> RenderPipelineDescriptor {
        RenderPipelineDescriptor {
            label: Some("cells".into()),
            layout: vec![self.layout.clone()],
            vertex: self.fullscreen.to_vertex_state(),
            fragment: Some(FragmentState {
                shader: self.shader.clone(),
                entry_point: Some("fragment".into()),
                targets: vec![Some(ColorTargetState { format, blend: None, write_mask: ColorWrites::ALL })],
                ..default()
            }),
            depth_stencil: Some(DepthStencilState {
                format: CORE_3D_DEPTH_FORMAT,
                depth_write_enabled: Some(true),
                // Bevy's depth is reversed: nearer is greater.
                depth_compare: Some(CompareFunction::GreaterEqual),
                stencil: StencilState::default(),
                bias: DepthBiasState::default(),
            }),
            multisample: MultisampleState { count: samples, ..default() },
            ..default()
        }
    }
}

/// Copies what changed to the GPU. At extraction, when both worlds stand still: the queue makes the
/// one copy that is needed.
fn upload_pictures(
    pictures: Extract<Res<Pictures>>,
    mut gpu: ResMut<GpuPictures>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
) {
    gpu.by_camera.retain(|camera, _| !pictures.by_gpu && pictures.by_camera.contains_key(camera));
    if pictures.by_gpu {
        return;
    }
    for (&camera, picture) in &pictures.by_camera {
        let size = UVec2::new(picture.buffer.width() as u32, picture.buffer.height() as u32);
        if size.min_element() == 0 {
            continue;
        }
        let current = gpu.by_camera.get(&camera).is_some_and(|textures| textures.size == size);
        if !current {
            gpu.by_camera.insert(camera, GpuPicture::new(&device, size));
        }
        if let Some(textures) = gpu.by_camera.get_mut(&camera) {
            if picture.alone {
                textures.copies.get_or_insert_default().upload(picture, &device, &queue);
            } else {
                textures.copies = None;
                textures.upload(picture, &queue);
            }
        }
    }
}

impl GpuPicture {
    fn new(device: &RenderDevice, size: UVec2) -> Self {
        let make = |label, format| {
            device.create_texture(&TextureDescriptor {
                label: Some(label),
                size: Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format,
                usage: TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_DST,
                view_formats: &[],
            })
        };
        Self {
            colors: make("cell colors", TextureFormat::Rgba8UnormSrgb),
            depths: make("cell depths", TextureFormat::R32Float),
            size,
            painted_in: Vec::new(),
            depth_stamp: 0,
            version: 0,
            bind_group: None,
            copies: None,
        }
    }

    fn upload(&mut self, picture: &Picture, queue: &RenderQueue) {
        if self.depth_stamp != picture.buffer.stamp() || self.painted_in != picture.painted_in {
            self.painted_in.clone_from(&picture.painted_in);
            let depths = picture.buffer.depths().iter().flat_map(|depth| depth.to_ne_bytes()).collect::<Vec<u8>>();
            self.painted_in.iter().for_each(|part| write(queue, &self.depths, &depths, self.size, *part));
            self.depth_stamp = picture.buffer.stamp();
        }
        if self.version != picture.version {
            self.painted_in.iter().for_each(|part| write(queue, &self.colors, &picture.pixels, self.size, *part));
            self.version = picture.version;
        }
    }
}

/// Writes a part of a texture of four bytes a pixel and what borders on it, from bytes for the whole of it.
///
/// Some drivers take multisampled pixels for within the part that lie half a pixel beside it, as llvmpipe does: there must be
/// nothing left of an earlier picture.
fn write(queue: &RenderQueue, texture: &Texture, bytes: &[u8], size: UVec2, part: URect) {
    if part.is_empty() {
        return;
    }
    let part = URect { min: part.min.saturating_sub(UVec2::ONE), max: (part.max + UVec2::ONE).min(size) };
    let pixel = |at: UVec2| (at.y as usize * size.x as usize + at.x as usize) * 4;
    let last = UVec2::new(part.max.x, part.max.y - 1);
    queue.write_texture(
        TexelCopyTextureInfo {
            texture,
            mip_level: 0,
            origin: Origin3d { x: part.min.x, y: part.min.y, z: 0 },
            aspect: TextureAspect::All,
        },
        &bytes[pixel(part.min)..pixel(last)],
        TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(size.x * 4), rows_per_image: None },
        Extent3d { width: part.width(), height: part.height(), depth_or_array_layers: 1 },
    );
}

fn compose(
    view: ViewQuery<(&MainEntity, &ExtractedCamera, &ViewTarget, &ViewDepthTexture, &Msaa)>,
    mut gpu: ResMut<GpuPictures>,
    pipeline: Option<Res<CompositePipeline>>,
    mut pipelines: ResMut<SpecializedRenderPipelines<CompositePipeline>>,
    cache: Res<PipelineCache>,
    device: Res<RenderDevice>,
    mut context: RenderContext,
) {
    let (camera, extracted, target, depth, msaa) = view.into_inner();
    let Some(pipeline) = pipeline else { return };
    let Some(picture) = gpu.by_camera.get_mut(&camera.id()) else { return };
    let origin = extracted.viewport.as_ref().map_or(UVec2::ZERO, |viewport| viewport.physical_position);
    if let Some(copies) = &picture.copies {
        if copies::takes_copies(target, msaa) {
            // The first pass of a camera clears its picture, which must not be after the copies.
            let attachments = [Some(target.get_color_attachment())];
            let descriptor = RenderPassDescriptor { color_attachments: &attachments, ..default() };
            drop(context.begin_tracked_render_pass(descriptor));
            copies.copy(context.command_encoder(), target.main_texture(), origin);
        } else {
            warn_once!("a camera with a plain background does not take copies of cells, so they are not drawn");
        }
        return;
    }
    if picture.painted_in.is_empty() {
        return;
    }
    let id: CachedRenderPipelineId =
        pipelines.specialize(&cache, &pipeline, (target.main_texture_format(), msaa.samples()));
    let Some(ready) = cache.get_render_pipeline(id) else { return };
    let bind_group = picture.bind_group.get_or_insert_with(|| {
        let view = |texture: &Texture| texture.create_view(&TextureViewDescriptor::default());
        device.create_bind_group(
            "cells",
            &cache.get_bind_group_layout(&pipeline.layout),
            &BindGroupEntries::sequential((&view(&picture.colors), &view(&picture.depths))),
        )
    });
    let mut pass = context.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("cells"),
        color_attachments: &[Some(target.get_color_attachment())],
        depth_stencil_attachment: Some(depth.get_attachment(StoreOp::Store)),
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    if let Some(viewport) = &extracted.viewport {
        pass.set_camera_viewport(viewport);
    }
    pass.set_render_pipeline(ready);
    pass.set_bind_group(0, bind_group, &[]);
    // The camera's viewport can have changed between the picture and this frame; then the next fits.
    let within =
        |part: &&URect| extracted.physical_target_size.is_some_and(|target| (origin + part.max).cmple(target).all());
    for part in picture.painted_in.iter().filter(within) {
        let (from, size) = (origin + part.min, part.size());
        pass.set_scissor_rect(from.x, from.y, size.x, size.y);
        pass.draw(0..3, 0..1);
    }
}
