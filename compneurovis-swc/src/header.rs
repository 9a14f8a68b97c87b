//! The comments of a file.

use serde::Deserialize;

use crate::units;

/// Words that Cannon et al. (1998) and the INCF's specification give a meaning at the start of a comment.
const KNOWN_KEYS: [&str; 27] = [
    "original_source",
    "creature",
    "region",
    "field/layer",
    "type",
    "contributor",
    "reference",
    "raw",
    "extras",
    "soma_area",
    "shrinkage_correction",
    "version_number",
    "version_date",
    "scale",
    "species",
    "sex",
    "age",
    "weight",
    "class",
    "condition",
    "label",
    "slicing",
    "microscopy",
    "coordinate",
    "brainspace",
    "meta",
    "units",
];

/// Longest comment that is looked at as JSON.
const META_LIMIT: usize = 1 << 16;

/// The comments of an SWC file, wherever in it they stood on lines of their own.
///
/// Bytes that are not UTF-8 are taken as Latin-1, in which old headers are written.
///
/// ```
/// use compneurovis_swc::parse_swc;
///
/// let swc = parse_swc(b"# CREATURE mouse\n#region: hippocampus, CA1\n1 1 0 0 0 5 -1\n")?;
/// assert_eq!(swc.header.get("creature"), Some("mouse"));
/// assert_eq!(swc.header.get("REGION"), Some("hippocampus, CA1"));
/// assert_eq!(swc.header.lines().next(), Some("# CREATURE mouse"));
/// # Ok::<(), compneurovis_swc::SwcError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// Each line begins with its `#` and ends with LF.
    text: String,
}

impl Header {
    /// Decodes comments that each begin with `#` and end with LF.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        let text = String::from_utf8(bytes).unwrap_or_else(|error| latin_1(error.as_bytes()));
        Self { text }
    }

    /// The comments, each with its `#`.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Whether there is no comment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What follows the first comment that begins with `key`, in whatever case.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// All comments that begin with a word, and what follows it after blanks or a colon.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines().filter_map(|line| {
            let line = line.trim_start_matches('#').trim();
            let end = line.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(line.len());
            let (key, value) = line.split_at(end);
            (!key.is_empty()).then(|| (key, value.trim_start_matches(':').trim()))
        })
    }

    /// Those of the [`entries`](Self::entries) whose word has a meaning by convention: `CREATURE`,
    /// `SOMA_AREA`, `contributor` and the like.
    pub fn known_entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries().filter(|(key, _)| KNOWN_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)))
    }

    /// How many micrometres one unit is, if a comment `# Meta: {"units": "1 nanometer"}` says.
    #[must_use]
    pub fn unit_um(&self) -> Option<f64> {
        #[derive(Deserialize)]
        struct Meta {
            units: String,
        }
        let metas = self.entries().filter(|(key, json)| key.eq_ignore_ascii_case("meta") && json.len() <= META_LIMIT);
        let mut units = metas.filter_map(|(_, json)| serde_json::from_str::<Meta>(json).ok());
        units.find_map(|meta| units::length_um(&meta.units))
    }
}

/// In Latin-1 every byte is the character of its number; lines that are UTF-8 stay so.
fn latin_1(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => text.extend(line.iter().map(|byte| char::from(*byte))),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &[u8]) -> Header {
        Header::from_bytes(text.to_vec())
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_latin_1() {
        let header = header(b"# Ram\xf3n y Cajal\n# \xc3\xa9t\xc3\xa9\n");
        assert_eq!(header.lines().collect::<Vec<_>>(), ["# Ram\u{f3}n y Cajal", "# \u{e9}t\u{e9}"]);
    }

    #[test]
    fn conventional_words_are_found() {
        let header = header(b"## SOMA_AREA 1050.5\n# made by hand\n#\n#contributor: A. Person\n");
        let known: Vec<_> = header.known_entries().collect();
        assert_eq!(known, [("SOMA_AREA", "1050.5"), ("contributor", "A. Person")]);
        assert_eq!(header.get("made"), Some("by hand"));
        assert_eq!(header.get("absent"), None);
    }

    #[test]
    fn units_come_from_json_only() {
        assert_eq!(header(b"# Meta: {\"id\": 3, \"units\": \"1 nanometer\"}\n").unit_um(), Some(0.001));
        assert_eq!(header(b"# meta {\"units\": \"4 nm\"}\n").unit_um(), Some(0.004));
        for text in ["# Meta: {\n", "# Meta: {\"units\": 3}\n", "# Meta: {\"units\": \"parsec\"}\n", "# units nm\n"] {
            assert_eq!(header(text.as_bytes()).unit_um(), None, "{text}");
        }
    }
}
