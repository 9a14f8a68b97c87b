//! Spikes in the traces that pass by.

use std::collections::HashMap;

use ndarray::ArrayD;

use crate::{Coord, Field, FieldId};

/// Traces beyond these are not looked at: marks of a thousand would hide each other.
const MAX_SERIES: usize = 1000;

/// Finds where traces of potentials rise over a threshold.
#[derive(Debug)]
pub(super) struct Spikes {
    threshold_mv: Option<f32>,
    /// The last value of each series of each field.
    last: HashMap<FieldId, Vec<f32>>,
}

impl Spikes {
    pub(super) fn new(threshold_mv: Option<f32>) -> Self {
        Self { threshold_mv, last: HashMap::new() }
    }

    /// The spikes in a batch for a field: the coordinate of each, and what the series is called.
    pub(super) fn find(&mut self, field: &Field, dim: &str, values: &ArrayD<f32>, coord: &[f64]) -> Vec<(f64, String)> {
        let mut found = Vec::new();
        let Some(threshold) = self.threshold_mv else { return found };
        let series = values.len().checked_div(coord.len()).unwrap_or(0);
        if field.unit() != "mV" || series == 0 || series > MAX_SERIES {
            return found;
        }
        let last = self.last.entry(field.id().clone()).or_default();
        // A trace that is new has no past to rise from.
        last.resize(series, f32::INFINITY);
        let rows = values.rows();
        for ((at, row), before) in rows.into_iter().enumerate().zip(last) {
            for (value, &time_ms) in row.iter().zip(coord) {
                if *before < threshold && *value >= threshold {
                    found.push((time_ms, name(field, dim, at)));
                }
                *before = *value;
            }
        }
        found
    }

    /// Forgets the past of all traces, as after a reset.
    pub(super) fn forget(&mut self) {
        self.last.clear();
    }
}

/// What a series is called: its label where the field has one other dim of labels.
fn name(field: &Field, dim: &str, at: usize) -> String {
    let mut others = field.coords().filter(|(name, _)| *name != dim);
    match (others.next(), others.next()) {
        (Some((_, Coord::Labels(labels))), None) => {
            labels.names().get(at).map_or_else(String::new, |name| name.to_string())
        }
        _ => field.id().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_is_where_a_trace_rises_over_its_threshold() {
        let dims = [("segment", Coord::labels(["soma", "dend"])), ("time", Coord::from(vec![0.0]))];
        let field = Field::new("v", ArrayD::zeros(vec![2, 1]), dims).unwrap().with_unit("mV");
        let mut spikes = Spikes::new(Some(0.0));
        let batch = |values: [f32; 4]| ArrayD::from_shape_vec(vec![2, 2], values.to_vec()).unwrap();
        assert_eq!(spikes.find(&field, "time", &batch([-60.0, 10.0, 20.0, 30.0]), &[1.0, 2.0]), [(2.0, "soma".into())]);
        assert_eq!(spikes.find(&field, "time", &batch([20.0, -5.0, -1.0, 0.0]), &[3.0, 4.0]), [(4.0, "dend".into())]);
        spikes.forget();
        assert!(spikes.find(&field, "time", &batch([5.0, f32::NAN, 5.0, 5.0]), &[5.0, 6.0]).is_empty());
        assert!(Spikes::new(None).find(&field, "time", &batch([-1.0, 1.0, -1.0, 1.0]), &[1.0, 2.0]).is_empty());
    }
}
