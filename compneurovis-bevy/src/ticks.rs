//! Round numbers along a range, and how they are written.

/// The smallest of 1, 2 and 5 times a power of ten that is at least `least`; `None` unless that is a
/// positive number.
pub(crate) fn round_up(least: f64) -> Option<f64> {
    if !(least > 0.0 && least.is_finite()) {
        return None;
    }
    let power = 10f64.powf(least.log10().floor());
    // Rounding can make the power ten times too large or too small by a hair.
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= least * (1.0 - 1e-9))
}

/// The largest of 1, 2 and 5 times a power of ten that is at most `most`; `None` unless that is a
/// positive number.
pub(crate) fn round_down(most: f64) -> Option<f64> {
    if !(most > 0.0 && most.is_finite()) {
        return None;
    }
    let power = 10f64.powf(most.log10().floor());
    let steps = [10.0, 5.0, 2.0, 1.0, 0.5].map(|step| step * power);
    steps.into_iter().find(|step| *step <= most * (1.0 + 1e-9))
}

/// Round numbers between two, in order, at most `most` of them.
pub(crate) fn between(low: f64, high: f64, most: usize) -> Vec<f64> {
    let (low, high) = (low.min(high), low.max(high));
    let Some(step) = round_up((high - low) / most.max(1) as f64) else { return Vec::new() };
    let first = (low / step - 1e-9).ceil();
    let last = (high / step + 1e-9).floor();
    // Where numbers lie so close that steps are lost, there are none to write.
    let count = (last - first + 1.0).clamp(0.0, 1000.0) as usize;
    let ticks: Vec<f64> = (0..count).map(|index| (first + index as f64) * step).collect();
    if ticks.is_sorted_by(|a, b| a < b) { ticks } else { Vec::new() }
}

/// A number with the digits that tell it from others a `step` away.
pub(crate) fn text(value: f64, step: f64) -> String {
    let size = value.abs().max(step.abs());
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return format!("{value:.1e}");
    }
    let decimals = if step > 0.0 { (-step.log10() - 1e-9).ceil().clamp(0.0, 6.0) as usize } else { 3 };
    let text = format!("{value:.decimals$}");
    // Not "-0".
    if text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.')) { text.replace('-', "") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(between(-80.0, 50.0, 4), [-50.0, 0.0, 50.0]);
        assert_eq!(between(50.0, -80.0, 4), [-50.0, 0.0, 50.0]);
        assert_eq!(between(0.0, 1.0, 5), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        for (low, high) in [(0.0, 0.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (1e20, 1e20 + 1.0)] {
            assert!(between(low, high, 5).len() <= 1, "{low} to {high}");
        }
    }

    #[test]
    fn steps_are_round() {
        for (least, step) in [(0.3, 0.5), (1.0, 1.0), (1.1, 2.0), (49.0, 50.0), (51.0, 100.0), (2e-7, 2e-7)] {
            let found = round_up(least).unwrap();
            assert!((found - step).abs() < step * 1e-6, "{least}: {found}");
        }
        for (most, step) in [(0.3, 0.2), (1.0, 1.0), (49.0, 20.0), (51.0, 50.0), (9.9e5, 5e5)] {
            let found = round_down(most).unwrap();
            assert!((found - step).abs() < step * 1e-6, "{most}: {found}");
        }
        assert_eq!((round_up(0.0), round_down(-1.0)), (None, None));
        assert_eq!(round_up(f64::NAN), None);
    }

    #[test]
    fn numbers_have_the_digits_that_matter() {
        let cases = [
            (-50.0, 50.0, "-50"),
            (0.25, 0.05, "0.25"),
            (0.2, 0.1, "0.2"),
            (-1e-12, 0.5, "0.0"),
            (2e-7, 1e-7, "2.0e-7"),
            (0.0, 0.0, "0.000"),
        ];
        for (value, step, expected) in cases {
            assert_eq!(text(value, step), expected);
        }
    }
}
