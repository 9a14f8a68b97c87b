//! From spans to the screen: a few curves as a mesh, many as a picture.

use std::ops::Range;

use bevy_egui::egui;

use super::{paper::Paper, sheet::Sheet, spans::Span};
use crate::raster::share;

/// Half the width of a line in points.
const HALF_WIDTH: f32 = 0.9;

/// A span that is longer than this in pixels is a steep line, which is as thin as its column.
const STEEP: f32 = 3.0;

/// Where spans are on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// In points.
    pub(super) rect: egui::Rect,
    pub(super) pixels_per_point: f32,
    /// Both ends of the y axis.
    pub(super) y: (f64, f64),
}

impl Place {
    /// The pixel of the window at its upper left corner.
    pub(super) fn origin(&self) -> egui::Pos2 {
        (self.rect.min * self.pixels_per_point).round()
    }

    /// Columns and rows of pixels.
    pub(super) fn pixels(&self) -> (usize, usize) {
        let size = self.rect.size() * self.pixels_per_point;
        (size.x.round().clamp(1.0, 16_384.0) as usize, size.y.round().clamp(1.0, 16_384.0) as usize)
    }

    /// The y of a point, in points from the top of the screen; far outside, it is at the edge.
    fn y(&self, y: f64) -> f32 {
        let (low, high) = self.y;
        let part = ((y - low) / (high - low)).clamp(-1.0, 2.0) as f32;
        self.rect.bottom() - part * self.rect.height()
    }
}

/// The mesh of a curve, soft at its upper and lower edges.
pub(super) fn mesh(spans: &[Span], place: &Place, color: egui::Color32, half_width: f32) -> egui::Mesh {
    let mut mesh = egui::Mesh::default();
    let pixel = 1.0 / place.pixels_per_point;
    let feather = 0.5 * pixel;
    for (index, span) in spans.iter().enumerate().filter(|(_, span)| span.is_some()) {
        let (top, bottom) = (place.y(span.high) - half_width, place.y(span.low) + half_width);
        if bottom < place.rect.top() || top > place.rect.bottom() {
            continue;
        }
        let widen = if bottom - top > STEEP * pixel + 2.0 * half_width { 0.25 * pixel } else { 0.0 };
        let left = place.rect.left() + index as f32 * pixel - widen;
        let right = place.rect.left() + (index + 1) as f32 * pixel + widen;
        let first = mesh.vertices.len() as u32;
        let clear = egui::Color32::TRANSPARENT;
        for (y, color) in
            [(top - feather, clear), (top + feather, color), (bottom - feather, color), (bottom + feather, clear)]
        {
            mesh.colored_vertex(egui::pos2(left, y), color);
            mesh.colored_vertex(egui::pos2(right, y), color);
        }
        for band in 0..3 {
            let at = first + 2 * band;
            mesh.add_triangle(at, at + 1, at + 2);
            mesh.add_triangle(at + 1, at + 3, at + 2);
        }
    }
    mesh
}

/// A picture of many curves, its columns one after the other so that spans lie side by side in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Canvas {
    /// Width and height in pixels.
    size: (usize, usize),
    pixels: Vec<egui::Color32>,
    /// The rows of each column that are covered by opaque pixels without a gap, as far as known.
    covered: Vec<(u32, u32)>,
    /// Whether there is something new to upload.
    pub(super) dirty: bool,
    /// What egui knows its texture by; `None` as long as it has none.
    pub(super) texture: Option<egui::TextureId>,
    /// The same on paper, where it lies beneath what egui draws.
    pub(super) sheet: Sheet,
}

impl Canvas {
    /// Width and height in pixels.
    pub(super) fn size(&self) -> (usize, usize) {
        self.size
    }

    /// The premultiplied pixels, column by column.
    pub(super) fn bytes(&self, out: &mut Vec<u8>) {
        out.clear();
        out.reserve(self.pixels.len() * 4);
        self.pixels.iter().for_each(|pixel| out.extend_from_slice(&pixel.to_array()));
    }

    /// The pixels of a column, from the top.
    pub(super) fn column(&mut self, column: usize) -> &mut [egui::Color32] {
        let height = self.size.1;
        &mut self.pixels[column * height..(column + 1) * height]
    }

    /// Puts the picture on paper, if something has changed, and says where it is shown.
    pub(super) fn lay_on(&mut self, paper: Paper, place: &Place) {
        self.sheet.place(place);
        if std::mem::take(&mut self.dirty) || !self.sheet.is_on(&paper) {
            self.sheet.renew(paper, self.size, &self.pixels);
        }
    }

    /// An empty picture.
    pub(super) fn clear(&mut self, width: usize, height: usize) {
        self.size = (width, height);
        self.pixels.clear();
        self.pixels.resize(width * height, egui::Color32::TRANSPARENT);
        self.covered.clear();
        self.covered.resize(width, (0, 0));
        self.dirty = true;
    }

    /// Moves everything to the left; the columns at the right stay as they were, too.
    pub(super) fn move_left(&mut self, columns: usize) {
        let (width, height) = self.size;
        let columns = columns.min(width);
        if columns == 0 {
            return;
        }
        self.pixels.copy_within(columns * height.., 0);
        self.covered.copy_within(columns.., 0);
        self.dirty = true;
    }

    /// Empties some columns.
    pub(super) fn clear_columns(&mut self, columns: Range<usize>) {
        let height = self.size.1;
        self.pixels[columns.start * height..columns.end * height].fill(egui::Color32::TRANSPARENT);
        self.covered[columns].fill((0, 0));
        self.dirty = true;
    }

    /// Paints some columns of curves, each behind those before it and behind what is there already: what they cover
    /// costs nothing.
    pub(super) fn paint_behind(&mut self, curves: &[Painted], place: &Place, columns: Range<usize>) {
        let (width, height) = self.size;
        if columns.is_empty() || width * height == 0 {
            return;
        }
        let rows = Rows::new(place);
        let pixels = &mut self.pixels[columns.start * height..columns.end * height];
        let covered = &mut self.covered[columns.clone()];
        let bands = pixels.chunks_mut(BAND_COLUMNS * height).zip(covered.chunks_mut(BAND_COLUMNS));
        let threads = if columns.len() * curves.len() > SHARED_SPANS { threads() } else { 1 };
        share(threads, bands.enumerate(), |(band, (pixels, covered))| {
            // All curves of a column before the next, so that its pixels stay at hand.
            for (at, (pixels, covered)) in pixels.chunks_exact_mut(height).zip(covered).enumerate() {
                for (spans, color, half_width) in curves {
                    let Some(span) = spans.get(columns.start + band * BAND_COLUMNS + at).filter(|span| span.is_some())
                    else {
                        continue;
                    };
                    let (top, bottom) = rows.of(span, *half_width);
                    if bottom > 0.0 && top < height as f32 {
                        paint_span(pixels, covered, (top.max(0.0), bottom.min(height as f32)), *color);
                    }
                }
            }
        });
    }

    /// The rectangle with the picture in it; its columns become columns again.
    pub(super) fn shape(&self, rect: egui::Rect) -> Option<egui::Shape> {
        let mut mesh = egui::Mesh::with_texture(self.texture?);
        let corners = [
            (rect.left_top(), egui::pos2(0.0, 0.0)),
            (rect.right_top(), egui::pos2(0.0, 1.0)),
            (rect.right_bottom(), egui::pos2(1.0, 1.0)),
            (rect.left_bottom(), egui::pos2(1.0, 0.0)),
        ];
        for (pos, uv) in corners {
            mesh.vertices.push(egui::epaint::Vertex { pos, uv, color: egui::Color32::WHITE });
        }
        mesh.add_triangle(0, 1, 2);
        mesh.add_triangle(0, 2, 3);
        Some(egui::Shape::mesh(mesh))
    }
}

/// Spans of a curve, its colour, and half its width in points.
pub(super) type Painted<'a> = (&'a [Span], egui::Color32, f32);

/// Columns that are painted together.
const BAND_COLUMNS: usize = 64;

/// Spans from which on a second thread is worth its start.
const SHARED_SPANS: usize = 10_000;

/// Threads that draw curves.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |count| count.get().min(4))
}

/// From values to rows of a picture.
struct Rows {
    bottom: f64,
    per_value: f64,
    low: f64,
    height: f64,
    scale: f32,
}

impl Rows {
    fn new(place: &Place) -> Self {
        let (scale, (low, high)) = (place.pixels_per_point, place.y);
        let height = f64::from(place.rect.height() * scale);
        let bottom = f64::from(place.rect.bottom() * scale - place.origin().y);
        Self { bottom, per_value: height / (high - low), low, height, scale }
    }

    /// The rows between which a span is; far outside, they are at the edge.
    fn of(&self, span: &Span, half_width: f32) -> (f32, f32) {
        let row = |value: f64| {
            (self.bottom - ((value - self.low) * self.per_value).clamp(-self.height, 2.0 * self.height)) as f32
        };
        (row(span.high) - half_width * self.scale, row(span.low) + half_width * self.scale)
    }
}

fn paint_span(pixels: &mut [egui::Color32], covered: &mut (u32, u32), (top, bottom): (f32, f32), color: egui::Color32) {
    let height = pixels.len();
    // Both are at least 0.
    let (first, last) = (top.ceil() as usize, (bottom as usize).min(height));
    if first > last {
        // Within one pixel.
        return behind_in_part(&mut pixels[(top as usize).min(height - 1)], color, bottom - top);
    }
    if first > 0 {
        behind_in_part(&mut pixels[first - 1], color, first as f32 - top);
    }
    if last < height {
        behind_in_part(&mut pixels[last], color, bottom - last as f32);
    }
    let (from, to) = (first as u32, last as u32);
    let (known_from, known_to) = *covered;
    let opaque = color.a() == 255;
    let mut fill = |range: Range<u32>| {
        pixels[range.start as usize..range.end as usize].iter_mut().for_each(|pixel| behind(pixel, color));
    };
    if from >= known_from && to <= known_to {
        return;
    }
    if to < known_from || from > known_to || known_from == known_to {
        fill(from..to);
        if opaque && to - from > known_to - known_from {
            *covered = (from, to);
        }
        return;
    }
    if from < known_from {
        fill(from..known_from);
    }
    if to > known_to {
        fill(known_to..to);
    }
    if opaque {
        *covered = (from.min(known_from), to.max(known_to));
    }
}

/// Puts a colour behind what is in a pixel.
fn behind(pixel: &mut egui::Color32, color: egui::Color32) {
    *pixel = match pixel.a() {
        0 => color,
        255 => return,
        _ => blend(color, *pixel),
    };
}

/// The same where the colour fills a part of the pixel, from 0 to 1.
fn behind_in_part(pixel: &mut egui::Color32, color: egui::Color32, part: f32) {
    // In 256ths, which need no division.
    let part = (part.clamp(0.0, 1.0) * 256.0) as u32;
    if part == 0 || pixel.a() == 255 {
        return;
    }
    let [red, green, blue, alpha] = color.to_array().map(|channel| ((u32::from(channel) * part) >> 8) as u8);
    behind(pixel, egui::Color32::from_rgba_premultiplied(red, green, blue, alpha));
}

/// A premultiplied colour over another.
fn blend(below: egui::Color32, above: egui::Color32) -> egui::Color32 {
    let rest = 256 - u32::from(above.a());
    let (below, above) = (below.to_array(), above.to_array());
    let [red, green, blue, alpha] =
        std::array::from_fn(|at| above[at].saturating_add(((u32::from(below[at]) * rest) >> 8) as u8));
    egui::Color32::from_rgba_premultiplied(red, green, blue, alpha)
}

/// Half the width of a line, wider where it is to stand out.
pub(super) fn half_width(highlighted: bool) -> f32 {
    if highlighted { 1.8 * HALF_WIDTH } else { HALF_WIDTH }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(height: f32) -> Place {
        let rect = egui::Rect::from_min_size(egui::pos2(0.0, 0.0), egui::vec2(4.0, height));
        Place { rect, pixels_per_point: 1.0, y: (0.0, f64::from(height)) }
    }

    #[test]
    fn what_was_painted_first_lies_on_top() {
        let mut canvas = Canvas::default();
        canvas.clear(2, 10);
        let (red, blue) = (egui::Color32::RED, egui::Color32::BLUE);
        canvas.paint_behind(&[(&[Span { low: 4.0, high: 6.0 }, Span::NONE], red, 0.0)], &place(10.0), 0..2);
        canvas.paint_behind(&[(&[Span { low: 2.0, high: 8.0 }; 2], blue, 0.0)], &place(10.0), 0..2);
        let clear = egui::Color32::TRANSPARENT;
        assert_eq!(canvas.pixels[..10], [clear, clear, blue, blue, red, red, blue, blue, clear, clear]);
        assert_eq!(canvas.pixels[14], blue);
    }

    #[test]
    fn a_span_fills_its_ends_as_far_as_it_reaches() {
        let mut canvas = Canvas::default();
        canvas.clear(1, 4);
        canvas.paint_behind(&[(&[Span { low: 1.5, high: 2.5 }], egui::Color32::WHITE, 0.0)], &place(4.0), 0..1);
        let alpha: Vec<u8> = canvas.pixels.iter().map(egui::Color32::a).collect();
        assert!(alpha[0] == 0 && alpha[3] == 0 && (120..=135).contains(&alpha[1]) && alpha[1] == alpha[2], "{alpha:?}");
        // Far outside, and endless.
        canvas.clear(1, 4);
        let all = Span { low: f64::NEG_INFINITY, high: f64::INFINITY };
        canvas.paint_behind(&[(&[all], egui::Color32::WHITE, 0.0)], &place(4.0), 0..1);
        assert!(canvas.pixels.iter().all(|pixel| pixel.a() == 255));
        canvas.paint_behind(&[(&[Span { low: 50.0, high: 60.0 }], egui::Color32::RED, 0.0)], &place(4.0), 0..1);
    }

    #[test]
    fn what_has_moved_and_been_painted_in_part_is_what_would_be_painted_anew() {
        let spans = |from: usize| (from..from + 8).map(|at| Span { low: at as f64, high: at as f64 + 1.5 });
        let (before, after): (Vec<Span>, Vec<Span>) = (spans(0).collect(), spans(3).collect());
        let mut canvas = Canvas::default();
        canvas.clear(8, 12);
        canvas.paint_behind(&[(&before, egui::Color32::RED, 0.7)], &place(12.0), 0..8);
        canvas.move_left(3);
        canvas.clear_columns(4..8);
        canvas.paint_behind(&[(&after, egui::Color32::RED, 0.7)], &place(12.0), 4..8);
        let mut anew = Canvas::default();
        anew.clear(8, 12);
        anew.paint_behind(&[(&after, egui::Color32::RED, 0.7)], &place(12.0), 0..8);
        assert_eq!((canvas.pixels, canvas.covered), (anew.pixels, anew.covered));
    }

    #[test]
    fn a_mesh_has_a_soft_quad_for_each_column_that_is_seen() {
        let spans = [Span { low: 1.0, high: 2.0 }, Span::NONE, Span { low: 90.0, high: 91.0 }];
        assert_eq!(mesh(&spans, &place(10.0), egui::Color32::RED, 1.0).vertices.len(), 8);
    }
}
