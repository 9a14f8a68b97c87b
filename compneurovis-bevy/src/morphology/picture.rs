//! What each camera sees of the cells, kept as long as it stands still.

use bevy::{camera::visibility::RenderLayers, ecs::entity::EntityHashMap, prelude::*};

use super::{CellColors, CellHighlights, CellStage, highlight, stage::StagedCell};
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
}

/// The cells as one camera sees them.
#[derive(Debug, Default)]
pub(super) struct Picture {
    pub(super) buffer: PixelBuffer,
    /// Red, green, blue, alpha for each pixel of the buffer.
    pub(super) pixels: Vec<u8>,
    /// The rectangle with everything that is painted in it, in pixels of the viewport.
    pub(super) covered: URect,
    /// The smallest rectangle with all covered pixels in it.
    cells: URect,
    scratch: Scratch,
    painter: Painter,
    seen: Option<Seen>,
    painted: Option<(u64, Vec<Highlight>)>,
    /// Changes with the pixels.
    pub(super) version: u64,
}

/// Where a compartment is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnScreen {
    /// The middle one of its pixels, from the top left of the viewport.
    pub middle: Vec2,
    /// How many pixels show it.
    pub pixels: usize,
}

/// What a buffer depends on.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    clip_from_view: Mat4,
    view_from_world: Mat4,
    size: UVec2,
    layers: RenderLayers,
    stage: u64,
}

impl Pictures {
    /// The view entity and compartment that a camera sees at a position in pixels from the top
    /// left of its viewport, or near it.
    pub fn pick(&self, stage: &CellStage, camera: Entity, position: Vec2) -> Option<(Entity, u32)> {
        let staged = self.by_camera.get(&camera)?.buffer.pick(position.x, position.y, PICK_RADIUS_PX)?;
        let (cell, compartment) = stage.find(staged)?;
        Some((cell.entity, compartment))
    }

    /// How many pixels of a camera's picture show a cell.
    pub fn covered_pixels(&self, camera: Entity) -> usize {
        self.by_camera.get(&camera).map_or(0, |picture| picture.buffer.covered())
    }

    /// Whether the picture of a camera shows all cells of its layers, and the whole of them.
    pub fn shows_everything(&self, stage: &CellStage, camera: Entity) -> bool {
        let Some(picture) = self.by_camera.get(&camera) else { return false };
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
        let buffer = &self.by_camera.get(&camera)?.buffer;
        let pixels: Vec<usize> =
            buffer.spans().flat_map(|span| span.pixels()).filter(|&at| buffer.compartments()[at] == staged).collect();
        let middle = *pixels.get(pixels.len() / 2)?;
        let middle = Vec2::new((middle % buffer.width()) as f32 + 0.5, (middle / buffer.width()) as f32 + 0.5);
        Some(OnScreen { middle, pixels: pixels.len() })
    }
}

pub(super) fn draw_pictures(
    mut pictures: ResMut<Pictures>,
    stage: Res<CellStage>,
    colors: Res<CellColors>,
    cameras: Query<(Entity, &Camera, &GlobalTransform, Option<&RenderLayers>), With<Camera3d>>,
    views: Query<&CellHighlights>,
) {
    pictures.by_camera.retain(|&camera, _| cameras.contains(camera));
    let highlights = highlight::staged(&stage, &views);
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
        let picture = pictures.bypass_change_detection().by_camera.entry(entity).or_default();
        picture.draw(&stage, seen);
        picture.paint(&colors, &highlights);
    }
}

impl Picture {
    fn draw(&mut self, stage: &CellStage, seen: Seen) {
        if self.seen.as_ref() == Some(&seen) {
            return;
        }
        let [clip, view] = [seen.clip_from_view, seen.view_from_world].map(|matrix| matrix.to_cols_array_2d());
        let view = RasterView::new(clip, view, seen.size.x, seen.size.y);
        let cells: Vec<_> = stage.seen_by(&seen.layers).map(StagedCell::drawn).collect();
        raster::rasterize(&cells, &view, threads(), &mut self.buffer, &mut self.scratch);
        self.pixels.resize(self.buffer.compartments().len() * 4, 0);
        self.cells = covered(&self.buffer);
        self.seen = Some(seen);
        self.painted = None;
    }

    fn paint(&mut self, colors: &CellColors, highlights: &[Highlight]) {
        let same = |(version, painted): &(u64, Vec<Highlight>)| *version == colors.version && painted == highlights;
        if self.painted.as_ref().is_some_and(same) {
            return;
        }
        let Self { painter, buffer, pixels, .. } = self;
        painter.shade(buffer, &colors.packed, [0; 4], highlights, pixels, threads());
        self.covered = self.cells;
        if !self.cells.is_empty() {
            // The line around a compartment lies outside of what is covered.
            let margin = highlights.iter().map(|highlight| highlight.width_px).max().unwrap_or(0);
            let size = UVec2::new(buffer.width() as u32, buffer.height() as u32);
            self.covered.min = self.cells.min.saturating_sub(UVec2::splat(margin));
            self.covered.max = self.cells.max.saturating_add(UVec2::splat(margin)).min(size);
        }
        self.painted = Some((colors.version, highlights.to_vec()));
        self.version += 1;
    }
}

fn covered(buffer: &PixelBuffer) -> URect {
    let mut rect = URect { min: UVec2::MAX, max: UVec2::ZERO };
    for span in buffer.spans() {
        let (row, column) = (span.start / buffer.width() as u32, span.start % buffer.width() as u32);
        rect.min = rect.min.min(UVec2::new(column, row));
        rect.max = rect.max.max(UVec2::new(column + span.length, row + 1));
    }
    if rect.min.x < rect.max.x { rect } else { URect::default() }
}
