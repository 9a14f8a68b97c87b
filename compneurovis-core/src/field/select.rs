//! Selection: which positions along a dim are meant.

use ndarray::{ArrayD, Axis};
use serde::{Deserialize, Serialize};

use super::{Coord, Field};
use crate::FieldError;

/// Names positions along one dim. Those that name one position take the dim away; the others keep
/// it, in the order in which they name its positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Selector {
    /// A position; negative ones count from the end, so that -1 is the last.
    Index(i64),
    /// The position whose coordinate is nearest to a number; of two as near, the earlier one.
    Nearest(#[serde(with = "crate::wire::number")] f64),
    /// The position of a label.
    Label(String),
    /// Positions from `start` up to and without `end`, cut to those that exist; negative ones
    /// count from the end.
    Range {
        /// The first; the very first if `None`.
        start: Option<i64>,
        /// The first no more; up to the end if `None`.
        end: Option<i64>,
    },
    /// Positions, in this order; negative ones count from the end.
    Indices(Vec<i64>),
    /// For each number the position with the nearest coordinate.
    NearestEach(#[serde(with = "crate::wire::numbers")] Vec<f64>),
    /// For each label its position.
    Labels(Vec<String>),
}

impl From<&str> for Selector {
    fn from(label: &str) -> Self {
        Self::Label(label.to_owned())
    }
}

/// What a selector comes to.
enum Positions {
    One(usize),
    Many(Vec<usize>),
}

impl Field {
    /// The part of the field that the selectors name: one for each dim, dims without one staying
    /// as they are. Id, unit and attributes stay.
    ///
    /// A dim over compartments of which some are chosen has their indices for its coordinate.
    ///
    /// ```
    /// use compneurovis_core::{Coord, Field, Selector};
    /// let field = Field::new(
    ///     "v",
    ///     ndarray::array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].into_dyn(),
    ///     [("segment", Coord::labels(["soma", "dend"])), ("time", Coord::from(vec![0.0, 0.1, 0.2]))],
    /// )?;
    /// let last = field.select([("time", Selector::Index(-1))])?;
    /// assert_eq!(last.as_slice(), Some(&[3.0, 6.0][..]));
    /// let soma = field.select([("segment", Selector::Label("soma".into()))])?;
    /// assert_eq!(soma.as_slice(), Some(&[1.0, 2.0, 3.0][..]));
    /// # Ok::<(), compneurovis_core::FieldError>(())
    /// ```
    ///
    /// # Errors
    /// A dim that does not exist or is named twice, an index beyond the end, a label that does not
    /// exist, or a selector that does not suit the coordinate.
    pub fn select<D: AsRef<str>>(
        &self,
        selectors: impl IntoIterator<Item = (D, Selector)>,
    ) -> Result<Self, FieldError> {
        let mut chosen: Vec<Option<Positions>> = self.dims().map(|_| None).collect();
        for (dim, selector) in selectors {
            let (dim, axis) = (dim.as_ref(), self.axis(dim.as_ref())?);
            if chosen[axis].replace(self.positions(dim, axis, &selector)?).is_some() {
                return Err(FieldError::DuplicateDim { field: self.id().clone(), dim: dim.to_owned() });
            }
        }
        let mut coords = Vec::new();
        for ((dim, coord), positions) in self.coords().zip(&chosen) {
            match positions {
                None => coords.push((dim.to_owned(), coord.clone())),
                Some(Positions::One(_)) => {}
                Some(Positions::Many(at)) => coords.push((dim.to_owned(), coord.pick(at))),
            }
        }
        self.derived(self.pick(&chosen), coords)
    }

    /// The values at the chosen positions. Copies those alone, whatever the size of the field.
    fn pick(&self, chosen: &[Option<Positions>]) -> ArrayD<f32> {
        let mut view = self.values();
        // From the last axis on, so that removing one does not move those still to come.
        for (axis, positions) in chosen.iter().enumerate().rev() {
            if let Some(Positions::One(at)) = positions {
                view = view.index_axis_move(Axis(axis), *at);
            }
        }
        let left = chosen.iter().filter(|positions| !matches!(positions, Some(Positions::One(_))));
        let many = left.enumerate().filter_map(|(axis, positions)| match positions {
            Some(Positions::Many(at)) => Some((Axis(axis), at)),
            _ => None,
        });
        let picked = many.fold(None, |picked: Option<ArrayD<f32>>, (axis, at)| match picked {
            None => Some(view.select(axis, at)),
            Some(picked) => Some(picked.select(axis, at)),
        });
        picked.unwrap_or_else(|| view.to_owned())
    }

    /// The positions along a dim that a selector names, in its order: one, or as many as it lists.
    ///
    /// # Errors
    /// As [`select`](Self::select).
    pub fn resolve_selector(&self, dim: &str, selector: &Selector) -> Result<Vec<usize>, FieldError> {
        Ok(match self.positions(dim, self.axis(dim)?, selector)? {
            Positions::One(at) => vec![at],
            Positions::Many(at) => at,
        })
    }

    fn derived(&self, values: ArrayD<f32>, coords: Vec<(String, Coord)>) -> Result<Self, FieldError> {
        let mut derived = Self::new(self.id(), values, coords)?.with_unit(self.unit());
        for (key, text) in self.attrs() {
            derived = derived.with_attr(key, text);
        }
        Ok(derived)
    }

    fn positions(&self, dim: &str, axis: usize, selector: &Selector) -> Result<Positions, FieldError> {
        let coord = self.coord(dim)?;
        let one = |at: Result<usize, FieldError>| at.map(Positions::One);
        let many = |at: Result<Vec<usize>, FieldError>| at.map(Positions::Many);
        match selector {
            Selector::Index(index) => one(self.index(dim, axis, *index)),
            Selector::Nearest(number) => one(self.nearest(dim, coord, *number)),
            Selector::Label(label) => one(self.labelled(dim, coord, label)),
            Selector::Range { start, end } => Ok(Positions::Many(range(*start, *end, self.shape()[axis]).collect())),
            Selector::Indices(indices) => many(indices.iter().map(|index| self.index(dim, axis, *index)).collect()),
            Selector::NearestEach(numbers) => {
                many(numbers.iter().map(|number| self.nearest(dim, coord, *number)).collect())
            }
            Selector::Labels(labels) => many(labels.iter().map(|label| self.labelled(dim, coord, label)).collect()),
        }
    }

    fn index(&self, dim: &str, axis: usize, index: i64) -> Result<usize, FieldError> {
        let length = self.shape()[axis];
        let from_end = |back: i64| length.checked_sub(usize::try_from(back.unsigned_abs()).ok()?);
        let at = if index < 0 { from_end(index) } else { usize::try_from(index).ok() };
        at.filter(|&at| at < length).ok_or_else(|| FieldError::IndexOutOfRange {
            field: self.id().clone(),
            dim: dim.to_owned(),
            index,
            length,
        })
    }

    fn nearest(&self, dim: &str, coord: &Coord, number: f64) -> Result<usize, FieldError> {
        let numbers = coord.numbers().ok_or_else(|| self.unsuited(dim, coord, "numbers"))?;
        let distances = numbers.iter().map(|at| (at - number).abs()).enumerate();
        let finite = distances.filter(|(_, distance)| !distance.is_nan());
        let nearest = finite.min_by(|(_, a), (_, b)| a.total_cmp(b));
        nearest.map(|(at, _)| at).ok_or_else(|| FieldError::NothingNear {
            field: self.id().clone(),
            dim: dim.to_owned(),
            number: number.to_string(),
        })
    }

    fn labelled(&self, dim: &str, coord: &Coord, label: &str) -> Result<usize, FieldError> {
        let Coord::Labels(labels) = coord else { return Err(self.unsuited(dim, coord, "labels")) };
        labels.position(label).ok_or_else(|| FieldError::UnknownLabel {
            field: self.id().clone(),
            dim: dim.to_owned(),
            label: label.to_owned(),
        })
    }

    fn unsuited(&self, dim: &str, coord: &Coord, wanted: &'static str) -> FieldError {
        FieldError::UnsuitedSelector { field: self.id().clone(), dim: dim.to_owned(), wanted, found: coord.kind() }
    }
}

/// The positions of a range, as Python's slices count.
fn range(start: Option<i64>, end: Option<i64>, length: usize) -> std::ops::Range<usize> {
    let cut = |at: i64| {
        let magnitude = usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX);
        if at < 0 { length.saturating_sub(magnitude) } else { magnitude.min(length) }
    };
    let (start, end) = (start.map_or(0, cut), end.map_or(length, cut));
    start..end.max(start)
}

impl Coord {
    /// The coordinate of some positions.
    fn pick(&self, positions: &[usize]) -> Self {
        match self {
            Self::Numbers(numbers) => Self::from(positions.iter().map(|&at| numbers[at]).collect::<Vec<_>>()),
            Self::Labels(labels) => Self::labels(positions.iter().map(|&at| &labels.names()[at])),
            Self::Compartments(_) => Self::from(positions.iter().map(|&at| at as f64).collect::<Vec<_>>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array3;
    use proptest::prelude::*;

    use super::*;

    fn cube() -> Field {
        let values = Array3::from_shape_fn((4, 3, 5), |(a, b, c)| (100 * a + 10 * b + c) as f32);
        let dims = [
            ("number", Coord::from(vec![0.0, 1.5, 2.5, 10.0])),
            ("label", Coord::labels(["a", "b", "c"])),
            ("compartment", Coord::Compartments("cell".into())),
        ];
        Field::new("f", values.into_dyn(), dims).unwrap().with_unit("mV").with_attr("source", "test")
    }

    fn scalar(selectors: [(&str, Selector); 3]) -> Result<f32, FieldError> {
        cube().select(selectors).map(|field| field.values().iter().copied().next().unwrap())
    }

    #[test]
    fn one_position_takes_its_dim_away() {
        let selectors = [
            ("compartment", Selector::Index(-1)),
            ("number", Selector::Nearest(2.0)),
            ("label", Selector::Label("c".into())),
        ];
        // 2.0 is as near to 1.5 as to 2.5: the earlier one.
        assert_eq!(scalar(selectors), Ok(124.0));
        let row = cube().select([("number", Selector::Index(3)), ("compartment", Selector::Index(0))]).unwrap();
        assert_eq!(row.dims().collect::<Vec<_>>(), ["label"]);
        assert_eq!((row.unit(), row.attrs()["source"].as_str()), ("mV", "test"));
        assert_eq!(row.as_slice(), Some(&[300.0, 310.0, 320.0][..]));
    }

    #[test]
    fn lists_and_ranges_keep_it_in_their_order() {
        let picked = cube()
            .select([
                ("number", Selector::NearestEach(vec![9.0, 0.1])),
                ("label", Selector::Labels(vec!["c".into(), "a".into()])),
                ("compartment", Selector::Range { start: Some(-2), end: None }),
            ])
            .unwrap();
        assert_eq!(picked.shape(), [2, 2, 2]);
        assert_eq!(picked.coord("number").unwrap().numbers(), Some(&[10.0, 0.0][..]));
        assert_eq!(picked.coord("compartment").unwrap().numbers(), Some(&[3.0, 4.0][..]));
        assert_eq!(picked.values()[[0, 0, 0]], 323.0);
        assert_eq!(picked.values()[[1, 1, 1]], 4.0);
        let nothing = cube().select([("label", Selector::Indices(Vec::new()))]).unwrap();
        assert_eq!(nothing.shape(), [4, 0, 5]);
    }

    #[test]
    fn what_does_not_suit_is_an_error_that_names_it() {
        let select = |dim: &str, selector: Selector| cube().select([(dim, selector)]).unwrap_err();
        assert!(matches!(select("time", Selector::Index(0)), FieldError::UnknownDim { .. }));
        for index in [4, -5, i64::MAX, i64::MIN] {
            assert!(matches!(select("number", Selector::Index(index)), FieldError::IndexOutOfRange { .. }), "{index}");
        }
        assert!(matches!(select("label", Selector::Label("d".into())), FieldError::UnknownLabel { .. }));
        assert!(matches!(select("label", Selector::Nearest(0.0)), FieldError::UnsuitedSelector { .. }));
        assert!(matches!(select("number", Selector::Label("a".into())), FieldError::UnsuitedSelector { .. }));
        assert!(matches!(select("number", Selector::Nearest(f64::NAN)), FieldError::NothingNear { .. }));
        // A label twice would name two things.
        assert!(matches!(select("label", Selector::Indices(vec![0, 0])), FieldError::DuplicateLabel { .. }));
        let twice = [("label", Selector::Index(0)), ("label", Selector::Index(1))];
        assert!(matches!(cube().select(twice), Err(FieldError::DuplicateDim { .. })));
    }

    /// A selector for a dim of this many positions, of which `sN` is the label and `N` the coordinate.
    fn any_selector(length: usize) -> impl Strategy<Value = Option<Selector>> {
        let last = length as i64 - 1;
        let index = -(length as i64)..=last;
        let label = (0..length).prop_map(|at| format!("s{at}"));
        let distinct = prop::sample::subsequence((0..length as i64).collect::<Vec<_>>(), 0..=length).prop_shuffle();
        prop_oneof![
            Just(None),
            index.prop_map(|at| Some(Selector::Index(at))),
            distinct.prop_map(|at| Some(Selector::Indices(at))),
            label.prop_map(|label| Some(Selector::Label(label))),
            (0..length).prop_map(|at| Some(Selector::Labels(vec![format!("s{at}")]))),
            (prop::option::of(-9i64..9), prop::option::of(-9i64..9))
                .prop_map(|(start, end)| Some(Selector::Range { start, end })),
        ]
    }

    /// What a selector means, by the definition.
    fn meant(selector: Option<&Selector>, length: usize) -> Vec<usize> {
        let number = |label: &String| label[1..].parse::<usize>().unwrap();
        let bound = |at: i64| if at < 0 { at + length as i64 } else { at };
        match selector {
            None => (0..length).collect(),
            Some(Selector::Index(at)) => vec![bound(*at) as usize],
            Some(Selector::Indices(at)) => at.iter().map(|at| bound(*at) as usize).collect(),
            Some(Selector::Label(label)) => vec![number(label)],
            Some(Selector::Labels(labels)) => labels.iter().map(number).collect(),
            Some(Selector::Range { start, end }) => {
                let within =
                    |at: i64| start.is_none_or(|start| at >= bound(start)) && end.is_none_or(|end| at < bound(end));
                (0..length).filter(|at| within(*at as i64)).collect()
            }
            Some(_) => unreachable!("not drawn"),
        }
    }

    proptest! {
        #[test]
        fn selecting_is_picking_one_by_one(
            (a, b, c) in (any_selector(4), any_selector(3), any_selector(5)),
        ) {
            let values = Array3::from_shape_fn((4, 3, 5), |(a, b, c)| (100 * a + 10 * b + c) as f32).into_dyn();
            let names = |length: usize| Coord::labels((0..length).map(|at| format!("s{at}")));
            let dims = [("a", names(4)), ("b", names(3)), ("c", names(5))];
            let field = Field::new("f", values.clone(), dims).unwrap();
            let chosen = [("a", &a, 4), ("b", &b, 3), ("c", &c, 5)];
            let selectors = chosen.iter().filter_map(|(dim, selector, _)| Some((*dim, (*selector).clone()?)));
            let picked = field.select(selectors).unwrap();
            let [places_a, places_b, places_c] = chosen.map(|(_, selector, length)| meant(selector.as_ref(), length));
            let mut expected = Vec::new();
            for &at_a in &places_a {
                for &at_b in &places_b {
                    expected.extend(places_c.iter().map(|&at_c| values[[at_a, at_b, at_c]]));
                }
            }
            let found: Vec<f32> = picked.values().iter().copied().collect();
            prop_assert_eq!(found, expected);
            let scalar = |selector: &Option<Selector>| matches!(selector, Some(Selector::Index(_) | Selector::Label(_)));
            let kept: Vec<&str> = chosen.iter().filter(|(_, selector, _)| !scalar(selector)).map(|(dim, ..)| *dim).collect();
            prop_assert_eq!(picked.dims().collect::<Vec<_>>(), kept);
        }

        #[test]
        fn ranges_are_those_of_python(start in prop::option::of(-9i64..9), end in prop::option::of(-9i64..9)) {
            let field = Field::series("f", "x", vec![0.0; 5], vec![0.0, 1.0, 2.0, 3.0, 4.0]).unwrap();
            // By the definition: negative bounds have the length added, and a position is in if it
            // is not before the start and before the end.
            let bound = |at: i64| if at < 0 { at + 5 } else { at };
            let within = |at: &i64| start.is_none_or(|start| *at >= bound(start)) && end.is_none_or(|end| *at < bound(end));
            let expected: Vec<f32> = (0..5i64).filter(within).map(|at| at as f32).collect();
            let picked = field.select([("x", Selector::Range { start, end })]).unwrap();
            prop_assert_eq!(picked.as_slice(), Some(&expected[..]));
        }

        #[test]
        fn selecting_after_appending_sees_what_was_appended(count in 1usize..40, max in 1usize..20, at in -25i64..25) {
            let mut field = Field::series("f", "x", vec![], vec![]).unwrap();
            for step in 0..count {
                let value = ndarray::array![step as f32].into_dyn();
                field.append("x", &value.view(), &[step as f64], Some(max)).unwrap();
            }
            let kept: Vec<f32> = (count.saturating_sub(max)..count).map(|step| step as f32).collect();
            let index = if at < 0 { at + kept.len() as i64 } else { at };
            let expected = usize::try_from(index).ok().and_then(|index| kept.get(index)).copied();
            let found = field.select([("x", Selector::Index(at))]).ok();
            prop_assert_eq!(found.map(|field| field.values().iter().copied().next().unwrap()), expected);
        }
    }
}
