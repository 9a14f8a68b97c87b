//! How much was copied to the GPU.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bevy::prelude::*;

/// How many bytes of surfaces were copied to the GPU so far. New values cost theirs, and nothing else: the grid
/// stays where it is.
#[derive(Resource, Clone, Debug, Default)]
pub struct SurfaceUploads(Arc<Counters>);

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) coordinates: AtomicU64,
    pub(super) heights: AtomicU64,
    pub(super) colors: AtomicU64,
    pub(super) lines: AtomicU64,
}

/// Bytes that were copied to the GPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UploadedBytes {
    /// For the coordinates of grids.
    pub coordinates: u64,
    /// For heights.
    pub heights: u64,
    /// For tables of colours.
    pub colors: u64,
    /// For axes, boxes, cuts, and rows.
    pub lines: u64,
}

impl SurfaceUploads {
    /// So far.
    pub fn get(&self) -> UploadedBytes {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Counters { coordinates, heights, colors, lines } = &*self.0;
        UploadedBytes {
            coordinates: load(coordinates),
            heights: load(heights),
            colors: load(colors),
            lines: load(lines),
        }
    }

    pub(super) fn add(&self, to: impl Fn(&Counters) -> &AtomicU64, bytes: u64) {
        to(&self.0).fetch_add(bytes, Ordering::Relaxed);
    }
}
