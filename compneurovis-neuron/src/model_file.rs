//! Models as JSON: what is in a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the format that this crate writes and reads.
pub(crate) const VERSION: u32 = 1;

/// A model as it is in NEURON, made by [`Neuron::export_model`](crate::Neuron::export_model).
///
/// Lengths are in micrometres, other numbers in NEURON's own units. Sections, point processes and
/// connections refer to each other by their places in the lists, so names need not be unique.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// The version of the format.
    pub version: u32,
    /// Global numbers: `celsius`, `dt`, and those of the mechanisms that are used.
    pub globals: BTreeMap<String, f64>,
    /// The sections, in the order of their creation.
    pub sections: Vec<SectionRecord>,
    /// Point processes and artificial cells.
    pub point_processes: Vec<PointProcessRecord>,
    /// The connections.
    pub connections: Vec<ConnectionRecord>,
    /// Where the streams of random numbers of point processes are: four numbers each.
    pub random_streams: Vec<f64>,
    /// What the model has and the file cannot say, for people to read: vectors that are played or recorded, and
    /// `POINTER`s. A model that is built from the file works as it did only when these are set again.
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionRecord {
    /// The name.
    pub name: String,
    /// What it is connected to.
    pub parent: Option<ParentRecord>,
    /// The sections that are connected to it, in NEURON's order, on which the last bits depend.
    pub children: Vec<usize>,
    /// The number of compartments.
    pub nseg: usize,
    /// The length.
    pub length_um: f64,
    /// The axial resistivity.
    pub ra_ohm_cm: f64,
    /// The course in space: x, y, z and diameter of each point; none for a cylinder.
    pub points_um: Vec<[f64; 4]>,
    /// The diameter of each compartment.
    pub diameters_um: Vec<f64>,
    /// The density mechanisms, ions among them.
    pub mechanisms: Vec<String>,
    /// For each ion, the five numbers of `ion_style`.
    pub ion_styles: BTreeMap<String, [u8; 5]>,
    /// Range variables, with a number for each compartment.
    pub values: BTreeMap<String, Vec<f64>>,
}

/// A connection to a parent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParentRecord {
    /// The place of the parent in the list of sections.
    pub section: usize,
    /// The place on the parent, from 0 to 1.
    pub x: f64,
    /// The end of the child, 0 or 1.
    pub child_x: f64,
}

/// A point process or artificial cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointProcessRecord {
    /// Its class.
    pub class: String,
    /// The section and the place on it; `None` for artificial cells.
    pub location: Option<(usize, f64)>,
    /// Its attributes; those that are single numbers have one.
    pub values: BTreeMap<String, Vec<f64>>,
}

/// A connection that carries events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionRecord {
    /// Where its events come from.
    pub source: SourceRecord,
    /// The place of the receiver in the list of point processes.
    pub target: Option<usize>,
    /// In ms.
    pub delay_ms: f64,
    /// In mV.
    pub threshold_mv: f64,
    /// The weights.
    pub weights: Vec<f64>,
    /// Whether it passes events on.
    pub active: bool,
}

/// A source of events.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceRecord {
    /// Events are sent by hand.
    Nothing,
    /// The place of a point process in their list.
    Process(usize),
    /// The potential of a section at a place.
    Voltage(usize, f64),
}

impl ModelFile {
    /// The model as JSON, with all digits that its numbers need.
    ///
    /// # Errors
    /// What `serde_json` says, of numbers that are not finite.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// A model from JSON.
    ///
    /// # Errors
    /// What `serde_json` says, with the line.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
