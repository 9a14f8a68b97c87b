//! A stretch of a cell made ready for drawing, and which bands each of them touches.

use compneurovis_core::{Frustum, Section};

use super::band::Band;
use super::buffer::BAND_ROWS;
use super::cone::Cone;
use super::dots::{Dots, Outcome, Point};
use super::flat::{FLAT_LIMIT_PX, Flat};
use super::labels::Numbers;
use super::outline::Outline;
use super::tube::{End, Tube};
use super::view::RasterView;

/// Frusta per chunk. An index within a chunk must fit in 16 bits.
pub(super) const CHUNK: usize = 8192;

/// Some consecutive frusta of a cell, and the view of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'a> {
    pub(super) frusta: &'a [Frustum],
    pub(super) sections: &'a [Section],
    pub(super) first_compartment: u32,
    pub(super) view: &'a RasterView,
}

/// The visible ones of a chunk of frusta.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    dots: Dots,
    flats: Shelf<Flat>,
    cones: Shelf<Cone>,
}

/// Surfaces of one kind, and for each band the indices of those that touch it.
#[derive(Debug)]
struct Shelf<S> {
    surfaces: Vec<S>,
    bands: Vec<Vec<u16>>,
    /// How many pixels the outlines have.
    pixels: usize,
}

impl<S> Default for Shelf<S> {
    fn default() -> Self {
        Self { surfaces: Vec::new(), bands: Vec::new(), pixels: 0 }
    }
}

impl<S> Shelf<S> {
    fn clear(&mut self, bands: usize) {
        self.surfaces.clear();
        self.pixels = 0;
        self.bands.iter_mut().for_each(Vec::clear);
        if self.bands.len() < bands {
            self.bands.resize_with(bands, Vec::new);
        }
    }

    #[inline(always)]
    fn add(&mut self, surface: S, outline: Outline) {
        let index = self.surfaces.len() as u16;
        let rows = outline.rows();
        self.pixels += rows.len() * outline.columns(None, 0.0).len();
        for band in &mut self.bands[rows.start / BAND_ROWS..rows.end.div_ceil(BAND_ROWS)] {
            band.push(index);
        }
        self.surfaces.push(surface);
    }

    fn touching(&self, band: usize) -> impl Iterator<Item = &S> {
        self.bands[band].iter().map(|index| &self.surfaces[*index as usize])
    }
}

impl Chunk {
    /// Replaces the contents by at most [`CHUNK`] frusta.
    pub(super) fn fill(&mut self, stretch: &Stretch<'_>) {
        let view = stretch.view;
        let bands = view.height.div_ceil(BAND_ROWS);
        self.dots.clear(bands);
        self.flats.clear(bands);
        self.cones.clear(bands);
        let mut last = Point::NOWHERE;
        let mut section = (u32::MAX, None);
        for frustum in stretch.frusta {
            if frustum.section != section.0 {
                let found = stretch.sections.get(frustum.section as usize);
                section = (frustum.section, found.map(|found| Numbers::of(found, stretch.first_compartment)));
            }
            let Some(numbers) = section.1 else { continue };
            if self.dots.add(frustum, numbers, &mut last, view) == Outcome::NoLine {
                self.add(frustum, numbers, view);
            }
        }
    }

    /// About how many pixels are to be written.
    pub(super) fn work(&self) -> usize {
        self.dots.len() + self.flats.pixels + self.cones.pixels
    }

    /// Draws everything that touches a band.
    pub(super) fn draw(&self, band: &mut Band<'_>, view: &RasterView) {
        band.draw_dots(self.dots.of(band.index));
        for flat in self.flats.touching(band.index) {
            band.draw(flat, view);
        }
        for cone in self.cones.touching(band.index) {
            band.draw(cone, view);
        }
    }

    fn add(&mut self, frustum: &Frustum, numbers: Numbers, view: &RasterView) {
        let Some(tube) = Tube::new(frustum, numbers, view) else {
            return;
        };
        let Some((from, to)) = tube.range_beyond(view.near(), End::distance) else {
            // Both centres are too near, but the spheres may still reach into view.
            self.add_cone(&tube, view);
            return;
        };
        let whole = from == 0.0 && to == 1.0;
        let visible = if whole { tube } else { tube.between(from, to) };
        if visible.ends.iter().all(|end| is_thin(end, view)) {
            if let Some(flat) = Flat::new(&visible, view) {
                self.flats.add(flat, *super::band::Surface::outline(&flat));
            }
        } else {
            self.add_cone(&tube, view);
        }
    }

    fn add_cone(&mut self, tube: &Tube, view: &RasterView) {
        if let Some(cone) = Cone::new(tube, view) {
            self.cones.add(cone, *super::band::Surface::outline(&cone));
        }
    }
}

#[inline(always)]
fn is_thin(end: &End, view: &RasterView) -> bool {
    end.radius * view.pixels_per_unit(end.distance()) < FLAT_LIMIT_PX
}
