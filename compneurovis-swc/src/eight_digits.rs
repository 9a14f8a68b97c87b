//! The step through text that Import3d takes when it hands points to NEURON.
//!
//! `instantiate(None)` builds hoc statements with `%.8g` and runs them. A coordinate thus goes
//! from `f64` to eight significant digits, back to `f64`, and then to the `f32` that NEURON
//! stores. One in some ten thousand comes out one `f32` step from where it began.

/// Powers of ten that are exact in `f64` and whose product with any `f32` is exact too: 5^12 has
/// 28 bits, a float 24, together no more than 53.
const EXACT_POWERS: [f64; 13] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

/// What NEURON stores of a number after it went through `%.8g`.
pub(crate) fn through_eight_digits(value: f64) -> f32 {
    let is_float = f64::from(value as f32) == value;
    let scaled = if is_float { scaled_to_eight_digits(value) } else { None };
    scaled.unwrap_or_else(|| through_text(value))
}

/// The same without text: scale to eight digits before the point (exact), round half to even, scale
/// back (one rounding, since both numbers are exact). For magnitudes from 1e-5 to 1e8.
fn scaled_to_eight_digits(value: f64) -> Option<f32> {
    let magnitude = value.abs();
    if magnitude == 0.0 {
        return Some(value as f32);
    }
    let power = EXACT_POWERS.iter().find(|power| magnitude * **power >= 1e7)?;
    let digits = value * power;
    (digits.abs() < 1e8).then(|| (digits.round_ties_even() / power) as f32)
}

/// The plain way. Rust rounds the exact value half to even as the C library does.
fn through_text(value: f64) -> f32 {
    format!("{value:.7e}").parse::<f64>().map_or(value as f32, |value| value as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn scaling_agrees_with_text(bits in any::<u32>()) {
            let value = f32::from_bits(bits);
            prop_assume!(value.is_finite());
            let expected = through_text(f64::from(value));
            prop_assert_eq!(through_eight_digits(f64::from(value)).to_bits(), expected.to_bits());
        }

        #[test]
        fn scaling_agrees_with_text_for_traced_coordinates(
            milli in -10_000_000_i32..10_000_000, divisor in prop::sample::select(vec![1.0_f32, 10.0, 1000.0, 3.0])
        ) {
            let value = f64::from(milli as f32 / divisor);
            prop_assert_eq!(through_eight_digits(value).to_bits(), through_text(value).to_bits());
        }
    }

    #[test]
    fn the_step_can_move_a_coordinate() {
        // Just above a power of ten, floats lie closer together than eight digits tell apart.
        let value = f32::from_bits(0x4120_000b);
        assert_eq!(through_eight_digits(f64::from(value)).to_bits(), 0x4120_000a);
        assert_eq!(through_eight_digits(0.0).to_bits(), 0.0_f32.to_bits());
        assert_eq!(through_eight_digits(-0.0).to_bits(), (-0.0_f32).to_bits());
        assert_eq!(through_eight_digits(123_456_789_012.0), 123_456_790_000.0);
    }
}
