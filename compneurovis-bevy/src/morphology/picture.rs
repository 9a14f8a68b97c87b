//! What each camera sees of the cells, kept as long as it stands still.

use bevy::{
    camera::{
        CameraMainTextureUsages, Hdr,
        visibility::{RenderLayers, VisibleEntities},
    },
    ecs::entity::EntityHashMap,
    prelude::*,
    render::{render_resource::TextureUsages, renderer::RenderAdapterInfo},
};

use super::{
    CellColors, CellHighlights, CellRenderer, CellStage, PlainBackground, gpu::GpuFailed, highlight, stage::StagedCell,
};
use crate::raster::{self, Highlight, Painter, PixelBuffer, RasterView, Scratch};

/// Threads that draw: the picture is divided into bands.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |count| count.get().min(8))
}

/// How far from a thin process a click may be, in pixels.
const PICK_RADIUS_PX: f32 = 6.0;

/// The pictures of all cameras, by camera entity.
#[derive(Resource, Debug, Default)]
pub struct Pictures {
    pub(super) by_camera: EntityHashMap<Picture>,
    /// Whether the GPU draws what is shown; then the buffers are those of cameras at rest, to be asked.
    pub(super) by_gpu: bool,
    /// The lines around compartments.
    pub(super) highlights: Vec<Highlight>,
}

/// The cells as one camera sees them.
#[derive(Debug, Default)]
pub(super) struct Picture {
    pub(super) buffer: PixelBuffer,
    /// Red, green, blue, alpha for each pixel of the buffer.
    pub(super) pixels: Vec<u8>,
    /// Rectangles with everything that is painted in them, in pixels of the viewport.
    pub(super) painted_in: Vec<URect>,
    /// Rectangles with all covered pixels in them.
    covered: Vec<URect>,
    scratch: Scratch,
    painter: Painter,
    pub(super) seen: Option<Seen>,
    pub(super) view: Option<RasterView>,
    /// Changes with what is seen.
    pub(super) moves: u64,
    /// Whether the buffer is not that of what is seen.
    stale: bool,
    painted: Option<(u64, [u8; 4], Vec<Highlight>)>,
    /// What is around the cells, clear or of a colour that cannot be told from it.
    background: [u8; 4],
    /// Whether there is nothing but cells before that.
    pub(super) alone: bool,
    /// Changes with the pixels.
    pub(super) version: u64,
}

/// Where a compartment is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnScreen {
    /// The one of its pixels that is nearest to the middle of all, from the top left of the viewport.
    pub middle: Vec2,
    /// How many pixels show it.
    pub pixels: usize,
}

/// What a camera shows beside cells.
#[derive(bevy::ecs::query::QueryData)]
pub(super) struct Behind {
    background: &'static PlainBackground,
    others: &'static VisibleEntities,
    usages: &'static CameraMainTextureUsages,
    msaa: &'static Msaa,
    hdr: Has<Hdr>,
}

/// What a buffer depends on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    clip_from_view: Mat4,
    view_from_world: Mat4,
    pub(super) size: UVec2,
    pub(super) layers: RenderLayers,
    stage: u64,
}

impl Pictures {
    /// The view entity and compartment that a camera sees at a position in pixels from the top
    /// left of its viewport, or near it. While the GPU draws, a camera that moves sees nothing.
    pub fn pick(&self, stage: &CellStage, camera: Entity, position: Vec2) -> Option<(Entity, u32)> {
        let staged = self.at_rest(camera)?.buffer.pick(position.x, position.y, PICK_RADIUS_PX)?;
        let (cell, compartment) = stage.find(staged)?;
        Some((cell.entity, compartment))
    }

    /// Whether the graphics adapter draws the cells; if not, the software rasteriser does.
    pub fn drawn_by_gpu(&self) -> bool {
        self.by_gpu
    }

    /// How many pixels of a camera's picture show a cell; none while the GPU draws and the camera moves.
    pub fn covered_pixels(&self, camera: Entity) -> usize {
        self.at_rest(camera).map_or(0, |picture| picture.buffer.covered())
    }

    /// The picture of a camera if its buffer is that of what is seen. With the GPU it is not while the camera moves.
    fn at_rest(&self, camera: Entity) -> Option<&Picture> {
        self.by_camera.get(&camera).filter(|picture| !picture.stale)
    }

    /// Whether the picture of a camera shows all cells of its layers, and the whole of them.
    pub fn shows_everything(&self, stage: &CellStage, camera: Entity) -> bool {
        let Some(picture) = self.at_rest(camera) else { return false };
        let Some(seen) = &picture.seen else { return false };
        let Some((min, max)) = stage.bounds_for(&seen.layers) else { return false };
        let corner = |index: u32, bit: u32, low: f32, high: f32| if index >> bit & 1 == 0 { low } else { high };
        let within = |index| {
            let corner = Vec3::new(
                corner(index, 0, min.x, max.x),
                corner(index, 1, min.y, max.y),
                corner(index, 2, min.z, max.z),
            );
            let clip = seen.clip_from_view * seen.view_from_world * corner.extend(1.0);
            clip.w > 0.0 && clip.x.abs() <= clip.w && clip.y.abs() <= clip.w
        };
        seen.stage == stage.version && picture.buffer.covered() > 0 && (0..8).all(within)
    }

    /// Where a camera sees a compartment of a view, if it does.
    pub fn find_on_screen(
        &self,
        stage: &CellStage,
        camera: Entity,
        view: Entity,
        compartment: u32,
    ) -> Option<OnScreen> {
        let cell = stage.cells.iter().find(|cell| cell.entity == view)?;
        let staged = cell.compartments.start + compartment;
        let buffer = &self.at_rest(camera)?.buffer;
        let pixels: Vec<usize> =
            buffer.spans().flat_map(|span| span.pixels()).filter(|&at| buffer.compartments()[at] == staged).collect();
        let place = |at: &usize| Vec2::new((at % buffer.width()) as f32 + 0.5, (at / buffer.width()) as f32 + 0.5);
        // The middle of a bend, or of what something hides in part, may not be its own.
        let mean = pixels.iter().map(place).sum::<Vec2>() / pixels.len().max(1) as f32;
        let middle = pixels.iter().map(place).min_by(|a, b| a.distance(mean).total_cmp(&b.distance(mean)))?;
        Some(OnScreen { middle, pixels: pixels.len() })
    }
}

pub(super) fn draw_pictures(
    mut pictures: ResMut<Pictures>,
    stage: Res<CellStage>,
    colors: Res<CellColors>,
    cameras: Query<(Entity, &Camera, &GlobalTransform, Option<&RenderLayers>), With<Camera3d>>,
    behind: Query<Behind>,
    views: Query<&CellHighlights>,
    (renderer, adapter, failed): (Res<CellRenderer>, Option<Res<RenderAdapterInfo>>, Res<GpuFailed>),
) {
    let pictures = pictures.bypass_change_detection();
    pictures.by_camera.retain(|&camera, _| cameras.contains(camera));
    pictures.highlights = highlight::staged(&stage, &views);
    pictures.by_gpu = renderer.by_gpu(adapter.as_deref()) && !failed.has_failed();
    for (entity, camera, transform, layers) in &cameras {
        let Some(size) = camera.physical_viewport_size().filter(|size| camera.is_active && size.min_element() > 0)
        else {
            continue;
        };
        let seen = Seen {
            clip_from_view: camera.clip_from_view(),
            view_from_world: transform.to_matrix().inverse(),
            size,
            layers: layers.cloned().unwrap_or_default(),
            stage: stage.version,
        };
        let picture = pictures.by_camera.entry(entity).or_default();
        let moved = picture.look(seen);
        picture.stand_before(behind.get(entity).ok());
        if !pictures.by_gpu {
            picture.draw(&stage);
            picture.paint(&colors, &pictures.highlights);
        } else if !moved {
            picture.draw(&stage);
        }
    }
}

impl Picture {
    /// Takes what is to be seen, and says whether that is something else than before.
    fn look(&mut self, seen: Seen) -> bool {
        if self.seen.as_ref() == Some(&seen) {
            return false;
        }
        let [clip, view] = [seen.clip_from_view, seen.view_from_world].map(|matrix| matrix.to_cols_array_2d());
        self.view = Some(RasterView::new(clip, view, seen.size.x, seen.size.y));
        self.seen = Some(seen);
        self.moves += 1;
        self.stale = true;
        true
    }

    /// Fills the buffer, unless it is that of what is seen.
    fn draw(&mut self, stage: &CellStage) {
        let Some((seen, view)) = self.seen.as_ref().zip(self.view.as_ref()).filter(|_| self.stale) else { return };
        let cells: Vec<_> = stage.seen_by(&seen.layers).map(StagedCell::drawn).collect();
        raster::rasterize(&cells, view, threads(), &mut self.buffer, &mut self.scratch);
        self.stale = false;
        self.painted = None;
    }

    /// Takes what is behind the cells.
    fn stand_before(&mut self, behind: Option<BehindItem>) {
        self.alone = behind.as_ref().is_some_and(|behind| {
            behind.usages.0.contains(TextureUsages::COPY_DST)
                && *behind.msaa == Msaa::Off
                && !behind.hdr
                && behind.others.entities.values().all(Vec::is_empty)
        });
        self.background = behind.map_or([0; 4], |behind| {
            let [red, green, blue, _] = behind.background.0.to_srgba().to_u8_array();
            // Without alpha, it is as clear as nothing to the pass that draws by depth; what is copied would be a hole.
            [red, green, blue, if self.alone { u8::MAX } else { 0 }]
        });
    }

    fn paint(&mut self, colors: &CellColors, highlights: &[Highlight]) {
        let same = |(version, background, painted): &(u64, [u8; 4], Vec<Highlight>)| {
            *version == colors.version && *background == self.background && painted == highlights
        };
        if self.painted.as_ref().is_some_and(same) {
            return;
        }
        if self.painted.is_none() {
            self.pixels.resize(self.buffer.compartments().len() * 4, 0);
            self.covered = covered(&self.buffer);
        }
        let Self { painter, buffer, pixels, background, .. } = self;
        painter.shade(buffer, &colors.packed, *background, highlights, pixels, threads());
        // The line around a compartment lies outside of what is covered.
        let margin = UVec2::splat(highlights.iter().map(|highlight| highlight.width_px).max().unwrap_or(0));
        let size = UVec2::new(buffer.width() as u32, buffer.height() as u32);
        self.painted_in.clear();
        self.painted_in.extend(self.covered.iter().map(|part| URect {
            min: part.min.saturating_sub(margin),
            max: part.max.saturating_add(margin).min(size),
        }));
        self.painted = Some((colors.version, self.background, highlights.to_vec()));
        self.version += 1;
    }
}

/// Rows of one rectangle: few, since most of what lies around a slanted process is empty.
const PART_ROWS: u32 = 16;

/// For each few rows the smallest rectangle with all their covered pixels in it.
fn covered(buffer: &PixelBuffer) -> Vec<URect> {
    let mut parts: Vec<URect> = Vec::new();
    let width = buffer.width() as u32;
    for span in buffer.spans() {
        let (row, column) = (span.start / width, span.start % width);
        let (min, max) = (UVec2::new(column, row), UVec2::new(column + span.length, row + 1));
        match parts.last_mut() {
            Some(part) if part.min.y / PART_ROWS == row / PART_ROWS => *part = part.union(URect { min, max }),
            _ => parts.push(URect { min, max }),
        }
    }
    parts
}
