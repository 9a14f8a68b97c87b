//! One quantity against another.

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{Binding, Field, LinePlotView, PhasePlaneView, Rgba, Scene, Selector, State};
use egui_plot::{Line, PlotPoint, PlotPoints, Points};
use indexmap::IndexMap;

use super::{
    axis::{self, along},
    flat, palette,
    refresh::Kept,
};

/// A curve of more points is drawn with every other one, or fewer.
const MAX_POINTS: usize = 4000;

/// What a phase plane remembers from frame to frame. A component of the entities of phase planes.
#[derive(Component, Debug, Default)]
pub struct PhasePlaneState(Kept<PhasePlaneView, Result<Curve, String>>);

/// The curve as it was when it was due last, along the axes.
#[derive(Debug)]
pub(super) struct Curve {
    pub(super) pieces: Vec<Vec<PlotPoint>>,
    pub(super) newest: Option<PlotPoint>,
    pub(super) bounds: ((f64, f64), (f64, f64)),
    pub(super) labels: (String, String),
    pub(super) pen: Rgba,
}

/// Draws a phase plane into the rest of `ui`; if there is nothing to draw, it says why.
pub fn phase_plane_ui(ui: &mut egui::Ui, state: &mut PhasePlaneState, view: &PhasePlaneView, scene: &Scene) {
    let (curve, _) = state.0.renewed(view, view.max_refresh_hz, || curve(view, scene));
    match curve {
        Ok(curve) => curve.show(ui, view, scene),
        Err(why) => {
            ui.weak(why);
        }
    }
}

fn series(field: &Field, axis: &str) -> Result<Vec<f32>, String> {
    match (field.shape().len(), field.as_slice()) {
        (1, Some(values)) => Ok(values.to_vec()),
        (1, None) => Ok(field.values().iter().copied().collect()),
        (dims, _) => Err(format!("The {axis} axis needs one series; {dims} dims of `{}` are left.", field.id())),
    }
}

/// What is selected of a field, by its labels; what the field is called if nothing is.
fn name(field: &Field, selectors: &IndexMap<String, Binding<Selector>>, state: &State) -> String {
    let label = |selector: &Binding<Selector>| match selector.resolve(state) {
        Ok(Selector::Label(label)) => Some(label),
        _ => None,
    };
    let labels: Vec<String> = selectors.values().filter_map(label).collect();
    if labels.is_empty() { field.label().to_owned() } else { labels.join(", ") }
}

pub(super) fn curve(view: &PhasePlaneView, scene: &Scene) -> Result<Curve, String> {
    let x_field = flat::selected(&view.x_source, &view.x_selectors, scene)?;
    let y_field = flat::selected(&view.y_source, &view.y_selectors, scene)?;
    let (x, y) = (series(&x_field, "x")?, series(&y_field, "y")?);
    let shared = x.len().min(y.len());
    if shared == 0 {
        return Err("There are no samples yet.".to_owned());
    }
    let shown = view.newest_samples.unwrap_or(shared).min(shared);
    // Both end with their newest sample.
    let (x, y) = (&x[x.len() - shown..], &y[y.len() - shown..]);
    let on_axes =
        |(x, y): (&f32, &f32)| PlotPoint::new(along(view.x.scale, f64::from(*x)), along(view.y.scale, f64::from(*y)));
    let points: Vec<PlotPoint> = x.iter().zip(y).map(on_axes).collect();
    Ok(Curve {
        newest: points.last().copied().filter(is_finite),
        bounds: (
            flat::extent(points.iter().map(|point| point.x), &view.x, 0.05),
            flat::extent(points.iter().map(|point| point.y), &view.y, 0.05),
        ),
        pieces: pieces(&points),
        labels: flat::labels(
            (&view.x, &name(&x_field, &view.x_selectors, &scene.state), x_field.unit()),
            (&view.y, &name(&y_field, &view.y_selectors, &scene.state), y_field.unit()),
        ),
        pen: view.pen.resolve_or(&scene.state, LinePlotView::PEN),
    })
}

impl Curve {
    fn show(&self, ui: &mut egui::Ui, view: &PhasePlaneView, scene: &Scene) {
        flat::background(ui, &view.background, &scene.state);
        let color = palette::pen(self.pen, LinePlotView::PEN, ui.visuals().dark_mode);
        let mut follow = flat::Follow::load(ui);
        ui.add_space(axis::ABOVE);
        let response = flat::plot(ui, &view.x, &view.y, self.labels.clone()).show(ui, |plot| {
            follow.ask(plot, self.bounds.0, self.bounds.1);
            for piece in &self.pieces {
                plot.line(Line::new("", PlotPoints::Borrowed(piece)).color(color).width(1.5).allow_hover(false));
            }
            if let Some(newest) = self.newest.filter(|_| view.mark_newest) {
                plot.points(Points::new("", [newest.x, newest.y]).radius(4.0).color(color).allow_hover(false));
            }
            follow
        });
        response.inner.store(ui, &response.response, response.transform.bounds());
    }
}

fn is_finite(point: &PlotPoint) -> bool {
    point.x.is_finite() && point.y.is_finite()
}

/// The stretches between gaps, thinned where they have more points than can be told apart.
fn pieces(points: &[PlotPoint]) -> Vec<Vec<PlotPoint>> {
    let step = points.len().div_ceil(MAX_POINTS).max(1);
    let mut pieces: Vec<Vec<PlotPoint>> = vec![Vec::new()];
    for (index, point) in points.iter().enumerate() {
        if !is_finite(point) {
            pieces.push(Vec::new());
        } else if index % step == 0
            && let Some(piece) = pieces.last_mut()
        {
            piece.push(*point);
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_stay_gaps_and_long_curves_are_thinned() {
        let points = [(0.0, 0.0), (1.0, 1.0), (f64::NAN, 2.0), (3.0, 3.0)].map(|(x, y)| PlotPoint::new(x, y));
        assert_eq!(pieces(&points), [points[..2].to_vec(), points[3..].to_vec()]);
        let long = vec![PlotPoint::new(1.0, 1.0); 100_000];
        assert!(pieces(&long)[0].len() <= MAX_POINTS);
    }
}
