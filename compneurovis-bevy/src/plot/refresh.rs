//! Pictures that take new samples no more often than their views say.

use std::time::{Duration, Instant};

/// When a picture took new samples last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Refresh {
    taken_at: Option<Instant>,
}

impl Refresh {
    /// Whether there may be a picture of new samples now. No rate, or one of 0 or less, is no limit.
    pub(super) fn is_due(&mut self, max_refresh_hz: Option<f64>) -> bool {
        let now = Instant::now();
        let interval = max_refresh_hz.filter(|hz| *hz > 0.0).map(|hz| Duration::from_secs_f64((1.0 / hz).min(3600.0)));
        let due = match (interval, self.taken_at) {
            (Some(interval), Some(before)) => now.duration_since(before) >= interval,
            _ => true,
        };
        if due {
            self.taken_at = Some(now);
        }
        due
    }
}

/// What a view made of its scene when it was due last. It is made anew at once if the view itself
/// changes: that is a wish and no sample.
#[derive(Debug)]
pub(super) struct Kept<V, T> {
    refresh: Refresh,
    made: Option<(V, T)>,
}

impl<V, T> Default for Kept<V, T> {
    fn default() -> Self {
        Self { refresh: Refresh::default(), made: None }
    }
}

impl<V: Clone + PartialEq, T> Kept<V, T> {
    /// What a view makes of its scene, by `make` if it is due; and whether it was made now.
    pub(super) fn renewed(&mut self, view: &V, max_refresh_hz: Option<f64>, make: impl FnOnce() -> T) -> (&T, bool) {
        let due = self.refresh.is_due(max_refresh_hz);
        let kept = self.made.take().filter(|(of, _)| !due && of == view);
        let renewed = kept.is_none();
        let (_, made) = self.made.insert(kept.unwrap_or_else(|| (view.clone(), make())));
        (made, renewed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_made_anew_when_due_or_when_its_view_changes() {
        let mut kept = Kept::default();
        assert_eq!(kept.renewed(&"a", Some(0.01), || 1), (&1, true));
        assert_eq!(kept.renewed(&"a", Some(0.01), || 2), (&1, false));
        assert_eq!(kept.renewed(&"b", Some(0.01), || 3), (&3, true));
        for hz in [None, Some(0.0), Some(-1.0), Some(f64::NAN), Some(f64::INFINITY)] {
            assert_eq!(kept.renewed(&"b", hz, || 4), (&4, true), "{hz:?} is no limit");
        }
    }
}
