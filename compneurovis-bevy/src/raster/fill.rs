//! Filling a buffer from cells.

use super::bins::{CHUNK, Chunk, Stretch};
use super::buffer::PixelBuffer;
use super::cell::Cell;
use super::view::RasterView;
use super::workers::share;

/// Chunks that are prepared before they are drawn: enough for several threads, few enough to need little memory.
const BATCH: usize = 32;

/// Pixels to be written from which on a second thread is worth its start.
const SHARED_WORK: usize = 50_000;

/// Working memory of [`rasterize`], kept so that a call allocates nothing once it has seen as much.
///
/// Its size follows that of the picture; it does not grow with the number of frusta.
#[derive(Debug, Default)]
pub struct Scratch {
    chunks: Vec<Chunk>,
}

impl Scratch {
    /// Working memory that holds nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Fills a buffer with what a view of the world shows of some cells.
///
/// The buffer takes the size of the view. The result does not depend on the number of threads; the calling thread is
/// one of them. Frusta with a number that is none are left out, and so are cells whose matrix has one; an unusable
/// view gives an empty picture.
pub fn rasterize(
    cells: &[Cell<'_>],
    view: &RasterView,
    threads: usize,
    buffer: &mut PixelBuffer,
    scratch: &mut Scratch,
) {
    buffer.reset(view);
    let views: Vec<_> = cells.iter().map(|cell| view.of(&cell.world_from_cell)).collect();
    let stretches: Vec<_> = cells.iter().zip(&views).flat_map(|(cell, view)| stretches(cell, view)).collect();
    let used = stretches.len().min(BATCH);
    if scratch.chunks.len() < used {
        scratch.chunks.resize_with(used, Chunk::default);
    }
    share(1, buffer.bands(), |mut band| band.clear());
    for batch in stretches.chunks(BATCH) {
        let chunks = &mut scratch.chunks[..batch.len()];
        share(threads, chunks.iter_mut().zip(batch), |(chunk, stretch)| chunk.fill(stretch));
        let chunks = &*chunks;
        let work: usize = chunks.iter().map(Chunk::work).sum();
        share(worthwhile(threads, work), buffer.bands(), |mut band| {
            for chunk in chunks {
                chunk.draw(&mut band, view);
            }
        });
    }
    share(1, buffer.bands(), |mut band| band.find_spans());
}

fn worthwhile(threads: usize, work: usize) -> usize {
    threads.min(1 + work / SHARED_WORK)
}

/// A cell in stretches of at most [`CHUNK`] frusta.
fn stretches<'a>(cell: &Cell<'a>, view: &'a RasterView) -> impl Iterator<Item = Stretch<'a>> {
    let Cell { sections, first_compartment, .. } = *cell;
    let frusta = if view.is_usable() { cell.frusta } else { &[] };
    frusta.chunks(CHUNK).map(move |frusta| Stretch { frusta, sections, first_compartment, view })
}
