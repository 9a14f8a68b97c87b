// Puts what `fill.wgsl` drew into a camera's picture: the colour of each compartment, the lines around some, by depth.

#import bevy_core_pipeline::fullscreen_vertex_shader::FullscreenVertexOutput

struct Highlight {
    // From one compartment up to another.
    start: u32,
    end: u32,
    color: u32,
    width: u32,
}

@group(0) @binding(0) var seen: texture_2d<u32>;
@group(0) @binding(1) var depths: texture_depth_2d;
@group(0) @binding(2) var<storage, read> colors: array<u32>;
// The first is no highlight: its start is how many follow, and its width the greatest of theirs.
@group(0) @binding(3) var<storage, read> highlights: array<Highlight>;

const NONE: u32 = 0xffffffffu;
const MISSING: u32 = 0xff808080u;

struct Composed {
    @location(0) color: vec4<f32>,
    @builtin(frag_depth) depth: f32,
}

fn to_linear(color: vec3<f32>) -> vec3<f32> {
    return select(pow((color + 0.055) / 1.055, vec3(2.4)), color / 12.92, color <= vec3(0.04045));
}

// The colour of the last line that runs through a pixel, or zero.
fn line_at(pixel: vec2<i32>, own: u32) -> u32 {
    let size = vec2<i32>(textureDimensions(depths));
    let reach = i32(min(highlights[0].width, 64u));
    var last = 0u;
    for (var y = max(pixel.y - reach, 0); y <= min(pixel.y + reach, size.y - 1); y++) {
        for (var x = max(pixel.x - reach, 0); x <= min(pixel.x + reach, size.x - 1); x++) {
            let other = textureLoad(seen, vec2(x, y), 0).x;
            let far = u32(max(abs(x - pixel.x), abs(y - pixel.y)));
            for (var index = highlights[0].start; index > last && other != NONE; index--) {
                let line = highlights[index];
                let inside = other >= line.start && other < line.end;
                let outside = own < line.start || own >= line.end;
                if inside && outside && far <= line.width {
                    last = index;
                }
            }
        }
    }
    return last;
}

@fragment
fn fragment(in: FullscreenVertexOutput) -> Composed {
    // The triangle fills the viewport, whose size is that of both textures.
    let pixel = vec2<i32>(in.uv * vec2<f32>(textureDimensions(depths)));
    let own = textureLoad(seen, pixel, 0).xy;
    let covered = own.x != NONE;
    let line = line_at(pixel, own.x);
    if !covered && line == 0u {
        discard;
    }
    var composed: Composed;
    // A line beside all cells is in front of everything.
    composed.depth = select(1.0, textureLoad(depths, pixel, 0), covered);
    if line > 0u {
        composed.color = vec4(to_linear(unpack4x8unorm(highlights[line].color).xyz), 1.0);
        return composed;
    }
    var color = MISSING;
    if own.x < arrayLength(&colors) {
        color = colors[own.x];
    }
    let channels = vec3(color & 0xffu, (color >> 8u) & 0xffu, (color >> 16u) & 0xffu);
    let lit = (channels * (own.y + 1u)) >> vec3(8u);
    composed.color = vec4(to_linear(vec3<f32>(lit) / 255.0), 1.0);
    return composed;
}
