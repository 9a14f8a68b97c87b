//! Whether there is anything to draw with, asked before Bevy is: it panics where there is nothing.

use bevy::{
    prelude::World,
    render::{
        RenderPlugin,
        renderer::RenderAdapterInfo,
        settings::{RenderCreation, WgpuSettings},
    },
    tasks::block_on,
};
use wgpu::Backends;

use crate::FrontendError;

/// The renderer with a backend that has an adapter.
///
/// OpenGL is asked last: merely looking for its adapters takes long and prints to the terminal.
///
/// # Errors
/// No backend has an adapter.
pub(crate) fn render_plugin() -> Result<RenderPlugin, FrontendError> {
    let wished = Backends::from_env();
    let candidates = [wished.unwrap_or(Backends::PRIMARY), wished.unwrap_or(Backends::all())];
    let mut reason = String::new();
    for backends in candidates {
        match find(backends) {
            Ok(()) => return Ok(with_backends(backends)),
            Err(error) => reason = error,
        }
    }
    Err(FrontendError::NoAdapter(reason))
}

fn with_backends(backends: Backends) -> RenderPlugin {
    let settings = WgpuSettings { backends: Some(backends), ..WgpuSettings::default() };
    RenderPlugin {
        render_creation: RenderCreation::Automatic(Box::new(settings)),
        // A frame is drawn whole or not yet: a picture must not lack what is still being compiled.
        synchronous_pipeline_compilation: true,
        ..RenderPlugin::default()
    }
}

fn find(backends: Backends) -> Result<(), String> {
    let descriptor = wgpu::InstanceDescriptor::new_without_display_handle_from_env();
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor { backends, ..descriptor });
    let adapter = block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default()));
    adapter.map(drop).map_err(|error| error.to_string())
}

/// The adapter that a world draws with, such as `llvmpipe (LLVM 15.0.6, 256 bits)`.
pub fn adapter_name(world: &World) -> Option<String> {
    world.get_resource::<RenderAdapterInfo>().map(|info| info.name.clone())
}
