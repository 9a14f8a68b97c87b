//! The frusta and sections of cells on the GPU.

use std::sync::Arc;

use bevy::{
    prelude::*,
    render::{
        render_resource::{Buffer, BufferInitDescriptor, BufferUsages},
        renderer::RenderDevice,
    },
};
use compneurovis_core::{Frustum, MorphologyGeometry};

use super::super::CellStage;

/// Frusta that one instance draws: `fill.wgsl` knows the same number.
pub(super) const FRUSTA_PER_INSTANCE: u32 = 16_384;

/// One geometry on the GPU, however many cells have it.
pub(super) struct GpuGeometry {
    geometry: Arc<MorphologyGeometry>,
    pub(super) frusta: Buffer,
    pub(super) sections: Buffer,
}

/// The geometries of all cells on the stage.
#[derive(Default)]
pub(super) struct GpuGeometries {
    all: Vec<GpuGeometry>,
    refused: Vec<Arc<MorphologyGeometry>>,
    /// Two triangles for each of the frusta of an instance.
    pub(super) indices: Option<Buffer>,
}

impl GpuGeometries {
    /// Uploads what is new and forgets what is gone.
    pub(super) fn keep(&mut self, stage: &CellStage, device: &RenderDevice) {
        let on_stage =
            |geometry: &Arc<MorphologyGeometry>| stage.cells.iter().any(|cell| Arc::ptr_eq(&cell.geometry, geometry));
        self.all.retain(|known| on_stage(&known.geometry));
        self.refused.retain(on_stage);
        self.indices.get_or_insert_with(|| make_indices(device));
        for cell in &stage.cells {
            let refused = self.refused.iter().any(|known| Arc::ptr_eq(known, &cell.geometry));
            if refused || cell.geometry.frusta().is_empty() || self.get(&cell.geometry).is_some() {
                continue;
            }
            match GpuGeometry::new(&cell.geometry, device) {
                Some(uploaded) => self.all.push(uploaded),
                None => {
                    error!(
                        geometry = %cell.geometry.id(),
                        "larger than a buffer of this adapter may be, and not drawn; CellRenderer::Raster draws it"
                    );
                    self.refused.push(cell.geometry.clone());
                }
            }
        }
    }

    pub(super) fn get(&self, geometry: &Arc<MorphologyGeometry>) -> Option<&GpuGeometry> {
        self.all.iter().find(|known| Arc::ptr_eq(&known.geometry, geometry))
    }
}

impl GpuGeometry {
    /// `None` if it is larger than a buffer may be.
    fn new(geometry: &Arc<MorphologyGeometry>, device: &RenderDevice) -> Option<Self> {
        let frusta: Vec<u8> = geometry.frusta().iter().flat_map(words).flat_map(u32::to_ne_bytes).collect();
        let numbers = geometry.sections().iter().flat_map(|section| [section.first_compartment, section.nseg]);
        let sections: Vec<u8> = numbers.flat_map(u32::to_ne_bytes).collect();
        let limits = device.limits();
        let most = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
        if frusta.len().max(sections.len()) as u64 > most {
            return None;
        }
        let (geometry, usage) = (geometry.clone(), BufferUsages::STORAGE);
        Some(Self {
            geometry,
            frusta: buffer(device, "cell frusta", &frusta, usage),
            sections: buffer(device, "cell sections", &sections, usage),
        })
    }
}

/// A frustum as `fill.wgsl` reads it.
fn words(frustum: &Frustum) -> [u32; 11] {
    let [[ax, ay, az], [bx, by, bz]] = [frustum.start_um, frustum.end_um].map(|point| point.map(f32::to_bits));
    let [ar, br] = [frustum.start_radius_um, frustum.end_radius_um].map(f32::to_bits);
    let [start, end] = [frustum.start_position, frustum.end_position].map(f32::to_bits);
    [ax, ay, az, ar, bx, by, bz, br, frustum.section, start, end]
}

fn make_indices(device: &RenderDevice) -> Buffer {
    let quads = (0..FRUSTA_PER_INSTANCE).map(|quad| quad * 4);
    let corners = quads.flat_map(|first| [0, 1, 2, 2, 1, 3].map(|corner| first + corner));
    let bytes: Vec<u8> = corners.flat_map(u32::to_ne_bytes).collect();
    buffer(device, "cell quads", &bytes, BufferUsages::INDEX)
}

pub(super) fn buffer(device: &RenderDevice, label: &str, contents: &[u8], usage: BufferUsages) -> Buffer {
    device.create_buffer_with_data(&BufferInitDescriptor { label: Some(label), contents, usage })
}
