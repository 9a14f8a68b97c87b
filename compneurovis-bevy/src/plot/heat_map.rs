//! A field over two dims as a picture.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{
    ColorMap, Coord, Field, HeatMapView, PlotAxis, Scene,
    colormap::{NAN_COLOR, table_index},
    view::BACKGROUND,
};
use egui_plot::{PlotBounds, PlotPoint, PlotTransform};

use super::{
    axis::{self, color32},
    flat,
    paint::{Canvas, Place},
    paper::Paper,
    refresh::Kept,
    sheet::Sheet,
};
use crate::{
    ticks::number,
    workbench::{ColorScale, color_bar_ui, flat_color_bar_ui},
};

/// Width of the colour bar beside the picture, and the height it needs, in points.
const BAR: egui::Vec2 = egui::vec2(88.0, 216.0);

/// What a heat map remembers from frame to frame. A component of the entities of heat maps.
#[derive(Component, Debug, Default)]
pub struct HeatMapState {
    pub(super) canvas: Canvas,
    kept: Kept<HeatMapView, Result<Cells, String>>,
    painted: Option<(PlotBounds, egui::Rect)>,
}

/// The values as they were when they were due last.
#[derive(Debug)]
pub(super) struct Cells {
    /// Where the columns and the rows are.
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    /// Column by column.
    pub(super) values: Vec<f32>,
    pub(super) scale: ColorScale,
    pub(super) labels: (String, String),
    /// What the rows are called, if they are not numbers.
    pub(super) rows: Option<Vec<Arc<str>>>,
}

impl HeatMapState {
    /// What of it lies beneath the panels.
    pub(crate) fn sheet(&mut self) -> &mut Sheet {
        &mut self.canvas.sheet
    }
}

/// Draws a heat map into the rest of `ui`; if there is nothing to draw, it says why.
pub fn heat_map_ui(ui: &mut egui::Ui, state: &mut HeatMapState, view: &HeatMapView, scene: &Scene) {
    let HeatMapState { canvas, kept, painted } = state;
    let (cells, renewed) = kept.renewed(view, view.max_refresh_hz, || cells(view, scene));
    if renewed {
        *painted = None;
    }
    match cells {
        Ok(cells) => cells.show(ui, view, scene, canvas, painted),
        Err(why) => {
            ui.weak(why);
        }
    }
}

pub(super) fn cells(view: &HeatMapView, scene: &Scene) -> Result<Cells, String> {
    let field = flat::selected(&view.source, &view.selectors, scene)?;
    let (x, y) = (centers(&field, &view.x_dim)?, centers(&field, &view.y_dim)?);
    if field.shape().len() != 2 {
        return Err(format!("`{}` has other dims than `{}` and `{}` left.", field.id(), view.x_dim, view.y_dim));
    }
    if x.is_empty() || y.is_empty() {
        return Err("There are no samples yet.".to_owned());
    }
    let values = in_order(&field, &view.x_dim);
    Ok(Cells {
        scale: ColorScale {
            name: field.label().to_owned(),
            unit: field.unit().to_owned(),
            map: view.color_map.clone(),
            limits: view.color_limits.resolve(&scene.state, &values),
            automatic: view.color_limits.fixed(&scene.state).is_none(),
        },
        labels: flat::labels((&view.x, &view.x_dim, ""), (&view.y, &view.y_dim, "")),
        rows: match field.coord(&view.y_dim) {
            Ok(Coord::Labels(names)) => Some(names.names().to_vec()),
            _ => None,
        },
        x,
        y,
        values,
    })
}

impl Cells {
    fn show(
        &self,
        ui: &mut egui::Ui,
        view: &HeatMapView,
        scene: &Scene,
        canvas: &mut Canvas,
        painted: &mut Option<(PlotBounds, egui::Rect)>,
    ) {
        let said = view.background.resolve_or(&scene.state, BACKGROUND);
        let ground = canvas.sheet.background(ui, (said != BACKGROUND).then(|| color32(said)));
        let has_bar = ui.available_height() >= BAR.y && ui.available_width() >= 3.0 * BAR.x;
        let width = if has_bar { ui.available_width() - BAR.x } else { axis::width(ui) };
        if !has_bar {
            flat_color_bar_ui(ui, &self.scale);
        }
        ui.horizontal_top(|ui| {
            self.picture(ui, view, (width, ground), canvas, painted);
            if has_bar {
                ui.vertical(|ui| color_bar_ui(ui, &self.scale, false));
            }
        });
    }

    fn picture(
        &self,
        ui: &mut egui::Ui,
        view: &HeatMapView,
        (width, ground): (f32, Option<egui::Color32>),
        canvas: &mut Canvas,
        painted: &mut Option<(PlotBounds, egui::Rect)>,
    ) {
        let mut follow = flat::Follow::load(ui);
        let mut plot = flat::plot(ui, &view.x, &view.y, self.labels.clone());
        if let Some(rows) = &self.rows {
            plot = flat::named_rows(plot, &view.y, self.labels.1.clone(), rows.clone());
        }
        let response = plot.width(width).show_grid(false).show(ui, |plot| {
            follow.ask(plot, window(&self.x, view.rolling_window), edges(&self.y));
            follow
        });
        let (transform, rect) = (response.transform, *response.transform.frame());
        let now = Some((*transform.bounds(), rect));
        if *painted != now || canvas.size() == (1, 1) {
            *painted = now;
            let colors = (&self.scale.map, self.scale.limits);
            paint(canvas, &transform, ui.pixels_per_point(), (&self.x, &self.y), &self.values, colors);
        }
        match ground {
            Some(color) => {
                let y = (transform.bounds().min()[1], transform.bounds().max()[1]);
                let place = Place { rect, pixels_per_point: ui.pixels_per_point(), y };
                canvas.lay_on(Paper { color, ..Paper::default() }, &place);
            }
            None => ui.painter().with_clip_rect(rect).extend(canvas.shape(rect)),
        }
        response.inner.store(ui, &response.response, transform.bounds());
        if let Some(at) = response.response.hover_pos().filter(|at| rect.contains(*at))
            && let Some(text) = self.told(view, transform.value_from_position(at))
        {
            response.response.on_hover_text(text);
        }
    }

    /// What is at a point of the picture, in words.
    fn told(&self, view: &HeatMapView, point: PlotPoint) -> Option<String> {
        let (column, row) = (nearest(&self.x, point.x)?, nearest(&self.y, point.y)?);
        let value = *self.values.get(column * self.y.len() + row)?;
        let place = |label: &str, axis: &PlotAxis, at: f64| {
            let unit = if axis.unit.is_empty() { String::new() } else { format!(" {}", axis.unit) };
            format!("{label} = {}{unit}", number(at))
        };
        let x = place(&view.x_dim, &view.x, self.x[column]);
        let y = match &self.rows {
            Some(rows) => rows.get(row)?.to_string(),
            None => place(&view.y_dim, &view.y, self.y[row]),
        };
        let value = if value.is_nan() { "no value".to_owned() } else { number(f64::from(value)) };
        Some(format!("{x}\n{y}\n{} = {value} {}", self.scale.name, self.scale.unit))
    }
}

/// Where the values of a dim are: its numbers, or counted.
fn centers(field: &Field, dim: &str) -> Result<Vec<f64>, String> {
    let axis = field.axis(dim).map_err(|error| error.to_string())?;
    let coord = field.coord(dim).map_err(|error| error.to_string())?;
    Ok(match coord {
        Coord::Numbers(_) => coord.numbers().unwrap_or_default().to_vec(),
        _ => (0..field.shape()[axis]).map(|at| at as f64).collect(),
    })
}

/// The values column by column, whichever dim comes first.
fn in_order(field: &Field, x_dim: &str) -> Vec<f32> {
    let values = field.values();
    if field.axis(x_dim) == Ok(0) { values.iter().copied().collect() } else { values.t().iter().copied().collect() }
}

/// From half a step before the first to half a step behind the last.
pub(super) fn edges(centers: &[f64]) -> (f64, f64) {
    let (Some(&first), Some(&last)) = (centers.first(), centers.last()) else { return (0.0, 1.0) };
    let half = if centers.len() > 1 { (last - first) / (centers.len() - 1) as f64 / 2.0 } else { 0.5 };
    let half = if half.is_finite() && half > 0.0 { half } else { 0.5 };
    (first - half, last + half)
}

pub(super) fn window(centers: &[f64], rolling: Option<f64>) -> (f64, f64) {
    let (low, high) = edges(centers);
    (rolling.map_or(low, |window| low.max(high - window)), high)
}

/// The index of the nearest center; `None` beyond both ends.
pub(super) fn nearest(centers: &[f64], at: f64) -> Option<usize> {
    let (low, high) = edges(centers);
    if !(low <= at && at <= high) {
        return None;
    }
    let after = centers.partition_point(|&center| center < at).min(centers.len() - 1);
    let before = after.saturating_sub(1);
    Some(if at - centers[before] <= centers[after] - at { before } else { after })
}

fn paint(
    canvas: &mut Canvas,
    transform: &PlotTransform,
    pixels_per_point: f32,
    (x, y): (&[f64], &[f64]),
    values: &[f32],
    (map, limits): (&ColorMap, (f32, f32)),
) {
    let rect = *transform.frame();
    let pixels = |points: f32| (points * pixels_per_point).round().clamp(1.0, 8192.0) as usize;
    let (columns, rows) = (pixels(rect.width()), pixels(rect.height()));
    let table: Vec<egui::Color32> = map.table().iter().map(|color| color32(*color)).collect();
    let point = |column: usize, row: usize| {
        let at = egui::vec2(column as f32 + 0.5, row as f32 + 0.5) / pixels_per_point;
        transform.value_from_position(rect.min + at)
    };
    let row_of: Vec<Option<usize>> = (0..rows).map(|row| nearest(y, point(0, row).y)).collect();
    canvas.clear(columns, rows);
    for column in 0..columns {
        let Some(from) = nearest(x, point(column, 0).x) else { continue };
        let values = &values[from * y.len()..(from + 1) * y.len()];
        for (pixel, row) in canvas.column(column).iter_mut().zip(&row_of) {
            if let Some(row) = row {
                *pixel = table_index(values[*row], limits).map_or(color32(NAN_COLOR), |index| table[index]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_that_of_the_nearest_value() {
        let centers = [0.0, 1.0, 2.0];
        assert_eq!(edges(&centers), (-0.5, 2.5));
        let found: Vec<Option<usize>> = [-0.6, -0.4, 0.6, 1.4, 2.4, 2.6].map(|at| nearest(&centers, at)).to_vec();
        assert_eq!(found, [None, Some(0), Some(1), Some(1), Some(2), None]);
        assert_eq!(nearest(&[7.0], 7.2), Some(0));
        assert_eq!(window(&centers, Some(1.0)), (1.5, 2.5));
    }
}
