//! Colours.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ColorError;

/// A colour in sRGB with straight alpha, a byte each.
///
/// Written and read as a text such as `#1f3c88`, also by serde; see [`FromStr`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rgba(pub [u8; 4]);

/// The names that are understood, as in CSS.
const NAMES: [(&str, Rgba); 24] = [
    ("black", Rgba::BLACK),
    ("white", Rgba::WHITE),
    ("gray", Rgba::rgb(128, 128, 128)),
    ("grey", Rgba::rgb(128, 128, 128)),
    ("silver", Rgba::rgb(192, 192, 192)),
    ("red", Rgba::rgb(255, 0, 0)),
    ("maroon", Rgba::rgb(128, 0, 0)),
    ("crimson", Rgba::rgb(220, 20, 60)),
    ("pink", Rgba::rgb(255, 192, 203)),
    ("orange", Rgba::rgb(255, 165, 0)),
    ("brown", Rgba::rgb(165, 42, 42)),
    ("gold", Rgba::rgb(255, 215, 0)),
    ("yellow", Rgba::rgb(255, 255, 0)),
    ("olive", Rgba::rgb(128, 128, 0)),
    ("lime", Rgba::rgb(0, 255, 0)),
    ("green", Rgba::rgb(0, 128, 0)),
    ("teal", Rgba::rgb(0, 128, 128)),
    ("cyan", Rgba::rgb(0, 255, 255)),
    ("skyblue", Rgba::rgb(135, 206, 235)),
    ("blue", Rgba::rgb(0, 0, 255)),
    ("navy", Rgba::rgb(0, 0, 128)),
    ("purple", Rgba::rgb(128, 0, 128)),
    ("magenta", Rgba::rgb(255, 0, 255)),
    ("transparent", Rgba([0; 4])),
];

/// Below this luminance white is read better than black.
const DARK: f32 = 0.45;

impl Rgba {
    /// White.
    pub const WHITE: Self = Self([255; 4]);
    /// Black.
    pub const BLACK: Self = Self([0, 0, 0, 255]);

    /// An opaque colour.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue, 255])
    }

    /// How bright it is, from 0 (black) to 1 (white): the weights of ITU-R BT.709 on the sRGB parts
    /// as they are, whatever the alpha. Not the linear light of WCAG, which is darker.
    pub fn luminance(self) -> f32 {
        let [red, green, blue, _] = self.0.map(|part| f32::from(part) / 255.0);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The colour of a text that is readable on `background`: white where that is darker than a
    /// luminance of 0.45, else black.
    ///
    /// ```
    /// use compneurovis_core::Rgba;
    /// assert_eq!(Rgba::label_on(Rgba::rgb(0, 0, 255)), Rgba::WHITE);
    /// assert_eq!(Rgba::label_on(Rgba::rgb(255, 255, 0)), Rgba::BLACK);
    /// ```
    pub fn label_on(background: Self) -> Self {
        if background.luminance() < DARK { Self::WHITE } else { Self::BLACK }
    }
}

/// `#rgb`, `#rrggbb`, `#rrggbbaa`, or a name of CSS such as `navy`, in capitals or not.
///
/// # Errors
/// [`ColorError::UnknownColor`] for anything else.
///
/// ```
/// use compneurovis_core::Rgba;
/// assert_eq!("#1F3C88".parse(), Ok(Rgba::rgb(0x1f, 0x3c, 0x88)));
/// assert_eq!("navy".parse(), Ok(Rgba::rgb(0, 0, 128)));
/// ```
impl FromStr for Rgba {
    type Err = ColorError;

    fn from_str(text: &str) -> Result<Self, ColorError> {
        let color = text.trim();
        let found = match color.strip_prefix('#') {
            Some(hex) => parse_hex(hex),
            None => NAMES.iter().find(|(name, _)| color.eq_ignore_ascii_case(name)).map(|&(_, color)| color),
        };
        found.ok_or_else(|| ColorError::UnknownColor {
            text: text.to_owned(),
            known: NAMES.iter().map(|&(name, _)| name).collect(),
        })
    }
}

fn parse_hex(hex: &str) -> Option<Rgba> {
    // `from_str_radix` alone would take a sign.
    let digits: Vec<u32> = hex.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let byte = |high: u32, low: u32| (16 * high + low) as u8;
    match *digits {
        [r, g, b] => Some(Rgba::rgb(byte(r, r), byte(g, g), byte(b, b))),
        [r, rr, g, gg, b, bb] => Some(Rgba::rgb(byte(r, rr), byte(g, gg), byte(b, bb))),
        [r, rr, g, gg, b, bb, a, aa] => Some(Rgba([byte(r, rr), byte(g, gg), byte(b, bb), byte(a, aa)])),
        _ => None,
    }
}

/// `#rrggbb`, and `#rrggbbaa` if it is not opaque.
impl fmt::Display for Rgba {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue, alpha] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")?;
        if alpha == 255 { Ok(()) } else { write!(f, "{alpha:02x}") }
    }
}

impl TryFrom<String> for Rgba {
    type Error = ColorError;

    fn try_from(text: String) -> Result<Self, ColorError> {
        text.parse()
    }
}

impl From<Rgba> for String {
    fn from(color: Rgba) -> Self {
        color.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn colours_are_read_as_in_css() {
        for (text, color) in [
            ("#f80", Rgba::rgb(255, 136, 0)),
            ("#1F3c88", Rgba::rgb(0x1f, 0x3c, 0x88)),
            ("#1f3c8840", Rgba([0x1f, 0x3c, 0x88, 0x40])),
            (" Orange ", Rgba::rgb(255, 165, 0)),
            ("transparent", Rgba([0; 4])),
        ] {
            assert_eq!(text.parse(), Ok(color), "{text}");
        }
        for bad in ["", "#", "#ff", "#ffff", "#fffff", "#+1+2+3", "#ggg", "#fffffffff", "ff0000", "#é1", "reddish"] {
            let error = bad.parse::<Rgba>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{bad}`")) && error.contains("navy"), "{error}");
        }
    }

    #[test]
    fn labels_are_white_on_dark_and_black_on_light() {
        assert!(Rgba::BLACK.luminance() == 0.0 && (Rgba::WHITE.luminance() - 1.0).abs() < 1e-6);
        let grey = |part| Rgba::rgb(part, part, part);
        assert_eq!(Rgba::label_on(grey(114)), Rgba::WHITE);
        assert_eq!(Rgba::label_on(grey(115)), Rgba::BLACK);
        assert_eq!(Rgba::label_on(Rgba::rgb(255, 0, 0)), Rgba::WHITE);
        assert_eq!(Rgba::label_on(Rgba::rgb(0, 255, 0)), Rgba::BLACK);
    }

    proptest! {
        #[test]
        fn colours_are_read_back_from_their_text(parts: [u8; 4]) {
            let color = Rgba(parts);
            prop_assert_eq!(color.to_string().parse(), Ok(color));
            let json = serde_json::to_string(&color).unwrap();
            prop_assert_eq!(&json, &format!("\"{color}\""));
            prop_assert_eq!(serde_json::from_str::<Rgba>(&json).unwrap(), color);
        }
    }
}
