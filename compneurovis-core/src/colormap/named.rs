//! Colour maps as text.

use std::{fmt, str::FromStr};

use super::{ColorMap, Ramp};
use crate::ColorError;

/// The maps that have a name: their own first, then others that are understood.
static NAMES: [(ColorMap, &[&str]); 11] = [
    (ColorMap::Scalar, &["scalar"]),
    (ColorMap::Grayscale, &["grayscale", "greyscale", "gray", "grey"]),
    (ColorMap::Fire, &["fire"]),
    (ColorMap::StateFire, &["state-fire", "white-fire"]),
    (ColorMap::BlueWhiteRed, &["blue-white-red", "bwr"]),
    (ColorMap::Viridis, &["viridis"]),
    (ColorMap::Magma, &["magma"]),
    (ColorMap::Inferno, &["inferno"]),
    (ColorMap::Plasma, &["plasma"]),
    (ColorMap::Cividis, &["cividis"]),
    (ColorMap::Turbo, &["turbo"]),
];

impl ColorMap {
    /// Every map that has a name, which is every one but the ramps.
    ///
    /// ```
    /// use compneurovis_core::ColorMap;
    /// let names: Vec<_> = ColorMap::named().map(|map| map.to_string()).collect();
    /// assert!(names.contains(&"viridis".to_owned()));
    /// ```
    pub fn named() -> impl ExactSizeIterator<Item = Self> {
        NAMES.iter().map(|(map, _)| map.clone())
    }
}

/// A name such as `viridis` or `bwr`, or `ramp:` and colours with `:` between them, in capitals or
/// not. The spellings `mpl:viridis` and `mpl-ramp:red:blue` of the Python original are understood,
/// and `_` for `-`.
///
/// # Errors
/// [`ColorError::UnknownMap`] names the maps that exist; [`ColorError::UnknownColor`] and
/// [`ColorError::NoStops`] are about a ramp.
///
/// ```
/// use compneurovis_core::ColorMap;
/// assert_eq!("mpl:Viridis".parse(), Ok(ColorMap::Viridis));
/// assert_eq!("ramp:RED:#00d2be".parse::<ColorMap>()?.to_string(), "ramp:#ff0000:#00d2be");
/// assert!("viridid".parse::<ColorMap>().unwrap_err().to_string().contains("viridis"));
/// # Ok::<(), compneurovis_core::ColorError>(())
/// ```
impl FromStr for ColorMap {
    type Err = ColorError;

    fn from_str(text: &str) -> Result<Self, ColorError> {
        let name = text.trim().to_ascii_lowercase().replace('_', "-");
        if let Some(colors) = name.strip_prefix("ramp:").or_else(|| name.strip_prefix("mpl-ramp:")) {
            return parse_ramp(colors).map(Self::Ramp);
        }
        let name = name.strip_prefix("mpl:").unwrap_or(&name);
        let found = NAMES.iter().find(|(_, names)| names.contains(&name));
        found.map(|(map, _)| map.clone()).ok_or_else(|| ColorError::UnknownMap {
            name: text.to_owned(),
            known: NAMES.iter().map(|(_, names)| names[0]).collect(),
        })
    }
}

fn parse_ramp(colors: &str) -> Result<Ramp, ColorError> {
    let stops = colors.split(':').filter(|_| !colors.is_empty()).map(str::parse);
    Ramp::new(stops.collect::<Result<Vec<_>, _>>()?)
}

impl fmt::Display for ColorMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Ramp(ramp) = self {
            f.write_str("ramp")?;
            return ramp.stops().iter().try_for_each(|stop| write!(f, ":{stop}"));
        }
        let own = NAMES.iter().find(|(map, _)| map == self);
        own.map_or(Ok(()), |(_, names)| f.write_str(names[0]))
    }
}

impl TryFrom<String> for ColorMap {
    type Error = ColorError;

    fn try_from(text: String) -> Result<Self, ColorError> {
        text.parse()
    }
}

impl From<ColorMap> for String {
    fn from(map: ColorMap) -> Self {
        map.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Rgba;

    #[test]
    fn every_named_map_is_read_back_from_its_name() {
        let maps: Vec<_> = ColorMap::named().collect();
        assert_eq!(maps.len(), NAMES.len());
        for map in maps {
            let name = map.to_string();
            assert!(!name.is_empty(), "{map:?}");
            for spelling in [name.clone(), name.to_ascii_uppercase(), format!(" mpl:{name} "), name.replace('-', "_")] {
                assert_eq!(spelling.parse(), Ok(map.clone()), "{spelling}");
            }
            assert_eq!(serde_json::to_string(&map).unwrap(), format!("\"{name}\""));
            assert_eq!(serde_json::from_str::<ColorMap>(&format!("\"{name}\"")).unwrap(), map);
        }
    }

    #[test]
    fn other_names_are_understood() {
        for (name, map) in
            [("bwr", ColorMap::BlueWhiteRed), ("White-Fire", ColorMap::StateFire), ("mpl:gray", ColorMap::Grayscale)]
        {
            assert_eq!(name.parse(), Ok(map), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
        let error = "rainbow".parse::<ColorMap>().unwrap_err();
        let text = error.to_string();
        assert!(text.contains("`rainbow`") && text.contains("viridis") && text.contains("blue-white-red"), "{text}");
        assert!(serde_json::from_str::<ColorMap>("\"rainbow\"").is_err());
        for (bad, expected) in [("ramp:", ColorError::NoStops), ("mpl-ramp:", ColorError::NoStops)] {
            assert_eq!(bad.parse::<ColorMap>(), Err(expected), "{bad}");
        }
        for bad in ["ramp:red:", "ramp:#12345", "ramp:red:nocolour"] {
            assert!(matches!(bad.parse::<ColorMap>(), Err(ColorError::UnknownColor { .. })), "{bad}");
        }
        for bad in ["", "mpl:", "ramp", "mpl:mpl:viridis"] {
            assert!(matches!(bad.parse::<ColorMap>(), Err(ColorError::UnknownMap { .. })), "{bad}");
        }
    }

    #[test]
    fn a_ramp_of_the_original_is_a_ramp() {
        let ramp = "mpl-ramp:#F16:Blue".parse::<ColorMap>().unwrap();
        assert_eq!(ramp.to_string(), "ramp:#ff1166:#0000ff");
        assert_eq!(ramp.table()[255], Rgba::rgb(0, 0, 255));
    }

    proptest! {
        #[test]
        fn ramps_are_read_back_from_their_text(stops in prop::collection::vec(any::<[u8; 4]>(), 1..6)) {
            let map = ColorMap::Ramp(Ramp::new(stops.into_iter().map(Rgba)).unwrap());
            prop_assert_eq!(map.to_string().parse(), Ok(map.clone()));
            let json = serde_json::to_string(&map).unwrap();
            prop_assert_eq!(serde_json::from_str::<ColorMap>(&json).unwrap(), map);
        }

        #[test]
        fn any_text_is_a_map_or_an_error(text in "(ramp:|mpl:|mpl-ramp:)?[#:a-fé0-9]{0,20}") {
            if let Ok(map) = text.parse::<ColorMap>() {
                prop_assert_eq!(map.to_string().parse(), Ok(map));
            }
        }
    }
}
