//! From values to colours: 256-entry tables, one source for every picture.

use serde::{Deserialize, Serialize};

/// A colour in sRGB with straight alpha, a byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rgba(pub [u8; 4]);

impl Rgba {
    /// White.
    pub const WHITE: Self = Self([255; 4]);
    /// Black.
    pub const BLACK: Self = Self([0, 0, 0, 255]);

    /// An opaque colour.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue, 255])
    }
}

/// Entries of a [`ColorTable`].
pub const TABLE_SIZE: usize = 256;

/// The colours of a map from its low to its high end.
pub type ColorTable = [Rgba; TABLE_SIZE];

/// The colour of a value that is not a number, unlike any of a map's.
pub const NAN_COLOR: Rgba = Rgba::rgb(0x2e, 0x2e, 0x2e);

/// The colour of a thing without values.
pub const NO_VALUE_COLOR: Rgba = Rgba::rgb(0xb3, 0xb3, 0xb3);

/// A named map from the range 0 to 1 to colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColorMap {
    /// Blue to red: red rises and blue falls with the value, green stays at a fifth.
    #[default]
    Scalar,
    /// Black to white.
    Grayscale,
    /// Black, red, yellow, white.
    Fire,
    /// Blue, white, red, for values around zero.
    BlueWhiteRed,
}

impl ColorMap {
    /// The table of the map. Entry `i` is the colour of `i / 255`.
    pub fn table(self) -> ColorTable {
        std::array::from_fn(|index| self.color(index as f32 / (TABLE_SIZE - 1) as f32))
    }

    fn color(self, x: f32) -> Rgba {
        let byte = |part: f32| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
        let [red, green, blue] = match self {
            Self::Scalar => [x, 0.2, 1.0 - x],
            Self::Grayscale => [x; 3],
            Self::Fire => [1.5 * x, 2.0 * x - 0.4, 4.0 * x - 3.0],
            Self::BlueWhiteRed => [2.0 * x, 1.0 - (2.0 * x - 1.0).abs(), 2.0 - 2.0 * x],
        };
        Rgba::rgb(byte(red), byte(green), byte(blue))
    }
}

/// Index into a table of the colour of `value`, or `None` for one that is not a number.
///
/// Values beyond the limits take the colour of the nearer limit; equal limits give the lowest.
///
/// ```
/// use compneurovis_core::colormap::table_index;
/// assert_eq!(table_index(-80.0, (-80.0, 50.0)), Some(0));
/// assert_eq!(table_index(999.0, (-80.0, 50.0)), Some(255));
/// assert_eq!(table_index(f32::NAN, (-80.0, 50.0)), None);
/// ```
pub fn table_index(value: f32, limits: (f32, f32)) -> Option<usize> {
    if value.is_nan() {
        return None;
    }
    let scale = table_scale(limits);
    Some(((value - limits.0) * scale).clamp(0.0, (TABLE_SIZE - 1) as f32) as usize)
}

/// Table entries per unit of value; 0 for equal limits.
pub fn table_scale((low, high): (f32, f32)) -> f32 {
    let scale = TABLE_SIZE as f32 / (high - low);
    if scale.is_finite() { scale } else { 0.0 }
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

    #[test]
    fn scalar_is_blue_to_red() {
        let table = ColorMap::Scalar.table();
        assert_eq!(table[0], Rgba::rgb(0, 51, 255));
        assert_eq!(table[255], Rgba::rgb(255, 51, 0));
    }

    #[test]
    fn infinities_take_the_ends_and_nan_none() {
        let limits = (-80.0, 50.0);
        assert_eq!(table_index(f32::NEG_INFINITY, limits), Some(0));
        assert_eq!(table_index(f32::INFINITY, limits), Some(255));
        assert_eq!(table_index(f32::NAN, limits), None);
        assert_eq!(table_index(3.0, (3.0, 3.0)), Some(0));
    }

    #[test]
    fn limits_of_data_skip_what_is_not_finite() {
        assert_eq!(data_limits(&[f32::NAN, 2.0, f32::INFINITY, -1.0]), Some((-1.0, 2.0)));
        assert_eq!(data_limits(&[f32::NAN]), None);
    }
}
