//! Level of detail against full detail: the same picture drawn four times as large, with every frustum a surface.

use compneurovis_core::{ColorMap, MorphologyGeometry, colormap::NAN_COLOR};

use super::tree::tree;
use super::*;

/// How much larger the picture in full detail is, in each direction.
const FINER: usize = 4;

/// The half of the least width at which a process is drawn, in pixels of the small picture.
const HALF_WIDTH_PX: f32 = 0.5;

/// The same for processes as thin as the larger picture can show them.
const THIN_HALF_WIDTH_PX: f32 = MIN_HALF_WIDTH_PX / FINER as f32;

/// Pixels of a tile, in each direction.
const TILE: usize = 16;

/// A pixel of the small picture: how many finer ones of it are covered, and their mean colour.
#[derive(Clone, Copy, Default)]
struct Mean {
    covered: usize,
    sum: [f64; 3],
}

impl Mean {
    fn add(&mut self, colour: [f64; 3]) {
        self.covered += 1;
        (0..3).for_each(|channel| self.sum[channel] += colour[channel]);
    }

    fn join(&mut self, other: &Self) {
        self.covered += other.covered;
        (0..3).for_each(|channel| self.sum[channel] += other.sum[channel]);
    }

    fn colour(&self) -> [f64; 3] {
        self.sum.map(|sum| sum / self.covered as f64)
    }

    /// The mean colour of so many pixels, of which those that are not covered have that of the background.
    fn over(&self, background: [f64; 3], pixels: usize) -> [f64; 3] {
        let clear = (pixels - self.covered) as f64;
        std::array::from_fn(|channel| (self.sum[channel] + clear * background[channel]) / pixels as f64)
    }
}

/// What is compared of a picture.
#[derive(Clone, Copy)]
enum Look<'a> {
    /// The colours of the compartments' values, without light.
    Values(&'a [f32]),
    /// The light alone.
    Light,
}

/// A picture, and what it looks like.
struct Painted {
    buffer: PixelBuffer,
    colours: Vec<[f64; 3]>,
}

impl Painted {
    fn new(cell: &MorphologyGeometry, view: &RasterView, look: Look<'_>) -> Self {
        let mut buffer = PixelBuffer::new();
        rasterize(&[Cell::new(cell)], view, 2, &mut buffer, &mut Scratch::new());
        assert_consistent(&buffer);
        let part = |byte: u8| f64::from(byte) / 255.0;
        let colours = match look {
            Look::Light => buffer.shades().iter().map(|shade| [part(*shade); 3]).collect(),
            Look::Values(values) => {
                let (mut packed, table) = (Vec::new(), ColorMap::Scalar.table().map(|colour| colour.0));
                colourize(values, (-80.0, 50.0), &table, NAN_COLOR.0, &mut packed);
                let colour = |id: &u32| packed.get(*id as usize).copied().unwrap_or_default().to_le_bytes().map(part);
                buffer.compartments().iter().map(|id| colour(id)[..3].try_into().unwrap()).collect()
            }
        };
        Self { buffer, colours }
    }

    /// The means of squares of so many pixels.
    fn means(&self, side: usize) -> Vec<Mean> {
        let width = self.buffer.width() / side;
        let mut means = vec![Mean::default(); width * (self.buffer.height() / side)];
        for pixel in self.buffer.spans().flat_map(Span::pixels) {
            let (row, column) = (pixel / self.buffer.width(), pixel % self.buffer.width());
            means[row / side * width + column / side].add(self.colours[pixel]);
        }
        means
    }

    /// How many pixels show each compartment.
    fn areas(&self, compartments: usize) -> Vec<usize> {
        let mut areas = vec![0; compartments];
        for pixel in self.buffer.spans().flat_map(Span::pixels) {
            areas[self.buffer.compartments()[pixel] as usize] += 1;
        }
        areas
    }
}

/// The same view of a cell with level of detail, and in full detail and larger.
struct Pair {
    camera: Camera,
    coarse: Painted,
    fine: Painted,
    /// The larger picture, made small again.
    means: Vec<Mean>,
}

fn pair(cell: &MorphologyGeometry, camera: Camera, least_half_width_px: f32, look: Look<'_>) -> Pair {
    let larger = Camera { width: camera.width * FINER, height: camera.height * FINER, ..camera };
    let coarse = Painted::new(cell, &view(&camera), look);
    let full = view(&larger).in_full_detail(least_half_width_px * FINER as f32);
    let fine = Painted::new(cell, &full, look);
    let means = fine.means(FINER);
    Pair { camera, coarse, fine, means }
}

fn difference(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f64>() / 3.0
}

impl Pair {
    /// The part of what either covers that the other covers too, within a pixel.
    fn common(&self) -> f64 {
        let coarse: Vec<_> = self.coarse.buffer.compartments().iter().map(|id| *id != NONE).collect();
        let fine: Vec<_> = self.means.iter().map(|mean| mean.covered > 0).collect();
        let near = |covered: &[bool], pixel| neighbours(pixel, &self.camera).into_iter().any(|other| covered[other]);
        let either: Vec<_> = (0..coarse.len()).filter(|&pixel| coarse[pixel] || fine[pixel]).collect();
        assert!(either.len() > 1000, "the cell is in view");
        let both = either.iter().filter(|&&pixel| near(&coarse, pixel) && near(&fine, pixel)).count();
        both as f64 / either.len() as f64
    }

    /// The mean colour of all that is covered, in each of the two.
    fn overall(&self) -> [[f64; 3]; 2] {
        let total = |means: &[Mean]| {
            let mut total = Mean::default();
            means.iter().for_each(|mean| total.join(mean));
            total.colour()
        };
        [total(&self.coarse.means(1)), total(&self.means)]
    }

    /// The most that the mean colours of the covered pixels of a tile differ, of all tiles that are at least half covered:
    /// of a few pixels, which ones they are makes more of a difference.
    fn worst_tile(&self) -> f64 {
        let (coarse, fine) = (self.coarse.means(TILE), self.fine.means(TILE * FINER));
        let enough = TILE * TILE / 2;
        let tiles = coarse.iter().zip(&fine).filter(|(coarse, _)| coarse.covered >= enough);
        tiles.map(|(a, b)| difference(a.colour(), b.colour())).fold(0.0, f64::max)
    }

    /// How much the mean colours of each tile differ as they are seen, with the background in them.
    fn tiles_seen(&self, background: [f64; 3]) -> Vec<f64> {
        let (coarse, fine) = (self.coarse.means(TILE), self.fine.means(TILE * FINER));
        let pixels = TILE * TILE;
        let tiles = coarse.iter().zip(&fine);
        tiles.map(|(a, b)| difference(a.over(background, pixels), b.over(background, pixels * FINER * FINER))).collect()
    }

    /// The compartments of at least so many pixels in full detail, each with whether the other shows it too.
    fn large(&self, compartments: usize, pixels: usize) -> Vec<(usize, bool)> {
        let (coarse, fine) = (self.coarse.areas(compartments), self.fine.areas(compartments));
        let large = (0..compartments).filter(|&id| fine[id] >= pixels * FINER * FINER);
        large.map(|id| (id, coarse[id] > 0)).collect()
    }
}

/// From afar, from near, and without perspective.
fn cameras() -> [Camera; 3] {
    let (width, height) = (320, 176);
    [
        perspective([0.0, 0.0, 700.0], width, height),
        perspective([40.0, -20.0, 250.0], width, height),
        Camera { width, height, ..orthographic(420.0, width, height) },
    ]
}

/// Calls `check` with cells of several sizes, as several cameras see them. The largest has five frusta for each pixel
/// that it covers, as a cell of a million has in a window of full size.
fn each(check: impl Fn(&MorphologyGeometry, Camera)) {
    for (frusta, seed) in [(4_000, 5), (20_000, 7), (100_000, 9)] {
        let cell = tree(frusta, seed);
        cameras().into_iter().for_each(|camera| check(&cell, camera));
    }
}

/// A wave through the compartments, a few hundred to a period.
fn wave(compartments: usize) -> Vec<f32> {
    (0..compartments).map(|id| -15.0 + 60.0 * (id as f32 * 0.02).sin()).collect()
}

/// Rest, and a spike in every thousandth compartment.
fn spikes(compartments: usize) -> Vec<f32> {
    (0..compartments).map(|id| if id % 1000 == 500 { 50.0 } else { -70.0 }).collect()
}

#[test]
fn the_same_pixels_are_covered() {
    each(|cell, camera| {
        for width in [HALF_WIDTH_PX, THIN_HALF_WIDTH_PX] {
            let common = pair(cell, camera, width, Look::Light).common();
            assert!(common >= 0.98, "{common} of {} frusta", cell.frusta().len());
        }
    });
}

#[test]
fn the_light_is_the_same_in_the_mean() {
    // Widened, a short piece would be lit as a ball; the light of a tube does not depend on its width.
    each(|cell, camera| {
        let pair = pair(cell, camera, THIN_HALF_WIDTH_PX, Look::Light);
        let [a, b] = pair.overall();
        assert!(difference(a, b) <= 0.02, "{a:?} instead of {b:?}");
        let tile = pair.worst_tile();
        assert!(tile <= 0.03, "a tile of {} frusta differs by {tile}", cell.frusta().len());
    });
}

#[test]
fn the_colours_are_the_same_in_the_mean() {
    each(|cell, camera| {
        for values in [wave(cell.compartments()), spikes(cell.compartments())] {
            let pair = pair(cell, camera, HALF_WIDTH_PX, Look::Values(&values));
            let [a, b] = pair.overall();
            assert!(difference(a, b) <= 0.02, "{a:?} instead of {b:?}");
            let tile = pair.worst_tile();
            assert!(tile <= 0.03, "a tile of {} frusta differs by {tile}", cell.frusta().len());
        }
    });
}

#[test]
fn every_tile_has_the_same_colour_as_it_is_seen() {
    let (tiles, other) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    each(|cell, camera| {
        for values in [wave(cell.compartments()), spikes(cell.compartments())] {
            let pair = pair(cell, camera, HALF_WIDTH_PX, Look::Values(&values));
            for background in [[1.0; 3], [0.0; 3]] {
                let differences = pair.tiles_seen(background);
                let worst = differences.iter().copied().fold(0.0, f64::max);
                assert!(worst <= 0.032, "a tile of {} frusta differs by {worst}", cell.frusta().len());
                tiles.set(tiles.get() + differences.len());
                other.set(other.get() + differences.iter().filter(|difference| **difference > 0.03).count());
            }
        }
    });
    // Of a few pixels that a tile has more or less, one in some thousand tiles has more than others.
    assert!(tiles.get() > 7000 && other.get() * 2000 <= tiles.get(), "{} of {}", other.get(), tiles.get());
}

#[test]
fn no_compartment_of_three_pixels_is_missing() {
    let seen = std::cell::Cell::new(0);
    each(|cell, camera| {
        let large = pair(cell, camera, HALF_WIDTH_PX, Look::Light).large(cell.compartments(), 3);
        let missing: Vec<_> = large.iter().filter(|(_, shown)| !shown).collect();
        assert!(missing.is_empty(), "{missing:?}");
        seen.set(seen.get() + large.len());
    });
    assert!(seen.get() > 5000, "only {} compartments were large enough", seen.get());
}

#[test]
fn a_spike_in_one_of_a_thousand_compartments_stays_visible() {
    let (seen, fine_seen, large) = (std::cell::Cell::new(0), std::cell::Cell::new(0), std::cell::Cell::new(0));
    each(|cell, camera| {
        let compartments = cell.compartments();
        let pair = pair(cell, camera, HALF_WIDTH_PX, Look::Values(&spikes(compartments)));
        let area = |picture: &Painted| picture.areas(compartments).iter().skip(500).step_by(1000).sum::<usize>();
        seen.set(seen.get() + area(&pair.coarse));
        fine_seen.set(fine_seen.get() + area(&pair.fine));
        for (id, shown) in pair.large(compartments, 2).into_iter().filter(|(id, _)| id % 1000 == 500) {
            assert!(shown, "compartment {id}");
            large.set(large.get() + 1);
        }
    });
    // As much of the picture spikes as in full detail.
    let ratio = (seen.get() * FINER * FINER) as f64 / fine_seen.get() as f64;
    assert!(seen.get() > 50 && (0.85..1.15).contains(&ratio), "{} pixels, {ratio}", seen.get());
    assert!(large.get() > 10, "only {} spiking compartments were seen", large.get());
}
