//! The thinnest tubes: lines of single pixels.
//!
//! From afar nearly all frusta of a cell are less than a pixel wide and little longer. Such a one is no shape any more
//! but a few pixels, the ones that its axis passes through, and they are found without making a surface of it.

use super::band::shade;
use super::buffer::BAND_ROWS;
use super::labels::Numbers;
use super::vector::{least, most};
use super::view::RasterView;
use compneurovis_core::Frustum;

/// Tubes of less than this half-width are lines of single pixels.
pub(super) const LINE_LIMIT_PX: f32 = 0.5;

/// Longer lines in rows or columns of pixels are strips: few cells have many of them.
const LONGEST_PX: f32 = 16.0;

/// Lines up to this long are dots: one pixel that shows the nearer end.
const DOT_PX: f32 = 0.5;

/// What is added to a position to make it positive before the fraction is cut off: more than [`LONGEST_PX`].
const BIAS: f32 = 64.0;

/// How a line darkens with the squared distance between its axis and a pixel's centre, in pixels.
const DARKENING: f32 = 0.3;

/// How squarely a dot faces the camera: the mean over where in a pixel it can be.
const DOT_FACING: f32 = 0.97;

/// A pixel of a band, and what would be seen there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dot {
    /// The pixel within the band and, in the lowest eight bits, how brightly it is lit.
    pixel_and_shade: u32,
    pub(super) depth: f32,
    pub(super) compartment: u32,
}

impl Dot {
    #[inline(always)]
    pub(super) fn pixel(&self) -> usize {
        (self.pixel_and_shade >> 8) as usize
    }

    #[inline(always)]
    pub(super) fn shade(&self) -> u8 {
        self.pixel_and_shade as u8
    }
}

/// The end of a line in the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    um: [f32; 3],
    x: f32,
    y: f32,
    distance: f32,
    /// One over the distance in perspective.
    scale: f32,
}

impl Point {
    /// Where no end is: equal to nothing.
    pub(super) const NOWHERE: Self = Self { um: [f32::NAN; 3], x: 0.0, y: 0.0, distance: 0.0, scale: 0.0 };

    #[inline(always)]
    fn new(um: [f32; 3], view: &RasterView) -> Self {
        let point = view.point(um);
        let scale = if view.perspective { 1.0 / point[2] } else { 1.0 };
        let [x, y] = view.project_scaled(point, scale);
        Self { um, x, y, distance: point[2], scale }
    }

    #[inline(always)]
    fn depth(&self, view: &RasterView) -> f32 {
        view.depth_scaled(self.distance, self.scale)
    }
}

/// What became of a frustum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    /// It is in the dots, or out of sight.
    Done,
    /// It is too wide, too long or too near for a line, or a number in it is none.
    NoLine,
}

/// The dots of each band, in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Dots {
    bands: Vec<Vec<Dot>>,
    /// The band and pixel of the last dot.
    last: Option<(usize, u32)>,
}

impl Dots {
    pub(super) fn clear(&mut self, bands: usize) {
        self.bands.iter_mut().for_each(Vec::clear);
        if self.bands.len() < bands {
            self.bands.resize_with(bands, Vec::new);
        }
        self.last = None;
    }

    /// The dots of a band.
    pub(super) fn of(&self, band: usize) -> &[Dot] {
        &self.bands[band]
    }

    /// How many dots there are.
    pub(super) fn len(&self) -> usize {
        self.bands.iter().map(Vec::len).sum()
    }

    /// Adds the pixels of a frustum if it is a line. `last` is the end of the one before, which mostly is its start.
    #[inline(always)]
    pub(super) fn add(&mut self, frustum: &Frustum, numbers: Numbers, last: &mut Point, view: &RasterView) -> Outcome {
        let a = if frustum.start_um == last.um { *last } else { Point::new(frustum.start_um, view) };
        let b = Point::new(frustum.end_um, view);
        *last = b;
        let radius = most(frustum.start_radius_um, frustum.end_radius_um);
        let half_width = view.radius(radius) * view.pixels_per_scale() * most(a.scale, b.scale);
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        // Written so that NaN makes no line.
        let in_front = (a.distance > view.near()) & (b.distance > view.near());
        let fits = (dx.abs() < LONGEST_PX) & (dy.abs() < LONGEST_PX) & (half_width < LINE_LIMIT_PX);
        if !(in_front & fits) {
            return Outcome::NoLine;
        }
        let (width, height) = (view.width as f32, view.height as f32);
        let beside =
            (a.x > -LONGEST_PX) & (a.x < width + LONGEST_PX) & (a.y > -LONGEST_PX) & (a.y < height + LONGEST_PX);
        if !beside {
            return Outcome::Done;
        }
        let bulge = view.depth_slope(a.distance, a.scale) * view.radius(radius);
        let line = Line { frustum, numbers, a, b, dx, dy, depths: [a.depth(view), b.depth(view)], bulge };
        if (dx.abs() < DOT_PX) & (dy.abs() < DOT_PX) {
            self.add_dot(&line, view);
        } else {
            self.add_line(&line, view);
        }
        Outcome::Done
    }

    #[inline(always)]
    fn add_dot(&mut self, line: &Line<'_>, view: &RasterView) {
        let (x, y) = (line.a.x + line.dx * 0.5, line.a.y + line.dy * 0.5);
        let [first, second] = line.depths;
        let (depth, position) =
            if second > first { (second, line.frustum.end_position) } else { (first, line.frustum.start_position) };
        if depth <= 1.0 {
            self.put(pixel_of(x), pixel_of(y), depth + line.bulge, shade(DOT_FACING), line.numbers.at(position), view);
        }
    }

    #[inline(always)]
    fn add_line(&mut self, line: &Line<'_>, view: &RasterView) {
        if line.dx.abs() >= line.dy.abs() {
            let [from, to] = ordered(pixel_of(line.a.x), pixel_of(line.b.x));
            let step = 1.0 / line.dx;
            for column in from..=to {
                let t = within((column as f32 + 0.5 - line.a.x) * step);
                let y = line.a.y + t * line.dy;
                let row = pixel_of(y);
                self.put_along(line, t, column, row, row as f32 + 0.5 - y, view);
            }
        } else {
            let [from, to] = ordered(pixel_of(line.a.y), pixel_of(line.b.y));
            let step = 1.0 / line.dy;
            for row in from..=to {
                let t = within((row as f32 + 0.5 - line.a.y) * step);
                let x = line.a.x + t * line.dx;
                let column = pixel_of(x);
                self.put_along(line, t, column, row, column as f32 + 0.5 - x, view);
            }
        }
    }

    #[inline(always)]
    fn put_along(&mut self, line: &Line<'_>, t: f32, column: i32, row: i32, offset: f32, view: &RasterView) {
        let depth = line.depths[0] + (line.depths[1] - line.depths[0]) * t;
        if depth <= 1.0 {
            let shade = shade(1.0 - DARKENING * offset * offset);
            self.put(column, row, depth + line.bulge, shade, line.compartment(t, view), view);
        }
    }

    #[inline(always)]
    fn put(&mut self, column: i32, row: i32, depth: f32, shade: u8, compartment: u32, view: &RasterView) {
        let (column, row) = (column as u32 as usize, row as u32 as usize);
        if column >= view.width || row >= view.height {
            return;
        }
        let pixel = ((row % BAND_ROWS) * view.width + column) as u32;
        let dot = Dot { pixel_and_shade: pixel << 8 | u32::from(shade), depth: least(depth, 1.0), compartment };
        let place = (row / BAND_ROWS, pixel);
        let band = &mut self.bands[place.0];
        // Consecutive frusta often share a pixel; then the nearest is enough.
        if self.last == Some(place)
            && let Some(before) = band.last_mut()
        {
            if dot.depth > before.depth {
                *before = dot;
            }
            return;
        }
        band.push(dot);
        self.last = Some(place);
    }
}

/// A line and what its pixels depend on.
struct Line<'a> {
    frustum: &'a Frustum,
    numbers: Numbers,
    a: Point,
    b: Point,
    dx: f32,
    dy: f32,
    depths: [f32; 2],
    /// How much nearer than the axis the surface comes.
    bulge: f32,
}

impl Line<'_> {
    /// The compartment at a parameter along the line in the picture, which perspective foreshortens.
    #[inline(always)]
    fn compartment(&self, t: f32, view: &RasterView) -> u32 {
        let (start, end) = (self.frustum.start_position, self.frustum.end_position);
        let first = self.numbers.at(start);
        // Most frusta lie within one compartment.
        if first == self.numbers.at(end) {
            return first;
        }
        let ratio = if view.perspective { self.a.distance / self.b.distance } else { 1.0 };
        let along = t * ratio / (1.0 + t * (ratio - 1.0));
        self.numbers.at(start + (end - start) * along)
    }
}

#[inline(always)]
fn pixel_of(position: f32) -> i32 {
    (position + BIAS) as i32 - BIAS as i32
}

#[inline(always)]
fn ordered(a: i32, b: i32) -> [i32; 2] {
    if a <= b { [a, b] } else { [b, a] }
}

#[inline(always)]
fn within(t: f32) -> f32 {
    least(most(t, 0.0), 1.0)
}
