// Draws frusta as quads that face the camera: for each pixel the compartment that is seen there and how brightly it is
// lit, and its depth. The formulas are those of the software rasteriser (`raster/tube.rs`, `flat.rs`, `cone.rs`), which
// explains them; tests hold the two against each other.

struct View {
    view_from_cell: mat4x4<f32>,
    // Pixels per unit of slope or length, and where the camera's axis meets the picture.
    focal: vec2<f32>,
    centre: vec2<f32>,
    depth: vec2<f32>,
    near: f32,
    radius_scale: f32,
    size: vec2<f32>,
    perspective: f32,
    least_half_width: f32,
    // Normals and offsets of what the camera sees.
    planes: array<vec4<f32>, 5>,
    first_compartment: u32,
    frusta: u32,
    spare: vec2<u32>,
}

@group(0) @binding(0) var<storage, read> view: View;
// Eleven words a frustum: start, its radius, end, its radius, section, start and end position.
@group(0) @binding(1) var<storage, read> frusta: array<u32>;
// The first compartment and the number of compartments of each section.
@group(0) @binding(2) var<storage, read> sections: array<vec2<u32>>;

const FRUSTUM_WORDS: u32 = 11u;
const FRUSTA_PER_INSTANCE: u32 = 16384u;
const FLAT_LIMIT: f32 = 1.5;
const DOT_RADIUS: f32 = 0.7072;
const SHORT: f32 = 1.5;
const DOT: f32 = 0.5;
const SOFTENING: f32 = 0.5;
const SOFTENED_LIGHT: f32 = 0.83;
const LEAST_TILT: f32 = 0.5;
const MISS: f32 = 3.4e38;
const REMOTE: f32 = 65536.0;

struct Quad {
    @builtin(position) position: vec4<f32>,
    // The ends in view space: x, y, the distance in front of the camera, and the radius.
    @location(0) @interpolate(flat) start: vec4<f32>,
    @location(1) @interpolate(flat) end: vec4<f32>,
    // The position of the start in compartments of the section, and its change.
    @location(2) @interpolate(flat) stretch: vec2<f32>,
    // The first compartment, the last one counted from it, and whether it is a thin strip.
    @location(3) @interpolate(flat) labels: vec3<u32>,
}

struct Pixel {
    @location(0) seen: vec2<u32>,
    @builtin(frag_depth) depth: f32,
}

fn number(index: u32) -> f32 {
    return bitcast<f32>(frusta[index]);
}

fn end_of(word: u32) -> vec4<f32> {
    let um = vec3(number(word), number(word + 1u), number(word + 2u));
    let at = (view.view_from_cell * vec4(um, 1.0)).xyz;
    return vec4(at.xy, -at.z, max(number(word + 3u), 0.0) * view.radius_scale);
}

fn is_perspective() -> bool {
    return view.perspective > 0.5;
}

fn pixels_per_unit(distance: f32) -> f32 {
    let focal = max(abs(view.focal.x), abs(view.focal.y));
    return select(focal, focal / distance, is_perspective());
}

fn project(at: vec3<f32>) -> vec2<f32> {
    let scale = select(1.0, 1.0 / at.z, is_perspective());
    return view.centre + vec2(view.focal.x, -view.focal.y) * at.xy * scale;
}

fn unproject(pixel: vec2<f32>, distance: f32) -> vec3<f32> {
    let scale = select(1.0, distance, is_perspective());
    let slope = vec2(pixel.x - view.centre.x, view.centre.y - pixel.y) / view.focal;
    return vec3(slope * scale, distance);
}

fn depth_at(distance: f32) -> f32 {
    let plane = view.depth.x - view.depth.y * distance;
    return select(plane, plane / distance, is_perspective());
}

// The range of parameters at which a measure, linear between its values at the ends, is not negative; the second is
// less than the first where there is none.
fn range_beyond(a: f32, b: f32) -> vec2<f32> {
    if a >= 0.0 && b >= 0.0 {
        return vec2(0.0, 1.0);
    }
    if a < 0.0 && b < 0.0 {
        return vec2(1.0, 0.0);
    }
    let t = min(a / (a - b), 1.0);
    return select(vec2(t, 1.0), vec2(0.0, t), a >= 0.0);
}

// The stretch of a tube whose spheres reach into what the camera sees.
fn visible_range(start: vec4<f32>, end: vec4<f32>) -> vec2<f32> {
    var range = vec2(0.0, 1.0);
    for (var index = 0; index < 5; index++) {
        let plane = view.planes[index];
        let a = dot(plane.xyz, start.xyz) + start.w - plane.w;
        let b = dot(plane.xyz, end.xyz) + end.w - plane.w;
        let beyond = range_beyond(a, b);
        if beyond.y < beyond.x {
            return beyond;
        }
        range = vec2(max(range.x, beyond.x), min(range.y, beyond.y));
    }
    return range;
}

fn widened(end: vec4<f32>) -> vec4<f32> {
    return vec4(end.xyz, max(end.w, view.least_half_width / pixels_per_unit(max(end.z, view.near))));
}

// The disc that holds the picture of a sphere: its middle and its radius in pixels; a negative radius for no bound.
fn disc(end: vec4<f32>) -> vec3<f32> {
    if !is_perspective() {
        return vec3(project(end.xyz), end.w * pixels_per_unit(1.0));
    }
    let lateral = length(end.xy);
    let tangent2 = lateral * lateral + end.z * end.z - end.w * end.w;
    let tangent = sqrt(max(tangent2, 0.0));
    let along = end.z * tangent;
    let across = lateral * end.w;
    if !(tangent2 > 0.0 && along - across > 0.05 * along) {
        return vec3(0.0, 0.0, -1.0);
    }
    let inner = (lateral * tangent - end.z * end.w) / (along + across);
    let outer = (lateral * tangent + end.z * end.w) / (along - across);
    let toward = select(0.0, (inner + outer) * 0.5 / lateral, lateral > 0.0);
    return vec3(project(vec3(end.xy * toward, 1.0)), (outer - inner) * 0.5 * pixels_per_unit(1.0));
}

// A corner of the rectangle around two discs, along the line between their middles, in clip space.
fn corner_of(start: vec3<f32>, end: vec3<f32>, corner: u32) -> vec4<f32> {
    let side = vec2(select(-1.0, 1.0, (corner & 1u) != 0u), select(-1.0, 1.0, (corner & 2u) != 0u));
    if start.z < 0.0 || end.z < 0.0 {
        return vec4(side, 0.5, 1.0);
    }
    // A pixel more, because what has its centre at the edge counts too.
    let reach = max(start.z, end.z) + 1.0;
    let axis = end.xy - start.xy;
    let span = length(axis);
    let along = select(vec2(1.0, 0.0), axis / span, span > 1e-6);
    let across = vec2(-along.y, along.x);
    let middle = select(start.xy, end.xy, side.x > 0.0);
    let pixel = middle + along * reach * side.x + across * reach * side.y;
    return vec4(pixel.x / view.size.x * 2.0 - 1.0, 1.0 - pixel.y / view.size.y * 2.0, 0.5, 1.0);
}

@vertex
fn vertex(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Quad {
    var quad: Quad;
    // Beyond the picture: nothing is drawn.
    quad.position = vec4(2.0, 2.0, 0.5, 1.0);
    let index = instance * FRUSTA_PER_INSTANCE + vertex / 4u;
    if index >= view.frusta {
        return quad;
    }
    let word = index * FRUSTUM_WORDS;
    var start = end_of(word);
    var end = end_of(word + 4u);
    let size = dot(abs(start), vec4(1.0)) + dot(abs(end), vec4(1.0));
    let section = frusta[word + 8u];
    if !(size < 1e12) || section >= arrayLength(&sections) {
        return quad;
    }
    quad.stretch = vec2(number(word + 9u), number(word + 10u) - number(word + 9u));
    let numbers = sections[section];
    quad.labels = vec3(view.first_compartment + numbers.x, max(numbers.y, 1u) - 1u, 0u);
    let front = range_beyond(start.z - view.near, end.z - view.near);
    if front.y >= front.x {
        let whole = vec4(start);
        start = mix(whole, end, front.x);
        end = mix(whole, end, front.y);
        quad.stretch = vec2(quad.stretch.x + quad.stretch.y * front.x, quad.stretch.y * (front.y - front.x));
        let half_widths = vec2(start.w * pixels_per_unit(start.z), end.w * pixels_per_unit(end.z));
        if max(half_widths.x, half_widths.y) < FLAT_LIMIT {
            return thin(quad, start, end, vertex % 4u);
        }
    }
    quad.start = start;
    quad.end = end;
    let drawn_start = widened(start);
    let drawn_end = widened(end);
    let range = visible_range(drawn_start, drawn_end);
    if range.x <= range.y {
        let a = disc(mix(drawn_start, drawn_end, range.x));
        let b = disc(mix(drawn_start, drawn_end, range.y));
        quad.position = corner_of(a, b, vertex % 4u);
    }
    return quad;
}

fn thin(quad: Quad, start: vec4<f32>, end: vec4<f32>, corner: u32) -> Quad {
    var strip = quad;
    strip.start = start;
    strip.end = end;
    strip.labels.z = 1u;
    var a = project(start.xyz);
    var b = project(end.xyz);
    if dot(abs(a), vec2(1.0)) > REMOTE || dot(abs(b), vec2(1.0)) > REMOTE {
        let range = visible_range(start, end);
        if range.x > range.y {
            return strip;
        }
        strip.start = mix(start, end, range.x);
        strip.end = mix(start, end, range.y);
        strip.stretch = vec2(quad.stretch.x + quad.stretch.y * range.x, quad.stretch.y * (range.y - range.x));
        a = project(strip.start.xyz);
        b = project(strip.end.xyz);
    }
    strip.position = corner_of(vec3(a, FLAT_LIMIT), vec3(b, FLAT_LIMIT), corner);
    return strip;
}

fn label(quad: Quad, along: f32) -> u32 {
    let position = max(quad.stretch.x + quad.stretch.y * along, 0.0);
    return quad.labels.x + min(u32(position), quad.labels.y);
}

fn pixel_of(quad: Quad, along: f32, facing: f32, depth: f32) -> Pixel {
    let shade = u32((0.35 + 0.65 * facing) * 255.0 + 0.5);
    return Pixel(vec2(label(quad, along), min(shade, 255u)), min(depth, 1.0));
}

@fragment
fn fragment(quad: Quad) -> Pixel {
    if quad.labels.z == 1u {
        return strip_pixel(quad, quad.position.xy);
    }
    return cone_pixel(quad, quad.position.xy);
}

fn strip_pixel(quad: Quad, at: vec2<f32>) -> Pixel {
    var start = project(quad.start.xyz);
    var axis = project(quad.end.xyz) - start;
    let length2 = dot(axis, axis);
    let least = max(view.least_half_width, select(0.0, DOT_RADIUS, length2 < SHORT * SHORT));
    var radius = max(quad.start.w * pixels_per_unit(quad.start.z), least);
    var radius_change = max(quad.end.w * pixels_per_unit(quad.end.z), least) - radius;
    var depth = depth_at(quad.start.z);
    var depth_change = depth_at(quad.end.z) - depth;
    let bulge = depth_at(max(quad.start.z - quad.start.w, view.near)) - depth;
    let way = quad.end.xyz - quad.start.xyz;
    let scale = pixels_per_unit(max(quad.start.z, quad.end.z));
    let tilt2 = length2 / (dot(way, way) * scale * scale);
    let tilt = sqrt(clamp(select(0.0, tilt2, tilt2 > 0.0), LEAST_TILT * LEAST_TILT, 1.0));
    var along = 0.0;
    var s = 0.0;
    if length2 < DOT * DOT {
        // A dot shows the end that is nearer to the camera.
        along = select(0.0, 1.0, depth_change > 0.0);
        start += axis * 0.5;
        axis = vec2(0.0);
        radius += radius_change * along;
        radius_change = 0.0;
        depth = max(depth, depth + depth_change);
        depth_change = 0.0;
    } else {
        s = clamp(dot(at - start, axis) / length2, 0.0, 1.0);
        let ratio = select(1.0, quad.start.z / quad.end.z, is_perspective());
        along = s * ratio / (1.0 + s * (ratio - 1.0));
    }
    let off = at - start - s * axis;
    let distance2 = dot(off, off);
    let reach = radius + s * radius_change;
    let axis_depth = depth + s * depth_change;
    if distance2 > reach * reach || axis_depth > 1.0 || axis_depth <= 0.0 {
        discard;
    }
    let soft = clamp(FLAT_LIMIT - reach, 0.0, 1.0);
    let lit = reach + SOFTENING * soft;
    let facing = sqrt(max(1.0 - distance2 / (lit * lit), 0.0));
    let light = tilt * (1.0 - (1.0 - SOFTENED_LIGHT) * soft);
    return pixel_of(quad, along, facing * light, axis_depth + facing * bulge);
}

struct Hit {
    distance: f32,
    facing: f32,
    u: f32,
}

fn side_hit(o: vec3<f32>, d: vec3<f32>, span: f32, radii: vec2<f32>) -> Hit {
    let sine = (radii.x - radii.y) / span;
    let cosine2 = 1.0 - sine * sine;
    if !(span > 0.0 && cosine2 > 0.0) {
        return Hit(MISS, 0.0, 0.0);
    }
    let cosine = sqrt(cosine2);
    let fall = sine / cosine;
    let radius = radii.x / cosine - fall * o.x;
    let falls = fall * d.x;
    let a = d.y * d.y + d.z * d.z - falls * falls;
    let b = o.y * d.y + o.z * d.z + radius * falls;
    let p = d.y * radius + falls * o.y;
    let q = d.z * radius + falls * o.z;
    let turn = d.y * o.z - d.z * o.y;
    let h = p * p + q * q - turn * turn;
    let root = sqrt(max(h, 0.0));
    let distance = (-b - root) / select(1e-12, a, abs(a) > 1e-12);
    let u = o.x + d.x * distance;
    let inside = h > 0.0 && u >= radii.x * sine && u <= span + radii.y * sine;
    let facing = root * cosine / max(radius - falls * distance, 1e-37);
    return Hit(select(MISS, distance, inside), facing, u);
}

fn sphere_hit(o: vec3<f32>, d: vec3<f32>, radius: f32) -> Hit {
    let d2 = dot(d, d);
    let off = cross(o, d);
    let h = d2 * radius * radius - dot(off, off);
    let root = sqrt(max(h, 0.0));
    let distance = (-dot(o, d) - root) / d2;
    return Hit(select(MISS, distance, h > 0.0), root / radius, o.x + d.x * distance);
}

fn nearer(a: Hit, b: Hit) -> Hit {
    if a.distance <= b.distance {
        return a;
    }
    return b;
}

fn cone_pixel(quad: Quad, at: vec2<f32>) -> Pixel {
    let start = widened(quad.start);
    let end = widened(quad.end);
    let range = visible_range(start, end);
    let middle = mix(start, end, (range.x + range.y) * 0.5);
    let reference = max(middle.z, view.near);
    // The frame of the tube: one axis along it, two across.
    let way = end.xyz - start.xyz;
    var span = length(way);
    let u = select(vec3(1.0, 0.0, 0.0), way / span, span > 0.0);
    let side = cross(u, select(vec3(0.0, 1.0, 0.0), vec3(1.0, 0.0, 0.0), abs(u.x) < 0.6));
    let v = normalize(side);
    let w = cross(u, v);
    var origin = start.xyz;
    var radii = vec2(start.w, end.w);
    var from_along = 0.0;
    let per_unit = select(0.0, 1.0 / span, span > 0.0);
    if span <= abs(radii.x - radii.y) * 1.00001 {
        // One sphere holds the other.
        let first = radii.x >= radii.y;
        origin = select(end.xyz, start.xyz, first);
        radii = vec2(max(radii.x, radii.y));
        from_along = select(1.0, 0.0, first);
        span = 0.0;
    }
    let through = unproject(at, reference) - origin;
    let toward = select(vec3(0.0, 0.0, 1.0), unproject(at, 1.0), is_perspective());
    let o = vec3(dot(u, through), dot(v, through), dot(w, through));
    let d = vec3(dot(u, toward), dot(v, toward), dot(w, toward));
    var last = sphere_hit(o - vec3(span, 0.0, 0.0), d, radii.y);
    last.u += span;
    let hit = nearer(nearer(side_hit(o, d, span, radii), sphere_hit(o, d, radii.x)), last);
    let facing = min(hit.facing / length(d), 1.0);
    let along = clamp(from_along + per_unit * hit.u, 0.0, 1.0);
    let excess = mix(start.w - quad.start.w, end.w - quad.end.w, from_along + per_unit * hit.u);
    let depth = depth_at(reference + hit.distance + excess * facing);
    if hit.distance >= MISS || depth > 1.0 || depth <= 0.0 {
        discard;
    }
    return pixel_of(quad, along, facing, depth);
}
