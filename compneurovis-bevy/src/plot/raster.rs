//! Spikes of many over time.

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{Coord, Field, RasterView, Rgba, Scene, view::RasterSource};
use egui_plot::PlotTransform;

use super::{flat, palette, refresh::Kept};

/// Half the height of a mark, as a part of its row.
const HALF_MARK: f64 = 0.4;

/// What a raster remembers from frame to frame: the spikes that it has found. A component of the
/// entities of rasters.
#[derive(Component, Debug, Default)]
pub struct RasterState {
    kept: Kept<RasterView, Result<Spikes, String>>,
    crossings: Crossings,
}

/// The series that are looked at for crossings, as far as they were.
#[derive(Debug, Default)]
pub(super) struct Crossings {
    threshold: f64,
    rows: Vec<Row>,
}

/// The spikes of one row.
#[derive(Clone, Debug, Default)]
struct Row {
    times: Vec<f64>,
    /// The last sample that was looked at.
    last: Option<(f64, f32)>,
}

/// Draws a spike raster into the rest of `ui`; if there is nothing to draw, it says why.
pub fn raster_ui(ui: &mut egui::Ui, state: &mut RasterState, view: &RasterView, scene: &Scene) {
    let RasterState { kept, crossings } = state;
    let (spikes, _) = kept.renewed(view, view.max_refresh_hz, || spikes(crossings, view, scene));
    match spikes {
        Ok(spikes) if !spikes.rows.is_empty() => show(ui, spikes, view, scene),
        Ok(_) => {
            ui.weak("There are no spikes yet.");
        }
        Err(why) => {
            ui.weak(why);
        }
    }
}

impl Row {
    /// Looks at what is new of a series for places where it rises through the threshold. A series that
    /// begins anew is looked at anew.
    fn follow(&mut self, x: &[f64], y: &[f32], threshold: f64) {
        let newest = x.last().copied().unwrap_or(f64::NEG_INFINITY);
        if self.last.is_some_and(|(last, _)| newest < last) {
            *self = Self::default();
        }
        let from = self.last.map_or(0, |(last, _)| x.partition_point(|&x| x <= last));
        for (&x, &y) in x[from..].iter().zip(&y[from..]) {
            let value = f64::from(y);
            if let Some((before, low)) = self.last.filter(|(_, low)| f64::from(*low) < threshold && value >= threshold)
            {
                let low = f64::from(low);
                self.times.push(before + (x - before) * ((threshold - low) / (value - low)));
            }
            self.last = Some((x, y));
        }
        // What has left the field is no longer shown.
        let oldest = x.first().copied().unwrap_or(f64::INFINITY);
        let gone = self.times.partition_point(|&time| time < oldest);
        self.times.drain(..gone);
    }
}

/// The spikes of a raster, and what its rows are called.
#[derive(Debug)]
pub(super) struct Spikes {
    pub(super) rows: Vec<Vec<f64>>,
    pub(super) names: Vec<String>,
    /// Both ends of time.
    pub(super) extent: (f64, f64),
}

pub(super) fn spikes(state: &mut Crossings, view: &RasterView, scene: &Scene) -> Result<Spikes, String> {
    match &view.spikes {
        RasterSource::Crossings { source, time_dim, threshold } => {
            let field = super::source::source(source, scene)?;
            let threshold = threshold.resolve(&scene.state).map_err(|error| error.to_string())?;
            crossings(state, &field, time_dim, threshold)
        }
        RasterSource::Events { field, time_dim, rows } => {
            let field = scene.fields.get(field).ok_or_else(|| format!("There is no field `{field}` yet."))?;
            events(field, time_dim, rows)
        }
    }
}

fn times<'a>(field: &'a Field, dim: &str) -> Result<&'a [f64], String> {
    let coord = field.coord(dim).map_err(|error| error.to_string())?;
    coord.numbers().ok_or_else(|| format!("The dim `{dim}` has no numbers to be times."))
}

fn crossings(state: &mut Crossings, field: &Field, dim: &str, threshold: f64) -> Result<Spikes, String> {
    let x = times(field, dim)?;
    let others: Vec<(&str, &Coord)> = field.coords().filter(|(other, _)| *other != dim).collect();
    let axis = field.axis(dim).map_err(|error| error.to_string())?;
    let count = match others.len() {
        0 => 1,
        1 => field.shape()[1 - axis],
        more => return Err(format!("A raster needs one dim beside `{dim}`; `{}` has {more}.", field.id())),
    };
    if state.threshold != threshold || state.rows.len() != count {
        (state.threshold, state.rows) = (threshold, vec![Row::default(); count]);
    }
    for (at, row) in state.rows.iter_mut().enumerate() {
        let place = if others.is_empty() { &[][..] } else { std::slice::from_ref(&at) };
        let series = field.series_at(dim, place).ok_or("The samples of a row do not lie side by side.")?;
        row.follow(x, series, threshold);
    }
    let name = |at: usize| others.first().map_or_else(String::new, |(_, coord)| super::source::label_at(coord, at));
    Ok(Spikes {
        rows: state.rows.iter().map(|row| row.times.clone()).collect(),
        names: (0..count).map(name).collect(),
        extent: (x.first().copied().unwrap_or(0.0), x.last().copied().unwrap_or(1.0)),
    })
}

fn events(field: &Field, dim: &str, names: &[String]) -> Result<Spikes, String> {
    let x = times(field, dim)?;
    if field.shape().len() != 1 {
        return Err(format!("Spikes are a field over `{dim}` alone; `{}` has more dims.", field.id()));
    }
    let row_of = |value: f32| (value.is_finite() && (0.0..1e6).contains(&value)).then_some(value.round() as usize);
    let values: Vec<f32> = field.values().iter().copied().collect();
    let count = values.iter().filter_map(|value| row_of(*value)).max().map_or(0, |last| last + 1).max(names.len());
    let mut rows = vec![Vec::new(); count];
    for (time, row) in x.iter().zip(values).filter_map(|(time, value)| Some((*time, row_of(value)?))) {
        rows[row].push(time);
    }
    let names = (0..count).map(|at| names.get(at).cloned().unwrap_or_else(|| at.to_string())).collect();
    Ok(Spikes { rows, names, extent: (x.first().copied().unwrap_or(0.0), x.last().copied().unwrap_or(1.0)) })
}

fn show(ui: &mut egui::Ui, spikes: &Spikes, view: &RasterView, scene: &Scene) {
    let Spikes { rows, names, extent } = spikes;
    flat::background(ui, &view.background, &scene.state);
    let said = view.pen.resolve_or(&scene.state, Rgba::BLACK);
    let color = match palette::pen(said, Rgba::BLACK, ui.visuals().dark_mode) {
        color if said == Rgba::BLACK && ui.visuals().dark_mode => color.lerp_to_gamma(egui::Color32::WHITE, 0.5),
        color => color,
    };
    let from = view.rolling_window.map_or(extent.0, |window| extent.0.max(extent.1 - window));
    let x = flat::extent([from, extent.1].into_iter(), &view.x, 0.0);
    let labels = flat::labels((&view.x, "Time", "ms"), (&view.y, "", ""));
    let last = rows.len() - 1;
    let mut follow = flat::Follow::load(ui);
    let y_label = labels.1.clone();
    let plot = flat::named_rows(flat::plot(ui, &view.x, &view.y, labels), &view.y, y_label, names.clone());
    let response = plot.show(ui, |plot| {
        follow.ask(plot, x, (-0.6, last as f64 + 0.6));
        follow
    });
    marks(ui, &response.transform, rows, color);
    response.inner.store(ui, &response.response, response.transform.bounds());
}

/// One mark for each spike, or for all that share a column of pixels.
fn marks(ui: &egui::Ui, transform: &PlotTransform, rows: &[Vec<f64>], color: egui::Color32) {
    let (rect, bounds) = (*transform.frame(), transform.bounds());
    let mut mesh = egui::Mesh::default();
    for (at, times) in rows.iter().enumerate() {
        let y = [at as f64 + HALF_MARK, at as f64 - HALF_MARK].map(|y| transform.position_from_point_y(y));
        let from = times.partition_point(|&time| time < bounds.min()[0]);
        let mut column = f32::NEG_INFINITY;
        for &time in times[from..].iter().take_while(|&&time| time <= bounds.max()[0]) {
            let x = transform.position_from_point_x(time);
            if x - column < 1.0 / ui.pixels_per_point() {
                continue;
            }
            column = x;
            mesh.add_colored_rect(
                egui::Rect::from_min_max(egui::pos2(x - 0.75, y[0]), egui::pos2(x + 0.75, y[1])),
                color,
            );
        }
    }
    ui.painter().with_clip_rect(rect).add(mesh);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_is_where_the_series_rises_through_the_threshold() {
        let mut row = Row::default();
        let (x, y) = ([0.0, 1.0, 2.0, 3.0], [-10.0, 10.0, 20.0, -10.0]);
        row.follow(&x, &y, 0.0);
        assert_eq!(row.times, [0.5]);
        // More of the same series, the oldest of which is gone; NaN is no rise.
        let (x, y) = ([2.0, 3.0, 4.0, 5.0, 6.0], [20.0, -10.0, 10.0, f32::NAN, 10.0]);
        row.follow(&x, &y, 0.0);
        assert_eq!(row.times, [3.5]);
        // Started over.
        row.follow(&[0.0, 1.0], &[-1.0, 1.0], 0.0);
        assert_eq!(row.times, [0.5]);
    }

    #[test]
    fn recorded_spikes_go_to_their_rows() {
        let field = Field::series("s", "time", vec![1.0, 2.0, 3.0, 4.0], vec![2.0, 0.0, f32::NAN, 2.0]).unwrap();
        let spikes = events(&field, "time", &["a".to_owned()]).unwrap();
        assert_eq!(spikes.rows, [vec![2.0], vec![], vec![1.0, 4.0]]);
        assert_eq!(spikes.names, ["a", "1", "2"]);
    }
}
