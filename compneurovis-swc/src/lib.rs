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
//! | [`Swc`], from [`read_swc`] and [`parse_swc`] | samples in order, and [`SwcWarning`]s |
//! | [`SampleTree`] | samples with checked parents |
//! | [`Sections`] | what NEURON makes of them, and [`SectionWarning`]s |
//! | [`Sections::geometry`] | sections, compartments and frusta for `compneurovis-core` |
//! | [`SyntheticCell`], [`write_swc`] | cells from a seed, and text from samples |
//!
//! All lengths are in micrometres. Errors and warnings say which line.
//!
//! ```
//! use compneurovis_swc::{Sections, parse_swc};
//!
//! let text = b"\
//!     ## a soma, and a dendrite that forks
//!     1 1  0  0 0 6.0 -1
//!     2 3  0  6 0 1.0  1
//!     3 3  0 30 0 0.8  2
//!     4 3 -9 50 0 0.5  3
//!     5 3  9 50 0 0.5  3";
//! let swc = parse_swc(text)?;
//! assert!(swc.warnings.is_empty());
//!
//! let cell = Sections::from_samples(&swc.samples)?;
//! let names: Vec<_> = cell.sections.iter().map(|section| &*section.name).collect();
//! assert_eq!(names, ["soma[0]", "dend[0]", "dend[1]", "dend[2]"]);
//!
//! let geometry = cell.geometry("cell", |section| if section.kind.is_soma() { 1 } else { 10 })?;
//! assert_eq!(geometry.compartments(), 31);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod column;
mod eight_digits;
mod error;
mod geometry;
mod kind;
mod number;
mod reader;
mod repair;
mod sample;
mod section;
mod sectioning;
pub mod synthetic;
mod tree;
mod warning;
mod writer;

pub use column::Column;
pub use error::{ReadSwcError, SwcError};
pub use kind::SampleKind;
pub use reader::{MAX_MAGNITUDE_UM, Swc, parse_swc, read_swc};
pub use sample::Sample;
pub use section::{Connection, Point3d, Section, Sections};
pub use synthetic::{SyntheticCell, SyntheticError};
pub use tree::SampleTree;
pub use warning::{SectionWarning, SwcWarning};
pub use writer::write_swc;
