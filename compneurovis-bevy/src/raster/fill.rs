//! Filling a buffer from frusta.

use super::bins::{CHUNK, Chunk};
use super::buffer::PixelBuffer;
use super::frustum::Frustum;
use super::view::RasterView;
use super::workers::share;

/// Working memory of [`rasterize`], kept so that a call allocates nothing once it has seen as much.
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

/// Fills a buffer with what a view shows of some frusta.
///
/// The buffer takes the size of the view. The result does not depend on the number of threads; the calling thread is
/// one of them. Frusta with a number that is none are left out, and an unusable view gives an empty picture.
pub fn rasterize(
    frusta: &[Frustum],
    view: &RasterView,
    threads: usize,
    buffer: &mut PixelBuffer,
    scratch: &mut Scratch,
) {
    buffer.reset(view);
    let used = if view.is_usable() { frusta.len().div_ceil(CHUNK) } else { 0 };
    if scratch.chunks.len() < used {
        scratch.chunks.resize_with(used, Chunk::default);
    }
    let chunks = &mut scratch.chunks[..used];
    share(threads, chunks.iter_mut().zip(frusta.chunks(CHUNK)), |(chunk, frusta)| chunk.fill(frusta, view));
    let chunks = &*chunks;
    share(threads, buffer.bands(), |mut band| {
        band.clear();
        for chunk in chunks {
            chunk.draw(&mut band, view);
        }
        band.find_spans();
    });
}
