//! Kept pictures of large surfaces: drawn anew when something about them changed, else put into the camera's picture as
//! they are.
//!
//! A software adapter takes some 300 ns for a point of a grid, and a still surface of 500 by 500 points would cost
//! that in every frame of a window in which something else moves. Small ones are drawn directly, which costs no more.

use bevy::{
    core_pipeline::core_3d::CORE_3D_DEPTH_FORMAT,
    prelude::*,
    render::{
        render_resource::{
            BindGroup, BindGroupEntries, Extent3d, LoadOp, Operations, PipelineCache, RenderPassColorAttachment,
            RenderPassDepthStencilAttachment, RenderPassDescriptor, StoreOp, Texture, TextureDescriptor,
            TextureDimension, TextureFormat, TextureUsages, TextureView, TextureViewDescriptor,
        },
        renderer::{RenderContext, RenderDevice},
    },
};

use super::{
    gpu::{GpuSurface, SurfaceUniform},
    pass::{Pipelines, draw_strips},
    pipeline::{Part, SurfacePipeline},
};

/// From so many points on, a surface's picture is kept.
const KEPT_FROM: usize = 20_000;

/// The picture of one surface for one camera.
pub(super) struct Layer {
    color: TextureView,
    depth: TextureView,
    size: UVec2,
    format: TextureFormat,
    pub(super) group: BindGroup,
    /// What was drawn last; nothing yet if `None`.
    drawn: Option<(SurfaceUniform, u64)>,
}

/// Whether the picture of a surface is kept.
pub(super) fn is_kept(surface: &GpuSurface) -> bool {
    surface.lines.iter().product::<usize>() >= KEPT_FROM
}

impl Layer {
    pub(super) fn new(
        device: &RenderDevice,
        cache: &PipelineCache,
        pipeline: &SurfacePipeline,
        size: UVec2,
        format: TextureFormat,
    ) -> Self {
        let make = |format| {
            let texture: Texture = device.create_texture(&TextureDescriptor {
                label: Some("surface layer"),
                size: Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format,
                usage: TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING,
                view_formats: &[],
            });
            texture.create_view(&TextureViewDescriptor::default())
        };
        let (color, depth) = (make(format), make(CORE_3D_DEPTH_FORMAT));
        let layout = cache.get_bind_group_layout(&pipeline.layer);
        let group = device.create_bind_group("surface layer", &layout, &BindGroupEntries::sequential((&color, &depth)));
        Self { color, depth, size, format, group, drawn: None }
    }

    pub(super) fn fits(&self, size: UVec2, format: TextureFormat) -> bool {
        self.size == size && self.format == format
    }

    /// Whether there is something to put into the camera's picture.
    pub(super) fn is_drawn(&self) -> bool {
        self.drawn.is_some()
    }

    /// Draws the surface, if it is not there as it is now.
    pub(super) fn draw(
        &mut self,
        surface: &GpuSurface,
        sight: &BindGroup,
        uniform: &SurfaceUniform,
        context: &mut RenderContext,
        pipelines: &mut Pipelines,
    ) {
        let wanted = Some((*uniform, surface.version));
        if self.drawn == wanted {
            return;
        }
        let (Some(data), Some(pipeline)) = (&surface.group, pipelines.single_sampled(surface.style())) else { return };
        let mut pass = context.begin_tracked_render_pass(RenderPassDescriptor {
            label: Some("surface layer"),
            color_attachments: &[Some(RenderPassColorAttachment {
                view: &self.color,
                depth_slice: None,
                resolve_target: None,
                ops: Operations { load: LoadOp::Clear(wgpu::Color::TRANSPARENT), store: StoreOp::Store },
            })],
            depth_stencil_attachment: Some(RenderPassDepthStencilAttachment {
                view: &self.depth,
                // Bevy's depth is reversed: 0 is farthest.
                depth_ops: Some(Operations { load: LoadOp::Clear(0.0), store: StoreOp::Store }),
                stencil_ops: None,
            }),
            timestamp_writes: None,
            occlusion_query_set: None,
            multiview_mask: None,
        });
        pass.set_render_pipeline(pipeline);
        pass.set_bind_group(0, sight, &[]);
        pass.set_bind_group(1, data, &[]);
        draw_strips(&mut pass, surface.lines);
        self.drawn = wanted;
    }

    /// How a kept picture is put into the camera's.
    pub(super) fn part(translucent: bool) -> Part {
        if translucent { Part::TranslucentLayer } else { Part::Layer }
    }
}
