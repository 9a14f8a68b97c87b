// Fills a camera's viewport; the colour is the blend constant.

#import bevy_core_pipeline::fullscreen_vertex_shader::FullscreenVertexOutput

@fragment
fn fragment(_in: FullscreenVertexOutput) -> @location(0) vec4<f32> {
    return vec4<f32>(1.0);
}
