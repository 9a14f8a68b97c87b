//! What is in a figure of each kind of plot.

use compneurovis_core::{Field, LinePlotView, PhasePlaneView, RangePlotView, RasterView, Rgba, Scale, Scene};

use egui_plot::PlotPoint;

use super::{Figure, Seen, Stroke};
use crate::{
    plot::{
        axis::{along, value_at, with_unit},
        flat,
        palette::{curve_color, pen},
        phase_plane, range_plot, raster,
        source::{Curve, curves, source, x_dim},
    },
    timeline::Ghosts,
};

/// More samples than this are drawn as the least and the greatest of each of so many columns: an extremum is
/// never lost.
const MOST_SAMPLES: usize = 4000;

/// Columns that a dense curve is drawn in: finer than print.
const COLUMNS: usize = 2000;

/// Half the height of a spike, as a part of its row.
const HALF_MARK: f64 = 0.4;

pub(super) fn line_plot(view: &LinePlotView, scene: &Scene, seen: Seen) -> Result<Figure, String> {
    let field = source(&view.source, scene)?;
    let (found, dim) = (curves(view, &field, scene)?, x_dim(view, &field)?.to_owned());
    let scales = (seen.scales.0.unwrap_or(view.x.scale), seen.scales.1.unwrap_or(view.y.scale));
    let unit = if view.y.unit.is_empty() { field.unit() } else { &view.y.unit };
    let x_label = if view.x.label.is_empty() { &dim } else { &view.x.label };
    let y_label = if view.y.label.is_empty() { field.label() } else { &view.y.label };
    let bounds = seen.bounds.unwrap_or_else(|| extent(view, &field, &found, &dim, scales));
    let mut strokes = Vec::new();
    if let Some(before) = seen.before
        && let Ok(known) = curves(view, before, scene)
    {
        let lines = lines(view, scene, before, &known, (&dim, scales, bounds));
        strokes.extend(lines.map(|line| Stroke { label: Ghosts::NAME.to_owned(), dashed: true, ..line }));
        strokes.iter_mut().for_each(|stroke| stroke.color = lighter(&stroke.color));
    }
    let has_ghosts = !strokes.is_empty();
    strokes.extend(lines(view, scene, &field, &found, (&dim, scales, bounds)));
    let levels = view.levels.iter().filter_map(|level| {
        let at = along(scales.1, level.value.resolve(&scene.state).ok()?);
        let color = level.color.resolve_or(&scene.state, Rgba::rgb(0x80, 0x80, 0x80));
        Some((at, level.label.clone(), hex(super::super::axis::color32(color))))
    });
    Ok(Figure {
        labels: (with_unit(x_label, &view.x.unit), with_unit(y_label, unit)),
        bounds,
        scales,
        levels: levels.collect(),
        has_legend: has_ghosts || (found.len() > 1 && view.show_legend),
        strokes,
        ..Figure::default()
    })
}

fn lines<'a>(
    view: &'a LinePlotView,
    scene: &'a Scene,
    field: &'a Field,
    found: &'a [Curve],
    (dim, scales, bounds): (&'a str, (Scale, Scale), ([f64; 2], [f64; 2])),
) -> impl Iterator<Item = Stroke> {
    found.iter().enumerate().filter_map(move |(index, curve)| {
        let y = field.series_at(dim, &curve.place)?;
        let x = field.coord(dim).ok()?.numbers()?;
        let color = curve_color(view, scene, (index, found.len()), &curve.label, false);
        let pieces = pieces(x, y, scales, (bounds.0[0], bounds.1[0]));
        Some(Stroke { label: curve.label.clone(), color: hex(color), dashed: false, pieces })
    })
}

/// The stretches of a curve between gaps, within a range of x and one sample beyond.
fn pieces(x: &[f64], y: &[f32], scales: (Scale, Scale), (low, high): (f64, f64)) -> Vec<Vec<[f64; 2]>> {
    let range = (value_at(scales.0, low), value_at(scales.0, high));
    let rises = x.windows(2).all(|pair| pair[0] <= pair[1]);
    let inside = if rises {
        let first = x.partition_point(|&x| x < range.0).saturating_sub(1);
        first..(x.partition_point(|&x| x <= range.1) + 1).min(x.len()).max(first)
    } else {
        0..x.len()
    };
    let is_dense = rises && inside.len() > MOST_SAMPLES;
    let points = inside.map(|at| [along(scales.0, x[at]), along(scales.1, f64::from(y[at]))]);
    let mut pieces: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    for point in points {
        if !(point[0].is_finite() && point[1].is_finite()) {
            pieces.push(Vec::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push(point);
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    if is_dense {
        pieces.iter_mut().for_each(|piece| *piece = thinned(piece, (high - low) / COLUMNS as f64));
    }
    pieces
}

/// The first, least, greatest and last point of each column, in their order.
fn thinned(points: &[[f64; 2]], width: f64) -> Vec<[f64; 2]> {
    let column = |point: &[f64; 2]| (point[0] / width).floor();
    let mut kept = Vec::new();
    for part in points.chunk_by(|a, b| column(a) == column(b)) {
        let by_y = |a: &usize, b: &usize| part[*a][1].total_cmp(&part[*b][1]);
        let (least, greatest) = ((0..part.len()).min_by(by_y), (0..part.len()).max_by(by_y));
        let mut chosen: Vec<usize> = [Some(0), least, greatest, Some(part.len() - 1)].into_iter().flatten().collect();
        chosen.sort_unstable();
        chosen.dedup();
        kept.extend(chosen.into_iter().map(|at| part[at]));
    }
    kept
}

/// What a plot shows that nobody has drawn yet.
fn extent(
    view: &LinePlotView,
    field: &Field,
    found: &[Curve],
    dim: &str,
    scales: (Scale, Scale),
) -> ([f64; 2], [f64; 2]) {
    let x = field.coord(dim).ok().and_then(|coord| coord.numbers()).unwrap_or_default();
    let last = x.iter().copied().filter(|x| x.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    let from = view.rolling_window.map_or(f64::NEG_INFINITY, |window| last - window);
    let inside = |x: f64| x >= from;
    let x_bounds = flat::extent(x.iter().copied().filter(|x| inside(*x)).map(|x| along(scales.0, x)), &view.x, 0.0);
    let values = found
        .iter()
        .filter_map(|curve| field.series_at(dim, &curve.place))
        .flat_map(|y| y.iter().zip(x).filter(|(_, x)| inside(**x)).map(|(y, _)| along(scales.1, f64::from(*y))));
    let y_bounds = flat::extent(values, &view.y, 0.05);
    ([x_bounds.0, y_bounds.0], [x_bounds.1, y_bounds.1])
}

pub(super) fn phase_plane(view: &PhasePlaneView, scene: &Scene) -> Result<Figure, String> {
    let curve = phase_plane::curve(view, scene)?;
    let on_axes = |piece: Vec<PlotPoint>| piece.into_iter().map(|point| [point.x, point.y]).collect();
    let pieces = curve.pieces.into_iter().map(on_axes).collect();
    let color = hex(pen(curve.pen, LinePlotView::PEN, false));
    let stroke = Stroke { color, pieces, ..Stroke::default() };
    let (x, y) = curve.bounds;
    Ok(Figure { scales: (view.x.scale, view.y.scale), ..plain(curve.labels, x, y, vec![stroke]) })
}

pub(super) fn range_plot(view: &RangePlotView, scene: &Scene) -> Result<Figure, String> {
    let cell = scene.morphology(&view.geometry).ok_or_else(|| format!("There is no cell `{}`.", view.geometry))?;
    let field = scene.fields.get(&view.field).ok_or_else(|| format!("There is no field `{}` yet.", view.field))?;
    let end = |which| range_plot::compartment(which, cell, &scene.state);
    let path = cell.path(end(&view.from)?, end(&view.to)?).map_err(|error| error.to_string())?;
    let values = range_plot::newest_values(field, cell.compartments())?;
    let at = |(distance, compartment): (&f64, &u32)| Some([*distance, f64::from(*values.get(*compartment as usize)?)]);
    let points: Vec<[f64; 2]> = path.distances_um().iter().zip(path.compartments()).filter_map(at).collect();
    let labels = flat::labels((&view.x, "Distance", "µm"), (&view.y, field.label(), field.unit()));
    let color = hex(pen(view.pen.resolve_or(&scene.state, LinePlotView::PEN), LinePlotView::PEN, false));
    let x_bounds = flat::extent([0.0, path.length_um()].into_iter(), &view.x, 0.0);
    let y_bounds = flat::extent(points.iter().map(|point| point[1]), &view.y, 0.05);
    let pieces = points.split(|point| !point[1].is_finite()).map(<[_]>::to_vec).collect();
    Ok(plain(labels, x_bounds, y_bounds, vec![Stroke { color, pieces, ..Stroke::default() }]))
}

pub(super) fn raster(view: &RasterView, scene: &Scene) -> Result<Figure, String> {
    let spikes = raster::spikes(&mut raster::Crossings::default(), view, scene)?;
    let labels = flat::labels((&view.x, "Time", "ms"), (&view.y, "", ""));
    let marks = |(row, times): (usize, &Vec<f64>)| {
        let row = row as f64;
        times.iter().map(|time| vec![[*time, row - HALF_MARK], [*time, row + HALF_MARK]]).collect::<Vec<_>>()
    };
    let pieces = spikes.rows.iter().enumerate().flat_map(marks).collect();
    let stroke = Stroke { color: "#1a1a1a".to_owned(), pieces, ..Stroke::default() };
    let y_bounds = (-0.7, spikes.rows.len().max(1) as f64 - 0.3);
    let mut figure = plain(
        labels,
        flat::extent([spikes.extent.0, spikes.extent.1].into_iter(), &view.x, 0.0),
        y_bounds,
        vec![stroke],
    );
    figure.rows = spikes.names;
    Ok(figure)
}

fn plain(labels: (String, String), x: (f64, f64), y: (f64, f64), strokes: Vec<Stroke>) -> Figure {
    Figure { labels, bounds: ([x.0, y.0], [x.1, y.1]), strokes, ..Figure::default() }
}

pub(super) fn hex(color: bevy_egui::egui::Color32) -> String {
    format!("#{:02x}{:02x}{:02x}", color.r(), color.g(), color.b())
}

/// A colour half way to white.
fn lighter(hex: &str) -> String {
    let half = |at: usize| {
        let part = hex.get(at..at + 2).and_then(|part| u8::from_str_radix(part, 16).ok()).unwrap_or(128);
        u16::from(part).midpoint(255)
    };
    format!("#{:02x}{:02x}{:02x}", half(1), half(3), half(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dense_curve_keeps_its_extremes_and_a_gap_stays_one() {
        let x: Vec<f64> = (0..100_000).map(f64::from).collect();
        let mut y = vec![0.0f32; 100_000];
        (y[777], y[50_000]) = (40.0, f32::NAN);
        let pieces = pieces(&x, &y, (Scale::Linear, Scale::Linear), (0.0, 100_000.0));
        assert_eq!(pieces.len(), 2);
        assert!(pieces[0].contains(&[777.0, 40.0]));
        assert!(pieces.iter().map(Vec::len).sum::<usize>() <= 4 * (COLUMNS + 2));
        assert_eq!(lighter("#0072b2"), "#7fb8d8");
    }
}
