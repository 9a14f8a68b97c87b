//! Tables of colours, and which entry a value gets.

use super::Rgba;

/// Entries of a [`ColorTable`].
pub const TABLE_SIZE: usize = 256;

/// The colours of a map from its low to its high end.
pub type ColorTable = [Rgba; TABLE_SIZE];

/// The colour of a value that is not a number, unlike any of a map's.
pub const NAN_COLOR: Rgba = Rgba::rgb(0x2e, 0x2e, 0x2e);

/// The colour of a thing without values.
pub const NO_VALUE_COLOR: Rgba = Rgba::rgb(0xb3, 0xb3, 0xb3);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn infinities_take_the_ends_and_nan_none() {
        let limits = (-80.0, 50.0);
        assert_eq!(table_index(f32::NEG_INFINITY, limits), Some(0));
        assert_eq!(table_index(f32::INFINITY, limits), Some(255));
        assert_eq!(table_index(f32::NAN, limits), None);
        assert_eq!(table_index(3.0, (3.0, 3.0)), Some(0));
    }
}
