//! One band of rows, and how a surface is drawn into it.

use std::ops::Range;

use super::buffer::{BAND_ROWS, NONE, Span};
use super::dots::Dot;
use super::labels::Labels;
use super::outline::{Outline, Strip};
use super::view::RasterView;

/// Neighbouring pixels that are computed together; what the compiler turns into one vector.
pub(super) const LANES: usize = 4;

/// How brightly a surface is lit that is seen edge-on, and how much more when it faces the camera.
const AMBIENT: f32 = 0.35;
const HEADLIGHT: f32 = 0.65;

/// How much nearer than another a surface must be to hide it: the least ratio of their depths.
///
/// Neighbouring tubes share a sphere. Where that shows, rounding would decide pixel by pixel which of them is seen.
const NEARER: f32 = 1.0 + 1e-5;

/// How brightly a surface is lit that faces the camera as squarely as the cosine says.
#[inline(always)]
pub(super) fn shade(facing: f32) -> u8 {
    ((AMBIENT + HEADLIGHT * facing) * 255.0 + 0.5) as u8
}

/// What is seen of a surface in neighbouring pixels of a row.
pub(super) struct Samples {
    /// The depth, or a negative number where the surface is not seen.
    pub(super) depth: [f32; LANES],
    /// The cosine of the angle between the surface normal and the ray, within 0..=1.
    pub(super) facing: [f32; LANES],
    /// Where along the axis the surface is, within 0..=1.
    pub(super) along: [f32; LANES],
}

/// Something to draw.
pub(super) trait Surface {
    /// The pixels it may cover.
    fn outline(&self) -> &Outline;
    /// A strip it lies in, where that is worth knowing.
    fn strip(&self) -> Option<Strip>;
    /// The compartments along its axis.
    fn labels(&self) -> &Labels;
    /// What is seen in the pixels from the one with its centre at `(x, y)` rightwards.
    fn sample(&self, x: f32, y: f32, view: &RasterView) -> Samples;
}

/// A few rows of a buffer.
pub(super) struct Band<'a> {
    /// How many bands lie above.
    pub(super) index: usize,
    pub(super) width: usize,
    pub(super) compartments: &'a mut [u32],
    pub(super) shades: &'a mut [u8],
    pub(super) depths: &'a mut [f32],
    pub(super) spans: &'a mut Vec<Span>,
}

impl Band<'_> {
    /// Empties all pixels.
    pub(super) fn clear(&mut self) {
        self.compartments.fill(NONE);
        self.depths.fill(0.0);
    }

    /// Draws the part of a surface that lies in this band and in front of what is there.
    #[inline(always)]
    pub(super) fn draw<S: Surface>(&mut self, surface: &S, view: &RasterView) {
        let top = self.index * BAND_ROWS;
        let rows = surface.outline().rows();
        let (first, last) = (rows.start.max(top), rows.end.min(top + BAND_ROWS));
        let strip = surface.strip();
        for row in first..last {
            let y = row as f32 + 0.5;
            let columns = surface.outline().columns(strip.as_ref(), y);
            let start = (row - top) * self.width;
            let mut column = columns.start;
            while column < columns.end {
                let samples = surface.sample(column as f32 + 0.5, y, view);
                let pixels = start + column..start + columns.end.min(column + LANES);
                self.keep_nearest(pixels, &samples, surface.labels());
                column += LANES;
            }
        }
    }

    /// Draws the dots that are in front of what is there.
    pub(super) fn draw_dots(&mut self, dots: &[Dot]) {
        for dot in dots {
            let pixel = dot.pixel();
            let depth = &mut self.depths[pixel];
            if dot.depth > *depth * NEARER {
                *depth = dot.depth;
                self.shades[pixel] = dot.shade();
                self.compartments[pixel] = dot.compartment;
            }
        }
    }

    #[inline(always)]
    fn keep_nearest(&mut self, pixels: Range<usize>, samples: &Samples, labels: &Labels) {
        let depths = &mut self.depths[pixels.clone()];
        let shades = &mut self.shades[pixels.clone()];
        let compartments = &mut self.compartments[pixels];
        for (lane, ((depth, shade), compartment)) in
            depths.iter_mut().zip(shades).zip(compartments).enumerate().take(LANES)
        {
            // At equal depth the first one stays, whichever thread draws it.
            if samples.depth[lane] > *depth * NEARER {
                *depth = samples.depth[lane];
                *shade = super::band::shade(samples.facing[lane]);
                *compartment = labels.at(samples.along[lane]);
            }
        }
    }

    /// Lists the covered runs.
    pub(super) fn find_spans(&mut self) {
        let above = self.index * BAND_ROWS * self.width;
        for (row, compartments) in self.compartments.chunks(self.width).enumerate() {
            let start = above + row * self.width;
            runs(
                compartments,
                |compartment| compartment != NONE,
                |run| {
                    self.spans.push(Span { start: (start + run.start) as u32, length: run.len() as u32 });
                },
            );
        }
    }
}

/// Calls `found` with each longest run of items that match.
pub(super) fn runs(items: &[u32], matches: impl Fn(u32) -> bool, mut found: impl FnMut(Range<usize>)) {
    let mut end = 0;
    while let Some(skipped) = first_match(&items[end..], &matches) {
        let start = end + skipped;
        let rest = &items[start..];
        let length = rest.iter().position(|item| !matches(*item));
        end = start + length.unwrap_or(rest.len());
        found(start..end);
    }
}

/// The index of the first item that matches.
#[inline(always)]
fn first_match(items: &[u32], matches: impl Fn(u32) -> bool) -> Option<usize> {
    // Most items match nothing. Asking eight without stopping in between lets the compiler use vectors.
    let blocks = items.as_chunks::<8>().0;
    let any = |block: &[u32; 8]| block.iter().fold(false, |any, item| any | matches(*item));
    let skipped = blocks.iter().take_while(|block| !any(block)).count() * 8;
    let found = items[skipped..].iter().position(|item| matches(*item))?;
    Some(skipped + found)
}
