//! The pipelines of the two passes.

use bevy::{
    asset::{AssetServer, load_embedded_asset},
    core_pipeline::{FullscreenShader, core_3d::CORE_3D_DEPTH_FORMAT},
    prelude::*,
    render::render_resource::{
        BindGroupLayoutDescriptor, BindGroupLayoutEntries, CachedRenderPipelineId, ColorTargetState, ColorWrites,
        CompareFunction, DepthBiasState, DepthStencilState, FragmentState, MultisampleState, PipelineCache,
        RenderPipelineDescriptor, ShaderStages, SpecializedRenderPipeline, StencilState, TextureFormat,
        TextureSampleType, VertexState,
        binding_types::{storage_buffer_read_only_sized, texture_2d, texture_depth_2d},
    },
};

/// A compartment and how brightly it is lit.
pub(super) const SEEN_FORMAT: TextureFormat = TextureFormat::Rg32Uint;

/// That of the cameras, so that depths can be compared.
pub(super) const DEPTH_FORMAT: TextureFormat = CORE_3D_DEPTH_FORMAT;

#[derive(Resource)]
pub(super) struct Pipelines {
    pub(super) fill_layout: BindGroupLayoutDescriptor,
    pub(super) recolor_layout: BindGroupLayoutDescriptor,
    pub(super) fill: CachedRenderPipelineId,
    fullscreen: FullscreenShader,
    recolor_shader: Handle<Shader>,
}

pub(super) fn make_pipelines(
    mut commands: Commands,
    assets: Res<AssetServer>,
    fullscreen: Res<FullscreenShader>,
    cache: Res<PipelineCache>,
) {
    let stored = || storage_buffer_read_only_sized(false, None);
    let fill_layout = BindGroupLayoutDescriptor::new(
        "frusta",
        &BindGroupLayoutEntries::sequential(ShaderStages::VERTEX_FRAGMENT, (stored(), stored(), stored())),
    );
    let recolor_layout = BindGroupLayoutDescriptor::new(
        "seen cells",
        &BindGroupLayoutEntries::sequential(
            ShaderStages::FRAGMENT,
            (texture_2d(TextureSampleType::Uint), texture_depth_2d(), stored(), stored()),
        ),
    );
    let fill = cache.queue_render_pipeline(fill(&fill_layout, load_embedded_asset!(&*assets, "fill.wgsl")));
    commands.insert_resource(Pipelines {
        fill_layout,
        recolor_layout,
        fill,
        fullscreen: fullscreen.clone(),
        recolor_shader: load_embedded_asset!(&*assets, "recolor.wgsl"),
    });
}

fn fill(layout: &BindGroupLayoutDescriptor, shader: Handle<Shader>) -> RenderPipelineDescriptor {
    RenderPipelineDescriptor {
        label: Some("frusta".into()),
        layout: vec![layout.clone()],
        vertex: VertexState { shader: shader.clone(), entry_point: Some("vertex".into()), ..default() },
        fragment: Some(FragmentState {
            shader,
            entry_point: Some("fragment".into()),
            targets: vec![Some(ColorTargetState { format: SEEN_FORMAT, blend: None, write_mask: ColorWrites::ALL })],
            ..default()
        }),
        // Of two at the same depth the first stays, as with the rasteriser.
        depth_stencil: Some(nearest(DEPTH_FORMAT, CompareFunction::Greater)),
        ..default()
    }
}

/// Bevy's depth is reversed: nearer is greater.
fn nearest(format: TextureFormat, compare: CompareFunction) -> DepthStencilState {
    DepthStencilState {
        format,
        depth_write_enabled: Some(true),
        depth_compare: Some(compare),
        stencil: StencilState::default(),
        bias: DepthBiasState::default(),
    }
}

impl SpecializedRenderPipeline for Pipelines {
    /// Format and sample count of the camera's picture.
    type Key = (TextureFormat, u32);

    fn specialize(&self, (format, samples): Self::Key) -> RenderPipelineDescriptor {
        RenderPipelineDescriptor {
            label: Some("seen cells".into()),
            layout: vec![self.recolor_layout.clone()],
            vertex: self.fullscreen.to_vertex_state(),
            fragment: Some(FragmentState {
                shader: self.recolor_shader.clone(),
                entry_point: Some("fragment".into()),
                targets: vec![Some(ColorTargetState { format, blend: None, write_mask: ColorWrites::ALL })],
                ..default()
            }),
            depth_stencil: Some(nearest(CORE_3D_DEPTH_FORMAT, CompareFunction::GreaterEqual)),
            multisample: MultisampleState { count: samples, ..default() },
            ..default()
        }
    }
}
