//! The values at both ends of a colour map.

use serde::{Deserialize, Serialize};

use super::table_scale;

/// How the values at both ends of a colour map follow from the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColorNorm {
    /// From the least to the greatest value.
    #[default]
    Auto,
    /// As far below zero as above, so that zero has the middle colour: for maps such as
    /// [`BlueWhiteRed`](super::ColorMap::BlueWhiteRed).
    Symmetric,
}

impl ColorNorm {
    /// The values at the low and the high end: the `fixed` ones if they are finite, else those that
    /// `values` ask for. Only finite values count.
    ///
    /// | finite values | `Auto` | `Symmetric` |
    /// |---|---|---|
    /// | several | least and greatest | `-m` and `m`, `m` the greatest distance from 0 |
    /// | all equal to `v` | `v` and `v`: every value takes the lowest colour | `-m` and `m` as above |
    /// | all zero | 0 and 0 | -1 and 1: every value takes the middle colour |
    /// | none | 0 and 1 | -1 and 1 |
    ///
    /// Fixed limits can run from high to low, and then turn the colours around.
    ///
    /// ```
    /// use compneurovis_core::colormap::ColorNorm;
    /// let currents_na = [-0.2, f32::NAN, 0.1];
    /// assert_eq!(ColorNorm::Auto.limits(None, &currents_na), (-0.2, 0.1));
    /// assert_eq!(ColorNorm::Symmetric.limits(None, &currents_na), (-0.2, 0.2));
    /// assert_eq!(ColorNorm::Symmetric.limits(Some((0.0, 1.0)), &currents_na), (0.0, 1.0));
    /// ```
    pub fn limits(self, fixed: Option<(f32, f32)>, values: &[f32]) -> (f32, f32) {
        match (fixed, self) {
            (Some((low, high)), _) if low.is_finite() && high.is_finite() => (low, high),
            (_, Self::Auto) => data_limits(values).unwrap_or((0.0, 1.0)),
            (_, Self::Symmetric) => symmetric(values),
        }
    }
}

fn symmetric(values: &[f32]) -> (f32, f32) {
    let (low, high) = data_limits(values).unwrap_or_default();
    // Half of the greatest number, so that the distance of the limits is finite.
    let most = high.max(-low).min(f32::MAX / 2.0);
    if table_scale((-most, most)) > 0.0 { (-most, most) } else { (-1.0, 1.0) }
}

/// The least and the greatest finite value; `None` if there is none.
pub fn data_limits(values: &[f32]) -> Option<(f32, f32)> {
    values.iter().filter(|value| value.is_finite()).fold(None, |limits, &value| match limits {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colormap::table_index;

    #[test]
    fn limits_of_data_skip_what_is_not_finite() {
        assert_eq!(data_limits(&[f32::NAN, 2.0, f32::INFINITY, -1.0]), Some((-1.0, 2.0)));
        assert_eq!(data_limits(&[f32::NAN]), None);
    }

    #[test]
    fn finite_fixed_limits_come_before_the_data() {
        for norm in [ColorNorm::Auto, ColorNorm::Symmetric] {
            assert_eq!(norm.limits(Some((50.0, -80.0)), &[1.0, 2.0]), (50.0, -80.0));
        }
        assert_eq!(ColorNorm::Auto.limits(Some((f32::NAN, 1.0)), &[1.0, 2.0]), (1.0, 2.0));
        assert_eq!(ColorNorm::Auto.limits(Some((0.0, f32::INFINITY)), &[1.0, 2.0]), (1.0, 2.0));
    }

    #[test]
    fn equal_values_take_the_lowest_colour_and_without_values_there_are_limits_all_the_same() {
        let limits = ColorNorm::Auto.limits(None, &[3.0, 3.0]);
        assert_eq!((limits, table_index(3.0, limits)), ((3.0, 3.0), Some(0)));
        assert_eq!(ColorNorm::Auto.limits(None, &[f32::NAN]), (0.0, 1.0));
        assert_eq!(ColorNorm::Symmetric.limits(None, &[]), (-1.0, 1.0));
    }

    #[test]
    fn symmetric_limits_keep_zero_in_the_middle() {
        for values in [&[0.0, 0.0][..], &[-3.0, 1.0], &[2.0, 2.0], &[f32::MIN, 1.0], &[1e-45], &[f32::NAN]] {
            let limits = ColorNorm::Symmetric.limits(None, values);
            assert_eq!(limits.0, -limits.1, "{values:?}");
            assert_eq!(table_index(0.0, limits), Some(128), "{values:?}");
        }
    }
}
