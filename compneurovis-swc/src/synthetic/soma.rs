//! The pyramid-shaped soma: a column of samples along y.

/// Height and radius of each sample in micrometres, from the base (the root, where the axon
/// starts) to the tip (where the apical dendrite starts).
pub(super) const PROFILE_UM: [(f64, f64); 8] =
    [(-9.0, 2.2), (-7.8, 5.2), (-5.0, 7.8), (-1.0, 8.8), (3.0, 7.6), (7.0, 5.8), (11.0, 4.2), (14.0, 3.4)];

/// Index of the sample at the base.
pub(super) const BASE: usize = 0;
/// Index of the sample at the tip.
pub(super) const TIP: usize = PROFILE_UM.len() - 1;
/// Indices of the samples that carry basal dendrites.
pub(super) const FLANK: [usize; 3] = [2, 3, 4];
