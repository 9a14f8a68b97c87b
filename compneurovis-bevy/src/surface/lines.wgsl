// Axes, ticks, boxes and cuts: lines of a width in pixels, and the planes of cuts.

struct Surface {
    clip_from_middle: mat4x4<f32>,
    light: vec4<f32>,
    color: vec4<f32>,
    scale: vec4<f32>,
    limits: vec4<f32>,
    shape: vec4<u32>,
    style: vec4<u32>,
    viewport: vec4<f32>,
}

@group(0) @binding(0) var<uniform> surface: Surface;

struct Line {
    // And its width in pixels.
    @location(0) start: vec4<f32>,
    // And how much of it is seen through what hides it.
    @location(1) end: vec4<f32>,
    @location(2) color: vec4<f32>,
}

struct Corner {
    @builtin(position) clip: vec4<f32>,
    @location(0) color: vec4<f32>,
    // From the middle of the line, and half of its width, in pixels.
    @location(1) @interpolate(linear) across: vec2<f32>,
}

// A line on the surface is in front of it.
const NEARER: f32 = 1.004;

// Pixels beyond the ends, so that lines join; more would show as beads where translucent ones do.
const CAP: f32 = 0.25;

@vertex
fn line_vertex(line: Line, @builtin(vertex_index) index: u32) -> Corner {
    var start = surface.clip_from_middle * vec4(line.start.xyz, 1.0);
    var end = surface.clip_from_middle * vec4(line.end.xyz, 1.0);
    var corner: Corner;
    // What is nearer than the near plane has a z beyond w.
    let room = vec2(start.w - start.z, end.w - end.z);
    if room.x <= 0.0 && room.y <= 0.0 {
        corner.clip = vec4(0.0, 0.0, 2.0, 1.0);
        return corner;
    }
    // Not onto the plane itself, where a rounding would cut it off.
    let part = 0.9999 * room.x / (room.x - room.y);
    if room.x < 0.0 {
        start = mix(end, start, 0.9999 * room.y / (room.y - room.x));
    } else if room.y < 0.0 {
        end = mix(start, end, part);
    }
    let pixels = surface.viewport.xy * 0.5;
    let from_px = start.xy / start.w * pixels;
    let to_px = end.xy / end.w * pixels;
    var along = vec2(1.0, 0.0);
    if distance(from_px, to_px) > 1e-3 {
        along = normalize(to_px - from_px);
    }
    let at_end = index >= 2u;
    let side = select(-1.0, 1.0, (index & 1u) == 1u);
    // A pixel more for the soft edge. A line without length is a dot.
    let reach = line.start.w * 0.5 + 1.0;
    let is_dot = all(line.start.xyz == line.end.xyz);
    let beyond = select(-1.0, 1.0, at_end) * select(CAP, line.start.w * 0.5, is_dot);
    let at = select(from_px, to_px, at_end) + vec2(-along.y, along.x) * side * reach + along * beyond;
    let here = select_clip(start, end, at_end);
    corner.clip = vec4(at / pixels * here.w, min(here.z * NEARER, here.w), here.w);
    corner.color = vec4(line.color.rgb, line.color.a * through(line.end.w));
    corner.across = vec2(side * reach, line.start.w * 0.5);
    return corner;
}

fn select_clip(start: vec4<f32>, end: vec4<f32>, at_end: bool) -> vec4<f32> {
    if at_end {
        return end;
    }
    return start;
}

fn through(part: f32) -> f32 {
#ifdef HIDDEN
    return part;
#else
    return 1.0;
#endif
}

@fragment
fn line_fragment(in: Corner) -> @location(0) vec4<f32> {
    let coverage = clamp(in.across.y + 0.5 - abs(in.across.x), 0.0, 1.0);
    return vec4(in.color.rgb, in.color.a * coverage);
}

@vertex
fn plane_vertex(plane: Line, @builtin(vertex_index) index: u32) -> Corner {
    let along = f32(index & 1u);
    let up = f32(index >> 1u);
    let point = mix(plane.start.xyz, plane.end.xyz, vec3(along, up, along));
    var corner: Corner;
    corner.clip = surface.clip_from_middle * vec4(point, 1.0);
    corner.color = plane.color;
    return corner;
}

@fragment
fn plane_fragment(in: Corner) -> @location(0) vec4<f32> {
    return in.color;
}
