//! Surfaces on the GPU: buffers that stay, and of which only what changed is written again.

use std::num::NonZeroU64;

use bevy::{
    ecs::entity::EntityHashMap,
    platform::collections::HashMap,
    prelude::*,
    render::{
        Extract,
        render_resource::{BindGroup, Buffer, BufferDescriptor, BufferUsages, ShaderType, UniformBuffer},
        renderer::{RenderDevice, RenderQueue},
    },
};
use compneurovis_core::{ColorMap, Field, view::SurfaceShading};

use super::{
    SurfacePicture, SurfaceShape, SurfaceUploads,
    draw::{Drawing, Drawings},
    layer::Layer,
    level::{kept, reduced},
    lines::Line,
    look::{Look, linear},
    pipeline::Style,
};
use crate::session::{SessionScene, ViewOf};

/// What the render world keeps of surfaces.
#[derive(Resource, Default)]
pub(super) struct GpuSurfaces {
    /// By view.
    pub(super) surfaces: EntityHashMap<GpuSurface>,
    /// By camera and view, where the camera sees it.
    pub(super) sights: HashMap<(Entity, Entity), GpuSight>,
}

/// A surface, whoever sees it.
pub(super) struct GpuSurface {
    pub(super) colors: Floats,
    pub(super) x: Floats,
    pub(super) y: Floats,
    pub(super) heights: Floats,
    pub(super) group: Option<BindGroup>,
    pub(super) lines: [usize; 2],
    pub(super) strides: [usize; 2],
    pub(super) shape: SurfaceShape,
    pub(super) look: Look,
    holes: bool,
    pub(super) transform: GlobalTransform,
    steps: [usize; 2],
    /// Changes with what is in the buffers.
    pub(super) version: u64,
    coordinates: u64,
    values: u64,
    table: Option<ColorMap>,
}

/// A surface as one camera sees it.
#[derive(Default)]
pub(super) struct GpuSight {
    pub(super) uniform: UniformBuffer<SurfaceUniform>,
    pub(super) group: Option<BindGroup>,
    pub(super) lines: Instances,
    pub(super) planes: Instances,
    pub(super) layer: Option<Layer>,
    version: u64,
}

/// What the shaders know of a surface besides its values; see there.
#[derive(Clone, Copy, Debug, Default, PartialEq, ShaderType)]
pub(super) struct SurfaceUniform {
    pub(super) clip_from_middle: Mat4,
    pub(super) light: Vec4,
    pub(super) color: Vec4,
    pub(super) scale: Vec4,
    pub(super) limits: Vec4,
    pub(super) shape: UVec4,
    pub(super) style: UVec4,
    pub(super) viewport: Vec4,
}

/// A buffer of numbers that a shader reads.
#[derive(Default)]
pub(super) struct Floats {
    pub(super) buffer: Option<Buffer>,
    count: usize,
}

/// Lines or planes, and how many.
#[derive(Default)]
pub(super) struct Instances {
    pub(super) floats: Floats,
    pub(super) count: u32,
}

/// Where numbers are written to the GPU.
struct Writer<'a> {
    device: &'a RenderDevice,
    queue: &'a RenderQueue,
    usage: BufferUsages,
}

impl Writer<'_> {
    /// Writes all numbers, whose count is told. Says how many bytes, and whether the buffer is another one now.
    fn write(&self, to: &mut Floats, count: usize, values: impl Iterator<Item = f32>) -> (u64, bool) {
        let size = 4 * count as u64;
        let new = to.buffer.is_none() || to.count != count;
        if new {
            let usage = self.usage | BufferUsages::COPY_DST;
            let buffer =
                BufferDescriptor { label: Some("surface"), size: size.max(4), usage, mapped_at_creation: false };
            *to = Floats { buffer: Some(self.device.create_buffer(&buffer)), count };
        }
        let staged = to.buffer.as_ref().zip(NonZeroU64::new(size));
        if let Some(mut view) = staged.and_then(|(buffer, size)| self.queue.write_buffer_with(buffer, 0, size)) {
            // Straight into the memory that is copied from.
            let (slots, _) = view.slice(..).into_chunks::<4>();
            for (slot, value) in slots.into_iter().zip(values) {
                slot.write(value.to_ne_bytes());
            }
        }
        (size, new)
    }
}

/// Copies what changed to the GPU. At extraction, when both worlds stand still, so that values are copied once.
pub(super) fn upload_surfaces(
    pictures: Extract<Query<(&SurfacePicture, &ViewOf, &GlobalTransform)>>,
    scenes: Extract<Query<&SessionScene>>,
    drawings: Extract<Res<Drawings>>,
    mut gpu: ResMut<GpuSurfaces>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    uploads: Res<SurfaceUploads>,
) {
    let GpuSurfaces { surfaces, sights } = &mut *gpu;
    surfaces.retain(|&view, _| pictures.contains(view));
    sights.retain(|sight, _| drawings.by_sight.contains_key(sight));
    // For several cameras, what the nearest one needs.
    let mut steps: EntityHashMap<[usize; 2]> = EntityHashMap::default();
    for (&(_, view), drawing) in &drawings.by_sight {
        let least = steps.entry(view).or_insert(drawing.steps);
        *least = [0, 1].map(|side| least[side].min(drawing.steps[side]));
    }
    let writer = Writer { device: &device, queue: &queue, usage: BufferUsages::STORAGE };
    for (&(camera, view), drawing) in &drawings.by_sight {
        let Ok((picture, of, transform)) = pictures.get(view) else { continue };
        let Some(field) = scenes.get(of.session).ok().and_then(|scene| scene.fields.get(picture.field())) else {
            continue;
        };
        let surface = surfaces.entry(view).or_insert_with(|| GpuSurface::new(picture));
        surface.transform = *transform;
        let steps = steps.get(&view).copied().unwrap_or([1; 2]);
        surface.upload(picture, field, steps, &writer, &uploads);
        let instances = Writer { usage: BufferUsages::VERTEX, ..writer };
        sights.entry((camera, view)).or_default().upload(drawing, &instances, &uploads);
    }
}

impl GpuSurface {
    fn new(picture: &SurfacePicture) -> Self {
        Self {
            colors: Floats::default(),
            x: Floats::default(),
            y: Floats::default(),
            heights: Floats::default(),
            group: None,
            lines: [0; 2],
            strides: [0; 2],
            shape: picture.shape,
            look: picture.look.clone(),
            holes: false,
            transform: GlobalTransform::IDENTITY,
            steps: [0; 2],
            version: 0,
            coordinates: 0,
            values: 0,
            table: None,
        }
    }

    pub(super) fn style(&self) -> Style {
        Style { holes: self.holes, lit: self.look.shading != SurfaceShading::Unlit }
    }

    fn upload(
        &mut self,
        picture: &SurfacePicture,
        field: &Field,
        steps: [usize; 2],
        writer: &Writer,
        uploads: &SurfaceUploads,
    ) {
        // The field can be ahead of a picture that is not drawn as often.
        if field.values().len() != picture.grid.lines().iter().product::<usize>() {
            return;
        }
        (self.shape, self.holes) = (picture.shape, picture.heights.holes);
        if self.look != picture.look {
            self.look = picture.look.clone();
        }
        let other_steps = self.steps != steps;
        self.steps = steps;
        let mut moved = false;
        if self.coordinates != picture.stamps.coordinates || other_steps {
            moved |= self.upload_coordinates(picture, writer, uploads);
            self.coordinates = picture.stamps.coordinates;
        }
        if self.values != picture.stamps.heights || other_steps {
            moved |= self.upload_heights(picture, field, writer, uploads);
            self.values = picture.stamps.heights;
        }
        if self.table.as_ref() != Some(&picture.look.color_map) {
            let table = picture.look.color_map.table();
            let parts = table.iter().flat_map(|&color| linear(color, 1.0).to_f32_array());
            let (bytes, new) = writer.write(&mut self.colors, 4 * table.len(), parts);
            uploads.add(|counters| &counters.colors, bytes);
            moved |= new;
            self.table = Some(picture.look.color_map.clone());
            self.version += 1;
        }
        if moved {
            self.group = None;
        }
    }

    /// Says whether a buffer is another one now.
    fn upload_coordinates(&mut self, picture: &SurfacePicture, writer: &Writer, uploads: &SurfaceUploads) -> bool {
        let (grid, [x, y, _]) = (&picture.grid, picture.shape.middle());
        let write = |to: &mut Floats, coord: &[f64], step: usize, middle: f64| {
            let lines = kept(coord.len(), step);
            let from_middle = lines.iter().map(|&line| (coord[line] - middle) as f32);
            let (bytes, new) = writer.write(to, lines.len(), from_middle);
            uploads.add(|counters| &counters.coordinates, bytes);
            (lines.len(), new)
        };
        let (columns, new_x) = write(&mut self.x, grid.x(), self.steps[0], x);
        let (rows, new_y) = write(&mut self.y, grid.y(), self.steps[1], y);
        self.lines = [columns, rows];
        self.version += 1;
        new_x | new_y
    }

    /// Says whether the buffer is another one now.
    fn upload_heights(
        &mut self,
        picture: &SurfacePicture,
        field: &Field,
        writer: &Writer,
        uploads: &SurfaceUploads,
    ) -> bool {
        let values = field.values();
        let (bytes, new) = if self.steps != [1; 2] {
            self.strides = [1, self.lines[0]];
            let reduced = reduced(&picture.grid, field, picture.heights.range, self.steps);
            writer.write(&mut self.heights, reduced.len(), reduced.iter().copied())
        } else {
            self.strides = picture.grid.strides();
            match values.as_slice() {
                Some(slice) => writer.write(&mut self.heights, slice.len(), slice.iter().copied()),
                None => writer.write(&mut self.heights, values.len(), values.iter().copied()),
            }
        };
        uploads.add(|counters| &counters.heights, bytes);
        self.version += 1;
        new
    }
}

impl GpuSight {
    fn upload(&mut self, drawing: &Drawing, writer: &Writer, uploads: &SurfaceUploads) {
        if self.version == drawing.version {
            return;
        }
        self.version = drawing.version;
        let write = |to: &mut Instances, lines: &[Line]| {
            let parts = lines.iter().flat_map(|line| line.packed(drawing.scale()));
            to.count = lines.len() as u32;
            let (bytes, _) = writer.write(&mut to.floats, Line::PARTS * lines.len(), parts);
            uploads.add(|counters| &counters.lines, bytes);
        };
        write(&mut self.lines, &drawing.lines);
        write(&mut self.planes, &drawing.planes);
    }
}
