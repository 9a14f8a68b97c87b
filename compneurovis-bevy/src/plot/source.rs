//! Which curves of a field a line plot shows.

use std::borrow::Cow;

use compneurovis_core::{
    BindingError, Coord, DataSource, Field, FieldError, LinePlotView, Scene, Selector, scene::SELECTED_ENTITY,
};

/// A curve: what it is called, and where it is on all dims but that of x.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Curve {
    pub(super) label: String,
    pub(super) place: Vec<usize>,
}

/// More curves than this are no picture.
const MAX_CURVES: usize = 1000;

/// What is drawn: a field, or what an operator makes of one.
pub(super) fn source<'a>(source: &DataSource, scene: &'a Scene) -> Result<Cow<'a, Field>, String> {
    match source {
        DataSource::Field(id) => {
            scene.fields.get(id).map(Cow::Borrowed).ok_or_else(|| format!("There is no field `{id}` yet."))
        }
        DataSource::Operator(id) => {
            let operator = scene.operators.get(id).ok_or_else(|| format!("There is no operator `{id}` yet."))?;
            operator.evaluate(scene).map(Cow::Owned).map_err(|error| error.to_string())
        }
    }
}

/// The curves of a view, or why there are none.
pub(super) fn curves(view: &LinePlotView, field: &Field, scene: &Scene) -> Result<Vec<Curve>, String> {
    let x_dim = x_dim(view, field)?;
    let x = field.coord(x_dim).map_err(|error| error.to_string())?;
    x.numbers().ok_or_else(|| format!("The dim `{x_dim}` has no numbers to plot over."))?;
    // The places on all other dims, in their order, and what to call them.
    let mut places: Vec<(Vec<usize>, String)> = vec![(Vec::new(), String::new())];
    for (dim, coord) in field.coords().filter(|(dim, _)| *dim != x_dim) {
        let positions = positions(view, field, scene, dim)?;
        if places.len() * positions.len() > MAX_CURVES {
            return Err(format!("These are more than {MAX_CURVES} curves; a selector for `{dim}` would choose some."));
        }
        let further = |(place, label): &(Vec<usize>, String), at: usize| {
            let place = place.iter().copied().chain([at]).collect();
            let separator = if label.is_empty() { "" } else { ", " };
            (place, format!("{label}{separator}{}", label_at(coord, at)))
        };
        places = places.iter().flat_map(|place| positions.iter().map(move |&at| further(place, at))).collect();
    }
    Ok(places.into_iter().map(|(place, label)| Curve { label, place }).collect())
}

/// The dim on the x axis: the view's, or the last one that nothing is selected of.
pub(super) fn x_dim<'a>(view: &'a LinePlotView, field: &'a Field) -> Result<&'a str, String> {
    let is_series = |dim: &str| view.series_dim.as_deref() == Some(dim);
    let free = field.dims().filter(|dim| !view.selectors.contains_key(*dim) && !is_series(dim));
    view.x_dim.as_deref().or_else(|| free.last()).ok_or_else(|| format!("`{}` has no dim to plot over.", field.id()))
}

/// The positions of a dim that give curves: those selected, or all.
fn positions(view: &LinePlotView, field: &Field, scene: &Scene, dim: &str) -> Result<Vec<usize>, String> {
    let Some(binding) = view.selectors.get(dim) else {
        let axis = field.axis(dim).map_err(|error| error.to_string())?;
        return Ok((0..field.shape()[axis]).collect());
    };
    let mut selector = binding.resolve(&scene.state).map_err(|error| match error {
        BindingError::UnknownKey { key, .. } if key == SELECTED_ENTITY => {
            "Nothing is selected; click a compartment.".to_owned()
        }
        error => error.to_string(),
    })?;
    // Of several, those that are not there yet are left out.
    if let (Selector::Labels(labels), Ok(Coord::Labels(known))) = (&mut selector, field.coord(dim)) {
        labels.retain(|label| known.position(label).is_some());
    }
    field.resolve_selector(dim, &selector).map_err(|error| match error {
        FieldError::UnknownLabel { label, .. } => format!("`{label}` is not traced yet."),
        error => error.to_string(),
    })
}

pub(super) fn label_at(coord: &Coord, at: usize) -> String {
    match coord {
        Coord::Labels(labels) => labels.names().get(at).map_or_else(String::new, |name| name.to_string()),
        Coord::Numbers(numbers) => numbers.get(at).map_or_else(String::new, f64::to_string),
        _ => at.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Binding, GridSlice, OperatorId};

    use super::*;

    /// The curves of a view: their labels and values, or why there are none.
    fn shown(view: &LinePlotView, scene: &Scene) -> Result<Vec<(String, Vec<f32>)>, String> {
        let field = source(&view.source, scene)?;
        let (curves, dim) = (curves(view, &field, scene)?, x_dim(view, &field)?);
        let series = |curve: Curve| (curve.label, field.series_at(dim, &curve.place).unwrap_or_default().to_vec());
        Ok(curves.into_iter().map(series).collect())
    }

    fn traces() -> Scene {
        let values = ndarray::array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]].into_dyn();
        let dims = [("segment", Coord::labels(["a", "b", "c"])), ("time", Coord::from(vec![0.0, 0.1]))];
        Scene::new().with_field(Field::new("v", values, dims).unwrap())
    }

    #[test]
    fn nothing_to_draw_says_why() {
        let scene = traces();
        let view = LinePlotView::new("trace", "v", "time").selecting("segment", Binding::state(SELECTED_ENTITY));
        assert!(shown(&view, &scene).unwrap_err().contains("Nothing is selected"));
        let scene = scene.with_state(SELECTED_ENTITY, "d");
        assert!(shown(&view, &scene).unwrap_err().contains("not traced"));
        let scene = scene.with_state(SELECTED_ENTITY, "b");
        assert_eq!(shown(&view, &scene), Ok(vec![("b".to_owned(), vec![3.0, 4.0])]));
        let other = LinePlotView::new("trace", "w", "time");
        assert!(shown(&other, &scene).unwrap_err().contains("no field `w`"));
    }

    #[test]
    fn several_are_drawn_in_the_order_asked_and_those_that_are_missing_are_left_out() {
        let labels = vec!["c".to_owned(), "x".to_owned(), "a".to_owned()];
        let view = LinePlotView::new("trace", "v", "time").selecting("segment", Binding::state("traced"));
        let scene = traces().with_state("traced", labels);
        let expected = vec![("c".to_owned(), vec![5.0, 6.0]), ("a".to_owned(), vec![1.0, 2.0])];
        assert_eq!(shown(&view, &scene), Ok(expected));
        let all = LinePlotView::new("trace", "v", "time");
        assert_eq!(shown(&all, &scene).unwrap().len(), 3);
    }

    #[test]
    fn the_output_of_an_operator_is_drawn_too() {
        let slice = GridSlice::new("cut", "v", "segment".to_owned(), 0.5);
        let mut view = LinePlotView::new("profile", OperatorId::from("cut"), "time");
        let values = ndarray::array![[1.0, 2.0], [3.0, 4.0]].into_dyn();
        let dims = [("segment", Coord::from(vec![0.0, 1.0])), ("time", Coord::from(vec![0.0, 0.1]))];
        let scene = Scene::new().with_field(Field::new("v", values, dims).unwrap()).with_operator(slice);
        assert_eq!(shown(&view, &scene), Ok(vec![(String::new(), vec![3.0, 4.0])]));
        view.x_dim = None;
        assert_eq!(shown(&view, &scene).unwrap().len(), 1, "the dim that is left");
    }
}
