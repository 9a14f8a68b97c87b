//! Ramps: maps out of a few colours.

use std::sync::Arc;

use super::Rgba;
use crate::ColorError;

/// A map that runs straight from colour to colour, through one or more stops at equal distances.
///
/// Make one with [`Ramp::new`], or of text: `"ramp:#ff1060:#00d2be"` is a [`ColorMap`](super::ColorMap).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ramp(Arc<[Rgba]>);

impl Ramp {
    /// A ramp through `stops`. One alone makes a ramp from its 20 % tint on white to itself.
    ///
    /// # Errors
    /// There are no stops.
    ///
    /// ```
    /// use compneurovis_core::colormap::{ColorMap, Ramp, Rgba};
    /// let table = ColorMap::Ramp(Ramp::new([Rgba::BLACK])?).table();
    /// assert_eq!((table[0], table[255]), (Rgba::rgb(204, 204, 204), Rgba::BLACK));
    /// # Ok::<(), compneurovis_core::ColorError>(())
    /// ```
    pub fn new(stops: impl IntoIterator<Item = Rgba>) -> Result<Self, ColorError> {
        let stops: Arc<[Rgba]> = stops.into_iter().collect();
        if stops.is_empty() { Err(ColorError::NoStops) } else { Ok(Self(stops)) }
    }

    /// Its stops from the low to the high end, as they were given.
    pub fn stops(&self) -> &[Rgba] {
        &self.0
    }

    pub(super) fn color(&self, x: f32) -> Rgba {
        match *self.0 {
            [only] => between(tint(only), only, x),
            _ => piecewise(&self.0, x),
        }
    }
}

/// The colour at `x`, 0 to 1, of a straight line through at least one stop.
pub(super) fn piecewise(stops: &[Rgba], x: f32) -> Rgba {
    let place = x * (stops.len() - 1) as f32;
    let from = place as usize;
    let to = (from + 1).min(stops.len() - 1);
    between(stops[from], stops[to], place - from as f32)
}

/// A fifth of the colour on four fifths of white.
fn tint(color: Rgba) -> Rgba {
    let Rgba([red, green, blue, _]) = between(Rgba::WHITE, color, 0.2);
    // As opaque as the colour itself: white is mixed in, not glass.
    Rgba([red, green, blue, color.0[3]])
}

fn between(from: Rgba, to: Rgba, part: f32) -> Rgba {
    let mix = |from: u8, to: u8| (f32::from(from) + (f32::from(to) - f32::from(from)) * part).round() as u8;
    Rgba(std::array::from_fn(|channel| mix(from.0[channel], to.0[channel])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colormap::ColorMap;

    #[test]
    fn stops_are_reached_at_equal_distances() {
        let stops = [Rgba::BLACK, Rgba::rgb(100, 0, 0), Rgba::rgb(100, 200, 0), Rgba::WHITE];
        let table = ColorMap::Ramp(Ramp::new(stops).unwrap()).table();
        assert_eq!([table[0], table[85], table[170], table[255]], stops);
        assert_eq!(table[34], Rgba::rgb(40, 0, 0));
    }

    #[test]
    fn one_stop_begins_with_a_fifth_of_itself_on_white() {
        let color = Rgba([255, 0, 100, 128]);
        let table = ColorMap::Ramp(Ramp::new([color]).unwrap()).table();
        assert_eq!(table[0], Rgba([255, 204, 224, 128]));
        assert_eq!(table[255], color);
    }

    #[test]
    fn a_ramp_without_stops_is_refused() {
        assert_eq!(Ramp::new([]), Err(ColorError::NoStops));
    }
}
