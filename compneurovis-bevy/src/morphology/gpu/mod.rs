//! Cells drawn by the GPU: which renderer draws, and the two passes of the one on the GPU.
//!
//! The first pass fills a texture with the compartment and the light of each pixel, and another with its depth; it runs
//! when the camera or a cell has moved. The second gives each pixel the colour of its compartment, in every frame.
//! Both textures stay on the GPU. What asks for pixels on the CPU, such as a click, reads the buffer of the software
//! rasteriser, which is filled as soon as a camera rests: the two agree to within the edges of pixels, and there is no
//! waiting for the GPU.

mod camera;
mod failed;
mod geometry;
mod passes;
mod pipelines;

use bevy::{
    ecs::entity::EntityHashMap,
    prelude::*,
    render::{
        Extract, ExtractSchedule, RenderApp, RenderStartup,
        render_resource::{PipelineCache, SpecializedRenderPipelines},
        renderer::{RenderAdapterInfo, RenderDevice, RenderQueue},
    },
};
use wgpu::DeviceType;

pub(super) use self::failed::GpuFailed;
use self::{camera::GpuCamera, geometry::GpuGeometries, pipelines::Pipelines};
use super::{CellColors, CellStage, Pictures};

/// Who draws the cells.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellRenderer {
    /// The GPU where there is one, and the software rasteriser where the adapter is software itself.
    #[default]
    Auto,
    /// The graphics adapter, whatever it is.
    Gpu,
    /// The software rasteriser, which needs a third of the time of a software adapter, or less.
    Raster,
}

impl CellRenderer {
    /// Whether it is the graphics adapter that draws.
    pub(super) fn by_gpu(self, adapter: Option<&RenderAdapterInfo>) -> bool {
        match self {
            Self::Auto => adapter.is_some_and(|adapter| adapter.device_type != DeviceType::Cpu),
            Self::Gpu => adapter.is_some(),
            Self::Raster => false,
        }
    }
}

/// Adds the passes, if there is a renderer.
pub(super) fn build(app: &mut App) {
    let failed = app.world_mut().get_resource_or_init::<GpuFailed>().clone();
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    render_app
        .insert_resource(failed)
        .init_resource::<GpuCells>()
        .init_resource::<SpecializedRenderPipelines<Pipelines>>()
        .add_systems(RenderStartup, pipelines::make_pipelines)
        .add_systems(ExtractSchedule, take_pictures);
    passes::build(render_app);
}

/// All that is on the GPU, while it is the GPU that draws.
#[derive(Resource, Default)]
struct GpuCells {
    /// By the camera's entity in the main world.
    cameras: EntityHashMap<GpuCamera>,
    geometries: GpuGeometries,
    paint: camera::Paint,
}

/// Copies what changed to the GPU. At extraction, when both worlds stand still.
fn take_pictures(
    (pictures, stage, colors): (Extract<Res<Pictures>>, Extract<Res<CellStage>>, Extract<Res<CellColors>>),
    mut gpu: ResMut<GpuCells>,
    (pipelines, failed): (Option<Res<Pipelines>>, Res<GpuFailed>),
    (device, queue, cache): (Res<RenderDevice>, Res<RenderQueue>, Res<PipelineCache>),
) {
    let Some(pipelines) = pipelines.filter(|_| pictures.by_gpu) else {
        if !gpu.cameras.is_empty() {
            *gpu = GpuCells::default();
        }
        return;
    };
    failed.look_at(&cache, pipelines.fill);
    let GpuCells { cameras, geometries, paint } = &mut *gpu;
    geometries.keep(&stage, &device);
    paint.take(&colors, &pictures.highlights, &device, &queue);
    cameras.retain(|camera, _| pictures.by_camera.contains_key(camera));
    for (&camera, picture) in &pictures.by_camera {
        let Some((seen, view)) = picture.seen.as_ref().zip(picture.view.as_ref()) else { continue };
        if !cameras.get(&camera).is_some_and(|camera| camera.size == seen.size) {
            cameras.insert(camera, GpuCamera::new(&device, seen.size));
        }
        if let Some(camera) = cameras.get_mut(&camera) {
            if camera.moves != picture.moves {
                camera.moves = picture.moves;
                let cells = stage.seen_by(&seen.layers);
                camera.draw(cells, view, geometries, (&device, &cache, &pipelines));
            }
            camera.bind(paint, (&device, &cache, &pipelines));
        }
    }
}
