//! SWC morphologies: text to samples, samples to the sections that NEURON makes of them, sections
//! to the geometry that is drawn. And synthetic cells of any size.
//!
//! An SWC file is a list of points ([`Sample`]s), each with a kind, a position, a radius and
//! the point it hangs on. NEURON simulates [`Section`]s: unbranched cables. Its Import3d turns
//! one into the other by rules of its own, slowly, and takes the process down on many files.
//! [`parse_swc`] reads what it reads and more, and says what it repaired; [`Sections`] follows
//! its rules to the bit.
//!
//! | type | what it is |
//! |---|---|
//! | [`load_swc`], [`LoadSwc`] | from a file to an [`SwcCell`] in one call, by the rules of an [`SwcMode`] |
//! | [`Swc`], from [`read_swc`], [`parse_swc`] or [`ReadSwc`] | samples in order, [`Header`], [`SwcWarning`]s |
//! | [`SampleTree`] | samples with checked parents, [`SomaKind`], [`TreeStatistics`] |
//! | [`Sections`] | what NEURON makes of them, and [`SectionWarning`]s |
//! | [`Section::segments`] | diameter, surface and axial resistance of each [`Segment`] |
//! | [`Sections::geometry`] | sections, compartments and frusta for `compneurovis-core` |
//! | [`Swc::write`], [`write_swc`], [`renumbered`] | text from samples |
//! | [`SyntheticCell`] | cells from a seed |
//!
//! All lengths are in micrometres. Errors and warnings say which line.
//!
//! ```
//! use compneurovis_swc::LoadSwc;
//!
//! let text = b"\
//!     ## a soma, and a dendrite that forks
//!     1 1  0  0 0 6.0 -1
//!     2 3  0  6 0 1.0  1
//!     3 3  0 30 0 0.8  2
//!     4 3 -9 50 0 0.5  3
//!     5 3  9 50 0 0.5  3";
//! let cell = LoadSwc::new().text(text)?;
//! assert_eq!(cell.warnings().count(), 0);
//!
//! let sections = &cell.sections.sections;
//! let names: Vec<_> = sections.iter().map(|section| &*section.name).collect();
//! assert_eq!(names, ["soma[0]", "dend[0]", "dend[1]", "dend[2]"]);
//!
//! let geometry = cell.sections.geometry("cell", |section| if section.kind.is_soma() { 1 } else { 10 })?;
//! assert_eq!(geometry.compartments(), 31);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The feature `gzip` reads compressed files too.

mod column;
mod eight_digits;
mod error;
mod geometry;
mod gzip;
mod header;
mod hexadecimal;
mod kind;
mod load;
mod mode;
mod number;
mod reader;
mod repair;
mod rows;
mod salvage;
mod sample;
mod section;
mod section_warning;
mod sectioning;
mod segment;
mod soma;
mod statistics;
pub mod synthetic;
mod tree;
mod units;
mod warning;
mod writer;

pub use column::Column;
pub use error::{LoadSwcError, ReadSwcError, SwcError};
pub use header::Header;
pub use kind::SampleKind;
pub use load::{LoadSwc, SwcCell, load_swc};
pub use mode::{NoSuchMode, SwcMode};
pub use reader::{MAX_MAGNITUDE_UM, ReadSwc, Swc, parse_swc, read_swc};
pub use sample::Sample;
pub use section::{Connection, Point3d, Section, Sections};
pub use section_warning::SectionWarning;
pub use segment::{DEFAULT_RA_OHM_CM, Segment};
pub use soma::SomaKind;
pub use statistics::{Extent, TreeStatistics};
pub use synthetic::{SyntheticCell, SyntheticError};
pub use tree::SampleTree;
pub use units::Units;
pub use warning::{SwcWarning, Warning};
pub use writer::{renumbered, write_swc};
