//! Frusta made ready for drawing, and which bands each of them touches.

use super::band::Band;
use super::buffer::BAND_ROWS;
use super::cone::Cone;
use super::flat::{FLAT_LIMIT_PX, Flat};
use super::frustum::Frustum;
use super::outline::Outline;
use super::tube::{End, Tube};
use super::view::RasterView;

/// Frusta per chunk. An index within a chunk must fit in 16 bits.
pub(super) const CHUNK: usize = 8192;

/// The visible ones of a chunk of frusta.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    flats: Shelf<Flat>,
    cones: Shelf<Cone>,
}

/// Surfaces of one kind, and for each band the indices of those that touch it.
#[derive(Debug)]
struct Shelf<S> {
    surfaces: Vec<S>,
    bands: Vec<Vec<u16>>,
}

impl<S> Default for Shelf<S> {
    fn default() -> Self {
        Self { surfaces: Vec::new(), bands: Vec::new() }
    }
}

impl<S> Shelf<S> {
    fn clear(&mut self, bands: usize) {
        self.surfaces.clear();
        self.bands.iter_mut().for_each(Vec::clear);
        if self.bands.len() < bands {
            self.bands.resize_with(bands, Vec::new);
        }
    }

    #[inline(always)]
    fn add(&mut self, surface: S, outline: Outline) {
        let index = self.surfaces.len() as u16;
        let rows = outline.rows();
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
    pub(super) fn fill(&mut self, frusta: &[Frustum], view: &RasterView) {
        let bands = view.height.div_ceil(BAND_ROWS);
        self.flats.clear(bands);
        self.cones.clear(bands);
        for frustum in frusta {
            self.add(frustum, view);
        }
    }

    /// Draws everything that touches a band.
    pub(super) fn draw(&self, band: &mut Band<'_>, view: &RasterView) {
        for flat in self.flats.touching(band.index) {
            band.draw(flat, view);
        }
        for cone in self.cones.touching(band.index) {
            band.draw(cone, view);
        }
    }

    #[inline(always)]
    fn add(&mut self, frustum: &Frustum, view: &RasterView) {
        let Some(tube) = Tube::new(frustum, view) else {
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
