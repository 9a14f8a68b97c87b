//! The little vector arithmetic that growth needs.

use std::ops::{Add, Mul, Sub};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vector(pub(super) [f64; 3]);

impl Vector {
    pub(super) const UP: Self = Self([0.0, 1.0, 0.0]);
    pub(super) const DOWN: Self = Self([0.0, -1.0, 0.0]);

    pub(super) fn dot(self, other: Self) -> f64 {
        let ([ax, ay, az], [bx, by, bz]) = (self.0, other.0);
        ax * bx + ay * by + az * bz
    }

    /// The direction; `None` for what has no length to speak of.
    pub(super) fn unit(self) -> Option<Self> {
        let length = self.dot(self).sqrt();
        (length > 1e-6).then(|| self * (1.0 / length))
    }
}

impl Add for Vector {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|axis| self.0[axis] + other.0[axis]))
    }
}

impl Sub for Vector {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(std::array::from_fn(|axis| self.0[axis] - other.0[axis]))
    }
}

impl Mul<f64> for Vector {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self(self.0.map(|component| component * factor))
    }
}
