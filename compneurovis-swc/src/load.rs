//! From a file to the sections of a cell, in one call.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::{LoadSwcError, ReadSwc, ReadSwcError, Sections, Swc, SwcError, SwcMode, Units, Warning};

/// A cell and what it was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct SwcCell {
    /// The samples.
    pub swc: Swc,
    /// Whose rules made the sections.
    pub mode: SwcMode,
    /// The sections.
    pub sections: Sections,
}

impl SwcCell {
    /// All that was odd: first about the text, then about the sections.
    pub fn warnings(&self) -> impl Iterator<Item = Warning<'_>> {
        let of_text = self.swc.warnings.iter().map(Warning::Text);
        of_text.chain(self.sections.warnings.iter().map(Warning::Sections))
    }
}

/// Loads a cell from an SWC file, as NEURON would make it.
///
/// Where NEURON's rules spoil the cell (a section without length or area, a second root tied to
/// the first sample) that is an error which asks to choose: see [`LoadSwc::mode`].
///
/// # Errors
///
/// What [`read_swc`](crate::read_swc) says, and [`LoadSwcError::ChooseMode`].
///
/// ```
/// use compneurovis_swc::{LoadSwcError, load_swc};
///
/// let error = load_swc("no/such/cell.swc").unwrap_err();
/// assert!(matches!(error, LoadSwcError::Read(_)));
/// ```
pub fn load_swc(path: impl AsRef<Path>) -> Result<SwcCell, LoadSwcError> {
    LoadSwc::new().path(path)
}

/// How a cell is loaded.
///
/// ```
/// use compneurovis_swc::{LoadSwc, LoadSwcError, SwcMode};
///
/// // The soma is one point twice. NEURON makes a section of it that has no length.
/// let text = b"1 1 0 0 0 5 -1\n2 1 0 0 0 5 1\n3 3 0 5 0 1 2\n4 3 0 60 0 1 3\n";
/// let error = LoadSwc::new().text(text).unwrap_err();
/// assert!(error.to_string().starts_with("line 1: section soma[0] has no length"), "{error}");
///
/// let exact = LoadSwc::new().mode(SwcMode::Exact).text(text)?;
/// assert_eq!(exact.sections.sections[0].length_um(), 0.0);
/// let repaired = LoadSwc::new().mode(SwcMode::Repaired).text(text)?;
/// assert_eq!(repaired.sections.sections[0].length_um(), 10.0);
/// assert_eq!(repaired.warnings().count(), 1);
/// # Ok::<(), LoadSwcError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LoadSwc {
    mode: Option<SwcMode>,
    units: Option<Units>,
    strict: bool,
}

impl LoadSwc {
    /// Exact while that does no harm, lenient, in micrometres.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses whose rules are used. Without a choice they are NEURON's, and what they spoil
    /// is an error.
    #[must_use]
    pub fn mode(self, mode: SwcMode) -> Self {
        Self { mode: Some(mode), ..self }
    }

    /// How long one unit of the file is. By default micrometres, as in NEURON; in
    /// [`SwcMode::Repaired`] what the header says.
    #[must_use]
    pub fn units(self, units: Units) -> Self {
        Self { units: Some(units), ..self }
    }

    /// Whether every warning about the text is an error.
    #[must_use]
    pub fn strict(self, strict: bool) -> Self {
        Self { strict, ..self }
    }

    /// Loads text.
    ///
    /// # Errors
    ///
    /// As [`load_swc`].
    pub fn text(&self, text: &[u8]) -> Result<SwcCell, LoadSwcError> {
        let swc = self.reading().text(text).map_err(|source| ReadSwcError::Swc { path: None, source })?;
        self.cell(swc, None)
    }

    /// Loads what a reader holds.
    ///
    /// # Errors
    ///
    /// As [`load_swc`].
    pub fn reader(&self, reader: impl Read) -> Result<SwcCell, LoadSwcError> {
        self.cell(self.reading().reader(reader)?, None)
    }

    /// Loads a file.
    ///
    /// # Errors
    ///
    /// As [`load_swc`].
    pub fn path(&self, path: impl AsRef<Path>) -> Result<SwcCell, LoadSwcError> {
        let path = path.as_ref();
        self.cell(self.reading().path(path)?, Some(path))
    }

    fn reading(&self) -> ReadSwc {
        let is_repaired = self.mode == Some(SwcMode::Repaired);
        let units = self.units.unwrap_or(if is_repaired { Units::FromHeader } else { Units::Micrometres });
        ReadSwc::new().strict(self.strict).salvage(is_repaired).units(units)
    }

    fn cell(&self, swc: Swc, path: Option<&Path>) -> Result<SwcCell, LoadSwcError> {
        let in_path = || path.map(Path::to_path_buf);
        let of_samples = |source: SwcError| ReadSwcError::Swc { path: in_path(), source };
        let mode = self.mode.unwrap_or_default();
        let sections = swc.sections(mode).map_err(of_samples)?;
        if self.mode.is_none() {
            ask_for_mode(&swc, &sections, in_path)?;
        }
        Ok(SwcCell { swc, mode, sections })
    }
}

fn ask_for_mode(swc: &Swc, sections: &Sections, path: impl Fn() -> Option<PathBuf>) -> Result<(), LoadSwcError> {
    let mut spoilt = sections.warnings.iter().filter(|warning| warning.spoils());
    let Some(warning) = spoilt.next() else { return Ok(()) };
    let causes = swc.warnings.iter().filter(|warning| warning.tears()).cloned().collect();
    Err(LoadSwcError::ChooseMode { path: path(), warning: warning.clone(), more: spoilt.count(), causes })
}
