//! Rows with numbers that are missing: used as far as they go.

use std::collections::HashMap;

use crate::number::{Numbers, Whole, is_blank};
use crate::rows::Columns;
use crate::{Sample, SwcWarning};

/// The columns of a row in which some lengths are no numbers, such as `NA`; `None` if id, type or
/// parent is none. Lengths that are missing are NaN.
pub(crate) fn columns(line: &[u8]) -> Option<Columns> {
    let mut words = line.split(|byte| is_blank(*byte)).filter(|word| !word.is_empty());
    let whole = |word: &[u8]| alone(word, Numbers::whole);
    let (id, kind) = (whole(words.next()?)?, whole(words.next()?)?);
    let mut length = || words.next().map(|word| alone(word, Numbers::float).unwrap_or(f32::NAN));
    let lengths = [length()?, length()?, length()?, length()?];
    let parent = whole(words.next()?)?;
    let is_integer = |number| matches!(number, Whole::Integer(_));
    [id, kind, parent].into_iter().all(is_integer).then_some(Columns { id, kind, lengths, parent })
}

/// The number that a word is, all of it.
fn alone<'a, T>(word: &'a [u8], take: impl Fn(&mut Numbers<'a>) -> Option<T>) -> Option<T> {
    let mut numbers = Numbers::new(word);
    take(&mut numbers).filter(|_| numbers.rest().is_empty())
}

/// Gives samples without a radius that of their parent, and leaves out those without a place, whose
/// children go to their parent.
pub(crate) fn fill_gaps(samples: Vec<Sample>, warnings: &mut Vec<SwcWarning>) -> Vec<Sample> {
    let mut bridges = Bridges::new(&samples);
    let mut kept = Vec::with_capacity(samples.len());
    for mut sample in samples {
        let (line, id) = (sample.line, sample.id);
        if bridges.is_placeless(id) && has_gap(&sample) {
            warnings.push(SwcWarning::SampleBridged { line, id });
            continue;
        }
        sample.parent = sample.parent.and_then(|parent| bridges.parent(parent));
        if sample.radius_um.is_nan() {
            sample.radius_um = sample.parent.and_then(|parent| bridges.radius_um(parent)).unwrap_or(UNKNOWN_RADIUS_UM);
            warnings.push(SwcWarning::RadiusFilled { line, id, radius_um: sample.radius_um });
            bridges.set_radius(id, sample.radius_um);
        }
        kept.push(sample);
    }
    kept
}

/// The radius of a sample that nothing tells: what the validator of neuromorpho.org writes.
pub(crate) const UNKNOWN_RADIUS_UM: f32 = 0.5;

fn has_gap(sample: &Sample) -> bool {
    sample.position_um.iter().any(|coordinate| coordinate.is_nan())
}

/// The way around samples without a place.
struct Bridges {
    /// The parent of each sample without a place.
    around: HashMap<i64, Option<i64>>,
    radii_um: HashMap<i64, f32>,
}

impl Bridges {
    fn new(samples: &[Sample]) -> Self {
        let placeless = samples.iter().filter(|sample| has_gap(sample));
        let around = placeless.map(|sample| (sample.id, sample.parent)).collect();
        let radii_um = samples.iter().filter(|sample| sample.radius_um.is_finite());
        Self { around, radii_um: radii_um.map(|sample| (sample.id, sample.radius_um)).collect() }
    }

    fn is_placeless(&self, id: i64) -> bool {
        self.around.contains_key(&id)
    }

    /// The nearest ancestor with a place, from `id` on. Shortens the way for those who come later.
    fn parent(&mut self, id: i64) -> Option<i64> {
        let mut way = Vec::new();
        let mut at = Some(id);
        while let Some(next) = at.and_then(|at| self.around.get(&at).copied()) {
            way.extend(at);
            // A way longer than there are samples without a place goes in circles.
            at = next.filter(|_| way.len() <= self.around.len());
        }
        for id in way {
            self.around.insert(id, at);
        }
        at
    }

    fn radius_um(&self, id: i64) -> Option<f32> {
        self.radii_um.get(&id).copied().filter(|radius| *radius != 0.0)
    }

    fn set_radius(&mut self, id: i64, radius_um: f32) {
        self.radii_um.insert(id, radius_um);
    }
}
