// A field over two dims as a surface: strips of triangles whose corners are read from the field's values.

struct Surface {
    // From the coordinates of the view's entity, the middle of the box their origin, to those of the screen.
    clip_from_middle: mat4x4<f32>,
    // Towards the light, in the same coordinates, and -1 if these are mirrored in the world, else 1.
    light: vec4<f32>,
    // Where heights have no colour of their own, and alpha.
    color: vec4<f32>,
    // Units of space for a unit of x, height and y, and the height of the middle.
    scale: vec4<f32>,
    // The height with the lowest colour, and table entries for a unit of height.
    limits: vec4<f32>,
    // Lines along x and y, and how far apart their neighbours are among the values.
    shape: vec4<u32>,
    // Whether it is of one colour, and how it is shaded: 0 not, 1 flat, 2 smoothly.
    style: vec4<u32>,
    // Width and height of the picture in pixels.
    viewport: vec4<f32>,
}

@group(0) @binding(0) var<uniform> surface: Surface;
@group(1) @binding(0) var<storage, read> colors: array<vec4<f32>, 256>;
@group(1) @binding(1) var<storage, read> xs: array<f32>;
@group(1) @binding(2) var<storage, read> ys: array<f32>;
// As bits: drivers may take it that no number is a NaN.
@group(1) @binding(3) var<storage, read> heights: array<u32>;

const SMOOTH: u32 = 2u;
// Of the light that falls from everywhere.
const AMBIENT: f32 = 0.35;
// Beyond this, single precision has no room for a projection.
const HIGHEST: f32 = 1e30;

struct Corner {
    @invariant @builtin(position) clip: vec4<f32>,
    @location(0) height: f32,
#ifdef LIT
    @location(1) point: vec3<f32>,
    @location(2) normal: vec3<f32>,
#endif
#ifdef HOLES
    // 1 at heights, 0 at holes.
    @location(3) whole: f32,
#endif
}

fn bits_at(at: vec2<u32>) -> u32 {
    return heights[at.x * surface.shape.z + at.y * surface.shape.w];
}

fn is_hole(bits: u32) -> bool {
    return (bits & 0x7f800000u) == 0x7f800000u;
}

fn height_of(bits: u32) -> f32 {
    return select(bitcast<f32>(bits), surface.scale.w, is_hole(bits));
}

fn point_at(at: vec2<u32>, height: f32) -> vec3<f32> {
    let up = clamp((height - surface.scale.w) * surface.scale.y, -HIGHEST, HIGHEST);
    return vec3(xs[at.x] * surface.scale.x, up, -ys[at.y] * surface.scale.z);
}

// By the neighbours, those of a hole's not counted.
fn normal_at(at: vec2<u32>, here: vec3<f32>) -> vec3<f32> {
    let last = surface.shape.xy - vec2(1u);
    let along_x = neighbour(vec2(min(at.x + 1u, last.x), at.y), here) - neighbour(vec2(max(at.x, 1u) - 1u, at.y), here);
    let along_y = neighbour(vec2(at.x, min(at.y + 1u, last.y)), here) - neighbour(vec2(at.x, max(at.y, 1u) - 1u), here);
    // Steps can be as small as the data's: only their directions count.
    return cross(direction(along_x), direction(along_y));
}

fn neighbour(at: vec2<u32>, here: vec3<f32>) -> vec3<f32> {
    let bits = bits_at(at);
    if is_hole(bits) {
        return here;
    }
    return point_at(at, bitcast<f32>(bits));
}

fn direction(way: vec3<f32>) -> vec3<f32> {
    let most = max(max(abs(way.x), abs(way.y)), abs(way.z));
    if most == 0.0 {
        return vec3(0.0);
    }
    return normalize(way / most);
}

@vertex
fn vertex(@builtin(vertex_index) index: u32, @builtin(instance_index) strip: u32) -> Corner {
    // Strips go along the longer side, two lines each.
    let along = index >> 1u;
    let across = strip + (index & 1u);
    let at = select(vec2(across, along), vec2(along, across), surface.shape.x >= surface.shape.y);
    let bits = bits_at(at);
    let height = height_of(bits);
    let point = point_at(at, height);
    var corner: Corner;
    corner.height = height;
    corner.clip = surface.clip_from_middle * vec4(point, 1.0);
#ifdef LIT
    corner.point = point;
    corner.normal = vec3(0.0);
    if surface.style.y == SMOOTH {
        corner.normal = normal_at(at, point);
    }
#endif
#ifdef HOLES
    corner.whole = select(1.0, 0.0, is_hole(bits));
#endif
    return corner;
}

// Of a side that is turned to the viewer, whichever of both that is.
fn light_on(normal: vec3<f32>, facing: vec3<f32>) -> f32 {
    let outwards = direction(normal) * select(-1.0, 1.0, dot(normal, facing) >= 0.0);
    return AMBIENT + (1.0 - AMBIENT) * max(dot(outwards, surface.light.xyz), 0.0);
}

@fragment
fn fragment(in: Corner) -> @location(0) vec4<f32> {
#ifdef LIT
    // Before anything is discarded, as neighbours are compared.
    let facing = cross(dpdy(in.point), dpdx(in.point)) * surface.light.w;
#endif
#ifdef HOLES
    if in.whole < 0.9999 {
        discard;
    }
#endif
    let entry = clamp((in.height - surface.limits.x) * surface.limits.y, 0.0, 255.0);
    var color = surface.color;
    if surface.style.x == 0u {
        color = vec4(colors[u32(entry)].rgb, surface.color.a);
    }
#ifdef LIT
    color = vec4(color.rgb * light_on(select(facing, in.normal, surface.style.y == SMOOTH), facing), color.a);
#endif
    return color;
}
