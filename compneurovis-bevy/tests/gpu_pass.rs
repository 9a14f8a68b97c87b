//! The GPU's pictures of cells against those of the software rasteriser, pixel by pixel.
//!
//! Neighbouring compartments have very different colours here, so that two pixels of the same colour in the same light
//! show the same compartment. Without any adapter these tests say so and pass, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::time::Duration;

use bevy::{camera::ScalingMode, prelude::*, render::renderer::RenderAdapterInfo};
use compneurovis_bevy::{
    FrontendError, Headless, OrbitCamera,
    morphology::{CellRenderer, Pictures},
    workbench::WorkbenchSettings,
};
use compneurovis_core::{
    AppSpec, Emitter, Field, Frustum, MorphologyGeometry, MorphologyGeometryBuilder, MorphologyView, Scene, Section,
    SectionKind, Session, SessionError,
};
use wgpu::DeviceType;

const PATIENCE: Duration = Duration::from_secs(60);

const SIZE: (u32, u32) = (640, 400);

/// How much two channels of a pixel may differ that show the same.
const TOLERANCE: u8 = 12;

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn within(&mut self, low: f32, high: f32) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + (high - low) * (self.0 >> 40) as f32 / (1u64 << 24) as f32
    }
}

/// A soma and branches that wind away from it, of frusta so long and so thick.
fn cell(branches: usize, step: f32, radius: f32) -> MorphologyGeometry {
    let mut builder = MorphologyGeometry::builder("cell");
    let mut random = Random(branches as u64 * 7919 + 1);
    let soma = builder.section(Section::new("soma", SectionKind::Soma, 1));
    let add = |builder: &mut MorphologyGeometryBuilder, section, ends: [([f32; 3], f32); 2], positions: (f32, f32)| {
        let [(start_um, start_radius_um), (end_um, end_radius_um)] = ends;
        let (start_position, end_position) = positions;
        builder.frustum(Frustum {
            start_um,
            start_radius_um,
            end_um,
            end_radius_um,
            section,
            start_position,
            end_position,
        });
    };
    add(&mut builder, soma, [([-5.0, 0.0, 0.0], 8.0), ([5.0, 1.0, 0.0], 7.0)], (0.0, 1.0));
    for branch in 0..branches {
        let name = format!("dend[{branch}]");
        let section = builder.section(Section::new(name, SectionKind::Dendrite, 4).with_parent(soma));
        let (mut at, mut thick) = ([0.0f32; 3], radius * 1.5);
        let mut way = [0; 3].map(|_: i32| random.within(-1.0, 1.0));
        for piece in 0..12 {
            way = way.map(|part| part * 0.95 + random.within(-0.4, 0.4));
            let next = [0, 1, 2].map(|axis| at[axis] + way[axis] * step);
            let thinner = thick * random.within(0.85, 1.05);
            let position = |piece: i32| piece as f32 / 3.0;
            add(&mut builder, section, [(at, thick), (next, thinner)], (position(piece), position(piece + 1)));
            (at, thick) = (next, thinner);
        }
    }
    builder.build().expect("a cell")
}

/// Shows a cell whose neighbouring compartments differ.
struct Motley(MorphologyGeometry);

impl Session for Motley {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let (id, compartments) = (self.0.id().clone(), self.0.compartments());
        let values = (0..compartments).map(|index| (index * 37 % 101) as f32 * 1.3 - 80.0).collect();
        Ok(Some(
            Scene::new()
                .with_geometry(self.0.clone())
                .with_field(Field::over_compartments("v", id.clone(), values)?)
                .with_view(MorphologyView::new("cell", id).colored_by("v")),
        ))
    }

    fn advance(&mut self, _emitter: &mut Emitter) -> Result<(), SessionError> {
        std::thread::sleep(Duration::from_millis(5));
        Ok(())
    }
}

fn shown(geometry: &MorphologyGeometry) -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let geometry = geometry.clone();
    let mut headless = match Headless::new(AppSpec::new("Motley", move || Ok(Motley(geometry.clone()))), SIZE) {
        Ok(headless) => headless,
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    headless.world_mut().resource_mut::<WorkbenchSettings>().panels = false;
    headless
        .run_until("a cell in the picture", PATIENCE, |headless| {
            let camera = headless.cell_camera();
            camera.is_some_and(|camera| headless.world_mut().resource::<Pictures>().covered_pixels(camera) > 0)
        })
        .expect("a picture");
    Some(headless)
}

/// The camera's place: yaw, pitch, distance, and whether it has perspective.
type Place = (f32, f32, f32, bool);

fn look_from(headless: &mut Headless, (yaw, pitch, distance, perspective): Place) {
    let camera = headless.cell_camera().expect("a camera");
    let projection = if perspective {
        Projection::Perspective(PerspectiveProjection { near: 0.1, far: 1e4, ..default() })
    } else {
        let scaling_mode = ScalingMode::FixedVertical { viewport_height: distance };
        let orthographic = OrthographicProjection::default_3d();
        Projection::Orthographic(OrthographicProjection { scaling_mode, far: 4.0 * distance, ..orthographic })
    };
    let orbit = OrbitCamera { target: Vec3::ZERO, distance, yaw, pitch, auto_frame: false };
    headless.world_mut().entity_mut(camera).insert((projection, orbit));
    for _ in 0..3 {
        headless.frame();
    }
}

fn picture(headless: &mut Headless, renderer: CellRenderer) -> Vec<[u8; 4]> {
    headless.world_mut().insert_resource(renderer);
    for _ in 0..3 {
        headless.frame();
    }
    let by_gpu = headless.world_mut().resource::<Pictures>().drawn_by_gpu();
    assert_eq!(by_gpu, renderer == CellRenderer::Gpu, "the one that was asked draws");
    let image = headless.screenshot().expect("a picture");
    image.data.expect("pixels").as_chunks().0.to_vec()
}

/// The part of the pixels that either covers on which both agree, and how many those are.
fn agreement(headless: &mut Headless) -> (f64, usize) {
    let [gpu, raster] = [CellRenderer::Gpu, CellRenderer::Raster].map(|renderer| picture(headless, renderer));
    let background = |pixel: &[u8; 4]| pixel[..3] == [255; 3];
    let either: Vec<_> =
        gpu.iter().zip(&raster).filter(|(gpu, raster)| !background(gpu) || !background(raster)).collect();
    let same = |gpu: &[u8; 4], raster: &[u8; 4]| (0..3).all(|part| gpu[part].abs_diff(raster[part]) <= TOLERANCE);
    let agreed = either.iter().filter(|(gpu, raster)| same(gpu, raster)).count();
    (agreed as f64 / either.len() as f64, either.len())
}

const PLACES: [Place; 6] = [
    (0.0, 0.0, 250.0, true),
    (1.0, 0.6, 120.0, true),
    (4.0, -1.2, 40.0, true),
    // Within the soma.
    (2.0, 0.3, 3.0, true),
    (0.5, 0.2, 200.0, false),
    (3.0, -0.7, 60.0, false),
];

#[test]
fn both_draw_the_same_picture() {
    for (branches, step, radius) in [(12, 6.0, 1.2), (150, 4.0, 0.9), (40, 9.0, 3.0)] {
        let Some(mut headless) = shown(&cell(branches, step, radius)) else { return };
        for place in PLACES {
            look_from(&mut headless, place);
            let (part, pixels) = agreement(&mut headless);
            println!("{branches} branches from {place:?}: {part:.4} of {pixels} pixels");
            assert!(pixels > 3000, "{branches} branches from {place:?}: only {pixels} pixels");
            assert!(part >= 0.99, "{branches} branches from {place:?}: {part} of {pixels} pixels");
        }
    }
}

#[test]
fn both_cover_the_same_of_what_is_thin() {
    let Some(mut headless) = shown(&cell(400, 6.0, 0.2)) else { return };
    for place in [(0.3, 0.2, 400.0, true), (2.0, -0.5, 300.0, false)] {
        look_from(&mut headless, place);
        let [gpu, raster] = [CellRenderer::Gpu, CellRenderer::Raster].map(|renderer| {
            let picture = picture(&mut headless, renderer);
            picture.iter().map(|pixel| pixel[..3] != [255; 3]).collect::<Vec<_>>()
        });
        let near = |covered: &[bool], at: usize| {
            let (x, y) = (at % SIZE.0 as usize, at / SIZE.0 as usize);
            let rows = y.saturating_sub(1)..(y + 2).min(SIZE.1 as usize);
            rows.into_iter().any(|row| {
                let columns = x.saturating_sub(1)..(x + 2).min(SIZE.0 as usize);
                columns.into_iter().any(|column| covered[row * SIZE.0 as usize + column])
            })
        };
        let either: Vec<_> = (0..gpu.len()).filter(|&at| gpu[at] || raster[at]).collect();
        let both = either.iter().filter(|&&at| near(&gpu, at) && near(&raster, at)).count();
        let part = both as f64 / either.len() as f64;
        assert!(either.len() > 3000 && part >= 0.99, "{part} of {} pixels from {place:?}", either.len());
    }
}

#[test]
fn adapters_of_software_leave_the_drawing_to_the_rasteriser() {
    let Some(mut headless) = shown(&cell(3, 6.0, 1.0)) else { return };
    let kind = headless.world_mut().resource::<RenderAdapterInfo>().device_type;
    let by_gpu = headless.world_mut().resource::<Pictures>().drawn_by_gpu();
    assert_eq!(by_gpu, kind != DeviceType::Cpu, "{kind:?}");
}
