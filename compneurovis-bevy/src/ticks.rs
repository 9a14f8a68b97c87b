//! Round numbers along an axis, and how they are written.

/// An axis has no more ticks than anyone can read.
const MOST_TICKS: usize = 50;

/// About `count` round numbers from `low` to `high`: multiples of 1, 2 or 5 times a power of ten.
///
/// The original divides the range into equal parts, so that a range of the data's own such as
/// -0.43 to 2 has ticks like 0.178; round numbers can be read, and stay where they are while a live
/// range breathes. So there can be one or two fewer or more than asked for.
pub(crate) fn ticks(low: f64, high: f64, count: u32) -> Ticks {
    let count = (count as usize).min(MOST_TICKS);
    let span = high - low;
    if count == 0 || !low.is_finite() || !high.is_finite() {
        return Ticks { values: Vec::new(), step: 0.0 };
    }
    // A single line, or a range that double precision cannot divide.
    if span <= 0.0 || low + span / 1e3 == low || high - span / 1e3 == high {
        return Ticks { values: vec![low], step: 0.0 };
    }
    let step = step(low, high, count);
    let (first, last) = within(low, high, step);
    Ticks { values: (first..=last).map(|at| at as f64 * step).collect(), step }
}

/// Ticks of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticks {
    /// Where they are, rising.
    pub(crate) values: Vec<f64>,
    /// From one to the next; 0 if there is only one for want of a range.
    pub(crate) step: f64,
}

impl Ticks {
    /// A value as it stands at a tick: with the decimals that the step asks for.
    pub(crate) fn text(&self, value: f64) -> String {
        let largest = self.values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        if self.step == 0.0 {
            return number(value);
        }
        if largest >= 1e6 || self.step < 1e-4 {
            let digits = (largest.log10().floor() - self.step.log10().floor()).clamp(0.0, 12.0) as usize;
            let text = format!("{:.*e}", digits, if value.abs() < self.step / 2.0 { 0.0 } else { value });
            return text.replace("e0", "").replace('-', "−");
        }
        let decimals = decimals(self.step);
        // Not "-0".
        let value = if value.abs() < self.step / 2.0 { 0.0 } else { value };
        format!("{value:.decimals$}").replace('-', "−")
    }
}

/// The decimals that write multiples of a step in full, as 0.25 has two; six at most.
fn decimals(step: f64) -> usize {
    let is_whole = |scaled: f64| (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0);
    (0..6).find(|decimals| is_whole(step * 10f64.powi(*decimals)) && step * 10f64.powi(*decimals) > 0.5).unwrap_or(6)
        as usize
}

/// A number in a few digits, for tips and lone ticks.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    let text = if size != 0.0 && !(1e-4..1e6).contains(&size) {
        let text = format!("{value:.3e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
    } else {
        let decimals = (3.0 - size.max(1e-4).log10().floor()).clamp(0.0, 7.0) as usize;
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    text.replace('-', "−")
}

/// A number with so many decimals, and the sign that numbers at axes have.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}").replace('-', "−")
}

/// The range widened to whole steps.
pub(crate) fn widened(low: f64, high: f64, count: u32) -> (f64, f64) {
    let step = ticks(low, high, count.max(2)).step;
    if step == 0.0 {
        return (low, high);
    }
    // A range that ends at a step but for the rounding of single precision is as wide as it shall be.
    let (from, to) = ((low / step + 1e-5).floor() * step, (high / step - 1e-5).ceil() * step);
    (from.min(low), to.max(high))
}

/// The step with which the range has nearly `count` ticks.
fn step(low: f64, high: f64, count: usize) -> f64 {
    let power = ((high - low) / count as f64).log10().floor() as i32;
    let steps = (power - 1..=power + 1).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
    let off = |step: f64| {
        let (first, last) = within(low, high, step);
        (last - first + 1).abs_diff(count as i64)
    };
    // Of two that are as far off, the wider one.
    steps.min_by_key(|&step| (off(step), std::cmp::Reverse((step * 1e12).to_bits()))).unwrap_or(high - low)
}

/// Which multiples of the step are within the range.
fn within(low: f64, high: f64, step: f64) -> (i64, i64) {
    let slack = 1e-9 * (high - low) / step;
    ((low / step - slack).ceil() as i64, (high / step + slack).floor() as i64)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_about_as_many_as_asked_for() {
        for (low, high, count, expected) in [
            (-0.43, 2.0, 5, vec![0.0, 0.5, 1.0, 1.5, 2.0]),
            (-3.0, 3.0, 5, vec![-2.0, 0.0, 2.0]),
            (0.0, 100.0, 5, vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
            (-80.0, 50.0, 4, vec![-50.0, 0.0, 50.0]),
            (7.0, 7.0, 5, vec![7.0]),
            (0.0, 1.0, 0, vec![]),
            (f64::NAN, 1.0, 5, vec![]),
        ] {
            let found = ticks(low, high, count).values;
            let near = found.len() == expected.len() && found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-9);
            assert!(near, "{low} to {high}: {found:?}, not {expected:?}");
        }
    }

    #[test]
    fn ticks_stay_within_and_are_never_too_many() {
        for (low, high) in [(0.0, 1e-30), (1e9, 1e9 + 1.0), (-1e30, 1e30), (1.0, 1.0 + 1e-15), (-5e-324, 5e-324)] {
            for count in [1, 2, 5, 9, 1000] {
                let ticks = ticks(low, high, count);
                assert!(ticks.values.len() <= 2 * MOST_TICKS, "{low} to {high}: {ticks:?}");
                let slack = (high - low) * 1e-6;
                assert!(ticks.values.iter().all(|&at| at >= low - slack && at <= high + slack), "{ticks:?}");
            }
        }
    }

    #[test]
    fn texts_have_the_decimals_of_the_step_and_no_negative_zero() {
        let texts = |low, high| {
            let ticks = ticks(low, high, 5);
            ticks.values.iter().map(|&at| ticks.text(at)).collect::<Vec<_>>()
        };
        assert_eq!(texts(-1.0, 1.0), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(texts(0.0, 100.0)[1], "20");
        assert_eq!(texts(0.0, 4e-6)[1], "1e-6".replace('-', "−"));
        assert_eq!([number(0.0), number(-70.25), number(1.0 / 3.0), number(2e9)], ["0", "−70.25", "0.3333", "2e9"]);
        assert_eq!([fixed(-64.517, 2), fixed(0.5, 0), fixed(3.0, 1)], ["−64.52", "0", "3.0"]);
    }

    #[test]
    fn steps_of_a_quarter_are_written_in_full() {
        let quarters = Ticks { values: vec![0.25, 0.5, 0.75], step: 0.25 };
        assert_eq!(quarters.values.iter().map(|&at| quarters.text(at)).collect::<Vec<_>>(), ["0.25", "0.50", "0.75"]);
        for (step, expected) in [(1.0, 0), (20.0, 0), (0.1, 1), (2.5, 1), (0.002, 3), (1.0 / 3.0, 6), (1e-4, 4)] {
            assert_eq!(decimals(step), expected, "{step}");
        }
    }

    #[test]
    fn a_range_is_widened_to_the_next_ticks() {
        assert_eq!(widened(-0.43, 2.0, 5), (-0.5, 2.0));
        assert_eq!(widened(3.0, 3.0, 5), (3.0, 3.0));
        assert_eq!(widened(0.0, 1.0, 5), (0.0, 1.0));
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
}
