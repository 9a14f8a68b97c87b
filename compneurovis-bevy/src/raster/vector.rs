//! The few operations on three-vectors that the rasteriser needs.

/// Three components. In view space they are x, y and the distance *in front of* the camera (minus z).
pub(super) type Vector = [f32; 3];

pub(super) fn add(a: Vector, b: Vector) -> Vector {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(super) fn subtract(a: Vector, b: Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(super) fn scale(a: Vector, factor: f32) -> Vector {
    a.map(|component| component * factor)
}

pub(super) fn mix(a: Vector, b: Vector, t: f32) -> Vector {
    add(a, scale(subtract(b, a), t))
}

pub(super) fn dot(a: Vector, b: Vector) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(super) fn length(a: Vector) -> f32 {
    dot(a, a).sqrt()
}

/// Two unit vectors that make a right-handed orthonormal basis with the unit vector `u`.
pub(super) fn perpendicular(u: Vector) -> (Vector, Vector) {
    // Crossing with the axis that `u` leans away from most keeps the length well above zero.
    let axis = if u[0].abs() < 0.6 { [1.0, 0.0, 0.0] } else { [0.0, 1.0, 0.0] };
    let v = cross(u, axis);
    let v = scale(v, 1.0 / length(v));
    (v, cross(u, v))
}

/// The smaller of two numbers, `b` when either is NaN: one instruction, which `f32::min` is not.
#[inline(always)]
pub(super) fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The larger of two numbers, `b` when either is NaN.
#[inline(always)]
pub(super) fn most(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
