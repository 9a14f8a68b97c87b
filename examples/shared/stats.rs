//! The figures of a run.

use std::path::Path;

use compneurovis_core::{Geometry, Scene};
use serde::Serialize;

/// What `--stats` writes. A figure that was not measured, as most are not in a window, is null.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Stats {
    /// The graphics adapter that drew.
    pub adapter: Option<String>,
    /// Sections of the cell.
    pub sections: usize,
    /// Compartments of the cell.
    pub compartments: usize,
    /// Frusta that show it.
    pub frusta: usize,
    /// Simulated time when the picture was taken, in ms.
    pub sim_ms: f64,
    /// Solver steps until then.
    pub steps: u64,
    /// A step of the session with sampling and emitting; rendering paused, blocks in turn with the next.
    pub step_us_median: Option<f64>,
    /// A step of NEURON alone, from the same state in the same process.
    pub bare_step_us_median: Option<f64>,
    /// A step of the session while frames are drawn.
    pub step_us_rendering: Option<f64>,
    /// From the first hook of the model to the ready scene, NEURON's library being on disk.
    pub init_ms: Option<f64>,
    /// From the start of the process to the end of the first frame that shows the whole cell.
    pub first_picture_ms: Option<f64>,
    /// The most memory that the process had.
    pub peak_rss_mb: Option<f64>,
    /// A frame of the same app with nothing in it.
    pub frame_empty_ms_median: Option<f64>,
    /// A frame with values of a newer step, the camera standing still.
    pub frame_still_ms_median: Option<f64>,
    /// The slowest twentieth of them begins here.
    pub frame_still_ms_p95: Option<f64>,
    /// A frame with values of a newer step, the camera turning.
    pub frame_turning_ms_median: Option<f64>,
    /// The slowest twentieth of them begins here.
    pub frame_turning_ms_p95: Option<f64>,
    /// Frames measured, of all kinds.
    pub frames: usize,
}

impl Stats {
    /// Counts what there is of cells in a scene.
    pub(crate) fn count(&mut self, scene: &Scene) {
        for morphology in scene.geometries.values().filter_map(Geometry::as_morphology) {
            self.sections += morphology.sections().len();
            self.compartments += morphology.compartments();
            self.frusta += morphology.frusta().len();
        }
    }

    /// Writes them as JSON.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        std::fs::write(path, text)
    }
}

/// The value below which a part of the values lies; `None` of none.
pub(crate) fn quantile(values: &[f64], part: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    sorted.get((part * last as f64).round() as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_are_of_the_sorted_values() {
        let values = [3.0, 1.0, 2.0, 5.0, 4.0];
        assert_eq!(quantile(&values, 0.5), Some(3.0));
        assert_eq!(quantile(&values, 1.0), Some(5.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
