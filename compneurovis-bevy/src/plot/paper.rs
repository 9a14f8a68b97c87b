//! The paper that plots are drawn on where no egui is beneath them: its colour and the lines of its grid.

use bevy_egui::egui;
use egui_plot::{GridInput, GridMark, PlotTransform};

use crate::raster::share;

/// Grid lines that are nearer than this in points are not drawn, and those farther apart than that are the strongest; as
/// in egui_plot.
pub(super) const SPACING: egui::Rangef = egui::Rangef { min: 8.0, max: 300.0 };

/// Rows of a picture that are written together.
const BAND_ROWS: usize = 16;

/// Pixels from which on a second thread is worth its start.
const SHARED_PIXELS: usize = 100_000;

/// What is behind the curves of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Paper {
    pub(super) color: egui::Color32,
    /// Lines from top to bottom, the strongest last.
    pub(super) upright: Vec<GridLine>,
    /// Lines from left to right.
    pub(super) level: Vec<GridLine>,
}

/// A line of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct GridLine {
    /// Its first column or row, in pixels.
    at: usize,
    /// How many it is wide.
    width: usize,
    color: egui::Color32,
}

/// What a spacer has to know of an axis.
pub(super) fn grid_input(transform: &PlotTransform, is_x: bool) -> GridInput {
    let (axis, bounds) = (usize::from(!is_x), transform.bounds());
    let base_step_size = transform.dvalue_dpos()[axis].abs() * f64::from(SPACING.min);
    GridInput { bounds: (bounds.min()[axis], bounds.max()[axis]), base_step_size }
}

/// The lines at the marks of an axis, as egui_plot draws them, for a picture whose first pixel is at `origin`.
pub(super) fn lines(
    marks: &[GridMark],
    transform: &PlotTransform,
    is_x: bool,
    (origin, pixels_per_point): (egui::Pos2, f32),
    color: egui::Color32,
) -> Vec<GridLine> {
    let width = pixels_per_point.round().max(1.0);
    let mut lines: Vec<(f32, GridLine)> = Vec::with_capacity(marks.len());
    for mark in marks {
        let scale = transform.dpos_dvalue()[usize::from(!is_x)];
        let apart = (scale * mark.step_size).abs() as f32;
        if apart <= SPACING.min {
            continue;
        }
        let strength = egui::remap_clamp(apart, SPACING, 0.0..=1.0);
        let at = if is_x {
            transform.position_from_point_x(mark.value) - origin.x
        } else {
            transform.position_from_point_y(mark.value) - origin.y
        };
        // The middle of the line is at the mark.
        let at = at * pixels_per_point - (width - 1.0) / 2.0;
        if at.is_finite() && at >= 0.0 {
            let (at, width) = (at as usize, width as usize);
            lines.push((strength, GridLine { at, width, color: color.gamma_multiply(strength.sqrt()) }));
        }
    }
    lines.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    lines.into_iter().map(|(_, line)| line).collect()
}

impl Paper {
    /// Writes a picture row by row: the paper, and over it premultiplied pixels that lie column by column.
    pub(super) fn compose(
        &self,
        (width, height): (usize, usize),
        columns: &[egui::Color32],
        picture: &mut Vec<[u8; 4]>,
    ) {
        picture.resize(width * height, [0; 4]);
        let mut plain = vec![self.color; width];
        self.upright.iter().for_each(|line| line.draw(&mut plain));
        let plain: Vec<[u8; 4]> = plain.iter().map(egui::Color32::to_array).collect();
        picture.chunks_exact_mut(width.max(1)).for_each(|row| row.copy_from_slice(&plain));
        for line in &self.level {
            let rows = line.at.min(height)..(line.at + line.width).min(height);
            for pixel in &mut picture[rows.start * width..rows.end * width] {
                *pixel = over(line.color, *pixel);
            }
        }
        let threads = if width * height > SHARED_PIXELS { 2 } else { 1 };
        share(threads, picture.chunks_mut((width * BAND_ROWS).max(1)).enumerate(), |(band, rows)| {
            let first = band * BAND_ROWS;
            let last = (first + BAND_ROWS).min(height);
            for column in 0..width {
                let pixels = &columns[column * height + first..column * height + last];
                // Most are empty.
                if pixels.iter().fold(0, |any, pixel| any | pixel.a()) == 0 {
                    continue;
                }
                for (row, pixel) in pixels.iter().enumerate().filter(|(_, pixel)| pixel.a() > 0) {
                    let below = &mut rows[row * width + column];
                    *below = over(*pixel, *below);
                }
            }
        });
    }
}

impl GridLine {
    fn draw(&self, row: &mut [egui::Color32]) {
        let (from, to) = (self.at.min(row.len()), (self.at + self.width).min(row.len()));
        for pixel in &mut row[from..to] {
            let [red, green, blue, _] = over(self.color, pixel.to_array());
            *pixel = egui::Color32::from_rgb(red, green, blue);
        }
    }
}

/// A premultiplied colour over an opaque one.
fn over(color: egui::Color32, below: [u8; 4]) -> [u8; 4] {
    let [red, green, blue, alpha] = color.to_array();
    if alpha == 255 {
        return color.to_array();
    }
    let rest = 255 - u16::from(alpha);
    let mix = |above: u8, below: u8| above.saturating_add(((u16::from(below) * rest + 127) / 255) as u8);
    [mix(red, below[0]), mix(green, below[1]), mix(blue, below[2]), 255]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_lie_over_the_grid_and_that_over_the_paper() {
        let line = |at, color| GridLine { at, width: 1, color };
        let (grey, red) = (egui::Color32::from_gray(100), egui::Color32::RED);
        let paper = Paper {
            color: egui::Color32::WHITE,
            upright: vec![line(1, grey)],
            level: vec![line(2, grey), line(9, red)],
        };
        // Three columns of four rows; the first is red from the second row on, half so in the third.
        let mut columns = vec![egui::Color32::TRANSPARENT; 12];
        columns[1] = red;
        columns[2] = egui::Color32::from_rgba_premultiplied(128, 0, 0, 128);
        let mut picture = Vec::new();
        paper.compose((3, 4), &columns, &mut picture);
        let (white, grey, red) = ([255; 4], [100, 100, 100, 255], [255, 0, 0, 255]);
        assert_eq!(picture[..6], [white, grey, white, red, grey, white]);
        assert_eq!(picture[6..9], [[178, 50, 50, 255], grey, grey]);
        assert_eq!(picture[9..], [white, grey, white]);
        // Nothing to draw on.
        paper.compose((0, 0), &[], &mut picture);
        assert!(picture.is_empty());
    }
}
