//! Level of detail: where many points of a grid share a pixel, fewer are drawn.
//!
//! Only on a software adapter, which takes some 300 ns for a point: a million of them would be two frames a second. What is
//! left out is never an extremum that could be seen: of the points that are drawn as one, it is the one that stands
//! out. A hole among them is a hole.

use bevy::prelude::*;
use compneurovis_core::Field;

use super::{SurfaceGrid, SurfaceShape, sight::Sight};

/// Grids with fewer points are always drawn as they are.
const SMALL: usize = 100_000;

/// How far apart lines may be on the screen, in pixels.
const SPACING: f32 = 2.0;

/// By which part of the range a point has to differ from its neighbour to stand out.
const STANDS_OUT: f32 = 0.02;

/// Only these steps, so that a camera that moves slowly changes them seldom.
const STEPS: [usize; 14] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];

/// Every how many-th line along x and along y is enough for a camera.
pub(super) fn steps(lines: [usize; 2], shape: &SurfaceShape, sight: &Sight) -> [usize; 2] {
    let corners = shape.corners();
    let all_in_front = corners.iter().all(|&corner| sight.project(corner).is_some());
    if lines.iter().product::<usize>() < SMALL || !all_in_front {
        return [1; 2];
    }
    [0, 1].map(|side| {
        let edges = (0..8usize).filter(|corner| corner >> side & 1 == 0);
        let lengths = edges.map(|corner| sight.length(corners[corner], corners[corner | 1 << side]));
        let pixels = lengths.fold(1.0, f32::max) * sight.scale;
        let enough = lines[side] as f32 * SPACING / pixels;
        STEPS.into_iter().take_while(|&step| step as f32 <= enough).last().unwrap_or(1)
    })
}

/// The lines that are drawn: every so-many-th, and the last.
pub(super) fn kept(lines: usize, step: usize) -> Vec<usize> {
    let last = lines.saturating_sub(1);
    (0..last).step_by(step.max(1)).chain([last]).collect()
}

/// The heights that are drawn, those along x following each other.
pub(super) fn reduced(grid: &SurfaceGrid, field: &Field, range: Option<(f32, f32)>, steps: [usize; 2]) -> Vec<f32> {
    let values = field.values();
    let owned: Vec<f32>;
    let values = match values.as_slice() {
        Some(values) => values,
        None => {
            owned = values.iter().copied().collect();
            &owned
        }
    };
    let ([columns, rows], [along_x, along_y]) = (grid.lines(), grid.strides());
    let least = range.map_or(0.0, |(low, high)| (high - low) * STANDS_OUT);
    let blocks = |lines: usize, step: usize| {
        let kept = kept(lines, step);
        let ends: Vec<usize> = kept.iter().skip(1).copied().chain([lines]).collect();
        kept.into_iter().zip(ends).collect::<Vec<_>>()
    };
    let across = blocks(columns, steps[0]);
    let mut heights = Vec::with_capacity(across.len() * (rows / steps[1] + 2));
    for (top, bottom) in blocks(rows, steps[1]) {
        for &(left, right) in &across {
            let first = values[left * along_x + top * along_y];
            let (mut height, mut most) = (first, least);
            for row in top..bottom {
                for column in left..right {
                    let value = values[column * along_x + row * along_y];
                    // Not finite if one of the two is not.
                    let differs = (value - first).abs();
                    if differs > most || differs.is_nan() {
                        (height, most) = (value, differs);
                    }
                }
            }
            // Nothing is more than what is not a number.
            heights.push(if most.is_finite() { height } else { f32::NAN });
        }
    }
    heights
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Scene, SurfaceView, grid_field};
    use ndarray::Array2;

    use super::*;

    fn of(values: Array2<f32>, steps: [usize; 2]) -> Vec<f32> {
        let coord = |count: usize| (0..count).map(|at| at as f64).collect::<Vec<_>>();
        let (field, grid) = grid_field("z", values.clone(), coord(values.ncols()), coord(values.nrows())).unwrap();
        let scene = Scene::new().with_field(field).with_geometry(grid);
        let (grid, field) = SurfaceGrid::of(&SurfaceView::new("s", "z").on_grid("z-grid"), &scene).unwrap();
        reduced(&grid, field, Some((0.0, 1.0)), steps)
    }

    #[test]
    fn the_last_line_is_always_there() {
        assert_eq!(kept(7, 3), [0, 3, 6]);
        assert_eq!(kept(8, 3), [0, 3, 6, 7]);
        assert_eq!((kept(1, 4), kept(5, 1)), (vec![0], vec![0, 1, 2, 3, 4]));
    }

    #[test]
    fn what_stands_out_and_holes_are_kept() {
        let mut values = Array2::from_elem((7, 10), 0.5);
        values[(1, 2)] = 1.0;
        values[(4, 7)] = 0.0;
        values[(6, 9)] = f32::NAN;
        values[(4, 1)] = f32::INFINITY;
        values[(0, 1)] = 0.505;
        let heights = of(values, [3, 3]);
        assert_eq!(heights.len(), 3 * 4);
        assert_eq!((heights[0], heights[6], heights[1]), (1.0, 0.0, 0.5));
        assert!(heights[11].is_nan() && heights[4].is_nan(), "{heights:?}");
    }

    #[test]
    fn every_line_is_the_field_as_it_is() {
        let values = Array2::from_shape_fn((3, 4), |(row, column)| (row * 4 + column) as f32);
        assert_eq!(of(values.clone(), [1, 1]), values.into_raw_vec_and_offset().0);
    }
}
