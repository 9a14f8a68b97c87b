// Puts the kept picture of a surface into a camera's picture, by depth.

#import bevy_core_pipeline::fullscreen_vertex_shader::FullscreenVertexOutput

@group(0) @binding(0) var colors: texture_2d<f32>;
@group(0) @binding(1) var depths: texture_depth_2d;

struct Composed {
    @location(0) color: vec4<f32>,
    @builtin(frag_depth) depth: f32,
}

@fragment
fn fragment(in: FullscreenVertexOutput) -> Composed {
    // The triangle fills the viewport, whose size is that of both textures.
    let pixel = vec2<i32>(in.uv * vec2<f32>(textureDimensions(depths)));
    let depth = textureLoad(depths, pixel, 0);
    // Nothing there.
    if depth == 0.0 {
        discard;
    }
    var composed: Composed;
    composed.color = textureLoad(colors, pixel, 0);
    composed.depth = depth;
    return composed;
}
