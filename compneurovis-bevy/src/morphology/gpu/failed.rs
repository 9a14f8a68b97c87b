//! Passes that a driver does not take: then the software rasteriser draws.

use std::sync::{Arc, OnceLock};

use bevy::{
    prelude::*,
    render::render_resource::{CachedPipelineState, CachedRenderPipelineId, PipelineCache},
    shader::ShaderCacheError,
};

/// Why the GPU cannot draw cells, if it cannot. The main world and the render world share it.
#[derive(Resource, Clone, Debug, Default)]
pub(in super::super) struct GpuFailed(Arc<OnceLock<String>>);

impl GpuFailed {
    /// Whether it cannot.
    pub(in super::super) fn has_failed(&self) -> bool {
        self.0.get().is_some()
    }

    /// Looks at a pipeline that is needed.
    pub(super) fn look_at(&self, cache: &PipelineCache, pipeline: CachedRenderPipelineId) {
        if let CachedPipelineState::Err(error) = cache.get_render_pipeline_state(pipeline) {
            self.take(error);
        }
    }

    fn take(&self, error: &ShaderCacheError) {
        // A shader that is still being loaded is no failure.
        let waits =
            matches!(error, ShaderCacheError::ShaderNotLoaded(_) | ShaderCacheError::ShaderImportNotYetAvailable);
        if !waits && self.0.set(error.to_string()).is_ok() {
            error!("the GPU cannot draw cells, so the software rasteriser does: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shader_that_is_not_there_yet_is_no_failure_and_a_bad_one_is() {
        let (main, render) = {
            let failed = GpuFailed::default();
            (failed.clone(), failed)
        };
        render.take(&ShaderCacheError::ShaderImportNotYetAvailable);
        assert!(!main.has_failed());
        render.take(&ShaderCacheError::CreateShaderModule("no such type".to_owned()));
        assert!(main.has_failed());
    }
}
