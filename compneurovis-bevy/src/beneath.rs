//! What lies beneath the panels: plain rectangles and the pictures of plots, copied into the window's picture before
//! egui draws.
//!
//! egui's shader takes colours through powers for each pixel and blends; on a software adapter that is most of
//! a window's time where large areas have one colour, or a picture of their own. A copy takes a tenth of it. What
//! egui draws lies over all of this, so nothing here may cover what egui drew before.

use std::sync::Arc;

use bevy::{
    camera::ClearColorConfig,
    core_pipeline::{Core2dSystems, schedule::Core2d},
    ecs::entity::EntityHashMap,
    prelude::*,
    render::{
        Extract, ExtractSchedule, RenderApp,
        render_resource::{
            Extent3d, Origin3d, RenderPassDescriptor, TexelCopyBufferLayout, TexelCopyTextureInfo, Texture,
            TextureAspect, TextureDescriptor, TextureDimension, TextureFormat, TextureUsages,
        },
        renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery},
        sync_world::MainEntity,
        view::ViewTarget,
    },
};
use bevy_egui::{egui, render::egui_pass};

/// The format of the picture that egui draws into.
const FORMAT: TextureFormat = TextureFormat::Rgba8UnormSrgb;

/// All that is beneath the panels in this frame.
#[derive(Resource, Debug, Default)]
pub(crate) struct Beneath {
    /// The fills, those later on top.
    fills: Vec<(egui::Rect, egui::Color32)>,
    /// The pictures, over all fills.
    pictures: Vec<Picture>,
    pixels_per_point: f32,
    /// What most of the window is filled with.
    ground: egui::Color32,
}

/// An opaque picture.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// Whose it is; none has two.
    pub(crate) of: Entity,
    /// Changes with the pixels.
    pub(crate) version: u64,
    /// Row by row from the top left.
    pub(crate) pixels: Arc<Vec<[u8; 4]>>,
    /// Width and height in pixels.
    pub(crate) size: UVec2,
    /// Its top left corner, in pixels of the window.
    pub(crate) at: UVec2,
}

impl Beneath {
    /// Begins a frame.
    pub(crate) fn begin(&mut self, context: &egui::Context) {
        self.fills.clear();
        self.pictures.clear();
        self.pixels_per_point = context.pixels_per_point();
        self.ground = context.global_style().visuals.panel_fill;
    }

    /// The colour behind all panels, if it can be beneath them: one that can be seen through cannot.
    pub(crate) fn ground(&self) -> Option<egui::Color32> {
        (self.ground.a() == 255).then_some(self.ground)
    }

    /// Fills a rectangle with the colour that is behind all panels; `false` if egui has to.
    pub(crate) fn fill(&mut self, rect: egui::Rect) -> bool {
        let Some(color) = self.ground() else { return false };
        self.fill_with(rect, color);
        true
    }

    /// Fills a rectangle with an opaque colour.
    pub(crate) fn fill_with(&mut self, rect: egui::Rect, color: egui::Color32) {
        self.fills.push((rect, color));
    }

    /// The frame of a bar that is filled with [`fill`](Self::fill).
    pub(crate) fn bar(&self, usual: &egui::Frame) -> egui::Frame {
        if self.ground().is_some() { usual.fill(egui::Color32::TRANSPARENT) } else { *usual }
    }

    /// Shows a picture.
    pub(crate) fn show(&mut self, picture: Picture) {
        self.pictures.push(picture);
    }
}

/// The camera whose picture has this beneath what egui draws, and that must let itself be copied to.
#[derive(Component, Clone, Copy, Debug, Default)]
pub(crate) struct ShowsBeneath;

/// Adds the copies, if there is a renderer. When all plugins were built, as its app exists only then.
pub(crate) fn finish(app: &mut App) {
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    render_app
        .init_resource::<GpuBeneath>()
        .init_resource::<Papers>()
        .add_systems(ExtractSchedule, take)
        .add_systems(Core2d, copy.after(Core2dSystems::MainPass).before(egui_pass));
}

/// Rectangles on their way into the picture of a camera.
#[derive(Resource, Default)]
struct GpuBeneath {
    /// The camera's entity in the main world.
    camera: Option<Entity>,
    fills: Vec<(URect, egui::Color32)>,
    pictures: EntityHashMap<GpuPicture>,
    /// Which pictures are shown, and where.
    shown: Vec<(Entity, UVec2)>,
}

struct GpuPicture {
    texture: Texture,
    size: UVec2,
    version: u64,
}

/// Textures of one colour, to be copied from.
#[derive(Resource, Default)]
pub(crate) struct Papers(Vec<(egui::Color32, UVec2, Texture)>);

impl Papers {
    /// A texture of at least that size that has that colour everywhere.
    pub(crate) fn get(
        &mut self,
        color: egui::Color32,
        size: UVec2,
        device: &RenderDevice,
        queue: &RenderQueue,
    ) -> &Texture {
        let known = self.0.iter().position(|(known, ..)| *known == color);
        let at = match known.filter(|&at| self.0[at].1.cmpge(size).all()) {
            Some(at) => at,
            None => {
                // A colour that fades in is a new one in each frame.
                let larger = known.map_or(size, |at| self.0.remove(at).1.max(size));
                self.0.drain(..self.0.len().saturating_sub(7));
                let texture = texture(device, larger);
                write(queue, &texture, &vec![color.to_array(); (larger.x * larger.y) as usize], larger);
                self.0.push((color, larger, texture));
                self.0.len() - 1
            }
        };
        &self.0[at].2
    }
}

fn texture(device: &RenderDevice, size: UVec2) -> Texture {
    device.create_texture(&TextureDescriptor {
        label: Some("beneath"),
        size: extent(size),
        mip_level_count: 1,
        sample_count: 1,
        dimension: TextureDimension::D2,
        format: FORMAT,
        usage: TextureUsages::COPY_SRC | TextureUsages::COPY_DST,
        view_formats: &[],
    })
}

fn extent(size: UVec2) -> Extent3d {
    Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 }
}

fn place(texture: &Texture, at: UVec2) -> TexelCopyTextureInfo<'_> {
    let origin = Origin3d { x: at.x, y: at.y, z: 0 };
    TexelCopyTextureInfo { texture, mip_level: 0, origin, aspect: TextureAspect::All }
}

fn write(queue: &RenderQueue, texture: &Texture, pixels: &[[u8; 4]], size: UVec2) {
    let layout = TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(size.x * 4), rows_per_image: None };
    queue.write_texture(place(texture, UVec2::ZERO), pixels.as_flattened(), layout, extent(size));
}

/// Takes what is beneath the panels, and brings to the GPU what of it is new.
fn take(
    beneath: Extract<Res<Beneath>>,
    cameras: Extract<Query<(Entity, &Camera), With<ShowsBeneath>>>,
    mut gpu: ResMut<GpuBeneath>,
    (device, queue): (Res<RenderDevice>, Res<RenderQueue>),
) {
    let gpu = &mut *gpu;
    gpu.fills.clear();
    gpu.shown.clear();
    let camera = cameras.iter().next();
    gpu.camera = camera.map(|(camera, _)| camera);
    let Some(target) = camera.and_then(|(_, camera)| camera.physical_target_size()) else { return };
    let cleared = camera.and_then(|(_, camera)| match camera.clear_color {
        ClearColorConfig::Custom(color) => Some(color.to_srgba().to_u8_array()),
        _ => None,
    });
    let pixel = |at: egui::Pos2| {
        // Negative and endless numbers saturate.
        let at = at * beneath.pixels_per_point;
        UVec2::new(at.x.round() as u32, at.y.round() as u32).min(target)
    };
    for (rect, color) in beneath.fills.iter().filter(|(_, color)| cleared != Some(color.to_array())) {
        gpu.fills.push((URect { min: pixel(rect.min), max: pixel(rect.max) }, *color));
    }
    gpu.pictures.retain(|of, _| beneath.pictures.iter().any(|picture| picture.of == *of));
    for picture in beneath.pictures.iter().filter(|picture| picture.size.min_element() > 0) {
        gpu.shown.push((picture.of, picture.at));
        let known = gpu.pictures.get(&picture.of).filter(|known| known.size == picture.size);
        if known.is_some_and(|known| known.version == picture.version) {
            continue;
        }
        let texture = known.map_or_else(|| texture(&device, picture.size), |known| known.texture.clone());
        write(&queue, &texture, &picture.pixels, picture.size);
        gpu.pictures.insert(picture.of, GpuPicture { texture, size: picture.size, version: picture.version });
    }
}

fn copy(
    view: ViewQuery<(&MainEntity, &ViewTarget)>,
    gpu: Res<GpuBeneath>,
    mut papers: ResMut<Papers>,
    (device, queue): (Res<RenderDevice>, Res<RenderQueue>),
    mut context: RenderContext,
) {
    let (camera, target) = view.into_inner();
    if gpu.camera != Some(camera.id()) {
        return;
    }
    if !can_copy(target) {
        return warn_once!("the window's picture is of another format than egui's, so plots are not drawn into it");
    }
    // The first pass of a camera clears its picture, which must not be after the copies.
    drop(context.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("beneath"),
        color_attachments: &[Some(target.get_unsampled_color_attachment())],
        depth_stencil_attachment: None,
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    }));
    let picture = target.main_texture();
    let whole = UVec2::new(picture.width(), picture.height());
    for (rect, color) in &gpu.fills {
        let rect = rect.intersect(URect { min: UVec2::ZERO, max: whole });
        if rect.is_empty() {
            continue;
        }
        let paper = papers.get(*color, rect.size(), &device, &queue);
        let (from, to) = (place(paper, UVec2::ZERO), place(picture, rect.min));
        context.command_encoder().copy_texture_to_texture(from, to, extent(rect.size()));
    }
    for (of, at) in &gpu.shown {
        let Some(shown) = gpu.pictures.get(of) else { continue };
        let rect = URect { min: *at, max: *at + shown.size }.intersect(URect { min: UVec2::ZERO, max: whole });
        if !rect.is_empty() {
            let (from, to) = (place(&shown.texture, UVec2::ZERO), place(picture, rect.min));
            context.command_encoder().copy_texture_to_texture(from, to, extent(rect.size()));
        }
    }
}

/// Whether a camera's picture is one that can be copied to.
fn can_copy(target: &ViewTarget) -> bool {
    target.main_texture_format() == FORMAT && target.main_texture().usage().contains(TextureUsages::COPY_DST)
}
