//! What one camera sees, as it is on the GPU, and what all of them are painted with.

use bevy::{
    prelude::*,
    render::{
        render_resource::{
            BindGroup, BindGroupEntries, Buffer, BufferUsages, Extent3d, PipelineCache, TextureDescriptor,
            TextureDimension, TextureFormat, TextureUsages, TextureView, TextureViewDescriptor,
        },
        renderer::{RenderDevice, RenderQueue},
    },
};

use super::{
    super::{CellColors, stage::StagedCell},
    geometry::{FRUSTA_PER_INSTANCE, GpuGeometries, buffer},
    pipelines::{DEPTH_FORMAT, Pipelines, SEEN_FORMAT},
};
use crate::raster::{Highlight, RasterView};

/// With what bind groups are made.
pub(super) type Maker<'a> = (&'a RenderDevice, &'a PipelineCache, &'a Pipelines);

/// The textures of one camera, and how they are filled.
pub(super) struct GpuCamera {
    pub(super) size: UVec2,
    pub(super) seen: TextureView,
    pub(super) depths: TextureView,
    /// How often the camera had moved when its cells were taken.
    pub(super) moves: u64,
    /// The cells that are to be drawn, until they have been.
    pub(super) cells: Option<Vec<DrawnCell>>,
    pub(super) recolor: Option<BindGroup>,
    /// The buffers that the bind group is made of.
    painted_with: u64,
}

/// A cell as one camera sees it.
pub(super) struct DrawnCell {
    pub(super) bind_group: BindGroup,
    pub(super) instances: u32,
}

impl GpuCamera {
    pub(super) fn new(device: &RenderDevice, size: UVec2) -> Self {
        let make = |label, format: TextureFormat| {
            let texture = device.create_texture(&TextureDescriptor {
                label: Some(label),
                size: Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format,
                usage: TextureUsages::TEXTURE_BINDING | TextureUsages::RENDER_ATTACHMENT,
                view_formats: &[],
            });
            texture.create_view(&TextureViewDescriptor::default())
        };
        Self {
            size,
            seen: make("seen compartments", SEEN_FORMAT),
            depths: make("seen depths", DEPTH_FORMAT),
            moves: 0,
            cells: None,
            recolor: None,
            painted_with: 0,
        }
    }

    /// Takes the cells that are to be drawn.
    pub(super) fn draw<'a>(
        &mut self,
        cells: impl Iterator<Item = &'a StagedCell>,
        view: &RasterView,
        geometries: &GpuGeometries,
        (device, cache, pipelines): Maker<'_>,
    ) {
        let layout = cache.get_bind_group_layout(&pipelines.fill_layout);
        let drawn = cells.filter_map(|cell| {
            let geometry = geometries.get(&cell.geometry)?;
            let frusta = cell.geometry.frusta().len() as u32;
            let words = view.shader_words(&cell.drawn())?;
            let bytes: Vec<u8> = words.into_iter().flat_map(u32::to_ne_bytes).collect();
            let view = buffer(device, "view of a cell", &bytes, BufferUsages::STORAGE);
            let entries = BindGroupEntries::sequential((
                view.as_entire_binding(),
                geometry.frusta.as_entire_binding(),
                geometry.sections.as_entire_binding(),
            ));
            let bind_group = device.create_bind_group("frusta", &layout, &entries);
            Some(DrawnCell { bind_group, instances: frusta.div_ceil(FRUSTA_PER_INSTANCE) })
        });
        self.cells = Some(drawn.collect());
    }

    /// Binds the textures and what they are painted with, if any of it is new.
    pub(super) fn bind(&mut self, paint: &Paint, (device, cache, pipelines): Maker<'_>) {
        let Some((colors, highlights)) = paint.colors.as_ref().zip(paint.highlights.as_ref()) else { return };
        if self.recolor.is_some() && self.painted_with == paint.made {
            return;
        }
        self.painted_with = paint.made;
        self.recolor = Some(device.create_bind_group(
            "seen cells",
            &cache.get_bind_group_layout(&pipelines.recolor_layout),
            &BindGroupEntries::sequential((
                &self.seen,
                &self.depths,
                colors.as_entire_binding(),
                highlights.as_entire_binding(),
            )),
        ));
    }
}

/// The colours of all compartments, and the lines around some.
#[derive(Default)]
pub(super) struct Paint {
    colors: Option<Buffer>,
    highlights: Option<Buffer>,
    /// The version of the colours in the buffer.
    version: u64,
    lines: Vec<Highlight>,
    /// How often a buffer was made.
    made: u64,
}

impl Paint {
    pub(super) fn take(
        &mut self,
        colors: &CellColors,
        lines: &[Highlight],
        device: &RenderDevice,
        queue: &RenderQueue,
    ) {
        if self.colors.is_none() || self.version != colors.version {
            self.version = colors.version;
            let bytes: Vec<u8> = colors.packed.iter().flat_map(|color| color.to_ne_bytes()).collect();
            self.take_colors(if bytes.is_empty() { &[0; 4] } else { &bytes }, device, queue);
        }
        if self.highlights.is_none() || self.lines != lines {
            self.lines = lines.to_vec();
            let bytes: Vec<u8> = highlight_words(lines).into_iter().flat_map(u32::to_ne_bytes).collect();
            self.highlights = Some(buffer(device, "cell highlights", &bytes, BufferUsages::STORAGE));
            self.made += 1;
        }
    }

    fn take_colors(&mut self, bytes: &[u8], device: &RenderDevice, queue: &RenderQueue) {
        match &self.colors {
            Some(colors) if colors.size() == bytes.len() as u64 => queue.write_buffer(colors, 0, bytes),
            _ => {
                let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
                self.colors = Some(buffer(device, "cell colors", bytes, usage));
                self.made += 1;
            }
        }
    }
}

/// Highlights as `recolor.wgsl` reads them: four words each, after four that say how many there are and how wide.
fn highlight_words(lines: &[Highlight]) -> Vec<u32> {
    let widest = lines.iter().map(|line| line.width_px).max().unwrap_or(0);
    let head = [lines.len() as u32, 0, 0, widest];
    let words = |line: &Highlight| {
        [line.compartments.start, line.compartments.end, u32::from_le_bytes(line.colour), line.width_px]
    };
    head.into_iter().chain(lines.iter().flat_map(words)).collect()
}
