//! How many solver steps make one update.

use super::SettingsError;

/// The most steps between two pictures.
const MAX_STEPS: usize = 1_000_000;

/// `display_dt / dt`, rounded when within a millionth of a whole number, else up.
pub(super) fn steps_per_update(dt_ms: f64, display_dt_ms: f64) -> Result<usize, SettingsError> {
    for (name, found) in [("dt", dt_ms), ("display_dt", display_dt_ms)] {
        if !(found.is_finite() && found > 0.0) {
            return Err(SettingsError::Interval { name, found });
        }
    }
    let ratio = display_dt_ms / dt_ms;
    let nearest = ratio.round();
    let steps = if (ratio - nearest).abs() < 1e-6 { nearest } else { ratio.ceil() };
    if steps > MAX_STEPS as f64 {
        return Err(SettingsError::TooManySteps { display_dt_ms, dt_ms, limit: MAX_STEPS });
    }
    Ok((steps as usize).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_not_rounded_up() {
        // 0.3 / 0.1 is 2.9999999999999996 and 0.7 / 0.1 is 6.999999999999999.
        for (dt, display, expected) in [
            (0.1, 0.1, 1),
            (0.1, 0.3, 3),
            (0.1, 0.7, 7),
            (0.025, 0.1, 4),
            (0.1, 0.25, 3),
            (0.1, 0.01, 1),
            (0.1, 5.0, 50),
        ] {
            assert_eq!(steps_per_update(dt, display), Ok(expected), "{display} / {dt}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for (dt, display) in [(0.0, 0.1), (0.1, 0.0), (-0.1, 0.1), (f64::NAN, 0.1), (0.1, f64::INFINITY)] {
            assert!(matches!(steps_per_update(dt, display), Err(SettingsError::Interval { .. })), "{display} / {dt}");
        }
        assert!(matches!(steps_per_update(1e-9, 5.0), Err(SettingsError::TooManySteps { .. })));
    }
}
