//! Random numbers that are the same on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::vector::Vector;

pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Uniform from `low` to `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        low + (high - low) * ((self.0.next_u64() >> 11) as f64 * STEP)
    }

    /// A whole number below `end`; 0 if `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.between(0.0, end as f64) as usize).min(end.saturating_sub(1))
    }

    /// A point in the unit ball.
    pub(super) fn in_ball(&mut self) -> Vector {
        // Rejection needs no sine, whose last bit differs between machines.
        loop {
            let point = Vector(std::array::from_fn(|_| self.between(-1.0, 1.0)));
            if point.dot(point) <= 1.0 {
                return point;
            }
        }
    }

    /// A direction at right angles to another.
    pub(super) fn across(&mut self, axis: Vector) -> Vector {
        let any = self.in_ball();
        let across = any - axis * any.dot(axis);
        across.unit().unwrap_or(Vector([1.0, 0.0, 0.0]))
    }

    /// Of some directions that `make` gives, the one furthest from those taken before.
    pub(super) fn away_from(&mut self, taken: &[Vector], make: fn(&mut Self) -> Vector) -> Vector {
        let mut best = make(self);
        let nearness = |candidate: Vector| taken.iter().map(|other| other.dot(candidate)).fold(-1.0, f64::max);
        for _ in 0..8 {
            let candidate = make(self);
            if nearness(candidate) < nearness(best) {
                best = candidate;
            }
        }
        best
    }
}
