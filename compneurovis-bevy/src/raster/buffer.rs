//! What is seen in every pixel.

use std::sync::atomic::{AtomicU64, Ordering};

use super::RasterView;
use super::band::Band;

/// The compartment of a pixel where there is none.
pub const NONE: u32 = u32::MAX;

/// Rows of one band: enough to keep hold of a thread, few enough for its second-level cache.
pub(super) const BAND_ROWS: usize = 16;

/// Tells the contents of one buffer from those of any other, and from its own earlier ones.
static LAST_STAMP: AtomicU64 = AtomicU64::new(0);

/// A run of covered pixels within one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The index of the first pixel, counted row by row from the top left.
    pub start: u32,
    /// How many pixels are covered from there on.
    pub length: u32,
}

impl Span {
    /// The indices of the pixels.
    pub fn pixels(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.length as usize
    }
}

/// The compartment, lighting and depth of every pixel, row by row from the top left.
#[derive(Debug, Default)]
pub struct PixelBuffer {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) compartments: Vec<u32>,
    pub(super) shades: Vec<u8>,
    pub(super) depths: Vec<f32>,
    /// The covered runs of each band, from the top.
    pub(super) spans: Vec<Vec<Span>>,
    stamp: u64,
}

impl PixelBuffer {
    /// An empty buffer without pixels; [`rasterize`](super::rasterize) gives it the size of its view.
    pub fn new() -> Self {
        Self::default()
    }

    /// The width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The compartment seen in each pixel, or [`NONE`].
    pub fn compartments(&self) -> &[u32] {
        &self.compartments
    }

    /// How brightly each pixel is lit, up to 255. Only covered pixels have a meaningful value.
    pub fn shades(&self) -> &[u8] {
        &self.shades
    }

    /// The depth of each pixel: one at the near plane, zero where nothing is seen.
    pub fn depths(&self) -> &[f32] {
        &self.depths
    }

    /// All covered pixels as runs, from the top left.
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        self.spans.iter().flatten().copied()
    }

    /// How many pixels are covered.
    pub fn covered(&self) -> usize {
        self.spans().map(|span| span.length as usize).sum()
    }

    /// A number that no other contents of this or any buffer share.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The compartment seen at a position in pixels, or in the nearest covered pixel within `radius_px` of it.
    ///
    /// Distances are to the centres of pixels. Of two that are equally near, the one in front counts.
    pub fn pick(&self, x: f32, y: f32, radius_px: f32) -> Option<u32> {
        let pixel = self.nearest_covered(x, y, radius_px)?;
        self.compartments.get(pixel).copied()
    }

    /// The index of the covered pixel that [`pick`](Self::pick) reads.
    pub fn nearest_covered(&self, x: f32, y: f32, radius_px: f32) -> Option<usize> {
        if let Some(under) = self.covered_at(x, y) {
            return Some(under);
        }
        let mut best: Option<(f32, f32, usize)> = None;
        for row in reach(y, radius_px, self.height) {
            for column in reach(x, radius_px, self.width) {
                let (dx, dy) = (column as f32 + 0.5 - x, row as f32 + 0.5 - y);
                let distance = dx * dx + dy * dy;
                let pixel = row * self.width + column;
                if self.compartments[pixel] == NONE || distance > radius_px * radius_px {
                    continue;
                }
                let key = (distance, -self.depths[pixel], pixel);
                if best.is_none_or(|best| (key.0, key.1) < (best.0, best.1)) {
                    best = Some(key);
                }
            }
        }
        best.map(|(_, _, pixel)| pixel)
    }

    fn covered_at(&self, x: f32, y: f32) -> Option<usize> {
        let inside = x >= 0.0 && y >= 0.0 && x < self.width as f32 && y < self.height as f32;
        if !inside {
            return None;
        }
        let pixel = y as usize * self.width + x as usize;
        (self.compartments[pixel] != NONE).then_some(pixel)
    }

    /// Takes the size of a view. The contents are stale until every band has been cleared.
    pub(super) fn reset(&mut self, view: &RasterView) {
        self.width = view.width;
        self.height = view.height;
        let pixels = self.width * self.height;
        self.compartments.resize(pixels, NONE);
        self.shades.resize(pixels, 0);
        self.depths.resize(pixels, 0.0);
        // Spans of a smaller picture keep their memory for the next large one.
        let bands = self.height.div_ceil(BAND_ROWS).max(self.spans.len());
        self.spans.resize_with(bands, Vec::new);
        self.spans.iter_mut().for_each(Vec::clear);
        self.stamp = LAST_STAMP.fetch_add(1, Ordering::Relaxed) + 1;
    }

    /// The bands from the top, each with its own slices.
    pub(super) fn bands(&mut self) -> impl ExactSizeIterator<Item = Band<'_>> + Send {
        let width = self.width;
        // A chunk of no pixels is not allowed; without pixels there is no chunk either.
        let chunk = (width * BAND_ROWS).max(1);
        self.compartments
            .chunks_mut(chunk)
            .zip(self.shades.chunks_mut(chunk))
            .zip(self.depths.chunks_mut(chunk))
            .zip(&mut self.spans)
            .enumerate()
            .map(move |(index, (((compartments, shades), depths), spans))| Band {
                index,
                width,
                compartments,
                shades,
                depths,
                spans,
            })
    }
}

/// The pixels along one axis that lie within `radius` of a position.
fn reach(position: f32, radius: f32, extent: usize) -> std::ops::Range<usize> {
    // Conversions saturate, so that NaN and far positions give a range that is empty or ends at the border.
    let low = (position - radius).max(0.0) as usize;
    let high = (position + radius + 1.0).max(0.0) as usize;
    low.min(extent)..high.min(extent)
}
