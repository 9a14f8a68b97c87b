//! Line plots: curves of a field, with their names and units.

use std::sync::Arc;

use bevy_egui::egui;
use compneurovis_core::{Binding, Coord, Field, LinePlotView, Scene, Value, field::PAST_STRIDE};
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

/// Draws a line plot into the rest of `ui`; if there is nothing to draw, it says why.
pub fn line_plot_ui(ui: &mut egui::Ui, view: &LinePlotView, scene: &Scene) {
    let title = if view.title.is_empty() { view.id.as_str() } else { &view.title };
    match curves(view, scene) {
        Ok(curves) => {
            let subject = match curves.as_slice() {
                [only] if !only.label.is_empty() => format!("{title}: {}", only.label),
                _ => title.to_owned(),
            };
            ui.strong(subject);
            draw(ui, view, scene, &curves);
        }
        Err(why) => {
            ui.strong(title);
            ui.weak(why);
        }
    }
}

/// The curves of a view, or why there are none.
fn curves<'a>(view: &LinePlotView, scene: &'a Scene) -> Result<Vec<Curve<'a>>, String> {
    let field = scene.fields.get(&view.field).ok_or_else(|| format!("There is no field `{}` yet.", view.field))?;
    let x = field.coord(&view.x_dim).map_err(|error| error.to_string())?;
    let x = x.numbers().ok_or_else(|| format!("The dim `{}` has no numbers to plot over.", view.x_dim))?;
    let others: Vec<(&str, &Coord)> = field.coords().filter(|(dim, _)| *dim != view.x_dim).collect();
    match others.as_slice() {
        [] => one(field, view, x, &[], "".into()),
        [(dim, coord)] => over(field, view, scene, x, dim, coord),
        _ => Err(format!("The field `{}` has more than two dims.", view.field)),
    }
}

/// The curves over the one other dim: the selected label, or all.
fn over<'a>(
    field: &'a Field,
    view: &LinePlotView,
    scene: &Scene,
    x: &'a [f64],
    dim: &str,
    coord: &Coord,
) -> Result<Vec<Curve<'a>>, String> {
    let Coord::Labels(labels) = coord else { return Err(format!("The dim `{dim}` has no labels.")) };
    let Some(selector) = view.selectors.get(dim) else {
        let names = labels.names().iter().enumerate();
        return names.map(|(at, name)| one(field, view, x, &[at], name.clone())).flatten_ok();
    };
    let selected = match selector {
        Binding::Literal(label) => label.as_str(),
        Binding::State(key) => {
            scene.state.get(key).and_then(Value::as_str).ok_or("Nothing is selected; click a compartment.")?
        }
    };
    let at = labels.position(selected).ok_or_else(|| format!("`{selected}` is not traced yet."))?;
    one(field, view, x, &[at], selected.into())
}

fn one<'a>(
    field: &'a Field,
    view: &LinePlotView,
    x: &'a [f64],
    position: &[usize],
    label: Arc<str>,
) -> Result<Vec<Curve<'a>>, String> {
    let y = field.series_at(&view.x_dim, position).ok_or("The samples of a curve do not lie side by side.")?;
    Ok(vec![Curve { label, x, y }])
}

/// Collects lists of curves into one list, or the first error.
trait FlattenOk<T, E> {
    fn flatten_ok(self) -> Result<Vec<T>, E>;
}

impl<T, E, I: Iterator<Item = Result<Vec<T>, E>>> FlattenOk<T, E> for I {
    fn flatten_ok(self) -> Result<Vec<T>, E> {
        self.collect::<Result<Vec<_>, E>>().map(|lists| lists.into_iter().flatten().collect())
    }
}

fn draw(ui: &mut egui::Ui, view: &LinePlotView, scene: &Scene, curves: &[Curve]) {
    let unit = match view.y_unit.as_str() {
        "" => scene.fields.get(&view.field).map_or("", |field| field.unit()),
        unit => unit,
    };
    let x_axis = AxisHints::new_x().label(with_unit(&view.x_label, &view.x_unit)).label_spacing(X_LABEL_SPACING);
    let mut plot = Plot::new("plot")
        .custom_x_axes(vec![x_axis])
        .y_axis_label(with_unit(&view.y_label, unit))
        .show_background(false)
        .y_axis_min_width(44.0)
        .allow_scroll(false);
    if curves.len() > 1 {
        plot = plot.legend(egui_plot::Legend::default());
    }
    if let Some((low, high)) = view.y_limits {
        plot = plot.include_y(low).include_y(high);
    }
    let stride = past_stride(view, scene);
    plot.show(ui, |plot| {
        for (index, curve) in curves.iter().enumerate() {
            let [red, green, blue, _] = view.pen.0;
            let single = egui::Color32::from_rgb(red, green, blue);
            let color = if curves.len() == 1 { single } else { PALETTE[index % PALETTE.len()] };
            let from = window_start(curve.x, view.rolling_window);
            for piece in pieces(&curve.x[from..], &curve.y[from..], stride) {
                plot.line(Line::new(curve.label.to_string(), PlotPoints::new(piece)).color(color).width(1.5));
            }
        }
    });
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
fn past_stride(view: &LinePlotView, scene: &Scene) -> usize {
    let attr = scene.fields.get(&view.field).and_then(|field| field.attrs().get(PAST_STRIDE)?.parse().ok());
    attr.unwrap_or(1)
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

    #[test]
    fn nothing_to_draw_says_why() {
        let history = Field::new(
            "v",
            ndarray::array![[1.0, 2.0]].into_dyn(),
            [("segment", Coord::labels(["soma@0.5"])), ("time", Coord::from(vec![0.0, 0.1]))],
        );
        let scene = Scene::new().with_field(history.unwrap());
        let view = LinePlotView::new("trace", "v", "time").selecting("segment", Binding::state("selected"));
        assert!(curves(&view, &scene).err().unwrap().contains("Nothing is selected"));
        let scene = scene.with_state("selected", "dend@0.5");
        assert!(curves(&view, &scene).err().unwrap().contains("not traced"));
        let scene = scene.with_state("selected", "soma@0.5");
        assert_eq!(curves(&view, &scene).ok().unwrap()[0].y, [1.0, 2.0]);
        let other = LinePlotView::new("trace", "w", "time");
        assert!(curves(&other, &scene).err().unwrap().contains("no field `w`"));
    }
}
