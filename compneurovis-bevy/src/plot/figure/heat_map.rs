//! What is in the figure of a heat map.

use compneurovis_core::{
    HeatMapView, Rgba, Scene,
    colormap::{NAN_COLOR, table_index},
};

use super::{Figure, Picture};
use crate::plot::heat_map::{Cells, cells, edges, nearest, window};

/// Pixels of the picture: as fine as print, whatever lies between its values.
const PIXELS: (usize, usize) = (2048, 1280);

pub(super) fn heat_map(view: &HeatMapView, scene: &Scene) -> Result<Figure, String> {
    let cells = cells(view, scene)?;
    let (x, y) = (window(&cells.x, view.rolling_window), edges(&cells.y));
    let bounds = ([x.0, y.0], [x.1, y.1]);
    Ok(Figure {
        picture: Some(Picture { bounds, size: PIXELS, pixels: pixels(&cells, bounds) }),
        rows: cells.rows.unwrap_or_default().iter().map(|name| name.to_string()).collect(),
        labels: cells.labels,
        bounds,
        color_scales: vec![cells.scale],
        ..Figure::default()
    })
}

fn pixels(cells: &Cells, (min, max): ([f64; 2], [f64; 2])) -> Vec<[u8; 3]> {
    let (width, height) = PIXELS;
    let middle =
        |at: usize, count: usize, axis: usize| min[axis] + (max[axis] - min[axis]) * (at as f64 + 0.5) / count as f64;
    let columns: Vec<Option<usize>> = (0..width).map(|at| nearest(&cells.x, middle(at, width, 0))).collect();
    let table = cells.scale.map.table();
    let color = |column: usize, row: usize| {
        let value = cells.values[column * cells.y.len() + row];
        table_index(value, cells.scale.limits).map_or(NAN_COLOR, |index| table[index])
    };
    let mut pixels = Vec::with_capacity(width * height);
    for at in (0..height).rev() {
        let row = nearest(&cells.y, middle(at, height, 1));
        pixels.extend(columns.iter().map(|column| {
            let Rgba([red, green, blue, _]) =
                column.zip(row).map_or(Rgba([255; 4]), |(column, row)| color(column, row));
            [red, green, blue]
        }));
    }
    pixels
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Coord, Field};

    use super::*;
    use crate::plot::figure::{Seen, svg_of};

    #[test]
    fn rows_go_up_and_columns_to_the_right() {
        let values = ndarray::arr2(&[[0.0, 1.0, f32::NAN], [2.0, 3.0, 4.0]]).into_dyn();
        let dims = [("place", Coord::from(vec![0.0, 1.0])), ("time", Coord::from(vec![0.0, 1.0, 2.0]))];
        let field = Field::new("v", values, dims).unwrap().with_label("Potential").with_unit("mV");
        let scene = Scene::new().with_field(field);
        let view = HeatMapView::new("map", "v", "time", "place");
        let figure = heat_map(&view, &scene).unwrap();
        let picture = figure.picture.as_ref().unwrap();
        let at = |x: usize, y: usize| picture.pixels[y * PIXELS.0 + x];
        let table = view.color_map.table();
        let rgb = |Rgba([red, green, blue, _]): Rgba| [red, green, blue];
        assert_eq!(at(0, PIXELS.1 - 1), rgb(table[0]), "the first value is at the lower left");
        assert_eq!(at(PIXELS.0 - 1, 0), rgb(table[255]), "the last is at the upper right");
        assert_eq!(at(PIXELS.0 - 1, PIXELS.1 - 1), rgb(NAN_COLOR));
        assert_eq!(figure.bounds, ([-0.5, -0.5], [2.5, 1.5]));
        let text = svg_of(&view.into(), &scene, Seen::default(), (720.0, 420.0), "").unwrap();
        assert!(text.contains("data:image/png;base64,iVBOR") && text.contains("Potential (mV)"));
    }
}
