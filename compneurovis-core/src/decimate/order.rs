//! Whether a coordinate that grows and is cut never falls.

/// Watches a coordinate; it too is fed by appends. Knowing the last place where the order is broken
/// is enough, since what is cut off is cut off at the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    start: u64,
    end: u64,
    last: f64,
    /// The coordinate never falls, and has no NaN, if it starts here or later.
    good_from: u64,
}

impl Default for Order {
    fn default() -> Self {
        Self { start: 0, end: 0, last: f64::NEG_INFINITY, good_from: 0 }
    }
}

impl Order {
    pub(super) fn append(&mut self, newer: &[f64]) {
        for &x in newer {
            if x.is_nan() {
                self.good_from = self.end + 1;
            } else if x < self.last {
                self.good_from = self.end;
            }
            // A NaN gives way: what comes before and after it is told apart by it alone.
            self.last = if x.is_nan() { f64::NEG_INFINITY } else { x };
            self.end += 1;
        }
    }

    pub(super) fn keep_newest(&mut self, max_length: usize) {
        self.start = self.start.max(self.end.saturating_sub(max_length as u64));
    }

    pub(super) fn never_falls(&self) -> bool {
        self.start >= self.good_from
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn order_is_that_of_what_is_kept(
            batches in prop::collection::vec(prop::collection::vec(prop_oneof![8 => 0u8..4, 1 => Just(99)], 0..5), 0..8),
            max_length in 1usize..6,
        ) {
            let (mut order, mut all, mut x) = (Order::default(), Vec::new(), 0.0);
            for batch in batches {
                let batch: Vec<f64> = batch.into_iter().map(|step| match step {
                    99 => f64::NAN,
                    // Mostly up, sometimes level, sometimes down.
                    step => { x += f64::from(step) - 0.5; x.round() }
                }).collect();
                order.append(&batch);
                order.keep_newest(max_length);
                all.extend(batch);
                let kept = &all[all.len().saturating_sub(max_length)..];
                let expected = kept.iter().all(|x| !x.is_nan()) && kept.windows(2).all(|pair| pair[0] <= pair[1]);
                prop_assert_eq!(order.never_falls(), expected, "{:?}", kept);
            }
        }
    }
}
