//! One quantity against another.

use bevy_egui::egui;
use compneurovis_core::{Field, LinePlotView, PhasePlaneView, Scene};
use egui_plot::{Line, PlotPoints, Points};

use super::{flat, palette};

/// A curve of more points is drawn with every other one, or fewer.
const MAX_POINTS: usize = 4000;

/// Draws a phase plane into the rest of `ui`; if there is nothing to draw, it says why.
pub fn phase_plane_ui(ui: &mut egui::Ui, view: &PhasePlaneView, scene: &Scene) {
    if let Err(why) = show(ui, view, scene) {
        ui.weak(why);
    }
}

pub(super) fn series(field: &Field, axis: &str) -> Result<Vec<f32>, String> {
    match (field.shape().len(), field.as_slice()) {
        (1, Some(values)) => Ok(values.to_vec()),
        (1, None) => Ok(field.values().iter().copied().collect()),
        (dims, _) => Err(format!("The {axis} axis needs one series; {dims} dims of `{}` are left.", field.id())),
    }
}

fn show(ui: &mut egui::Ui, view: &PhasePlaneView, scene: &Scene) -> Result<(), String> {
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
    let labels = flat::labels(
        (&view.x, x_field.id().as_str(), x_field.unit()),
        (&view.y, y_field.id().as_str(), y_field.unit()),
    );
    flat::background(ui, &view.background, &scene.state);
    let said = view.pen.resolve_or(&scene.state, LinePlotView::PEN);
    let color = palette::pen(said, LinePlotView::PEN, ui.visuals().dark_mode);
    let bounds = (
        flat::extent(x.iter().map(|x| f64::from(*x)), &view.x, 0.05),
        flat::extent(y.iter().map(|y| f64::from(*y)), &view.y, 0.05),
    );
    let newest = x.iter().zip(y).next_back().map(|(x, y)| [f64::from(*x), f64::from(*y)]);
    let pieces = pieces(x, y);
    let mut follow = flat::Follow::load(ui);
    let response = flat::plot(ui, &view.x, &view.y, labels).show(ui, |plot| {
        follow.ask(plot, bounds.0, bounds.1);
        for piece in pieces {
            plot.line(Line::new("", PlotPoints::new(piece)).color(color).width(1.5).allow_hover(false));
        }
        if let Some(newest) = newest.filter(|[x, y]| view.mark_newest && x.is_finite() && y.is_finite()) {
            plot.points(Points::new("", vec![newest]).radius(4.0).color(color).allow_hover(false));
        }
        follow
    });
    response.inner.store(ui, &response.response, response.transform.bounds());
    Ok(())
}

/// The stretches between gaps, thinned where they have more points than can be told apart.
pub(super) fn pieces(x: &[f32], y: &[f32]) -> Vec<Vec<[f64; 2]>> {
    let step = x.len().div_ceil(MAX_POINTS).max(1);
    let mut pieces: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    for (index, (&x, &y)) in x.iter().zip(y).enumerate() {
        if !(x.is_finite() && y.is_finite()) {
            pieces.push(Vec::new());
        } else if index % step == 0
            && let Some(piece) = pieces.last_mut()
        {
            piece.push([f64::from(x), f64::from(y)]);
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
        let (x, y) = ([0.0, 1.0, f32::NAN, 3.0], [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(pieces(&x, &y), [vec![[0.0, 0.0], [1.0, 1.0]], vec![[3.0, 3.0]]]);
        let long = vec![1.0; 100_000];
        assert!(pieces(&long, &long)[0].len() <= MAX_POINTS);
    }
}
