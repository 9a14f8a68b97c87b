//! Synthetic pyramidal cells of any size, for demonstrations, benchmarks and tests.
//!
//! What is grown is a plausible layer 5 pyramidal cell and not a fit to data: a pyramid-shaped soma,
//! basal dendrites, an apical trunk with obliques and a tuft, and an axon with collaterals.
//!
//! - **Who branches**: each tree splits its tips at random, all splits being equally likely. That is
//!   random terminal growth (van Pelt and Verwer 1983, *Bull Math Biol* 45:269), a good first
//!   approximation of the shape of dendritic trees.
//! - **Where branches go**: step by step, with inertia, noise and repulsion from where they come from,
//!   after the self-referential forces of Memelli, Torben-Nielsen and Kozloff (2013, *Front
//!   Neuroinform* 7:1), without their self-avoidance. So a cell costs its own nodes only.
//! - **How thick they are**: at forks by Rall's 3/2 power law (1959, *Exp Neurol* 1:491), in between
//!   with a taper, down to a least radius (as in Burke, Marks and Ulfhake 1992, *J Neurosci* 12:2403).
//!
//! The random stream is ChaCha8 and the arithmetic is limited to operations that IEEE 754 defines
//! to the bit: a seed gives the same cell on every machine.

mod grow;
mod plan;
mod random;
mod soma;
mod vector;

use crate::Sample;

/// The fewest nodes of a synthetic cell.
pub const MIN_NODES: usize = 100;
/// The most nodes of a synthetic cell.
pub const MAX_NODES: usize = 10_000_000;

/// A recipe for a synthetic pyramidal cell. Its apical dendrite points along +y.
///
/// ```
/// use compneurovis_swc::{Sections, SyntheticCell};
///
/// let samples = SyntheticCell { nodes: 2_000, seed: 7 }.generate()?;
/// assert_eq!(samples.len(), 2_000);
/// let cell = Sections::from_samples(&samples)?;
/// assert_eq!(cell.sections[0].name, "soma[0]");
/// assert!(cell.warnings.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SyntheticCell {
    /// How many samples the cell has, from [`MIN_NODES`] to [`MAX_NODES`]. More nodes make both
    /// more branches and a finer tracing; the extent stays about the same (some 0.5 by 1.1 by
    /// 0.5 millimetres).
    pub nodes: usize,
    /// Which of all the cells of that size.
    pub seed: u64,
}

impl Default for SyntheticCell {
    /// A cell of 5,000 nodes.
    fn default() -> Self {
        Self { nodes: 5_000, seed: 1 }
    }
}

/// Why a synthetic cell cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntheticError {
    /// The number of nodes is out of range.
    #[error("a synthetic cell has {MIN_NODES} to {MAX_NODES} nodes, not {nodes}")]
    Nodes {
        /// The number that was asked for.
        nodes: usize,
    },
}

impl SyntheticCell {
    /// Grows the cell: exactly `nodes` samples, parents before children, each branch in one
    /// piece, ids from 1. Coordinates are multiples of 0.001 um.
    ///
    /// # Errors
    ///
    /// [`SyntheticError::Nodes`] if the number of nodes is out of range.
    pub fn generate(&self) -> Result<Vec<Sample>, SyntheticError> {
        let Self { nodes, seed } = *self;
        if !(MIN_NODES..=MAX_NODES).contains(&nodes) {
            return Err(SyntheticError::Nodes { nodes });
        }
        let mut dice = random::Dice::new(seed);
        let branches = plan::branches(nodes, &mut dice);
        let counts = plan::share_nodes(&branches, nodes - soma::PROFILE_UM.len());
        Ok(grow::samples(&branches, &counts, &mut dice))
    }
}
