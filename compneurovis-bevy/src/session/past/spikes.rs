//! Spikes in what a session appends, to mark them along the time.

use std::collections::HashMap;

use compneurovis_core::{Coord, Field, FieldId, RasterView, Scene, SessionUpdate};

/// More spikes of one picture are not told apart by anyone.
const MOST: usize = 32;

/// Finds where appended potentials rise through the threshold of a spike.
#[derive(Debug, Default)]
pub(super) struct Spikes {
    /// The last value of each series.
    last: HashMap<FieldId, Vec<f32>>,
    found: Vec<String>,
}

impl Spikes {
    /// Looks at an update before it is applied to `scene`.
    pub(super) fn look_at(&mut self, update: &SessionUpdate, scene: &Scene) {
        match update {
            SessionUpdate::FieldAppend { field: id, values, .. } => {
                let Some(field) = scene.fields.get(id).filter(|field| field.unit() == "mV") else { return };
                let count = values.shape().last().copied().unwrap_or(0);
                if count == 0 {
                    return;
                }
                let last = self.last.entry(id.clone()).or_default();
                last.resize(values.len() / count, f32::NAN);
                for (at, (samples, last)) in values.rows().into_iter().zip(last).enumerate() {
                    let rises = rises(*last, samples.iter().copied());
                    *last = samples[count - 1];
                    if rises && self.found.len() < MOST {
                        self.found.push(name(field, at));
                    }
                }
            }
            // Another life or other series: nothing is known of what was before.
            SessionUpdate::FieldReplace { field, .. } => {
                self.last.remove(field);
            }
            SessionUpdate::SceneReady(_) | SessionUpdate::ScenePatch(_) => self.last.clear(),
            _ => {}
        }
    }

    /// What spiked since it was asked last.
    pub(super) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }
}

fn rises(last: f32, samples: impl Iterator<Item = f32> + Clone) -> bool {
    let threshold = RasterView::THRESHOLD_MV as f32;
    let mut pairs = std::iter::once(last).chain(samples.clone()).zip(samples);
    pairs.any(|(before, now)| before < threshold && now >= threshold)
}

/// What a series of a field is called.
fn name(field: &Field, series: usize) -> String {
    let labels = field.coords().find_map(|(_, coord)| match coord {
        Coord::Labels(labels) => labels.names().get(series).map(ToString::to_string),
        _ => None,
    });
    labels.unwrap_or_else(|| field.id().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn append(values: &[f32]) -> SessionUpdate {
        let coord = (0..values.len()).map(|at| at as f64).collect();
        let values = ndarray::Array1::from(values.to_vec()).into_dyn();
        SessionUpdate::FieldAppend { field: "v".into(), dim: "time".into(), values, coord, max_length: None }
    }

    #[test]
    fn a_spike_is_a_rise_through_the_threshold_within_a_batch_or_between_two() {
        let field = Field::series("v", "time", vec![0.0], vec![-65.0]).expect("fits").with_unit("mV");
        let (scene, mut spikes) = (Scene::new().with_field(field), Spikes::default());
        let found = |spikes: &mut Spikes, values: &[f32]| {
            spikes.look_at(&append(values), &scene);
            spikes.take().len()
        };
        let batches: [(&[f32], usize); 5] =
            [(&[-60.0, -10.0], 0), (&[5.0, 10.0], 1), (&[12.0, -5.0], 0), (&[-70.0, 1.0, -70.0, 1.0], 1), (&[2.0], 0)];
        for (values, expected) in batches {
            assert_eq!(found(&mut spikes, values), expected, "{values:?}");
        }
    }
}
