//! Data for other programs: traces as CSV, fields and geometry as NPZ, runs as NWB.
//!
//! ```
//! use compneurovis_core::{Field, export};
//! let trace = Field::series("v", "time", vec![0.0, 0.1], vec![-65.0, f32::NAN])?.with_unit("mV");
//! let mut text = Vec::new();
//! export::csv(&trace, &mut text)?;
//! assert_eq!(String::from_utf8(text)?, "time,v [mV]\n0.0,-65.0\n0.1,NaN\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod csv;
mod npz;
#[cfg(feature = "nwb")]
mod nwb;

use std::{io, path::Path};

use thiserror::Error;

#[cfg(feature = "nwb")]
pub use self::nwb::{NwbAbout, NwbSubject, nwb};
pub use self::{
    csv::csv,
    npz::{field_npz, npz},
};

use crate::{FieldId, Scene};

/// Why nothing was exported, or not all of it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The file cannot be written.
    #[error("the export cannot be written")]
    Io(#[from] io::Error),
    /// The field has more dims than a table.
    #[error("field `{field}` has {dims} dims; a table takes one or two, so export it as NPZ")]
    Dims {
        /// The field.
        field: FieldId,
        /// How many dims it has.
        dims: usize,
    },
    /// A file cannot be laid out as its format wants it.
    #[error("the export cannot be made: {0}")]
    Format(String),
}

/// Writes each field of a scene that fits a table as `{id}.csv` into a folder, which is made if it is not
/// there. Characters that file names do not take become `_`. Gives the files.
///
/// # Errors
/// A file cannot be written.
pub fn all_csv(scene: &Scene, folder: &Path) -> Result<Vec<std::path::PathBuf>, ExportError> {
    std::fs::create_dir_all(folder)?;
    let mut files = Vec::new();
    for field in scene.fields.values().filter(|field| (1..=2).contains(&field.shape().len())) {
        let path = folder.join(format!("{}.csv", file_name(field.id().as_str())));
        csv(field, io::BufWriter::new(std::fs::File::create(&path)?))?;
        files.push(path);
    }
    Ok(files)
}

/// A name that every file system takes.
fn file_name(id: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_.@()".contains(letter);
    id.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect()
}
