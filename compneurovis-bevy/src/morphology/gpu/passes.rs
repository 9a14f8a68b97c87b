//! The two passes, once for each camera.

use bevy::{
    app::SubApp,
    core_pipeline::{Core3dSystems, core_3d::main_opaque_pass_3d, schedule::Core3d},
    prelude::*,
    render::{
        camera::ExtractedCamera,
        render_resource::{
            IndexFormat, LoadOp, Operations, PipelineCache, RenderPassColorAttachment,
            RenderPassDepthStencilAttachment, RenderPassDescriptor, SpecializedRenderPipelines, StoreOp,
        },
        renderer::{RenderContext, ViewQuery},
        sync_world::MainEntity,
        view::{ViewDepthTexture, ViewTarget},
    },
};

use super::{GpuCells, GpuFailed, geometry::FRUSTA_PER_INSTANCE, pipelines::Pipelines};

pub(super) fn build(render_app: &mut SubApp) {
    render_app.add_systems(Core3d, (fill, recolor).chain().in_set(Core3dSystems::MainPass).before(main_opaque_pass_3d));
}

/// Draws the cells of a camera that have moved, or that it has moved before.
fn fill(
    view: ViewQuery<&MainEntity>,
    mut gpu: ResMut<GpuCells>,
    pipelines: Option<Res<Pipelines>>,
    cache: Res<PipelineCache>,
    mut context: RenderContext,
) {
    let GpuCells { cameras, geometries, .. } = &mut *gpu;
    let Some(camera) = cameras.get_mut(&view.into_inner().id()) else { return };
    let Some(pipeline) = pipelines.and_then(|pipelines| cache.get_render_pipeline(pipelines.fill)) else { return };
    let (Some(indices), Some(cells)) = (&geometries.indices, camera.cells.take()) else { return };
    let nothing = wgpu::Color { r: f64::from(u32::MAX), ..wgpu::Color::TRANSPARENT };
    let mut pass = context.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("frusta"),
        color_attachments: &[Some(RenderPassColorAttachment {
            view: &camera.seen,
            depth_slice: None,
            resolve_target: None,
            ops: Operations { load: LoadOp::Clear(nothing), store: StoreOp::Store },
        })],
        depth_stencil_attachment: Some(RenderPassDepthStencilAttachment {
            view: &camera.depths,
            depth_ops: Some(Operations { load: LoadOp::Clear(0.0), store: StoreOp::Store }),
            stencil_ops: None,
        }),
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    pass.set_render_pipeline(pipeline);
    pass.set_index_buffer(indices.slice(..), IndexFormat::Uint32);
    for cell in &cells {
        pass.set_bind_group(0, &cell.bind_group, &[]);
        pass.draw_indexed(0..FRUSTA_PER_INSTANCE * 6, 0, 0..cell.instances);
    }
}

/// Gives every pixel of a camera's picture the colour of its compartment.
fn recolor(
    view: ViewQuery<(&MainEntity, &ExtractedCamera, &ViewTarget, &ViewDepthTexture, &Msaa)>,
    gpu: Res<GpuCells>,
    pipelines: Option<Res<Pipelines>>,
    mut specialized: ResMut<SpecializedRenderPipelines<Pipelines>>,
    (cache, failed): (Res<PipelineCache>, Res<GpuFailed>),
    mut context: RenderContext,
) {
    let (camera, extracted, target, depth, msaa) = view.into_inner();
    let Some(bind_group) = gpu.cameras.get(&camera.id()).and_then(|camera| camera.recolor.as_ref()) else { return };
    let Some(pipelines) = pipelines else { return };
    let id = specialized.specialize(&cache, &pipelines, (target.main_texture_format(), msaa.samples()));
    failed.look_at(&cache, id);
    let Some(pipeline) = cache.get_render_pipeline(id) else { return };
    let mut pass = context.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("seen cells"),
        color_attachments: &[Some(target.get_color_attachment())],
        depth_stencil_attachment: Some(depth.get_attachment(StoreOp::Store)),
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    if let Some(viewport) = &extracted.viewport {
        pass.set_camera_viewport(viewport);
    }
    pass.set_render_pipeline(pipeline);
    pass.set_bind_group(0, bind_group, &[]);
    pass.draw(0..3, 0..1);
}
