//! The render pass that puts surfaces into the pictures of cameras.

use bevy::{
    core_pipeline::{
        Core3dSystems,
        core_3d::{main_opaque_pass_3d, main_transparent_pass_3d},
        schedule::Core3d,
    },
    prelude::*,
    render::{
        ExtractSchedule, RenderApp, RenderStartup,
        camera::ExtractedCamera,
        render_phase::TrackedRenderPass,
        render_resource::{
            BindGroup, BindGroupEntries, CachedRenderPipelineId, PipelineCache, RenderPassDescriptor, RenderPipeline,
            SpecializedRenderPipelines, StoreOp,
        },
        renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery},
        sync_world::MainEntity,
        view::{ExtractedView, ViewDepthTexture, ViewTarget},
    },
};
use compneurovis_core::{colormap::table_scale, view::SurfaceShading};

use super::{
    SurfaceUploads,
    gpu::{GpuSight, GpuSurface, GpuSurfaces, Instances, SurfaceUniform, upload_surfaces},
    layer::{Layer, is_kept},
    look::linear,
    pipeline::{Part, PipelineKey, Style, SurfacePipeline, make_pipeline},
    sight::clip_from_middle,
};

/// Where light comes from, as the camera sees it: over the viewer's left shoulder.
const LIGHT: Vec3 = Vec3::new(-0.4, 0.6, 0.8);

/// Adds the pass, if there is a renderer.
pub(super) fn build(app: &mut App) {
    let uploads = app.world().resource::<SurfaceUploads>().clone();
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    render_app
        .insert_resource(uploads)
        .init_resource::<GpuSurfaces>()
        .init_resource::<SpecializedRenderPipelines<SurfacePipeline>>()
        .add_systems(RenderStartup, make_pipeline)
        .add_systems(ExtractSchedule, upload_surfaces)
        // Behind translucent surfaces all that is opaque has to be there.
        .add_systems(
            Core3d,
            draw_pass.in_set(Core3dSystems::MainPass).after(main_opaque_pass_3d).before(main_transparent_pass_3d),
        );
}

/// The pipelines of one camera.
pub(super) struct Pipelines<'a> {
    specialized: &'a mut SpecializedRenderPipelines<SurfacePipeline>,
    cache: &'a PipelineCache,
    pipeline: &'a SurfacePipeline,
    key: PipelineKey,
}

impl<'a> Pipelines<'a> {
    /// `None` while it is being compiled.
    fn get(&mut self, part: Part, style: Style) -> Option<&'a RenderPipeline> {
        let key = PipelineKey { part, style, ..self.key };
        let id: CachedRenderPipelineId = self.specialized.specialize(self.cache, self.pipeline, key);
        self.cache.get_render_pipeline(id)
    }

    /// That of a surface which is drawn into a picture of its own.
    pub(super) fn single_sampled(&mut self, style: Style) -> Option<&'a RenderPipeline> {
        let samples = std::mem::replace(&mut self.key.samples, 1);
        let pipeline = self.get(Part::Opaque, style);
        self.key.samples = samples;
        pipeline
    }
}

/// A surface that is about to be drawn.
struct Ready<'a> {
    surface: &'a GpuSurface,
    sight: &'a GpuSight,
    /// Of its middle.
    distance: f32,
}

fn draw_pass(
    view: ViewQuery<(&MainEntity, &ExtractedView, &ExtractedCamera, &ViewTarget, &ViewDepthTexture, &Msaa)>,
    mut gpu: ResMut<GpuSurfaces>,
    pipeline: Option<Res<SurfacePipeline>>,
    mut specialized: ResMut<SpecializedRenderPipelines<SurfacePipeline>>,
    cache: Res<PipelineCache>,
    (device, queue): (Res<RenderDevice>, Res<RenderQueue>),
    mut context: RenderContext,
) {
    let (camera, view, extracted, target, depth, msaa) = view.into_inner();
    let Some(pipeline) = pipeline else { return };
    let size = extracted.physical_viewport_size.unwrap_or_default().as_vec2();
    let GpuSurfaces { surfaces, sights } = &mut *gpu;
    for ((_, of), sight) in sights.iter_mut().filter(|((by, _), _)| *by == camera.id()) {
        if let Some(surface) = surfaces.get_mut(of) {
            sight.prepare(surface, view, size, &pipeline, &cache, (&device, &queue));
        }
    }
    let format = target.main_texture_format();
    let key = PipelineKey { part: Part::Opaque, style: Style::default(), format, samples: msaa.samples() };
    let mut pipelines = Pipelines { specialized: &mut specialized, cache: &cache, pipeline: &pipeline, key };
    for ((_, of), sight) in sights.iter_mut().filter(|((by, _), _)| *by == camera.id()) {
        if let Some(surface) = surfaces.get(of) {
            sight.keep(surface, size.as_uvec2(), &device, &mut pipelines, &mut context);
        }
    }
    let seen = sights.iter().filter(|((by, _), _)| *by == camera.id());
    let mut ready: Vec<Ready> = seen
        .filter_map(|((_, of), sight)| {
            let surface = surfaces.get(of).filter(|surface| surface.group.is_some() && sight.group.is_some())?;
            Some(Ready { surface, sight, distance: distance(surface, view) })
        })
        .collect();
    if ready.is_empty() {
        return;
    }
    // The farthest first, for those that are seen through.
    ready.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    let mut pass = context.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("surfaces"),
        color_attachments: &[Some(target.get_color_attachment())],
        depth_stencil_attachment: Some(depth.get_attachment(StoreOp::Store)),
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    if let Some(viewport) = &extracted.viewport {
        pass.set_camera_viewport(viewport);
    }
    draw_ready(&ready, &mut pass, &mut pipelines);
}

fn draw_ready<'a>(ready: &[Ready<'a>], pass: &mut TrackedRenderPass<'a>, pipelines: &mut Pipelines<'a>) {
    let (seen_through, opaque): (Vec<&Ready>, Vec<&Ready>) =
        ready.iter().partition(|ready| ready.surface.look.is_translucent());
    for ready in opaque {
        ready.draw(pass, pipelines, &[Part::Opaque]);
    }
    for ready in seen_through {
        ready.draw(pass, pipelines, &[Part::Nearest, Part::Translucent]);
    }
    for ready in ready {
        ready.draw_instances(pass, pipelines, &ready.sight.planes, Part::Planes);
        ready.draw_instances(pass, pipelines, &ready.sight.lines, Part::HiddenLines);
        ready.draw_instances(pass, pipelines, &ready.sight.lines, Part::Lines);
    }
}

/// How far the middle of a surface is from a camera.
fn distance(surface: &GpuSurface, view: &ExtractedView) -> f32 {
    let middle = surface.transform.transform_point(surface.shape.place(surface.shape.middle()).as_vec3());
    view.world_from_view.translation().distance(middle)
}

impl<'a> Ready<'a> {
    /// Draws the surface in one or two goes, or puts its kept picture there.
    fn draw(&self, pass: &mut TrackedRenderPass<'a>, pipelines: &mut Pipelines<'a>, parts: &[Part]) {
        if is_kept(self.surface) {
            self.draw_layer(pass, pipelines);
            return;
        }
        let (Some(sight), Some(data)) = (&self.sight.group, &self.surface.group) else { return };
        for &part in parts {
            let Some(pipeline) = pipelines.get(part, self.surface.style()) else { return };
            pass.set_render_pipeline(pipeline);
            pass.set_bind_group(0, sight, &[]);
            pass.set_bind_group(1, data, &[]);
            draw_strips(pass, self.surface.lines);
        }
    }

    fn draw_layer(&self, pass: &mut TrackedRenderPass<'a>, pipelines: &mut Pipelines<'a>) {
        let Some(layer) = self.sight.layer.as_ref().filter(|layer| layer.is_drawn()) else { return };
        let part = Layer::part(self.surface.look.is_translucent());
        let Some(pipeline) = pipelines.get(part, Style::default()) else { return };
        pass.set_render_pipeline(pipeline);
        pass.set_bind_group(0, &layer.group, &[]);
        pass.draw(0..3, 0..1);
    }

    fn draw_instances(
        &self,
        pass: &mut TrackedRenderPass<'a>,
        pipelines: &mut Pipelines<'a>,
        of: &'a Instances,
        part: Part,
    ) {
        let (Some(sight), Some(buffer)) = (&self.sight.group, &of.floats.buffer) else { return };
        let Some(pipeline) = pipelines.get(part, Style::default()).filter(|_| of.count > 0) else { return };
        pass.set_render_pipeline(pipeline);
        pass.set_bind_group(0, sight, &[]);
        pass.set_vertex_buffer(0, buffer.slice(..));
        pass.draw(0..4, 0..of.count);
    }
}

/// Draws a grid with so many lines along x and along y. A row is drawn as a line, elsewhere.
pub(super) fn draw_strips(pass: &mut TrackedRenderPass<'_>, [columns, rows]: [usize; 2]) {
    let (longer, shorter) = (columns.max(rows) as u32, columns.min(rows) as u32);
    if shorter > 1 {
        pass.draw(0..2 * longer, 0..shorter - 1);
    }
}

impl GpuSight {
    /// Draws the picture that is kept, if one is.
    fn keep(
        &mut self,
        surface: &GpuSurface,
        size: UVec2,
        device: &RenderDevice,
        pipelines: &mut Pipelines,
        context: &mut RenderContext,
    ) {
        if !is_kept(surface) || size.min_element() == 0 {
            self.layer = None;
            return;
        }
        let format = pipelines.key.format;
        if self.layer.as_ref().is_none_or(|layer| !layer.fits(size, format)) {
            self.layer = Some(Layer::new(device, pipelines.cache, pipelines.pipeline, size, format));
        }
        if let (Some(layer), Some(group)) = (&mut self.layer, &self.group) {
            layer.draw(surface, group, self.uniform.get(), context, pipelines);
        }
    }

    /// Writes what changed, and binds what is not bound yet.
    fn prepare(
        &mut self,
        surface: &mut GpuSurface,
        view: &ExtractedView,
        size: Vec2,
        pipeline: &SurfacePipeline,
        cache: &PipelineCache,
        (device, queue): (&RenderDevice, &RenderQueue),
    ) {
        let uniform = uniform(surface, view, size);
        if *self.uniform.get() != uniform || self.group.is_none() {
            self.uniform.set(uniform);
            self.uniform.write_buffer(device, queue);
        }
        if self.group.is_none() {
            self.group = self.uniform.binding().map(|binding| {
                let layout = cache.get_bind_group_layout(&pipeline.sight);
                device.create_bind_group("surface sight", &layout, &BindGroupEntries::single(binding))
            });
        }
        if surface.group.is_none() {
            surface.group = bind(surface, pipeline, cache, device);
        }
    }
}

fn bind(
    surface: &GpuSurface,
    pipeline: &SurfacePipeline,
    cache: &PipelineCache,
    device: &RenderDevice,
) -> Option<BindGroup> {
    let [colors, x, y, heights] =
        [&surface.colors, &surface.x, &surface.y, &surface.heights].map(|floats| floats.buffer.as_ref());
    let bindings =
        (colors?.as_entire_binding(), x?.as_entire_binding(), y?.as_entire_binding(), heights?.as_entire_binding());
    let layout = cache.get_bind_group_layout(&pipeline.data);
    Some(device.create_bind_group("surface data", &layout, &BindGroupEntries::sequential(bindings)))
}

fn uniform(surface: &GpuSurface, view: &ExtractedView, size: Vec2) -> SurfaceUniform {
    let (shape, look) = (&surface.shape, &surface.look);
    let color = linear(look.surface_color, look.alpha);
    // Tables are opaque; a colour of one's own need not be.
    let alpha = if look.uniform { color.alpha } else { look.alpha };
    let to_view = view.world_from_view.rotation().inverse() * surface.transform.rotation();
    let light = to_view.inverse() * LIGHT.normalize_or_zero();
    let [x, y, height] = shape.scale.map(|scale| scale as f32);
    let ([columns, rows], [along_x, along_y]) = (surface.lines, surface.strides);
    let shading = match look.shading {
        SurfaceShading::Unlit => 0,
        SurfaceShading::Flat => 1,
        SurfaceShading::Smooth => 2,
    };
    SurfaceUniform {
        clip_from_middle: clip_from_middle(view.clip_from_view, &view.world_from_view, &surface.transform, shape),
        light: light.extend(surface.transform.affine().matrix3.determinant().signum()),
        color: Vec4::new(color.red, color.green, color.blue, alpha),
        scale: Vec4::new(x, height, y, shape.middle()[2] as f32),
        limits: Vec4::new(look.limits.0, table_scale(look.limits), 0.0, 0.0),
        shape: UVec4::new(columns as u32, rows as u32, along_x as u32, along_y as u32),
        style: UVec4::new(u32::from(look.uniform), shading, 0, 0),
        viewport: Vec4::new(size.x.max(1.0), size.y.max(1.0), 0.0, 0.0),
    }
}
