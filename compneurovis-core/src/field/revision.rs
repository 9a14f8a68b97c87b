//! How whoever keeps something beside a field learns what has happened to the field.

use std::sync::atomic::{AtomicU64, Ordering};

/// A state of a field's values: equal revisions are equal values.
///
/// Two revisions also tell whether there were only appends from one to the other. A new field, a
/// clone and replaced values have nothing in common with others. It is no part of what a field is:
/// it is neither compared nor serialised with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Unique in the process for a run of appends along one axis.
    generation: u64,
    axis: Option<usize>,
    /// Positions that were appended in this run.
    appended: u64,
    /// Appends in this run; one can be without positions and yet cut off old ones.
    changes: u64,
}

impl Revision {
    /// A state of which nothing is known.
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Unique is all that it must be: nothing else is published by it.
        Self { generation: NEXT.fetch_add(1, Ordering::Relaxed), axis: None, appended: 0, changes: 0 }
    }

    pub(super) fn append(&mut self, axis: usize, count: usize) {
        if self.axis.is_some_and(|before| before != axis) {
            *self = Self::new();
        }
        self.axis = Some(axis);
        self.appended += count as u64;
        self.changes += 1;
    }

    /// How many positions were appended along `axis` since `earlier`; `None` if something else
    /// happened, or could have.
    pub(crate) fn appended_since(self, earlier: Self, axis: usize) -> Option<u64> {
        if self == earlier {
            return Some(0);
        }
        let only_appends = self.generation == earlier.generation && self.axis == Some(axis);
        only_appends.then(|| self.appended.checked_sub(earlier.appended))?
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{ArrayD, IxDyn};

    use crate::{Coord, Field};

    fn field() -> Field {
        let numbers = |count: usize| Coord::from((0..count).map(|at| at as f64).collect::<Vec<_>>());
        Field::new("f", ArrayD::zeros(IxDyn(&[2, 3])), [("y", numbers(2)), ("x", numbers(3))]).unwrap()
    }

    /// Appends `count` positions along one of the dims.
    fn append(field: &mut Field, axis: usize, count: usize, max_length: Option<usize>) {
        let (dim, others) = [("y", field.shape()[1]), ("x", field.shape()[0])][axis];
        let batch = ArrayD::ones(IxDyn(&[others, count]));
        field.append(dim, &batch.view(), &vec![0.0; count], max_length).unwrap();
    }

    #[test]
    fn appends_along_one_axis_are_counted() {
        let mut field = field();
        let first = field.revision();
        assert_eq!(field.revision().appended_since(first, 0), Some(0), "nothing happened, along whichever axis");
        append(&mut field, 1, 4, None);
        append(&mut field, 1, 5, Some(6));
        assert_eq!(field.revision().appended_since(first, 1), Some(9));
        assert_eq!(field.revision().appended_since(first, 0), None, "what lies along y has changed otherwise");
        assert_eq!(first.appended_since(field.revision(), 1), None, "back in time");
        append(&mut field, 0, 1, None);
        assert_eq!(field.revision().appended_since(first, 0), None);
        assert_eq!(field.revision().appended_since(first, 1), None);
    }

    #[test]
    fn every_change_of_values_is_another_revision() {
        let mut field = field();
        let mut seen = vec![field.revision()];
        let changes: [&dyn Fn(&mut Field); 5] = [
            &|field| append(field, 1, 2, None),
            // Nothing comes, but something old goes.
            &|field| append(field, 1, 0, Some(4)),
            &|field| drop(field.replace(ArrayD::zeros(IxDyn(&[2, 4])), Vec::new())),
            &|field| *field = field.clone(),
            &|field| *field = serde_json::from_str(&serde_json::to_string(&*field).unwrap()).unwrap(),
        ];
        for change in changes {
            change(&mut field);
            assert!(!seen.contains(&field.revision()), "{:?} in {seen:?}", field.revision());
            assert_eq!(field.revision(), field.revision());
            seen.push(field.revision());
        }
        assert_eq!(field, field.clone(), "revisions are not compared");
    }
}
