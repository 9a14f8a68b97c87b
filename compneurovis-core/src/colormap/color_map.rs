//! Colour maps.

use serde::{Deserialize, Serialize};

use super::{
    ColorTable, Ramp, Rgba, TABLE_SIZE,
    published::{self, Published},
    ramp::piecewise,
};

/// A map from the range 0 to 1 to colours.
///
/// Written and read as one text, such as `viridis` or `ramp:#ff1060:#00d2be`, also by serde; see
/// [`FromStr`](std::str::FromStr). Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum ColorMap {
    /// `scalar`: blue to red. Red rises and blue falls with the value, green stays at a fifth.
    #[default]
    Scalar,
    /// `grayscale`: black to white.
    Grayscale,
    /// `fire`: black, red, yellow, white.
    Fire,
    /// `state-fire`: white, yellow, orange, deep red, for shares of a whole.
    StateFire,
    /// `blue-white-red`, for values around zero.
    BlueWhiteRed,
    /// `viridis`: dark violet, green, yellow. Even in brightness, also for the colour-blind.
    Viridis,
    /// `magma`: black, purple, pale yellow. As even as viridis.
    Magma,
    /// `inferno`: black, red, pale yellow. As even as viridis.
    Inferno,
    /// `plasma`: blue, magenta, yellow. As even as viridis.
    Plasma,
    /// `cividis`: dark blue, grey, yellow. Looks nearly the same to the red-green colour-blind.
    Cividis,
    /// `turbo`: a rainbow without the steps of others.
    Turbo,
    /// `ramp:…`: from colour to colour.
    Ramp(Ramp),
}

/// The stops of [`ColorMap::StateFire`].
const STATE_FIRE: [Rgba; 4] =
    [Rgba::WHITE, Rgba::rgb(0xff, 0xe4, 0x5c), Rgba::rgb(0xf1, 0x8f, 0x01), Rgba::rgb(0x8f, 0x05, 0x00)];

impl ColorMap {
    /// The table of the map. Entry `i` is the colour of `i / 255`.
    pub fn table(&self) -> ColorTable {
        std::array::from_fn(|index| self.color(index))
    }

    fn color(&self, index: usize) -> Rgba {
        let x = index as f32 / (TABLE_SIZE - 1) as f32;
        match self {
            Self::Scalar => unit_rgb([x, 0.2, 1.0 - x]),
            Self::Grayscale => unit_rgb([x; 3]),
            Self::Fire => unit_rgb([1.5 * x, 2.0 * x - 0.4, 4.0 * x - 3.0]),
            Self::StateFire => piecewise(&STATE_FIRE, x),
            Self::BlueWhiteRed => unit_rgb([2.0 * x, 1.0 - (2.0 * x - 1.0).abs(), 2.0 - 2.0 * x]),
            Self::Viridis => entry(&published::VIRIDIS, index),
            Self::Magma => entry(&published::MAGMA, index),
            Self::Inferno => entry(&published::INFERNO, index),
            Self::Plasma => entry(&published::PLASMA, index),
            Self::Cividis => entry(&published::CIVIDIS, index),
            Self::Turbo => entry(&published::TURBO, index),
            Self::Ramp(ramp) => ramp.color(x),
        }
    }
}

fn unit_rgb([red, green, blue]: [f32; 3]) -> Rgba {
    let byte = |part: f32| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
    Rgba::rgb(byte(red), byte(green), byte(blue))
}

fn entry(table: &Published, index: usize) -> Rgba {
    let [red, green, blue] = table[index];
    Rgba::rgb(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends_and_middle(map: ColorMap) -> [Rgba; 3] {
        let table = map.table();
        [table[0], table[128], table[255]]
    }

    #[test]
    fn scalar_is_blue_to_red() {
        assert_eq!(
            ends_and_middle(ColorMap::Scalar),
            [Rgba::rgb(0, 51, 255), Rgba::rgb(128, 51, 127), Rgba::rgb(255, 51, 0)]
        );
    }

    #[test]
    fn fire_ends_in_white_and_state_fire_begins_with_it() {
        let [black, glow, white] = ends_and_middle(ColorMap::Fire);
        assert_eq!([black, glow, white], [Rgba::BLACK, Rgba::rgb(192, 154, 0), Rgba::WHITE]);
        let table = ColorMap::StateFire.table();
        assert_eq!([table[0], table[85], table[170], table[255]], STATE_FIRE);
    }

    #[test]
    fn blue_white_red_is_white_in_the_middle() {
        assert_eq!(
            ends_and_middle(ColorMap::BlueWhiteRed),
            [Rgba::rgb(0, 0, 255), Rgba::rgb(255, 254, 254), Rgba::rgb(255, 0, 0)]
        );
    }

    #[test]
    fn published_maps_are_their_tables() {
        let [first, middle, last] = ends_and_middle(ColorMap::Viridis);
        assert_eq!([first, middle, last].map(|color| color.to_string()), ["#440154", "#21918c", "#fde725"]);
        let brightness = |map: ColorMap| map.table().map(Rgba::luminance);
        for map in [ColorMap::Viridis, ColorMap::Magma, ColorMap::Inferno, ColorMap::Cividis] {
            assert!(brightness(map.clone()).is_sorted_by(|low, high| low <= &(high + 0.01)), "{map} brightens");
        }
    }
}
