//! Turning a buffer into a picture.

use std::ops::Range;

use super::band::runs;
use super::buffer::{BAND_ROWS, NONE, PixelBuffer, Span};
use super::workers::share;

/// The colour of a compartment without one, packed.
const MISSING: u32 = 0xff80_8080;

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
        share(threads, picture.chunks_mut(chunk).zip(&buffer.spans).enumerate(), |(index, (rows, spans))| {
            if full {
                fill(rows, background);
            }
            shade_spans(buffer, spans, colours, index * chunk / 4, rows);
        });
        self.painted = state;
        for highlight in highlights {
            self.draw_outline(buffer, highlight, picture);
        }
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

    fn draw_outline(&mut self, buffer: &PixelBuffer, highlight: &Highlight, picture: &mut [u8]) {
        let marked = |compartment: u32| highlight.compartments.contains(&compartment) && compartment != NONE;
        let outlined = &mut self.outlined;
        for span in buffer.spans() {
            runs(&buffer.compartments[span.pixels()], marked, |run| {
                let run = span.start as usize + run.start..span.start as usize + run.end;
                around(buffer, run, highlight.width_px as usize, |pixel| {
                    if !marked(buffer.compartments[pixel]) {
                        picture[pixel * 4..pixel * 4 + 4].copy_from_slice(&highlight.colour);
                        outlined.push(pixel);
                    }
                });
            });
        }
    }
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
