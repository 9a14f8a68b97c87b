//! Values to colours.

/// Writes the colour of every value to `out`, packed as [`u32::from_le_bytes`] of red, green, blue and alpha.
///
/// The table is spread evenly over the limits; values beyond them take its first or last colour, and NaN takes `nan`.
/// If the limits are equal, values up to them take the first colour and values above the last.
/// With an empty table every value takes `nan`.
pub fn colourize(values: &[f32], limits: (f32, f32), table: &[[u8; 4]], nan: [u8; 4], out: &mut Vec<u32>) {
    out.clear();
    append_colours(values, limits, table, nan, out);
}

/// The same after what is in `out` already.
pub(crate) fn append_colours(values: &[f32], limits: (f32, f32), table: &[[u8; 4]], nan: [u8; 4], out: &mut Vec<u32>) {
    let nan = u32::from_le_bytes(nan);
    let Some(last) = table.len().checked_sub(1) else {
        out.resize(out.len() + values.len(), nan);
        return;
    };
    let (low, high) = limits;
    // The largest number stands in for one over zero, because zero times infinity is none.
    let scale = (table.len() as f32 / (high - low)).clamp(f32::MIN, f32::MAX);
    out.extend(values.iter().map(|value| {
        // The conversion saturates, and NaN becomes zero.
        let index = ((value - low) * scale) as i32;
        let colour = u32::from_le_bytes(table[(index.max(0) as usize).min(last)]);
        if value.is_nan() { nan } else { colour }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [[u8; 4]; 4] = [[0, 0, 0, 255], [1, 0, 0, 255], [2, 0, 0, 255], [3, 0, 0, 255]];
    const NAN: [u8; 4] = [9, 8, 7, 255];

    fn reds(values: &[f32], limits: (f32, f32)) -> Vec<u8> {
        let mut out = vec![7; 3];
        colourize(values, limits, &TABLE, NAN, &mut out);
        out.iter().map(|colour| colour.to_le_bytes()[0]).collect()
    }

    #[test]
    fn values_spread_over_the_table() {
        let values = [-80.0, -79.0, -60.1, -59.9, -0.1, 0.0, 50.0];
        assert_eq!(reds(&values, (-80.0, 0.0)), [0, 0, 0, 1, 3, 3, 3]);
    }

    #[test]
    fn values_beyond_the_limits_take_the_ends() {
        let values = [f32::NEG_INFINITY, -1e30, 1e30, f32::INFINITY];
        assert_eq!(reds(&values, (0.0, 1.0)), [0, 0, 3, 3]);
    }

    #[test]
    fn nan_has_its_own_colour() {
        assert_eq!(reds(&[f32::NAN, 0.6], (0.0, 1.0)), [9, 2]);
    }

    #[test]
    fn equal_limits_split_the_values() {
        assert_eq!(reds(&[1.0, 2.0, 3.0], (2.0, 2.0)), [0, 0, 3]);
    }

    #[test]
    fn swapped_limits_turn_the_table_round() {
        assert_eq!(reds(&[0.1, 0.9], (1.0, 0.0)), [3, 0]);
    }

    #[test]
    fn an_empty_table_gives_the_colour_of_nan() {
        let mut out = Vec::new();
        colourize(&[0.0, 1.0], (0.0, 1.0), &[], NAN, &mut out);
        assert_eq!(out, [u32::from_le_bytes(NAN); 2]);
    }
}
