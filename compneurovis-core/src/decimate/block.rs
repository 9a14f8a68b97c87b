//! What is known about some samples together.

/// Samples that are compared at once: two of the narrowest vector registers.
const LANES: usize = 8;

/// The least and greatest finite sample of some, and whether some are not finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Block {
    /// Infinite if no sample is finite.
    pub(super) min: f32,
    /// Infinitely low if no sample is finite.
    pub(super) max: f32,
    /// Whether a sample is not a number or infinite.
    pub(super) has_gap: bool,
}

impl Block {
    /// Nothing.
    pub(super) const EMPTY: Self = Self { min: f32::INFINITY, max: f32::NEG_INFINITY, has_gap: false };

    pub(super) fn of(samples: &[f32]) -> Self {
        // As few as a column of pixels often has: lanes would cost more than they save.
        if samples.len() < 2 * LANES {
            return samples.iter().copied().map(Self::of_one).fold(Self::EMPTY, Self::and);
        }
        let (chunks, rest) = samples.as_chunks::<LANES>();
        let (mut min, mut max, mut gaps) = ([Self::EMPTY.min; LANES], [Self::EMPTY.max; LANES], [0u32; LANES]);
        for chunk in chunks {
            for lane in 0..LANES {
                let (low, high, gap) = finite(chunk[lane]);
                min[lane] = if low < min[lane] { low } else { min[lane] };
                max[lane] = if high > max[lane] { high } else { max[lane] };
                gaps[lane] |= gap;
            }
        }
        let lanes = (0..LANES).map(|lane| Self { min: min[lane], max: max[lane], has_gap: gaps[lane] != 0 });
        lanes.chain(rest.iter().copied().map(Self::of_one)).fold(Self::EMPTY, Self::and)
    }

    fn of_one(sample: f32) -> Self {
        let (min, max, gap) = finite(sample);
        Self { min, max, has_gap: gap != 0 }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            min: if other.min < self.min { other.min } else { self.min },
            max: if other.max > self.max { other.max } else { self.max },
            has_gap: self.has_gap | other.has_gap,
        }
    }

    pub(super) fn of_blocks(blocks: &[Self]) -> Self {
        blocks.iter().copied().fold(Self::EMPTY, Self::and)
    }
}

/// The sample as a candidate for the least and the greatest, and 1 if it is a gap and so neither.
fn finite(sample: f32) -> (f32, f32, u32) {
    let is_finite = sample.abs() < f32::INFINITY;
    let low = if is_finite { sample } else { f32::INFINITY };
    let high = if is_finite { sample } else { f32::NEG_INFINITY };
    (low, high, u32::from(!is_finite))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_are_those_of_the_finite_samples_wherever_they_are() {
        for length in 0..40 {
            for at in 0..length {
                let mut samples: Vec<f32> = (0..length).map(|index| (index % 7) as f32).collect();
                samples[at] = -3.0;
                assert_eq!(Block::of(&samples).min, -3.0);
                samples[at] = 9.0;
                assert_eq!((Block::of(&samples).max, Block::of(&samples).has_gap), (9.0, false));
                for gap in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    samples[at] = gap;
                    let block = Block::of(&samples);
                    assert!(block.has_gap && (length == 1 || block.max < 7.0 && block.min >= 0.0), "{samples:?}");
                }
            }
        }
        assert_eq!(Block::of(&[f32::NAN; 20]), Block { has_gap: true, ..Block::EMPTY });
        assert_eq!(Block::of(&[]), Block::EMPTY);
    }
}
