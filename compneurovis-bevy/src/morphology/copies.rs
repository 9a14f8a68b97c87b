//! Cells that are alone in a camera's picture: copied into it, past shaders and depths.

use bevy::{
    ecs::schedule::{ScheduleBuildSettings, ScheduleLabel},
    prelude::*,
    render::{
        render_resource::{
            Buffer, BufferDescriptor, BufferUsages, CommandEncoder, Extent3d, Origin3d, TexelCopyBufferInfo,
            TexelCopyBufferLayout, TexelCopyTextureInfo, Texture, TextureAspect, TextureFormat, TextureUsages,
        },
        renderer::{RenderDevice, RenderQueue},
        view::ViewTarget,
    },
};
use wgpu::{BufferSize, COPY_BYTES_PER_ROW_ALIGNMENT};

use super::picture::Picture;

/// Says that a camera has nothing behind its cells but this colour.
///
/// While it sees no other entity of Bevy's, its cells are then copied into its picture with that colour around them,
/// which on a software adapter is cheaper than to draw them by depth. A pass of your own that draws by
/// the depth of such a camera would not find its cells there; where the camera has
/// [`CameraOutputMode::Skip`](bevy::camera::CameraOutputMode::Skip), as those of the workbench, no pass but the copies runs. The camera's picture has to allow copies, by
/// [`CameraMainTextureUsages`](bevy::camera::CameraMainTextureUsages); if not, the cells are drawn.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct PlainBackground(pub Color);

/// What is done for a camera that shows nothing but copies.
#[derive(ScheduleLabel, Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct CellsAlone;

/// Its schedule, with the settings of those of Bevy's cameras.
pub(super) fn schedule() -> Schedule {
    let mut schedule = Schedule::new(CellsAlone);
    schedule.set_build_settings(ScheduleBuildSettings { auto_insert_apply_deferred: false, ..default() });
    schedule
}

/// The parts of a picture that are copied, on the GPU.
#[derive(Default)]
pub(super) struct Copies {
    buffer: Option<Buffer>,
    parts: Vec<URect>,
    version: u64,
}

/// Bytes from one row of a part to the next.
fn stride(part: &URect) -> u64 {
    u64::from((part.width() * 4).next_multiple_of(COPY_BYTES_PER_ROW_ALIGNMENT))
}

impl Copies {
    /// Brings to the GPU what of a picture is new.
    pub(super) fn upload(&mut self, picture: &Picture, device: &RenderDevice, queue: &RenderQueue) {
        if self.version == picture.version {
            return;
        }
        self.version = picture.version;
        self.parts.clone_from(&picture.painted_in);
        self.parts.retain(|part| !part.is_empty());
        let bytes = self.parts.iter().map(|part| stride(part) * u64::from(part.height())).sum();
        let Some(size) = BufferSize::new(bytes) else { return };
        let buffer = match self.buffer.take().filter(|buffer| buffer.size() >= bytes) {
            Some(buffer) => buffer,
            None => device.create_buffer(&BufferDescriptor {
                label: Some("copied cells"),
                size: bytes,
                usage: BufferUsages::COPY_SRC | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            }),
        };
        if let Some(mut staging) = queue.write_buffer_with(&buffer, 0, size) {
            let width = picture.buffer.width();
            let mut at = 0;
            for part in &self.parts {
                for row in part.min.y..part.max.y {
                    let pixel = |column: u32| 4 * (row as usize * width + column as usize);
                    let bytes = &picture.pixels[pixel(part.min.x)..pixel(part.max.x)];
                    staging.slice(at..at + bytes.len()).copy_from_slice(bytes);
                    at += stride(part) as usize;
                }
            }
        }
        self.buffer = Some(buffer);
    }

    /// Copies the parts into a picture whose viewport begins at `origin`.
    pub(super) fn copy(&self, encoder: &mut CommandEncoder, target: &Texture, origin: UVec2) {
        let Some(buffer) = &self.buffer else { return };
        let whole = UVec2::new(target.width(), target.height());
        let mut offset = 0;
        for part in &self.parts {
            let at = origin + part.min;
            // The camera's viewport can have changed between the picture and this frame; then the next fits.
            if (at + part.size()).cmple(whole).all() {
                let layout =
                    TexelCopyBufferLayout { offset, bytes_per_row: Some(stride(part) as u32), rows_per_image: None };
                let place = Origin3d { x: at.x, y: at.y, z: 0 };
                encoder.copy_buffer_to_texture(
                    TexelCopyBufferInfo { buffer, layout },
                    TexelCopyTextureInfo { texture: target, mip_level: 0, origin: place, aspect: TextureAspect::All },
                    Extent3d { width: part.width(), height: part.height(), depth_or_array_layers: 1 },
                );
            }
            offset += stride(part) * u64::from(part.height());
        }
    }
}

/// Whether pixels can be copied into a camera's picture.
pub(super) fn takes_copies(target: &ViewTarget, msaa: &Msaa) -> bool {
    msaa.samples() == 1
        && target.main_texture_format() == TextureFormat::Rgba8UnormSrgb
        && target.main_texture().usage().contains(TextureUsages::COPY_DST)
}
