//! Which pixels a tube can cover.

use std::ops::Range;

/// Below this many pixels in width, finding the limits of each row costs more than it saves.
const NARROW_PX: u16 = 8;

/// A rectangle of pixels, and a slanted strip through it outside of which nothing needs to be drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outline {
    left: u16,
    right: u16,
    top: u16,
    bottom: u16,
}

impl Outline {
    /// The pixels with their centre in a rectangle, unless there is none in a picture of this size.
    #[inline(always)]
    pub(super) fn new(rectangle: [f32; 4], width: usize, height: usize) -> Option<Self> {
        let [left, top, right, bottom] = rectangle;
        // Written so that NaN means outside.
        let seen = right > 0.0 && bottom > 0.0 && left < width as f32 && top < height as f32;
        if !seen {
            return None;
        }
        let outline = Self {
            left: first_centre(left),
            right: first_centre(right).min(width as u16),
            top: first_centre(top),
            bottom: first_centre(bottom).min(height as u16),
        };
        (outline.left < outline.right && outline.top < outline.bottom).then_some(outline)
    }

    /// The rows that have pixels.
    #[inline(always)]
    pub(super) fn rows(&self) -> Range<usize> {
        self.top as usize..self.bottom as usize
    }

    /// The columns that have pixels in the row with its centre at `y`, within a strip if there is one.
    #[inline(always)]
    pub(super) fn columns(&self, strip: Option<&Strip>, y: f32) -> Range<usize> {
        let Some(strip) = strip else {
            return self.left as usize..self.right as usize;
        };
        let left = first_centre(strip.left + strip.slope * y).max(self.left);
        let right = first_centre(strip.right + strip.slope * y).min(self.right);
        left as usize..right as usize
    }

    /// The strip of pixels within `reach` of the line from `start` in direction `along`.
    ///
    /// `None` where it would cut nothing off, or too little.
    #[inline(always)]
    pub(super) fn strip(&self, start: [f32; 2], along: [f32; 2], reach: f32) -> Option<Strip> {
        if self.right - self.left < NARROW_PX || along[1].abs() < 1e-3 {
            return None;
        }
        let slope = along[0] / along[1];
        let half = reach * (1.0 + slope * slope).sqrt();
        let at_zero = start[0] - start[1] * slope;
        Some(Strip { slope, left: at_zero - half, right: at_zero + half })
    }
}

/// Two slanted lines, between which a tube lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strip {
    slope: f32,
    left: f32,
    right: f32,
}

/// The first pixel whose centre lies at or beyond a position, at most the last one that 16 bits hold.
#[inline(always)]
fn first_centre(position: f32) -> u16 {
    let before = position - 0.5;
    // The conversion truncates and saturates.
    let pixel = before as i32;
    let pixel = pixel.saturating_add(i32::from(before > pixel as f32));
    pixel.clamp(0, 0xffff) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_count_by_their_centres() {
        let outline = Outline::new([1.4, 0.6, 3.6, 1.6], 10, 10).unwrap();
        assert_eq!(outline.columns(None, 0.0), 1..4);
        assert_eq!(outline.rows(), 1..2);
    }

    #[test]
    fn outside_nan_and_slivers_have_no_pixels() {
        for rectangle in [
            [-5.0, 0.0, -1.0, 5.0],
            [11.0, 0.0, 12.0, 5.0],
            [f32::NAN, 0.0, 1.0, 5.0],
            [0.0, 0.0, f32::NAN, 5.0],
            [1.6, 0.0, 2.4, 5.0],
        ] {
            assert!(Outline::new(rectangle, 10, 10).is_none(), "{rectangle:?}");
        }
    }

    #[test]
    fn boundless_rectangles_are_cut_to_the_picture() {
        let outline = Outline::new([f32::MIN, -1e30, f32::INFINITY, 1e30], 10, 7).unwrap();
        assert_eq!((outline.columns(None, 0.0), outline.rows()), (0..10, 0..7));
    }

    #[test]
    fn a_strip_follows_its_line() {
        let outline = Outline::new([0.0, 0.0, 100.0, 100.0], 100, 100).unwrap();
        let strip = outline.strip([0.0, 0.0], [1.0, 1.0], 2.0);
        let columns = outline.columns(strip.as_ref(), 50.5);
        assert_eq!(columns, 48..53);
    }
}
