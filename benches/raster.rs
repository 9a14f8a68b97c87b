//! The software rasteriser, at 1280x720 and with the whole cell in view.
//!
//! `raster/fill/...`: frusta to compartments, light and depth, as when the camera moves.
//! `raster/colourize/...`: values to colours. `raster/shade/...`: colours to pixels, as in every
//! frame with new values. The last part of a name is the number of threads.
//!
//! The floors: `read` adds up all frusta, on one thread, `clear` writes a buffer of every pixel without drawing
//! anything, `pixels` writes one colour to every pixel of the picture, `copy` copies the values.

use std::{hint::black_box, time::Duration};

use bevy::math::{Mat4, Vec3};
use compneurovis_benches::{Cell, NODES, SIZE};
use compneurovis_bevy::raster::{Cell as Drawn, Painter, PixelBuffer, RasterView, Scratch, colourize, rasterize};
use compneurovis_core::{
    Frustum, MorphologyGeometry, colormap::ColorMap, colormap::NAN_COLOR, view::VOLTAGE_LIMITS_MV,
};
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main, measurement::WallTime};

/// Threads that draw.
const THREADS: [usize; 2] = [1, 2];

/// Vertical field of view in radians, that of Bevy's cameras.
const FIELD_OF_VIEW: f32 = std::f32::consts::FRAC_PI_4;

fn raster(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("raster");
    clear(&mut group);
    pixels(&mut group);
    for nodes in NODES {
        let cell = Cell::new(nodes, "cell");
        fill(&mut group, nodes, &cell.geometry);
        let colours = colours(&mut group, nodes, cell.geometry.compartments());
        shade(&mut group, nodes, &cell.geometry, &colours);
    }
}

/// Looks along -z at all of the frusta.
fn view(geometry: &MorphologyGeometry) -> RasterView {
    let points = geometry.frusta().iter().map(|frustum| Vec3::from(frustum.end_um));
    let (low, high) = points.fold((Vec3::MAX, Vec3::MIN), |(low, high), point| (low.min(point), high.max(point)));
    let (aspect, half) = (SIZE.0 as f32 / SIZE.1 as f32, (high - low) / 2.0);
    let distance = half.z + half.y.max(half.x / aspect) / (FIELD_OF_VIEW / 2.0).tan();
    let eye = (low + high) / 2.0 + Vec3::Z * distance;
    let clip_from_view = Mat4::perspective_infinite_reverse_rh(FIELD_OF_VIEW, aspect, distance * 1e-4);
    let view_from_cell = Mat4::from_translation(-eye);
    RasterView::new(clip_from_view.to_cols_array_2d(), view_from_cell.to_cols_array_2d(), SIZE.0, SIZE.1)
}

fn fill(group: &mut BenchmarkGroup<'_, WallTime>, nodes: usize, geometry: &MorphologyGeometry) {
    let (view, cells) = (view(geometry), [Drawn::new(geometry)]);
    let (mut buffer, mut scratch) = (PixelBuffer::new(), Scratch::new());
    for threads in THREADS {
        group.bench_function(BenchmarkId::new(format!("fill/{nodes}"), threads), |bencher| {
            bencher.iter(|| rasterize(black_box(&cells), &view, threads, &mut buffer, &mut scratch));
            assert!(buffer.covered() > 0, "the cell is in view");
        });
    }
    group.bench_function(BenchmarkId::new("floor/read", nodes), |bencher| {
        let sum = |sum: f32, frustum: &Frustum| sum + frustum.start_um[0] + frustum.end_position;
        bencher.iter(|| black_box(geometry.frusta()).iter().fold(0.0, sum));
    });
}

fn clear(group: &mut BenchmarkGroup<'_, WallTime>) {
    let view = view(&Cell::new(NODES[0], "cell").geometry);
    let (mut buffer, mut scratch) = (PixelBuffer::new(), Scratch::new());
    for threads in THREADS {
        group.bench_function(BenchmarkId::new("floor/clear", threads), |bencher| {
            bencher.iter(|| rasterize(black_box(&[]), &view, threads, &mut buffer, &mut scratch));
        });
    }
}

/// The colours of a wave of potentials through so many compartments.
fn colours(group: &mut BenchmarkGroup<'_, WallTime>, nodes: usize, compartments: usize) -> Vec<u32> {
    let (low, high) = VOLTAGE_LIMITS_MV;
    let values: Vec<f32> = (0..compartments).map(|index| low + (high - low) * (index % 1000) as f32 / 1000.0).collect();
    let table = ColorMap::Scalar.table().map(|color| color.0);
    let mut colours = Vec::new();
    let run = |colours: &mut Vec<u32>| colourize(black_box(&values), (low, high), &table, NAN_COLOR.0, colours);
    group.bench_function(BenchmarkId::new("colourize", nodes), |bencher| bencher.iter(|| run(&mut colours)));
    group.bench_function(BenchmarkId::new("floor/copy", nodes), |bencher| {
        let mut copy = values.clone();
        bencher.iter(|| black_box(&mut copy).copy_from_slice(black_box(&values)));
    });
    // The benchmark may have been filtered out.
    run(&mut colours);
    colours
}

fn shade(group: &mut BenchmarkGroup<'_, WallTime>, nodes: usize, geometry: &MorphologyGeometry, colours: &[u32]) {
    let (mut buffer, mut painter) = (PixelBuffer::new(), Painter::new());
    rasterize(&[Drawn::new(geometry)], &view(geometry), THREADS[1], &mut buffer, &mut Scratch::new());
    let mut picture = vec![0; buffer.compartments().len() * 4];
    for threads in THREADS {
        group.bench_function(BenchmarkId::new(format!("shade/{nodes}"), threads), |bencher| {
            let colours = black_box(colours);
            bencher.iter(|| painter.shade(&buffer, colours, [0; 4], &[], black_box(&mut picture), threads));
        });
    }
}

fn pixels(group: &mut BenchmarkGroup<'_, WallTime>) {
    let mut picture = vec![0_u32; (SIZE.0 * SIZE.1) as usize];
    group.bench_function("floor/pixels", |bencher| bencher.iter(|| black_box(&mut picture).fill(black_box(1))));
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = raster
}
criterion_main!(benches);
