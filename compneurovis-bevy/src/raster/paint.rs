//! Turning a buffer into a picture.

use std::ops::Range;

use super::band::runs;
use super::buffer::{BAND_ROWS, NONE, PixelBuffer, Span};
use super::workers::share;

/// The colour of a compartment without one, packed.
const MISSING: u32 = 0xff80_8080;

/// Covered pixels from which on a second thread is worth its start.
const SHARED_PIXELS: usize = 200_000;

/// Compartments to mark with a line around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// The compartments; one, or those of a section.
    pub compartments: Range<u32>,
    /// The colour of the line, as red, green, blue and alpha.
    pub colour: [u8; 4],
    /// How wide the line is, in pixels.
    pub width_px: u32,
}

impl Highlight {
    /// A yellow line of two pixels around some compartments.
    pub fn new(compartments: Range<u32>) -> Self {
        Self { compartments, colour: [255, 224, 64, 255], width_px: 2 }
    }
}

/// Paints buffers into one picture, and remembers what it left there.
///
/// A picture has four bytes a pixel (red, green, blue, alpha), row by row from the top left. As long as the buffer
/// stays as it is, only the covered pixels are written again. Keep one painter for each picture, and call
/// [`repaint`](Self::repaint) when something else has changed the picture.
#[derive(Debug, Default)]
pub struct Painter {
    /// The stamp of the buffer whose uncovered pixels are in the picture, and their colour.
    painted: Option<(u64, [u8; 4])>,
    /// The pixels under the lines around compartments.
    outlined: Vec<usize>,
}

impl Painter {
    /// A painter whose first picture is painted in full.
    pub fn new() -> Self {
        Self::default()
    }

    /// Paints the next picture in full.
    pub fn repaint(&mut self) {
        self.painted = None;
    }

    /// Paints a buffer, with one packed colour for each compartment, and returns whether the picture had its size.
    ///
    /// Where lines of several highlights meet, the last one is seen.
    ///
    /// Colours are packed as [`colourize`](super::colourize) does it. A picture of another size is left alone.
    pub fn shade(
        &mut self,
        buffer: &PixelBuffer,
        colours: &[u32],
        background: [u8; 4],
        highlights: &[Highlight],
        picture: &mut [u8],
        threads: usize,
    ) -> bool {
        if picture.len() != buffer.compartments.len() * 4 {
            return false;
        }
        let state = Some((buffer.stamp(), background));
        let full = self.painted != state;
        if !full {
            self.erase_outline(buffer, background, picture);
        }
        self.outlined.clear();
        let chunk = (buffer.width * BAND_ROWS * 4).max(1);
        let threads = threads.min(1 + buffer.covered() / SHARED_PIXELS);
        share(threads, picture.chunks_mut(chunk).zip(&buffer.spans).enumerate(), |(index, (rows, spans))| {
            if full {
                fill(rows, background);
            }
            shade_spans(buffer, spans, colours, index * chunk / 4, rows);
        });
        self.painted = state;
        self.draw_outlines(buffer, highlights, picture);
        true
    }

    /// Puts the background back where a line was; covered pixels are painted anyhow.
    fn erase_outline(&self, buffer: &PixelBuffer, background: [u8; 4], picture: &mut [u8]) {
        for pixel in &self.outlined {
            if buffer.compartments[*pixel] == NONE {
                picture[pixel * 4..pixel * 4 + 4].copy_from_slice(&background);
            }
        }
    }

    fn draw_outlines(&mut self, buffer: &PixelBuffer, highlights: &[Highlight], picture: &mut [u8]) {
        let mut marked = marked_runs(buffer, highlights);
        // The runs of each highlight after those of the ones before it, so that the last one is seen.
        marked.sort_by_key(|(highlight, _)| *highlight);
        let outlined = &mut self.outlined;
        for (highlight, run) in marked {
            let Highlight { compartments, colour, width_px } = &highlights[highlight];
            around(buffer, run, *width_px as usize, |pixel| {
                if !compartments.contains(&buffer.compartments[pixel]) {
                    picture[pixel * 4..pixel * 4 + 4].copy_from_slice(colour);
                    outlined.push(pixel);
                }
            });
        }
    }
}

/// The runs of pixels that show something highlighted, each with the index of the highlight.
fn marked_runs(buffer: &PixelBuffer, highlights: &[Highlight]) -> Vec<(usize, Range<usize>)> {
    let mut found = Vec::new();
    let parts = union(highlights);
    if parts.is_empty() {
        return found;
    }
    let marked = |compartment: u32| {
        let before = parts.partition_point(|part| part.start <= compartment);
        before > 0 && parts[before - 1].end > compartment && compartment != NONE
    };
    for span in buffer.spans() {
        let compartments = &buffer.compartments[span.pixels()];
        runs(compartments, marked, |run| {
            let mut start = span.start as usize + run.start;
            for same in compartments[run].chunk_by(|a, b| a == b) {
                let pixels = start..start + same.len();
                start = pixels.end;
                let which = highlights.iter().enumerate().filter(|(_, line)| line.compartments.contains(&same[0]));
                found.extend(which.map(|(highlight, _)| (highlight, pixels.clone())));
            }
        });
    }
    found
}

/// The compartments of all highlights together, as ranges that neither meet nor overlap.
fn union(highlights: &[Highlight]) -> Vec<Range<u32>> {
    let mut ranges: Vec<_> = highlights.iter().map(|highlight| highlight.compartments.clone()).collect();
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let mut parts: Vec<Range<u32>> = Vec::new();
    for range in ranges {
        match parts.last_mut() {
            Some(part) if part.end >= range.start => part.end = part.end.max(range.end),
            _ => parts.push(range),
        }
    }
    parts
}

/// Calls `visit` with every pixel within `reach` rows and columns of a run of pixels in one row.
fn around(buffer: &PixelBuffer, run: Range<usize>, reach: usize, mut visit: impl FnMut(usize)) {
    let (row, left) = (run.start / buffer.width, run.start % buffer.width);
    let right = left.saturating_add(run.len()).saturating_add(reach).min(buffer.width);
    for row in row.saturating_sub(reach)..row.saturating_add(reach).saturating_add(1).min(buffer.height) {
        for column in left.saturating_sub(reach)..right {
            visit(row * buffer.width + column);
        }
    }
}

fn fill(rows: &mut [u8], colour: [u8; 4]) {
    rows.as_chunks_mut().0.fill(colour);
}

/// Paints the covered pixels of some rows, the first of which starts at pixel `above`.
fn shade_spans(buffer: &PixelBuffer, spans: &[Span], colours: &[u32], above: usize, rows: &mut [u8]) {
    let pixels = rows.as_chunks_mut::<4>().0;
    for span in spans {
        let range = span.pixels();
        let out = &mut pixels[range.start - above..range.end - above];
        let compartments = &buffer.compartments[range.clone()];
        for ((out, compartment), shade) in out.iter_mut().zip(compartments).zip(&buffer.shades[range]) {
            let colour = colours.get(*compartment as usize).copied().unwrap_or(MISSING);
            *out = lit(colour, *shade).to_le_bytes();
        }
    }
}

/// Multiplies red, green and blue by a shade of which 255 is one.
#[inline(always)]
fn lit(colour: u32, shade: u8) -> u32 {
    let factor = u32::from(shade) + 1;
    let red_blue = (((colour & 0x00ff_00ff) * factor) >> 8) & 0x00ff_00ff;
    let green = (((colour & 0x0000_ff00) * factor) >> 8) & 0x0000_ff00;
    red_blue | green | (colour & 0xff00_0000)
}
