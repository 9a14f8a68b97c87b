//! Many cells from SWC files.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use compneurovis_swc::{LoadSwc, LoadSwcError, Section as SwcSection, SwcCell};

use crate::error::NeuronError;
use crate::interpreter::Neuron;
use crate::section::Section;
use crate::swc_cell::build_swc_cell;

/// A cell of a population.
#[derive(Debug)]
pub struct NeuronCell {
    /// Its name: that of its file without `.swc`, with a number behind it if there was one before.
    pub name: String,
    /// What is in the file. The sections are named as in NEURON, `"{name}.dend[3]"`.
    pub swc: SwcCell,
    /// The sections in NEURON, in the order of those of the file.
    pub sections: Vec<Section>,
}

/// A population that could not be loaded; nothing of it is in NEURON.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationError {
    /// A file is not a cell.
    #[error("{}: {source}", .path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: LoadSwcError,
    },
    /// NEURON refused a cell.
    #[error("{}: {source}", .path.display())]
    Build {
        /// The file.
        path: PathBuf,
        /// NEURON's refusal.
        source: NeuronError,
    },
}

/// Loads a cell from each file and builds its sections in NEURON, as
/// [`build_swc_cell`] does, under names that begin with that of the cell:
/// `"{cell}.soma[0]"`. All files are read before the first section is made.
///
/// `nseg` says how many compartments a section gets; `mechanisms` are inserted in all.
///
/// ```no_run
/// use compneurovis_neuron::{Neuron, Search, load_swc_many};
/// use compneurovis_swc::LoadSwc;
///
/// let neuron = Neuron::acquire(&Search::new())?;
/// let cells = load_swc_many(&neuron, ["a.swc", "b.swc"], &LoadSwc::new(), |_| 1, &["hh"])?;
/// assert_eq!(cells[1].sections[0].name(), "b.soma[0]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`PopulationError`] with the file that is at fault.
pub fn load_swc_many(
    neuron: &Neuron,
    files: impl IntoIterator<Item = impl AsRef<Path>>,
    load: &LoadSwc,
    nseg: impl Fn(&SwcSection) -> usize,
    mechanisms: &[&str],
) -> Result<Vec<NeuronCell>, PopulationError> {
    let mut read = Vec::new();
    let mut names = HashSet::new();
    for file in files {
        let path = file.as_ref();
        let swc = load.path(path).map_err(|source| PopulationError::Load { path: path.to_path_buf(), source })?;
        read.push((path.to_path_buf(), cell_name(path, &mut names), swc));
    }
    let mut cells: Vec<NeuronCell> = Vec::with_capacity(read.len());
    for (path, name, mut swc) in read {
        for section in &mut swc.sections.sections {
            section.name = format!("{name}.{}", section.name);
        }
        match build_swc_cell(neuron, &swc.sections, &nseg, mechanisms) {
            Ok(sections) => cells.push(NeuronCell { name, swc, sections }),
            Err(source) => {
                delete(&cells);
                return Err(PopulationError::Build { path, source });
            }
        }
    }
    Ok(cells)
}

/// Takes cells out of NEURON again.
fn delete(cells: &[NeuronCell]) {
    for section in cells.iter().flat_map(|cell| &cell.sections) {
        if let Err(error) = section.delete() {
            tracing::warn!(section = section.name(), %error, "a section of a cell that was refused stays");
        }
    }
}

/// The name of a file's cell, which no other cell has.
fn cell_name(path: &Path, names: &mut HashSet<String>) -> String {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = file.strip_suffix(".gz").unwrap_or(&file);
    let stem = match stem.rsplit_once('.') {
        Some((stem, kind)) if kind.eq_ignore_ascii_case("swc") => stem,
        _ => stem,
    };
    let numbered = |number: usize| if number == 1 { stem.to_owned() } else { format!("{stem}_{number}") };
    let name = (1..).map(numbered).find(|name| !names.contains(name)).unwrap_or_default();
    names.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_by_their_files_and_apart() {
        let mut names = HashSet::new();
        let found = ["x/AVAL.swc", "y/AVAL.SWC", "AVAL.swc.gz", "a.CNG.swc", "AVAL_2.swc", "plain"]
            .map(|path| cell_name(Path::new(path), &mut names));
        assert_eq!(found, ["AVAL", "AVAL_2", "AVAL_3", "a.CNG", "AVAL_2_2", "plain"]);
    }
}
