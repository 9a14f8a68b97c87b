// Puts the picture of the cells into a camera's picture, by depth.

#import bevy_core_pipeline::fullscreen_vertex_shader::FullscreenVertexOutput

@group(0) @binding(0) var colors: texture_2d<f32>;
@group(0) @binding(1) var depths: texture_2d<f32>;

struct Composed {
    @location(0) color: vec4<f32>,
    @builtin(frag_depth) depth: f32,
}

@fragment
fn fragment(in: FullscreenVertexOutput) -> Composed {
    // The triangle fills the viewport, whose size is that of both textures.
    let pixel = vec2<i32>(in.uv * vec2<f32>(textureDimensions(depths)));
    let color = textureLoad(colors, pixel, 0);
    // Nothing there: neither a cell nor the line around a compartment.
    if color.a == 0.0 {
        discard;
    }
    var composed: Composed;
    composed.color = color;
    // The line is in front of everything.
    let depth = textureLoad(depths, pixel, 0).r;
    composed.depth = select(depth, 1.0, depth == 0.0);
    return composed;
}
