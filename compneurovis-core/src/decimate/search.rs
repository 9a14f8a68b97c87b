//! Searches that know where to begin.

/// The first index from `from` on at which `x`, which never falls, is not below `border`.
///
/// It is looked for in ever larger steps from `from + guess` to both sides: in an evenly sampled
/// series the borders of columns are equally far apart, and a column costs a few looks.
pub(super) fn first_not_below(x: &[f64], from: usize, guess: usize, border: f64) -> usize {
    let below = |&x: &f64| x < border;
    // Everything before `low` is below, nothing from `high` on.
    let (mut low, mut high) = (from, x.len());
    let mut probe = from.saturating_add(guess).min(high);
    let mut step = 1;
    if probe < high && below(&x[probe]) {
        while probe < high && below(&x[probe]) {
            low = probe + 1;
            probe = probe.saturating_add(step);
            step *= 2;
        }
        high = high.min(probe);
    } else {
        high = probe;
        while high > low {
            probe = high.saturating_sub(step).max(low);
            if below(&x[probe]) {
                low = probe + 1;
                break;
            }
            high = probe;
            step *= 2;
        }
    }
    low + x[low..high].partition_point(below)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_guess_finds_the_same(
            mut x in prop::collection::vec(0u8..40, 0..60),
            from: prop::sample::Index,
            guess in 0usize..80,
            border in 0u8..42,
        ) {
            x.sort_unstable();
            let x: Vec<f64> = x.into_iter().map(f64::from).collect();
            let from = from.index(x.len() + 1);
            let expected = (from..x.len()).find(|&at| x[at] >= f64::from(border)).unwrap_or(x.len());
            prop_assert_eq!(first_not_below(&x, from, guess, f64::from(border)), expected);
            prop_assert_eq!(first_not_below(&x, from, usize::MAX, f64::from(border)), expected);
        }
    }
}
