//! Pictures of plots on their way to the GPU.

use bevy::{
    asset::RenderAssetUsages,
    image::{Image, ImageSampler},
    platform::collections::HashMap,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use bevy_egui::{EguiTextureHandle, EguiUserTextures};

use super::{HeatMapState, LinePlotState};

/// The images of canvases; each is filled in place, so that egui knows it by one name.
pub(super) fn upload_canvases(
    mut plots: Query<(Entity, Option<&mut LinePlotState>, Option<&mut HeatMapState>)>,
    images: Option<ResMut<Assets<Image>>>,
    textures: Option<ResMut<EguiUserTextures>>,
    mut known: Local<HashMap<Entity, Handle<Image>>>,
) {
    let (Some(mut images), Some(mut textures)) = (images, textures) else { return };
    known.retain(|plot, image| {
        let stays = plots.contains(*plot);
        if !stays {
            textures.remove_image(&*image);
        }
        stays
    });
    for (entity, plot, map) in &mut plots {
        let of_plot = plot.map(|plot| &mut plot.into_inner().canvas);
        let Some(canvas) = of_plot.or(map.map(|map| &mut map.into_inner().canvas)) else { continue };
        // What lies beneath the panels is copied, not drawn by egui.
        if !canvas.dirty || canvas.sheet.ground.is_some() {
            continue;
        }
        canvas.dirty = false;
        let (width, height) = canvas.size();
        // The columns of the canvas are the rows of the image.
        let size = Extent3d { width: height as u32, height: width as u32, depth_or_array_layers: 1 };
        let handle = known.entry(entity).or_insert_with(|| {
            let usage = RenderAssetUsages::MAIN_WORLD | RenderAssetUsages::RENDER_WORLD;
            let format = TextureFormat::Rgba8UnormSrgb;
            let mut image = Image::new_fill(size, TextureDimension::D2, &[0; 4], format, usage);
            // Pixels are pixels.
            image.sampler = ImageSampler::nearest();
            images.add(image)
        });
        canvas.texture = Some(textures.add_image(EguiTextureHandle::Strong(handle.clone())));
        let Some(mut image) = images.get_mut(&*handle) else { continue };
        image.texture_descriptor.size = size;
        let mut bytes = image.data.take().unwrap_or_default();
        canvas.bytes(&mut bytes);
        image.data = Some(bytes);
    }
}
