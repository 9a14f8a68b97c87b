//! Spikes in the traces that pass by.

use std::collections::HashMap;

use ndarray::ArrayD;

use crate::{Coord, Field, FieldId, Scene, SceneChange, SessionUpdate};

/// Traces beyond these are not looked at: marks of a thousand would hide each other.
const MAX_SERIES: usize = 1000;

/// A spike of a trace.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Spike {
    /// The coordinate of the first sample that is not below the threshold: simulated time, in ms.
    pub simulated_ms: f64,
    /// What the trace is called: its label, or the id of its field.
    pub label: String,
}

/// Finds where the appended traces of a session rise over a threshold: those of fields in mV, as long as a field
/// has no more than 1,000 of them.
///
/// Recordings mark spikes by it, and so does a window along the latest past of a live run.
///
/// ```
/// use compneurovis_core::{Field, Scene, SessionUpdate, SpikeFinder};
/// let scene = Scene::new().with_field(Field::series("soma", "time", vec![0.0], vec![-65.0])?.with_unit("mV"));
/// let append = SessionUpdate::FieldAppend {
///     field: "soma".into(),
///     dim: "time".into(),
///     values: ndarray::array![-50.0, 20.0, 30.0].into_dyn(),
///     coord: vec![1.0, 2.0, 3.0],
///     max_length: None,
/// };
/// let spikes = SpikeFinder::new(0.0).look_at(&append, &scene);
/// assert_eq!((spikes.len(), spikes[0].simulated_ms, &*spikes[0].label), (1, 2.0, "soma"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SpikeFinder {
    threshold_mv: f32,
    /// The last value of each series of each field.
    last: HashMap<FieldId, Vec<f32>>,
}

impl SpikeFinder {
    /// A finder that knows no trace yet: the first sample of each is no spike.
    pub fn new(threshold_mv: f32) -> Self {
        Self { threshold_mv, last: HashMap::new() }
    }

    /// The spikes that an update brings, seen before it is applied to `scene`: trace by trace, each by time.
    pub fn look_at(&mut self, update: &SessionUpdate, scene: &Scene) -> Vec<Spike> {
        match update {
            SessionUpdate::FieldAppend { field, dim, values, coord, .. } => {
                return scene.fields.get(field).map_or_else(Vec::new, |field| self.find(field, dim, values, coord));
            }
            // What comes next does not go on from what was.
            SessionUpdate::FieldReplace { field, .. } => drop(self.last.remove(field)),
            SessionUpdate::ScenePatch(changes) => {
                for change in changes {
                    match change {
                        SceneChange::SetField(field) => drop(self.last.remove(field.id())),
                        SceneChange::RemoveField(field) => drop(self.last.remove(field)),
                        _ => {}
                    }
                }
            }
            SessionUpdate::SceneReady(_) => self.forget(),
            _ => {}
        }
        Vec::new()
    }

    /// Forgets the past of all traces, as after a reset.
    pub fn forget(&mut self) {
        self.last.clear();
    }

    fn find(&mut self, field: &Field, dim: &str, values: &ArrayD<f32>, coord: &[f64]) -> Vec<Spike> {
        let mut found = Vec::new();
        let series = values.len().checked_div(coord.len()).unwrap_or(0);
        if field.unit() != "mV" || series == 0 || series > MAX_SERIES {
            return found;
        }
        let last = self.last.entry(field.id().clone()).or_default();
        if last.len() != series {
            // A trace that is new has no past to rise from.
            *last = vec![f32::INFINITY; series];
        }
        for ((at, row), before) in values.rows().into_iter().enumerate().zip(last) {
            for (value, &simulated_ms) in row.iter().zip(coord) {
                if *before < self.threshold_mv && *value >= self.threshold_mv {
                    found.push(Spike { simulated_ms, label: name(field, dim, at) });
                }
                *before = *value;
            }
        }
        found
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

    fn scene() -> Scene {
        let dims = [("segment", Coord::labels(["soma", "dend"])), ("time", Coord::from(vec![0.0]))];
        Scene::new().with_field(Field::new("v", ArrayD::zeros(vec![2, 1]), dims).unwrap().with_unit("mV"))
    }

    fn batch(values: [f32; 4], coord: [f64; 2]) -> SessionUpdate {
        let values = ArrayD::from_shape_vec(vec![2, 2], values.to_vec()).unwrap();
        SessionUpdate::FieldAppend {
            field: "v".into(),
            dim: "time".into(),
            values,
            coord: coord.to_vec(),
            max_length: None,
        }
    }

    fn spikes(finder: &mut SpikeFinder, values: [f32; 4], coord: [f64; 2]) -> Vec<(f64, String)> {
        let found = finder.look_at(&batch(values, coord), &scene());
        found.into_iter().map(|spike| (spike.simulated_ms, spike.label)).collect()
    }

    #[test]
    fn a_spike_is_where_a_trace_rises_over_its_threshold() {
        let mut finder = SpikeFinder::new(0.0);
        assert_eq!(spikes(&mut finder, [-60.0, 10.0, 20.0, 30.0], [1.0, 2.0]), [(2.0, "soma".into())]);
        assert_eq!(spikes(&mut finder, [20.0, -5.0, -1.0, 0.0], [3.0, 4.0]), [(4.0, "dend".into())]);
        finder.forget();
        assert!(spikes(&mut finder, [5.0, f32::NAN, 5.0, 5.0], [5.0, 6.0]).is_empty());
    }

    #[test]
    fn what_begins_anew_has_no_past_to_rise_from() {
        let replaced =
            SessionUpdate::FieldReplace { field: "v".into(), values: ArrayD::zeros(vec![2, 1]), coords: vec![] };
        let Some((_, field)) = scene().fields.swap_remove_index(0) else { panic!("a field") };
        let patch = |change| SessionUpdate::ScenePatch(vec![change]);
        let others = patch(SceneChange::RemoveField("w".into()));
        let forgets = [
            (replaced, 0),
            (patch(SceneChange::SetField(field)), 0),
            (SessionUpdate::SceneReady(Box::new(scene())), 0),
            (others, 2),
        ];
        for (update, expected) in forgets {
            let mut finder = SpikeFinder::new(0.0);
            assert!(spikes(&mut finder, [-60.0, -60.0, -60.0, -60.0], [1.0, 2.0]).is_empty());
            assert!(finder.look_at(&update, &scene()).is_empty());
            assert_eq!(spikes(&mut finder, [10.0, 10.0, 10.0, 10.0], [3.0, 4.0]).len(), expected, "{update:?}");
        }
    }
}
