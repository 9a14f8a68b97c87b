//! Tests of whole pictures, and what they share.

mod paint;
mod piece;
mod robust;
mod shape;
mod thin;

use super::reference::{Camera, Lens};
use super::*;
use piece::Pieces;

pub(super) use piece::Frustum;

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1_u64 << 24) as f32
    }

    fn within(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    fn point(&mut self, reach: f32) -> [f32; 3] {
        [0; 3].map(|_| self.within(-reach, reach))
    }

    /// A frustum with a section of its own.
    fn frustum(&mut self, index: u32, reach: f32, radii: (f32, f32)) -> Frustum {
        Frustum {
            start_radius_um: self.within(radii.0, radii.1),
            end_radius_um: self.within(radii.0, radii.1),
            ..tube(index * 10, 4, self.point(reach), self.point(reach), 0.0)
        }
    }
}

fn tube(first: u32, compartments: u32, start: [f32; 3], end: [f32; 3], radius: f32) -> Frustum {
    Frustum {
        start_um: start,
        start_radius_um: radius,
        end_um: end,
        end_radius_um: radius,
        first_compartment: first,
        compartments,
        start_position: 0.0,
        end_position: compartments as f32,
    }
}

fn perspective(eye: [f64; 3], width: usize, height: usize) -> Camera {
    Camera { eye, lens: Lens::Perspective(0.8, 0.1), width, height }
}

fn orthographic(seen: f64, width: usize, height: usize) -> Camera {
    Camera { eye: [0.0, 0.0, 100.0], lens: Lens::Orthographic(seen, 0.0, 1000.0), width, height }
}

fn view(camera: &Camera) -> RasterView {
    let (width, height) = (camera.width as u32, camera.height as u32);
    RasterView::new(camera.clip_from_view(), camera.view_from_cell(), width, height)
}

fn draw_with(frusta: &[Frustum], view: &RasterView, threads: usize) -> PixelBuffer {
    let mut buffer = PixelBuffer::new();
    rasterize(&[Pieces::new(frusta).cell()], view, threads, &mut buffer, &mut Scratch::new());
    assert_consistent(&buffer);
    buffer
}

fn draw(frusta: &[Frustum], camera: &Camera) -> PixelBuffer {
    draw_with(frusta, &view(camera), 1)
}

/// What must hold for every buffer: spans are the longest runs of covered pixels, and depths fit.
fn assert_consistent(buffer: &PixelBuffer) {
    let mut expected = Vec::new();
    for (pixel, compartment) in buffer.compartments().iter().enumerate() {
        if *compartment != NONE {
            expected.push(pixel);
        }
        let depth = buffer.depths()[pixel];
        assert_eq!(*compartment != NONE, depth > 0.0, "pixel {pixel} has depth {depth}");
        assert!(depth <= 1.0, "pixel {pixel} has depth {depth}");
    }
    let listed: Vec<_> = buffer.spans().flat_map(Span::pixels).collect();
    assert_eq!(listed, expected);
    assert_eq!(buffer.covered(), expected.len());
    assert_eq!(buffer.compartments().len(), buffer.width() * buffer.height());
}

fn neighbours(pixel: usize, camera: &Camera) -> Vec<usize> {
    let (row, column) = (pixel / camera.width, pixel % camera.width);
    let rows = row.saturating_sub(1)..(row + 2).min(camera.height);
    rows.flat_map(|row| {
        let columns = column.saturating_sub(1)..(column + 2).min(camera.width);
        columns.map(move |column| row * camera.width + column)
    })
    .collect()
}
