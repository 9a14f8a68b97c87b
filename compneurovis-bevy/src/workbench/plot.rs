//! Line plots: curves of a field, with their names and units.

use std::{borrow::Cow, sync::Arc};

use bevy_egui::egui;
use compneurovis_core::{
    BindingError, Coord, DataSource, Field, FieldError, LinePlotView, Rgba, Scene, Selector, field::PAST_STRIDE,
    scene::SELECTED_ENTITY,
};
use egui_plot::{AxisHints, Line, Plot, PlotPoints};

/// Colours of several curves, told apart by most people whatever their colour vision
/// (Okabe and Ito 2008, without the yellow that does not show on white).
const PALETTE: [egui::Color32; 7] = [
    egui::Color32::from_rgb(0, 114, 178),
    egui::Color32::from_rgb(213, 94, 0),
    egui::Color32::from_rgb(0, 158, 115),
    egui::Color32::from_rgb(204, 121, 167),
    egui::Color32::from_rgb(86, 180, 233),
    egui::Color32::from_rgb(230, 159, 0),
    egui::Color32::from_rgb(0, 0, 0),
];

/// At how many points between two grid lines their labels fade in, and are there: in a narrow panel
/// the usual 60 to 80 leave an axis without numbers.
const X_LABEL_SPACING: std::ops::RangeInclusive<f32> = 28.0..=40.0;

/// A curve, borrowed from its field.
struct Curve<'a> {
    label: Arc<str>,
    x: &'a [f64],
    y: &'a [f32],
}

/// More curves than this are no picture.
const MAX_CURVES: usize = 1000;

/// Draws a line plot into the rest of `ui`; if there is nothing to draw, it says why.
pub fn line_plot_ui(ui: &mut egui::Ui, view: &LinePlotView, scene: &Scene) {
    let title = if view.title.is_empty() { view.id.as_str() } else { &view.title };
    let shown = source(view, scene).and_then(|field| {
        let curves = curves(view, &field, scene)?;
        let subject = match curves.as_slice() {
            [only] if !only.label.is_empty() => format!("{title}: {}", only.label),
            _ => title.to_owned(),
        };
        ui.strong(subject);
        draw(ui, view, &field, scene, &curves);
        Ok(())
    });
    if let Err(why) = shown {
        ui.strong(title);
        ui.weak(why);
    }
}

/// What is drawn: a field, or what an operator makes of one.
fn source<'a>(view: &LinePlotView, scene: &'a Scene) -> Result<Cow<'a, Field>, String> {
    match &view.source {
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
fn curves<'a>(view: &LinePlotView, field: &'a Field, scene: &Scene) -> Result<Vec<Curve<'a>>, String> {
    let x_dim = x_dim(view, field)?;
    let x = field.coord(x_dim).map_err(|error| error.to_string())?;
    let x = x.numbers().ok_or_else(|| format!("The dim `{x_dim}` has no numbers to plot over."))?;
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
    places.into_iter().map(|(place, label)| curve(field, x_dim, x, &place, label)).collect()
}

fn curve<'a>(field: &'a Field, x_dim: &str, x: &'a [f64], place: &[usize], label: String) -> Result<Curve<'a>, String> {
    let y = field.series_at(x_dim, place).ok_or("The samples of a curve do not lie side by side.")?;
    Ok(Curve { label: label.into(), x, y })
}

/// The dim on the x axis: the view's, or the last one that nothing is selected of.
fn x_dim<'a>(view: &'a LinePlotView, field: &'a Field) -> Result<&'a str, String> {
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

fn label_at(coord: &Coord, at: usize) -> String {
    match coord {
        Coord::Labels(labels) => labels.names().get(at).map_or_else(String::new, |name| name.to_string()),
        Coord::Numbers(numbers) => numbers.get(at).map_or_else(String::new, f64::to_string),
        _ => at.to_string(),
    }
}

fn draw(ui: &mut egui::Ui, view: &LinePlotView, field: &Field, scene: &Scene, curves: &[Curve]) {
    let unit = if view.y.unit.is_empty() { field.unit() } else { &view.y.unit };
    let x_axis = AxisHints::new_x().label(with_unit(&view.x.label, &view.x.unit)).label_spacing(X_LABEL_SPACING);
    let mut plot = Plot::new("plot")
        .custom_x_axes(vec![x_axis])
        .y_axis_label(with_unit(&view.y.label, unit))
        .show_background(false)
        .y_axis_min_width(44.0)
        .allow_scroll(false);
    if curves.len() > 1 && view.show_legend {
        plot = plot.legend(egui_plot::Legend::default());
    }
    for limit in view.y.min.into_iter().chain(view.y.max) {
        plot = plot.include_y(limit);
    }
    let stride = past_stride(field);
    plot.show(ui, |plot| {
        for (index, curve) in curves.iter().enumerate() {
            let color = color(view, scene, curves.len(), index, &curve.label);
            let from = window_start(curve.x, view.rolling_window);
            for piece in pieces(&curve.x[from..], &curve.y[from..], stride) {
                plot.line(Line::new(curve.label.to_string(), PlotPoints::new(piece)).color(color).width(1.5));
            }
        }
    });
}

/// The colour of a curve: its own, else the pen for a single one, else the palette's.
fn color(view: &LinePlotView, scene: &Scene, count: usize, index: usize, label: &str) -> egui::Color32 {
    let own = view.series_colors.get(label).and_then(|color| color.resolve(&scene.state).ok());
    let palette = &view.series_palette;
    let shared = || match (count, palette.is_empty()) {
        (1, _) => Some(view.pen.resolve_or(&scene.state, LinePlotView::PEN)),
        (_, false) => Some(palette[index % palette.len()]),
        _ => None,
    };
    match own.or_else(shared) {
        Some(Rgba([red, green, blue, alpha])) => egui::Color32::from_rgba_unmultiplied(red, green, blue, alpha),
        None => PALETTE[index % PALETTE.len()],
    }
}

fn with_unit(label: &str, unit: &str) -> String {
    if unit.is_empty() { label.to_owned() } else { format!("{label} ({unit})") }
}

/// Index of the first sample within a rolling window that ends at the last.
fn window_start(x: &[f64], window: Option<f64>) -> usize {
    match (x.last(), window) {
        (Some(last), Some(window)) => x.partition_point(|&at| at < last - window),
        _ => 0,
    }
}

/// At which stride the past of a trace is known, in samples.
fn past_stride(field: &Field) -> usize {
    field.attrs().get(PAST_STRIDE).and_then(|stride| stride.parse().ok()).unwrap_or(1)
}

/// The stretches between gaps: a sample that is not a number is a gap, not a line across it, unless
/// the samples beside it are as near as the stride at which the past is known.
fn pieces(x: &[f64], y: &[f32], stride: usize) -> Vec<Vec<[f64; 2]>> {
    let mut pieces: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut gap = usize::MAX;
    for (&x, &y) in x.iter().zip(y) {
        if !(x.is_finite() && y.is_finite()) {
            gap = gap.saturating_add(1);
            continue;
        }
        let point = [x, f64::from(y)];
        match pieces.last_mut() {
            Some(piece) if gap < stride => piece.push(point),
            _ => pieces.push(vec![point]),
        }
        gap = 0;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Binding, GridSlice, OperatorId};

    use super::*;

    #[test]
    fn gaps_stay_gaps() {
        let x = [0.0, 1.0, 2.0, 3.0, 4.0];
        let y = [f32::NAN, 1.0, f32::NAN, f32::INFINITY, 4.0];
        assert_eq!(pieces(&x, &y, 1), [vec![[1.0, 1.0]], vec![[4.0, 4.0]]]);
        assert_eq!(pieces(&x, &y, 2), [vec![[1.0, 1.0]], vec![[4.0, 4.0]]]);
        assert_eq!(pieces(&x, &y, 3), [vec![[1.0, 1.0], [4.0, 4.0]]], "the past, known at each third sample");
        assert!(pieces(&[], &[], 1).is_empty());
    }

    #[test]
    fn a_window_ends_at_the_last_sample() {
        let x = [0.0, 10.0, 20.0, 30.0];
        assert_eq!(window_start(&x, Some(15.0)), 2);
        assert_eq!(window_start(&x, None), 0);
        assert_eq!(window_start(&[], Some(1.0)), 0);
    }

    /// The curves of a view: their labels and values, or why there are none.
    fn shown(view: &LinePlotView, scene: &Scene) -> Result<Vec<(String, Vec<f32>)>, String> {
        let field = source(view, scene)?;
        let curves = curves(view, &field, scene)?;
        Ok(curves.into_iter().map(|curve| (curve.label.to_string(), curve.y.to_vec())).collect())
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
